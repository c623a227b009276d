import assert from 'node:assert/strict';
import type { Browser } from 'webdriverio';
import type { LabelBook } from '../../pageobjects/label.ts';
import { instantClock } from '../clock.ts';
import type { Progress } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { labelBook } from '../phone/labels.ts';
import { Secret } from '../secret.ts';
import type { LedgerAnswer, Ledger } from '../store/ledger.ts';
import type { Via } from './entry.ts';
import type { Journal } from './journal.ts';
import type { Outcome } from './outcome.ts';
import type { Person } from './recovery.ts';
import { AccountGuard, type AccountOrder } from './account-guard.ts';
import { signOut, type SignOutInput } from './sign-out.ts';

/** One screen of a phone that exists only as far as a look and a tap can see. */
export interface Screen {
  package: string;
  /** Resource ids and texts that are on it: `id`, `id=text`, `"text"` that needs no id, `row title=value`. */
  shows: string[];
  /** What a tap on this id (or text) leads to; `next` goes on to the next screen of the story. */
  taps?: Record<string, () => void>;
  /** Gone by itself after so many looks. */
  looks?: number;
}

/** What the server on a phone says that shows no window just then, as WebdriverIO hands it on. */
export const NO_ROOT =
  'WebDriverError: An unknown server-side error occurred while processing the command. Original error: Timed out after 10000ms waiting for the root AccessibilityNodeInfo in the active window.';
export const ID = 'com.xiaomi.account:id/';
const CLOUD = 'com.miui.cloudservice:id/';
/** A field without an id. */
export const CODE_FIELD = 'EditText';
export const WORDS: Record<string, string> = {
  delete_bank_card_title: '⟦delete_bank_card_title⟧',
  wipe_data_dialog_title: '⟦wipe_data_dialog_title⟧',
  alert_title_remove_account: '⟦alert_title_remove_account⟧',
  passport_wrong_captcha: '⟦passport_wrong_captcha⟧',
  passport_wrong_vcode: '⟦passport_wrong_vcode⟧',
  passport_bad_authentication: '⟦passport_bad_authentication⟧',
  passport_error_network: '⟦passport_error_network⟧',
  turn_off_find_device_failed_title: '⟦turn_off_find_device_failed_title⟧',
  find_device_error_password_recently_changed: '⟦wait %d days⟧',
  logout_account: '⟦logout_account⟧',
  removing_account: '⟦removing_account⟧',
  account_security_info_pref_title: '⟦account_security_info_pref_title⟧',
  account_user_phone: '⟦account_user_phone⟧',
  account_user_email: '⟦account_user_email⟧',
};
export const LABELS: LabelBook = labelBook(
  new Map(Object.entries(WORDS).map(([name, text]) => [`com.xiaomi.account:${name}`, text])),
);

/** What a selector looks for: its id, else its words, else all of it. */
function sought(selector: string): string {
  const said = (method: string) =>
    selector.match(new RegExp(`(?<=\\.${method}\\(")(\\\\"|[^"])*(?="\\))`, 'g'));
  return said('resourceId')?.at(-1) ?? said('text')?.at(-1) ?? selector;
}

/** A phone that tells a story: a list of screens, the account gone after the last. */
export class StoryPhone {
  readonly log: string[] = [];
  /** The steps of the journal. */
  readonly journalSteps: string[] = [];
  readonly story: Screen[];
  account = true;
  /** What the account list calls it. */
  accountName = '6230***535';
  #looks = 0;

  constructor(...story: Screen[]) {
    this.story = story;
  }

  next = (): void => {
    this.#looks = 0;
    this.story.shift();
    if (this.story.length === 0) this.account = false;
  };

