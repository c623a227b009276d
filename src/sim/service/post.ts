/** One code on its way to its owner. */
export interface CodeMessage {
  by: 'phone' | 'email';
  /** The number or the mail address. */
  to: string;
  code: string;
  /** As a phone's spec has it: `en`, `zh-CN`. */
  language: string;
  /** The numeric Mi id. */
  account: string;
}

/** What carries the account service's codes. Rejects when a message cannot be handed over. */
export interface Post {
  send(message: CodeMessage): Promise<void>;
}
