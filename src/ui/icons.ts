import { html, raw, type Html } from '../formats/html.ts';

/** Drawings in a box of 24 by 24, as lines of 2. */
const DRAWINGS = {
  work: '<path d="M20 12a8 8 0 1 1-2.5-5.8"/><path d="M20 3v4h-4"/>',
  queue: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
  done: '<circle cx="12" cy="12" r="9.5"/><path d="M7.5 12.5l3 3 6-6.5"/>',
  person:
    '<g fill="currentColor"><circle cx="12" cy="7.5" r="4.2"/><path d="M4 21c.4-4.4 3.7-6.8 8-6.8s7.6 2.4 8 6.800z"/></g>',
  fail: '<path d="M8.2 2.500h7.600l5.7 5.700v7.600l-5.7 5.700H8.200l-5.7-5.700V8.200z"/><path d="M9 9l6 6M15 9l-6 6"/>',
  order: '<path d="M3 5v14M6.5 5v14M12.5 5v14M21 5v14"/><path d="M9.5 5v14M17 5v14" stroke-width="3.4"/>',
  unauth: '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.500V7.500a4 4 0 0 1 8 0v3"/>',
  gone: '<circle cx="12" cy="12" r="9" stroke-dasharray="4 3.1"/><path d="M6 18L18 6"/>',
  lock: '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.500V7.500a4 4 0 0 1 8 0v3M12 14v.3M12 17v.3"/>',
  cleared: '<circle cx="12" cy="12" r="9.5" stroke-dasharray="4 3.1"/><path d="M7.5 12.5l3 3 6-6.5"/>',
  return: '<path d="M9 5L4 10l5 5"/><path d="M4 10h10a6 6 0 0 1 0 12h-2"/>',
  away: '<circle cx="12" cy="12" r="9" stroke-dasharray="4 3.1"/><path d="M12 7v6M12 16.500v.3"/>',
  held: '<path d="M8.5 5v14M15.5 5v14" stroke-width="3.6"/>',
  sound:
    '<path d="M4 9.500v5h3.500L13 19V5L7.5 9.500z" fill="currentColor"/><path d="M16.5 8.500a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12"/>',
  mute: '<path d="M4 9.500v5h3.500L13 19V5L7.5 9.500z" fill="currentColor"/><path d="M17 9.500l5 5M22 9.500l-5 5"/>',
  theme: '<path d="M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z"/>',
  language:
    '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c5 5.3 5 12.7 0 18M12 3c-5 5.3-5 12.7 0 18"/>',
  wall: '<rect x="3" y="4" width="7.5" height="7" rx="1"/><rect x="13.5" y="4" width="7.5" height="7" rx="1"/><rect x="3" y="13.5" width="7.5" height="7" rx="1"/><rect x="13.5" y="13.5" width="7.5" height="7" rx="1"/>',
  lists: '<path d="M8.5 6H21M8.5 12H21M8.5 18H21M3.5 6h1M3.5 12h1M3.5 18h1"/>',
  records: '<path d="M6 3h8.500L19 7.500V21H6z"/><path d="M9.5 12h6M9.5 16h6"/>',
  charts: '<path d="M4 20.500V11M10 20.500V4M16 20.500v-7M21.5 20.500h-19"/>',
  gear: '<circle cx="12" cy="12" r="3.2"/><path d="M12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M5.300 18.700l2.100-2.100M16.600 7.400l2.100-2.100"/>',
  warn: '<path d="M12 3.500l9.5 17h-19z"/><path d="M12 10v4.500M12 17.500v.3"/>',
  back: '<path d="M14.5 5l-7 7 7 7"/>',
  home: '<circle cx="12" cy="12" r="7.5"/>',
  recent: '<path d="M4 7h16M4 12h16M4 17h16"/>',
  hand: '<path d="M8 12V5.500a1.5 1.5 0 0 1 3 0V11m0-6.500a1.5 1.5 0 0 1 3 0V11m0-5a1.5 1.5 0 0 1 3 0v8.500c0 4-2.5 6.5-6 6.5-3 0-4.5-1.5-6-5l-1.5-3.300c-.7-1.7 1.4-2.6 2.4-1.200L8 14"/>',
  print: '<path d="M7 8.500v-5h10v5M7 17H4V8.500h16V17h-3"/><path d="M7 14h10v6.500H7z"/>',
  file: '<path d="M6 3h8.500L19 7.500V21H6z"/><path d="M12.5 17.500v-7M9.5 13l3-3 3 3"/>',
  search: '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.500l5 5"/>',
} as const;
export type PageIcon = keyof typeof DRAWINGS;

/** All drawings, once on each page. */
export const SPRITE: Html = html`<svg width="0" height="0" class="sprite" aria-hidden="true">${Object.entries(
  DRAWINGS,
).map(
  ([name, drawing]) =>
    html`<symbol id="i-${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${raw(drawing)}</symbol>`,
)}</svg>`;

/** One of them; words beside it say what it means. */
export function icon(name: PageIcon): Html {
  return html`<svg class="ic" aria-hidden="true"><use href="${`#i-${name}`}"></use></svg>`;
}
