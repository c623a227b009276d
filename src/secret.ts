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
