import { randomUUID } from 'node:crypto';
import { compareAccount } from '../account/match.ts';
import { systemClock, type Clock } from '../clock.ts';
import { TakenOverError } from '../errors.ts';
import type { Settings } from '../config/config.ts';
import { WAKE } from '../flows/entry.ts';
import { deedAt, deedOfEnter, hasPassword, touchedAt, type Deed } from '../../pageobjects/by-hand.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { readAccounts } from '../phone/account.ts';
import type { Phone } from '../phone/adb.ts';
import { readPage, touch, type Gesture } from '../phone/touch.ts';
import type { Hold } from '../store/hold.ts';
import type { Act } from '../store/ledger.ts';
import type { Store } from '../store/store.ts';
import { hold } from './phone-hold.ts';
import { ledgerIn } from './store.ts';

// A person who does nothing for so long has the phone no more, ms.
const IDLE = 60_000;
// The browser that took it says within this that it is there, ms.
const FIRST_WORD = 15_000;
// A keyboard lies below this part of the screen.
const KEYBOARD_FROM = 0.5;

/** What a person has said that a gesture does, where the page does not tell. */
export type Sure = 'nothing' | 'password' | 'code';

/** What became of a gesture. */
export type Done =
  /** It is done; `counted`: what was entered in the ledger before. */
  | { kind: 'done'; counted?: Act }
  /** A person has to say first what it does: the page does not tell, or cannot be read. */
  | { kind: 'ask'; why: 'unclear' | 'unreadable' }
  /** The account's budget is spent until then. */
  | { kind: 'spent'; freeFrom: string }
  /** Neither the phone nor an order names the account that it would count for. */
  | { kind: 'no-account' };

export interface ControlTools {
  settings: Settings;
  store: () => Promise<Store>;
  phone: (serial: string) => Phone;
  /** Names of the account of the phone's order; empty where it has none. */
  names: (serial: string) => Promise<readonly string[]>;
  clock?: Clock;
}

const ACTS: Readonly<Partial<Record<Deed, Act>>> = {
  password: 'password-submitted',
  'new-password': 'password-set',
  code: 'code-requested',
};

/** Phones that persons have in their hands from a page. None is in two hands, and none in a run's as well. */
export class PhoneControls {
  readonly #tools: Required<ControlTools>;
  readonly #all = new Map<string, PhoneControl>();

  constructor(tools: ControlTools) {
    this.#tools = { clock: systemClock, ...tools };
  }

