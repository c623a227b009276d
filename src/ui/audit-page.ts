import { html, type Html } from '../formats/html.ts';
import type { AuditEntry } from '../store/audit.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { WORDS, type PageWord, type Say } from './words/language.ts';

export interface AuditView {
  entries: readonly AuditEntry[];
  operators: readonly string[];
  acts: readonly string[];
  /** References of jobs that entries name, by their ids. */
  references: ReadonlyMap<string, string>;
  wish: { operator: string; act: string; before: string };
  /** There are older ones. */
  isMore: boolean;
}

/** What operators did, the newest first: for who administers. */
export function auditPage(
  view: AuditView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const { entries, wish, isMore } = view;
  const rows = entries.map(
    ({ at, operator, act, station, about }) =>
      html`<tr><td><time datetime="${at}">${localTime(at, { seconds: true }).slice(0, 19)}</time></td><td><b dir="auto">${printable(operator)}</b></td><td>${actWord(act, say)}</td><td class="ab" dir="auto">${printable(aboutOf(about, view.references, say))}</td><td class="soft" dir="auto">${printable(station)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? html`<p class="none">${say('no-acts')}</p>`
      : html`<table class="rt aud"><thead><tr><th>${say('when')}</th><th>${say('who')}</th><th>${say('act')}</th><th>${say('concerns')}</th><th>${say('station')}</th></tr></thead><tbody>${rows}</tbody></table>`;
  const query = (before: string) => new URLSearchParams({ ...wish, before }).toString();
  const older =
    isMore && html`<a class="btn" href="${`/audit?${query(entries.at(-1)?.id ?? '')}`}">${say('older')}</a>`;
  const newest =
    wish.before !== '' && html`<a class="btn" href="${`/audit?${query('')}`}">${say('newest')}</a>`;
  const body = html`<div class="sets">${filterOf(view, viewer)}<section class="card scroll" tabindex="0" aria-label="${say('read-audit')}">${table}</section><p class="acts">${newest}${older}</p></div>`;
  return pageOf(
    {
      title: say('read-audit'),
      page: 'settings',
      scripts: ['settings'],
      className: 'setspage',
      body,
      ...parts,
    },
    viewer,
  );
}

function filterOf({ operators, acts, wish }: AuditView, { say }: Viewer): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option ${{ value, selected: value === chosen }}>${words}</option>`;
  return html`<form class="flt" id="filter" method="get" action="/audit"><h1 class="h1">${say('read-audit')}</h1><label><span class="vh">${say('who')}</span><select name="operator">${[option('', say('everyone'), wish.operator), ...operators.map((name) => option(name, printable(name), wish.operator))]}</select></label><label><span class="vh">${say('act')}</span><select name="act">${[option('', say('all-acts'), wish.act), ...acts.map((name) => option(name, actWord(name, say), wish.act))]}</select></label><noscript><button class="btn">${say('search')}</button></noscript><span class="grow"></span><a class="btn" href="/settings">${say('settings')}</a></form>`;
}

/** An act in words of the page; one that it does not know as it is named. */
function actWord(act: string, say: Say): string {
  const word = `act.${act}`;
  return word in WORDS ? say(word as PageWord) : printable(act);
}

// What says nothing to people.
const LEFT_OUT = ['question', 'of', 'jobs', 'kind', 'x', 'y', 'toX', 'toY', 'ms'];

// The store keeps no order: what it is about comes first.
const FIRST = ['name', 'reference', 'job', 'batch', 'serial', 'phone'];
const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** As `order RMA-4 · list lab 7`. */
function aboutOf(about: AuditEntry['about'], references: AuditView['references'], say: Say): string {
  return Object.entries(about)
    .filter(([name, value]) => !LEFT_OUT.includes(name) && value !== '')
    .sort(([one], [other]) => rank(one) - rank(other))
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const word = `about.${name}`;
      const known = name === 'role' ? `role.${text}` : `${word}.${text}`;
      if (known in WORDS && !(word in WORDS)) return say(known as PageWord);
      const own = known in WORDS ? say(known as PageWord) : text;
      const shown = name === 'job' ? references.get(text) || text : own;
      return word in WORDS ? say(word as PageWord, { n: shown }) : shown;
    })
    .join(' · ')
    .slice(0, 300);
}
