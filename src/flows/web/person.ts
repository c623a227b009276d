import type { WebControl } from '../../../pageobjects/web/read.ts';
import type { WebLook } from '../../../pageobjects/web/look.ts';
import { PageSource } from '../../../pageobjects/look.ts';
import { AgreementPage, CaptchaPage } from '../../../pageobjects/web/outcome.page.ts';
import { codeFields, type WebPage } from '../../../pageobjects/web/page.ts';
import type { Browser } from 'webdriverio';
import type { Question, RecoveryTools } from '../recovery.ts';
import { onWeb, type WebRules } from './walk.ts';

export interface WebPlace {
  /** `https://account.xiaomi.com` */
  site: string;
  /** Tag of the language the site is to speak, as in `bg_BG`. */
  language: string;
  /** The phone whose browser it is; empty for one of this computer. */
  serial?: string;
}

type Tools = Pick<RecoveryTools, 'person' | 'clock' | 'signal' | 'journal'>;
/** What was asked for, when there was no answer. */
export type Unanswered = { kind: 'needs-person'; reason: 'captcha' | 'second-factor' | 'agreement' };

// A wrong answer brings a new picture. After three the site asks for something else.
const ASKED_AT_MOST = 3;
// An answered question stays on the page for a moment, ms.
const GOES = 3000;

/** Asks a person what only a person may answer on the site. */
export class WebQuestions {
  /** How long the person took to answer, ms in total. */
  waited = 0;
  readonly #tools: Tools;
  readonly #place: WebPlace;
  #asked = 0;
  #answered: { question: string; at: number } | undefined;

  constructor(tools: Tools, place: WebPlace) {
    this.#tools = tools;
    this.#place = place;
  }

  /**
   * Rules for a question that may lie in front of any page. `answered` is called once it is answered. `free`:
   * nothing is under way that the question belongs to.
   */
  rules(
    answered: () => void = () => undefined,
    free: (page: WebPage) => boolean = () => true,
  ): WebRules<Unanswered> {
    const when = (page: WebPage) => this.isNew(page) && free(page);
    const isQuestion = (page: AgreementPage) => when(page) && page.asks;
    return [
      onWeb(CaptchaPage, async (page) => (await this.#letters(page)) ?? answered(), {
        when,
        times: ASKED_AT_MOST + 1,
      }),
      onWeb(AgreementPage, async (page) => (await this.#agree(page)) ?? answered(), { when: isQuestion }),
    ];
  }

  /** It is another question than the one answered last, or the answer has not closed it. */
  isNew({ look }: WebPage): boolean {
    return (
      this.#answered?.question !== questionOf(look) || this.#tools.clock.elapsed() - this.#answered.at > GOES
    );
  }

  async #letters(page: CaptchaPage): Promise<Unanswered | undefined> {
    const unanswered = await this.solve(page);
    if (!unanswered && page.captcha?.field) await page.submit(page.captcha.field);
    return unanswered;
  }

  /**
   * A person reads the captcha of the page; the answer is typed and not handed in. Does nothing where there
   * is no captcha.
   */
  async solve(page: WebPage): Promise<Unanswered | undefined> {
    const { captcha } = page;
    if (!captcha) return undefined;
    const prompt = captcha.field
      ? 'type the characters in the picture'
      : "the page wants a puzzle solved: do it in the browser's window (of this computer's with --headed), then type 'done' here";
    const answer =
      this.#asked++ < ASKED_AT_MOST ? await this.ask('captcha', prompt, page, captcha.picture) : undefined;
    if (answer === undefined) return { kind: 'needs-person', reason: 'captcha' };
    if (captcha.field) await page.type(captcha.field, answer.trim());
    this.#note(page);
    return undefined;
  }

  async ask(
    what: Question['what'],
    prompt: string,
    page: WebPage,
    shown?: WebControl,
  ): Promise<string | undefined> {
    const { person, clock, signal, journal } = this.#tools;
    journal.step(`ask a person: ${what}`);
    const png = shown
      ? await page.picture(shown)
      : Buffer.from(await page.browser.takeScreenshot(), 'base64');
    const picture = journal.picture?.(what, png);
    const began = clock.elapsed();
    try {
      return await person.ask({ what, prompt, ...(picture ? { picture } : {}) }, signal);
    } finally {
      this.waited += clock.elapsed() - began;
    }
  }

  /** Keeps a page as evidence. */
  async seen(name: string, look: WebLook, browser: Browser): Promise<void> {
    const codes = codeFields(look);
    const source = look.source((control) => control.role === 'password' || codes?.includes(control) === true);
    await this.#tools.journal.page(name, new PageSource(source), browser);
  }

  /** The address of a page of the site, in the language asked for. */
  address(path: string): string {
    return `${this.#place.site}${path}?_locale=${encodeURIComponent(this.#place.language.replace('-', '_'))}`;
  }

  async #agree(page: AgreementPage): Promise<Unanswered | undefined> {
    const answer = await this.ask(
      'agreement',
      "the site asks for consent to its terms: read the picture, type 'yes' to agree",
      page,
    );
    if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) return { kind: 'needs-person', reason: 'agreement' };
    await page.agree();
    this.#note(page);
    return undefined;
  }

  #note({ look }: WebPage): void {
    this.#answered = { question: questionOf(look), at: this.#tools.clock.elapsed() };
  }
}

/**
 * Identifies a question, also after something was typed: a wrong answer brings another picture or an error.
 */
function questionOf({ front, read }: WebLook): string {
  const shown = front.map(({ role, name, label, address }) => [role, name, label, address].join('|'));
  return [read.document, ...read.errors.map(({ text }) => text), ...shown].join('\n');
}

/** Opens a page. If none comes, the browser shows its own error page. */
export async function openPage(browser: Browser, address: string): Promise<void> {
  await browser.url(address).catch((error: unknown) => {
    if (!/net::ERR_|timed out receiving/i.test(String(error))) throw error;
  });
}
