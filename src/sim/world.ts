import type { Duplex } from 'node:stream';
import { AccountService } from './account-service.ts';
import { startAdbDaemon, type AdbDaemon } from './adb-daemon.ts';
import type { Handset } from './handset.ts';
import { SimPhone } from './phone.ts';
import { parseSpec, type PhoneSpec } from './spec.ts';
import { createUia2Server } from './uia2-server.ts';

export interface Traffic {
  /** Services opened over adb: shell lines, file transfers, connections to ports. */
  streams: number;
  /** HTTP requests to the UiAutomator2 server. */
  requests: number;
}

/** A simulated phone with its cable. */
export interface WorldPhone {
  /** What `adb connect` takes and `adb devices` shows: `127.0.0.1:PORT`. */
  readonly serial: string;
  readonly phone: SimPhone;
  /** What the phone was asked and the simulation does not know. */
  readonly unknown: SimPhone['unknown'];
  /** How much it was asked since it was added, whoever asked. */
  readonly traffic: Readonly<Traffic>;
  /** Puts it into another state. adb stays connected, except that an unauthorized spec does not take back what was allowed. */
  reset(spec: PhoneSpec): void;
  unplug(): void;
  plug(): Promise<void>;
  /** A person allows USB debugging on its screen. */
  authorize(): void;
}

/** Phones, and the one account service behind them. */
export interface World {
  readonly phones: readonly WorldPhone[];
  readonly accounts: AccountService;
  /** Throws a SpecError. */
  addPhone(spec: PhoneSpec): Promise<WorldPhone>;
  removePhone(serial: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  phones?: readonly PhoneSpec[];
  /** The Chromium of this host that is the phones' Chrome; it starts when a phone is told to show an address. Missing: `chromium` on the PATH. */
  chromium?: string;
}

/** Starts the phones, each with its adb daemon on a free port of 127.0.0.1. Telling adb about them is the caller's business. */
export async function startWorld({ phones: specs = [], chromium }: WorldOptions = {}): Promise<World> {
  const accounts = new AccountService();
  const running = new Map<string, { shown: WorldPhone; daemon: AdbDaemon }>();

  const world: World = {
    accounts,
    get phones() {
      return [...running.values()].map(({ shown }) => shown);
    },
    async addPhone(spec) {
      const phone = new SimPhone(spec, { service: accounts, ...(chromium ? { chromium } : {}) });
      const traffic: Traffic = { streams: 0, requests: 0 };
      const daemon = await startAdbDaemon({
        handset: phone,
        authorized: phone.spec.authorized,
        startUia2: (handset, finished) => startUia2(handset, finished, traffic),
        opened: () => traffic.streams++,
      });
      const serial = `127.0.0.1:${daemon.port}`;
      const shown: WorldPhone = {
        serial,
        phone,
        unknown: phone.unknown,
        traffic,
        reset: (next) => phone.reset(next),
        unplug: () => daemon.unplug(),
        plug: () => daemon.plug(),
        authorize: () => daemon.authorize(),
      };
      running.set(serial, { shown, daemon });
      return shown;
    },
    async removePhone(serial) {
      const found = running.get(serial);
      running.delete(serial);
      await Promise.all([found?.shown.phone.shutDown(), found?.daemon.close()]);
    },
    async close() {
      await Promise.all([...running.keys()].map((serial) => world.removePhone(serial)));
    },
  };

  // All or none: a wrong spec in the list starts nothing.
  const checked = specs.map((spec) => (parseSpec(spec), spec));
  for (const spec of checked) await world.addPhone(spec);
  return world;
}

function startUia2(handset: Handset, finished: () => void, traffic: Traffic): (stream: Duplex) => void {
  const server = createUia2Server(handset);
  server.on('request', () => traffic.requests++);
  // As the real one does, its instrumentation ends when its session is deleted.
  server.once('shutdown', finished);
  return (stream) => void server.emit('connection', stream);
}
