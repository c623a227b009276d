// What every page does: choices, the scan field, keys, sounds, and the stream of what happens.
import { Scans } from './scan.js';
import { isMuted, isOn, play, unlock } from './sound.js';

const by = (id) => document.getElementById(id);
const body = document.body;

/** Events `tiles`, `seen` and `database` of the station, and `lost` and `back` of the stream. */
export const live = new EventTarget();

const tell = (kind, detail) => live.dispatchEvent(new CustomEvent(kind, { detail }));

// The stream. Each event of the store has a number, and the browser asks for what came after the last it has.
let source;
let lastHeard = Date.now();
let isLost = false;
let newest = Number(body.dataset.after);

/** In the language and of the station of this page: another tab may have chosen others since. */
export function asShown(address) {
  const to = new URL(address, location.href);
  to.searchParams.set('lang', document.documentElement.lang);
  to.searchParams.set('station', body.dataset.station || '*');
  return to;
}

function connect() {
  source?.close();
  source = new EventSource(asShown(`/events?after=${newest}`));
  const on = (kind, work) =>
    source.addEventListener(kind, (event) => {
      lastHeard = Date.now();
      work(JSON.parse(event.data), event);
    });
  on('seen', (detail, { lastEventId }) => {
    newest = Number(lastEventId);
    tell('seen', detail);
  });
  on('tiles', (detail) => tell('tiles', detail));
  on('database', ({ away }) => (by('database').hidden = !away));
  on('beat', () => undefined);
  source.onopen = () => setLost(false);
  source.onerror = () => {
    setLost(true);
    // After a refusal a browser does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

function setLost(lost) {
  if (lost === isLost) return;
  isLost = lost;
  const at = new Date(lastHeard).toLocaleTimeString(document.documentElement.lang, { hour12: false });
  by('lost').querySelector('b').textContent = body.dataset.lost.replace('{at}', at);
  by('lost').hidden = !lost;
  body.classList.toggle('old', lost);
  if (lost) unknow();
  tell(lost ? 'lost' : 'back');
}

/** Nothing is said to be under way that is not known: the station may be gone. All is sent anew when it is back. */
function unknow() {
  for (const one of document.querySelectorAll('.t.work, .hd.work')) {
    one.classList.replace('work', 'gone');
    one.querySelector('.bar6')?.remove();
    one.querySelector('.st').lastChild.textContent = body.dataset.unknown;
    one.querySelector('.do')?.remove();
  }
  for (const one of document.querySelectorAll('#need .calm')) one.textContent = body.dataset.unknown;
}

// A page that is left in the browser's memory has a stream that is dead.
addEventListener('pageshow', ({ persisted }) => persisted && connect());
by('lost-try')?.addEventListener('click', connect);
if (newest > 0 || body.classList.contains('wallpage')) connect();

// Times count on by themselves, while the page knows what it shows.
export const durationOf = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const inUnit = (unit, n) => body.dataset[unit].replace('{n}', n);
  if (seconds < 100) return inUnit('s', seconds);
  return seconds < 5400 ? inUnit('min', Math.round(seconds / 60)) : inUnit('h', Math.round(seconds / 3600));
};
export const leftOf = (ms) => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
setInterval(() => {
  if (isLost) return;
  const now = Date.now();
  for (const one of document.querySelectorAll('[data-since]'))
    put(one, durationOf(now - Date.parse(one.dataset.since)));
  for (const one of document.querySelectorAll('[data-until]'))
    put(one, leftOf(Date.parse(one.dataset.until) - now));
}, 1000);

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Choices of this browser.
function choose(name, value) {
  const to = new URL(location.href);
  to.searchParams.set(name, value);
  location.assign(to);
}
by('language')?.addEventListener('change', ({ target }) => choose('lang', target.value));
by('station')?.addEventListener('change', ({ target }) => choose('station', target.value || '*'));
const isDark = () =>
  getComputedStyle(document.documentElement).colorScheme === 'dark' ||
  (document.documentElement.dataset.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
by('theme')?.addEventListener('click', () => choose('theme', isDark() ? 'light' : 'dark'));
if (by('theme')) by('theme').ariaLabel = isDark() ? by('theme').dataset.light : by('theme').dataset.dark;

// Sounds.
const sound = by('sound');
function showSound() {
  if (!sound) return;
  const isSilent = isOn() && body.classList.contains('wallpage') && isMuted();
  const { on, off, muted } = sound.dataset;
  const words = isSilent ? muted : isOn() ? on : off;
  sound.setAttribute('aria-pressed', String(isOn()));
  sound.classList.toggle('muted', isSilent);
  sound.querySelector('.w').textContent = words;
  sound.querySelector('use').setAttribute('href', isOn() && !isSilent ? '#i-sound' : '#i-mute');
  sound.setAttribute('aria-label', words);
}
function toggleSound() {
  localStorage.setItem('sound', isOn() ? 'off' : 'on');
  showSound();
}
sound?.addEventListener('click', toggleSound);
for (const kind of ['keydown', 'pointerdown'])
  addEventListener(kind, () => void unlock().then(showSound), { once: true, capture: true });
showSound();

// Acts.
/** Sends something to be done. Gives the answer; undefined where it was refused, which is said. */
export async function send(address, values = {}) {
  const answer = await fetch(asShown(address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(values),
  }).catch(() => undefined);
  const said = await answer?.json().catch(() => ({}));
  if (answer?.ok) return said;
  notice(said?.error ?? body.dataset.wrong);
  return undefined;
}

/** Says something in a line above the page. */
export function notice(text, { kind = 'hint', link } = {}) {
  let bar = by('notice');
  if (!bar) {
    bar = document.createElement('div');
    bar.id = 'notice';
    bar.role = 'status';
    document.querySelector('main').before(bar);
  }
  bar.className = `bar ${kind}`;
  const words = document.createElement('p');
  words.textContent = text;
  bar.replaceChildren(words);
  if (!link) return;
  const button = document.createElement('a');
  button.className = 'btn';
  button.href = link.href;
  button.textContent = link.text;
  bar.append(button);
}

// The scan field, and scans that land elsewhere.
const field = by('scan');
const scans = new Scans();

/** A phone that was scanned and has no order: what is scanned next, for so long, is its reference, ms. */
const PAIR = 15_000;

async function lookUp(text) {
  tell('scanned');
  const what = text.trim();
  if (what === '') return;
  const waits = JSON.parse(sessionStorage.getItem('scanned') ?? 'null');
  sessionStorage.removeItem('scanned');
  const query = new URLSearchParams({ what });
  if (waits && Date.now() - waits.at < PAIR) query.set('for', waits.serial);
  const answer = await fetch(asShown(`/scan?${query}`), { headers: { accept: 'application/json' } }).catch(
    () => undefined,
  );
  const found = await answer?.json().catch(() => undefined);
  if (!answer?.ok || !found) return notice(found?.error ?? body.dataset.wrong);
  if (field) field.value = '';
  play(found.to || found.order ? 'found' : 'missing', { always: true });
  if (found.order) sessionStorage.setItem('scanned', JSON.stringify({ serial: found.order, at: Date.now() }));
  if (found.text)
    notice(found.text, { kind: found.order ? 'found' : 'hint', ...(found.link && { link: found.link }) });
  // The tone is heard before the page goes.
  if (found.to) setTimeout(() => location.assign(found.to), 150);
}

addEventListener(
  'keydown',
  (event) => {
    const text = scans.key(event, document.activeElement);
    if (text === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    // It may be a password that a program has typed: no address ever has one.
    if (document.activeElement?.type === 'password') play('missing', { always: true });
    else void lookUp(text);
  },
  { capture: true },
);
field?.form.addEventListener('submit', (event) => {
  event.preventDefault();
  void lookUp(field.value);
});
// On touch screens no keyboard covers the page until the field is tapped.
if (field && matchMedia('(pointer: coarse)').matches) {
  field.inputMode = 'none';
  field.addEventListener('pointerdown', () => (field.inputMode = 'text'));
}

// The field takes the focus back once nothing was typed elsewhere for a while, ms.
const BACK = 10_000;
let lastKey = Date.now();
let leftByTab = false;
addEventListener('keydown', ({ key }) => {
  lastKey = Date.now();
  if (key === 'Tab') leftByTab = true;
});
addEventListener('pointerdown', () => {
  lastKey = Date.now();
  leftByTab = false;
});
setInterval(() => {
  const active = document.activeElement;
  const isTyping = active?.matches('input, textarea, select') && active.value !== '';
  const isElsewhere = active && active !== body && active !== field;
  if (!field?.hasAttribute('autofocus') || Date.now() - lastKey < BACK || leftByTab) return;
  if (isTyping || document.querySelector('dialog[open]') || (isElsewhere && !active.matches('a, button')))
    return;
  field.focus({ preventScroll: true });
}, 1000);

// Keys. None is a bare letter or digit: scanners press those.
export const keys = new Map();
keys.set('KeyM', toggleSound);
keys.set('KeyN', () => open(document.querySelector('.q.person, .nq a')));
for (let nth = 1; nth <= 9; nth++)
  keys.set(`Digit${nth}`, () => open(document.querySelectorAll('.q, .nq a')[nth - 1]));
const open = (link) => link && location.assign(link.href);
addEventListener('keydown', (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const work = keys.get(event.code);
  if (!work) return;
  event.preventDefault();
  work();
});
