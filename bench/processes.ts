import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

// How often memory is looked at, ms. The kernel takes about 1 ms for a process.
const LOOK = 500;
// Clock ticks of /proc in a second: USER_HZ, 100 on every Linux that Node runs on.
const TICKS = 100;

/** What a command took, with all it started. */
export interface Cost {
  seconds: number;
  /** Of processor time. */
  cpu: number;
  /** Of that, by kind of process, s, as far as it was seen: what lives for less than a moment is in none. */
  spent: Record<string, number>;
  /** At the moment they held most, by kind of process, MB: what several share counts once (PSS). */
  memory: Record<string, number>;
  /** The same moment as `ps` and `top` count: what several share, for each of them (RSS), MB. */
  rss: number;
}

interface Command {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Gets what it prints. */
  log: string;
  /** Of a process: under what its memory is counted. */
  kindOf: (commandLine: string) => string;
}

/** Runs a Node program to its end and watches it in /proc. Its exit code says nothing here. */
export async function costOf({ args, env, log, kindOf }: Command): Promise<Cost> {
  const output = await open(log, 'w');
  const before = reaped();
  const began = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', output.fd, output.fd] });
  const gone = () => void child.kill();
  process.once('exit', gone);
  const outliving = new Map<number, number>();
  const times = new Map<number, [kind: string, seconds: number]>();
  let peak: Sample = { kinds: {}, pss: 0, rss: 0 };
  const look = setInterval(() => {
    const tree = treeOf(child.pid ?? 0);
    for (const pid of tree) if (isDatabase(pid)) outliving.set(pid, ownTime(pid) ?? outliving.get(pid) ?? 0);
    for (const pid of tree) {
      const line = commandLine(pid);
      const [kind, seconds] = times.get(pid) ?? ['', 0];
      // One that has ended keeps its pid for a moment, without its command line.
      times.set(pid, [line === '' ? kind : kindOf(line), ownTime(pid) ?? seconds]);
    }
    const now = sample(tree, kindOf);
    if (now.pss > peak.pss) peak = now;
  }, LOOK);
  try {
    await once(child, 'exit');
  } finally {
    clearInterval(look);
    process.removeListener('exit', gone);
    await output.close();
  }
  const seconds = (performance.now() - began) / 1000;
  for (const [pid, known] of outliving) outliving.set(pid, ownTime(pid) ?? known);
  const cpu = reaped() - before + [...outliving.values()].reduce((sum, one) => sum + one, 0);
  const spent: Record<string, number> = {};
  for (const [kind, own] of times.values()) spent[kind] = (spent[kind] ?? 0) + own;
  return { seconds, cpu, spent, memory: peak.kinds, rss: peak.rss };
}

interface Sample {
  kinds: Record<string, number>;
  pss: number;
  rss: number;
}

function sample(pids: readonly number[], kindOf: (commandLine: string) => string): Sample {
  const sum: Sample = { kinds: {}, pss: 0, rss: 0 };
  for (const pid of pids) {
    const text = read(pid, 'smaps_rollup');
    const megabytes = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
    const [pss, rss] = [megabytes('Pss'), megabytes('Rss')];
    if (rss === 0) continue;
    const kind = kindOf(commandLine(pid));
    sum.kinds[kind] = (sum.kinds[kind] ?? 0) + pss;
    sum.pss += pss;
    sum.rss += rss;
  }
  return sum;
}

/** Seconds of processor time so far of a process and all below it, with those that have ended. */
export function timeOfTree(root: number): number {
  return treeOf(root).reduce((sum, pid) => {
    const fields = stat(pid);
    return sum + (fields ? [11, 12, 13, 14].reduce((ticks, at) => ticks + Number(fields[at]), 0) / TICKS : 0);
  }, 0);
}

/** What a process holds in memory, MB. */
export const memoryOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1024;

/** A process and all below it. */
function treeOf(root: number): number[] {
  const below = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = pid > 0 ? Number(stat(pid)?.[1]) : NaN;
    if (parent > 0) below.set(parent, [...(below.get(parent) ?? []), pid]);
  }
  const down = (pid: number): number[] => [pid, ...(below.get(pid) ?? []).flatMap(down)];
  return down(root);
}

/** The database ends after the command: what it took is not among that of children that have ended. */
const isDatabase = (pid: number) => /postgres|store\/supervisor\.ts/.test(commandLine(pid));

/** Seconds of processor time of all children of ours that have ended, with theirs. */
function reaped(): number {
  const fields = stat(process.pid) ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** Seconds of processor time of one process; undefined when it is gone. */
function ownTime(pid: number): number | undefined {
  const fields = stat(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Fields of /proc/PID/stat from the third on (proc(5)): the second is a name that may hold anything. */
function stat(pid: number): string[] | undefined {
  const text = read(pid, 'stat');
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const commandLine = (pid: number) => read(pid, 'cmdline').replaceAll('\0', ' ');

/** Empty when the process is gone. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
