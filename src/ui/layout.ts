import { html, type Content, type Html } from '../formats/html.ts';
import type { StationOperator } from '../store/operators.ts';
import type { SeenStation } from '../store/station-events.ts';
import { icon, SPRITE, type PageIcon } from './icons.ts';
import {
  LANGUAGES,
  LANGUAGE_NAMES,
  sayIn,
  type Language,
  type Say,
  type PageWord,
} from './words/language.ts';

export type Theme = 'light' | 'dark' | 'auto';

/** Who looks at a page, and how. */
export interface Viewer {
  operator: StationOperator | undefined;
  /** It has logged in, and so may log out. */
  isLoggedIn: boolean;
  language: Language;
  theme: Theme;
  /** The station that serves the page. */
  home: string;
  /** The station whose phones are shown; empty: all. */
  station: string;
  say: Say;
}

export const viewerOf = (given: Omit<Viewer, 'say'>): Viewer => ({ ...given, say: sayIn(given.language) });

export interface PageParts {
  title: string;
  /** Which of the pages in the bar it is. */
  page?: 'wall' | 'lists' | 'records' | 'charts' | 'settings';
  /** Names of modules in client/. */
  scripts?: readonly string[];
  /** Names of further styles in client/. */
  styles?: readonly string[];
  /** Id of the newest event that is on the page. */
  after?: number;
  stations?: readonly (SeenStation & { questions: number })[];
  body: Content;
  className?: string;
  /** Without the bar. */
  isBare?: boolean;
}

const PAGES: readonly (readonly [page: NonNullable<PageParts['page']>, address: string, icon: PageIcon])[] = [
  ['wall', '/', 'wall'],
  ['lists', '/lists', 'lists'],
  ['records', '/records', 'records'],
  ['charts', '/charts', 'charts'],
];

/** A whole page, with the bar that stands on each. */
export function pageOf(parts: PageParts, viewer: Viewer): string {
  const { say, language, theme } = viewer;
  const scripts = ['page', ...(parts.scripts ?? [])].map(
    (name) => html`<script type="module" src="/client/${name}.js"></script>`,
  );
  return html`<!doctype html>
<html ${{ lang: language, 'data-theme': theme }}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${parts.title} · mi-unbind</title>
<link rel="icon" href="/client/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/client/page.css"><link rel="stylesheet" href="/client/parts.css">
${(parts.styles ?? []).map((name) => html`<link rel="stylesheet" href="/client/${name}.css">`)}${parts.isBare ? scripts.slice(1) : scripts}</head>
<body ${{ class: parts.className ?? '', 'data-after': parts.after ?? 0, 'data-station': viewer.station, 'data-lost': say('bar.lost'), 'data-unknown': say('state.unknown'), 'data-wrong': say('went-wrong'), 'data-s': say('unit.s'), 'data-min': say('unit.min'), 'data-h': say('unit.h') }}>${SPRITE}
${parts.isBare ? parts.body : [barOf(parts, viewer), lostBar(say), html`<main id="main">${parts.body}</main>`]}</body></html>
`.text;
}

function barOf({ page, stations = [], className }: PageParts, viewer: Viewer): Html {
  const { say } = viewer;
  const links = PAGES.map(
    ([name, address, drawing]) =>
      html`<a ${{ href: address, 'aria-current': page === name && 'page' }}>${icon(drawing)}${say(name)}</a>`,
  );
  return html`<a class="skip" href="#main">${say('skip')}</a><header class="top"><a class="brand" href="/">mi-unbind</a>
<nav class="nav" aria-label="${say('pages')}">${links}</nav>
<form class="scan" action="/scan" method="get" role="search">${icon('order')}<label class="vh" for="scan">${say('scan')}</label><input ${{ id: 'scan', name: 'what', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search', maxlength: 80, placeholder: say('scan'), autofocus: page !== undefined && className !== 'phonepage' }}></form>
<span class="grow"></span>${stations.length > 1 && stationsOf(stations, viewer)}
<div class="tools"><button ${{ type: 'button', class: 'tool', id: 'sound', 'aria-pressed': 'true', 'data-on': say('sound-on'), 'data-off': say('sound-off'), 'data-muted': say('bar.sound') }}>${icon('sound')}<span class="w">${say('sound-on')}</span></button>
${languagesOf(viewer)}
<a ${{ class: 'tool', href: '/settings', 'aria-label': say('settings'), 'aria-current': page === 'settings' && 'page' }}>${icon('gear')}</a>
<button ${{ type: 'button', class: 'tool', id: 'theme', 'aria-label': say('dark'), 'data-dark': say('dark'), 'data-light': say('light') }}>${icon('theme')}</button>
${viewer.isLoggedIn && html`<form method="post" action="/logout"><button class="tool" type="submit">${viewer.operator?.name ?? ''} · ${say('logout')}</button></form>`}</div></header>`;
}

function languagesOf({ say, language }: Viewer): Html {
  const options = LANGUAGES.map(
    (name) =>
      html`<option ${{ value: name, lang: name, selected: name === language }}>${LANGUAGE_NAMES[name]}</option>`,
  );
  return html`<label class="tool pick">${icon('language')}<span class="vh">${say('language')}</span><select id="language">${options}</select></label>`;
}

function stationsOf(stations: NonNullable<PageParts['stations']>, { say, station }: Viewer): Html {
  const options = [{ name: '', questions: 0 }, ...stations].map(
    ({ name, questions }) =>
      html`<option ${{ value: name, selected: name === station }}>${name || say('all-stations')}${questions > 0 && ` · ${questions}`}</option>`,
  );
  return html`<label class="pick stsel"><span class="vh">${say('station')}</span><select id="station">${options}</select></label>`;
}

/** Hidden until the page has lost its station, or that its database. */
function lostBar(say: Say): Html {
  const bar = (
    id: string,
    drawing: PageIcon,
    { what, more, button }: Record<'what' | 'more', PageWord> & { button?: PageWord },
  ) =>
    html`<div ${{ class: 'bad bar', id, role: 'alert', hidden: true }}>${icon(drawing)}<p><b>${say(what)}</b> ${say(more)}</p>${button && html`<button class="btn" type="button" id="${`${id}-try`}">${say(button)}</button>`}</div>`;
  return html`${bar('lost', 'gone', { what: 'bar.lost', more: 'bar.lost-more', button: 'bar.try' })}${bar('database', 'fail', { what: 'bar.database', more: 'bar.database-more' })}`;
}

/** A page that says one thing. */
export function messagePage(title: string, text: string, viewer: Viewer): string {
  return pageOf(
    {
      title,
      body: html`<div class="one card"><h1>${title}</h1><p>${text}</p><a class="btn" href="/">${viewer.say('back-to-wall')}</a></div>`,
    },
    viewer,
  );
}
