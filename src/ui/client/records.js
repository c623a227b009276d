// Records: filters that work at once, and the label by its key.
import { keys } from './page.js';

const filter = document.getElementById('filter');
// The address of another station's page is no address of this one.
for (const link of document.querySelectorAll('[data-there]'))
  link.href = new URL(link.dataset.path, link.dataset.there).href;
filter.addEventListener('change', ({ target }) => target.matches('select') && filter.submit());
keys.set('KeyP', () => document.getElementById('label')?.click());
