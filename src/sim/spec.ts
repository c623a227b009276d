import { z } from 'zod';
import { costNames } from './costs.ts';
import { pageNames, quirks } from './quirks.ts';

/**
 * What a simulated phone is to be, as plain JSON. Read by tests, by the control server and by people, so
 * every key is spelled out and an unknown one is refused.
 */

const kinds = [
  'contacts',
  'messages',
  'callLog',
  'gallery',
  'notes',
  'browser',
  'wifi',
  'recordings',
] as const;
export type DataKind = (typeof kinds)[number];

const account = z.strictObject({
  /** The numeric Mi id; AccountManager uses it as the account's name. */
  id: z.string().regex(/^\d{5,12}$/, 'a Mi id has 5 to 12 digits, e.g. "6230001535"'),
  password: z.string().min(1),
  /** False: its owner signs in by codes alone, until a password is set. */
  hasPassword: z.boolean().optional(),
  nickname: z.string().min(1).default('Mi user'),
  phone: z.string().optional(),
  email: z.string().optional(),
  /** What Mi Cloud keeps for this account and this phone holds too. */
  syncedData: z.array(z.enum(kinds)).default([]),
  /** Contacts, messages and notes made on the phone that the cloud does not have yet. */
  unsyncedItems: z.int().nonnegative().default(0),
  findDevice: z.boolean().default(true),
  miPayCards: z.int().nonnegative().default(0),
  /** Missing: so long ago that it does not matter. */
  passwordChangedDaysAgo: z.number().nonnegative().optional(),
  /** Days after a password change in which Find device cannot be turned off. Missing: 3; 0: none. */
  lockDays: z.int().nonnegative().optional(),
  /** Codes sent in 24 hours. Missing: as the region has it. */
  codeLimit: z.int().nonnegative().optional(),
  /** Missing: 10. */
  codeValidMinutes: z.number().positive().optional(),
  /** The owner has proved who they are so long ago. Less than 10: the phone need not ask. */
  identityCheckedMinutesAgo: z.number().nonnegative().optional(),
  /** After a right code the service asks for another one, to the same contact or to the account's other one. */
  secondCode: z.enum(['same', 'other']).optional(),
  /** Passwords the service does not take again, as HyperOS 3 has it. */
  formerPasswords: z.array(z.string()).optional(),
});
export type AccountSpec = z.output<typeof account>;

const names = z.enum(['id', 'phone', 'email']);

/**
 * How a phone shows its account. The Mi id is what was seen; with the others one tries what a release might
 * do.
 */
const shows = z.strictObject({
  /** What AccountManager calls it. */
  list: names.default('id'),
  /** Whether `dumpsys account` hides the middle of it. */
  masked: z.boolean().default(true),
  /** What the password dialog calls it. */
  dialog: names.default('id'),
  /** The value at the right of its row in Settings, on phones sold outside China. */
  row: z.enum(['nickname', 'id', 'phone', 'email']).default('nickname'),
  /** Whether Account security and the password dialog hide a part of number and address. */
  contactsMasked: z.boolean().default(false),
});

/**
 * `screen-off`, `screen-locked`: no dialog, the phone goes dark, or locks itself behind a PIN as well.
 * `notification`: no dialog, it lies over the top of the screen for a while and has no focus.
 */
export const surpriseNames = [
  'system-update',
  'usb-mode',
  'low-battery',
  'phone-number-recycled',
  /** The account app offers a newer version of itself. */
  'account-update',
  'screen-off',
  'screen-locked',
  'incoming-call',
  'not-responding',
  'permission',
  'advert',
  'notification',
] as const;

const surprise = z.strictObject({
  dialog: z.enum(surpriseNames),
  /** The page it lies over when that page opens, once. */
  before: z.enum(pageNames),
  /** It comes so many ms later: between a look at the page and the touch that follows it, perhaps. */
  after: z.int().nonnegative().default(0),
});
export type Surprise = z.output<typeof surprise>;

/**
 * What a sign-out may ask: whether it is meant; about Mi Pay cards; about synced data, with what follows each
 * answer; for the password.
 */
export const questionNames = ['meant', 'cards', 'data', 'password'] as const;
export type QuestionName = (typeof questionNames)[number];

const sms = z.strictObject({
  /** A number, or the name some networks show in its place. */
  from: z.string().min(1),
  text: z.string(),
});
export type SmsSpec = z.output<typeof sms>;

