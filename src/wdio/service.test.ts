import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { CODES, loadSettings } from '../config/config.ts';
import { overhear, workFolder } from '../live/command.ts';
import { startSimAdb, type SimAdb } from '../live/sim-adb.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { secretsOf, startPhones, type PhonesWanted } from './phones.ts';
import { RIG, rigOf, type PhoneRig } from './rig.ts';
import MiUnbindService, { type MiUnbindOptions } from './service.ts';

const folder = workFolder('wdio');
const unlessWindows = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

async function attach(
  t: TestContext,
  phones: Readonly<Record<string, PhoneSpec | string>>,
): Promise<SimAdb & { settings: Record<string, string> }> {
  const adb = await startSimAdb(t, phones);
  const settings = { ...adb.env, DATA_DIR: join(folder, 'data'), EVIDENCE_DIR: join(folder, 'runs') };
  return { ...adb, settings };
}

const RIGGED: PhoneRig = {
  ...{ serial: 'a1', adb: 5037, control: 'http://127.0.0.1:1', evidence: '/runs/1', hold: '' },
  ...{ index: 0, phones: 1 },
};

suite('the phone of a session', () => {
  test('is what the first process has said of it', () =>
    assert.equal(rigOf({ platformName: 'Android', [RIG]: RIGGED }), RIGGED));

  test('is missed in a session that the service has not made, with the options that give one', () =>
    assert.throws(() => rigOf({ platformName: 'Android' }), {
      name: 'TypeError',
      message: 'The session has no phone of the service: see its options sims and phones.',
    }));
});

suite('the service', () => {
  const made = (options: MiUnbindOptions, config: Record<string, unknown> = {}) =>
    new MiUnbindService(options, {}, config);

  test('has codes masked in all that WebdriverIO writes, beside the own patterns of the suite', () => {
    const [bare, own] = [{ maskingPatterns: '' }, { maskingPatterns: '/hush/g' }];
    made({}, bare);
    made({}, own);
    assert.deepEqual([bare.maskingPatterns, own.maskingPatterns], [CODES, `/hush/g, ${CODES}`]);
  });

  test('keeps what is typed out of the own steps of Allure, and leaves other reporters as they are', () => {
    const junit = ['junit', { outputDir: 'x' }];
    const config = { reporters: ['spec', junit, 'allure', ['allure', { outputDir: 'y' }]] };
    made({}, config);
    const quiet = { disableWebdriverStepsReporting: true, disableWebdriverScreenshotsReporting: true };
    assert.deepEqual(config.reporters, [
      'spec',
      junit,
      ['allure', quiet],
      ['allure', { outputDir: 'y', ...quiet }],
    ]);
    assert.equal(config.reporters[1], junit);
  });

  test('says of a setting that does not fit what it takes, in the message alone', () =>
    assert.throws(
      () => made({ settings: { APPIUM_PORT: 'four' } }),
      (error: Error) => {
        assert.match(error.message, /APPIUM_PORT is 'four', and it takes a port, 0 to 65535/);
        assert.ok(error.cause instanceof Error);
        return true;
      },
    ));

  test('ends the run where it has no phone, before any worker starts', unlessWindows, async (t) => {
    const { settings } = await attach(t, {});
    const list = [{ browserName: 'x' }];
    const config = { suite: ['all'] };
    let asked: unknown;
    const service = made({ settings, sims: (given) => ((asked = given), []) });
    await assert.rejects(service.onPrepare(config, list), (error: Error) => {
      assert.equal(error.name, 'SevereServiceError');
      assert.match(
        error.message,
        /^The service has no phone\.\n→ give it sims: .* or played: .*phones: 'attached'$/,
      );
      return true;
    });
    assert.equal(asked, config, 'what makes the phones gets what the command line asked for');
    assert.deepEqual(list, [{ browserName: 'x' }]);
    const [run = ''] = readdirSync(join(folder, 'runs', 'specs')).filter((name) => name !== 'latest');
    assert.match(run, /^\d{8}T\d{6}Z-\d+$/, 'the run has a folder');
  });

  test('has nothing to begin, to take and to end where no phone came', async () => {
    const service = made({});
    await service.beforeTest();
    await service.afterTest();
    await service.after();
    await service.onComplete();
  });

  test('a worker ends with its launcher, and knows the secrets before the suite takes them', (t) => {
    const once = t.mock.method(process, 'once', () => process);
    const exit = t.mock.method(process, 'exit', () => undefined as never);
    made({ sims: [{ account: { id: '6230001535', password: 'x' } }] }).beforeSession();
    const [event, hear] = once.mock.calls[0]?.arguments as unknown as [string, () => void];
    assert.equal(event, 'disconnect');
    hear();
    assert.deepEqual(exit.mock.calls[0]?.arguments, [1]);
  });
});

