import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadSettings, takeSecret } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import type { PostOptions } from '../sim/service/post-office.ts';
import { parseSite, type SiteOptions } from '../sim/site/options.ts';
import { parseSpec, releaseNames, type PhoneSpec } from '../sim/spec.ts';
import { freshSeed } from '../sim/identity.ts';
import { generator } from '../sim/time.ts';
import type { WorldPhone } from '../sim/world.ts';
import { interruption, print, printJson, say, stdoutColumns, style } from './terminal.ts';

interface Flags {
  phones: number;
  release: string;
  region: string;
  language: string;
  account: { id: string; password: string }[];
  data: string[];
  pace: string;
  seed?: number;
  fresh?: boolean;
  spec?: string;
  from?: string;
  site?: string;
  mail?: string;
  sms?: string;
  smsSecretEnv?: string;
  list?: boolean;
  json?: boolean;
}

/** Password of accounts that were not named. */
const MADE_UP = 'sim-password';

export function simCommand(): Command {
  return new Command('sim')
    .description('start simulated phones and connect them to adb; Ctrl-C ends them')
    .option('--phones <n>', 'how many', count, 1)
    .addOption(new Option('--release <version>', 'of MIUI or HyperOS').choices(releaseNames).default('14'))
    .addOption(new Option('--region <region>', 'which ROM').choices(['global', 'china']).default('global'))
    .option(
      '--language <tag>',
      "language of the screens, e.g. en, bg, zh-CN; 'pseudo' shows each label's name",
      'en',
    )
    .addOption(
      new Option('--account <id:password>', 'Mi Account of the next phone; repeat for more phones')
        .argParser(account)
        .default([], `made up, with the password '${MADE_UP}'`),
    )
    .addOption(
      new Option(
        '--pace <pace>',
        'how fast the phone is: like a real one, like a bad one, or without any delay',
      )
        .choices(['real', 'slow', 'instant'])
        .default('real'),
    )
    .option(
      '--seed <n>',
      'seed of everything random, the IMEIs and serial numbers too; missing: another each time',
      seed,
    )
    .option('--fresh', "phones without Appium's helper apps, as from the factory")
    .option(
      '--spec <file>',
      'JSON file: one phone, or a list of phones, in full detail (see docs/simulator.md)',
    )
    .addOption(
      new Option(
        '--from <bundle>',
        "play back a phone: the ZIP of 'survey --bundle', or the folder of a survey with its pictures",
      ).conflicts(['spec', 'account', 'fresh']),
    )
    .addOption(
      new Option('--site [shape]', "the account's web site too, as it is today or as it was until 2018")
        .choices(['react', 'form'])
        .preset('react'),
    )
    .option(
      '--mail <url>',
      'hand mails with codes to this SMTP server, smtp://HOST:PORT',
      address(['smtp:', 'smtps:'], 'smtp://127.0.0.1:2525'),
    )
    .option(
      '--sms <url>',
      "post SMS with codes to this gateway's address, as JSON",
      address(['http:', 'https:'], 'http://127.0.0.1:8025/sms'),
    )
    .option('--sms-secret-env <name>', "variable that holds the gateway's secret")
    .option(
      '--list',
      'say what simulated phones there are, and what of them is known of real ones; start none',
    )
    .option('--json', 'one JSON object on stdout: the serials when ready, or the list')
    .action(async (flags: Flags) => {
      if (flags.list) return list(flags.json === true);
      const settings = loadSettings();
      using interrupted = interruption();
      const { signal } = interrupted;
      const [{ startControl }, { startSims }] = await Promise.all([
        import('../sim/control.ts'),
        import('../runs/sims.ts'),
      ]);
      const played = flags.from === undefined ? [] : await playedFrom(flags.from, flags);
      const phones = flags.from !== undefined ? [] : flags.spec ? readSpecs(flags.spec) : specs(flags);
      await using sims = await startSims(phones, settings, {
        ...{ site: site(flags), post: post(flags), played },
        onUnknown: say,
      });
      const { world } = sims;
      const control = await startControl(world);
      const serials = world.phones.map(({ serial }) => serial);
      const { site: web } = world;
      const which = world.phones.map(whichPhone);
      if (flags.json)
        printJson({ phones: serials, which, control: control.url, ...(web ? { site: web.url } : {}) });
      else
        for (const one of which) {
          print(one.serial);
          say(style('dim', `  ${inWords(one)}`));
        }
      say(
        style(
          'dim',
          `${serials.length} simulated ${serials.length === 1 ? 'phone' : 'phones'} connected to adb; ${web ? `web site: ${web.url}; ` : ''}control: ${control.url}; Ctrl-C ends them`,
        ),
      );
      if (!signal.aborted) await once(signal, 'abort');
      await control.close();
    });
}

/** What tells this phone from the others. */
function whichPhone({ serial, phone }: WorldPhone) {
  return { serial, ...phone.identity, account: phone.account?.id ?? null };
}

function inWords({ serialno, imei, imei2, seed, account }: ReturnType<typeof whichPhone>): string {
  return `${account === null ? 'no account' : `account ${account}`}; IMEI ${imei} and ${imei2}; serial number ${serialno}; seed ${seed}`;
}