export const faultNames = [
  /** The phone has no way to Xiaomi's servers. */
  'network-down',
  /** Xiaomi's servers answer nonsense. */
  'server-error',
  /** Xiaomi's servers refuse this phone or address. */
  'access-denied',
  /** From the first wrong password on, a captcha is asked for. */
  'captcha-after-wrong-password',
  /** The service wants a captcha with the first password already. */
  'captcha-at-once',
  /** The prompt of the passport SDK wants a captcha in a web page before it asks the service. */
  'captcha-web',
  /** A right password is followed by a code sent to the owner. */
  'second-factor',
  /** The same, on a page of its own in place of the dialog. */
  'second-factor-page',
  /** The identity check before a password change cannot begin. */
  'identity-url-failed',
  /** Its page wants a captcha before it sends a code. */
  'identity-captcha',
  /** The web page for the new password does not load at first (HyperOS). */
  'web-page-fails',
  /** A password change is lost on its way: done, and the phone does not hear of it; or never asked for. */
  'drop-answer-set-password',
  'drop-request-set-password',
  /** What the shell and the UiAutomator2 server suffer from. */
  'install-restricted',
  'inject-events-denied',
  'hidden-api-denied',
  'helper-stopped',
  'instrumentation-killed',
  'second-uiautomation-owner',
  'silent-logcat',
  'hang',
  'secure-keyboard',
  /** Every third look of the UiAutomator2 server finds no window, every second picture fails. */
  'looks-fail',
  /** The first two dumps of the account list end after its head. */
  'account-list-cut',
  /** Settings has no row for the account. */
  'no-account-row',
  /** The SMS provider refuses the shell. */
  'sms-denied',
  /** Animations, windows and servers take four times as long. */
  'slow',
  /** Appium's settings app is not allowed to start by itself. */
  'autostart-denied',
] as const;

export const releaseNames = ['10', '12.5', '13', '14', 'hyperos1', 'hyperos2', 'hyperos3'] as const;

const schema = z.strictObject({
  release: z.enum(releaseNames).default('14'),
  region: z.enum(['global', 'china']).default('global'),
  /**
   * A language the ROM has no words for shows English, as Android does; `pseudo` shows each label's own name.
   */
  language: z
    .string()
    .regex(/^(pseudo|[a-z]{2}(-[A-Z]{2})?)$/, 'a language is written like "bg" or "zh-CN", or is "pseudo"')
    .default('en'),
  /**
   * `real`: as fast as phones at a cable are, with their spread; `slow`: a bad phone; `instant`: nothing takes
   * time.
   */
  pace: z.enum(['real', 'slow', 'instant']).default('real'),
  /** What one answer takes, ms, where it is not to be as the pace has it: `none`, or a number for some of them. */
  costs: z.union([z.literal('none'), z.partialRecord(z.enum(costNames), z.int().nonnegative())]).optional(),
  /**
   * `half`: screenshots have half the width and height, for runs that keep thousands of them. Bounds stay as
   * they are.
   */
  screenshots: z.enum(['full', 'half']).default('full'),
  /** Of its serial number, its IMEIs and everything random. Missing: in a world another for each phone. */
  seed: z.int().optional(),
  account: account.optional(),
  shows: shows.prefault({}),
  /** Other entries of AccountManager, e.g. `{ "name": "a@example.com", "type": "com.google" }`. */
  otherAccounts: z.array(z.strictObject({ name: z.string(), type: z.string() })).default([]),
  /** Dual apps: a second Android user, 999, with the same Mi Account. */
  dualApps: z.boolean().default(false),
  helpers: z.enum(['none', 'current']).default('none'),
  managed: z.boolean().default(false),
  authorized: z.boolean().default(true),
  /** At how many serials adb has it: one at the cable, the others by network. */
  endpoints: z.int().min(1).max(4).default(1),
  serialno: z
    .string()
    .regex(/^[0-9A-Za-z]+$/)
    .optional(),
  model: z.string().optional(),
  /** The number of the build, as `21.11.17` of a developer build. Missing: as the release has it. */
  build: z.string().min(1).optional(),
  brand: z.string().default('Xiaomi'),
  /**
   * Missing: `miui10`. `miui6`: password first, then one dialog with Keep, Wipe and Cancel. `asks-first`: a
   * yes-or-no dialog before everything, which no release is known to have. A list: these questions one after the
   * other, each only where there is something to ask.
   */
  order: z
    .union([
      z.enum(['miui10', 'password-first', 'miui6', 'asks-first']),
      z
        .array(z.enum(questionNames))
        .refine((list) => new Set(list).size === list.length, 'each question comes once'),
    ])
    .optional(),
  /**
   * Head and rows of the account page and of Account security: up to MIUI 10.2 `title-bar`, then `header`.
   * Missing: as order and release have it.
   */
  accountPage: z.enum(['title-bar', 'header']).optional(),
  /** Where Settings has the account's row. Missing: as the region has it. */
  entryRow: z.enum(['top', 'bottom']).optional(),
  /** How the new password is asked for. Missing: as the release does. */
  passwordForm: z.enum(['native', 'web']).optional(),
  /** What asks for the password: the dialog of MIUI 8 to 10.3, or the page of the passport SDK of December 2025. */
  passwordPrompt: z.enum(['dialog', 'sdk']).default('dialog'),
  /** A Xiaomi Pad: a wide screen, Settings in two panes, and words of its own about the data. */
  tablet: z.boolean().default(false),
  /** Keep is followed by a question about photos that are on the phone in lower quality. */
  photoQuality: z.boolean().default(false),
  /** The row of the account in Settings says that the number may belong to another person by now. */
  phoneRecycled: z.boolean().default(false),
  surprises: z.array(surprise).default([]),
  /** How this one phone differs from what its release is known to show. */
  quirks: quirks.prefault({}),
  orientation: z.enum(['portrait', 'landscape']).default('portrait'),
  /** How many times as large as usual its owner has set the letters. */
  fontScale: z.number().min(0.8).max(2).default(1),
  /** Missing: that of the release's usual model. */
  display: z
    .strictObject({ width: z.int().min(320), height: z.int().min(480), density: z.int().min(120) })
    .optional(),
  faults: z.array(z.enum(faultNames)).default([]),
  /** USB debugging (Security settings) and Install via USB. */
  toggles: z
    .strictObject({
      /** `never`: not once switched on, so the phone has no such property. */
      input: z.union([z.boolean(), z.literal('never')]).default(true),
      install: z.union([z.boolean(), z.literal('never')]).default(true),
    })
    .prefault({}),
  /**
   * MIUI asks on the screen before adb installs an app that is not there yet. `denied`: a person has refused
   * once, for good, so it refuses without a question.
   */
  installDialog: z.union([z.boolean(), z.literal('denied')]).default(false),
  /**
   * What a swipe from the top edge shows. Missing: as the release has it. `notifications`: those alone, with an icon
   * that leads to their own settings.
   */
  panel: z.enum(['gear', 'shortcut', 'control-centre', 'notifications']).optional(),
  /** `locked`: on, behind a lock that asks for a PIN. */
  screen: z.enum(['on', 'off', 'locked']).default('on'),
  /** Charge of the battery in percent; 101 and more is refused. */
  battery: z.int().min(0).max(100).default(80),
  charging: z.boolean().default(true),
  /** Android user in front: 0 is the owner, 10 or 11 a second space, 110 the maintenance mode. */
  user: z.union([z.literal(0), z.literal(10), z.literal(11), z.literal(110)]).default(0),
  /** Its two IMEIs, one a SIM. Missing: made from the serial number. */
  imei: z
    .string()
    .regex(/^\d{15}$/)
    .optional(),
  imei2: z
    .string()
    .regex(/^\d{15}$/)
    .optional(),
  /** The lock that Xiaomi's server keeps for it. */
  lock: z
    .strictObject({
      /** The owner has reported the phone as lost. */
      lost: z.boolean().default(false),
      /** How long the server still says `on` after the lock was taken off. */
      delaySeconds: z.number().nonnegative().default(0),
      /** Missing: as Find device is. */
      on: z.boolean().optional(),
    })
    .prefault({}),
  /** The number of its SIM. Missing: the phone number of its account. */
  simNumber: z.string().optional(),
  /** What its SIM has received, oldest first. */
  sms: z.array(sms).default([]),
});

