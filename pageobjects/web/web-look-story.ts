import type { WebControl, WebRead } from './read.ts';
import { WebLook } from './look.ts';

/** For tests: web pages made of controls alone. */

/** A control that says nothing, and is neither filled nor in the way. */
export const BLANK = {
  ...{ tag: '', type: '', name: '', id: '', classes: '', autocomplete: '', mode: '', language: '' },
  ...{ popup: '', hint: '', label: '', text: '', address: '', longest: 0 },
  ...{ filled: false, checked: false, enabled: true, invalid: false },
  ...{ dialog: false, fixed: false, covered: false },
};

let line = 0;
/** A control below the one before. */
export function control(role: string, more: Partial<WebControl> = {}): WebControl {
  line += 50;
  return {
    role,
    ...BLANK,
    form: 0,
    colour: 0,
    bounds: [100, line, 400, line + 40],
    element: {},
    ...more,
  };
}

export function look(controls: WebControl[], more: Partial<WebRead> = {}): WebLook {
  const site = {
    url: 'https://account.example/x',
    title: '',
    language: 'qq',
    document: 1,
    ready: true,
    httpStatus: 200,
    requests: [],
  };
  return new WebLook({
    ...site,
    masked: [],
    errors: [],
    texts: [],
    controls,
    view: { width: 800, height: 600, scale: 2 },
    ...more,
  });
}

export const button = (more: Partial<WebControl> = {}) => control('button', { colour: 200, ...more });
