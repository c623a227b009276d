import { html, type Content, type Html } from '../formats/html.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { shortReason } from './reason-words.ts';
import { byPlace, needing, STATES, URGENCY, type Tile, type TileState } from './tile.ts';
import type { Language, Say, PageWord } from './words/language.ts';

export interface WallView {
  tiles: readonly Tile[];
  signedOut: { day: number; hour: number };
  /** Stations whose disks have no room. */
  full: readonly string[];
}

/** What stands on the wall, part by part: those that change are sent again. */
export function wallPage(
  view: WallView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const tiles = [...view.tiles].sort(byPlace);
  const body = html`<h1 class="vh">${say('wall')}</h1>
${fullBar(view, viewer)}
${totalsOf(view, viewer)}
${attentionOf(view, viewer)}
<section class="wallbox" aria-label="${say('phones')}"><ul ${{ class: 'wall', id: 'wall', 'data-rows': rowsFor(tiles.length), 'data-urgent': 'no' }}>${tiles.map((tile) => tileItem(tile, viewer))}</ul>
${emptyWall(tiles.length === 0, say)}</section>`;
  return pageOf(
    { title: say('wall'), page: 'wall', scripts: ['wall'], className: 'wallpage', body, ...parts },
    viewer,
  );
}

/** Rows of eight tiles that are whole on the screen: four, as long as they are enough. */
export const rowsFor = (tiles: number): number => Math.min(4, Math.max(2, Math.ceil(tiles / 8)));

function emptyWall(isEmpty: boolean, say: Say): Html {
  return html`<div ${{ class: 'empty', id: 'empty', hidden: !isEmpty }}><h2>${say('empty-title')}</h2><p>${say('empty-text')}</p><a class="btn main big" href="/lists">${say('choose-list')}</a></div>`;
}

export function totalsOf({ tiles, signedOut }: WallView, { say }: Viewer): Html {
  const counts = Map.groupBy(tiles, ({ state }) => state);
  const chips = STATES.filter((state) => !SELDOM.includes(state) || counts.has(state)).map((state) => {
    const count = counts.get(state)?.length ?? 0;
    return html`<li ${{ class: `chip ${state}${count === 0 ? ' none' : ''}` }}>${icon(state)}<b>${count}</b> <span>${say(stateWord(state))}</span></li>`;
  });
  return html`<section class="sum" id="totals" aria-label="${say('totals')}"><ul class="chips">${chips}</ul><span class="grow"></span>
<p class="day"><b>${signedOut.day}</b> ${say('out-today')} · <b>${signedOut.hour}</b> ${say('last-hour')}</p><button class="btn ord" id="urgent" type="button" aria-pressed="false">${say('urgent-first')}</button></section>`;
}

/** Hidden until the disk of a station has no room. */
export function fullBar({ full }: WallView, { say }: Viewer): Html {
  const stations = full.map(printable).join(', ');
  return html`<div ${{ class: 'bad bar', id: 'full', role: 'alert', hidden: full.length === 0 }}>${icon('fail')}<p><b>${say('bar.full', { stations })}</b> ${say('bar.full-more')}</p></div>`;
}

/** Only where there are some. */
const SELDOM: readonly TileState[] = ['away', 'held', 'lock', 'cleared', 'return'];

const stateWord = (state: TileState) => `state.${state}` as PageWord;

// Cards that have room at 1920 px; narrower screens show fewer.
const CARDS = 6;

export function attentionOf({ tiles }: WallView, viewer: Viewer): Html {
  const { say } = viewer;
  const all = needing(tiles);
  const working = tiles.filter(({ state }) => state === 'work').length;
  const cards = all.map((tile) => card(tile, viewer));
  const more = [CARDS, 4, 3].map((room, at) => {
    const left = all.length - room;
    return (
      left > 0 &&
      html`<a ${{ class: `more m${at}`, href: pathOf(all[room]), 'aria-label': say('more', { n: left }) }}>+${left}</a>`
    );
  });
  const nothing = html`<p class="calm">${icon('done')}<span><b>${say('nothing-needs')}</b> ${say('are-working', { n: working })}</span></p>`;
  return html`<section class="need" id="need" aria-label="${say('needs-you')}"><h2 class="vh">${say('needs-you')}</h2>${all.length === 0 ? nothing : [cards, more]}</section>`;
}

function card(tile: Tile, viewer: Viewer): Html {
  const { what, todo } = adviceOf(tile, viewer.say, viewer.language);
  return html`<a ${{ class: `q ${tile.state}${tile.isSeen ? ' seen' : ''}`, href: pathOf(tile) }}><b class="pl">${placeOf(tile)}</b><span class="wh">${icon(tile.state)}<span>${what}</span></span><span class="do">${todo}</span>${tile.question && timeOf(tile, viewer.say)}</a>`;
}

/** Address of a phone's page. */
export const pathOf = (tile: Pick<Tile, 'phone'> | undefined): string =>
  tile ? `/phones/${encodeURIComponent(tile.phone.station)}/${encodeURIComponent(tile.phone.serial)}` : '/';

