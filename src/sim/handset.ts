import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { CostName } from './costs.ts';
import type { Node, Display, Window } from './screen/view.ts';
import type { AndroidUser } from './users.ts';

export interface InstalledPackage {
  name: string;
  versionName: string;
  versionCode: number;
  /** Where `pm path` says it lies, e.g. `/data/app/io.appium.settings-1/base.apk`. */
  path: string;
  system: boolean;
  /** Instrumentation it carries, e.g. `androidx.test.runner.AndroidJUnitRunner`. */
  instrumentation?: string;
  /** The package its instrumentation runs in. */
  instruments?: string;
  /** Permissions its manifest asks for. */
  permissions?: readonly string[];
}

/**
 * One thing that happened on the phone, in order. Never holds a password: `password-submitted` says only
 * that.
 */
export interface PhoneEvent {
  at: number;
  kind: string;
  detail?: Record<string, string | number | boolean>;
}

/** An SMS in the phone's inbox. Numbers only grow. */
export interface ReceivedSms {
  id: number;
  from: string;
  text: string;
  /** ms since the epoch. */
  at: number;
}

/** An intent as `am start` describes it. */
export interface Intent {
  action?: string;
  /** `package/.Class` or `package/full.Class` */
  component?: string;
  package?: string;
  data?: string;
}

/**
 * The handset as the shell (shell.ts), the UiAutomator2 server (uia2-*.ts) and the ADB daemon see it.
 * They translate a protocol into these calls and hold no phone state of their own.
 */
export interface Handset {
  readonly clock: Clock;
  readonly screen: Display;
  /** System properties (getprop). */
  readonly props: Map<string, string>;
  /** Its International Mobile Equipment Identities, 15 digits each, one for each of its two SIM cards. */
  readonly imei: string;
  readonly imei2: string;
  /** Android user in front: 0 is the owner, 10 or 11 a second space. */
  readonly user: number;
  /** All Android users, the owner first. */
  readonly users: readonly AndroidUser[];
  /** Keys are `global/name`, `secure/name`, `system/name`. */
  readonly settings: Map<string, string>;
  readonly packages: Map<string, InstalledPackage>;
  /** Files as adb sees them, by absolute path. Folders are implied. */
  readonly files: Map<string, PhoneFile>;
  /** What its SIM received, oldest first. */
  readonly sms: readonly ReceivedSms[];
  /** What the phone suffers from, by name; empty for a healthy phone. */
  readonly faults: ReadonlySet<string>;
  /**
   * Things the phone was asked that the simulation does not know; a real phone would answer nonsense with the
   * same error.
   */
  readonly unknown: { where: string; asked: string }[];

  record(kind: string, detail?: PhoneEvent['detail']): void;
  /** Notes a question the simulation has no answer to. */
  ignorant(where: string, asked: string): void;

  /** Windows bottom to top, fresh; the last one has the focus. */
  windows(): Window[];
  /** The laid-out tree of one window; the focused one when none is given. */
  layOut(window?: Window): Node;
  /** The toast on screen now. */
  toast(): { text: string; package: string } | undefined;
  /** Resolves when nothing moves any more (animations, transitions), or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void>;
  /** Lets an answer take its time. `page`: the page source that is given. */
  takes(what: CostName, page?: string): Promise<void>;
  /** PNG of the screen. */
  screenshot(): Promise<Buffer>;

  /** Touches at px. Resolves when the finger is up, not when the app has reacted. */
  tap(x: number, y: number): Promise<void>;
  longPress(x: number, y: number, ms: number): Promise<void>;
  /** A finger moved along points; scrolls what lies under it, opens the quick panel from the top edge. */
  swipe(points: readonly { x: number; y: number }[], ms: number): Promise<void>;
  /** Android key code: 3 home, 4 back, 26 power, 66 enter, 67 delete, 82 menu, 187 recents, 224 wake up … */
  key(code: number): Promise<void>;
  /** Replaces the content of an edit field, as ACTION_SET_TEXT does. False when the view takes no text. */
  setText(node: Node, content: string): boolean;
  /** Types into the focused field, as a keyboard does. */
  type(content: string): void;
  /**
   * Scrolls a scrollable node by `dy` px (positive shows what is below), as ACTION_SCROLL_FORWARD does.
   * Returns false at the end.
   */
  scroll(node: Node, dy: number): boolean;

  /** Opens an activity. Returns the error line `am` prints, or undefined when it was started. */
  startActivity(intent: Intent): string | undefined;
  forceStop(packageName: string): void;
  /** Where it is locked, asks for what opens the lock; else nothing. */
  dismissKeyguard(): void;
  /** Asks the person at the screen whether this app may be installed, where the phone asks. */
  allowsInstall(packageName: string): Promise<boolean>;
  /**
   * Text of `dumpsys SERVICE ARGS` where it depends on the phone's state (account, activity, window,
   * device_policy, power …).
   */
  dumpsys(service: string, args: readonly string[]): string | undefined;
  /**
   * A string resource in the phone's current language, raw as in the resource table; undefined when there is
   * none.
   */
  string(packageName: string, name: string): string | undefined;

  /**
   * TCP services on the phone by port (6790 while the UiAutomator2 server runs) and abstract sockets by
   * `localabstract:NAME`.
   */
  readonly services: Map<string, (stream: Duplex) => void>;
}

export interface PhoneFile {
  data: Buffer;
  /** Unix mode with file type bits, e.g. 0o100644. */
  mode: number;
  /** Seconds since the epoch. */
  mtime: number;
}
