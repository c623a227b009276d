import { instantClock, systemClock, type Clock } from '../../clock.ts';
import { AccountService } from '../service/account-service.ts';
import { browserPage } from '../apps/browser.ts';
import { keyguard, type Keyguard } from '../apps/keyguard.ts';
import { launcher } from '../apps/launcher.ts';
import { installed } from '../apps/packages.ts';
import { throwIfUnreachable, type Os, type AppPage } from '../apps/page.ts';
import { surprise } from '../apps/surprise.ts';
import type { Handset, InstalledPackage, PhoneEvent, PhoneFile, ReceivedSms } from '../handset.ts';
import { CHROME, PhoneChrome } from '../chrome/phone-chrome.ts';
import { identityOf, type SimIdentity } from '../identity.ts';
import { Passing } from './passing.ts';
import { refill } from './refill.ts';
import { Tasks } from './tasks.ts';
import { Quirky } from '../quirks.ts';
import { generator, Pace } from '../time.ts';
import { Spending, type CostName, type Looks } from '../costs.ts';
import { propsOf } from '../properties.ts';
import { isXiaomi, settingsOf } from '../releases.ts';
import {
  parseSms,
  parseSpec,
  type AccountSpec,
  type FullSpec,
  type PhoneSpec,
  type SmsSpec,
  type Surprise,
} from '../spec.ts';
import { romString } from '../rom-strings.ts';
import { fill } from '../strings/strings.ts';
import { usersOf, type AndroidUser } from '../users.ts';

/** A window needs this long to open or close, ms. */
const ANIMATION = 300;
const TOAST = 3500;
/** A notification stays over the top of the screen so long, ms. */
const NOTIFICATION = 5000;

export interface PhoneOptions {
  /** Missing: a service of its own. */
  service?: AccountService;
  /** Missing: the clock of the pace the spec asks for. */
  clock?: Clock;
  /** The Chromium of this host that is its Chrome: a path, or a name on the PATH. Missing: `chromium`. */
  chromium?: string;
  /** Address of Xiaomi's web site, asked for when needed. Missing: there is none. */
  site?: () => string | undefined;
}

/** The phone from inside: its state, its windows and what its apps may do with both. */
export class PhoneSystem implements Os {
  readonly service: AccountService;
  readonly props = new Map<string, string>();
  readonly settings = new Map<string, string>();
  readonly packages = new Map<string, InstalledPackage>();
  readonly files = new Map<string, PhoneFile>();
  readonly services: Handset['services'] = new Map();
  readonly sms: ReceivedSms[] = [];
  readonly unknown: { where: string; asked: string }[] = [];
  protected tasks = new Tasks();
  protected pace!: Pace;
  #spending!: Spending;
  protected readonly chrome: PhoneChrome;
  protected awake = true;
  protected readonly notification = new Passing<true>(NOTIFICATION);
  /** Serial of the window the keyboard is up for. */
  protected keyboardFor: number | undefined;
  /** Account additions and removals, oldest first. */
  protected history: { at: number; action: string }[] = [];
  readonly #givenClock: Clock | undefined;
  readonly #site: PhoneOptions['site'];
  #state!: FullSpec;
  identity!: SimIdentity;
  #account: AccountSpec | undefined;
  #findDevice = false;
  #events: PhoneEvent[] = [];
  #surprises: FullSpec['surprises'] = [];
  #faults: ReadonlySet<string> = new Set();
  readonly #toast = new Passing<{ text: string; package: string }>(TOAST);
  /** Of all SMS it ever received, also as another phone: numbers only grow. */
  #nextSms = 1;
  #random = (): number => 0;
  protected quirky!: Quirky;

  constructor(
    spec: PhoneSpec,
    { service = new AccountService(), clock, chromium = 'chromium', site }: PhoneOptions = {},
  ) {
    this.service = service;
    this.#site = site;
    this.chrome = new PhoneChrome(this, chromium);
    this.#givenClock = clock;
    this.reset(spec);
  }

