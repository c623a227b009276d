// The page of one phone: the answer, the replay, acts.
import { asShown, keys, live, notice, send } from './page.js';
import { play } from './sound.js';

const by = (id) => document.getElementById(id);
const phone = document.querySelector('.phone');
const { station, serial, job } = phone.dataset;

// The address of another station's page is no address of this one.
for (const link of document.querySelectorAll('[data-there]'))
  link.href = new URL(location.pathname, link.dataset.there).href;

addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
  location.assign('/');
});

// The question. The first answer counts, wherever it is given.
const ask = by('ask');
ask?.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = by('answer');
  void answer((field?.type === 'password' ? field.value : field?.value.trim()) ?? 'yes');
});
by('aside')?.addEventListener('click', () => void answer(''));

let isSent = false;
async function answer(text) {
  isSent = true;
  const became = await send(`/questions/${ask.dataset.question}`, { answer: text });
  if (by('answer')) by('answer').value = '';
  if (became?.kind === 'taken') return next();
  if (became?.kind === 'second') over(ask.dataset.by.replace('{by}', became.by));
  else if (became) over(ask.dataset.over);
  else isSent = false;
}

function over(text) {
  by('said').textContent = text;
  for (const control of ask.querySelectorAll('input, button')) control.disabled = true;
}

const next = () => location.assign(document.querySelector('.nq a')?.href ?? '/');
keys.set('KeyN', next);

// What has changed is read anew, unless a person is about to type.
const shown = phone.dataset.state;
live.addEventListener('tiles', ({ detail: { tiles } }) => {
  const own = tiles.find(({ id }) => id === phone.dataset.id);
  if (!own) return;
  const item = document.createElement('template');
  item.innerHTML = own.html;
  const fresh = item.content.firstElementChild;
  const picture = fresh.querySelector('img.p')?.src;
  if (picture && by('screen') && !isReplaying) by('screen').src = picture;
  if (fresh.dataset.state === shown && shown !== 'work') return;
  if (fresh.dataset.state !== shown && ask && !isSent) return void gone();
  if (!isSent && !by('new-password')?.value && !document.body.classList.contains('in-hand')) void renew();
});

async function gone() {
  // Another person has answered, or the time was over: an answer that comes second hears who it was.
  const became = await fetch(`/questions/${ask.dataset.question}`).then((answer) => answer.json());
  if (became.kind === 'open') return;
  over(became.kind === 'second' ? ask.dataset.by.replace('{by}', became.by) : ask.dataset.over);
}

let renewing;
/** Takes the parts that show how it goes from a fresh copy of the page. */
async function renew() {
  renewing ??= (async () => {
    const text = await fetch(asShown(location.href), { headers: { accept: 'text/html' } }).then((answer) =>
      answer.text(),
    );
    const fresh = document.createElement('template');
    fresh.innerHTML = text;
    const now = fresh.content.querySelector('.phone');
    if (!now) return;
    if (now.dataset.state !== shown && now.dataset.state === 'person') play('question', { always: true });
    if (now.dataset.state !== shown) return location.reload();
    for (const part of ['#head', '.tlc', '#acts']) {
      const [before, after] = [document.querySelector(part), now.querySelector(part)];
      if (before && after) before.replaceWith(after);
    }
    replay();
  })().finally(() => (renewing = undefined));
  return renewing;
}

for (const bar of document.querySelectorAll('progress[data-ends]'))
  setInterval(() => (bar.value = Math.max(0, Date.parse(bar.dataset.ends) - Date.now())), 1000);

// Acts on the order.
document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-act]');
  if (!button || (button.dataset.sure && !globalThis.confirm(button.dataset.sure))) return;
  button.disabled = true;
  void send(`/jobs/${job}/${button.dataset.act}`).then((done) =>
    done ? location.reload() : (button.disabled = false),
  );
});

// An account that was uncovered is covered again, ms.
const UNCOVERED = 30_000;
by('uncover')?.addEventListener('click', async () => {
  const covered = by('account').textContent;
  const said = await send(`/jobs/${job}/account`);
  if (!said) return;
  by('account').textContent = said.account;
  setTimeout(() => (by('account').textContent = covered), UNCOVERED);
});
by('change')?.addEventListener('click', () => {
  by('password-form').hidden = false;
  by('new-password').focus();
});
by('password-form')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const password = by('new-password').value;
  by('new-password').value = '';
  if (!(await send(`/jobs/${job}/password`, { password }))) return;
  by('password-form').hidden = true;
  notice(by('password-form').dataset.saved, { kind: 'found' });
});
by('place')?.addEventListener(
  'change',
  ({ target }) => void send('/places', { station, serial, name: target.value }),
);

// The replay: pictures at the times at which they were taken.
let isReplaying = false;
function replay() {
  const shots = [...document.querySelectorAll('.shot')];
  const [scrub, play_] = [by('scrub'), by('play')];
  if (!scrub || !by('screen')) return;
  let timer;
  const show = (at) => {
    isReplaying = at < shots.length - 1;
    by('screen').src = shots[at].dataset.src;
    scrub.value = at;
    scrub.ariaValueText = shots[at].textContent;
    shots.forEach((shot, nth) => shot.setAttribute('aria-current', String(nth === at)));
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    play_.setAttribute('aria-pressed', 'false');
    play_.textContent = '▶';
  };
  const run = (at) => {
    show(at);
    if (at >= shots.length - 1) return stop();
    timer = setTimeout(run, Math.min(5000, shots[at + 1].dataset.ms - shots[at].dataset.ms), at + 1);
  };
  play_.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    play_.setAttribute('aria-pressed', 'true');
    play_.textContent = '❚❚';
    run(Number(scrub.value) >= shots.length - 1 ? 0 : Number(scrub.value));
  });
  scrub.addEventListener('input', () => {
    stop();
    show(Number(scrub.value));
  });
  shots.forEach((shot, at) => shot.addEventListener('click', () => (stop(), show(at))));
}
replay();
