import { buffer } from 'node:stream/consumers';
import { AdbServerClient } from '@yume-chan/adb';
import { AdbServerNodeTcpConnector } from '@yume-chan/adb-server-node-tcp';
import { abortable } from '../abortable.ts';
import type { Clock } from '../clock.ts';
import { AdbServerError, PhoneLostError } from '../errors.ts';

// The slowest thing asked of a phone is a dump of its accounts and packages, ms.
const ANSWER_LIMIT = 30_000;
// An app of 100 MB over a slow cable, ms.
const FILE_LIMIT = 300_000;

// How often phones are looked for that nobody told of, ms.
const LOOK = 10_000;
const STATES = ['device', 'unauthorized', 'offline'] as const;

/** A phone as the ADB server lists it. Only `device` can be talked to. */
export interface AttachedPhone {
  serial: string;
  state: 'device' | 'unauthorized' | 'offline';
  model?: string;
  /** The server's number of this attachment: another one whenever a phone is plugged in, also where nobody saw it gone. */
  transport: string;
}

/** What a flow needs of ADB for one phone. */
export interface Phone {
  readonly serial: string;
  /** Runs one line in the phone's shell and gives its output. Throws PhoneLostError when the phone is gone. */
  shell(command: string, signal?: AbortSignal): Promise<string>;
  /** The bytes of a file on the phone. */
  pull(path: string): Promise<Uint8Array>;
}

/** The ADB server on this host, spoken to over its socket (a call takes 0.2 ms, a spawned `adb` 5 ms). Never stops it. */
export class AdbServer {
  readonly #client: AdbServerClient;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    this.#client = new AdbServerClient(new AdbServerNodeTcpConnector({ host: '127.0.0.1', port }));
  }

  /** Every phone the server knows, whatever its state. */
  async phones(): Promise<AttachedPhone[]> {
    const devices = await this.#client.getDevices(STATES).catch((cause: unknown) => {
      throw new AdbServerError(this.#port, 'it does not answer', "run 'adb start-server', then this command again", cause);
    });
    return devices.map(({ serial, state, model, transportId }) => ({
      ...{ serial, state, transport: String(transportId) },
      ...(model ? { model } : {}),
    }));
  }

  /**
   * Calls back with every phone, now and whenever one comes, goes or changes its state, until the signal is aborted. A server that is gone
   * has none; `revive` may start it again. The server tells what changes, but adb 29 not that a TCP phone went offline: that is looked for.
   */
  async watch(
    changed: (phones: AttachedPhone[]) => void,
    { signal, clock, revive }: { signal: AbortSignal; clock: Clock; revive: () => Promise<void> },
  ): Promise<void> {
    let news = Promise.withResolvers<void>();
    let last: string | undefined;
    let observer: AdbServerClient.DeviceObserver | undefined;
    const stop = () => news.resolve();
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      news = Promise.withResolvers();
      observer ??= await this.#observe(
        () => news.resolve(),
        () => {
          observer = undefined;
          news.resolve();
        },
      );
      const phones = await this.phones().catch(() => []);
      const now = JSON.stringify(phones);
      if (now !== last && !signal.aborted) changed(phones);
      last = now;
      if (!observer) await revive().catch(() => undefined);
      const waited = new AbortController();
      const look = clock.sleep(observer ? LOOK : LOOK / 10, 'phones that come and go', waited.signal).catch(() => undefined);
      await Promise.race([news.promise, look]);
      waited.abort();
    }
    signal.removeEventListener('abort', stop);
    await observer?.stop();
  }

  /** Undefined where the server does not answer. */
  async #observe(changed: () => void, lost: () => void): Promise<AdbServerClient.DeviceObserver | undefined> {
    const observer = await this.#client.trackDevices({ includeStates: STATES, unref: true }).catch(() => undefined);
    observer?.onListChange(changed);
    observer?.onError(lost);
    return observer;
  }

  /** `adb connect`: the phone's serial is then its address. Connecting twice is fine; so is a phone that has not allowed this computer yet. */
  async connect(address: string): Promise<void> {
    await this.#client.wireless.connect(address).catch((error: unknown) => {
      const listed = error instanceof AdbServerClient.AlreadyConnectedError || error instanceof AdbServerClient.UnauthorizedError;
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
      pull: (path) => ask(`cat '${path.replaceAll("'", `'\\''`)}'`, FILE_LIMIT),
    };
  }

  /**
   * What a command prints, by a connection of its own that is hung up on in the end. `exec:` hands bytes over as they are, where `shell:`
   * is a terminal. (The library's `createAdb` would leave a watcher for each phone on the adb server, which version 29 closes badly.)
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
