import type { Duplex } from 'node:stream';
import { AccountService } from './service/account-service.ts';
import { startAdbDaemon, type AdbDaemon } from './adb/daemon.ts';
import type { Handset } from './handset.ts';
import { identified, sameAs } from './identity.ts';
import { SimPhone } from './phone/phone.ts';
import { openPost, type PostOffice, type PostOptions } from './service/post-office.ts';
import type { SiteOptions } from './site/options.ts';
import type { Site } from './site/site.ts';
import { PlayedPhone } from './played/phone.ts';
import type { Recording } from './played/recording.ts';
import { parseSpec, type PhoneSpec } from './spec.ts';
import { createUia2Server } from './uia2/server.ts';

interface Traffic {
  /** Services opened over adb: shell lines, file transfers, connections to ports. */
  streams: number;
  /** HTTP requests to the UiAutomator2 server. */
  requests: number;
}

/** A simulated phone with its cable; one of several where adb has the phone at more than one serial. */
export interface WorldPhone {
  /** What `adb connect` takes and `adb devices` shows: `127.0.0.1:PORT`. */
  readonly serial: string;
  readonly phone: SimPhone;
  /** What the phone was asked and the simulation does not know. */
  readonly unknown: SimPhone['unknown'];
  /** How much it was asked since it was added, by all who asked. */
  readonly traffic: Readonly<Traffic>;
  /**
   * Puts it into another state. It stays the same phone, with its serial number and IMEIs, unless the spec
   * has a seed, a serial number or an IMEI. adb stays connected, except that an unauthorized spec does not
   * take back what was allowed.
   */
  reset(spec: PhoneSpec): void;
  unplug(): void;
  plug(): Promise<void>;
  /** Off and on again: what was open is closed, and adb has to be connected anew. */
  reboot(): Promise<void>;
  /** A person allows USB debugging on its screen. */
  authorize(): void;
}

/**
 * Phones, and the one account service behind them, with its web site if there is one and the post that brings
 * its codes.
 */
export interface World {
  readonly phones: readonly WorldPhone[];
  readonly accounts: AccountService;
  readonly post: PostOffice;
  readonly site: Site | undefined;
  /** Throws a SpecError. */
  addPhone(spec: PhoneSpec): Promise<WorldPhone>;
  /** A phone that plays back what was recorded of another one. */
  addPlayed(recording: Recording, own?: Pick<PhoneSpec, 'seed' | 'pace'>): Promise<WorldPhone>;
  removePhone(serial: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  phones?: readonly PhoneSpec[];
  /**
   * The Chromium of this host that is the phones' Chrome; it starts when a phone is asked to show an address.
   * Missing: `chromium` on the PATH.
   */
  chromium?: string;
  /** Missing: no web site. */
  site?: SiteOptions | undefined;
  /** Missing: SMS come to the phone that has the number, and no mail arrives. */
  post?: PostOptions | undefined;
}

/** A serial under which adb has a phone. */
interface Endpoint {
  shown: WorldPhone;
  daemon: AdbDaemon;
}

/**
 * Starts the phones, each with its adb daemon on a free port of 127.0.0.1. Telling adb about them is the
 * caller's business.
 */
export async function startWorld({
  phones: specs = [],
  chromium,
  ...options
}: WorldOptions = {}): Promise<World> {
  const running = new Map<string, Endpoint>();
  const post = openPost(options.post ?? {}, (number) => withNumber([...running.values()], number));
  const accounts = new AccountService({ post });
  // All or none: a wrong spec in the list starts nothing.
  for (const spec of specs) parseSpec(spec);
  // Loaded by those who want it: its server takes a tenth of a second to load.
  const site = options.site && (await (await import('./site/site.ts')).startSite(accounts, options.site));

  const world: World = {
    accounts,
    post,
    site,
    get phones() {
      return [...running.values()].map(({ shown }) => shown);
    },
    addPhone: (spec) => added(new SimPhone(identified(spec), around)),
    addPlayed: (recording, own) => added(new PlayedPhone(recording, around, own)),
    async removePhone(serial) {
      const found = running.get(serial);
      running.delete(serial);
      const isLast = found && ofPhone(found.shown.phone).length === 0;
      await Promise.all([isLast && found.shown.phone.shutDown(), found?.daemon.close()]);
    },
    async close() {
      await Promise.all([
        site?.close(),
        post.close(),
        ...[...running.keys()].map((serial) => world.removePhone(serial)),
      ]);
    },
  };

  const around = { service: accounts, site: () => site?.url, ...(chromium ? { chromium } : {}) };
  const added = async (phone: SimPhone): Promise<WorldPhone> => {
    const first = await connect(phone);
    while (ofPhone(phone).length < phone.spec.endpoints) await connect(phone);
    return first;
  };
  const ofPhone = (phone: SimPhone): Endpoint[] =>
    [...running.values()].filter(({ shown }) => shown.phone === phone);
  /** Makes a serial of it for adb. */
  const connect = async (phone: SimPhone): Promise<WorldPhone> => {
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
      reset: (next) => phone.reset(sameAs(phone, next)),
      unplug: () => daemon.unplug(),
      plug: () => daemon.plug(),
      async reboot() {
        const all = ofPhone(phone);
        for (const one of all) one.daemon.unplug();
        phone.reboot();
        await Promise.all(all.map((one) => one.daemon.plug()));
      },
      authorize: () => ofPhone(phone).forEach((one) => one.daemon.authorize()),
    };
    running.set(serial, { shown, daemon });
    return shown;
  };

  for (const spec of specs) await world.addPhone(spec);
  return world;
}

function withNumber(running: readonly Endpoint[], number: string): SimPhone | undefined {
  const digits = (text = ''): string => text.replace(/\D/g, '');
  const phones = running.map(({ shown }) => shown.phone);
  return phones.find(({ spec }) => digits(spec.simNumber ?? spec.account?.phone) === digits(number));
}

function startUia2(handset: Handset, finished: () => void, traffic: Traffic): (stream: Duplex) => void {
  const server = createUia2Server(handset);
  server.on('request', () => traffic.requests++);
  // As the real one does, its instrumentation ends when its session is deleted.
  server.once('shutdown', finished);
  return (stream) => void server.emit('connection', stream);
}
