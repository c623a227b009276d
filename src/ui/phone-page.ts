import { masked } from '../codes/addresses.ts';
import type { RunEvent } from '../events.ts';
import { html, type Content, type Html } from '../formats/html.ts';
import type { Job } from '../jobs/job.ts';
import { filmOf, type Frame } from '../report/run-page.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { mayDo } from '../store/operators.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { fullReason, inItsOwnWords, outcomeWord } from './reason-words.ts';
import { checklistOf, stepInWords } from './run-words.ts';
import type { Barred } from './screen-routes.ts';
import { liveOf } from './phone-screen.ts';
import type { Tile, TileState } from './tile.ts';
import { adviceOf, leftOf, pathOf, pictureAddress, placeOf, timeOf } from './wall-page.ts';
import type { PageWord, Say } from './words/language.ts';

export interface PhoneView {
  tile: Tile;
  job: Job | undefined;
  hasPassword: boolean;
  cost: { used: number; most: number } | undefined;
  events: readonly RunEvent[];
  /** Other phones that ask. */
  others: readonly Tile[];
  /** Where the page of the phone's station is, where that is another one; empty: it serves none. */
  elsewhere: string | undefined;
  /** Whether its screen may be looked at live: no run works on it. */
  isFree: boolean;
  /** Why it may not be taken in hand. */
  barred: Barred;
}

/** All about one phone: what it asks, what was done, its order. */
export function phonePage(
  view: PhoneView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { tile } = view;
  const { say } = viewer;
  const title = [placeOf(tile), say(`state.${tile.state}` as PageWord)].join(' · ');
  const body = html`<div ${{ class: 'phone', 'data-id': tile.id, 'data-state': tile.state, 'data-job': view.job?.id ?? '', 'data-station': tile.phone.station, 'data-serial': tile.phone.serial }}>${headOf(view, viewer)}
${liveOf(view, viewer)}<div class="mid">${askOf(view, viewer)}${whyOf(view, viewer)}${stepsOf(view, viewer)}</div>
<div class="side">${orderOf(view, viewer)}${factsOf(view, viewer)}${othersOf(view, viewer)}</div></div>`;
  return pageOf(
    { title, page: 'wall', scripts: ['phone', 'control'], className: 'phonepage', body, ...parts },
    viewer,
  );
}

const may = ({ operator }: Viewer) => operator !== undefined && mayDo(operator.role, 'operate');

function headOf({ tile }: PhoneView, viewer: Viewer): Html {
  const { say } = viewer;
  const about = [tile.name, tile.phone.model, tile.phone.station].filter(Boolean).map(printable).join(' · ');
  return html`<header ${{ class: `hd ${tile.state}${tile.isSeen ? ' seen' : ''}`, id: 'head' }}><h1>${placeOf(tile)}</h1><span class="st">${icon(tile.state)}${say(`state.${tile.state}` as PageWord)}</span><span class="wy" dir="auto">${about}</span><span class="grow"></span>${timeOf(tile, say)}<a class="btn" id="back" href="/">${say('back-to-wall')} <kbd>Esc</kbd></a></header>`;
}

/** The question that the phone asks. */
function askOf({ tile, elsewhere }: PhoneView, viewer: Viewer): Content {
  const { question } = tile;
  if (!question) return '';
  const { say } = viewer;
  const isAgreement = question.what === 'agreement';
  const picture =
    question.picture !== '' && elsewhere === undefined
      ? html`<img ${{ class: isAgreement ? 'cap text' : 'cap', src: `/questions/${question.id}/picture`, alt: say('picture-of-question') }}>`
      : '';
  const all = Date.parse(question.until) - Date.parse(question.askedAt);
  const field = html`<div class="ans"><label for="answer">${say('your-answer')}</label><input ${{ id: 'answer', name: 'answer', required: true, ...KINDS[question.what], autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', autofocus: true, disabled: !may(viewer) }}></div>`;
  return html`<form ${{ class: 'card ask', id: 'ask', 'data-question': question.id, 'data-by': say('answered-by'), 'data-over': say('question-over') }}><h2>${say(`title.${question.what}` as PageWord)}</h2><p class="sub">${say('ask-more')}</p>
<p class="prompt" dir="auto">${question.what === 'code' && printable(question.prompt)}</p>
<div class="row">${picture}${!isAgreement && field}</div>
<div class="tmr"><progress ${{ max: all, value: Math.max(0, Date.parse(question.until) - Date.now()), 'data-ends': question.until, 'aria-label': say('left', { time: '' }) }}></progress><b data-until="${question.until}">${leftOf(Date.parse(question.until) - Date.now())}</b></div>
<div class="acts"><button ${{ class: 'btn main big', type: 'submit', disabled: !may(viewer) }}>${say(isAgreement ? 'agree' : 'send-answer')}${!isAgreement && html` <kbd>Enter</kbd>`}</button><button ${{ class: 'btn big', type: 'button', id: 'aside', disabled: !may(viewer) }}>${say('aside')}</button></div><p id="said" class="said" role="status"></p></form>`;
}

