import type { KeptMessage, MessageStore, NewMessage } from '../store/messages.ts';

/** For tests: a MessageStore in memory that several inboxes can share, and that can be made to fail. */
export class FakeMessageStore implements MessageStore {
  readonly kept: (NewMessage & KeptMessage)[] = [];
  /** How many of the next messages it does not take. */
  failures = 0;
  readonly watchers = new Map<() => void, string>();

  async add(message: NewMessage): Promise<KeptMessage | undefined> {
    if (this.failures > 0) {
      this.failures--;
      throw new Error('the database is being restarted');
    }
    if (
      this.kept.some(
        ({ source, externalId }) => source === message.source && externalId === message.externalId,
      )
    )
      return undefined;
    const added = { ...message, id: this.kept.length + 1, receivedAt: Date.now() };
    this.kept.push(added);
    for (const [call, source] of this.watchers) if (source === message.source) call();
    return added;
  }

  async from(source: string, id: number): Promise<KeptMessage[]> {
    return this.kept.filter((message) => message.source === source && message.id >= id);
  }

  async next(): Promise<number> {
    return this.kept.length + 1;
  }

  async watch(source: string, added: () => void): Promise<() => Promise<void>> {
    // A wrapper of its own, so that one function may watch twice.
    const call = () => added();
    this.watchers.set(call, source);
    return async () => void this.watchers.delete(call);
  }
}
