/** Why a message brought no code, as it is said of one, of several, and of all of them. */
const reasons = {
  sender: ['from senders that may not send a code', 'none from an allowed sender'],
  address: ['to another address', 'none to this address'],
  unclear: [
    'that does not say whom it is to, while others wait too',
    'which do not say whom they are to, while others wait too',
  ],
  match: ['about something else', 'none about this account'],
  old: ['sent before the code was asked for', 'all sent before the code was asked for'],
  taken: ['another one has taken', 'all taken by others'],
} as const;

export type Reason = keyof typeof reasons | 'no-code';

/** What came while a code was waited for, and why it was not taken. Tells no code, no address and no text. */
export class RejectedMessages {
  readonly #counts = new Map<string, { number: number; each: string; all: string }>();

  /** `why`: with `no-code`, what `extractCode` says. */
  note(reason: Reason, why = ''): void {
    const [each, all] =
      reason === 'no-code' ? [`without a code (${why})`, `none with a code (${why})`] : reasons[reason];
    const entry = this.#counts.get(each) ?? { number: 0, each, all };
    entry.number++;
    this.#counts.set(each, entry);
  }

  /**
   * `no message arrived` · `3 messages arrived, none from an allowed sender` · `3 messages arrived: 2 …, 1 …`
   */
  summary(): string {
    const entries = [...this.#counts.values()];
    const total = entries.reduce((sum, { number }) => sum + number, 0);
    if (total === 0) return 'no message arrived';
    const messages = total === 1 ? '1 message' : `${total} messages`;
    if (entries.length === 1) return `${messages} arrived, ${entries[0]?.all}`;
    return `${messages} arrived: ${entries.map(({ number, each }) => `${number} ${each}`).join(', ')}`;
  }
}
