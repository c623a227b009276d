import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isGone, workerName } from './worker.ts';

/** Runs a shell line that first says a pid. */
async function pidSaidBy(t: TestContext, line: string): Promise<number> {
  const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => shell.kill('SIGKILL'));
  const [said] = (await once(shell.stdout, 'data')) as [Buffer];
  return Number(said.toString());
}

const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';

test('a process that runs is not gone, nor one that was stopped', async (t) => {
  assert.equal(isGone(workerName()), false);
  const pid = await pidSaidBy(t, 'echo $$; exec sleep 600');
  assert.equal(isGone(workerName(pid)), false);
  process.kill(pid, 'SIGSTOP');
  assert.equal(isGone(workerName(pid)), false);
});

test('a process that has ended is gone', async (t) => {
  const shell = spawn('true');
  t.after(() => shell.kill());
  await once(shell, 'exit');
  assert.equal(isGone(workerName(shell.pid)), true);
});

test(
  'a process that has ended is gone, also while its parent has not asked how (a zombie)',
  { skip: process.platform === 'linux' ? false : 'only Linux tells' },
  async (t) => {
    // The sleep that takes the place of the shell never asks what became of the shell's child.
    const pid = await pidSaidBy(t, 'sleep 0.1 & echo $!; exec sleep 600');
    while (stateOf(pid) !== 'Z') await pause(20);
    assert.doesNotThrow(() => process.kill(pid, 0), 'its pid is still taken');
    assert.equal(isGone(workerName(pid)), true);
  },
);

test('a process of another host, or of another container, is never gone: nothing here tells', () => {
  const [host = '', namespace = ''] = workerName().split('/');
  const pid = 2 ** 22 - 1;
  assert.equal(isGone(workerName(pid)), true);
  assert.equal(isGone(`other-${host}/${namespace}/${pid}`), false);
  assert.equal(isGone(`${host}/pid:[1]/${pid}`), false);
});
