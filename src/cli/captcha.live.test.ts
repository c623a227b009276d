import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RecoveryResult } from '../events.ts';
import { freePort } from '../port.ts';
import { LiveRig } from '../live/rig.ts';
import { storeEnds } from '../live/store-ends.ts';
import { proc } from '../live/program.ts';
import { LiveTerminal, terminalMissing } from '../live/terminal.ts';
import { webMissing } from '../live/web.ts';

const skip = webMissing || terminalMissing;

describe('a captcha on the site', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-captcha-'));
  const data = join(folder, 'data');
  const scratch = join(folder, 'tmp');
  const mark = `mark-${crypto.randomUUID()}`;
  let rig: LiveRig;
  let env: Record<string, string>;
  let accounts = 0;

  before(async () => {
    mkdirSync(scratch);
    const mail = await freePort();
    rig = await LiveRig.start([{ pace: 'instant' }], {}, [
      '--site',
      '--pace',
      'instant',
      '--mail',
      `smtp://127.0.0.1:${mail}`,
    ]);
    env = {
      DATA_DIR: data,
      ACCOUNT_SITE: rig.site,
      SMTP_LISTEN: String(mail),
      TMPDIR: scratch,
      MI_UNBIND_TEST: mark,
      NO_COLOR: '1',
    };
  });

  after(async () => {
    await rig?.stop();
    await storeEnds(data);
    rmSync(folder, { recursive: true });
  });

  /** A reset for an account of its own, on a site that wants a captcha. */
  async function reset(captcha: 'after-next' | 'after-code'): Promise<string[]> {
    const email = `lab+${++accounts}@example.com`;
    const account = { id: String(6_230_200_000 + accounts), password: 'forgotten-1', email };
    await rig.put(rig.serials[0] ?? '', { pace: 'instant', account });
    await rig.ask('PUT', 'site', { pace: 'instant', captcha });
    return [
      'reset-password',
      email,
      '--code-source',
      'smtp',
      '--by',
      'email',
      '--evidence',
      join(folder, 'runs'),
    ];
  }

  it('is shown to whoever sits at the terminal, and the run goes on with what they read', async () => {
    const terminal = new LiveTerminal(await reset('after-code'), env);
    await terminal.says(/type the characters in the picture \(5 min\): $/);
    const { owner } = (await rig.ask('GET', 'site')) as { owner: { captcha: string } };
    terminal.type(`${owner.captcha}\n`);
    assert.equal(await terminal.ended, 0, terminal.said);
    assert.match(terminal.said, /password changed/);
    const picture = /picture:\s*(\/\S+\.png)/.exec(terminal.said)?.[1] ?? '';
    assert.equal(statSync(picture).mode & 0o777, 0o600);
  });

  it('leaves nothing running and nothing behind when the person presses Ctrl-C instead', async () => {
    const terminal = new LiveTerminal(await reset('after-next'), env);
    await terminal.says(/\(5 min\): $/);
    terminal.type('\u0003');
    assert.equal(await terminal.ended, 1, terminal.said);
    assert.match(
      terminal.said,
      /stopped on request\.\s+The last page.*No code was asked for\. The new password had not been submitted\./,
    );
    // The database stays for some seconds.
    const browsers = () =>
      readdirSync('/proc').filter(
        (pid) => proc(pid, 'environ').includes(mark) && /chrom/.test(proc(pid, 'cmdline')),
      );
    assert.deepEqual([browsers(), readdirSync(scratch)], [[], []]);
  });

  it('ends the run for a person where there is no terminal', async () => {
    const { code, stdout, stderr } = await rig.run([...(await reset('after-next')), '--json'], { env });
    assert.equal(code, 3, stderr);
    const { outcome, reason, codeRequested, newPassword } = JSON.parse(stdout) as RecoveryResult;
    assert.deepEqual(
      [outcome, reason, codeRequested, newPassword],
      ['needs-person', 'captcha', false, 'not submitted'],
    );
    assert.match(stderr, /needs a person/);
  });
});
