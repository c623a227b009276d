/** For live tests: a page that only listens, as bare as it can be. */
export class EventReader {
  /** What was heard of the phones, in the order in which it came. */
  readonly heard: { id: number; serial: string; body: Record<string, unknown> }[] = [];
  readonly #url: string;
  readonly #waits = new Set<() => void>();
  #over = new AbortController();

  constructor(url: string) {
    this.#url = url;
  }

  get last(): number {
    return this.heard.at(-1)?.id ?? 0;
  }

  /** Resolves once the stream gives what is there; a reader that was there before says what it has. */
  async open(): Promise<void> {
    this.#over = new AbortController();
    const opened = Promise.withResolvers<void>();
    const headers = { 'last-event-id': String(this.last) };
    void this.#read(headers, opened).catch((fault: unknown) => {
      if (!this.#over.signal.aborted) opened.reject(fault);
    });
    await opened.promise;
  }

  close(): void {
    this.#over.abort();
  }

  /** Resolves once as much was heard. */
  async until(count: number): Promise<void> {
    while (this.heard.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waits.add(resolve);
      await promise;
      this.#waits.delete(resolve);
    }
  }

  async #read(headers: Record<string, string>, opened: PromiseWithResolvers<void>): Promise<void> {
    const { body } = await fetch(this.#url, { headers, signal: this.#over.signal });
    let rest = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const messages = `${rest}${chunk}`.split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#take(message);
      if (messages.some((message) => message.startsWith('event: tiles'))) opened.resolve();
      for (const wake of this.#waits) wake();
    }
  }

  #take(message: string): void {
    const [, id, data] = /^id: (\d+)\nevent: seen\ndata: (.*)$/s.exec(message) ?? [];
    if (data !== undefined) this.heard.push({ ...(JSON.parse(data) as object), id: Number(id) } as never);
  }
}
