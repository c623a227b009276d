import { inWords, type AdbAddress } from './adb-address.ts';

/**
 * Every error the program throws on purpose. A throw means that there is no outcome; an outcome that is not welcome
 * is returned. Three sentences each: what happened and why (`message`), what may have run (`mayHaveRun`),
 * what to do now (`hint`). None of them holds an account, a password or a code.
 */

import type { Typed } from './phone-shows.ts';

/**
 * 1: the phone or its owner said no, or the run was cut short · 2: usage, config or host · 3: needs a person
 * at the phone.
 */
export type ExitCode = 1 | 2 | 3;

interface Details {
  hint: string;
  exitCode: ExitCode;
  /** Left out where the error comes before anything could run. */
  mayHaveRun?: string | undefined;
  /** Paths of what was saved for a closer look. */
  evidence?: readonly string[];
  cause?: unknown;
}

export class MiUnbindError extends Error {
  /** Permanent: scripts match on it. */
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly mayHaveRun: string | undefined;
  readonly evidence: readonly string[];

  constructor(code: string, message: string, details: Details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.exitCode = details.exitCode;
    this.mayHaveRun = details.mayHaveRun;
    this.evidence = details.evidence ?? [];
  }
}

const untouched = 'Nothing was changed on the phone.';

/** What a run has done so far, as far as it matters to the reader of its end. */
export interface Progress {
  /** The page shown last, e.g. `password dialog`. */
  page?: string | undefined;
  /** True from just before the tap that submits it. */
  passwordSubmitted: boolean;
  /** What was typed last, from just before: it, or a part of it, stands there while the page does. */
  typed?: Typed | undefined;
}

function soFar(progress: Progress): string {
  const where =
    progress.page === undefined ? 'No page had been reached' : `The last page seen was '${progress.page}'`;
  const { page, typed, passwordSubmitted } = progress;
  // That one has gone out says more.
  const isLeft =
    typed !== undefined && typed.on === page && !(passwordSubmitted && typed.what === 'a password');
  const left = isLeft ? ` In it ${typed.what}, or a part of it, may stand typed.` : '';
  return `${where}.${left} The password ${passwordSubmitted ? 'had been submitted once' : 'had not been submitted'}.`;
}

const lookFirst = (progress: Progress) =>
  progress.passwordSubmitted
    ? 'look at the phone: the sign-out may have gone through. Running the same command again is safe, it looks first'
    : 'run the same command again: it looks first and goes on from the page it finds';

/** The command line asks for something that does not exist, or for two things at once. Nothing has run. */
export class UsageError extends MiUnbindError {
  constructor(message: string, hint = "see 'mi-unbind --help'") {
    super('usage', message, { hint, exitCode: 2 });
  }
}

/** Settings that do not fit, all of them in one go. Nothing has run. */
export class ConfigError extends MiUnbindError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'One setting does' : `${problems.length} settings do`;
    super('config', [`${count} not fit:`, ...problems.map((problem) => `  ${problem}`)].join('\n'), {
      hint: 'correct them in the environment or in .env',
      exitCode: 2,
    });
    this.problems = problems;
  }
}

/** A program this one stands on is not there, or cannot be used. */
export class HostToolError extends MiUnbindError {
  constructor(message: string, hint: string, cause?: unknown) {
    super('host-tool', message, { hint, exitCode: 2, cause });
  }
}

/**
 * The adb server cannot be started or spoken to. A running one is never killed: other work may hang on it.
 */
export class AdbServerError extends MiUnbindError {
  constructor(address: AdbAddress, why: string, hint: string, cause?: unknown) {
    super('adb-server', `The adb server ${inWords(address)} cannot be used: ${why}.`, {
      hint,
      exitCode: 2,
      cause,
    });
  }
}

