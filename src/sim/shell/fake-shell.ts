import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fakeHandset } from './fake-handset.ts';
import type { StartUia2 } from './instrument.ts';
import { helperApks } from './package-helper-apks.ts';
import { install } from './package-install.ts';
import { Shell } from './shell.ts';

/** A shell on a fresh phone; `sh` gives what a line printed. */
export function shellOnPhone(
  props: Record<string, string> = {},
  startUia2: StartUia2 = () => (stream) => void stream.resume(),
) {
  const phone = fakeHandset(props);
  const shell = new Shell(phone, startUia2);
  const begin = (line: string, stdin: Readable = Readable.from([])) => {
    const host = new AbortController();
    const seen = { out: '', err: '' };
    const code = shell.run(line, {
      stdin,
      stdout: (chunk) => void (seen.out += Buffer.from(chunk as Uint8Array).toString('utf8')),
      stderr: (chunk) => void (seen.err += Buffer.from(chunk as Uint8Array).toString('utf8')),
      signal: host.signal,
    });
    return { seen, code, hangUp: () => host.abort(new Error('the host hung up')) };
  };
  const sh = async (line: string, stdin?: string) => {
    const { seen, code } = begin(
      line,
      stdin === undefined ? undefined : Readable.from([Buffer.from(stdin)], { objectMode: false }),
    );
    return { code: await code, ...seen };
  };
  return { phone, shell, sh, begin };
}

export const INSTRUMENT =
  'am instrument -w -e disableAnalytics true io.appium.uiautomator2.server.test/androidx.test.runner.AndroidJUnitRunner';

export function withHelpers(phone: ReturnType<typeof fakeHandset>) {
  for (const { path } of Object.values(helperApks))
    assert.equal(install(phone, readFileSync(path), { replace: true, downgrade: false }), 'Success');
}
