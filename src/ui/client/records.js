// Records: filters that work at once, and the label by its key.
import { keys } from './page.js';

const filter = document.getElementById('filter');
filter.addEventListener('change', ({ target }) => target.matches('select') && filter.submit());
keys.set('KeyP', () => document.getElementById('label')?.click());
