import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { AdbServer } from '../phone/adb.ts';
import { attachment, examinePhone, quickDoctor } from '../phone/doctor/doctor.ts';
import type { Finding } from '../phone/doctor/finding.ts';
import { readFacts } from '../phone/facts.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import type { WorldPhone } from '../sim/world.ts';
import { HEALTHY, troubles } from '../live/healthy-phone.ts';
import { becomes, adb } from '../live/rig.ts';
import { LiveProgram } from '../live/program.ts';
import { storeEnds } from '../live/store-ends.ts';
import { startSims } from '../runs/sims.ts';

/** What a phone suffers from, and what the doctor says of it. More of them: src/fuzz/doctor-asked.whole.test.ts. */
const ills: [what: string, spec: PhoneSpec, says: string[]][] = [
  ['nothing', {}, []],
  ['input that is denied', { faults: ['inject-events-denied'] }, ['input: fail']],
  ['a log that is silent', { faults: ['silent-logcat'] }, ['log: warn']],
  ['a screen that is off', { screen: 'off' }, ['screen: warn']],
  ['another maker', { brand: 'samsung' }, ['maker: fail', 'labels: fail']],
];

test('the doctor names what a phone suffers from, and nothing else', async (t) => {
  const sims = await startSims([HEALTHY], loadSettings());
  t.after(() => sims[Symbol.asyncDispose]());
  const { server, world } = sims;
  const sick = world.phones[0] as WorldPhone;
  const phone = server.phone(sick.serial);
  for (const [what, spec, expected] of ills) {
    await t.test(what, async () => {
      sick.reset({ ...HEALTHY, ...spec });
      await sick.phone.quiet();
      const findings = await examinePhone(phone);
      assert.deepEqual(troubles(findings).sort(), [...expected].sort(), JSON.stringify(findings));
      const quick = await quickDoctor(phone, await readFacts(phone));
      assert.deepEqual(
        troubles(quick),
        troubles(findings).filter((one) => quick.some(({ check }) => one.startsWith(`${check}:`))),
        'the quick form says the same',
      );
      assert.deepEqual(sick.unknown, []);
    });
  }

  await t.test('a hang, within the patience that is given', async () => {
    sick.reset({ ...HEALTHY, faults: ['hang'] });
    assert.deepEqual(troubles(await examinePhone(phone, { patience: 200 })), ['answers: fail']);
  });

  await t.test('the menus in the words of the phone', async () => {
    sick.reset({ ...HEALTHY, language: 'bg', toggles: { input: false } });
    const input = (await examinePhone(phone)).find(({ check }) => check === 'input');
    assert.match(
      JSON.stringify(input),
      /Настройки → Допълнителни настройки → Опции за разработчици: turn on/,
    );
  });

  await t.test('a cable that is pulled, and back', async () => {
    sick.reset(HEALTHY);
    sick.unplug();
    await becomes(sick.serial, 'offline');
    assert.match(JSON.stringify(await attached(server, sick.serial)), /"fail","what":"offline/);
    await sick.plug();
    await adb('disconnect', sick.serial);
    // adb takes it off its list a moment later.
    await becomes(sick.serial, undefined);
    assert.match(JSON.stringify(await attached(server, sick.serial)), /not in the list of adb/);
    await adb('connect', sick.serial);
    await becomes(sick.serial, 'device');
    assert.equal(await attached(server, sick.serial), undefined);
    assert.deepEqual(troubles(await examinePhone(phone)), []);
  });
});

async function attached(server: AdbServer, serial: string) {
  return attachment(serial, await server.phones());
}

test('mi-unbind doctor tells all phones in one JSON object, and --fix mends what is safe', async (t) => {
  const asking: PhoneSpec = { ...HEALTHY, helpers: 'none', screen: 'off', installDialog: true };
  const sims = await startSims([asking, { ...HEALTHY, authorized: false }, HEALTHY], loadSettings());
  t.after(() => sims[Symbol.asyncDispose]());
  const [mended, unauthorized, healthy] = sims.world.phones as [WorldPhone, WorldPhone, WorldPhone];
  const serials = [mended, unauthorized, healthy].map(({ serial }) => serial);

  // What is mended is held meanwhile, which needs a database.
  const dataDir = mkdtempSync(join(tmpdir(), 'mi-unbind-doctor-'));
  t.after(async () => {
    await storeEnds(dataDir);
    rmSync(dataDir, { recursive: true });
  });
  const env = { DATA_DIR: dataDir };
  const run = (...args: string[]) => new LiveProgram(['doctor', ...args], { env }).ended;
  const [{ code, stdout }, said] = await Promise.all([
    run(...serials, '--fix', '--json'),
    run(healthy.serial),
  ]);
  const report = JSON.parse(stdout) as {
    ok: boolean;
    host: Finding[];
    phones: { serial: string; findings: Finding[]; fixed: string[] }[];
  };
  assert.deepEqual(
    report.phones.map(({ serial, findings }) => [serial, troubles(findings)]),
    [
      [mended.serial, []],
      [unauthorized.serial, ['attached: fail']],
      [healthy.serial, []],
    ],
  );
  assert.deepEqual([code, report.ok], [1, false]);
  assert.deepEqual(report.phones[0]?.fixed, [
    'the screen was woken up',
    "Appium's helper apps were installed",
  ]);
  // The question came three times, once for each app, and was answered with Install.
  const answers = mended.phone.events
    .filter(({ kind }) => kind === 'install-answered')
    .map(({ detail }) => detail?.['install']);
  assert.deepEqual(answers, [true, true, true]);
  for (const { phone } of [mended, healthy]) assert.equal(phone.account?.id, '6230001535');

  assert.equal(said.code, 0, said.stdout);
  assert.match(said.stdout, /^This computer\n {2}✔ Node .*\n/);
  assert.match(said.stdout, /\d+ in order, \d+ warnings?, 0 faults\n$/);
  assert.match(said.stderr, /only the account service knows: captcha, second factor/);
});
