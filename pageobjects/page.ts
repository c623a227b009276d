import type { Browser } from 'webdriverio';
import type { Secret } from '../src/secret.ts';
import type { Drift } from '../src/events.ts';
import type { PageSource, SourceNode } from './look.ts';
import { drift, locate, type Found, type Landmark, type Locator } from './locator.ts';
import { label, type Label, type LabelBook } from './label.ts';
import { pageOn, type Patience } from './on-phone.ts';
import { selectorByClass, selectorById, selectorOf } from './selector.ts';
import { typingFault } from './typing-fault.ts';

export interface PageClass<P extends Page = Page> {
  new (browser: Browser, look: PageSource, labels: LabelBook): P;
  /** The name in reports. */
  readonly title: string;
  readonly landmark: Landmark;
  /** It looks like others: only what was done before makes it this page. */
  readonly vague?: true;
  /** Not every release has it: without it, nothing is missing. */
  readonly occasional?: true;
  /** The things on the page by name, as data. */
  readonly locators?: Readonly<Record<string, Locator>>;
  /** Further labels the page reads, asked from the phone together with those of landmark and locators. */
  readonly labels?: readonly Label[];
}

/** One screen or dialog: what it shows and what can be done on it. The flows decide what comes next. */
export class Page {
  readonly browser: Browser;
  readonly look: PageSource;
  readonly labels: LabelBook;
  readonly #used = new Map<string, Found>();

  /** The page in a session of WebdriverIO, once the phone shows it. Throws where it does not come in time. */
  static on<P extends Page>(this: PageClass<P>, browser: Browser, patience?: Patience): Promise<P> {
    return pageOn(this, browser, patience);
  }

  constructor(browser: Browser, look: PageSource, labels: LabelBook) {
    this.browser = browser;
    this.look = look;
    this.labels = labels;
  }

  /** What was not found by its first way: the page itself, and what was used on it so far. */
  get drift(): Drift[] {
    const { name: type, title, landmark, locators = {} } = this.constructor as PageClass & { name: string };
    const proof = landmark.ways && locate(landmark.ways, this.look, this.labels);
    const driftOf = (name: string, place: string, locator: Locator, found: Found) =>
      found.way === 0
        ? []
        : [drift({ page: title, name, place: `${type}.${place}`, locator }, found, this.look)];
    return [
      ...(proof ? driftOf('landmark', 'landmark', landmark.ways ?? [], proof) : []),
      ...[...this.#used].flatMap(([name, found]) =>
        driftOf(name, `locators.${name}`, locators[name] ?? [], found),
      ),
    ];
  }

  /** What scrolls on the page: of several things the first. */
  protected get list(): SourceNode | undefined {
    return this.look.nodes.find((node) => node.scrollable);
  }

  /** Something that scrolls is on the page. */
  get isList(): boolean {
    return this.list?.scrollable === true;
  }

  /**
   * Moves the list by most of its height. The finger stays off the list's edges: below lies the navigation bar,
   * above what pulls the quick panel down. A finger that goes up where the list was answers a call.
   */
  async scroll(direction: 'down' | 'up'): Promise<void> {
    if (!this.list) return;
    const elementId = await this.at(this.list).elementId;
    await this.browser.execute('mobile: scrollGesture', { elementId, direction, percent: 0.9 });
  }

  /**
   * The thing of that name, by the first of its ways that fits the last look. `known`: what the flow knows of
   * it.
   */
  protected found(name: string, known?: string): Found | undefined {
    const found = locate(this.#locator(name), this.look, this.labels, known);
    if (found) this.#used.set(name, found);
    return found;
  }

  /** Its node in the last look. */
  protected seen(name: string, known?: string): SourceNode | undefined {
    return this.found(name, known)?.node;
  }

  /** Its element. Where the last look has none, by its first id, as it may have appeared since. */
  protected element(name: string) {
    const seen = this.seen(name);
    if (seen) return this.at(seen);
    const [first] = this.#locator(name).flatMap(({ id = [] }) => id);
    if (first === undefined)
      throw new Error(`'${name}' wasn't found on the ${(this.constructor as PageClass).title}`);
    return this.browser.$(selectorById(first, this.look));
  }

  /** Presses what leaves the page; where that is out of sight, Back leaves it too. */
  protected async leaveBy(name: string): Promise<void> {
    const seen = this.seen(name);
    await (seen ? this.at(seen).click() : this.browser.back());
  }

  /** Whether it shows one of these labels. */
  protected says({ text, desc }: SourceNode, labels: readonly Label[]): boolean {
    return labels.some((one) => this.labels.matches(one, text || desc));
  }

  #locator(name: string): Locator {
    const locator = (this.constructor as PageClass).locators?.[name];
    if (!locator) throw new TypeError(`${this.constructor.name} has no locator '${name}'`);
    return locator;
  }

  /** The element of a node of the last look, searched again on the phone. */
  protected at(node: SourceNode) {
    // Any page has no landmark.
    const { landmark } = this.constructor as Partial<PageClass>;
    const proof = landmark?.ways && locate(landmark.ways, this.look, this.labels);
    return this.browser.$(selectorOf(node, this.look, proof?.label && proof.node));
  }

  /** The same by class, for what may have no words either. */
  protected atClass(node: SourceNode) {
    return this.browser.$(selectorByClass(node, this.look));
  }

  /** Neither WebdriverIO nor Appium logs what is typed. The text in the field is replaced. */
  protected async type(field: ReturnType<Browser['$']>, secret: Secret): Promise<void> {
    await field.setValue(secret.reveal(), { mask: true }).catch((error: unknown) => {
      throw typingFault(error, secret);
    });
  }

  /**
   * How many characters a password field holds, by its dots, to notice a keyboard that swallows some;
   * undefined where the phone does not say.
   */
  protected async dotsIn(field: ReturnType<Browser['$']>): Promise<number | undefined> {
    const dots = await field.getText();
    return /^[•●*]+$/.test(dots) ? [...dots].length : undefined;
  }
}

/** Any page. */
export class AnyPage extends Page {
  /**
   * Draws the quick panel down with a finger from the top edge, on the side where newer releases keep the
   * controls.
   */
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

/** The framework itself, and its buttons of an alert: 1 agrees, 2 does not, 3 is something else. */
export const ANDROID = 'android';
export const BUTTON = 'android:id/button';
export const ACCOUNT = 'com.xiaomi.account';
export const CLOUD = 'com.miui.cloudservice';
export const FIND_DEVICE = 'com.xiaomi.finddevice';

/** "Not now", as the system and the account apps word it. */
export const CANCEL: readonly Label[] = [...label(ANDROID, 'cancel'), ...label(CLOUD, 'button_cancel')];
