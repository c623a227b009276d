import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { groupsOf, type Group } from './groups.ts';
import type { Slots } from './slots.ts';
import { add, isEmpty, none, type Step, type Tally } from './tally.ts';

export interface TestFiles {
  /** Files that end so are left out. */
  except?: readonly string[];
  /** Files that change nothing of their process share one. */
  together?: true;
  /** One for each process. */
  slots: Slots;
  /** For a test or suite that names no limit of its own, ms. */
  testMs: number;
  /** For a whole file or all that share a process, ms. */
  fileMs: number;
  /** For all files, ms. */
  limitMs: number;
}

/** Test files by the rank in which they begin. A file of two patterns counts to the first. */
export type Ranked = readonly (readonly [rank: number, pattern: string])[];

/**
 * Test files of node:test. A run without a single test fails. A file that has not ended after its limit is
 * stopped, and the tests that are still open are named.
 */
export function nodeTests(ranked: Ranked, options: TestFiles): Step {
  return async (say) => {
    const found = new Map<string, number>();
    for (const [rank, pattern] of ranked)
      for (const file of globSync(pattern).toSorted()) if (!found.has(file)) found.set(file, rank);
    const files = [...found.keys()].filter((file) => !options.except?.some((end) => file.endsWith(end)));
    const groups = options.together
      ? groupsOf(files, (file) => readFileSync(file, 'utf8'))
      : files.map((file) => ({ name: file, files: [file] }));
    const took = new Map<string, number>();
    const over = AbortSignal.timeout(options.limitMs);
    let tally = none;
    const begin = async (group: Group) => {
      if (over.aborted) return;
      const began = performance.now();
      // Added when it is there: what others add meanwhile counts too.
      const one = await testGroup(group, options, over, say);
      tally = add(tally, one);
      took.set(group.name, performance.now() - began);
    };
    const rankOf = ({ files: [first = ''] }: Group) => found.get(first) ?? 0;
    await Promise.all(groups.map((group) => options.slots.with(rankOf(group), () => begin(group))));
    const left = groups.filter(({ name }) => !took.has(name)).flatMap(({ files }) => files);
    if (left.length > 0) {
      const late = `✖ not run within ${seconds(options.limitMs)}: ${left.join(', ')}`;
      say(late);
      tally = add(tally, { ...none, failed: left.length, faults: [late] });
    }
    if (isEmpty(tally)) {
      say(`no test ran in ${ranked.map(([, pattern]) => pattern).join(' ')}, and some were expected`);
      return { ...none, failed: 1 };
    }
    say(`longest: ${longest(took)}`);
    return tally;
  };
}

const TOGETHER = join(import.meta.dirname, 'together.ts');

async function testGroup(
  { name: group, files }: Group,
  options: TestFiles,
  over: AbortSignal,
  say: (line: string) => unknown,
): Promise<Tally> {
  const limit = AbortSignal.timeout(options.fileMs);
  const signal = AbortSignal.any([over, limit]);
  const [first = ''] = files;
  const started = files.length === 1 ? { files: [first] } : { files: [TOGETHER], argv: [...files] };
  const events = run({ ...started, timeout: options.testMs, signal });
  const open = openTests(events, started.files);
  const faults: string[] = [];
  let tally = none;
  const why: Record<string, number> = {};
  events.on('test:pass', ({ name, skip }) => {
    if (skip === undefined) return;
    const reason = typeof skip === 'string' && skip !== '' ? skip : `no reason is given: ${name}`;
    why[reason] = (why[reason] ?? 0) + 1;
  });
  events.on('test:fail', ({ name, file, line, details }) => {
    const fault = details.error as Error & { failureType?: string };
    if (fault.failureType === 'subtestsFailed') return;
    faults.push(`✖ ${name} (${relative('.', file ?? '')}:${line ?? 1})\n${inspect(fault.cause ?? fault)}`);
    say(faults.at(-1)!);
  });
  events.on('test:stderr', ({ message }) => say(message.trimEnd()));
  events.on('test:summary', ({ file, counts }) => {
    if (file !== undefined) return;
    const skipped = counts.skipped + counts.todo;
    tally = { passed: counts.passed, failed: counts.tests - counts.passed - skipped, skipped };
  });
  const late: string[] = [];
  const stopped = () => {
    const names = [...open];
    const what =
      names.length > 0
        ? `still open: ${names.join(' › ')}`
        : 'its tests have ended, and something they started is open';
    const after = seconds(over.aborted ? options.limitMs : options.fileMs);
    late.push(`✖ ${relative('.', group)} was stopped after ${after}; ${what}`);
    say(late[0]!);
  };
  signal.addEventListener('abort', stopped);
  await events.forEach(() => undefined);
  signal.removeEventListener('abort', stopped);
  // The totals of a file that was stopped may leave it out.
  return {
    ...tally,
    failed: Math.max(tally.failed, faults.length),
    ...(Object.keys(why).length > 0 && { why }),
    ...(faults.length + late.length > 0 && { faults: [...faults, ...late] }),
  };
}

/** Names of the tests and suites that have begun and not ended. */
function openTests(events: ReturnType<typeof run>, files: readonly string[]): Set<string> {
  const open = new Set<string>();
  // A file itself is reported as a test too.
  const itself = files.map((file) => resolve(file));
  events.on('test:dequeue', ({ name }) => itself.includes(name) || open.add(name));
  events.on('test:complete', ({ name }) => open.delete(name));
  return open;
}

function longest(took: ReadonlyMap<string, number>): string {
  const slow = [...took].toSorted(([, a], [, b]) => b - a).slice(0, 8);
  return slow.map(([file, ms]) => `${relative('.', file)} ${seconds(ms)}`).join(', ');
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
