import { z } from 'zod';
import { isSender } from '../account/mail-address.ts';
import { isAccount } from '../account/name.ts';
import {
  bare,
  databaseUrl,
  flag,
  hookSecret,
  hookUrl,
  mailUrl,
  list,
  listen,
  MAKE_HOOK_SECRET,
  port,
  secret,
  text,
  url,
} from './kinds.ts';

/**
 * name in the code · name in the environment · schema · default as it would be written in `.env` · what fits
 * · one line of help
 */
export const table = {
  androidHome: row(
    'ANDROID_HOME',
    text,
    '',
    'a folder',
    'Android SDK folder, the one that holds platform-tools/adb. Empty: found through adb on the PATH.',
  ),
  androidSdkRoot: row(
    'ANDROID_SDK_ROOT',
    text,
    '',
    'a folder',
    'Older name of ANDROID_HOME, looked at after it.',
  ),
  adbServerPort: row(
    'ANDROID_ADB_SERVER_PORT',
    port(1),
    '5037',
    'a port, 1 to 65535',
    'Port of the adb server.',
  ),
  adbServerAddress: row(
    'ANDROID_ADB_SERVER_ADDRESS',
    z
      .string()
      .regex(/^[\w.:[\]-]+$/)
      .transform(bare)
      .optional(),
    '',
    'a host',
    'Host of the adb server. Empty: this computer, where one is started when none runs.',
  ),
  adbServerSocket: row(
    'ADB_SERVER_SOCKET',
    z
      .string()
      .regex(/^tcp:(?:[\w.-]+:|\[[0-9a-fA-F:]+\]:)?\d{1,5}$/)
      .transform((value) => {
        const [, host, number] = /^tcp:(?:(.+):)?(\d+)$/.exec(value) ?? [];
        return { host: host === undefined ? undefined : bare(host), port: Number(number) };
      })
      .refine((place) => place.port >= 1 && place.port <= 65_535)
      .optional(),
    '',
    'tcp:HOST:PORT or tcp:PORT; an adb server that listens on a socket of another kind (localfilesystem:, vsock:) cannot be used',
    "Where the adb server listens, as adb's own command takes it. Given, it counts instead of the two above.",
  ),
  appiumPort: row(
    'APPIUM_PORT',
    port(0),
    '0',
    'a port, 0 to 65535',
    'Port Appium listens on. 0: a free one.',
  ),
  phoneSerial: row(
    'PHONE_SERIAL',
    text,
    '',
    'a serial',
    "Serial of the attached phone the specs run on. Empty: on a simulated phone. See 'mi-unbind phones'.",
  ),
  phoneAccount: row(
    'PHONE_ACCOUNT',
    text.refine((value) => value === undefined || isAccount(value)),
    '',
    'a Mi id, an e-mail address or a telephone number',
    'Mi Account of that phone: the specs sign no other one out. Empty: whichever is on it.',
  ),
  phoneTryRefusal: row(
    'PHONE_TRY_REFUSAL',
    flag,
    'no',
    'yes or no',
    'Let the specs also submit a wrong password on that phone, once. It counts as one of the two in 24 hours.',
  ),
  playedPhones: row(
    'PLAYED_PHONES',
    text,
    '',
    'a bundle, or a folder of bundles',
    "The specs run on phones made of surveys: a ZIP of 'survey --bundle', the folder of a survey, or a folder of both. PHONE_SERIAL counts before it.",
  ),
  strictAccount: row(
    'STRICT_ACCOUNT',
    flag,
    'no',
    'yes or no',
    'A phone whose account cannot be compared with the one that was named is left to a person (as --strict-account).',
  ),
  requireNoGoogle: row(
    'REQUIRE_NO_GOOGLE',
    flag,
    'no',
    'yes or no',
    'A phone that still has a Google account after the sign-out is left to a person (as --require-no-google): after a reset it locks itself until that account signs in.',
  ),
  requireLockOff: row(
    'REQUIRE_LOCK_OFF',
    flag,
    'no',
    'yes or no',
    "A phone is done only once Xiaomi's server says that its lock is off (as --require-lock-off); where it does not say so in two minutes, the phone is left to a person. Needs LOCK_CHECK.",
  ),
  keepHelpers: row(
    'KEEP_HELPERS',
    flag,
    'no',
    'yes or no',
    "What a run has installed and set on a phone (Appium's helper apps) stays there, for phones that are tested again and again (as --keep-helpers).",
  ),
  evidenceDir: row(
    'EVIDENCE_DIR',
    text,
    '',
    'a folder',
    'Folder that gets one folder per run: screenshots, page sources, timeline, result. Empty: runs in DATA_DIR; for specs, runs in the folder they are started in.',
  ),
  recordsDir: row(
    'RECORDS_DIR',
    text,
    '',
    'a folder',
    'Folder that gets one record per phone of a bulk run, chained to the one before. Empty: records in DATA_DIR, or in the folder a command is started in where a chain was begun there.',
  ),
  keepEvidenceDays: row(
    'KEEP_EVIDENCE_DAYS',
    z
      .string()
      .regex(/^[1-9]\d{0,3}$/)
      .transform(Number)
      .optional(),
    '',
    'days, 1 to 9999',
    "The station and bulk runs permanently delete, once a day, what is older: folders of runs in EVIDENCE_DIR, and pictures and page sources of records. What belongs to a job that is not finished stays, and so do records, their facts and the ledger. Empty: nothing is deleted, unless you ask with 'mi-unbind runs prune' or 'report prune'.",
  ),
  operator: row(
    'OPERATOR',
    text,
    '',
    'a name',
    'Who runs this station, as records name them. Empty: the user of this computer.',
  ),
  station: row(
    'STATION',
    text,
    '',
    'a name',
    'Name of this station, in records and in the list of jobs. Empty: the name of this computer.',
  ),
  stationListen: row(
    'STATION_LISTEN',
    listen,
    '',
    'a port, or HOST:PORT',
    "Where the page of 'mi-unbind station' is served (as --listen). Empty: on loopback, at 7676 or the next free port.",
  ),
  stationTlsCert: row(
    'STATION_TLS_CERT',
    text,
    '',
    'a file',
    'Certificate (PEM) of that page, with those it is signed with. A page that is not on loopback needs one.',
  ),
  stationTlsKey: row('STATION_TLS_KEY', text, '', 'a file', 'Key (PEM) of that certificate.'),
  stationProxy: row(
    'STATION_PROXY',
    list,
    '',
    'addresses, a comma between two',
    'Addresses of the proxies before that page that serve it with TLS. Only what they forward says who asks.',
  ),
  stationHosts: row(
    'STATION_HOSTS',
    list,
    '',
    'names, a comma between two',
    'Further names under which browsers reach that page, such as wall.example.com.',
  ),
  stationMetricsToken: row(
    'STATION_METRICS_TOKEN',
    secret,
    '',
    'a secret',
    'Who sends it as a bearer token reads /metrics from elsewhere. Empty: only this computer does.',
  ),
  labName: row('LAB_NAME', text, '', 'a name', 'Name of the lab, on sheets and labels of the page.'),
  labAddress: row('LAB_ADDRESS', text, '', 'a text', 'Address of the lab, on sheets.'),
  labLogo: row('LAB_LOGO', text, '', 'a file', 'Logo of the lab, PNG or SVG, on sheets and labels.'),
  appiumUrl: row(
    'APPIUM_URL',
    url('http', 'https').refine(
      (value) => value === undefined || (new URL(value).username === '' && new URL(value).password === ''),
    ),
    '',
    'an address such as http://127.0.0.1:4723, without user and password',
    'An Appium or Selenium Grid that is running already, which reaches the same phones. Empty: one of our own is started.',
  ),
  appiumMemory: row(
    'APPIUM_MEMORY_MB',
    z
      .string()
      .regex(/^[1-9]\d{0,5}$/)
      .transform(Number),
    '1024',
    'megabytes, 1 to 999999',
    'When the Appium that a station has started holds more memory than this, phones that are begun then get a new one. The old one ends with its last phone. A hundred phones at once were seen to take 390.',
  ),
  beforeUrl: row(
    'BEFORE_URL',
    hookUrl,
    '',
    'an address',
    'Asked before each phone of a bulk run what to do with it: answers with JSON, {"action": "run"}, or "skip" or "hold".',
  ),
  afterUrl: row(
    'AFTER_URL',
    hookUrl,
    '',
    'an address',
    'Gets the record of each phone of a bulk run, by POST.',
  ),
  hookSecret: row(
    'HOOK_SECRET',
    hookSecret,
    '',
    `whsec_ and 24 to 64 random bytes in base64; this makes one: ${MAKE_HOOK_SECRET}`,
    `What requests to BEFORE_URL and AFTER_URL are signed with (Standard Webhooks). This makes one: ${MAKE_HOOK_SECRET}`,
  ),
  junitDir: row(
    'JUNIT_DIR',
    text,
    '',
    'a folder',
    'Folder the specs write JUnit files to. Empty: none are written.',
  ),
  logLevel: row(
    'LOG_LEVEL',
    z.enum(['silent', 'error', 'warn', 'info', 'debug']),
    'warn',
    'one of silent, error, warn, info, debug',
    'How much WebdriverIO logs. Appium logs what it logs at info, and more at debug.',
  ),
  logFormat: row(
    'LOG_FORMAT',
    z.enum(['text', 'json']),
    'text',
    'one of text, json',
    "What 'mi-unbind station' says on stderr (as --log): words for people, or for a service a JSON object in each line, with its time.",
  ),
  databaseUrl: row(
    'DATABASE_URL',
    databaseUrl,
    '',
    'an address such as postgres://user:password@host/database',
    'Your own PostgreSQL. Empty: the embedded one in DATA_DIR, started on demand.',
  ),
  dataDir: row(
    'DATA_DIR',
    text,
    '',
    'a folder',
    "Folder of the embedded PostgreSQL, of its key, and of runs and records. Empty: the user's own data folder.",
  ),
  storeKey: row(
    'STORE_KEY',
    secret,
    '',
    '32 bytes in base64',
    "Key that passwords and messages in the database are encrypted with ('openssl rand -base64 32'). Empty: it is in STORE_KEY_FILE.",
  ),
  storeKeyFile: row(
    'STORE_KEY_FILE',
    text,
    '',
    'a file',
    'File with that key. Empty: the file key in DATA_DIR, made when it is first needed; with DATABASE_URL a key has to be given.',
  ),
  lockCheck: row(
    'LOCK_CHECK',
    z.enum(['none', 'xiaomi', 'http']),
    'none',
    'one of none, xiaomi, http',
    "Who is asked whether Xiaomi's server has a phone locked. xiaomi: its public page, which is undocumented and may end or forbid such use. http: a service you buy, which learns your customers' IMEIs.",
  ),
  lockCheckUrl: row(
    'LOCK_CHECK_URL',
    hookUrl,
    '',
    'an address; with http it holds {imei}, such as https://api.example.com/lock?imei={imei}',
    'Address of that source. Empty: with xiaomi its public host.',
  ),
  lockCheckHeader: row(
    'LOCK_CHECK_HEADER',
    secret,
    '',
    'a header, such as Authorization: Bearer KEY',
    'With http: the header that proves who you are.',
  ),
  lockCheckPaths: row(
    'LOCK_CHECK_PATHS',
    list.refine((paths) => paths.length === 1 || paths.length === 2),
    'locked',
    'one or two paths, a comma between them',
    'With http: where the answer says whether the lock is on, and perhaps whether the phone is lost, e.g. data.locked,data.lost.',
  ),
  lockCheckInterval: row(
    'LOCK_CHECK_INTERVAL',
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .refine((seconds) => seconds >= 2),
    '2',
    'seconds, 2 to 9999',
    'Least time between two requests. Up to half of it is added at random.',
  ),
  lockCheckBudget: row(
    'LOCK_CHECK_BUDGET',
    z
      .string()
      .regex(/^[1-9]\d{0,4}$/)
      .transform(Number),
    '200',
    'a number from 1 to 99999',
    'Requests in 24 hours.',
  ),
  holdDays: row(
    'HOLD_DAYS',
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .refine((days) => days <= 365),
    '30',
    'days, 0 to 365',
    'A phone that is held for its owner is to be returned to its sender after so long. 0: it is held without an end.',
  ),
  reminderDays: row(
    'REMINDER_DAYS',
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .refine((days) => days <= 365),
    '0',
    'days, 0 to 365',
    'The station reminds the owner of a held phone each time so many days have passed, where a person has sent the first letter. 0: no reminders.',
  ),
  smtpSendUrl: row(
    'SMTP_SEND_URL',
    mailUrl,
    '',
    'an address such as smtps://NAME:PASSWORD@mail.example.com',
    'Mail server that letters to owners are sent through. Empty: none is sent.',
  ),
  letterFrom: row(
    'LETTER_FROM',
    text.refine((value) => value === undefined || isSender(value)),
    '',
    'an address, such as Lab <lab@example.com>',
    'Sender of letters to owners.',
  ),
  letterTemplates: row(
    'LETTER_TEMPLATES',
    text,
    '',
    'a folder',
    "Folder with the lab's own letters, one file for each language, such as en.txt. Empty, or no such file: the letter that is built in.",
  ),
  accountSite: row(
    'ACCOUNT_SITE',
    z
      .string()
      .refine((value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)),
    'https://account.xiaomi.com',
    'an address such as https://account.xiaomi.com',
    'Site on which a password is reset.',
  ),
  chromedriver: row(
    'CHROMEDRIVER',
    text,
    '',
    'a file',
    'chromedriver that fits the browser. Empty: the one on the PATH.',
  ),
  codeBudget: row(
    'CODE_BUDGET',
    z
      .string()
      .regex(/^[1-9]\d?$/)
      .transform(Number),
    '3',
    'a number from 1 to 99',
    'Codes that may be asked for in 24 hours for one account. Xiaomi sends 5 in mainland China and 3 elsewhere.',
  ),
  codeSenders: row(
    'CODE_SENDERS',
    list,
    'xiaomi.com,mi.com',
    'addresses or domains, a comma between two',
    'Who may send a code by e-mail: addresses, or domains with all below them.',
  ),
  smsSenders: row(
    'SMS_SENDERS',
    list,
    '',
    'numbers or names, a comma between two',
    'Who may send a code by SMS. Empty: anybody whose message names Xiaomi, as its number differs by country and gateway.',
  ),
  imapUrl: row(
    'IMAP_URL',
    url('imap', 'imaps'),
    '',
    'an address such as imaps://user%40example.com@imap.example.com',
    'Code source imap: a mailbox. imaps is TLS from the start, imap is STARTTLS. The @ of a user name is written %40.',
  ),
  imapPassword: row(
    'IMAP_PASSWORD',
    secret,
    '',
    'a password',
    "The mailbox's password; with many providers an app password.",
  ),
  imapToken: row('IMAP_TOKEN', secret, '', 'a token', 'OAuth2 access token, in place of the password.'),
  imapTokenCommand: row(
    'IMAP_TOKEN_COMMAND',
    text,
    '',
    'a command',
    'Command that prints an OAuth2 access token, or JSON with access_token; run again when a token ends. No shell runs it. docs/codes.md has recipes.',
  ),
  imapFolders: row(
    'IMAP_FOLDERS',
    list,
    '',
    'folders, a comma between two',
    'Folders to look into. Empty: INBOX and the one for spam.',
  ),
  imapCa: row(
    'IMAP_CA',
    text,
    '',
    'a file',
    "Certificate (PEM) the server's is signed with, where it is your own.",
  ),
  smtpListen: row(
    'SMTP_LISTEN',
    listen,
    '',
    'a port, or HOST:PORT',
    'Code source smtp: an inbox of its own that takes mail on this port. It listens on loopback unless a host is given.',
  ),
  httpInboxUrl: row(
    'HTTP_INBOX_URL',
    url('http', 'https'),
    '',
    'an address such as http://127.0.0.1:8025',
    'Code source http-inbox: a mail catcher, Mailpit or MailDev.',
  ),
  httpInboxAuth: row(
    'HTTP_INBOX_AUTH',
    secret,
    '',
    'USER:PASSWORD',
    "The mail catcher's user and password, where it asks for them.",
  ),
  smsWebhookListen: row(
    'SMS_WEBHOOK_LISTEN',
    listen,
    '',
    'a port, or HOST:PORT',
    'Code source sms-webhook: an endpoint /sms for an SMS gateway. It listens on loopback unless a host is given.',
  ),
  smsWebhookPreset: row(
    'SMS_WEBHOOK_PRESET',
    z.enum(['generic', 'kannel', 'twilio', 'telnyx', 'sms-gate', 'json']),
    'generic',
    'one of generic, kannel, twilio, telnyx, sms-gate',
    'How that gateway speaks: kannel, twilio, telnyx, sms-gate (SMS Gateway for Android), or generic for anything else. See docs/codes.md.',
  ),
  smsWebhookSecret: row(
    'SMS_WEBHOOK_SECRET',
    secret,
    '',
    'a secret',
    "What proves that a request is the gateway's: Twilio's auth token, Telnyx' public key, sms-gate's signing key, else a secret of your own.",
  ),
  smsWebhookUrl: row(
    'SMS_WEBHOOK_URL',
    url('http', 'https'),
    '',
    'an address',
    'The address the gateway calls, where a proxy stands between. With twilio it is needed, as Twilio signs it.',
  ),
  smsWebhookFields: row(
    'SMS_WEBHOOK_FIELDS',
    list.refine((paths) => paths.length === 3 || paths.length === 4),
    'from,to,text,id',
    'three or four paths, a comma between two',
    'With generic: where sender, recipient, text and perhaps an id stand, e.g. data.sender,data.to,data.body,data.id. A path may lead into an array.',
  ),
  smsWebhookParts: row(
    'SMS_WEBHOOK_PARTS',
    list.refine((paths) => paths.length === 0 || paths.length === 3),
    'concat-ref,concat-part,concat-total',
    'three paths, a comma between two',
    'With generic: where reference, number and total of a part stand, for a gateway that hands a long SMS over in parts. Set are those of Vonage.',
  ),
  smsWebhookAnswer: row(
    'SMS_WEBHOOK_ANSWER',
    text,
    '',
    'a text',
    'What a gateway wants to read once it has handed over a message, e.g. ACK/Jasmin. Empty: an empty answer.',
  ),
  gammuUrl: row(
    'GAMMU_DATABASE_URL',
    databaseUrl,
    '',
    'an address such as postgres://user:password@host/smsd',
    "Code source gammu: the PostgreSQL database of gammu-smsd's SQL backend.",
  ),
};

function row<S extends z.ZodType>(env: string, schema: S, fallback: string, fits: string, help: string) {
  return { env, schema, fallback, fits, help };
}

/** Whether a row holds a secret. */
export function isSecret({ schema }: { schema: z.ZodType }): boolean {
  return [secret, databaseUrl, mailUrl, hookUrl, hookSecret].some((one) => one === schema);
}