suite('what stands in no log', () => {
  test('is PHONE_PASSWORD, what the named variables hold, and each password of a simulated account', (t) => {
    const before = readFileSync('.env', 'utf8');
    t.after(() => writeFileSync('.env', before));
    writeFileSync('.env', `${before}PHONE_PASSWORD=Kanarie-1\nOTHER=Kanarie-2\nTHIRD=Kanarie-3\n`);
    const sims = [{ account: { id: '6230001535', password: 'Kanarie-4' } }, {}] as PhoneSpec[];
    const of = (...names: string[]) => secretsOf(sims, names).map((one) => one.reveal());
    assert.deepEqual(of('OTHER', 'UNSET'), ['Kanarie-4', 'Kanarie-1', 'Kanarie-2']);
    assert.deepEqual(secretsOf([], []).map(String), ['[hidden]']);
  });
});

suite('phones for a suite', unlessWindows, () => {
  const wanted = (settings: Record<string, string>, more: Partial<PhonesWanted>): PhonesWanted => ({
    ...{ settings: loadSettings(settings), sims: [], phones: undefined, played: [], hide: [] },
    ...{ evidence: join(folder, 'evidence'), say: () => undefined },
    ...more,
  });

  test('an attached one that cannot be worked on is left out, with why and what to do', async (t) => {
    const { settings } = await attach(t, { a1: 'unauthorized', b2: 'offline' });
    const said: string[] = [];
    const starting = startPhones(wanted(settings, { phones: 'attached', say: (line) => said.push(line) }));
    await assert.rejects(starting, /The service has no phone/);
    assert.match(said.join('\n'), /^! a1 is left out: \S.* → \S.*\n! b2 is left out: \S.* → \S/);
  });

  test('a file that cannot be played is named, with what can be', async (t) => {
    const { settings } = await attach(t, {});
    for (const [file, why] of [
      ['nosuch.zip', 'it does not exist'],
      ['.', 'it '],
    ] as const)
      await assert.rejects(
        startPhones(wanted(settings, { played: [file] })),
        (error: Error & { hint: string }) => {
          assert.ok(error.message.startsWith(`'${file}' cannot be played: ${why}`), error.message);
          assert.equal(
            error.hint,
            "name a ZIP that 'mi-unbind survey --bundle' made, or the folder of a survey",
          );
          return true;
        },
      );
  });

  test('what was started is ended where a later phone cannot be had', async (t) => {
    const { settings, asked } = await attach(t, {});
    const said = overhear(t);
    const sims: PhoneSpec[] = [{ pace: 'instant' }];
    const starting = startPhones(wanted(settings, { sims, phones: ['nosuch'] }));
    await assert.rejects(starting);
    said.end();
    const of = (what: string) => asked.filter((one) => one.startsWith(`host:${what}:127.0.0.1:`)).length;
    assert.deepEqual([of('connect'), of('disconnect')], [1, 1]);
    assert.ok(!existsSync(join(folder, 'evidence', 'appium.log')), 'Appium was not started');
  });
});