/** A phone without a place is known by the end of its serial. */
export const placeOf = ({ place, phone }: Tile): string => place || `…${printable(phone.serial).slice(-5)}`;

/** What happened, where there is more to say than what to do. */
export function adviceOf({ advice }: Tile, say: Say, language: Language): { what: string; todo: string } {
  if ('outcome' in advice) return shortReason(advice, language);
  const at = advice.at === undefined ? '' : dayOrHour(advice.at);
  if ('why' in advice) return { what: say(advice.why), todo: say(advice.say, { at }) };
  return { what: '', todo: say(advice.say, { at }) };
}

/** The time of today, or the day of another one, here. */
function dayOrHour(at: string): string {
  const [time, now] = [localTime(at), localTime(Date.now())];
  return time.slice(0, 10) === now.slice(0, 10) ? time.slice(11, 16) : time.slice(5, 16);
}

export function tileItem(tile: Tile, viewer: Viewer): Html {
  const { id, phone, state, place } = tile;
  const order = URGENCY.indexOf(state);
  return html`<li ${{ id, 'data-state': state, 'data-station': phone.station, 'data-serial': phone.serial, 'data-place': place, 'data-urgency': order, class: tile.isSeen ? 'seen' : '' }}>${tileOf(tile, viewer)}</li>`;
}

/** One link, whose name is what it shows but for what is for the eye alone. */
function tileOf(tile: Tile, viewer: Viewer): Html {
  const { state, phone, isSeen } = tile;
  const { say, language, station } = viewer;
  const { what, todo } = adviceOf(tile, say, language);
  const at = station === '' ? html`<small>${printable(phone.station)} · </small>` : '';
  const stop = html`<span class="vh">, </span>`;
  const release = [phone.release, phone.battery === undefined ? '' : `${phone.battery} %`];
  return html`<a ${{ class: `t ${state}${isSeen ? ' seen' : ''}`, href: pathOf(tile), draggable: 'true' }}>
<span class="h"><span ${{ class: `pl${tile.place === '' ? ' own' : ''}` }}>${at}${placeOf(tile)}</span>${stop}${timeOf(tile, say)}<span class="st">${icon(state)}${say(stateWord(state))}</span></span>
${state === 'work' && stepsOf(tile.phase)}<span class="b">${pictureOf(tile, viewer)}<span class="d">${stop}<span class="rf" dir="auto">${printable(tile.name)}</span><span class="md" dir="auto" aria-hidden="true">${printable(phone.model)}</span>
<span class="rl" aria-hidden="true">${release.filter(Boolean).join(' · ')}</span>${stop}${what !== '' && html`<b class="why">${what}</b>`}<span class="do">${todo}</span></span></span></a>`;
}

const PHASES = [1, 2, 3, 4, 5, 6];
const stepsOf = (phase: number) =>
  html`<span class="bar6">${PHASES.map((at) => html`<i ${{ class: at <= phase && 'on' }}></i>`)}</span>`;

function pictureOf({ phone, state }: Tile, { home }: Viewer): Content {
  if (phone.station !== home || state === 'unauth' || phone.picture === '' || phone.evidence === '')
    return html`<span class="p no"></span>`;
  return html`<img ${{ class: 'p', src: pictureAddress(phone), alt: '', loading: 'lazy', decoding: 'async' }}>`;
}

/** The newest picture of a run, small. Its name changes with it, so that browsers keep it. */
export const pictureAddress = ({ station, serial, evidence, picture }: Tile['phone']): string =>
  `/pictures/${encodeURIComponent(station)}/${encodeURIComponent(serial)}/${encodeURIComponent(picture)}?of=${encodeURIComponent(evidence.split(/[/\\]/).at(-1) ?? '')}`;

/** A time that the page counts on by itself. */
export function timeOf({ time }: Pick<Tile, 'time'>, say: Say): Content {
  if (!time) return html`<span class="tm"></span>`;
  if ('took' in time) return html`<span class="tm" aria-hidden="true">${durationOf(time.took, say)}</span>`;
  const [name, at] = 'since' in time ? ['data-since', time.since] : ['data-until', time.until];
  const ms = name === 'data-since' ? Date.now() - Date.parse(at) : Date.parse(at) - Date.now();
  const isForEyes = name === 'data-since' && 'true';
  return html`<span ${{ class: 'tm', [name]: at, 'aria-hidden': isForEyes }}>${name === 'data-since' ? durationOf(ms, say) : leftOf(ms)}</span>`;
}

/** As `16 s`, `4 min`, `3 h`. */
function durationOf(ms: number, say: Say): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return say('unit.s', { n: seconds });
  return seconds < 5400
    ? say('unit.min', { n: Math.round(seconds / 60) })
    : say('unit.h', { n: Math.round(seconds / 3600) });
}

/** As `1:42`. */
export function leftOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
