import { Command } from 'commander';
import { adbOf, loadSettings, takeSecret } from '../../config/config.ts';
import { ConfigError, UsageError } from '../../errors.ts';
import { isImei } from '../../formats/imei.ts';
import { readList } from '../../jobs/list/list.ts';
import type { LockStatus } from '../../lock/lock-status.ts';
import { AdbServer } from '../../phone/adb.ts';
import { obstacle } from '../../phone/adb-state.ts';
import { readImei } from '../../phone/imei.ts';
import { readSecondImei } from '../../phone/second-imei.ts';
import { sourceNames } from '../../runs/code-sources.ts';
import { openLockCheck } from '../../runs/owner/lock-check.ts';
import { openStation, type Station } from '../../runs/station.ts';
import { localTime } from '../../words/local-time.ts';
import { table } from '../lines.ts';
import { interruption, print, printJson, say, stdoutColumns } from '../terminal.ts';

interface LockFlags {
  attached?: boolean;
  list?: string;
  json?: boolean;
}

export function lockCommand(): Command {
  return new Command('lock')
    .description("ask whether Xiaomi's server has phones locked, by IMEI")
    .argument('[imei...]', 'the IMEIs, 15 digits each (*#06# on the phone shows them)')
    .option('--attached', 'of the phones that are attached, both IMEIs of each')
    .option('--list <file>', 'of the phones of a list that have an IMEI there')
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      "\nA phone with the lock on asks for its owner's account after a reset. LOCK_CHECK says who is asked.\n" +
        "xiaomi: Xiaomi's public page; the request is undocumented and may end or be forbidden.\n" +
        "http: a service that you buy; it learns your customers' IMEIs.\n" +
        'An answer that cannot be understood is unknown, never off.\n' +
        '\nExit codes: 0 all are off · 1 one is on · 3 none is on, and one is unknown',
    )
    .action(async (imeis: string[], flags: LockFlags) => {
      const settings = loadSettings();
      await using station = openStation(settings);
      const asked = [...new Set([...checked(imeis), ...(await furtherImeis(flags, station))])];
      if (asked.length === 0)
        throw new UsageError(
          'no IMEI is named',
          "name one, 15 digits, or give --attached or --list FILE; see 'mi-unbind lock --help'",
        );
      using stop = interruption();
      const check = await openLockCheck(station);
      if (!check)
        throw new ConfigError([
          "LOCK_CHECK says who is asked for the lock, and it is 'none': set it to xiaomi (its public page, undocumented) or http (a service that you buy)",
        ]);
      const found: LockStatus[] = [];
      for (const imei of asked) {
        const status = await check.check(imei, { signal: stop.signal });
        found.push(status);
        if (!flags.json && asked.length > 1) say(`${imei} ${inWords(status)}`);
      }
      if (flags.json) printJson(found);
      else for (const line of linesOf(found, stdoutColumns())) print(line);
      process.exitCode = exitCodeOf(found);
    });
}

/** 0: all off · 1: one is on · 3: none is on, and one is unknown. */
export function exitCodeOf(found: readonly LockStatus[]): number {
  if (found.some(({ state }) => state === 'on')) return 1;
  return found.every(({ state }) => state === 'off') ? 0 : 3;
}

export function linesOf(found: readonly LockStatus[], columns: number | undefined): string[] {
  const rows = found.map((status) => [
    status.imei,
    status.state,
    status.lost === undefined ? '' : status.lost ? 'reported lost' : 'not reported lost',
    localTime(status.at),
    status.why ?? '',
  ]);
  return table(['IMEI', 'LOCK', 'LOST', 'ASKED', 'WHY UNKNOWN'], rows, columns);
}

const inWords = ({ state, why }: LockStatus) => (why === undefined ? state : `${state}: ${why}`);

function checked(imeis: readonly string[]): readonly string[] {
  const wrong = imeis.find((imei) => !isImei(imei));
  if (wrong === undefined) return imeis;
  throw new UsageError(
    `'${wrong}' is no IMEI: it has 15 digits, of which the last one is a check digit`,
    'dial *#06# on the phone, or read the label on its box; nothing was asked',
  );
}

async function furtherImeis({ attached, list }: LockFlags, station: Station): Promise<string[]> {
  return [...(attached ? await attachedImeis(station) : []), ...(list ? await listedImeis(list) : [])];
}

/** Both IMEIs of each phone that can be talked to; of the others it is said why they are left out. */
async function attachedImeis(station: Station): Promise<string[]> {
  await station.adb();
  const server = new AdbServer(adbOf(station.settings));
  const phones = await server.phones();
  const imeis = await Promise.all(
    phones.map(async (phone) => {
      const trouble = obstacle(phone, phones);
      const found = trouble ? [] : await imeisOf(server, phone.serial);
      if (found.length === 0)
        say(`${phone.serial} is left out: ${trouble?.what ?? 'it does not tell its IMEI'}`);
      return found;
    }),
  );
  return imeis.flat();
}

async function imeisOf(server: AdbServer, serial: string): Promise<string[]> {
  const asked = [readImei, readSecondImei].map((read) => read(server.phone(serial)).catch(() => undefined));
  return (await Promise.all(asked)).filter((imei) => imei !== undefined);
}

async function listedImeis(file: string): Promise<string[]> {
  const { orders, warnings } = await readList(file, { takeSecret, codeSources: sourceNames });
  if (warnings) say(warnings);
  const without = orders.filter(({ order }) => !('imei' in order.phone));
  if (without.length > 0)
    say(`left out, as the list has no IMEI for them: rows ${without.map(({ row }) => row).join(', ')}`);
  return orders.flatMap(({ order: { phone } }) =>
    'imei' in phone ? [phone.imei, ...(phone.imei2 === undefined ? [] : [phone.imei2])] : [],
  );
}
