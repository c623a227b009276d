import type { Readable, Writable } from 'node:stream';

export interface DevtoolsEvent {
  method: string;
  params: Record<string, unknown>;
}

type Answer = Record<string, unknown>;

/**
 * Speaks the Chrome DevTools Protocol over the two pipes of --remote-debugging-pipe: JSON messages, a zero
 * byte after each. Chromium ends when its end of the pipe closes, so it never outlives the process that holds
 * the other.
 */
export class DevtoolsPipe {
  readonly #out: Writable;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();
  #last = 0;
  #unread = '';

  constructor(out: Writable, back: Readable, heard: (event: DevtoolsEvent) => void) {
    this.#out = out;
    out.on('error', () => {});
    back.setEncoding('utf8');
    back.on('data', (chunk: string) => {
      const parts = (this.#unread + chunk).split('\0');
      this.#unread = parts.pop() ?? '';
      for (const part of parts) this.#receive(part, heard);
    });
    back.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium is gone.'));
      this.#waiting.clear();
    });
  }

  /** Rejects when Chromium refuses the command or ends before it answers. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#out.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  #receive(text: string, heard: (event: DevtoolsEvent) => void): void {
    const message = JSON.parse(text) as {
      id?: number;
      result?: Answer;
      error?: { message: string };
    } & DevtoolsEvent;
    if (message.id === undefined) return heard(message);
    const asker = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) asker?.reject(new Error(message.error.message));
    else asker?.resolve(message.result ?? {});
  }
}
