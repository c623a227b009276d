import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { childEnvironment, type Settings } from '../config/config.ts';
import { table } from '../config/settings.ts';
import { CodeSourceError, UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import type { Inbox, OnInboxEvent } from '../codes/inbox.ts';
import { personSource, type Asker } from '../codes/person.ts';
import type { SmsPhone } from '../codes/phone-sms.ts';
import type { MailReader } from '../codes/reading.ts';
import type { Senders } from '../codes/senders.ts';
import type { CodeSource } from '../codes/source.ts';
import type { Store } from '../store/store.ts';

/** What a source is made from. The store is opened by the first that needs it. */
export interface Surroundings {
  settings: Settings;
  store: () => Promise<Store>;
  /** The phone whose own SMS are read; missing: none was named. */
  phone?: SmsPhone;
  /** The terminal at which codes of `person` are typed. Missing: there is none. */
  asker?: Asker;
  onEvent: OnInboxEvent;
  /** Who may send codes. Missing: as the settings say. */
  allowed?: Senders;
}

interface Kind {
  /** One line for people. */
  help: string;
  isConfigured: (settings: Settings) => boolean;
  make: (surroundings: Surroundings) => Promise<Inbox>;
}

/** Every source that has an inbox. What each stands on is loaded when it is used. */
export const kinds: Readonly<Record<string, Kind>> = {
  imap: {
    help: 'a mailbox on any mail host (IMAP_URL)',
    isConfigured: ({ imapUrl }) => imapUrl !== undefined,
    make: async ({ settings, onEvent, allowed }) => {
      const {
        imapPassword: password,
        imapToken: token,
        imapTokenCommand: line,
        imapFolders: folders,
        imapCa,
      } = settings;
      const url = given(settings.imapUrl, 'imap', 'IMAP_URL');
      const { imapInbox } = await import('../codes/imap/imap.ts');
      const tokenCommand = line === undefined ? undefined : { line, env: childEnvironment() };
      const login = { url, password, token, tokenCommand, ...(imapCa && { ca: readCertificate(imapCa) }) };
      return imapInbox({ ...login, folders, onEvent, read: await mailsFrom(allowed ?? sendersOf(settings)) });
    },
  },
  smtp: {
    help: 'an inbox of its own that mail is sent to (SMTP_LISTEN)',
    isConfigured: ({ smtpListen }) => smtpListen !== undefined,
    make: async ({ settings, onEvent, allowed }) => {
      const { smtpListen: listen } = settings;
      const { smtpInbox } = await import('../codes/smtp.ts');
      return smtpInbox({
        listen: given(listen, 'smtp', 'SMTP_LISTEN'),
        onEvent,
        read: await mailsFrom(allowed ?? sendersOf(settings)),
      });
    },
  },
  'http-inbox': {
    help: 'a mail catcher, Mailpit or MailDev (HTTP_INBOX_URL)',
    isConfigured: ({ httpInboxUrl }) => httpInboxUrl !== undefined,
    make: async ({ settings, onEvent, allowed }) => {
      const { httpInboxUrl, httpInboxAuth: auth } = settings;
      const read = await mailsFrom(allowed ?? sendersOf(settings));
      const { httpInbox } = await import('../codes/http-inbox.ts');
      return httpInbox({ url: given(httpInboxUrl, 'http-inbox', 'HTTP_INBOX_URL'), auth, onEvent, read });
    },
  },
  'sms-webhook': {
    help: 'SMS a gateway hands over by HTTP (SMS_WEBHOOK_LISTEN)',
    isConfigured: ({ smsWebhookListen }) => smsWebhookListen !== undefined,
    make: async ({ settings, store, onEvent }) => {
      const { smsWebhookPreset: preset, smsWebhookUrl: publicUrl } = settings;
      const { smsWebhookFields: fields, smsWebhookParts: parts, smsWebhookAnswer: answer } = settings;
      const listen = given(settings.smsWebhookListen, 'sms-webhook', 'SMS_WEBHOOK_LISTEN');
      const secret = given(settings.smsWebhookSecret, 'sms-webhook', 'SMS_WEBHOOK_SECRET');
      const { smsWebhookInbox } = await import('../codes/webhook/webhook.ts');
      return smsWebhookInbox({
        listen,
        preset,
        secret,
        publicUrl,
        fields,
        parts,
        answer,
        store: (await store()).messages,
        onEvent,
      });
    },
  },
  gammu: {
    help: "SMS of a USB modem or SIM stick, from gammu-smsd's database (GAMMU_DATABASE_URL)",
    isConfigured: ({ gammuUrl }) => gammuUrl !== undefined,
    make: async ({ settings: { gammuUrl }, onEvent }) => {
      const { gammuInbox } = await import('../codes/gammu.ts');
      return gammuInbox({ url: given(gammuUrl, 'gammu', 'GAMMU_DATABASE_URL'), onEvent });
    },
  },
  'phone-sms': {
    help: 'the SMS of the SIM in the phone itself (name the phone)',
    isConfigured: () => false,
    make: async ({ phone, onEvent }) => {
      if (!phone)
        throw new UsageError(
          "'phone-sms' reads the SMS of a phone, and none is named.",
          'name it with --phone SERIAL',
        );
      const { phoneSmsInbox } = await import('../codes/phone-sms.ts');
      return phoneSmsInbox({ phone, onEvent });
    },
  },
};

const NO_TERMINAL: Asker = {
  terminal: false,
  question: () => Promise.reject(new Error('There is no terminal.')),
};

/** Sources of codes by name; `person` is not among the inboxes. */
export const sourceNames: readonly string[] = [...Object.keys(kinds), 'person'];

export function sendersOf({ codeSenders: mail, smsSenders: sms }: Settings): Senders {
  return { mail, sms };
}

/** Loaded with the first mailbox: a run without codes reads no mail. */
async function mailsFrom(allowed: Senders): Promise<MailReader> {
  const { mailReader } = await import('../codes/reading.ts');
  return mailReader(allowed);
}

/**
 * The source a flow reads its codes from. Throws UsageError for a name that is none, CodeSourceError for a
 * setting that is missing.
 */
export async function openCodeSource(name: string, surroundings: Surroundings): Promise<CodeSource> {
  if (name === 'person') return personSource({ ask: surroundings.asker ?? NO_TERMINAL });
  const inbox = await openInbox(name, surroundings);
  const store = await surroundings.store();
  const { CodeMatcher } = await import('../codes/matcher.ts');
  return new CodeMatcher(inbox, {
    clock: systemClock,
    allowed: sendersOf(surroundings.settings),
    claim: (message) => store.claim(message),
    announce: (wait) => store.announce(wait),
  });
}

export async function openInbox(name: string, surroundings: Surroundings): Promise<Inbox> {
  if (name === 'person')
    throw new UsageError(
      "'person' has no inbox: a person types the code at the terminal or on the page of a station.",
      "'codes check person' says whether one can be",
    );
  const kind = kinds[name];
  if (!kind)
    throw new UsageError(`There is no code source '${name}'.`, `give one of ${sourceNames.join(', ')}`);
  return kind.make(surroundings);
}

function given<T>(value: T | undefined, source: string, setting: string): T {
  if (value !== undefined) return value;
  const row = Object.values(table).find(({ env }) => env === setting);
  throw new CodeSourceError(
    source,
    `${setting} is not set`,
    `set ${setting} in the environment or in .env: it takes ${row?.fits}`,
  );
}

function readCertificate(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodeSourceError(
      'imap',
      `the certificate '${file}' cannot be read: ${fileFault(cause)}`,
      'correct IMAP_CA',
      cause,
    );
  }
  // TLS takes what is no certificate without a word, and then trusts no server.
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  const hint = `set IMAP_CA to a PEM file; 'openssl x509 -inform DER -in FILE' prints one made from a DER file`;
  throw new CodeSourceError('imap', `there is no certificate in the form of PEM in '${file}'`, hint);
}
