import type { Browser } from 'webdriverio';
import { readPage, type WebControl, type WebRead } from './read.ts';

/** What a web page showed at one moment, read once and matched against every page. */
export class WebLook {
  readonly read: WebRead;
  /** What lies in front: an open dialog, else all that nothing covers. */
  readonly front: readonly WebControl[];
  /** Equal when the same things are shown. */
  readonly fingerprint: string;

  constructor(read: WebRead) {
    this.read = read;
    const { controls } = read;
    const open = controls.filter(({ dialog, covered }) => dialog && !covered);
    this.front = open.length > 0 ? open : controls.filter(({ covered }) => !covered);
    this.fingerprint = [
      read.document,
      read.url,
      ...read.errors.map(({ text }) => text),
      ...controls.map(({ role, name, id, label, text, enabled, bounds }) =>
        [role, name, id, label, text, enabled, bounds].join('|'),
      ),
    ].join('\n');
  }

  get fields(): WebControl[] {
    return this.front.filter(({ role }) => role === 'text' || role === 'password');
  }

  get buttons(): WebControl[] {
    return this.front.filter(({ role }) => role === 'button');
  }

  get hasDialog(): boolean {
    return this.front.some(({ dialog }) => dialog);
  }

  /** The first control in front that one of the conditions, taken in their order, finds. */
  first(...ways: readonly ((control: WebControl) => boolean)[]): WebControl | undefined {
    for (const way of ways) {
      const control = this.front.find(way);
      if (control) return control;
    }
    return undefined;
  }

  /** Says what it did not say before; numbers may count. `still`: and all that it said before. */
  saysMoreThan(before: WebLook, still = false): boolean {
    const [was, is] = [before, this].map(({ read }) =>
      read.texts.map((text) => text.replace(/\p{Nd}+/gu, '0')),
    ) as [string[], string[]];
    return is.some((text) => !was.includes(text)) && (!still || was.every((text) => is.includes(text)));
  }

  /**
   * How the last thing the site was asked ended: HTTP status, 0 when no answer came, undefined when nothing
   * was asked since `before`.
   */
  answerSince(before: WebLook): number | undefined {
    const { document, requests, httpStatus } = this.read;
    if (this.isBrowsersOwn) return 0;
    if (document !== before.read.document) return httpStatus;
    return requests.length > before.read.requests.length ? requests.at(-1) : undefined;
  }

  /** The browser's own page, shown where it could not get one. */
  get isBrowsersOwn(): boolean {
    return this.read.url.startsWith('chrome-error:');
  }

  /**
   * As it may be kept, in the form of a page source of Android, so that one kind of evidence tells of phones
   * and browsers. Bounds are in device px; what holds a password or a code is marked, so that it is painted
   * over.
   */
  source(isSecret: (control: WebControl) => boolean): string {
    const { url, title, language, errors, controls, view } = this.read;
    const px = (bounds: readonly number[]) => {
      const [left, top, right, bottom] = bounds.map((one) => Math.round(one * view.scale));
      return `[${left},${top}][${right},${bottom}]`;
    };
    const node = (attributes: Record<string, string | number | boolean>) =>
      `<node ${Object.entries(attributes)
        .map(([name, value]) => `${name}="${xml(String(value))}"`)
        .join(' ')}/>`;
    const owner = { package: new URL(url).host };
    return [
      `<hierarchy width="${Math.round(view.width * view.scale)}" height="${Math.round(view.height * view.scale)}">`,
      node({
        class: 'page',
        ...owner,
        text: title,
        url: withoutQuery(url),
        language,
        bounds: px([0, 0, view.width, view.height]),
      }),
      ...controls.map((control) =>
        node({
          class: control.role,
          ...owner,
          'resource-id': control.id || control.name,
          text: control.text,
          'content-desc': control.label,
          clickable: control.enabled,
          password: isSecret(control),
          bounds: px(control.bounds),
        }),
      ),
      ...errors.map(({ text, hints }) =>
        node({ class: 'error', ...owner, text, hints: hints.join(' '), bounds: '[0,0][0,0]' }),
      ),
      '</hierarchy>',
    ].join('\n');
  }
}

export async function lookAtPage(browser: Browser): Promise<WebLook> {
  return new WebLook(await browser.execute(readPage));
}

/** Addresses of account sites contain tickets of the account that is signed in. */
function withoutQuery(url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const locale = searchParams.get('_locale');
  return `${origin}${pathname}${locale === null ? '' : `?_locale=${locale}`}`;
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
