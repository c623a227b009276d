/** One control of a web page, as far as it can be known without its words. */
export interface WebControl {
  /**
   * `text`, `password`, `radio`, `checkbox`, `button`, `link`, `option`, `combobox`, `slider`, `picture`,
   * `frame`, `puzzle`, or `card`: something else that can be clicked.
   */
  role: string;
  tag: string;
  type: string;
  name: string;
  id: string;
  classes: string;
  autocomplete: string;
  /** The keyboard it asks for. */
  mode: string;
  /** How many characters it takes; 0 when it does not say. */
  longest: number;
  /** The language it stands for. */
  language: string;
  popup: string;
  /** What a choice says to programs. */
  hint: string;
  /** As a screen reader calls it. */
  label: string;
  text: string;
  /** Where it leads, or where its content comes from. */
  address: string;
  filled: boolean;
  checked: boolean;
  enabled: boolean;
  invalid: boolean;
  dialog: boolean;
  /** In a bar that stays where it is while the page scrolls: about cookies, say. */
  fixed: boolean;
  /** Something else lies over it. */
  covered: boolean;
  /** Number of the form or dialog it is in, -1 for none. */
  form: number;
  /** How colourful its ground is, 0…255. */
  colour: number;
  /** [left, top, right, bottom] in CSS px. */
  bounds: readonly [number, number, number, number];
  /** The browser's reference to it, or to the label that is drawn in its place. */
  element: unknown;
}

export interface WebRead {
  url: string;
  title: string;
  language: string;
  /** Another number for each document that was loaded. */
  document: number;
  ready: boolean;
  /** HTTP status of the document; 0 when it is not known. */
  httpStatus: number;
  /**
   * HTTP status of each request that its scripts have made to the site, in order; 0 for one without an
   * answer.
   */
  requests: number[];
  /** Addresses and numbers of which only a part is shown. */
  masked: string[];
  /** What is marked as an error. `hints`: what it says to programs. */
  errors: { text: string; hints: string[] }[];
  /** What it says beside its controls, line by line. */
  texts: string[];
  controls: WebControl[];
  view: { width: number; height: number; scale: number };
}

/**
 * Runs in the page, as one script: what a person could see there, in the order of the document. What fields
 * hold is never read; a button's value is its label. Nothing is changed. It has to stand alone, as it is sent as
 * text: so it is long, and its parts are functions within it. What a control is stands first, then what is seen
 * of the page.
 */