export class UnknownPhoneError extends MiUnbindError {
  constructor(serial: string, attached: readonly string[]) {
    super('unknown-phone', `No phone with the serial '${serial}' is attached.`, {
      hint:
        attached.length === 0
          ? 'no phone is attached at all: plug it in, turn on USB debugging in Developer options, and accept the question on its screen'
          : `attached: ${attached.join(', ')}`,
      exitCode: 2,
      mayHaveRun: untouched,
    });
  }
}

export class UnauthorizedPhoneError extends MiUnbindError {
  constructor(serial: string) {
    super('unauthorized-phone', `The phone '${serial}' has not allowed this computer to debug it.`, {
      hint: "unlock the phone, tick 'Always allow from this computer' in the dialog 'Allow USB debugging?' and tap OK. No dialog: unplug the cable and plug it in again",
      exitCode: 3,
      mayHaveRun: untouched,
    });
  }
}

export class OfflinePhoneError extends MiUnbindError {
  constructor(serial: string) {
    const network = serial.includes(':');
    super('offline-phone', `adb knows the phone '${serial}' but gets no answer from it (offline).`, {
      hint: network
        ? `run 'adb disconnect ${serial}', then 'adb connect ${serial}'`
        : 'unplug the cable and plug it in again; if it stays offline, restart the phone',
      exitCode: 1,
      mayHaveRun: untouched,
    });
  }
}

/**
 * adb lists the phone in a state in which nothing can be asked of it, or a command could reach another one.
 */
export class UnreadyPhoneError extends MiUnbindError {
  constructor(serial: string, { what, todo }: { what: string; todo: string }) {
    super('unready-phone', `The phone '${serial}' cannot be used: ${what}.`, {
      hint: todo,
      exitCode: 3,
      mayHaveRun: untouched,
    });
  }
}

export class NotXiaomiError extends MiUnbindError {
  constructor(serial: string, manufacturer: string) {
    super(
      'not-xiaomi',
      `The phone '${serial}' is not a MIUI or HyperOS phone: its maker is '${manufacturer || 'unknown'}'.`,
      {
        hint: "check the serial with 'mi-unbind phones'",
        exitCode: 2,
        mayHaveRun: untouched,
      },
    );
  }
}

/** More than one Mi Account for the main user: which one was meant cannot be known. */
export class TwoAccountsError extends MiUnbindError {
  constructor(serial: string, count: number) {
    super(
      'two-accounts',
      `The phone '${serial}' holds ${count} Mi Accounts for its main user, and one was expected.`,
      {
        hint: 'sign out all but one in Settings on the phone, then run this again',
        exitCode: 3,
        mayHaveRun: untouched,
      },
    );
  }
}

/** Another Android user than the owner is in front (a second space): taps would go to that user's account. */
export class SecondSpaceError extends MiUnbindError {
  /** The Android user whom MIUI shows while a workshop has the phone. */
  static readonly MAINTENANCE = 110;

  constructor(serial: string, user: number) {
    const isMaintenance = user === SecondSpaceError.MAINTENANCE;
    super(
      'second-space',
      isMaintenance
        ? `The phone '${serial}' is in maintenance mode (Android user ${user}), in which no account can be seen.`
        : `The phone '${serial}' shows another space (Android user ${user}) than its owner's.`,
      {
        hint: isMaintenance
          ? 'end the maintenance mode on the phone, then run this again'
          : "switch to the owner's space on the phone, then run this again",
        exitCode: 3,
        mayHaveRun: untouched,
      },
    );
  }
}

/**
 * The phone's account list is missing or cut, also when it is asked for again, so nothing can be said about
 * who is signed in.
 */
export class AccountListError extends MiUnbindError {
  readonly user: number;

  constructor(user: number, progress?: Progress) {
    super('account-list', `The phone's account list tells nothing about Android user ${user}.`, {
      hint: "run 'adb shell dumpsys account' to see what the phone says; restart the phone if it says nothing",
      exitCode: 1,
      mayHaveRun: progress
        ? soFar(progress)
        : 'Look at the phone before anything else if a sign-out was under way.',
    });
    this.user = user;
  }
}

