import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment, takeSecret } from '../config/config.ts';
import type { Secret } from '../secret.ts';
import { filesBelow, leaksIn } from '../live/leaks.ts';
import { add, countJunit, isEmpty, none } from './tally.ts';
import type { Step, Tally } from './tally.ts';

let phonePassword: Secret | undefined;

const pass: Tally = { ...none, passed: 1 };
const fail: Tally = { ...none, failed: 1 };

/** A program that is content or not: one test. `script` is its path from here; `npm` is npm itself. */
export function program(script: string, args: readonly string[], whatToDo: string): Step {
  return async (say) => {
    const [command, first] = script === 'npm' ? ['npm', []] : [process.execPath, [script]];
    const child = spawn(command, [...first, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: script === 'npm' && process.platform === 'win32',
    });
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return pass;
    say(`${out}${err}→ ${whatToDo}`);
    return fail;
  };
}

/**
 * The specs, on a simulated phone or on the one PHONE_SERIAL names. They are counted from their JUnit files.
 * One more test: the canary password of the specs stands in nothing they wrote or printed, with every log at
 * its most talkative.
 */
export function wdioSpecs(conf: string, canary: Secret): Step {
  return async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'mi-unbind-specs-'));
    try {
      const junit = join(folder, 'junit');
      // Of the phone PHONE_SERIAL names; for the specs alone.
      const password = (phonePassword ??= takeSecret('PHONE_PASSWORD'));
      const child = spawn(process.execPath, ['node_modules/@wdio/cli/bin/wdio.js', 'run', conf], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: childEnvironment({
          JUNIT_DIR: junit,
          EVIDENCE_DIR: folder,
          LOG_LEVEL: 'debug',
          ...(password && { PHONE_PASSWORD: password.reveal() }),
        }),
      });
      child.stdout.pipe(process.stdout, { end: false });
      child.stderr.pipe(process.stderr, { end: false });
      const ended = once(child, 'close') as Promise<[number | null]>;
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      const reports = await Promise.all(globSync(join(junit, '*.xml')).map((file) => readFile(file, 'utf8')));
      const tally = reports.map(countJunit).reduce(add, none);
      if (isEmpty(tally)) return nothingRan(say, `${conf} (wdio ended with exit code ${code})`);
      const leaks = leaksIn(filesBelow(folder).set('stdout', out).set('stderr', err), canary);
      for (const leak of leaks) say(`the specs' password stands in ${leak}`);
      if (code !== 0 && tally.failed === 0) say(`wdio ended with exit code ${code}, though no spec failed`);
      return [leaks.length === 0 ? pass : fail, code === 0 || tally.failed > 0 ? none : fail].reduce(
        add,
        tally,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

function nothingRan(say: (line: string) => void, what: string): Tally {
  say(`no test ran in ${what}, and some were expected`);
  return fail;
}
