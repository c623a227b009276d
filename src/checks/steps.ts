import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { childEnvironment } from '../config.ts';
import type { Secret } from '../secret.ts';
import { filesBelow, leaksIn } from './leaks.ts';
import { add, countJunit, none } from './tally.ts';
import type { Tally } from './tally.ts';

/** One part of the tests. It prints what went wrong, and tells how much passed. */
export type Step = (say: (line: string) => unknown) => Promise<Tally>;

const pass: Tally = { ...none, passed: 1 };
const fail: Tally = { ...none, failed: 1 };

/** A program of node_modules that is content or not: one test. `script` is its path there; `npm` is npm itself. */
export function program(script: string, args: readonly string[], whatToDo: string): Step {
  return async (say) => {
    const [command, first] = script === 'npm' ? ['npm', []] : [process.execPath, [join('node_modules', script)]];
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

/** Test files of node:test, those of the first pattern first, without those that end in `except`. A run without a single test fails; one that has not ended after `limitMs` is stopped, its open files named. */
export function nodeTests(patterns: readonly string[], options: { except?: string; limitMs: number; concurrency: number }): Step {
  return async (say) => {
    const found = new Set(patterns.flatMap((pattern) => globSync(pattern)));
    const files = [...found].filter((file) => options.except === undefined || !file.endsWith(options.except));
    const events = run({ files, concurrency: options.concurrency, signal: AbortSignal.timeout(options.limitMs) });
    let tally = none;
    events.on('test:pass', ({ name, skip }) => {
      if (skip !== undefined) say(`skipped: ${name}${typeof skip === 'string' ? `: ${skip}` : ''}`);
    });
    events.on('test:fail', ({ name, file, line, details }) => {
      const fault = details.error as Error & { failureType?: string };
      if (fault.failureType === 'subtestsFailed') return;
      say(`✖ ${name} (${relative('.', file ?? '')}:${line ?? 1})\n${inspect(fault.cause ?? fault)}`);
    });
    events.on('test:stderr', ({ message }) => say(message.trimEnd()));
    events.on('test:summary', ({ file, counts }) => {
      if (file !== undefined) return;
      const skipped = counts.skipped + counts.todo;
      tally = { passed: counts.passed, failed: counts.tests - counts.passed - skipped, skipped };
    });
    await events.forEach(() => undefined);
    return isEmpty(tally) ? nothingRan(say, patterns.join(' ')) : tally;
  };
}

/**
 * The specs, on a simulated phone or on the one PHONE_SERIAL names. They are counted from their JUnit files. One more test: the canary
 * password of the specs stands in nothing they wrote or printed, with every log at its most talkative.
 */
export function wdioSpecs(conf: string, canary: Secret): Step {
  return async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'mi-unbind-specs-'));
    try {
      const junit = join(folder, 'junit');
      const child = spawn(process.execPath, ['node_modules/@wdio/cli/bin/wdio.js', 'run', conf], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: childEnvironment({ JUNIT_DIR: junit, EVIDENCE_DIR: folder, LOG_LEVEL: 'debug' }),
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
      return [leaks.length === 0 ? pass : fail, code === 0 || tally.failed > 0 ? none : fail].reduce(add, tally);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

const isEmpty = ({ passed, failed, skipped }: Tally) => passed + failed + skipped === 0;

function nothingRan(say: (line: string) => void, what: string): Tally {
  say(`no test ran in ${what}, and some were expected`);
  return fail;
}