  phone: Phone = {
    serial: 'story',
    pull: () => Promise.reject(new Error('no files')),
    shell: (command) => {
      if (command.includes('dumpsys account')) {
        const accounts = this.account ? `1\n    Account {name=${this.accountName}, type=com.xiaomi}` : '0';
        return Promise.resolve(`User UserInfo{0:Owner:13}:\n  Accounts: ${accounts}\n@@mi-unbind:end\n`);
      }
      if (command.includes('mWakefulness')) return Promise.resolve(this.#screen(command));
      this.log.push(command);
      if (command.includes('AccountSecurityActivity')) this.story[0]?.taps?.security?.();
      if (command.includes('XIAOMI_ACCOUNT')) this.story[0]?.taps?.intent?.();
      if (this.story[0]?.package === 'com.miui.home') this.next();
      return Promise.resolve('');
    },
  };

  via: Via = 'intent';

  /** `off` feels no tap until it is woken; `locked` also shows nothing but its lock then. */
  screen: 'on' | 'off' | 'locked' = 'on';

  #screen(command: string): string {
    if (command.includes('keyevent 224')) {
      this.log.push('wake');
      if (this.screen === 'off') this.screen = 'on';
    }
    const isLocked = this.screen === 'locked';
    const isLit = this.screen === 'on' || (isLocked && this.log.at(-1) === 'wake');
    return `  mWakefulness=${isLit ? 'Awake' : 'Asleep'}\n      showing=${isLocked}\n      secure=${isLocked}\n`;
  }

  /** What comes in place of the next page sources: a fault, or another source. */
  faults: (Error | string | undefined)[] = [];
  /** What the next touches are not found for; something else: it is. */
  missed: string[] = [];

  /** What it answers next; entered when it is empty. */
  answers: LedgerAnswer[] = [];
  ledger: Ledger = {
    enter: ({ account, act }) => {
      this.log.push(`ledger ${act} ${account}`);
      return Promise.resolve(this.answers.shift() ?? { kind: 'entered' });
    },
    count: () => Promise.resolve(0),
  };

