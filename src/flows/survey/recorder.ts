import { BusyPage } from '../../../pageobjects/busy.page.ts';
import { PageSource } from '../../../pageobjects/look.ts';
import { ACCOUNT, AnyPage, CLOUD } from '../../../pageobjects/page.ts';
import type { Clock } from '../../clock.ts';
import type { Survey } from '../../survey.ts';
import type { Journal } from '../journal.ts';
import { pictureOf } from '../picture.ts';
import { screenOf } from '../screen.ts';
import type { PhoneSession } from '../session.ts';
import { onStuck } from '../stuck.ts';
import { walk, type Rules } from '../walk.ts';
import { Ways } from './ways.ts';

/** Pages of these apps are recorded also when no page object knows them; pages of other apps are not. */
const OWN_APPS = [ACCOUNT, CLOUD, 'com.android.settings', 'com.xiaomi.finddevice'];

// A list of Settings is a dozen screens long on the smallest phones.
const SCREENS = 30;

/** One screen, with its picture where one may be kept. */
export interface SurveyedScreen {
  look: PageSource;
  picture?: Buffer;
}

export interface RecorderTools {
  signal: AbortSignal;
  clock: Clock;
  journal: Journal;
}

/** Goes to pages and records what is on the screen, each screen once. */
export class Recorder {
  readonly seen: SurveyedScreen[] = [];
  readonly ways = new Ways();
  readonly notLookedAt: Survey['notLookedAt'] = [];
  readonly #session: PhoneSession;
  readonly #tools: RecorderTools;

  constructor(session: PhoneSession, tools: RecorderTools) {
    this.#session = session;
    this.#tools = tools;
  }

  /** Notes what is not looked at. */
  skip(what: string, why: string): void {
    this.notLookedAt.push({ what, why });
  }

  /**
   * Goes to a page and returns what is on the screen. A page that is not reached is noted, and the result is
   * undefined. An unknown page gets Back.
   */
  async reach(
    what: string,
    rules: Rules<PageSource>,
    ways: readonly ((page: AnyPage) => Promise<void>)[],
  ): Promise<PageSource | undefined> {
    const { phone, browser, labels } = this.#session;
    const { clock, signal, journal } = this.#tools;
    const stuck = onStuck<PageSource | 'lost'>({
      browser,
      clock,
      journal,
      instead: ({ kind, page }) =>
        kind === 'unknown-page' && OWN_APPS.includes(page) ? () => this.#look() : undefined,
      most: 2,
      giveUp: () => 'lost',
    });
    const screen = screenOf(phone, signal, () => undefined);
    const known = { browser, labels, clock, signal, timeLimit: 90_000, ways, screen, onStuck: stuck };
    const end = await walk<PageSource | 'lost'>([{ on: BusyPage }, ...rules], known);
    if (end !== 'lost') return end;
    this.skip(what, 'it was not reached');
    return undefined;
  }

  /**
   * The source and the picture of one moment: the places that are masked in the source are painted over in
   * the picture.
   */
  async record({ picture = true } = {}): Promise<PageSource> {
    const { clock, signal } = this.#tools;
    for (let before = await this.#look(), tries = 0; ; tries++) {
      signal.throwIfAborted();
      const known = this.#kept(before);
      if (known) {
        this.ways.came(known);
        return before;
      }
      const png = picture ? await pictureOf(this.#session.browser) : undefined;
      const after = await this.#look();
      const steady = after.fingerprint === before.fingerprint;
      if (steady || tries >= 10) {
        if (!this.#kept(after)) this.seen.push({ look: after, ...(png && steady ? { picture: png } : {}) });
        this.ways.came(this.#kept(after) ?? after);
        return after;
      }
      before = after;
      await clock.sleep(200, 'the page to keep still', signal);
    }
  }

  #kept(screen: PageSource): PageSource | undefined {
    return this.seen.find((one) => one.look.fingerprint === screen.fingerprint)?.look;
  }

  /** The whole page, screen by screen from its beginning: it may have been left anywhere. */
  async recordList(): Promise<void> {
    await this.#scroll('up', () => this.#look());
    await this.record();
    await this.#scroll('down', () => this.record());
  }

  /** As far as it goes, with a look at each screen. An end is where it twice stays as it was. */
  async #scroll(direction: 'up' | 'down', see: () => Promise<PageSource>): Promise<void> {
    const { browser, labels } = this.#session;
    let last = await this.#look();
    for (let screens = 0, still = 0; screens < SCREENS && still < 2; screens++) {
      const page = new AnyPage(browser, last, labels);
      if (!page.isList) return;
      this.#tools.journal.step(`scroll ${direction}`);
      await page.scroll(direction);
      const next = await see();
      still = next.fingerprint === last.fingerprint ? still + 1 : 0;
      last = next;
    }
  }

  async #look(): Promise<PageSource> {
    return new PageSource(await this.#session.browser.getPageSource());
  }
}
