import type { Duplex } from 'node:stream';
import { startChrome, type Chrome } from './chrome.ts';
import type { InstalledPackage } from '../handset.ts';
import { isXiaomi, releases } from '../releases.ts';
import type { FullSpec } from '../spec.ts';

export const CHROME = 'com.android.chrome';
const SOCKET = 'localabstract:chrome_devtools_remote';
/** Height of Chrome's bar over the page, dp. */
export const TOOLBAR = 56;

/** What Chrome needs of its phone. */
interface Phone {
  readonly spec: FullSpec;
  readonly services: Map<string, (stream: Duplex) => void>;
  readonly packages: Map<string, InstalledPackage>;
  ignorant(where: string, asked: string): void;
}

/**
 * Chrome on the phone: its process starts with the first address and ends when it is stopped. Its DevTools
 * socket is there as long as the process is; who connects while it starts waits.
 */
export class PhoneChrome {
  /** What its window shows: the address it was given last, and a PNG of the page. */
  readonly shown: { url: string; picture?: Buffer | undefined } = { url: '' };
  readonly #phone: Phone;
  readonly #program: string;
  #running: Promise<Chrome> | undefined;
  #life = new AbortController();
  readonly #lives = new Set<Promise<void>>();

  /** `program`: a Chromium of this host. */
  constructor(phone: Phone, program: string) {
    this.#phone = phone;
    this.#program = program;
  }

  /**
   * Resolves when the address has its tab; without one, when there is any. Chrome that cannot be started is
   * noted as a question without an answer.
   */
  async open(url?: string): Promise<void> {
    if (url !== undefined) this.shown.url = url;
    const isNew = this.#running === undefined;
    const { signal } = this.#life;
    try {
      const chrome = await (this.#running ??= this.#start(url ?? 'about:blank'));
      if (!isNew && url !== undefined) await chrome.open(url);
    } catch (error) {
      if (!signal.aborted)
        this.#phone.ignorant('chrome', `a page, of ${this.#program}: ${(error as Error).message}`);
    }
  }

  /** Takes a new picture of the page in front, when there is one. */
  async look(): Promise<void> {
    const chrome = await this.#running?.catch(() => undefined);
    this.shown.picture = await chrome?.picture().catch(() => undefined);
  }

  /**
   * Takes the socket away at once. Resolves when every Chromium that was started has ended and left nothing
   * behind.
   */
  async stop(): Promise<void> {
    this.#life.abort();
    this.#life = new AbortController();
    this.#forget();
    await Promise.all(this.#lives);
  }

  #start(url: string): Promise<Chrome> {
    const { spec, services, packages } = this.#phone;
    const { android, models, screen } = releases[spec.release];
    const scale = screen.density / 160;
    const running = startChrome({
      program: this.#program,
      url,
      language: spec.language === 'pseudo' ? 'en' : spec.language,
      android,
      model: spec.model ?? (isXiaomi(spec) ? models[spec.region].model : spec.brand),
      view: {
        width: Math.floor(screen.width / scale),
        height: Math.floor((screen.height - screen.statusBar - screen.navigationBar) / scale) - TOOLBAR,
        scale,
      },
      signal: this.#life.signal,
    });
    services.set(SOCKET, (stream) => {
      running.then(
        (chrome) => chrome.serve(stream),
        () => stream.destroy(),
      );
    });
    const lived = running.then(
      async ({ version, ended }) => {
        const known = packages.get(CHROME);
        if (known) packages.set(CHROME, { ...known, versionName: version });
        await ended;
      },
      () => {},
    );
    const end = lived.then(() => {
      this.#lives.delete(end);
      // It crashed: it was not stopped.
      if (this.#running === running) this.#forget();
    });
    this.#lives.add(end);
    return running;
  }

  #forget(): void {
    this.#running = undefined;
    this.#phone.services.delete(SOCKET);
  }
}
