import assert from 'node:assert/strict';
import type { Browser } from 'webdriverio';
import type { LabelBook } from '../../pageobjects/label.ts';
import { instantClock } from '../clock.ts';
import type { Baseline, CodeRequest, CodeSource } from '../codes/source.ts';
import { CodeTimeoutError, type Progress } from '../errors.ts';
import { labelBook } from '../phone/labels.ts';
import { Secret } from '../secret.ts';
import type { Ledger } from '../store/ledger.ts';
import type { Vault } from '../store/vault.ts';
import type { AccountGuard } from './account-guard.ts';
import { changePassword } from './change-password.ts';
import type { Question, RecoveryInput, RecoveryOutcome } from './recovery.ts';
import type { PhoneSession } from './session.ts';

/**
 * For tests: a phone that shows a story of screens; everything that is done to it is written down
 * in one log.
 */

const APP = 'com.xiaomi.account';
const NAMES = [
  'account_security',
  'account_security_info_pref_title',
  'change_password',
  'set_success',
  'inconsistent_pwd',
  'same_new_and_old_pwd',
  'risky_pwd_not_allow',
  'passport_password_req_notice',
  ...['passport_error_network', 'passport_error_server', 'passport_access_denied'],
  'passport_send_too_many_code',
  'passport_wrong_vcode',
  'get_identity_auth_url_failed',
  'account_user_phone',
  'account_user_email',
];
const LABELS: LabelBook = labelBook(
  new Map(
    [...NAMES.map((name) => `${APP}:${name}`), 'android:cancel'].map((key) => [
      key,
      said(key.split(':')[1]!),
    ]),
  ),
);
export function said(name: string): string {
  return `⟦${name}⟧`;
}

/** Attributes of a node; what is not named is empty. */
export type Item = Partial<
  Record<'class' | 'text' | 'resource-id' | 'bounds' | 'enabled' | 'clickable' | 'password', string>
> & {
  inside?: Item[];
};

export interface Screen {
  package?: string;
  items: Item[];
  /** By a node's words or id, else its class and place: what a tap on it leads to. */
  taps?: Record<string, () => void>;
  /** Gone by itself after so many looks. */
  looks?: number;
}

let row = 0;
const at = () => `[60,${(row += 100)}][1000,${row + 80}]`;
export const button = (text: string, more: Item = {}): Item => ({
  class: 'android.widget.Button',
  text,
  clickable: 'true',
  bounds: at(),
  ...more,
});
export const radio = (text: string): Item => ({
  class: 'android.widget.RadioButton',
  text,
  clickable: 'true',
  bounds: at(),
});
export const field = (more: Item = {}): Item => ({
  class: 'android.widget.EditText',
  clickable: 'true',
  bounds: at(),
  ...more,
});
export const picture = (): Item => ({ class: 'android.widget.Image', bounds: at() });
export const says = (text: string): Item => ({ class: 'android.view.View', text, bounds: at() });
export const line = (text: string, more: Item = {}): Item => ({
  class: 'android.widget.TextView',
  text,
  bounds: at(),
  ...more,
});
export const toast = (text: string): Item => ({ class: 'android.widget.Toast', text });
export const web = (...inside: Item[]): Item => ({
  class: 'android.webkit.WebView',
  bounds: '[0,0][1080,2000]',
  inside,
});
const HOME: Screen = { package: 'com.miui.home', items: [line('')] };
export const id = (name: string) => `${APP}:id/${name}`;

export interface ChangeEnd {
  outcome: RecoveryOutcome;
  /** Taps, typing, ledger, vault and questions, in their order. */
  log: string[];
  questions: Question[];
}

export class ChangeStory {
  readonly log: string[] = [];
  /** The steps of the journal, and what was typed last. */
  readonly journalSteps: string[] = [];
  readonly progress: Progress = { passwordSubmitted: false };
  /** Commands the phone was given by adb. */
  readonly shell: string[] = [];
  readonly questions: Question[] = [];
  readonly screens: Screen[] = [];
  /** What the code source says; undefined: it refuses the login. */
  code: string | undefined = '123456';
  /** What it says before that, in this order. */
  readonly codesBefore: string[] = [];
  /** What was waited for. */
  readonly waits: CodeRequest[] = [];
  /** How many codes the budget has left. */
  budget = Infinity;
  /** Where the source stood before an earlier run asked for a code, and whether that one has come. */
  left: Baseline | undefined;
  leftCame = true;
  spentUntil: string | undefined;
  /** What the account list calls the phone's account, and what compares it. */
  accountName = '6230***535';
  guard: AccountGuard | undefined;
  answer: string | undefined;
  #looks = 0;

