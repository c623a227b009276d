import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { TestContext } from 'node:test';

/**
 * For tests: a disk of its own at this path, until the test ends; false where this user may mount none.
 * `options`: as of a tmpfs.
 */
export function smallDisk(t: Pick<TestContext, 'after'>, path: string, options: string): boolean {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return false;
  }
  t.after(() => {
    execFileSync('umount', ['-l', path]);
    rmSync(path, { recursive: true, force: true });
  });
  return true;
}
