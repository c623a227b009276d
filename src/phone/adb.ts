import { setTimeout } from 'node:timers/promises';
import type { AdbAddress } from '../adb-address.ts';
import { systemClock, type Clock } from '../clock.ts';
import { AdbServerError, PhoneAnswerError, PhoneLostError, type Loss } from '../errors.ts';
import { askPhone, askServer, AdbRefusal, followPhones, TooLongAnswer } from '../host/adb-wire.ts';
import { shellWord } from '../words/shell-word.ts';
import { parseList, type AttachedPhone } from './adb-list.ts';
import { lossIn } from './adb-state.ts';

/** How much a phone may answer, and how long it may take. */
interface Bounds {
  ms: number;
  bytes: number;
}

const MB = 1024 * 1024;
/** The slowest and longest thing asked of a phone is a dump of its accounts and packages, well below 2 MB. */
const ANSWER: Bounds = { ms: 30_000, bytes: 8 * MB };
/** An app over a slow cable. The largest whose words are read, Android's own framework, is below 100 MB. */
const FILE: Bounds = { ms: 300_000, bytes: 256 * MB };
// What adb waits for a phone on the network, ms.
const CONNECT = 30_000;

/** A phone that answers at all says `echo` at once. */
const ECHO: Bounds = { ms: 5_000, bytes: MB };
// adb takes a moment to see that a cable was pulled, ms.
const SEEN_GONE = 500;

// How often phones are looked for that no event announced, ms.
const LOOK = 10_000;

export type { AttachedPhone } from './adb-list.ts';

/** What a flow needs of ADB for one phone. */
export interface Phone {
  readonly serial: string;
  /**
   * Runs one line in the phone's shell and gives its output. Throws PhoneLostError when the phone is gone,
   * PhoneAnswerError when the output is too long or does not end.
   */
  shell(command: string, signal?: AbortSignal): Promise<string>;
  /** The bytes of a file on the phone. Throws as `shell` does. */
  pull(path: string): Promise<Uint8Array>;
  /**
   * Why it cannot be asked any more; undefined where it answers. To be asked before a cause of anything is
   * named. Missing: only its shell can tell.
   */
  loss?(): Promise<Loss | undefined>;
  /** What its screen shows now, as PNG. Black where the page is marked secure. Missing: it gives none by adb. */
  picture?(signal?: AbortSignal): Promise<Buffer>;
}

/**
 * The ADB server on this host, spoken to over its socket (a call takes 0.2 ms, a spawned `adb` 5 ms). Never
 * stops it.
 */
export class AdbServer {
  readonly #address: AdbAddress;
  readonly #clock: Clock;

  constructor(address: AdbAddress, clock: Clock = systemClock) {
    this.#address = address;
    this.#clock = clock;
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
    const answer = await askServer(this.#address, `host:connect:${address}`, CONNECT);
    const listed = [
      'connected to',
      'already connected to',
      'failed to connect to',
      'failed to authenticate to',
    ];
    if (!listed.some((words) => answer === `${words} ${address}`)) throw new Error(answer);
  }

  async disconnect(address: string): Promise<void> {
    await askServer(this.#address, `host:disconnect:${address}`);
  }

  phone(serial: string): Phone & Required<Pick<Phone, 'picture'>> {
    return {
      serial,
      shell: async (command, signal) => (await this.#ask(serial, command, ANSWER, signal)).toString(),
      loss: () => this.#loss(serial, () => this.#ask(serial, 'echo', ECHO)),
      pull: (path) => this.#ask(serial, `cat ${shellWord(path)}`, FILE),
      picture: (signal) => this.#ask(serial, 'screencap -p', ANSWER, signal),
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
   * What a command prints, by a connection of its own. `exec:` hands bytes over as they are, where `shell:`
   * is a terminal.
   */
  async #ask(serial: string, command: string, { ms, bytes }: Bounds, signal?: AbortSignal): Promise<Buffer> {
    signal?.throwIfAborted();
    const done = new AbortController();
    const late = new AbortController();
    void this.#clock.sleep(ms, 'the end of an answer of a phone', done.signal).then(
      () => late.abort(),
      () => undefined,
    );
    let came = 0;
    try {
      return await askPhone(this.#address, {
        serial,
        service: `exec:${command}`,
        limit: bytes,
        signal: signal ? AbortSignal.any([late.signal, signal]) : late.signal,
        onBytes: (count) => (came = count),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const so = { passwordSubmitted: false };
      const asked = `'${inShort(command)}'`;
      if (cause instanceof TooLongAnswer)
        throw new PhoneAnswerError(serial, { asked, came: `more than ${bytes / MB} MB` }, so);
      if (late.signal.aborted && came > 0) {
        const slow = `${came} bytes in ${ms / 1000} s, and the answer had not ended`;
        throw new PhoneAnswerError(serial, { asked, came: slow }, so);
      }
      throw new PhoneLostError(serial, so, cause);
    } finally {
      done.abort();
    }
  }
}

/** A script as it stands in an error: its first question, without the marks that tell answers apart. */
function inShort(command: string): string {
  const lines = command.split(';').map((line) => line.replace(/\s*\d?>.*$/s, '').trim());
  const first = lines.find((line) => line !== '' && !line.startsWith('echo ')) ?? command;
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}
