import assert from 'node:assert/strict';
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';

const skip = process.platform === 'linux' ? false : 'only Linux tells the line of processes';

/** It says so when it is started, and when it goes on though its line is broken. */
const PROGRAM = `
  const { endWithNpm } = await import(${JSON.stringify(new URL('end-with-npm.ts', import.meta.url).href)});
  const { readFileSync } = await import('node:fs');
  endWithNpm();
  const [top] = process.argv.slice(-1);
  console.log('works');
  const isThere = () => { try { return !/\\) [ZX] /.test(readFileSync('/proc/' + top + '/stat', 'utf8')); } catch { return false; } };
  let alone = 0;
  setInterval(() => {
    if (!isThere() && ++alone === 10) { console.log('goes on'); process.exit(7); }
  }, 100);`;
/** Starts the next one of the line and waits. */
const between = (next: string) => `
  const { spawn } = await import('node:child_process');
  const [top = String(process.pid)] = process.argv.slice(1);
  spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(next)}, top], { stdio: 'inherit' });
  setInterval(() => undefined, 1000);`;

/**
 * Starts a program under others, of which the first calls itself so, and kills that one when the program works.
 * Without a name it has no parent but the system: the tests themselves may run under npm.
 */
async function killedAbove(t: TestContext, script: string, name?: string): Promise<string[]> {
  const run = ['--input-type=module', '-e', script];
  const started =
    name === undefined
      ? spawn('sh', ['-c', '"$@" & echo "top $!"', 'sh', process.execPath, ...run], OUTPUT)
      : spawn(process.execPath, run, { ...OUTPUT, argv0: name });
  let top = name === undefined ? 0 : started.pid!;
  const end = () => {
    if (top > 0) process.kill(top, 'SIGKILL');
    top = 0;
  };
  t.after(end);
  const said: string[] = [];
  const lines = createInterface({ input: started.stdout! });
  lines.on('line', (line) => {
    const [what = '', pid] = line.split(' ');
    if (what === 'top') top = Number(pid);
    else said.push(line);
    // Either line may be the first.
    if (said.length > 0) end();
  });
  // All that hold the other end of its output have ended.
  await once(lines, 'close');
  return said;
}
const OUTPUT: SpawnOptions = { stdio: ['ignore', 'pipe', 'inherit'] };

test('a program under npm ends when npm is killed, and goes on under any other', { skip }, async (t) => {
  const names = ['npm run demo', 'npx mi-unbind', undefined];
  const all = await Promise.all(names.map((name) => killedAbove(t, between(PROGRAM), name)));
  assert.deepEqual(all, [['works'], ['works'], ['works', 'goes on']]);
});

test('also where a shell stands between them, which lives on', { skip }, async (t) => {
  // What stands between ends with the program, so that the output closes.
  const shell = `
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(PROGRAM)}, process.argv.at(-1)], { stdio: 'inherit' });
    child.on('exit', () => process.exit());`;
  const both = await Promise.all([
    killedAbove(t, between(shell), 'npm exec'),
    killedAbove(t, between(shell)),
  ]);
  assert.deepEqual(both, [['works'], ['works', 'goes on']]);
});
