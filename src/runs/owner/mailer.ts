import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { ConfigError } from '../../errors.ts';
import { addressOf } from '../../letters/address.ts';
import type { Letter } from '../../letters/letter.ts';
import type { Secret } from '../../secret.ts';
import { netFault } from '../../words/net-fault.ts';

/** `refused`: it did not go out. `perhaps`: the server took it or not, which is not known. */
type Sent = { kind: 'sent' } | { kind: 'refused' | 'perhaps'; why: string };

export interface Mailer {
  /** Never rejects for what the server says. */
  /** `name`: of the letter, in its Message-ID: by it a log of the mail server is searched. */
  send(letter: Letter, to: string, name: string): Promise<Sent>;
  close(): void;
}

/** For each answer of the server, ms. */
const LIMIT = 30_000;
/** The server of SMTP_SEND_URL. Throws a ConfigError. */
export function openMailer(url: Secret, from: string | undefined): Mailer {
  if (from === undefined)
    throw new ConfigError([
      'LETTER_FROM has to be the address that letters come from, such as Lab <lab@example.com>',
    ]);
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const isPrivate = protocol === 'smtps:';
  const transport = nodemailer.createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isPrivate ? 465 : 587) : Number(port),
    secure: isPrivate,
    // A password never crosses the network in clear.
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
      requireTLS: !isPrivate && !/^(localhost|127\.|\[?::1)/.test(hostname),
    }),
    connectionTimeout: LIMIT,
    greetingTimeout: LIMIT,
    socketTimeout: LIMIT,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(letter, to, name) {
      const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
      const mail = { ...mailOf(letter, to, from), messageId: `<${name}@${domain}>` };
      try {
        // What fails here has sent nothing.
        await transport.verify();
      } catch (error) {
        return { kind: 'refused', why: faultOf(error as SmtpFault) };
      }
      try {
        await transport.sendMail(mail);
        return { kind: 'sent' };
      } catch (error) {
        // Only a server that says no has not taken it.
        const { responseCode, code } = error as SmtpFault;
        const isNo = responseCode !== undefined || code === 'EENVELOPE';
        return { kind: isNo ? 'refused' : 'perhaps', why: faultOf(error as SmtpFault) };
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpFault extends Error {
  code?: string;
  responseCode?: number;
}

/** nodemailer has it in its words alone: `connect ECONNREFUSED 127.0.0.1:25`. */
const systemCode = (message: string) => /\b(E[A-Z]{3,})\b/.exec(message)?.[1] ?? '';

/** In words of ours: an answer may hold the address. */
function faultOf(error: SmtpFault): string {
  const { code, responseCode } = error;
  const what =
    responseCode === undefined
      ? (netFault({ code: systemCode(error.message) }) ?? code ?? 'the connection failed')
      : `it answers ${responseCode}`;
  return `the mail server of SMTP_SEND_URL did not take it: ${what}`;
}

/** A letter as a mail. Its headers are made by nodemailer, which lets no value begin a line of its own. */
function mailOf({ subject, text, html }: Letter, to: string, from: string) {
  return {
    from,
    to: { name: '', address: addressOf(to) },
    subject,
    text,
    html,
    headers: { 'auto-submitted': 'auto-generated' },
  };
}

/** The same as a file, to be sent by any mail program. */
export function emlOf(letter: Letter, to: string, from = 'lab@localhost'): Promise<Buffer> {
  return new MailComposer(mailOf(letter, to, from)).compile().build();
}
