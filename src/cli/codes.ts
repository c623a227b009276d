import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { CodeMatcher } from '../codes/matcher.ts';
import type { Inbox, InboxEvent, Message } from '../codes/inbox.ts';
import { terminalAsker } from '../codes/person.ts';
import { codeIn } from '../codes/reading.ts';
import { isAllowedSender, whyRefused } from '../codes/senders.ts';
import { loadSettings, type Settings } from '../config/config.ts';
import { MiUnbindError, UsageError } from '../errors.ts';
import { kinds, openCodeSource, openInbox, sendersOf, type Surroundings } from '../runs/code-sources.ts';
import { findPhone } from '../runs/attached.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { interruption, print, printJson, say, style } from './terminal.ts';
import { localTime } from '../words/local-time.ts';
import { oneLine } from '../words/printable.ts';

interface Flags {
  phone?: string;
  reveal?: boolean;
  json?: boolean;
}

// From nothing else than a test: no mail comes from there (RFC 2606).
const TESTER = 'test@mi-unbind.invalid';
const TRY_LIMIT = 60_000;

export function codesCommand(): Command {
  const sources = Object.entries(kinds).map(([name, { help }]) => `  ${name.padEnd(12)} ${help}`);
  const command = new Command('codes')
    .description('the sources verification codes are read from')
    .addHelpText(
      'after',
      `\nSources:\n${sources.join('\n')}\n  ${'person'.padEnd(12)} asks at the terminal, and on the page of a station`,
    );
  const phone = ['--phone <serial>', "the phone whose SMS 'phone-sms' reads"] as const;
  command
    .command('check')
    .description('say of each configured source whether it can be reached and logs in, and what to mend')
    .argument('[source...]', 'only these')
    .option(...phone)
    .option('--json', 'one JSON array on stdout')
    .action(check);
  command
    .command('watch')
    .description('show what arrives; Ctrl-C ends it')
    .argument('[source...]', 'only these')
    .option(...phone)
    .option('--reveal', 'show the codes')
    .option('--json', 'one JSON object a line on stdout')
    .action(watch);
  command
    .command('try')
    .description('send a source a test message, where that is possible, and say how long its code took')
    .argument('<source>')
    .option('--json', 'one JSON object on stdout')
    .action(tryOut);
  return command;
}

interface Finding {
  source: string;
  ok: boolean;
  what: string;
  hint?: string;
}

async function check(names: string[], { phone, json }: Flags): Promise<void> {
  const settings = loadSettings();
  const findings = await withSources(settings, phone, async (surroundings, signal) =>
    Promise.all(
      chosen(names, settings, phone).map(async (source): Promise<Finding> => {
        try {
          const what =
            source === 'person'
              ? askPerson(surroundings)
              : useInbox(source, surroundings, (inbox) => inbox.check(signal));
          return { source, ok: true, what: await what };
        } catch (error) {
          if (!(error instanceof MiUnbindError) || error instanceof UsageError) throw error;
          return { source, ok: false, what: error.message, hint: error.hint };
        }
      }),
    ),
  );
  const ready = findings.filter(({ ok }) => ok).map(({ source }) => source);
  if (!json && ready.some((one) => MAIL.includes(one)) && ready.some((one) => SMS.includes(one)))
    say(
      'Codes by e-mail and by SMS can be read. → have them sent by e-mail first (--by email): SMS brings captchas more often',
    );
  if (json) printJson(findings);
  else {
    for (const { source, ok, what, hint } of findings) {
      print(`${ok ? style('green', '✔') : style('red', '✖')} ${source.padEnd(12)} ${what}`);
      if (hint) print(`  → ${hint}`);
    }
  }
  if (findings.some(({ ok }) => !ok)) process.exitCode = 2;
}

const MAIL = ['imap', 'smtp', 'http-inbox'];
const SMS = ['sms-webhook', 'gammu', 'phone-sms'];

async function askPerson(surroundings: Surroundings): Promise<string> {
  await (await openCodeSource('person', surroundings)).baseline();
  return 'codes are typed at this terminal';
}

async function watch(names: string[], { phone, reveal = false, json }: Flags): Promise<void> {
  const settings = loadSettings();
  let shown = Promise.resolve();
  const show = (source: string) => (message: Message) => {
    const arrived = arrivalOf(source, message, settings, reveal);
    shown = shown.then(async () => {
      const arrival = await arrived;
      if (json) printJson(arrival);
      else print(lineOf(arrival));
    });
  };
  await withSources(settings, phone, async (surroundings, interrupted) => {
    const all = chosen(names, settings, phone);
    // The first that fails ends the others.
    const failed = new AbortController();
    // The reader has seen enough: `| head -1`.
    const enough = new AbortController();
    process.stdout.on('error', () => enough.abort());
    const signal = AbortSignal.any([interrupted, failed.signal, enough.signal]);
    const watching = all.map((source) =>
      useInbox(source, surroundings, async (inbox) => {
        const position = await inbox.position(signal);
        say(style('dim', `watching ${source}${all.length === 1 ? '; Ctrl-C ends it' : ''}`));
        await inbox.follow(position, show(source), signal);
      }).catch((error: unknown) => failed.abort(error)),
    );
    await Promise.all(watching);
    await shown;
    if (!interrupted.aborted && !enough.signal.aborted) failed.signal.throwIfAborted();
  });
}

