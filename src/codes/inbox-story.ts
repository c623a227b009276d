import type { TestContext } from 'node:test';
import type { SendMailOptions } from 'nodemailer';
import type { Clock } from '../clock.ts';
import type { Inbox, Message } from './inbox.ts';

/** For tests of inboxes: mails with codes, and what an inbox delivers of them. */

export const mail = (text: string | number): SendMailOptions => ({
  from: 'Xiaomi <noreply@notice.xiaomi.com>',
  to: 'owner@example.com',
  subject: 'Code',
  text: `Your code is ${text}.`,
});
export const codesOf = (messages: readonly Message[]) => messages.map(({ text }) => /\d{6}/.exec(text)?.[0]);
export const codes = (count: number, from = 100_000) =>
  Array.from({ length: count }, (_, index) => String(from + index));

/** Waiting for the next look takes for ever: only what the mail catcher tells ends it. */
export const byNewsOnly: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  async sleep(_ms, _why, signal) {
    signal?.throwIfAborted();
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  },
};

/** What is delivered from there on, and a wait until so much has been. */
export function follow(t: TestContext, inbox: Inbox, from: Record<string, number>) {
  const messages: Message[] = [];
  const stop = new AbortController();
  let look = () => {};
  const following = inbox.follow(from, (message) => (messages.push(message), look()), stop.signal);
  following.catch(() => undefined);
  const end = async () => (stop.abort(), following);
  t.after(() => end().catch(() => undefined));
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      look = () => void (messages.length >= count && resolve());
      look();
    });
  return { messages, until, end, following };
}
