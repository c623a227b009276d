import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'webdriverio';
import { openHostBrowser, type WebSession } from '../host/browser.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { filesBelow, leaksIn } from './leaks.ts';
import { systemClock } from '../clock.ts';
import { CodeMatcher } from '../codes/matcher.ts';
import type { CodeSource } from '../codes/source.ts';
import { FakeMessageStore } from './message-store.ts';
import type { RunEvent } from '../events.ts';
import { Evidence } from '../flows/evidence.ts';
import type { Question, RecoveryInput, RecoveryOutcome, RecoveryTools } from '../flows/recovery.ts';
import { resetPassword } from '../flows/reset-password.ts';
import { Secret } from '../secret.ts';
import { AccountService } from '../sim/service/account-service.ts';
import { openPost, type PostOffice, type PostSettings } from '../sim/service/post-office.ts';
import type { SiteOptions } from '../sim/site/options.ts';
import { startSite, type Site } from '../sim/site/site.ts';
import type { Act, Ledger } from '../store/ledger.ts';
import type { Store } from '../store/store.ts';
import type { PasswordState, Vault } from '../store/vault.ts';
import { openInbox, sendersOf } from '../runs/code-sources.ts';
import { postMissing, startPost, type LivePost } from './post.ts';
import { PATIENCE } from './wait.ts';

const missing = ['chromium', 'chromedriver'].filter((program) => spawnSync(program, ['--version']).error);
export const webMissing: string | false =
  missing.length > 0
    ? `not installed: ${missing.join(', ')} (apt-get install chromium chromium-driver)`
    : postMissing();

export const owner = {
  id: '6230001535',
  password: 'alt-Kanarie-3',
  email: 'ivan@example.com',
  phone: '+359888123456',
};
/** In nothing that is written. */
export const CANARY = 'Neu-7Qx!vogel';

export interface WebWish extends SiteOptions {
  by?: 'email' | 'phone';
  account?: string;
  newPassword?: string;
  /** The browser keeps what the site has left in it. */
  cookies?: boolean;
  /** Of the account. */
  spec?: object;
  post?: PostSettings;
  /** What a person answers; missing: no person is there. */
  person?: (question: Question) => string | undefined;
  /** What becomes of the code between its message and the page. */
  code?: (code: string) => string;
  /** The second entry of the new password is another one. */
  slip?: boolean;
  /** Acts whose budget is spent. */
  spent?: Act;
  browser?: Browser;
  codes?: CodeSource;
}

export interface WebStory {
  outcome: RecoveryOutcome;
  steps: string[];
  pages: string[];
  questions: Question[];
  /** What was written to the ledger and the vault. */
  acts: Act[];
  password: PasswordState | undefined;
  /** What the site and the account service saw, without the pages that were opened. */
  site: string[];
  service: string[];
  leaks: string[];
  /** The codes that came. */
  used: Secret[];
  events: readonly RunEvent[];
}

/**
 * For live tests: the account site with Dovecot and Kannel between it and our sources, and a real browser in
 * front of it.
 */
export class LiveWeb {
  readonly folder = mkdtempSync(join(tmpdir(), 'live-web-'));
  readonly service: AccountService;
  readonly site: Site;
  readonly #web: WebSession;
  readonly #post: PostOffice;
  readonly #lab: LivePost;
  readonly #codes: Record<'email' | 'phone', CodeSource>;
  #runs = 0;

  static async start(): Promise<LiveWeb> {
    const secret = 's3cret-of-the-gateway';
    const lab = await startPost(secret);
    const settings = loadSettings(lab.settings);
    const store = async () => ({ messages: new FakeMessageStore() }) as unknown as Store;
    const desk = async (name: string) => {
      const inbox = await openInbox(name, { settings, store, onEvent: () => undefined });
      return new CodeMatcher(inbox, {
        clock: systemClock,
        allowed: sendersOf(settings),
        claim: async () => true,
      });
    };
    const codes = { email: await desk('imap'), phone: await desk('sms-webhook') };
    const [, mail = '', , url = ''] = lab.simArgs;
    const post = openPost({ mail, sms: { url, secret: new Secret(secret) } }, () => undefined);
    const service = new AccountService({ post });
    const browser = await openHostBrowser({ path: loadSettings().path, env: childEnvironment() });
    return new LiveWeb(service, await startSite(service), browser, post, lab, codes);
  }

