import type { Browser } from 'webdriverio';
import { type Secret, withoutSecrets } from '../src/secret.ts';
import type { Look, LookNode } from './look.ts';

/** A string of the ROM by its name; its wording is the phone's business. */
export interface Label {
  package: string;
  name: string;
}

export const label = (owner: string, ...names: string[]): Label[] => names.map((name) => ({ package: owner, name }));

/** The phone's own labels in its current language. */
export interface LabelBook {
  /** Whether `text` is what the phone draws for this label. False when the release has no such string. */
  matches(label: Label, text: string): boolean;
  /** The values the phone put in for `%d` and `%s`; empty when the text is not this label. */
  values(label: Label, text: string): string[];
  /** The label as drawn; undefined when the release has no such string. */
  text(label: Label): string | undefined;
}

/** Ordered ways to find one thing: resource ids first, then the ROM's own labels. */
export interface Locator {
  id?: readonly string[];
  label?: readonly Label[];
}

/** What proves that a page is displayed: one of the apps in front, and one of the ids, classes or labels. Data, so that one look is matched against all pages. */
export interface Landmark extends Locator {
  package?: readonly string[];
  /** For what has no ids and no words of the phone's own, such as a web page. */
  cls?: readonly string[];
}

export interface PageClass<P extends Page = Page> {
  new (browser: Browser, look: Look, labels: LabelBook): P;
  /** As a person calls it. */
  readonly title: string;
  readonly landmark: Landmark;
  /** Further labels the page reads, asked from the phone together with the landmarks. */
  readonly labels?: readonly Label[];
}

/** One screen or dialog: what can be seen on it and done to it. What comes next is decided elsewhere. */
export class Page {
  readonly browser: Browser;
  readonly look: Look;
  readonly labels: LabelBook;

  constructor(browser: Browser, look: Look, labels: LabelBook) {
    this.browser = browser;
    this.look = look;
    this.labels = labels;
  }

  /** Answers from the last look, without asking the phone. */
  get isDisplayed(): boolean {
    return this.look.shows((this.constructor as PageClass).landmark, this.labels);
  }

  /** Something that scrolls is on the page. */
  get isList(): boolean {
    return this.look.nodes.some((node) => node.scrollable);
  }

  /** Moves the list by most of its height. */
  async scroll(direction: 'down' | 'up'): Promise<void> {
    const list = this.look.nodes.find((node) => node.scrollable);
    if (!list) return;
    const [left, top, right, bottom] = list.bounds;
    // The finger stays off the list's edges: below lies the navigation bar, above what pulls the quick panel down.
    const margin = Math.round((bottom - top) / 10);
    const area = { left, top: top + margin, width: right - left, height: bottom - top - 2 * margin };
    await this.browser.execute('mobile: scrollGesture', { ...area, direction, percent: 0.9 });
  }

  /** The element, by the first way that the last look confirms; by the first way at all when none does. */
  protected element({ id = [], label = [] }: Locator) {
    const seen = this.seen({ id, label });
    return seen ? this.at(seen) : this.browser.$(`id:${id[0]}`);
  }

  /** The node of the last look that the first confirmed way leads to. */
  protected seen({ id = [], label = [] }: Locator): LookNode | undefined {
    return (
      id.map((candidate) => this.look.byId(candidate)).find((node) => node !== undefined) ?? this.look.byLabel(label, this.labels)?.node
    );
  }

  /** The element a node of the last look stands for, searched anew on the phone: lists may have moved since. */
  protected at(node: LookNode) {
    const alone = node.id !== '' && this.look.nodes.filter((other) => other.id === node.id).length === 1;
    if (alone) return this.browser.$(`id:${node.id}`);
    const [way, words] = node.text === '' ? ['description', node.desc] : ['text', node.text];
    return this.browser.$(`android=new UiSelector().${way}(${JSON.stringify(words)})`);
  }

  /** The same by its class, for what may have no words either: the only one of its class with its words, or its place among its class. */
  protected atClass(node: LookNode) {
    const same = this.look.nodes.filter(({ cls }) => cls === node.cls);
    const [way, words] = node.text === '' ? (['desc', node.desc] as const) : (['text', node.text] as const);
    const alone = words !== '' && same.filter((other) => other[way] === words).length === 1;
    const which = alone ? `${way === 'desc' ? 'description' : way}(${JSON.stringify(words)})` : `instance(${same.indexOf(node)})`;
    return this.browser.$(`android=new UiSelector().className(${JSON.stringify(node.cls)}).${which}`);
  }

  /** Neither WebdriverIO nor Appium logs what is typed. What the field holds already is replaced. */
  protected async type(field: ReturnType<Browser['$']>, secret: Secret): Promise<void> {
    await field.setValue(secret.reveal(), { mask: true }).catch((error: unknown) => {
      // The server on the phone quotes a text it could not set.
      throw new Error(withoutSecrets(String(error), [secret]));
    });
  }

  /** How many characters a password field holds, by its dots, to notice a keyboard that swallows some; undefined where the phone does not say. */
  protected async dotsIn(field: ReturnType<Browser['$']>): Promise<number | undefined> {
    const dots = await field.getText();
    return /^[•●*]+$/.test(dots) ? [...dots].length : undefined;
  }
}

/** Whatever is on the screen. */
export class AnyPage extends Page {
  /** Draws the quick panel down with a finger from the top edge, on the side where newer releases keep the controls. */
  async pullQuickPanel(): Promise<void> {
    const { width, height } = await this.browser.getWindowSize();
    const x = Math.round(width * 0.8);
    await this.browser
      .action('pointer', { parameters: { pointerType: 'touch' } })
      .move({ x, y: 1 })
      .down()
      .move({ x, y: Math.round(height * 0.7), duration: 250 })
      .up()
      .perform();
  }

  async back(): Promise<void> {
    await this.browser.back();
  }
}

export const ANDROID = 'android:id/';
export const ACCOUNT = 'com.xiaomi.account';
export const CLOUD = 'com.miui.cloudservice';