/** A spec as one writes it: everything has a default. */
export type PhoneSpec = z.input<typeof schema>;
/** A spec with all defaults filled in. */
export type FullSpec = z.output<typeof schema>;

export class SpecError extends Error {
  override name = 'SpecError';
}

/** Throws a SpecError that names every wrong key and what to write instead. */
export function parseSpec(given: unknown): FullSpec {
  return parsed(schema, given, 'phone the simulator can be');
}

/** The same for one SMS, `{ "from": "…", "text": "…" }`. */
export function parseSms(given: unknown): SmsSpec {
  return parsed(sms, given, 'SMS a phone can receive');
}

/** What is given, with its defaults. `what` names in the error what it should be. */
export function parsed<S extends z.ZodObject>(wanted: S, given: unknown, what: string): z.output<S> {
  const result = wanted.safeParse(given);
  if (result.success) return result.data;
  throw new SpecError(
    `This is no ${what}:\n${z.prettifyError(result.error)}\nKnown keys: ${Object.keys(wanted.shape).join(', ')}.`,
  );
}

/** The spec as others may see it: without the password, and without what SMS say, which may be codes. */
export function withoutPassword(spec: FullSpec): FullSpec {
  return {
    ...spec,
    ...(spec.account ? { account: hiddenIn(spec.account) } : {}),
    sms: spec.sms.map(({ from }) => ({ from, text: hidden })),
  };
}

const hidden = '[hidden]';

function hiddenIn({ formerPasswords, ...account }: AccountSpec): AccountSpec {
  return {
    ...account,
    password: hidden,
    ...(formerPasswords ? { formerPasswords: formerPasswords.map(() => hidden) } : {}),
  };
}
