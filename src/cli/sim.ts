import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadSettings } from '../config.ts';
import { UsageError } from '../errors.ts';
import { parseSpec, type PhoneSpec } from '../sim/spec.ts';
import { interruption, say, style } from './terminal.ts';

interface Flags {
  phones: number;
  release: string;
  region: string;
  language: string;
  account: { id: string; password: string }[];
  data: string[];
  pace: string;
  seed: number;
  fresh?: boolean;
  spec?: string;
  json?: boolean;
}

export function simCommand(): Command {
  return new Command('sim')
    .description('start simulated phones and connect them to adb; Ctrl-C ends them')
    .option('--phones <n>', 'how many', count, 1)
    .option('--release <version>', 'MIUI version', '14')
    .addOption(new Option('--region <region>', 'which ROM').choices(['global', 'china']).default('global'))
    .option('--language <tag>', "language of the screens, e.g. en, bg, zh-CN; 'pseudo' shows each label's name", 'en')
    .option(
      '--account <id:password>',
      'Mi Account of the next phone; repeat for more phones (without: one is made up for each)',
      account,
      [],
    )
    .addOption(new Option('--pace <pace>', 'how fast animations and servers are').choices(['real', 'instant']).default('real'))
    .option('--seed <n>', 'seed of everything random', count, 1)
    .option('--fresh', "phones without Appium's helper apps, as from the factory")
    .option('--spec <file>', 'JSON file: one phone, or a list of phones, in full detail (see README)')
    .option('--json', 'one JSON object with the serials on stdout when ready')
    .action(async (flags: Flags) => {
      const settings = loadSettings();
      const { signal, dispose } = interruption();
      const [{ startControl }, { startSims, stopSims }] = await Promise.all([import('../sim/control.ts'), import('./sims.ts')]);
      const { server, world } = await startSims(flags.spec ? readSpecs(flags.spec) : specs(flags), settings);
      const control = await startControl(world);
      const serials = world.phones.map(({ serial }) => serial);
      if (flags.json) process.stdout.write(`${JSON.stringify({ phones: serials, control: control.url })}\n`);
      else for (const serial of serials) process.stdout.write(`${serial}\n`);
      say(
        style(
          'dim',
          `${serials.length} simulated ${serials.length === 1 ? 'phone' : 'phones'} connected to adb; control: ${control.url}; Ctrl-C ends them`,
        ),
      );
      if (!signal.aborted) await once(signal, 'abort');
      await control.close();
      await stopSims(server, world);
      dispose();
    });
}

function specs({ phones, release, region, language, account: accounts, pace, seed, fresh }: Flags): PhoneSpec[] {
  const number = Math.max(phones, accounts.length);
  return Array.from({ length: number }, (_, index) =>
    checked({
      release,
      region,
      language,
      pace,
      seed: seed + index,
      helpers: fresh ? 'none' : 'current',
      account: { syncedData: ['contacts', 'messages', 'gallery', 'notes'], ...(accounts[index] ?? madeUp(index)) },
    }),
  );
}

/** An account for a phone nobody cares about. */
function madeUp(index: number): { id: string; password: string } {
  return { id: String(6_230_000_535 + index), password: `sim-password-${index + 1}` };
}

function readSpecs(file: string): PhoneSpec[] {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`The spec '${file}' cannot be read: ${(error as Error).message}.`, 'give a JSON file');
  }
  return (Array.isArray(given) ? given : [given]).map(checked);
}

function checked(spec: unknown): PhoneSpec {
  try {
    return parseSpec(spec);
  } catch (error) {
    throw new UsageError((error as Error).message, "see 'mi-unbind sim --help'");
  }
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It takes a whole number from 1.');
  return Number(text);
}

function account(text: string, before: Flags['account']): Flags['account'] {
  const [, id, password] = /^(\d{5,12}):(.+)$/.exec(text) ?? [];
  if (!id || !password) throw new InvalidArgumentError('It takes a Mi id and a password, e.g. 6230000535:secret.');
  return [...before, { id, password }];
}