  next = (): void => {
    this.#looks = 0;
    this.screens.shift();
  };

  show(...screens: Screen[]): this {
    this.screens.push(...screens);
    return this;
  }

  async change(input: Partial<RecoveryInput> = {}): Promise<ChangeEnd> {
    const { log, questions } = this;
    let baselines = 0;
    const codes: CodeSource = {
      name: 'story',
      baseline: async () => {
        log.push('baseline');
        if (this.code === undefined) throw new Error('the source refuses the login');
        return { source: 'story', takenAt: String(++baselines), position: {} };
      },
      waitForCode: async (request) => {
        const { since } = request;
        this.waits.push(request);
        const own = since !== this.left;
        log.push(own ? 'wait for the code' : 'wait for the code of before');
        if (!own && !this.leftCame) throw new CodeTimeoutError('story', 1, 'nothing came');
        return {
          code: new Secret(this.codesBefore.shift() ?? this.code ?? ''),
          receivedAt: 0,
          from: '',
          source: 'story',
        };
      },
      close: async () => undefined,
    };
    const ledger: Ledger = {
      enter: async ({ act, nth = 1 }) => {
        log.push(`ledger ${act}${nth > 1 ? ` ${nth}` : ''}`);
        if (act === 'code-requested' && --this.budget < 0) this.spentUntil ??= '2030-01-01T00:00:00.000Z';
        return this.spentUntil === undefined
          ? { kind: 'entered' }
          : { kind: 'spent', freeFrom: this.spentUntil };
      },
      count: async () => 0,
    };
    const vault: Vault = {
      keep: async () => (log.push('keep'), 'kept'),
      mark: async (kept, state) => void log.push(`${kept} ${state}`),
    };
    const wanted = {
      account: '6230001535',
      by: 'email',
      contact: 'mira@example.com',
      newPassword: new Secret('neu-Wort1'),
      ...input,
    } as const;
    const outcome = await changePassword(this.#session(), wanted, {
      codes,
      ledger,
      vault,
      person: {
        ask: async (question) => (questions.push(question), log.push(`ask ${question.what}`), this.answer),
      },
      clock: instantClock(),
      left: this.left,
      guard: this.guard,
      signal: new AbortController().signal,
      journal: {
        progress: this.progress,
        page: () => Promise.resolve(),
        step: (what) => void this.journalSteps.push(what),
        drift: () => undefined,
        passwordSubmitted: () => assert.fail('that is for the password of now'),
        picture: (name) => `/evidence/${name}.png`,
      },
    });
    return { outcome, log, questions };
  }

  #session(): PhoneSession {
    const shell = async (command: string) => {
      if (command.includes('dumpsys account'))
        return `User UserInfo{0:Owner:13}:\n  Accounts: 1\n    Account {name=${this.accountName}, type=com.xiaomi}\n@@mi-unbind:end\n`;
      this.shell.push(command);
      if (command.includes('am start')) {
        this.log.push('open');
        if (this.screens[0]?.package === 'com.miui.home') this.next();
      }
      return '';
    };
    const browser = {
      getPageSource: async () => this.#source(),
      back: async () => (this.log.push('back'), this.screens[0]?.taps?.back?.()),
      execute: async () => (this.log.push('scroll'), this.screens[0]?.taps?.scroll?.()),
      takeElementScreenshot: async () => 'cGljdHVyZQ==',
      $: (selector: string) => this.#element(selector),
    } as unknown as Browser;
    return {
      phone: { serial: 'story', shell, pull: () => Promise.reject(new Error('no files')) },
      browser,
      labels: LABELS,
    };
  }

  #element(selector: string): object {
    const found = () => this.#find(selector);
    const [, box] = /resourceId\("[^"]*id\/([^"]*)"\)\.childSelector/.exec(selector) ?? [];
    const name = () => {
      const item = found();
      assert.ok(item, `${selector} is touched while ${JSON.stringify(this.screens[0]?.items)} is shown`);
      const same = flat(this.screens[0]?.items ?? []).filter((one) => one.class === item.class);
      return item.text || item['resource-id'] || `${item.class?.split('.').at(-1)} ${same.indexOf(item) + 1}`;
    };
    return {
      elementId: Promise.resolve('element'),
      click: async () => {
        const what = name();
        this.log.push(`tap ${what}`);
        this.screens[0]?.taps?.[what]?.();
      },
      setValue: async () => void this.log.push(`type into ${box ?? name()}`),
      getText: async () => '•••••••••',
    };
  }

  #find(selector: string, within?: Item): Item | undefined {
    const all = flat(within?.inside ?? this.screens[0]?.items ?? []);
    const [, box = '', inner] = /^(.*)\.childSelector\((.*)\)$/.exec(selector) ?? [];
    if (inner) return this.#find(inner, this.#find(box, within));
    const [, cls] = /className\("([^"]+)"\)/.exec(selector) ?? [];
    const [, text] = /\.text\("([^"]+)"\)/.exec(selector) ?? [];
    const [, place] = /instance\((\d+)\)/.exec(selector) ?? [];
    const [, own] = /resourceId\("([^"]+)"\)/.exec(selector) ?? [];
    const fits = all.filter(
      (item) =>
        (!cls || item.class === cls) &&
        (!text || item.text === text) &&
        (!own || item['resource-id'] === own),
    );
    return fits[Number(place ?? 0)];
  }

  #source(): string {
    const screen = this.screens[0];
    if (screen?.looks !== undefined && ++this.#looks > screen.looks) this.next();
    const { package: owner = APP, items } = this.screens[0] ?? HOME;
    const write = ({ inside = [], ...attributes }: Item): string => {
      const given = Object.entries({ package: owner, ...attributes }).map(
        ([name, value]) => ` ${name}="${value}"`,
      );
      return `<node${given.join('')}>${inside.map(write).join('')}</node>`;
    };
    return `<hierarchy>${items.map(write).join('')}</hierarchy>`;
  }
}