  private constructor(
    service: AccountService,
    site: Site,
    web: WebSession,
    post: PostOffice,
    lab: LivePost,
    codes: Record<'email' | 'phone', CodeSource>,
  ) {
    this.service = service;
    this.site = site;
    this.#web = web;
    this.#post = post;
    this.#lab = lab;
    this.#codes = codes;
  }

  get browser(): Browser {
    return this.#web.browser;
  }

  async stop(): Promise<void> {
    await this.#web.close();
    await this.#codes.email.close();
    await this.#codes.phone.close();
    await this.#post.close();
    await this.#lab.close();
    await this.site.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Resets the owner's password on the site that is wished for. */
  async reset(wish: WebWish = {}): Promise<WebStory> {
    const {
      by = 'email',
      account = owner[by],
      newPassword = CANARY,
      spec = {},
      post = {},
      person,
      code,
      cookies = false,
      slip,
      spent,
      browser,
      codes,
      ...site
    } = wish;
    const folder = join(this.folder, String(++this.#runs));
    const from = this.service.log.length;
    this.service.put({ ...owner, ...spec } as never, Date.now());
    this.site.set({ pace: 'instant', ...site });
    this.#post.set(post);
    const journal = new Evidence(folder, systemClock);
    const acts: Act[] = [];
    const ledger: Ledger = {
      enter: async ({ act }) =>
        act === spent
          ? { kind: 'spent', freeFrom: '2030-01-01T00:00:00.000Z' }
          : (acts.push(act), { kind: 'entered' }),
      count: async () => 0,
    };
    let password: PasswordState | undefined;
    const vault: Vault = {
      keep: async () => {
        password = 'unconfirmed';
        if (slip)
          await (await driven.$$('input[type="password"]').getElements()).at(-1)?.setValue('Anders-8Word');
        return '1';
      },
      mark: async (_id, state) => void (password = state),
    };
    const driven = browser ?? this.browser;
    const questions: Question[] = [];
    const used: Secret[] = [];
    const source = codes ?? this.#codes[by];
    const tools: RecoveryTools = {
      codes: {
        ...{ name: source.name, baseline: (signal) => source.baseline(signal), close: () => source.close() },
        waitForCode: async (request) => {
          const received = await source.waitForCode(request);
          used.push(received.code);
          return { ...received, code: new Secret(code?.(received.code.reveal()) ?? received.code.reveal()) };
        },
      },
      ledger,
      vault,
      person: { ask: async (question) => (questions.push(question), person?.(question)) },
      clock: systemClock,
      signal: AbortSignal.timeout(PATIENCE),
      journal,
      codeLimit: PATIENCE,
    };
    const input: RecoveryInput = { account, by, contact: owner[by], newPassword: new Secret(newPassword) };
    if (!cookies) await driven.deleteAllCookies();
    const outcome = await resetPassword(driven, input, tools, { site: this.site.url, language: 'bg_BG' });
    await journal.close(outcome);
    const files = filesBelow(folder);
    return {
      outcome,
      steps: journal.events.flatMap((event) => (event.kind === 'page' ? [] : [event.what])),
      pages: journal.events.flatMap((event) => (event.kind === 'page' ? [event.page] : [])),
      questions,
      acts,
      password,
      site: this.site.log.filter(({ kind }) => kind !== 'opened').map(({ kind }) => kind),
      service: this.service.log.slice(from).map(({ kind }) => kind),
      leaks: [new Secret(newPassword), ...used].flatMap((secret) => leaksIn(files, secret)),
      used,
      events: journal.events,
    };
  }
}
