// A phone in hand: touches and keys on its picture go to the phone, until it is released.
import { keys, leftOf, live, notice, send } from './page.js';
import { lookAgain, lookLive, stopLooking } from './screen.js';

const by = (id) => document.getElementById(id);
const [take, letGo, scr] = [by('take'), by('let-go'), by('scr')];
// A finger that moves less is a tap, px; one that stays longer presses long, ms.
const STILL = 12;
const LONG = 600;
// What is typed goes in one piece after so long, ms. A scanner's burst is over by then, and is taken back out.
const TYPED = 250;

let hand;
let typed = '';
let flush;

take?.addEventListener('click', () => void takeControl());
letGo?.addEventListener('click', () => void release());
keys.set('KeyC', () => (hand ? void release() : take && !take.disabled && void takeControl()));

async function takeControl() {
  const { question, sure } = take.dataset;
  if (question && !globalThis.confirm(sure)) return;
  take.disabled = true;
  const taken = question ? await afterRun(question) : await send(`${location.pathname}/control`);
  take.disabled = false;
  if (!taken) return;
  const source = new EventSource(`/control/${taken.id}`);
  hand = { ...taken, source, until: Date.now() + taken.ms };
  source.addEventListener('over', () => ended(take.dataset.over));
  source.onerror = () => ended(take.dataset.over);
  show(true);
  await lookLive();
}

// A run that is set aside leaves the phone as it found it, which takes a while, ms.
const LEAVES = 90_000;

/** Ends the question, and with it the run; takes the phone as soon as that has it no more. */
async function afterRun(question) {
  // The page is not read anew meanwhile.
  document.body.classList.add('in-hand');
  const until = Date.now() + LEAVES;
  let taken;
  if (await send(`/questions/${question}`, { answer: '' }))
    while (!taken && Date.now() < until) {
      const answer = await fetch(`${location.pathname}/control`, { method: 'POST' }).catch(() => undefined);
      taken = answer?.ok ? await answer.json() : undefined;
      if (!taken) await new Promise((resolve) => setTimeout(resolve, 500));
    }
  if (!taken) location.reload();
  return taken;
}

function show(isMine) {
  document.body.classList.toggle('in-hand', isMine);
  by('ctl').hidden = by('yours').hidden = letGo.hidden = !isMine;
  take.hidden = by('look').hidden = isMine;
  prepare();
  if (isMine) by('live')?.focus();
}

/** The picture takes touches and the focus only while the phone is in hand. */
function prepare() {
  const picture = by('live');
  if (!picture) return;
  if (hand) picture.tabIndex = 0;
  else picture.removeAttribute('tabindex');
}
scr.addEventListener('live', () => {
  prepare();
  if (hand) by('live').focus();
});

function ended(text = '', released = Promise.resolve()) {
  if (!hand) return;
  const { source } = hand;
  // A stream that closes first would say that the page is gone, and not that its person has released the phone.
  void released.finally(() => source.close());
  hand = undefined;
  typed = '';
  // What it asked is over with its run.
  if (take.dataset.question) return void released.then(() => location.reload());
  show(false);
  stopLooking(text);
}

async function release() {
  const { id } = hand;
  const released = send(`/control/${id}/release`);
  ended('', released);
  await released;
}

setInterval(() => {
  if (hand) by('idle').textContent = leftOf(hand.until - Date.now());
}, 1000);

/** Does it on the phone; what the page does not tell, the person says first. */
async function does(gesture) {
  if (!hand) return;
  hand.until = Date.now() + hand.ms;
  let done = await send(`/control/${hand.id}`, gesture);
  if (done?.kind === 'ask') {
    const sure = await isSure(done.said);
    if (sure === '' || !hand) return;
    done = await send(`/control/${hand.id}`, { ...gesture, sure });
  }
  if (done?.said) notice(done.said, { kind: done.kind === 'done' ? 'found' : 'hint' });
  lookAgain();
}

function isSure(why) {
  const dialog = by('sure');
  by('sure-why').textContent = why;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }),
  );
}

// Touches, as parts of the picture.
let down;
const placeOf = ({ clientX, clientY }) => {
  const box = by('live').getBoundingClientRect();
  const within = (part) => Math.min(0.999_9, Math.max(0, part));
  return { x: within((clientX - box.left) / box.width), y: within((clientY - box.top) / box.height) };
};
scr.addEventListener('pointerdown', (event) => {
  if (!hand || event.target !== by('live') || event.button !== 0) return;
  event.target.setPointerCapture(event.pointerId);
  down = { ...placeOf(event), at: performance.now(), clientX: event.clientX, clientY: event.clientY };
});
scr.addEventListener('pointercancel', () => (down = undefined));
scr.addEventListener('pointerup', (event) => {
  if (!down) return;
  const { x, y, at, clientX, clientY } = down;
  down = undefined;
  const [to, ms] = [placeOf(event), Math.round(performance.now() - at)];
  const isStill = Math.hypot(event.clientX - clientX, event.clientY - clientY) < STILL;
  if (isStill && ms < LONG) return void does({ kind: 'tap', x, y });
  void does({ kind: 'swipe', x, y, toX: isStill ? x : to.x, toY: isStill ? y : to.y, ms });
});

// Keys, while the picture has the focus.
const KEYS = { Enter: 'enter', Backspace: 'delete' };
scr.addEventListener('keydown', (event) => {
  if (!hand || event.target !== by('live') || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key.length === 1) {
    event.preventDefault();
    typed += event.key;
    clearTimeout(flush);
    flush = setTimeout(typeAll, TYPED);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    void typeAll().then(() => does({ kind: 'key', key: KEYS[event.key] }));
  }
});
live.addEventListener('scanned', () => (typed = ''));

async function typeAll() {
  clearTimeout(flush);
  const text = typed;
  typed = '';
  if (text !== '') await does({ kind: 'text', text });
}

by('ctl')?.addEventListener('click', ({ target }) => {
  const key = target.closest('[data-key]')?.dataset.key;
  if (key) void does({ kind: 'key', key });
});
by('typing')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = by('typed').value;
  by('typed').value = '';
  if (text !== '') void does({ kind: 'text', text });
});

// Esc releases first; the next goes back to the wall.
addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Escape' || !hand || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    void release();
  },
  { capture: true },
);