  /** Takes a phone. Throws BusyError where a run or another person has it. */
  async take(serial: string, by: string, onEnd: (why: string) => void): Promise<PhoneControl> {
    const phone = this.#tools.phone(serial);
    const held = await hold(phone, { settings: this.#tools.settings, store: this.#tools.store });
    const control = new PhoneControl(this.#tools, { phone, held, by }, (why) => {
      this.#all.delete(control.id);
      onEnd(why);
    });
    this.#all.set(control.id, control);
    await phone.shell(WAKE).catch(() => undefined);
    return control;
  }

  get(id: string): PhoneControl | undefined {
    return this.#all.get(id);
  }

  /** Who has this phone in hand. */
  of(serial: string): PhoneControl | undefined {
    return [...this.#all.values()].find((one) => one.serial === serial && !one.isOver);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((one) => one.release('closed')));
  }
}

/** One phone in the hands of one person. */
export class PhoneControl {
  readonly id = randomUUID();
  readonly by: string;
  readonly serial: string;
  readonly #tools: Required<ControlTools>;
  readonly #phone: Phone;
  readonly #held: Hold;
  readonly #onEnd: ((why: string) => void)[];
  readonly #over = new AbortController();
  #idle = new AbortController();
  /** One gesture after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #releasing: Promise<void> | undefined;
  #why = '';
  /** Browsers that are there. */
  #present = 0;

  constructor(
    tools: Required<ControlTools>,
    { phone, held, by }: { phone: Phone; held: Hold; by: string },
    onEnd: (why: string) => void,
  ) {
    this.#tools = tools;
    this.#phone = phone;
    this.#held = held;
    this.#onEnd = [onEnd];
    this.by = by;
    this.serial = phone.serial;
    this.#wait();
    void tools.clock.sleep(FIRST_WORD, 'the browser that took a phone', this.#over.signal).then(
      () => (this.#present === 0 ? this.release('away') : undefined),
      () => undefined,
    );
  }

  /** When it ends by itself, ms. */
  get idle(): number {
    return IDLE;
  }

  /** Hears why it is over: released, idle, away, taken or closed. */
  onOver(hear: (why: string) => void): void {
    if (this.isOver) hear(this.#why);
    else this.#onEnd.push(hear);
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** A browser is there, until the result is called; the phone is let go with the last one. */
  attend(): () => void {
    this.#present++;
    return () => void (--this.#present === 0 && this.release('away'));
  }

  /**
   * Does a gesture on the phone, `height` px high. One that hands in a password or asks for a code is in the ledger
   * first. Throws TakenOverError where a run has the phone by now, and what a phone throws that is gone.
   */
  act(gesture: Gesture, height: number, sure?: Sure): Promise<Done> {
    const acting = this.#turn.then(async () => {
      this.#over.signal.throwIfAborted();
      this.#wait();
      await this.#held.check();
      return this.#act(gesture, height, sure);
    });
    this.#turn = acting.catch((fault: unknown) => {
      // Not awaited: a release waits for this turn.
      if (fault instanceof TakenOverError) void this.release('taken');
    });
    return acting;
  }

  /** Resolves when others may have the phone. */
  release(why: string): Promise<void> {
    return (this.#releasing ??= this.#release(why));
  }

  async #release(why: string): Promise<void> {
    this.#why = why;
    this.#over.abort(new Error('the phone is released'));
    this.#idle.abort();
    await this.#turn;
    await this.#held.release();
    for (const hear of this.#onEnd) hear(why);
  }

  async #act(gesture: Gesture, height: number, sure?: Sure): Promise<Done> {
    const deed = await this.#deedOf(gesture, height);
    if ((deed === 'unclear' || deed === 'unreadable') && sure === undefined)
      return { kind: 'ask', why: deed };
    const known: Deed = deed === 'unclear' || deed === 'unreadable' ? (sure ?? 'unclear') : deed;
    const act = ACTS[known];
    if (act) {
      const stop = await this.#enter(act);
      if (stop) return stop;
    }
    this.#over.signal.throwIfAborted();
    await touch(this.#phone, gesture, this.#over.signal);
    return { kind: 'done', ...(act && { counted: act }) };
  }

  async #deedOf(gesture: Gesture, height: number): Promise<Deed | 'unreadable'> {
    if (gesture.kind === 'text' || (gesture.kind === 'key' && gesture.key !== 'enter')) return 'nothing';
    const page = await readPage(this.#phone, this.#over.signal);
    const look = page && lookOf(page.source);
    if (!page || !look) return 'unreadable';
    if (gesture.kind === 'key') return deedOfEnter(look);
    const { x, y } = gesture;
    // A finger that leaves what it touched presses nothing.
    if (gesture.kind === 'swipe' && touchedAt(look, x, y) !== touchedAt(look, gesture.toX, gesture.toY))
      return 'nothing';
    const deed = deedAt(look, x, y);
    // The keyboard is on no page, and its Enter may hand in what stands in the field.
    const onKeyboard = page.hasKeyboard && hasPassword(look) && y > height * KEYBOARD_FROM;
    return onKeyboard && deed === 'nothing' ? 'unclear' : deed;
  }

  /** Enters it for the account on the phone, and of the order where that is the same. */
  async #enter(act: Act): Promise<Done | undefined> {
    const { settings, store, names } = this.#tools;
    const [shown, ordered] = await Promise.all([
      readAccounts(this.#phone, this.#over.signal).catch(() => []),
      names(this.serial),
    ]);
    const [first] = ordered;
    const isSame =
      first !== undefined &&
      compareAccount(
        first,
        shown.map((text) => ({ text, where: 'account list' })),
        'the list has',
      ).verdict !== 'different';
    const [account, ...also] = [...shown, ...(isSame || shown.length === 0 ? ordered : [])];
    if (account === undefined) return { kind: 'no-account' };
    const answer = await ledgerIn(await store(), settings).enter({ account, also, act, serial: this.serial });
    return answer.kind === 'spent' ? { kind: 'spent', freeFrom: answer.freeFrom } : undefined;
  }

  /** From now on again so long without a gesture. */
  #wait(): void {
    this.#idle.abort();
    this.#idle = new AbortController();
    void this.#tools.clock.sleep(IDLE, 'a gesture of the person', this.#idle.signal).then(
      () => this.release('idle'),
      () => undefined,
    );
  }
}

/** Undefined where it is not a page. */
function lookOf(source: string): PageSource | undefined {
  try {
    return new PageSource(source);
  } catch {
    return undefined;
  }
}
