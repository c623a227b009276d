import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PhoneSpec } from '../sim/spec.ts';
import { LiveRig, storeEnds } from '../live/rig.ts';
import { LiveTerminal, terminalMissing } from '../live/terminal.ts';

const PASSWORD = 'Right-pass1';

describe('what only a person can answer in the password dialog', { skip: terminalMissing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-person-'));
  const data = join(folder, 'data');
  const env = { DATA_DIR: data, NO_COLOR: '1', MI_PASSWORD: PASSWORD };
  const phone = (id: string, faults: PhoneSpec['faults']): PhoneSpec => ({
    ...{ pace: 'instant', helpers: 'current', faults },
    account: { id, password: PASSWORD, phone: '+359888123456', syncedData: ['contacts'] },
  });
  const args = (serial: string) => [
    'sign-out',
    serial,
    '--data',
    'keep',
    '--password-env',
    'MI_PASSWORD',
    '--evidence',
    join(folder, 'runs'),
  ];
  let rig: LiveRig;
  let asked: string, alone: string;

  before(async () => {
    rig = await LiveRig.start([
      phone('6230300001', ['captcha-at-once', 'second-factor']),
      phone('6230300002', ['captcha-at-once']),
    ]);
    [asked = '', alone = ''] = rig.serials;
  });

  after(async () => {
    await rig?.stop();
    await storeEnds(data);
    rmSync(folder, { recursive: true });
  });

  const submissions = async (serial: string) =>
    (await rig.witness(serial)).events.filter(({ kind }) => kind === 'password-submitted').length;
  const owner = async (serial: string) =>
    ((await rig.witness(serial)) as unknown as { owner: { captcha?: string; code?: string } }).owner;

  it('is asked at the terminal: captcha, then second factor, and the phone is signed out with one submission', async () => {
    const terminal = new LiveTerminal(args(asked), env);
    await terminal.says(/Type the characters in the picture \(5 min\): $/);
    const picture = /picture:\s*(\/\S+\.png)/.exec(terminal.said)?.[1] ?? '';
    assert.equal(statSync(picture).mode & 0o777, 0o600);
    const { captcha = '' } = await owner(asked);
    terminal.type(`${captcha}\n`);
    await terminal.says(/Type the code that was sent to the account's owner \(5 min\): $/);
    const { code = '' } = await owner(asked);
    terminal.type(`${code}\n`);
    assert.equal(await terminal.ended, 0, terminal.said);
    assert.match(terminal.said, /signed out/);
    assert.equal(await submissions(asked), 1);
    const written = readdirSync(join(folder, 'runs'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.png'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    for (const secret of [captcha, code, PASSWORD])
      assert.ok(secret.length > 3 && !written.includes(secret), 'a secret was written');
  });

  it('ends the run for a person where there is no terminal, with nothing submitted', async () => {
    const { code, stdout } = await rig.run([...args(alone), '--json'], { env });
    const { outcome, reason, passwordSubmitted } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, outcome, reason, passwordSubmitted], [3, 'needs-person', 'captcha', false]);
    assert.equal(await submissions(alone), 0);
  });
});