/** A device owner (company management) hides the account row and decides about accounts. */
export class ManagedPhoneError extends MiUnbindError {
  constructor(serial: string, owner: string) {
    super(
      'managed-phone',
      `The phone '${serial}' is managed by '${owner}', which decides about its accounts.`,
      {
        hint: 'ask the administrator of the phone to release it, then run this again',
        exitCode: 1,
        mayHaveRun: untouched,
      },
    );
  }
}

/** There is no password to change on a phone without an account. */
export class NoAccountError extends MiUnbindError {
  constructor(serial: string) {
    super(
      'no-account',
      `The phone '${serial}' is signed in to no Mi Account, so no password can be changed on it.`,
      {
        hint: "to change an account's password without a phone that is signed in to it, see 'mi-unbind reset-password --help'",
        exitCode: 2,
        mayHaveRun: untouched,
      },
    );
  }
}

/** An app's package, pulled from the phone for its labels, is cut short or is something else. */
export class UnreadableApkError extends MiUnbindError {
  constructor(file: string, why: string, cause?: unknown) {
    super('unreadable-apk', `The labels cannot be read from ${file}: ${why}.`, {
      hint: "run the same command again: it pulls the app from the phone anew. The file must be the app's base APK, as 'pm path' names it",
      exitCode: 1,
      mayHaveRun: untouched,
      cause,
    });
  }
}

export class AppiumPortTakenError extends MiUnbindError {
  constructor(port: number) {
    super('appium-port-taken', `Port ${port} is taken by another program, so Appium cannot listen on it.`, {
      hint: 'stop that program, or set APPIUM_PORT to another port (0 takes a free one)',
      exitCode: 2,
      mayHaveRun: untouched,
    });
  }
}

export class AppiumStartError extends MiUnbindError {
  constructor(why: string, cause?: unknown, hint = "run 'npm ci' again in the program's folder") {
    super('appium-start', `Appium did not start: ${why}.`, {
      hint,
      exitCode: 2,
      mayHaveRun: untouched,
      cause,
    });
  }
}

/**
 * A check before the flow found what it could not work with. Nothing was done on the phone. `what`, `todo`:
 * as the doctor says them.
 */
export class UnfitPhoneError extends MiUnbindError {
  constructor(
    serial: string,
    { check, what, why, todo }: { check: string; what: string; why: string; todo: string },
  ) {
    super('unfit-phone', `The phone '${serial}' is not ready (${check}: ${what}): ${why}.`, {
      hint: `${todo}, then run this again; 'mi-unbind doctor ${serial}' shows every check`,
      exitCode: 3,
      mayHaveRun: untouched,
    });
  }
}

/**
 * The phone let no session be opened, or the session broke for a reason of its own. `hint` says the way out
 * where it is known.
 */
export class SessionError extends MiUnbindError {
  constructor(
    serial: string,
    why: string,
    options: { hint?: string; progress?: Progress; cause?: unknown } = {},
  ) {
    super('session', `The session with the phone '${serial}' failed: ${why}.`, {
      hint:
        options.hint ??
        "run the same command again; if it fails the same way, look at Appium's log in the evidence folder",
      exitCode: 1,
      mayHaveRun: options.progress
        ? soFar(options.progress)
        : "Appium's helper apps may have been installed. The account was not touched.",
      cause: options.cause,
    });
  }
}

/**
 * Why a phone that was worked on cannot be asked any more, as adb says. `silent`: adb has it, and it does not
 * answer. `elsewhere`: it has left Android, or another program has taken it. `no-server`: adb itself is gone.
 */
export type Loss = 'gone' | 'offline' | 'unauthorized' | 'silent' | 'elsewhere' | 'no-server';

