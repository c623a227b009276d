import type { AccountService } from '../service/account-service.ts';
import type { PhoneEvent } from '../handset.ts';
import type { SimIdentity } from '../identity.ts';
import type { AccountSpec, FullSpec, Surprise } from '../spec.ts';
import type { View, Window } from '../screen/view.ts';

/** The text in an edit field, kept by the page. */
export interface Field {
  content: string;
}

/** One window of an app. What it shows is made from its state at each look. */
export interface AppPage {
  /** What people call it; surprises are asked to come before a page of this name. */
  name: Surprise['before'] | 'sms-code' | 'app' | 'keyguard';
  package: string;
  /**
   * Missing for a window that belongs to no activity (quick panel). A dialog has the activity it belongs to.
   */
  activity?: string;
  kind: Window['kind'];
  view(): View;
  /** FLAG_SECURE: no picture of it can be taken. */
  secure?: true;
  /** The field that has the focus. */
  focus?: Field;
  /** What the back key does. Missing: the page closes. */
  back?: () => void;
  /** What the enter key does. */
  enter?: () => void;
}

/** Thrown into an app's work when the answer of Xiaomi's servers does not come or makes no sense. */
export class Unreachable extends Error {
  readonly reason: 'network' | 'server' | 'denied';
  constructor(reason: Unreachable['reason']) {
    super(reason);
    this.reason = reason;
  }
}

export function throwIfUnreachable(faults: ReadonlySet<string>): void {
  if (faults.has('network-down')) throw new Unreachable('network');
  if (faults.has('server-error')) throw new Unreachable('server');
  if (faults.has('access-denied')) throw new Unreachable('denied');
}

/** What the phone's system is to its apps. */
export interface Os {
  readonly spec: FullSpec;
  readonly service: AccountService;
  readonly serialno: string;
  readonly identity: SimIdentity;
  /** A phone with MIUI on it. */
  readonly miui: boolean;
  /** Whose Mi Account is on the phone. */
  readonly account: AccountSpec | undefined;
  readonly findDevice: boolean;
  /** `http://HOST:PORT` of Xiaomi's web site, where there is one. */
  readonly site: string | undefined;
  now(): number;
  /**
   * The string in the phone's language, placeholders filled. Throws when the package has none of that name:
   * chrome has no other words.
   */
  text(packageName: string, name: string, ...values: (string | number)[]): string;
  /** Opens a page over the one on top, or in the task of `over`; nothing when `over` is closed. */
  open(page: AppPage, over?: AppPage): void;
  /** Brings a task to the front; makes its first page when it is not there. */
  openTask(affinity: string, first: () => AppPage): void;
  /** Opens a page on top of a task, which comes to the front. */
  openInTask(affinity: string, page: AppPage): void;
  /** Closes one page wherever it is; nothing when it is closed already. */
  close(page: AppPage): void;
  isOpen(page: AppPage): boolean;
  toast(text: string, packageName: string): void;
  record(kind: string, detail?: PhoneEvent['detail']): void;
  /** Lets phone time pass; counts as the phone's own waiting. */
  wait(ms: number, why: string): Promise<void>;
  /** Asks Xiaomi's servers. Takes 0.5–2 s; throws Unreachable. */
  ask<T>(why: string, question: (service: AccountService) => T): Promise<T>;
  /** Work that goes on by itself until it is done or the phone is reset. */
  work(job: () => Promise<void>): void;
  /** Shows the address in Chrome, or Chrome as it is. */
  browse(url?: string): void;
  /** A system property from now on. */
  setProperty(name: string, value: string): void;
  turnOffFindDevice(): void;
  removeAccount(data: 'kept' | 'removed'): void;
  addAccount(account: AccountSpec): void;
}

/**
 * Opens a page over another that gives an answer: it calls `answer`, or is closed with back, which answers
 * `otherwise`.
 */
export function choose<T>(
  os: Os,
  over: AppPage,
  otherwise: T,
  make: (answer: (value: T) => void) => AppPage,
): Promise<T> {
  return new Promise((resolve) => {
    const answer = (value: T): void => {
      os.close(page);
      resolve(value);
    };
    const page = make(answer);
    page.back ??= () => answer(otherwise);
    if (os.spec.quirks.doubled.some((name) => name === page.name)) os.open(twin(os, make), over);
    os.open(page, over);
  });
}

/** The same question once more: its answer closes it, and counts for nothing. */
function twin<T>(os: Os, make: (answer: (value: T) => void) => AppPage): AppPage {
  const page = make(() => os.close(page));
  page.back ??= () => os.close(page);
  return page;
}
