import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment } from '../src/config/config.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startSims, type Sims } from './lab.ts';
import { spread, type OverRounds } from './report.ts';

/** The whole command, from the start of its process to its end, over all rounds. */
export interface WholeRow {
  name: string;
  ms: OverRounds;
  /** Of the time that the phone itself took. */
  ratio: OverRounds;
}

export const WHOLE_ROUNDS = 3;
const NAMES = ['the first of a fresh folder', 'the next one'] as const;
const PROGRAM = join(import.meta.dirname, '../bin/mi-unbind.js');

/**
 * `mi-unbind sign-out` as a person types it, which starts an Appium for itself and ends it: in a folder without a
 * database, then once more in the same folder. A password may be given twice a day, so each round has a new one.
 */
export async function wholeCommand(phone: PhoneSpec, password: string, folder: string): Promise<WholeRow[]> {
  const sims = await startSims([phone], folder);
  const runs = NAMES.map(() => [] as { ms: number; own: number }[]);
  try {
    for (let round = 0; round < WHOLE_ROUNDS; round++) {
      const place = mkdtempSync(join(folder, 'whole-'));
      for (const list of runs) {
        list.push(await signOutWhole(sims, phone, password, place));
        process.stderr.write('.');
      }
    }
  } finally {
    process.stderr.write('\n');
    await sims.stop();
  }
  return NAMES.map((name, at) => ({
    name,
    ms: spread((runs[at] ?? []).map(({ ms }) => ms)),
    ratio: spread((runs[at] ?? []).map(({ ms, own }) => ms / own)),
  }));
}

async function signOutWhole(
  sims: Sims,
  phone: PhoneSpec,
  password: string,
  place: string,
): Promise<{ ms: number; own: number }> {
  const [serial = ''] = sims.serials;
  await sims.reset(serial, phone);
  const folders = { DATA_DIR: 'data', RECORDS_DIR: 'records', EVIDENCE_DIR: 'runs' };
  const env = Object.fromEntries(Object.entries(folders).map(([name, at]) => [name, join(place, at)]));
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [PROGRAM, 'sign-out', serial, '--password-stdin', '--data', 'keep', '--json'],
    { env: childEnvironment(env), stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const said = text(child.stderr);
  child.stdin.end(`${password}\n`);
  const [code] = (await once(child, 'exit')) as [number | null];
  const ms = performance.now() - began;
  const { account, ownTime: own } = await sims.witness(serial);
  if (code !== 0 || account)
    throw new Error(
      `This was no clean sign-out: exit code ${code}, the phone is ${account ? 'still signed in' : 'signed out'}. ${await said}`,
    );
  return { ms, own };
}

/** For a terminal. */
export const wholeWords = (rows: readonly WholeRow[]): string =>
  rows
    .map(
      ({ name, ms, ratio }) =>
        `the whole command, ${name}: ${Math.round(ms.median).toLocaleString('en')} ms, ${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}) times the phone's own time`,
    )
    .join('\n');
