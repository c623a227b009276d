import { html, type Content, type Html } from '../formats/html.ts';
import { mayDo } from '../store/operators.ts';
import { printable } from '../words/printable.ts';
import { icon, type PageIcon } from './icons.ts';
import type { Viewer } from './layout.ts';
import { said, type Barred } from './screen-routes.ts';
import type { Tile } from './tile.ts';
import { pictureAddress } from './wall-page.ts';
import type { PageWord } from './words/language.ts';

interface ScreenView {
  tile: Tile;
  elsewhere: string | undefined;
  isFree: boolean;
  barred: Barred;
}

/** The picture: of the evidence, or live, where the phone is free and a person asks; and what takes it in hand. */
export function liveOf(view: ScreenView, viewer: Viewer): Html {
  const { tile, elsewhere } = view;
  const { say, operator } = viewer;
  const { phone } = tile;
  const isHere = elsewhere === undefined;
  const there = !isHere && [
    html`<p class="note">${say('picture-elsewhere', { station: printable(phone.station) })}</p>`,
    elsewhere !== '' &&
      html`<p><a class="btn" ${{ rel: 'noreferrer', 'data-there': elsewhere }} href="/">${say('open-there')}</a></p>`,
  ];
  const picture =
    isHere && phone.picture !== ''
      ? html`<img ${{ id: 'screen', src: pictureAddress(phone), alt: say('pictures') }}>`
      : html`<p class="soft" id="blank">${say('no-picture')}</p>`;
  const hands = isHere && phone.state === 'device' && operator && mayDo(operator.role, 'operate');
  return html`<section class="card live" id="eye" aria-label="${say('pictures')}"><p class="bar1" id="now" hidden><b><i></i>${say('live-now')}</b><span ${{ id: 'rate', 'data-rate': say('rate') }}></span></p>
<p class="yours" id="yours" role="status" hidden><span>${say('you-control')}</span><b id="idle" aria-hidden="true"></b></p>
<div class="scr" id="scr">${picture}</div><p class="note" id="drawn" hidden>${say('drawn-note')}</p>${hands && handsOf(view, viewer)}${there}</section>`;
}

const KEYS: readonly (readonly [string, PageIcon, PageWord])[] = [
  ['back', 'back', 'key-back'],
  ['home', 'home', 'key-home'],
  ['recent', 'recent', 'key-recent'],
];

function handsOf({ tile, isFree, barred }: ScreenView, viewer: Viewer): Content {
  const { say } = viewer;
  const keys = KEYS.map(
    ([key, drawing, word]) =>
      html`<button class="btn" type="button" data-key="${key}">${icon(drawing)}${say(word)}</button>`,
  );
  const typing = html`<form class="typing" id="typing"><label class="vh" for="typed">${say('type-here')}</label><input ${{ id: 'typed', maxlength: 200, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', placeholder: say('type-here') }}><button class="btn" type="submit">${say('type-it')}</button><button class="btn" type="button" data-key="delete" aria-label="${say('key-delete')}">⌫</button></form>`;
  // The run that asks has the phone: it ends first, with the question.
  const asks = barred && tile.question;
  const why = asks ? say('control-aside') : barred ? said(barred, say) : isFree ? '' : say('live-busy');
  return html`<div class="ctl" id="ctl" hidden>${keys}${typing}</div><div class="acts hands">
<button ${{ class: 'btn big', type: 'button', id: 'take', disabled: barred !== undefined && !asks, 'data-question': asks && asks.id, 'data-sure': asks && say('control-aside-sure'), 'data-over': say('control-over') }}>${icon('hand')}${say('take-control')}</button>
<button class="btn big main" type="button" id="let-go" hidden>${say('let-go')} <kbd>Esc</kbd></button>
<button ${{ class: 'btn', type: 'button', id: 'look', disabled: !isFree, 'aria-pressed': 'false', 'data-look': say('look-live'), 'data-stop': say('stop-looking'), 'data-away': say('live-away') }}>${say('look-live')}</button></div>
<p class="note">${why || say('control-note')}</p>${sureOf(viewer)}`;
}

/** Asked before what the page does not tell: what it counts as. */
function sureOf({ say }: Viewer): Html {
  const button = (value: string, word: PageWord, isMain = false) =>
    html`<button ${{ class: isMain ? 'btn big main' : 'btn big', value, autofocus: isMain }}>${say(word)}</button>`;
  return html`<dialog id="sure" aria-labelledby="sure-title"><form method="dialog"><h2 id="sure-title">${say('sure-title')}</h2><p id="sure-why"></p><div class="acts">${button('', 'sure-not', true)}${button('password', 'sure-password')}${button('code', 'sure-code')}${button('nothing', 'sure-nothing')}</div></form></dialog>`;
}
