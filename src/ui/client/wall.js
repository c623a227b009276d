// The wall: tiles that change in their places, the row of what needs a person, arrows, places, sounds.
import { live, send } from './page.js';
import { play } from './sound.js';

const wall = document.getElementById('wall');
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const parsed = (html) => {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
};
const states = new Map([...wall.children].map((item) => [item.id, stateOf(item)]));

function stateOf(item) {
  return `${item.dataset.state}${item.querySelector('[data-until]') ? ' asks' : ''}`;
}

live.addEventListener('tiles', ({ detail: { tiles, gone = [], all, head, rows } }) => {
  const focused = document.activeElement?.closest('#wall > li')?.id;
  for (const { id, html } of tiles) {
    const fresh = parsed(html).firstElementChild;
    const before = document.getElementById(id);
    if (before) before.replaceWith(fresh);
    else wall.append(fresh);
    sounds(fresh, all);
  }
  const kept = all && new Set(tiles.map(({ id }) => id));
  for (const id of [
    ...gone,
    ...(all ? [...wall.children].map(({ id }) => id).filter((id) => !kept.has(id)) : []),
  ]) {
    document.getElementById(id)?.remove();
    states.delete(id);
  }
  if (head) putHead(head);
  wall.dataset.rows = rows;
  document.getElementById('empty').hidden = wall.children.length > 0;
  arrange();
  if (focused) document.getElementById(focused)?.querySelector('a').focus({ preventScroll: true });
  document.documentElement.dataset.shown = String(Date.now());
});

/** Rows above the tiles, where they differ: what is read or pressed there stays. */
function putHead(html) {
  const fresh = parsed(html);
  for (const part of [...fresh.children]) {
    const before = document.getElementById(part.id);
    if (!before) continue;
    const focused = before.contains(document.activeElement)
      ? document.activeElement.getAttribute('href')
      : undefined;
    before.replaceWith(part);
    if (focused) part.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  }
  showUrgent();
}

function sounds(item, isFirst) {
  const [before, now] = [states.get(item.id), stateOf(item)];
  states.set(item.id, now);
  if (before === now || isFirst) return;
  if (now.startsWith('person')) play('question');
  else if (now === 'fail' && !item.classList.contains('seen')) play('failed');
}

// A question is heard again after 30 s and in its last 30 s.
setInterval(() => {
  for (const { dataset } of document.querySelectorAll('.q [data-until]')) {
    const left = Math.round((Date.parse(dataset.until) - Date.now()) / 1000);
    if (left > 0 && (left === 30 || left % 120 === 0)) play('question');
  }
}, 1000);

// Tiles stand by their places; urgent first is a choice of this browser.
const isUrgent = () => localStorage.getItem('urgent') === 'yes';

function arrange() {
  const items = [...wall.children];
  const sorted = items.toSorted(
    (a, b) => (isUrgent() ? a.dataset.urgency - b.dataset.urgency : 0) || byPlace(a, b),
  );
  if (sorted.some((item, at) => item !== items[at])) wall.append(...sorted);
  items.forEach((item) => (item.firstElementChild.tabIndex = -1));
  const focused = document.activeElement?.closest('#wall > li');
  const first = focused ?? wall.firstElementChild;
  if (first) first.firstElementChild.tabIndex = 0;
}

function byPlace(one, other) {
  const [a, b] = [one.dataset.place, other.dataset.place];
  const station = names.compare(one.dataset.station, other.dataset.station);
  if (a === '' || b === '') return a === b ? station || orderOf(one) - orderOf(other) : a === '' ? 1 : -1;
  return station || names.compare(a, b);
}

// Phones without a place stay in the order in which they came.
const order = new Map();
const orderOf = ({ id }) => order.get(id) ?? order.set(id, order.size).get(id);
[...wall.children].forEach(orderOf);

function showUrgent() {
  const button = document.getElementById('urgent');
  button.setAttribute('aria-pressed', String(isUrgent()));
  button.addEventListener('click', () => {
    localStorage.setItem('urgent', isUrgent() ? 'no' : 'yes');
    button.setAttribute('aria-pressed', String(isUrgent()));
    arrange();
  });
}
showUrgent();
arrange();

// Arrows move between tiles as they stand; Tab leaves the wall.
wall.addEventListener('keydown', (event) => {
  const links = [...wall.querySelectorAll('a')];
  const at = links.indexOf(event.target.closest('a'));
  const columns = getComputedStyle(wall).gridTemplateColumns.split(' ').length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  const to = step === undefined ? undefined : links[at + step];
  if (!to) return;
  event.preventDefault();
  links.forEach((link) => (link.tabIndex = -1));
  to.tabIndex = 0;
  to.focus();
});

// A tile that is dragged onto another takes its place; that one gets the place it came from.
let dragged;
wall.addEventListener('dragstart', ({ target, dataTransfer }) => {
  dragged = target.closest('li');
  dataTransfer.effectAllowed = 'move';
});
wall.addEventListener('dragover', (event) => dragged && event.preventDefault());
wall.addEventListener('drop', (event) => {
  const onto = event.target.closest('#wall > li');
  const from = dragged;
  dragged = undefined;
  if (!from || !onto || onto === from || onto.dataset.station !== from.dataset.station) return;
  event.preventDefault();
  const items = [...wall.children];
  const place = (item) => item.dataset.place || nameAt(items.indexOf(item));
  const [here, there] = [place(from), place(onto)];
  void (async () => {
    await send('/places', { station: onto.dataset.station, serial: onto.dataset.serial, name: here });
    await send('/places', { station: from.dataset.station, serial: from.dataset.serial, name: there });
  })();
});

/** Places are named as a bench with rows of eight: A1 to A8, B1 … */
const nameAt = (at) => `${String.fromCharCode(65 + Math.floor(at / 8))}${(at % 8) + 1}`;