async function list(json: boolean): Promise<void> {
  const { simList, simListText } = await import('./sim-list.ts');
  if (json) printJson(simList());
  else print(simListText(simList(), Math.min(stdoutColumns() ?? 100, 120)).trimEnd());
}

/** The phones that a command line describes. */
export function specs({
  phones,
  release,
  region,
  language,
  account: accounts,
  pace,
  seed,
  fresh,
}: Pick<
  Flags,
  'phones' | 'release' | 'region' | 'language' | 'account' | 'pace' | 'seed' | 'fresh'
>): PhoneSpec[] {
  const number = Math.max(phones, accounts.length);
  return Array.from({ length: number }, (_, index) => {
    // Far from the phones of the next seed.
    const own = seed === undefined ? freshSeed() : seed + 10_000 * index;
    return checked({
      release,
      region,
      language,
      pace,
      seed: own,
      helpers: fresh ? 'none' : 'current',
      account: {
        syncedData: ['contacts', 'messages', 'gallery', 'notes'],
        ...reachable(accounts[index] ?? madeUp(own)),
      },
    });
  });
}

/** Phones that play a recording back, each one of its own. */
async function playedFrom(file: string, { phones, pace, seed }: Flags) {
  const { readRecording, RecordingError } = await import('../sim/played/recording.ts');
  try {
    const recording = await readRecording(file);
    return Array.from({ length: phones }, (_, index) => ({
      recording,
      own: { pace: pace as 'real', seed: seed === undefined ? freshSeed() : seed + 10_000 * index },
    }));
  } catch (cause) {
    if (!(cause instanceof RecordingError) && (cause as NodeJS.ErrnoException).code === undefined)
      throw cause;
    throw new UsageError(
      `'${file}' cannot be played: ${fileFault(cause)}.`,
      "name a ZIP that 'mi-unbind survey --bundle' made, or the folder of a survey",
    );
  }
}

export function site({
  site: shape,
  region,
  pace,
  seed,
}: Pick<Flags, 'site' | 'region' | 'pace' | 'seed'>): SiteOptions | undefined {
  return shape === undefined
    ? undefined
    : parseSite({
        shape,
        region,
        pace: pace === 'instant' ? pace : 'real',
        ...(seed === undefined ? {} : { seed }),
      });
}

/** Throws a UsageError. */
function post({ mail, sms: url, smsSecretEnv }: Flags): PostOptions {
  const secret = smsSecretEnv === undefined ? undefined : takeSecret(smsSecretEnv);
  if (smsSecretEnv !== undefined && url === undefined)
    throw new UsageError(
      '--sms-secret-env is of no use without --sms.',
      "give the gateway's address too, e.g. --sms http://127.0.0.1:8025/sms",
    );
  if (url !== undefined && !secret) {
    const why =
      smsSecretEnv === undefined ? 'none is named' : `the variable '${smsSecretEnv}' is empty or not set`;
    throw new UsageError(
      `--sms needs the gateway's secret, and ${why}.`,
      'put it into a variable and name that: --sms-secret-env SMS_SECRET',
    );
  }
  return {
    ...(mail === undefined ? {} : { mail }),
    ...(url !== undefined && secret ? { sms: { url, secret } } : {}),
  };
}

/** An address without a password in it: the command line can be read by every user of the host. */
function address(protocols: readonly string[], example: string): (text: string) => string {
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !protocols.includes(url.protocol) || url.hostname === '')
      throw new InvalidArgumentError(`It takes an address like ${example}.`);
    if (url.username || url.password)
      throw new InvalidArgumentError('It takes an address without user and password.');
    return text;
  };
}

/** An account of the phone's own: passwords of one account are submitted twice a day at most. */
function madeUp(seed: number): { id: string; password: string } {
  return { id: String(6_230_000_000 + Math.floor(generator(~seed)() * 10_000_000)), password: MADE_UP };
}

/** An account to which codes can be sent. */
function reachable<A extends { id: string }>(account: A): A & { phone: string; email: string } {
  return {
    ...account,
    phone: `+359888${account.id.slice(-6).padStart(6, '0')}`,
    email: `${account.id}@example.com`,
  };
}

function readSpecs(file: string): PhoneSpec[] {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `The spec '${file}' cannot be read: ${fileFault(error)}.`,
      'give a file with one phone, or a list of phones, in JSON',
    );
  }
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0)
    throw new UsageError(
      `The spec '${file}' is an empty list.`,
      'put at least one phone into it; {} is one with nothing special',
    );
  return list.map((spec, index) => checked(spec, list.length > 1 ? `Phone ${index + 1} of '${file}': ` : ''));
}

/** Throws a UsageError that names every wrong key. */
export function checked(spec: unknown, which = ''): PhoneSpec {
  try {
    return parseSpec(spec);
  } catch (error) {
    throw new UsageError(
      `${which}${(error as Error).message}`,
      "see 'mi-unbind sim --help' and docs/simulator.md",
    );
  }
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1.');
  return Number(text);
}

function seed(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new InvalidArgumentError('It takes a whole number from 1, of ten digits at most.');
  return Number(text);
}

function account(text: string, before: Flags['account']): Flags['account'] {
  const [, id, password] = /^(\d{5,12}):(.+)$/.exec(text) ?? [];
  if (!id || !password)
    throw new InvalidArgumentError('It takes a Mi id and a password, e.g. 6230000535:secret.');
  return [...before, { id, password }];
}
