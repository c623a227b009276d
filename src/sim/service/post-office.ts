import { z } from 'zod';
import { systemClock, type Clock } from '../../clock.ts';
import type { Secret } from '../../secret.ts';
import { smtpCarrier } from './post-mail.ts';
import { gatewayCarrier } from './post-sms.ts';
import { codeMail, codeSms, otherMail, type Mail } from './post-text.ts';
import type { CodeMessage, Post } from './post.ts';
import { parsed, type SmsSpec } from '../spec.ts';

const schema = z.strictObject({
  /** How late a message comes. */
  delayMs: z.int().nonnegative().default(0),
  /** Each message comes twice, under the same id. */
  duplicate: z.boolean().default(false),
  /** Another mail of the same sender comes with each mail. */
  decoyMail: z.enum(['none', 'before', 'after']).default('none'),
});
export type PostSettings = z.input<typeof schema>;

/** What became of a message. Never its text. */
interface PostEntry {
  at: number;
  by: CodeMessage['by'];
  to: string;
  account: string;
  /** `dropped`: it has no recipient there. `lost`: its recipient did not take it. */
  outcome: 'delivered' | 'dropped' | 'lost';
  reason?: string;
}

export interface PostOptions {
  /** Where mails go, `smtp://HOST:PORT`. Missing: nowhere. */
  mail?: string;
  /** Where SMS go. Missing: to the phone of the world that has the number. */
  sms?: { url: string; secret: Secret };
  settings?: PostSettings;
}

export interface PostOffice extends Post {
  readonly log: readonly PostEntry[];
  readonly settings: Required<PostSettings>;
  /** From the next message on. What is not named has its default. Throws a SpecError. */
  set(settings: PostSettings): void;
  /** Drops what is still delayed. */
  close(): Promise<void>;
}

/**
 * The world's post. `phoneOf` finds the phone that has a number. A delayed message counts as sent at once;
 * what became of it is in the log.
 */
export function openPost(
  options: PostOptions,
  phoneOf: (number: string) => { receiveSms(sms: SmsSpec): void } | undefined,
  clock: Clock = systemClock,
): PostOffice {
  const carryMail = options.mail === undefined ? undefined : smtpCarrier(options.mail);
  const carrySms = options.sms && gatewayCarrier(options.sms);
  const log: PostEntry[] = [];
  const closed = new AbortController();
  const underWay = new Set<Promise<void>>();
  let settings = parsed(schema, options.settings ?? {}, 'post the simulator has');

  async function mail(to: string, letter: Mail, times: number): Promise<void> {
    const id = crypto.randomUUID();
    for (let i = 0; i < times; i++) await carryMail?.({ ...letter, id, to });
  }

  async function sms(message: CodeMessage, times: number): Promise<PostEntry['outcome']> {
    const { to } = message;
    const { from, text } = codeSms(message);
    const phone = carrySms ? undefined : phoneOf(to);
    if (!carrySms && !phone) return 'dropped';
    const one = { id: crypto.randomUUID(), from, to, text, sentAt: new Date(clock.now()).toISOString() };
    for (let i = 0; i < times; i++) {
      if (carrySms) await carrySms(one);
      else phone?.receiveSms({ from, text });
    }
    return 'delivered';
  }

  async function carry(message: CodeMessage): Promise<PostEntry['outcome']> {
    const times = settings.duplicate ? 2 : 1;
    if (message.by === 'phone') return sms(message, times);
    if (!carryMail) return 'dropped';
    if (settings.decoyMail === 'before') await mail(message.to, otherMail(message), 1);
    await mail(message.to, codeMail(message), times);
    if (settings.decoyMail === 'after') await mail(message.to, otherMail(message), 1);
    return 'delivered';
  }

  /** Rejects when the message is lost. */
  async function deliver(message: CodeMessage): Promise<void> {
    const { by, to, account, code } = message;
    const note = (outcome: PostEntry['outcome'], reason?: string): void =>
      void log.push({ at: clock.now(), by, to, account, outcome, ...(reason ? { reason } : {}) });
    try {
      note(await carry(message));
    } catch (error) {
      note('lost', (error as Error).message.replaceAll(code, '[hidden]'));
      throw error;
    }
  }

  async function later(message: CodeMessage, ms: number): Promise<void> {
    try {
      await clock.sleep(ms, 'message on its way', closed.signal);
      await deliver(message);
    } catch {
      // The log says why a message is lost; one that the end of the world overtakes is no loss.
    }
  }

  return {
    log,
    get settings() {
      return settings;
    },
    set(next) {
      settings = parsed(schema, next, 'post the simulator has');
    },
    async send(message) {
      if (settings.delayMs === 0) return deliver(message);
      const sending = later(message, settings.delayMs).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async close() {
      closed.abort();
      await Promise.all(underWay);
    },
  };
}