function flat(items: readonly Item[]): Item[] {
  return items.flatMap((item) => [item, ...flat(item.inside ?? [])]);
}

/** The screens of a change, each leading to whatever comes next. */
export function screens(next: () => void) {
  const security: Screen = {
    items: [
      line(said('account_security_info_pref_title')),
      line(said('change_password'), { clickable: 'true' }),
    ],
    taps: { [said('change_password')]: next },
  };
  const code = (...more: Item[]): Screen => ({
    items: [web(says('→ mi***a@example.com'), field(), button('× 60'), button('✓'), ...more)],
    taps: { '✓': next },
  });
  const form = (...more: Item[]): Screen => ({
    items: [
      {
        class: 'android.widget.FrameLayout',
        'resource-id': id('input_new_pwd_view'),
        inside: [field({ 'resource-id': id('input_pwd_view'), password: 'true' })],
      },
      {
        class: 'android.widget.FrameLayout',
        'resource-id': id('confirm_pwd_view'),
        inside: [field({ 'resource-id': id('input_pwd_view'), password: 'true' })],
      },
      line(said('passport_password_req_notice'), { 'resource-id': id('password_rules') }),
      ...more,
      button('OK', { 'resource-id': id('change_pwd_btn') }),
    ],
    taps: { OK: next },
  });
  return {
    home: { package: 'com.miui.home', items: [line('')] } as Screen,
    account: {
      items: [
        button('⎋', { 'resource-id': id('logout_btn') }),
        line(said('account_security'), { clickable: 'true' }),
      ],
      taps: { [said('account_security')]: next },
    } as Screen,
    security,
    choice: {
      items: [web(says('?'), radio('☎ +35988****567'), radio('✉ mi***a@example.com'), button('→'))],
      taps: { '→': next },
    } as Screen,
    request: { items: [web(says('→ mi***a@example.com'), button('≫'))], taps: { '≫': next } } as Screen,
    code,
    form,
    webForm: (...more: Item[]): Screen => ({
      items: [web(says('…'), field({ password: 'true' }), field({ password: 'true' }), ...more, button('✓'))],
      taps: { '✓': next },
    }),
    done: { items: [toast(said('set_success')), ...security.items], taps: { back: next } } as Screen,
    empty: { items: [web()], looks: 3 } as Screen,
    stranger: { package: 'com.android.updater', items: [button('Update')], taps: { back: next } } as Screen,
  };
}
export type Screens = ReturnType<typeof screens>;

export function story(screensOf: (all: Screens) => Screen[]): ChangeStory {
  const one = new ChangeStory();
  return one.show(...screensOf(screens(one.next)));
}
