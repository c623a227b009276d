import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { AdbServerClient } from '@yume-chan/adb';
import { AdbServerNodeTcpConnector } from '@yume-chan/adb-server-node-tcp';
import { abortable } from '../abortable.ts';
import { placeOf, type AdbAddress } from '../adb-address.ts';
import { askServer, followPhones, AdbRefusal } from '../host/adb-wire.ts';
import type { Clock } from '../clock.ts';
import { AdbServerError, PhoneLostError, type Loss } from '../errors.ts';
import { parseList, type AttachedPhone } from './adb-list.ts';
import { lossIn } from './adb-state.ts';

// The slowest thing asked of a phone is a dump of its accounts and packages, ms.
const ANSWER_LIMIT = 30_000;
// An app of 100 MB over a slow cable, ms.
const FILE_LIMIT = 300_000;

// A phone that answers at all says `echo` at once; ms.
const ECHO_LIMIT = 5_000;
// adb takes a moment to see that a cable was pulled, ms.
const SEEN_GONE = 500;

// How often phones are looked for that no event announced, ms.
const LOOK = 10_000;

export type { AttachedPhone } from './adb-list.ts';

/** What a flow needs of ADB for one phone. */
export interface Phone {
  readonly serial: string;
  /**
   * Runs one line in the phone's shell and gives its output. Throws PhoneLostError when the phone is gone.
   */
  shell(command: string, signal?: AbortSignal): Promise<string>;
  /** The bytes of a file on the phone. */
  pull(path: string): Promise<Uint8Array>;
  /**
   * Why it cannot be asked any more; undefined where it answers. To be asked before a cause of anything is
   * named. Missing: only its shell can tell.
   */
  loss?(): Promise<Loss | undefined>;
}

/**
 * The ADB server on this host, spoken to over its socket (a call takes 0.2 ms, a spawned `adb` 5 ms). Never
 * stops it.
 */
export class AdbServer {
  readonly #client: AdbServerClient;
  readonly #address: AdbAddress;

  constructor(address: AdbAddress) {
    this.#address = address;
    this.#client = new AdbServerClient(new AdbServerNodeTcpConnector(placeOf(address)));
  }

  /** Every phone the server knows, whatever its state. */
  async phones(): Promise<AttachedPhone[]> {
    // Not the library's list, which cuts a line at blanks and leaves out states it does not know.
    const list = await askServer(this.#address, 'host:devices-l').catch((cause: unknown) => {
      throw new AdbServerError(
        this.#address,
        'it does not answer',
        "run 'adb start-server', then this command again",
        cause,
      );
    });
    return parseList(list);
  }

  /**
   * `adb reconnect`: adb lets go of a phone that is offline and takes it anew. Resolves at once, and also
   * where the server cannot: it is a try. Whether it helped, the list says.
   */
  async reconnect({ serial }: Pick<AttachedPhone, 'serial'>): Promise<void> {
    await askServer(this.#address, `host-serial:${serial}:reconnect`).catch((error: unknown) => {
      if (!(error instanceof AdbRefusal)) throw error;
    });
  }

  /**
   * Calls back with every phone, now and whenever one comes, goes or changes its state, until the signal is
   * aborted. A server that is gone has none; `revive` may start it again. The server tells what changes, but
   * adb 29 not that a TCP phone went offline: that is looked for.
   */
  async watch(
    changed: (phones: AttachedPhone[]) => void,
    { signal, clock, revive }: { signal: AbortSignal; clock: Clock; revive: () => Promise<void> },
  ): Promise<void> {
    let news = Promise.withResolvers<void>();
    let last: string | undefined;
    let observer: { stop: () => void } | undefined;
    const stop = () => news.resolve();
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      news = Promise.withResolvers();
      observer ??= await followPhones(
        this.#address,
        () => news.resolve(),
        () => {
          observer = undefined;
          news.resolve();
        },
      ).catch(() => undefined);
      const phones = await this.phones().catch(() => []);
      const now = JSON.stringify(phones);
      if (now !== last && !signal.aborted) changed(phones);
      last = now;
      if (!observer) await revive().catch(() => undefined);
      const waited = new AbortController();
      const look = clock
        .sleep(observer ? LOOK : LOOK / 10, 'phones that come and go', waited.signal)
        .catch(() => undefined);
      await Promise.race([news.promise, look]);
      waited.abort();
    }
    signal.removeEventListener('abort', stop);
    observer?.stop();
  }

  /**
   * `adb connect`: the phone's serial is then its address. Connecting twice is fine; so is a phone that has
   * not allowed this computer yet.
   */
  async connect(address: string): Promise<void> {
    await this.#client.wireless.connect(address).catch((error: unknown) => {
      const listed =
        error instanceof AdbServerClient.AlreadyConnectedError ||
        error instanceof AdbServerClient.UnauthorizedError;
      if (!listed) throw error;
    });
  }

  async disconnect(address: string): Promise<void> {
    await this.#client.wireless.disconnect(address);
  }

  phone(serial: string): Phone {
    const ask = async (command: string, ms: number, signal?: AbortSignal): Promise<Buffer> => {
      signal?.throwIfAborted();
      const limit = AbortSignal.timeout(ms);
      try {
        return await this.#answer(serial, command, signal ? AbortSignal.any([limit, signal]) : limit);
      } catch (cause) {
        signal?.throwIfAborted();
        throw new PhoneLostError(serial, { passwordSubmitted: false }, cause);
      }
    };
    return {
      serial,
      shell: async (command, signal) => (await ask(command, ANSWER_LIMIT, signal)).toString(),
      loss: () => this.#loss(serial, () => ask('echo', ECHO_LIMIT)),
      pull: (path) => ask(`cat '${path.replaceAll("'", `'\\''`)}'`, FILE_LIMIT),
    };
  }

  /** `echo`: a command that every phone answers. */
  async #loss(serial: string, echo: () => Promise<unknown>): Promise<Loss | undefined> {
    const listed = async () => {
      const phones = await this.phones().catch(() => undefined);
      return phones ? lossIn(serial, phones) : ('no-server' as const);
    };
    const loss = await listed();
    if (loss !== undefined) return loss;
    const answers = await echo().then(
      () => true,
      () => false,
    );
    if (answers) return undefined;
    await setTimeout(SEEN_GONE);
    return (await listed()) ?? 'silent';
  }

  /**
   * What a command prints, by a connection of its own that is hung up on in the end. `exec:` hands bytes over
   * as they are, where `shell:` is a terminal. (The library's `createAdb` would leave a watcher for each
   * phone on the adb server, which version 29 closes badly.)
   */
  async #answer(serial: string, command: string, signal: AbortSignal): Promise<Buffer> {
    const opening = this.#client.createDeviceConnection({ serial }, `exec:${command}`);
    try {
      const socket = await abortable(opening, signal);
      return await abortable(buffer(socket.readable), signal);
    } finally {
      void opening.then(
        (socket) => socket.close(),
        () => undefined,
      );
    }
  }
}