const LOSSES: Record<Loss, [what: string, todo: string]> = {
  gone: ['is no longer attached: it was unplugged or switched off', 'attach the phone again and'],
  offline: [
    'is still attached, but adb no longer reaches it (offline): its cable or its port is bad, or USB debugging broke off',
    'unplug the cable, plug it in again and',
  ],
  unauthorized: [
    'no longer allows this computer to debug it',
    "unlock the phone, tick 'Always allow from this computer' in the dialog 'Allow USB debugging?', tap OK and",
  ],
  silent: [
    'hangs: it is still attached and does not answer',
    'unplug the phone and plug it in again; if that does not help, restart it. Then',
  ],
  elsewhere: [
    'is attached and cannot be used any more: it has left Android, or another program has taken it',
    "see 'mi-unbind phones', which says what to do; then",
  ],
  'no-server': [
    'cannot be reached any more: the adb server has ended',
    "run 'adb start-server', see that nothing ends it ('adb kill-server', another adb version), and",
  ],
};

/** adb keeps a phone that it reached over the network as offline, where it drops one that was on a cable. */
const OFF_THE_NETWORK: (typeof LOSSES)['offline'] = [
  'no longer answers over the network: it was unplugged, switched off, or left the network',
  'bring the phone back (attach it again) and',
];
const isOnNetwork = (serial: string) => /:\d+$|\._adb(-tls-connect)?\._tcp\.?$/.test(serial);

/** The phone was unplugged, switched off or lost its network in the middle, or does not answer. */
export class PhoneLostError extends MiUnbindError {
  /** Missing: adb was not asked. */
  readonly loss: Loss | undefined;

  constructor(serial: string, progress: Progress, cause?: unknown, loss?: Loss) {
    const [what, todo] = loss
      ? loss === 'offline' && isOnNetwork(serial)
        ? OFF_THE_NETWORK
        : LOSSES[loss]
      : [
          'stopped answering in the middle of the run: it was unplugged or switched off, or it hangs',
          'attach the phone again and',
        ];
    super('phone-lost', `The phone '${serial}' ${what}.`, {
      hint: `${todo} ${lookFirst(progress)}`,
      exitCode: 1,
      mayHaveRun: soFar(progress),
      cause,
    });
    this.loss = loss;
  }
}

/** What a phone was asked, and what it sent instead of an answer. */
export interface BadAnswer {
  /** As it stands behind "asked for". */
  asked: string;
  /** As it stands behind "it sent". */
  came: string;
}

/** A bad answer, thrown where it is not known which phone sent it: who knows makes it a PhoneAnswerError. */
export class BadAnswerError extends Error {
  readonly answer: BadAnswer;

  constructor(answer: BadAnswer) {
    super(`asked for ${answer.asked}, the phone sent ${answer.came}`);
    this.name = 'BadAnswerError';
    this.answer = answer;
  }
}

/**
 * The phone answers, but with more than is read, without an end, or with what cannot be read. Its run ends,
 * nothing else does.
 */
export class PhoneAnswerError extends MiUnbindError {
  readonly answer: BadAnswer;

  constructor(serial: string, answer: BadAnswer, progress: Progress) {
    super(
      'phone-answer',
      `The answer of the phone '${serial}' cannot be used: asked for ${answer.asked}, it sent ${answer.came}.`,
      {
        hint: `restart the phone and ${lookFirst(progress)}; if it sends the same again, its software is damaged or altered: sign it out by hand`,
        exitCode: 1,
        mayHaveRun: soFar(progress),
      },
    );
    this.answer = answer;
  }
}

/** Ctrl-C, or a signal that asks for an end. The phone is left on the page it shows. */
export class CancelledError extends MiUnbindError {
  constructor(progress: Progress) {
    super('cancelled', 'The run was stopped on request, and the phone was left as it is.', {
      hint: lookFirst(progress),
      exitCode: 1,
      mayHaveRun: soFar(progress),
    });
  }
}

