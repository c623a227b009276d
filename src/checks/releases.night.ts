import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { childEnvironment } from '../config/config.ts';
import { HOSTILE } from '../fuzz/hostile-files.ts';
import { account } from '../fuzz/surveyed.ts';
import { noAapt } from '../live/aapt.ts';
import { areReadWithinBounds } from '../live/hostile.ts';
import { flowsEnd, playsBack } from '../live/played.ts';
import { idsAreFound } from '../live/rom-apps.ts';
import { readRecording } from '../sim/played/recording.ts';
import { releaseNames } from '../sim/spec.ts';

/** Each night: each simulated release, where a change tries two of them. */

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'releases-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

for (const release of releaseNames) {
  test(`ids of ${release} are found in APKs built from its pages`, { skip: noAapt }, (t) =>
    idsAreFound(release, folderFor(t)),
  );
  for (const region of ['global', 'china'] as const)
    for (const signedIn of [true, false])
      test(`a bundle of ${release} ${region}, ${signedIn ? 'signed in' : 'without an account'}, played back, gives the survey of the phone it came from; flows on it reach its last page`, async (t) => {
        const folder = folderFor(t);
        const language = region === 'china' ? 'zh-CN' : 'bg';
        await playsBack({ release, region, language, ...(signedIn ? { account } : {}) }, folder);
        if (signedIn) await flowsEnd(await readRecording(join(folder, 'first.zip')), account);
      });
}

for (const file of HOSTILE)
  test(`a ${file.kind} is read or refused within 5 seconds and 500 MB: ${file.what}`, async () => {
    await areReadWithinBounds([file]);
  });

test('the matrix runs on a phone made of the survey that is recorded here', async (t) => {
  const folder = folderFor(t);
  const env = childEnvironment({ PLAYED_PHONES: 'recorded/simulated-hyperos-3', EVIDENCE_DIR: folder });
  const wdio = ['node_modules/@wdio/cli/bin/wdio.js', 'run', 'wdio.conf.ts', '--suite', 'matrix'];
  const { stdout } = await promisify(execFile)(process.execPath, wdio, {
    cwd: join(import.meta.dirname, '../..'),
    env,
  });
  assert.match(stdout, /matrix: 4 green$/m);
});