async function tryOut(source: string, { json }: Flags): Promise<void> {
  const settings = loadSettings();
  if (source === 'phone-sms') throw cannotSend(source);
  const code = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000).padStart(6, '0');
  const allowed = { mail: [TESTER], sms: [TESTER] };
  const result = await withSources(settings, undefined, (surroundings, signal) =>
    useInbox(source, { ...surroundings, allowed }, async (inbox) => {
      if (!inbox.send) throw cannotSend(source);
      const desk = new CodeMatcher(inbox, {
        clock: systemClock,
        allowed,
        claim: () => Promise.resolve(true),
      });
      const to = 'codes-try@mi-unbind.invalid';
      let sending: Promise<{ undo: () => Promise<void>; at: number }> | undefined;
      try {
        const since = await desk.baseline(signal);
        const waiting = desk.waitForCode({ since, address: to, timeoutMs: TRY_LIMIT, signal });
        const began = performance.now();
        const text = `Your Mi Account verification code is ${code}.`;
        sending = inbox
          .send({ from: TESTER, to, text }, signal)
          .then((undo) => ({ undo, at: performance.now() }));
        const [received, delivered] = await Promise.all([
          waiting.then((got) => ({ got, at: performance.now() })),
          sending,
        ]);
        const right = received.got.code.reveal() === code;
        return {
          source,
          right,
          sentMs: Math.round(delivered.at - began),
          codeMs: Math.round(received.at - began),
        };
      } finally {
        const sent = await sending?.catch(() => undefined);
        await sent
          ?.undo()
          .catch(() => say(`The test message could not be taken away again from '${source}'.`));
        await desk.close();
      }
    }),
  );
  if (json) printJson(result);
  else {
    const { right, sentMs, codeMs } = result;
    const words = right ? 'the code came back right' : 'another code came back';
    print(
      `${source}: ${words}, ${codeMs} ms after sending began (the server took the message after ${sentMs} ms)`,
    );
  }
  if (!result.right) process.exitCode = 1;
}

function cannotSend(source: string): UsageError {
  return new UsageError(
    `'${source}' cannot send itself a message.`,
    `run 'mi-unbind codes watch ${source}' and send it one`,
  );
}

/** The named sources, else all that are configured. */
function chosen(names: readonly string[], settings: Settings, phone: string | undefined): string[] {
  if (names.length > 0) return [...new Set(names)];
  const configured = Object.entries(kinds).filter(
    ([name, kind]) => kind.isConfigured(settings) || (name === 'phone-sms' && phone !== undefined),
  );
  if (configured.length === 0) {
    throw new UsageError(
      'No code source is configured.',
      "set one up in the environment or in .env; 'mi-unbind codes --help' names the setting of each",
    );
  }
  return configured.map(([name]) => name);
}

async function withSources<T>(
  settings: Settings,
  serial: string | undefined,
  work: (surroundings: Surroundings, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using interrupted = interruption();
  const { signal } = interrupted;
  await using station = openStation(settings, { onNotice: sayNotice });
  const onEvent = ({ kind, what }: InboxEvent) => say(style('dim', `${kind}: ${what}`));
  try {
    const phone = serial === undefined ? {} : { phone: await findPhone(serial, station) };
    const { store } = station;
    return await work({ settings, store, asker: terminalAsker(), onEvent, ...phone }, signal);
  } catch (error) {
    // Whatever it was in the middle of, it ended because it was asked to.
    throw signal.aborted ? stopped(error) : error;
  }
}

function stopped(cause: unknown): MiUnbindError {
  return new MiUnbindError('cancelled', 'It was stopped on request.', {
    hint: 'run the same command again',
    exitCode: 1,
    cause,
  });
}

async function useInbox<T>(
  source: string,
  surroundings: Surroundings,
  use: (inbox: Inbox) => Promise<T>,
): Promise<T> {
  const inbox = await openInbox(source, surroundings);
  try {
    return await use(inbox);
  } finally {
    await inbox.close();
  }
}

interface Arrival {
  at: string;
  source: string;
  from: string;
  to: readonly string[];
  /** Hidden unless asked for; missing where the message holds none that would be taken. */
  code?: string;
  /** Why no code would be taken from it. */
  why?: string;
}

async function arrivalOf(
  source: string,
  message: Message,
  settings: Settings,
  reveal: boolean,
): Promise<Arrival> {
  const { from, to, receivedAt } = message;
  const arrival = { at: new Date(receivedAt).toISOString(), source, from, to };
  const allowed = sendersOf(settings);
  if (!isAllowedSender(message, allowed)) return { ...arrival, why: whyRefused(message, allowed) };
  const found = await codeIn(message);
  return 'none' in found
    ? { ...arrival, why: found.none }
    : { ...arrival, code: reveal ? found.code : '••••••' };
}

export function lineOf({ at, source, from, to, code, why }: Arrival): string {
  const parties = oneLine(`${from} → ${to.join(', ') || '?'}`);
  return `${localTime(at, { seconds: true }).slice(11, 19)}  ${source.padEnd(12)} ${parties}  ${code === undefined ? style('dim', oneLine(why ?? '')) : style('bold', code)}`;
}
