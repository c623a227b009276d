import { inspect } from 'node:util';

const mask = '[hidden]';

/**
 * A password or code on its way through the program. It prints as `[hidden]` however it is printed;
 * only `reveal()` gives the value, to be called where it is typed and nowhere else.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.toPrimitive](): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/**
 * A text in which the secrets are masked, also as they look inside JSON, XML and an address. For what other
 * programs write.
 */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((masked, secret) => {
    const value = secret.reveal();
    const xml = value.replace(
      /[&<>"']/g,
      (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? '&apos;',
    );
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), xml];
    return [...new Set(forms)].reduce(
      (line, form) => (form === '' ? line : line.replaceAll(form, mask)),
      masked,
    );
  }, text);
}