export function readPage(): WebRead {
  const PLAIN = ['text', 'tel', 'email', 'number', 'search', 'url', ''];
  const ACTIVE = [
    'button',
    'link',
    'radio',
    'checkbox',
    'option',
    'menuitem',
    'tab',
    'textbox',
    'slider',
    'combobox',
  ];
  const PUZZLE = /captcha|geetest|slider|puzzle/i;
  const view = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const scale = window.devicePixelRatio;

  const words = (text: string | null | undefined): string =>
    (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 200);
  const attribute = (element: Element, name: string): string =>
    (element.getAttribute(name) ?? '').slice(0, 500);
  const area = ({ width, height }: DOMRect): number => width * height;
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    area(element.getBoundingClientRect()) > 0;
  const all = [...document.querySelectorAll('body *')];

  function roleOf(element: Element): string {
    const role = attribute(element, 'role').split(' ')[0] ?? '';
    if (element instanceof HTMLInputElement) {
      const { type } = element;
      if (type === 'password' || type === 'radio' || type === 'checkbox') return type;
      if (type === 'range') return 'slider';
      if (['submit', 'button', 'image', 'reset'].includes(type)) return 'button';
      return PLAIN.includes(type) ? 'text' : '';
    }
    if (element instanceof HTMLTextAreaElement) return 'text';
    if (element instanceof HTMLSelectElement) return 'combobox';
    if (ACTIVE.includes(role)) return role;
    if (element instanceof HTMLButtonElement) return 'button';
    if (element instanceof HTMLAnchorElement) return 'link';
    if (element instanceof HTMLIFrameElement) return 'frame';
    if (element instanceof HTMLImageElement || element instanceof HTMLCanvasElement || isPicture(element))
      return 'picture';
    if (element.hasAttribute('data-lang')) return 'option';
    if (
      PUZZLE.test(`${element.id} ${attribute(element, 'class')}`) &&
      area(element.getBoundingClientRect()) > 4000
    )
      return 'puzzle';
    // A card of its own making: the outermost of what has the hand for a pointer.
    const hand = (one: Element | null) => one !== null && getComputedStyle(one).cursor === 'pointer';
    return hand(element) && !hand(element.parentElement) && !(element instanceof HTMLLabelElement)
      ? 'card'
      : '';
  }

  /** Drawn as the ground of something empty. */
  function isPicture(element: Element): boolean {
    return (
      element.childElementCount === 0 &&
      element.textContent === '' &&
      /url\(/.test(getComputedStyle(element).backgroundImage)
    );
  }

  /** What a button in a form does when nothing is said of it. */
  function typeOf(element: Element): string {
    return element instanceof HTMLButtonElement && element.form
      ? element.type
      : attribute(element, 'type').toLowerCase();
  }

  function labelOf(element: Element): string {
    const named = attribute(element, 'aria-labelledby').split(' ').filter(Boolean);
    const label =
      attribute(element, 'aria-label') ||
      named.map((id) => document.getElementById(id)?.textContent).join(' ');
    if (label.trim() !== '') return words(label);
    const labels =
      'labels' in element ? [...((element.labels as NodeListOf<HTMLLabelElement> | null) ?? [])] : [];
    const said = words(labels.map((one) => one.innerText).join(' '));
    if (said !== '') return said;
    if (element instanceof HTMLInputElement && roleOf(element) === 'button')
      return words(element.value || element.alt);
    return words(
      attribute(element, 'placeholder') || attribute(element, 'alt') || attribute(element, 'title'),
    );
  }

  /** What stands in for a control that is drawn by its label. */
  function drawn(element: Element): Element | undefined {
    if (isShown(element)) return element;
    const labels =
      element instanceof HTMLInputElement && ['radio', 'checkbox'].includes(element.type)
        ? element.labels
        : undefined;
    return [...(labels ?? [])].find(isShown);
  }

  /** What is drawn where the middle of an element is; null when that is out of view. */
  function overOf(element: Element): Element | null {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    return x < 0 || y < 0 || x >= view.width || y >= view.height ? null : document.elementFromPoint(x, y);
  }

  function isCovered(element: Element): boolean {
    const front = overOf(element);
    return (
      front !== null &&
      !element.contains(front) &&
      !front.contains(element) &&
      front.closest('label')?.control !== element
    );
  }

  function isFixed(element: Element | null): boolean {
    return (
      element !== null && (getComputedStyle(element).position === 'fixed' || isFixed(element.parentElement))
    );
  }

  /** How colourful its ground is, 0…255: what a person is meant to press stands out. */
  function colour(element: Element): number {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (
      getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []
    ).map(Number);
    return alpha === 0 ? 0 : Math.max(red, green, blue) - Math.min(red, green, blue);
  }

  /** What says that it is a dialog, and what lies over the whole window with something under it. */
  function isDialog(element: Element): boolean {
    if (element.matches('dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]')) return true;
    const { position } = getComputedStyle(element);
    if (!['fixed', 'absolute'].includes(position) || !isShown(element)) return false;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const fills = left <= 0 && top <= 0 && right >= view.width && bottom >= view.height;
    return (
      fills &&
      all.some(
        (other) =>
          other.matches('input, button, a') && !element.contains(other) && element.contains(overOf(other)),
      )
    );
  }

  const dialogs = all.filter(isDialog);
  const forms = [...document.querySelectorAll('form, dialog, [role=dialog], [role=alertdialog]')];

  /** One control, of which `shown` is what is drawn. */
  function controlOf(element: Element, role: string, shown: Element): WebControl {
    const { left, top, right, bottom } = shown.getBoundingClientRect();
    const input = element instanceof HTMLInputElement ? element : undefined;
    return {
      role,
      tag: element.tagName.toLowerCase(),
      type: typeOf(element),
      name: attribute(element, 'name'),
      id: element.id.slice(0, 500),
      classes: attribute(element, 'class'),
      autocomplete: attribute(element, 'autocomplete').toLowerCase(),
      mode: attribute(element, 'inputmode').toLowerCase(),
      longest: input && input.maxLength > 0 ? input.maxLength : 0,
      language:
        attribute(element, 'data-lang') || attribute(element, 'lang') || attribute(element, 'hreflang'),
      popup: attribute(element, 'aria-haspopup'),
      hint: ['radio', 'tab', 'option'].includes(role)
        ? [attribute(element, 'value'), attribute(element, 'name'), ...hintsOf(element)].join(' ')
        : '',
      label: labelOf(element),
      text: words(role === 'text' || role === 'password' ? '' : (shown as HTMLElement).innerText),
      address:
        element instanceof HTMLAnchorElement
          ? element.href.slice(0, 2000)
          : attribute(element, 'src').slice(0, 200),
      filled: (input?.value ?? '') !== '' && role !== 'button',
      checked:
        input?.checked === true ||
        attribute(element, 'aria-checked') === 'true' ||
        attribute(element, 'aria-selected') === 'true',
      enabled: !element.matches(':disabled, [aria-disabled=true]'),
      invalid: attribute(element, 'aria-invalid') === 'true',
      dialog: dialogs.some((dialog) => dialog.contains(element)),
      fixed: isFixed(shown),
      covered: isCovered(shown),
      form: forms.findLastIndex((form) => form.contains(element)),
      colour: colour(shown),
      bounds: [left, top, right, bottom].map(Math.round) as [number, number, number, number],
      element: shown,
    };
  }

  const found: Element[] = [];
  const controls: WebControl[] = [];
  for (const element of all) {
    const role = roleOf(element);
    const shown = role === '' ? undefined : drawn(element);
    if (!shown) continue;
    if (controls.length >= 2000) break;
    found.push(element);
    controls.push(controlOf(element, role, shown));
  }

  /** Marked as an error: by its role, by the field it is tied to, and last by what its class calls it. */
  function complaints(): WebRead['errors'] {
    const tied = found.flatMap((element) => {
      if (attribute(element, 'aria-invalid') !== 'true') return [];
      const ids = `${attribute(element, 'aria-errormessage')} ${attribute(element, 'aria-describedby')}`
        .split(' ')
        .filter(Boolean);
      return ids.flatMap((id) => document.getElementById(id) ?? []);
    });
    const leaf = (element: Element, mark: RegExp) =>
      mark.test(attribute(element, 'class')) &&
      ![...element.children].some((child) => mark.test(attribute(child, 'class')));
    const ways = [
      all.filter((element) => attribute(element, 'role') === 'alert'),
      tied,
      all.filter((element) => attribute(element, 'aria-live') === 'assertive'),
      all.filter((element) => !found.includes(element) && leaf(element, /(^|[-_\s])(err|error|invalid)/i)),
    ];
    for (const way of ways) {
      const found = way.filter(
        (element) => isShown(element) && words((element as HTMLElement).innerText) !== '',
      );
      if (found.length > 0)
        return found.map((element) => ({
          text: words((element as HTMLElement).innerText),
          hints: hintsOf(element),
        }));
    }
    return [];
  }

  /** Each line that is no control's. */
  function texts(): string[] {
    const shown = new Set(controls.flatMap(({ text, label }) => [text, label]));
    const lines = (document.body?.innerText ?? '').split('\n').map(words);
    return [...new Set(lines)].filter((line) => line !== '' && !shown.has(line)).slice(0, 60);
  }

  /** What an element says to programs, not to people. */
  function hintsOf(element: Element): string[] {
    return [...element.attributes]
      .filter(({ name }) => /^(data-|id$|name$|class$)/.test(name))
      .map(({ value }) => value.slice(0, 80));
  }

  const requests = performance
    .getEntriesByType('resource')
    .map((entry) => entry as PerformanceResourceTiming)
    .filter(
      ({ initiatorType, name }) =>
        ['fetch', 'xmlhttprequest'].includes(initiatorType) && new URL(name).origin === location.origin,
    );
  const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  return {
    url: location.href,
    title: document.title.slice(0, 500),
    language: document.documentElement.lang,
    // One for each document.
    document: performance.timeOrigin,
    ready: document.readyState === 'complete',
    // Not `status`: Appium takes a result with a number of that name for an error of the old protocol.
    httpStatus: navigation?.responseStatus ?? 0,
    requests: requests.map(({ responseStatus }) => responseStatus),
    masked: (document.body?.innerText.match(/\S{0,100}[*•＊]{2,100}\S{0,100}/g) ?? []).slice(0, 10),
    errors: complaints(),
    texts: texts(),
    controls,
    view: { ...view, scale },
  };
}
