import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { on } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostileFile } from '../fuzz/hostile-files.ts';
import type { Taken } from '../fuzz/hostile-reader.ts';

const READER = join(import.meta.dirname, '../fuzz/hostile-reader.ts');
const MOST = { seconds: 5, mib: 500 } as const;

/** Has a process of its own read these files, one after another, and holds what it takes against its bounds. */
export async function areReadWithinBounds(files: readonly HostileFile[]): Promise<Map<string, Taken>> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  try {
    const paths = files.map(({ kind, make }, place) => {
      const path = join(folder, `${place}.${kind === 'apk' ? 'apk' : 'zip'}`);
      writeFileSync(path, make());
      return path;
    });
    const reader = fork(READER, paths);
    const taken = new Map<string, Taken>();
    for await (const [one] of on(reader, 'message', { close: ['exit'] })) {
      const { what } = files[taken.size] as HostileFile;
      const { said, is, seconds, mib } = one as Taken;
      taken.set(what, one as Taken);
      assert.ok(is === '' || is === 'UsageError' || is === 'RecordingError', `${what}: ${is}: ${said}`);
      assert.ok(seconds < MOST.seconds, `${what}: ${seconds} s of the processor`);
      assert.ok(mib < MOST.mib, `${what}: ${mib} MiB`);
    }
    assert.deepEqual(
      [...taken.keys()],
      files.map(({ what }) => what),
      'the reader answers for each file',
    );
    return taken;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
