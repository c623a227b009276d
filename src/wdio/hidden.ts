import log from 'loglevel';
import type { Browser } from 'webdriverio';
import { type Secret, withoutSecrets } from '../secret.ts';

/**
 * Secrets that are known in the worker of one phone. What a suite types on its own, without `mask: true`, is in no
 * log of WebdriverIO, and in no report: reporters get each command with them masked.
 */
export class HiddenSecrets {
  readonly #secrets = new Map<string, Secret>();

  /** Masks all it learns from now on in what the session, and each of its elements, says to reporters. */
  watch(browser: Browser): void {
    const emit = (browser.emit as (event: string, said: unknown) => unknown).bind(browser);
    const value = (event: string, said: unknown) =>
      emit(event, event === 'command' || event === 'result' ? this.#masked(said) : said);
    Object.defineProperty(browser, 'emit', { value, configurable: true, writable: true });
  }

  add(secret: Secret | undefined): void {
    const value = secret?.reveal() ?? '';
    if (!secret || value === '' || this.#secrets.has(value)) return;
    this.#secrets.set(value, secret);
    const forms = [value, JSON.stringify(value).slice(1, -1)];
    const patterns = [...new Set(forms)].map(
      (form) => new RegExp(form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g'),
    );
    for (const logger of Object.values(log.getLoggers()) as { maskingPatterns?: RegExp[] }[])
      logger.maskingPatterns = [...(logger.maskingPatterns ?? []), ...patterns];
  }

  #masked<T>(said: T): T {
    if (typeof said === 'string') return withoutSecrets(said, [...this.#secrets.values()]) as T;
    if (Array.isArray(said)) return said.map((one: unknown) => this.#masked(one)) as T;
    // What is no plain object is none of what a request holds: an error, an element.
    if (said === null || typeof said !== 'object' || Object.getPrototypeOf(said) !== Object.prototype)
      return said;
    return Object.fromEntries(Object.entries(said).map(([name, one]) => [name, this.#masked(one)])) as T;
  }
}