  browser = {
    getPageSource: () => {
      const fault = this.faults.shift();
      if (fault instanceof Error) return Promise.reject(fault);
      return Promise.resolve(fault ?? this.#source());
    },
    back: () => {
      this.log.push('back');
      this.story[0]?.taps?.back?.();
      return Promise.resolve();
    },
    getWindowSize: () => Promise.resolve({ width: 1000, height: 2000 }),
    /** A finger on the glass: where it goes down, and where it ends. */
    action: () => {
      const moves: string[] = [];
      const finger = {
        move: ({ x, y }: { x: number; y: number }) => (moves.push(`${x},${y}`), finger),
        down: () => finger,
        up: () => finger,
        perform: async () => {
          this.log.push(`draw ${moves.join(' to ')}`);
          this.story[0]?.taps?.draw?.();
        },
      };
      return finger;
    },
    takeElementScreenshot: (what: string) => Promise.resolve(Buffer.from(what).toString('base64')),
    execute: () => {
      this.log.push('scroll');
      this.story[0]?.taps?.scroll?.();
      return Promise.resolve();
    },
    $: (selector: string) => {
      const what = sought(selector);
      return {
        click: () => {
          if (this.missed.shift() === what) return Promise.reject(new Error(NO_ROOT));
          if (this.screen !== 'on')
            return Promise.resolve(void this.log.push(`tap on a dark screen ${what}`));
          this.log.push(`tap ${what}`);
          const screen = this.story[0];
          assert.ok(screen, `${what} is tapped after the last screen`);
          assert.ok(
            screen.shows.some((shown) => shown.includes(what)),
            `${what} is tapped while ${JSON.stringify(screen.shows)} is shown`,
          );
          screen.taps?.[what]?.();
          return Promise.resolve();
        },
        setValue: () =>
          Promise.resolve(
            void this.log.push(/captcha|vcode|EditText/.test(what) ? `type into ${what}` : 'type'),
          ),
        clearValue: () => Promise.resolve(void this.log.push('clear')),
        getText: () => Promise.resolve('••••••••'),
        elementId: Promise.resolve(what),
      };
    },
  } as unknown as Browser;

  #source(): string {
    const screen = this.story[0];
    if (screen?.looks !== undefined && ++this.#looks > screen.looks) this.next();
    const { package: owner, shows } = this.story[0] ?? { package: 'com.miui.home', shows: [] };
    const nodes = shows.map((shown) => {
      if (shown === CODE_FIELD)
        return `<node class="android.widget.EditText" package="${owner}" bounds="[0,0][9,9]"/>`;
      if (shown.startsWith('row ')) return row(owner, shown.slice(4));
      const [id = '', text = ''] = shown.startsWith('"') ? ['', shown.slice(1, -1)] : shown.split('=');
      return `<node class="android.view.View" package="${owner}" resource-id="${id}" text="${text}" password="${id.endsWith('input_pwd_view')}" scrollable="${id.endsWith('list')}" bounds="[0,0][9,9]"/>`;
    });
    return `<hierarchy>${nodes.join('') || `<node class="android.view.View" package="${owner}" bounds="[0,0][9,9]"/>`}</hierarchy>`;
  }

  /** What was done after Sign out, without what only wakes the screen. */
  steps(): string[] {
    return this.log
      .slice(this.log.indexOf(`tap ${ID}logout_btn`) + 1)
      .filter((line) => !line.startsWith('input '));
  }

  submissions(): number {
    return this.log.filter((line) => line === `tap ${ID}passport_confirm`).length;
  }

  /** What a person answers, one question after the other. */
  letters: string[] = [];
  person: Person = {
    ask: ({ what }) => {
      this.log.push(`ask ${what}`);
      return Promise.resolve(this.letters.shift());
    },
  };

  async signOut(
    input: Partial<SignOutInput> = {},
    order: AccountOrder = {},
    guard = new AccountGuard(order),
  ): Promise<{ outcome: Outcome; progress: Progress }> {
    const progress: Progress = { passwordSubmitted: false };
    const journal: Journal = {
      progress,
      page: async (name) => void (progress.page = name),
      drift: ({ locator, found }) => void this.log.push(`drift ${locator}: ${found}`),
      warn: (what) => void this.log.push(`warn ${what}`),
      step: (what) => void this.journalSteps.push(what),
      passwordSubmitted: () => void (progress.passwordSubmitted = true),
    };
    const outcome = await signOut(
      { phone: this.phone, browser: this.browser, labels: LABELS },
      { data: 'keep', password: new Secret('12345678'), ...input },
      {
        via: this.via,
        signal: new AbortController().signal,
        clock: instantClock(),
        journal,
        ledger: this.ledger,
        person: this.person,
        guard,
      },
    );
    return { outcome, progress };
  }
}

function row(owner: string, shown: string): string {
  const texts = shown
    .split('=')
    .map((text) => `<node class="android.view.View" package="${owner}" text="${text}" bounds="[0,0][9,9]"/>`);
  return `<node class="android.view.View" package="${owner}" clickable="true" bounds="[0,0][9,9]">${texts.join('')}</node>`;
}

/** The screens a sign-out may bring, each leading to whatever the phone shows next. */
export function screens(next: () => void) {
  const alert = (name: string): Screen => ({
    package: 'com.xiaomi.account',
    shows: [`"${WORDS[name] ?? name}"`, 'android:id/button1', 'android:id/button2'],
    taps: { 'android:id/button1': next },
  });
  return {
    home: { package: 'com.miui.home', shows: [] } as Screen,
    account: {
      package: 'com.xiaomi.account',
      shows: [`${ID}logout_btn`],
      taps: { [`${ID}logout_btn`]: next },
    } as Screen,
    smsCode: {
      package: 'com.xiaomi.account',
      shows: [`${ID}sms_send_notice`, CODE_FIELD, `${ID}trust_device`, `${ID}btn_verify`],
      taps: { [`${ID}btn_verify`]: next },
    } as Screen,
    busy: {
      package: 'com.xiaomi.account',
      shows: ['android:id/progress', '"⟦whatever it is doing⟧"'],
      looks: 3,
    } as Screen,
    keepOrRemove: {
      package: 'com.miui.cloudservice',
      shows: [`${CLOUD}retain_button`, `${CLOUD}remove_button`, `${CLOUD}cancel_button`],
      taps: { [`${CLOUD}retain_button`]: next, [`${CLOUD}remove_button`]: next },
    } as Screen,
    password: {
      package: 'com.xiaomi.account',
      shows: [`${ID}input_pwd_view`, `${ID}passport_confirm`, `${ID}cancel`],
      taps: { [`${ID}passport_confirm`]: next },
    } as Screen,
    miPay: alert('delete_bank_card_title'),
    unsynced: alert('wipe_data_dialog_title'),
    removeAccount: alert('alert_title_remove_account'),
    stranger: {
      package: 'com.android.updater',
      shows: ['"A new version is here"'],
      taps: { back: next },
    } as Screen,
  };
}