/**
 * A source of verification codes cannot be reached, or does not let us in. Nothing has been asked for yet, or
 * nothing more can be read.
 */
export class CodeSourceError extends MiUnbindError {
  constructor(source: string, why: string, hint: string, cause?: unknown) {
    super('code-source', `The code source '${source}' cannot be used: ${why}.`, { hint, exitCode: 2, cause });
  }
}

/** The source says that it is for now: what needs it is tried again after a while. */
export class CodeSourceBusyError extends CodeSourceError {
  override readonly code = 'code-source-busy';
}

/**
 * No code that fits came in time. `seen` says what came instead, e.g. `3 messages arrived, none from an
 * allowed sender`.
 */
export class CodeTimeoutError extends MiUnbindError {
  constructor(source: string, seconds: number, seen: string) {
    super('code-timeout', `No verification code came to '${source}' within ${seconds} s: ${seen}.`, {
      hint: "run 'mi-unbind codes watch' to see what arrives there; a code may be asked for again, but only a few times a day, by e-mail first (--by email)",
      exitCode: 1,
      mayHaveRun: "The code was asked for, which counts against the account's daily limit.",
    });
  }
}

/** A person who was asked for a code has set the phone aside. */
export class SetAsideError extends MiUnbindError {
  constructor() {
    super('set-aside', 'A person who was asked for the code has set the phone aside.', {
      hint: 'get the code from the owner of the account first; then try again, which asks for another code',
      exitCode: 3,
      mayHaveRun: "The code was asked for, which counts against the account's daily limit.",
    });
  }
}

interface FolderFault {
  /** `evidence` or `records`. */
  what: string;
  folder: string;
  why: string;
  /** What names another folder. */
  setting: string;
  /** What comes after the hint. Missing: the command has ended, and is to be run again. */
  then?: string | undefined;
  cause?: unknown;
  progress?: Progress;
}

/**
 * A folder that evidence or records are written to cannot take them: its disk is full or read-only, or this
 * user may not write.
 */
export class FolderError extends MiUnbindError {
  constructor({
    what,
    folder,
    why,
    setting,
    then = 'then run the same command again',
    cause,
    progress,
  }: FolderFault) {
    super('folder', `The folder of ${what} '${folder}' cannot take what a run writes: ${why}.`, {
      hint: `free space on its disk, let this user write there, or name another folder (${setting}); ${then}`,
      exitCode: 2,
      mayHaveRun: progress && soFar(progress),
      cause,
    });
  }
}

/** The project's database cannot be opened or used. */
export class StoreError extends MiUnbindError {
  constructor(why: string, hint: string, cause?: unknown) {
    super('store', `The store cannot be used: ${why}.`, { hint, exitCode: 2, cause });
  }
}

/** Another run has the same account or phone. */
export class BusyError extends MiUnbindError {
  constructor() {
    super('busy', 'Another run is at work on this account or phone.', {
      hint: 'wait until that one has ended, then run this again: it looks first',
      exitCode: 1,
      mayHaveRun: 'This one has done nothing.',
    });
  }
}

/** This run stood still for so long that another one has taken its phone over. It does nothing more to it. */
export class TakenOverError extends MiUnbindError {
  constructor(serial: string, progress?: Progress) {
    super(
      'taken-over',
      `Another run has taken over the phone '${serial}', as this one had stood still for too long.`,
      {
        hint: 'wait until that one has ended, then run this again: it looks first',
        exitCode: 1,
        ...(progress ? { mayHaveRun: soFar(progress) } : {}),
      },
    );
  }
}

/**
 * For the terminal: what and why, what may have run, then what to do. An unforeseen fault shows its stack.
 */
export function formatError(error: unknown): string {
  if (!(error instanceof MiUnbindError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `Unexpected fault, please report it:\n${text}`;
  }
  return [error.message, error.mayHaveRun, `→ ${error.hint}`].filter((line) => line !== undefined).join('\n');
}