/** How the field of an answer is, by what is asked. */
const KINDS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  captcha: { maxlength: 20, inputmode: 'text' },
  password: { maxlength: 200, type: 'password' },
  code: { maxlength: 20, inputmode: 'numeric' },
  'second-factor': { maxlength: 20, inputmode: 'numeric' },
};

// What is said of these is more than how the run ended.
const OWN_WHY: readonly TileState[] = ['held', 'lock', 'cleared', 'return'];

/** Why it failed or waits, in a whole sentence, and what may be done. */
function whyOf({ tile, job, cost }: PhoneView, viewer: Viewer): Content {
  const { say, language } = viewer;
  if (tile.question || !job) return '';
  const own = OWN_WHY.includes(tile.state) ? adviceOf(tile, say, language) : undefined;
  if (!own && !(job.end && ['fail', 'person', 'queue', 'done'].includes(tile.state))) return '';
  // One date: when it goes on.
  const { notBefore, end } = job;
  const full = end && fullReason({ ...end, ...(notBefore && { retryFrom: notBefore }) }, language);
  const { what = '', todo = '' } = full ?? {};
  const raw = end ? inItsOwnWords(end, language) : '';
  const title = own ? own.what || say('state.held') : outcomeWord(end?.outcome ?? '', language);
  const first = own && own.todo !== '' && html`<p class="todo">→ ${own.todo}</p>`;
  const costs = cost && !own && tile.state !== 'done' && html`<p class="soft">${say('retry-cost', cost)}</p>`;
  const rest = !own && todo !== '' && html`<p class="todo" dir="auto">→ ${todo}</p>`;
  return html`<section ${{ class: `card why ${tile.state}` }}><h2>${title}</h2>${first}${what !== '' && html`<p ${{ dir: 'auto', class: own && 'soft' }}>${upper(what)}</p>`}${rest}${costs}${raw !== '' && html`<details class="raw"><summary>${say('in-its-words')}</summary><p class="soft" lang="en" dir="auto">${printable(raw)}</p></details>`}</section>`;
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function stepsOf({ events, tile, elsewhere }: PhoneView, viewer: Viewer): Html {
  const { say } = viewer;
  if (events.length === 0)
    return html`<section class="card tlc"><h2>${say('steps')}</h2><p class="void">${say('no-steps')}</p></section>`;
  const film = filmOf(events);
  const start = Date.parse(events[0]?.at ?? '');
  const frames = elsewhere === undefined ? film.filter(({ page }) => page?.screenshot) : [];
  const replay = frames.length > 1 && replayOf(frames, tile, start, viewer);
  const now =
    tile.question &&
    html`<li class="nowi"><time>${seconds(Date.parse(tile.question.askedAt) - start, say)}</time>${icon('person')}<b>${adviceOf(tile, say, viewer.language).what}</b><span class="at">${clock(tile.question.askedAt)}</span></li>`;
  const lines = film.flatMap(({ steps }) => steps.filter(({ kind }) => kind !== 'drift'));
  const items = lines.map(
    ({ at, what }) =>
      html`<li class="ok"><time>${seconds(Date.parse(at) - start, say)}</time>${icon('done')}<b dir="auto">${upper(printable(stepInWords(what, viewer.language)))}</b><span class="at">${clock(at)}</span></li>`,
  );
  return html`<section class="card tlc"><h2>${say('steps')}</h2>${replay}<ol class="tl" id="steps">${items}${now}</ol></section>`;
}

function replayOf(frames: readonly Frame[], tile: Tile, start: number, { say }: Viewer): Html {
  const thumbs = frames.map(({ page }, at) => {
    const address = pictureAddress({ ...tile.phone, picture: page?.screenshot ?? '' });
    const after = Date.parse(page?.at ?? '') - start;
    return html`<li><button ${{ type: 'button', class: 'shot', 'data-at': at, 'data-ms': after, 'data-src': address }}><img ${{ src: address, alt: '', loading: 'lazy' }}><span>${seconds(after, say)}</span></button></li>`;
  });
  return html`<div class="replay"><ol class="film" id="film">${thumbs}</ol><div class="scrub"><button class="btn" type="button" id="play" aria-pressed="false" aria-label="${say('play-pause')}">▶</button><input ${{ type: 'range', id: 'scrub', min: 0, max: frames.length - 1, value: frames.length - 1, 'aria-label': say('moment') }}></div></div>`;
}

const seconds = (ms: number, say: Say) => say('unit.s', { n: (Math.max(0, ms) / 1000).toFixed(1) });
const clock = (at: string) => localTime(at, { seconds: true }).slice(11, 19);

function rows(pairs: readonly (readonly [string, Content])[]): Html {
  const shown = pairs.filter(([, value]) => value !== '' && value !== undefined && value !== false);
  return html`<dl class="kv">${shown.map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>`)}</dl>`;
}

function orderOf({ job, tile, hasPassword }: PhoneView, viewer: Viewer): Html {
  const { say } = viewer;
  if (!job)
    return html`<section class="card"><h2>${say('order')}</h2><p class="void">${say('do.order')}</p>${may(viewer) && html`<a class="btn" href="${`/lists?add=1&serial=${encodeURIComponent(tile.phone.serial)}`}">${icon('order')}${say('add-order')}</a>`}</section>`;
  const { order } = job;
  const uncover =
    may(viewer) && html` <button class="link" type="button" id="uncover">${say('show')}</button>`;
  const change =
    may(viewer) && html` <button class="link" type="button" id="change">${say('change-password')}</button>`;
  return html`<section class="card"><h2>${say('order')}</h2>${rows([
    [say('reference'), printable(order.reference)],
    [say('account'), html`<span id="account">${masked(order.account)}</span>${uncover}`],
    [say('password'), html`${say(hasPassword ? 'given' : 'not-given')}${change}`],
    [say('synced-data'), say(order.data)],
    [say('consent'), printable(order.ownerConsent)],
    [say('list'), printable(job.batch)],
    [say('letters'), lettersOf(job, viewer)],
    [say('checklist'), printable(checklistOf(job.end?.facts, viewer.language).join(', '))],
    [say('tries'), String(job.attempts)],
  ])}${may(viewer) && [passwordForm(viewer), actsOf(job, tile, viewer)]}</section>`;
}

function lettersOf({ letters = [] }: Job, { say }: Viewer): string {
  const said = letters.map(({ day, kind, state }) =>
    [day, kind === 'reminder' && say('reminder'), state !== 'sent' && say('perhaps')]
      .filter(Boolean)
      .join(' '),
  );
  return said.join(', ');
}

function passwordForm({ say }: Viewer): Html {
  return html`<form class="fields pw" id="password-form" data-saved="${say('password-saved')}" hidden><label for="new-password">${say('new-password')}</label><input id="new-password" type="password" autocomplete="off" required maxlength="200"><button class="btn main" type="submit">${say('save')}</button></form>`;
}

function actsOf({ state }: Job, { question }: Tile, { say }: Viewer): Html {
  const button = (act: string, word: PageWord, isMain = false, sure = '') =>
    html`<button ${{ class: isMain ? 'btn main' : 'btn', type: 'button', 'data-act': act, 'data-sure': sure }}>${say(word)}</button>`;
  const isOpen = ['waiting', 'parked', 'needs-person', 'held'].includes(state);
  return html`<div class="acts" id="acts">${['parked', 'needs-person'].includes(state) && !question && button('retry', 'retry', true)}${state === 'held' && button('retry', 'go-on', true)}${['waiting', 'parked', 'needs-person'].includes(state) && button('hold', 'hold')}${isOpen && button('cancel', 'cancel-order', false, say('cancel-sure'))}</div>`;
}

function factsOf({ tile: { phone, place } }: PhoneView, viewer: Viewer): Html {
  const { say } = viewer;
  const name = html`<input ${{ id: 'place', class: 'place', value: place, maxlength: 8, 'aria-label': say('place-name'), disabled: !may(viewer) }}>`;
  return html`<section class="card"><h2>${say('phone')}</h2>${rows([
    [say('model'), printable(phone.model)],
    [say('release'), printable(phone.release)],
    [say('serial'), printable(phone.serial)],
    [say('imei'), [phone.imei, phone.imei2].filter(Boolean).join(' · ')],
    [say('battery'), phone.battery === undefined ? '' : `${phone.battery} %`],
    [say('station'), printable(phone.station)],
    [say('place-name'), name],
  ])}</section>`;
}

function othersOf({ others }: PhoneView, viewer: Viewer): Content {
  if (others.length === 0) return '';
  const { say, language } = viewer;
  const links = others.map(
    (tile) =>
      html`<a href="${pathOf(tile)}"><b>${placeOf(tile)}</b><span>${adviceOf(tile, say, language).what}</span>${timeOf(tile, say)}</a>`,
  );
  return html`<section class="card"><h2>${say('next-questions')}</h2><div class="nq">${links}</div></section>`;
}