  /**
   * Makes the same phone another one: new windows, new state. What speaks to it stays connected. Throws a
   * SpecError.
   */
  reset(given: PhoneSpec): void {
    const spec = parseSpec(given);
    this.pace?.stop();
    void this.chrome.stop();
    const slowness = spec.faults.includes('slow') ? 4 : 1;
    this.pace = new Pace(
      this.#givenClock ?? (spec.pace === 'instant' ? instantClock() : systemClock),
      spec.pace !== 'instant',
      slowness,
    );
    this.#state = spec;
    this.identity = identityOf(spec);
    this.#random = generator(this.identity.seed);
    this.#spending = new Spending(() => this.pace, generator(this.identity.seed + 1), spec);
    this.#account = spec.account;
    this.#findDevice = spec.account?.findDevice ?? false;
    if (spec.account) this.service.put(spec.account, this.now());
    const { lost, delaySeconds, on = this.#findDevice } = spec.lock;
    const { imei, imei2 } = this.identity;
    this.service.locks.put([imei, imei2], { locked: on, lost, delayMs: delaySeconds * 1000 });
    this.history = spec.account ? [{ at: this.now(), action: 'action_account_add' }] : [];
    this.#events = [];
    this.#surprises = [...spec.surprises];
    this.quirky = new Quirky(spec.quirks);
    this.#faults = new Set(spec.faults);
    this.#toast.clear();
    this.notification.clear();
    this.keyboardFor = undefined;
    this.awake = spec.screen !== 'off';
    this.#fill();
    this.sms.length = 0;
    for (const one of spec.sms) this.receiveSms(one);
    this.tasks = new Tasks(this.tasks.lastSerial);
    this.tasks.toFront('home', () => this.#opened(launcher(this)));
    this.#surpriseOver('launcher');
    if (spec.screen === 'locked') this.tasks.lock((unlock) => keyguard(this, unlock));
  }

  /** The lock screen, while it is locked. */
  protected get keyguard(): Keyguard | undefined {
    return this.tasks.cover?.page;
  }
  dismissKeyguard(): void {
    this.keyguard?.askPin();
  }

  /**
   * Stops what is going on inside. The phone must not be used any more. Resolves when nothing of it is left
   * on this host.
   */
  async shutDown(): Promise<void> {
    this.pace.stop();
    await this.chrome.stop();
  }

  #fill(): void {
    const { packages, files } = installed(this.#state);
    refill(this.props, propsOf(this.#state, this));
    const named = packages.map((one) => [one.name, one] as const);
    refill(this.packages, named);
    refill(this.files, files);
    refill(this.settings, settingsOf(this.serialno));
  }

  get spec(): FullSpec {
    return this.#state;
  }
  get clock(): Clock {
    return this.pace.clock;
  }
  get faults(): ReadonlySet<string> {
    return this.#faults;
  }
  get serialno(): string {
    return this.identity.serialno;
  }
  get imei(): string {
    return this.identity.imei;
  }
  get imei2(): string {
    return this.identity.imei2;
  }
  get user(): number {
    return this.#state.user;
  }
  get users(): readonly AndroidUser[] {
    return usersOf(this.#state);
  }
  get miui(): boolean {
    return isXiaomi(this.#state);
  }
  get account(): AccountSpec | undefined {
    return this.#account;
  }
  get findDevice(): boolean {
    return this.#findDevice;
  }
  get site(): string | undefined {
    return this.#site?.();
  }
  get events(): readonly PhoneEvent[] {
    return this.#events;
  }
  /**
   * Milliseconds in which the phone itself was not ready: windows moving, servers answering. 0 at pace
   * instant.
   */
  get waited(): number {
    return this.pace.waited;
  }
  /** ms that the fastest program would need too: what the phone waited, one look a page, one call an act. */
  get ownTime(): number {
    return this.waited + this.#spending.own;
  }
  get looks(): Readonly<Looks> {
    return this.#spending.looks;
  }
  takes(what: CostName, page?: string): Promise<void> {
    return this.#spending.pay(what, page);
  }
  now(): number {
    return this.pace.clock.now();
  }
  record(kind: string, detail?: PhoneEvent['detail']): void {
    this.#events.push({ at: this.now(), kind, ...(detail ? { detail } : {}) });
  }
  ignorant(where: string, asked: string): void {
    this.unknown.push({ where, asked });
  }
  string(packageName: string, name: string): string | undefined {
    return romString(this.#state, packageName, name);
  }
  text(packageName: string, name: string, ...values: (string | number)[]): string {
    const raw = this.string(packageName, name);
    if (raw === undefined)
      throw new Error(`${packageName} has no string "${name}". Add it to its table in strings-*.ts.`);
    return fill(raw, values, this.#state.language);
  }

  /** An SMS comes for its SIM. Throws a SpecError. */
  receiveSms(given: SmsSpec): void {
    const { from, text } = parseSms(given);
    this.sms.push({ id: this.#nextSms++, from, text, at: Math.floor(this.now()) });
    this.record('sms-received', { from });
  }

  wait(ms: number, why: string): Promise<void> {
    return this.pace.wait(ms, why);
  }
  work(job: () => Promise<void>): void {
    this.pace.work(job);
  }
  async ask<T>(why: string, question: (service: AccountService) => T): Promise<T> {
    await this.wait(500 + Math.floor(this.#random() * 1500), why);
    throwIfUnreachable(this.#faults);
    return question(this.service);
  }

  open(page: AppPage, over?: AppPage): void {
    this.#move(() => {
      if (page.kind === 'panel') this.tasks.pushOverlay(page);
      else if (!this.tasks.push(page, over)) return;
      this.#surpriseOver(this.#opened(page).name);
    });
  }
  openTask(affinity: string, first: () => AppPage): void {
    this.#move(() => {
      this.tasks.remove((page) => page.kind === 'panel');
      const made = this.tasks.toFront(affinity, first);
      if (!made) return;
      this.#surpriseOver(this.#opened(made).name);
    });
  }
  openInTask(affinity: string, page: AppPage): void {
    this.#move(() => {
      this.tasks.remove(({ kind }) => kind === 'panel');
      if (!this.tasks.toFront(affinity, () => page)) this.tasks.push(page);
      this.#surpriseOver(this.#opened(page).name);
    });
  }
  close(page: AppPage): void {
    this.#move(() => this.tasks.remove((one) => one === page));
  }
  isOpen(page: AppPage): boolean {
    return this.tasks.isOpen(page);
  }
  browse(url?: string): void {
    this.record('browser-opened');
    this.work(() => this.chrome.open(url));
    this.openTask(CHROME, () => browserPage(this, this.chrome.shown));
  }
  forceStop(packageName: string): void {
    if (packageName === CHROME) void this.chrome.stop();
    this.tasks.remove((page) => page.package === packageName && page.name !== 'launcher');
    this.record('force-stopped', { package: packageName });
  }

  toast(): { text: string; package: string } | undefined;
  toast(text: string, packageName: string): void;
  toast(text?: string, packageName = ''): { text: string; package: string } | undefined | void {
    if (text === undefined) return this.#toast.at(this.now());
    this.#toast.show({ text, package: packageName }, this.now());
  }

  setProperty = (name: string, value: string): void => void this.props.set(name, value);
  turnOffFindDevice(): void {
    this.#findDevice = false;
    this.service.locks.set(this.identity.imei, false);
    this.record('find-device-off');
  }
  removeAccount(data: 'kept' | 'removed'): void {
    if (!this.#account) return;
    this.service.signedOut(this.#account.id, this.serialno, this.now(), data);
    this.#account = undefined;
    this.#findDevice = false;
    this.service.locks.set(this.identity.imei, false);
    this.history.push({ at: this.now(), action: 'action_account_remove' });
    this.record('account-removed', { data });
  }
  addAccount(account: AccountSpec): void {
    this.service.signedIn(account.id, this.serialno, this.now());
    this.#account = account;
    this.#findDevice = account.findDevice;
    this.service.locks.set(this.identity.imei, account.findDevice);
    this.history.push({ at: this.now(), action: 'action_account_add' });
    this.record('account-added');
  }

  /** Changes the windows when their animation is over. */
  #move(change: () => void): void {
    this.pace.move(async () => {
      await this.wait(ANIMATION, 'window animation');
      change();
    });
  }

  #opened(page: AppPage): AppPage {
    this.quirky.opened(page, this.now());
    this.record('window-opened', {
      page: page.name,
      package: page.package,
      ...(page.activity ? { activity: page.activity } : {}),
    });
    return page;
  }

  #surpriseOver(name: AppPage['name']): void {
    const at = this.#surprises.findIndex(({ before }) => before === name);
    const [one] = at < 0 ? [] : this.#surprises.splice(at, 1);
    if (one?.after) this.work(() => this.wait(one.after, one.dialog).then(() => this.#comes(one.dialog)));
    else if (one) this.#comes(one.dialog);
  }
  #comes(dialog: Surprise['dialog']): void {
    if (dialog === 'notification') return this.notification.show(true, this.now());
    if (dialog !== 'screen-off' && dialog !== 'screen-locked')
      return this.tasks.pushOverlay(this.#opened(surprise(this, dialog)));
    this.awake = false;
    this.record(dialog);
    if (dialog === 'screen-locked') this.tasks.lock((unlock) => keyguard(this, unlock));
  }
}
