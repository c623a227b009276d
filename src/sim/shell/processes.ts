import type { Handset } from '../handset.ts';
import { Log } from './log.ts';

export interface Process {
  pid: number;
  user: string;
  name: string;
  /** Its service runs with a notification, as io.appium.settings does once started. */
  foreground: boolean;
}

/** Always there; processes of packages come on top. */
const SYSTEM: [pid: number, user: string, name: string][] = [
  [1, 'root', 'init'],
  [412, 'root', 'zygote64'],
  [415, 'logd', 'logd'],
  [498, 'system', 'surfaceflinger'],
  [731, 'shell', 'adbd'],
  [1204, 'system', 'system_server'],
  [1688, 'u0_a67', 'com.android.systemui'],
];
const FIRST_PID = 4000;
const FIRST_APP_UID = 10000;

/**
 * What the shell's commands share: processes, the log, who wants to know when a package is stopped, and what
 * only the shell sets.
 */
export class Processes {
  readonly log: Log;
  /** Modes set by `appops`, as `PACKAGE OPERATION`. */
  readonly operationModes = new Map<string, string>();
  /** Packages the battery saver leaves alone. */
  readonly dozeWhitelist = new Set<string>();
  readonly #phone: Handset;
  readonly #running = new Map<string, Process>();
  readonly #stopping = new Set<(packageName: string) => void>();
  #lastPid = FIRST_PID;

  constructor(phone: Handset) {
    this.#phone = phone;
    this.log = new Log(phone.clock);
  }

  start(name: string, foreground = false): Process {
    const known = this.#running.get(name);
    if (known) {
      known.foreground ||= foreground;
      return known;
    }
    const process = { pid: ++this.#lastPid, user: `u0_a${this.uid(name) - FIRST_APP_UID}`, name, foreground };
    this.#running.set(name, process);
    this.log.write(
      'ActivityManager',
      `Start proc ${process.pid}:${name}/${process.user.replace('_', '')} for activity`,
    );
    return process;
  }

  /** Ends the package's process and tells those who live in it. */
  stop(name: string): void {
    if (this.#running.delete(name))
      this.log.write(
        'ActivityManager',
        `Force stopping ${name} appid=${this.uid(name)} user=0: from pid 731`,
      );
    for (const reported of [...this.#stopping]) reported(name);
  }

  /** With an app goes what Android keeps for it. */
  forget(name: string): void {
    this.dozeWhitelist.delete(name);
    for (const key of [...this.operationModes.keys()])
      if (key.startsWith(`${name} `)) this.operationModes.delete(key);
  }

  onStop(reported: (packageName: string) => void): () => void {
    this.#stopping.add(reported);
    return () => this.#stopping.delete(reported);
  }

  get(name: string): Process | undefined {
    return this.list().find((process) => process.name === name);
  }

  /** Everything with a process: the system, what was started, and every package with a window. */
  list(): Process[] {
    for (const { package: name } of this.#phone.windows())
      if (!SYSTEM.some((one) => one[2] === name)) this.start(name);
    const system = SYSTEM.map(([pid, user, name]) => ({ pid, user, name, foreground: false }));
    return [...system, ...this.#running.values()];
  }

  /** Stable for a package as long as nothing is uninstalled before it. */
  uid(name: string): number {
    const at = [...this.#phone.packages.keys()].indexOf(name);
    return FIRST_APP_UID + 100 + at;
  }
}
