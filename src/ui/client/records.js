// Records: filters that work at once, and the label by its key.
import { keys } from './page.js';

const filter = document.getElementById('filter');
// The address of another station's page is no address of this one.
for (const link of document.querySelectorAll('[data-there]'))
  link.href = new URL(link.dataset.path, link.dataset.there).href;
filter.addEventListener('change', ({ target }) => target.matches('select') && filter.submit());
keys.set('KeyP', () => document.getElementById('label')?.click());

// The whole sheet as it is on paper, as small as there is room: wider than this it is laid out so, px.
const PAPER = { width: 842, height: 1171 };
const box = document.querySelector('.sheetbox');
if (box)
  new globalThis.ResizeObserver(([{ contentRect }]) => {
    const scale = Math.min(1, contentRect.width / PAPER.width);
    const sheet = box.querySelector('iframe');
    box.classList.add('whole');
    Object.assign(sheet.style, { width: `${PAPER.width}px`, height: `${PAPER.height}px` });
    sheet.style.transform = `scale(${scale})`;
    box.style.height = `${Math.round(PAPER.height * scale)}px`;
  }).observe(box);
