import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { run, saidSoFar, workFolder } from '../live/command.ts';
import { startSimAdb } from '../live/sim-adb.ts';
import { site, specs } from './sim.ts';

workFolder('sim');
const skip = process.platform === 'win32' ? 'a script stands for adb' : false;

interface Ready {
  phones: string[];
  which: {
    serial: string;
    serialno: string;
    imei: string;
    imei2: string;
    seed: number;
    account: string | null;
  }[];
  control: string;
  site?: string;
}

/** Starts phones, looks at them, and ends them as Ctrl-C does. */
async function started<T>(
  t: TestContext,
  words: readonly string[],
  look: (said: string) => Promise<T> | T,
): Promise<{ looked: T; code: number; stdout: string; stderr: string; asked: string[] }> {
  const adb = await startSimAdb(t, {});
  const lines = Object.entries(adb.env).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync('.env', `DATA_DIR=data\n${lines.join('')}`, { mode: 0o600 });
  const working = run(t, 'sim', ...words);
  while (!saidSoFar().includes('Ctrl-C ends them')) await new Promise((turn) => setImmediate(turn));
  try {
    const looked = await look(saidSoFar());
    process.emit('SIGINT');
    const { error, ...ran } = await working;
    assert.equal(error, undefined);
    return { ...ran, looked, asked: adb.asked };
  } catch (fault) {
    process.emit('SIGINT');
    throw fault;
  }
}

suite('sim', { skip }, () => {
  test('starts as many phones as are wanted, says which, and ends them on Ctrl-C', async (t) => {
    const { code, stdout, stderr, asked } = await started(
      t,
      ['--phones', '2', '--seed', '7'],
      () => undefined,
    );
    assert.equal(code, 0);
    const serials = stdout.trimEnd().split('\n');
    assert.equal(serials.length, 2);
    for (const serial of serials) {
      assert.match(serial, /^127\.0\.0\.1:\d+$/);
      assert.ok(asked.includes(`host:connect:${serial}`) && asked.includes(`host:disconnect:${serial}`));
    }
    const about = stderr.split('\n').filter((line) => line.startsWith('  '));
    assert.match(about[0] ?? '', /^ {2}account 623\d{7}; IMEI \d{15} and \d{15}; serial number \w+; seed 7$/);
    assert.match(about[1] ?? '', /; seed 10007$/);
    assert.match(stderr, /^2 simulated phones connected to adb; control: http:\/\/\S+; Ctrl-C ends them$/m);
  });

  test('as JSON says the serials when they are ready, which phones they are, and where they are controlled', async (t) => {
    const words = [
      '--account',
      '6230001535:secret',
      '--release',
      '10',
      '--language',
      'bg',
      '--fresh',
      '--json',
    ];
    const { stdout, stderr, looked } = await started(t, [...words, '--pace', 'instant'], async (said) => {
      const [, control = ''] = /control: (\S+);/.exec(said) ?? [];
      return (await (await fetch(`${control}/phones`)).json()) as unknown;
    });
    const { phones, which, control, site } = JSON.parse(stdout) as Ready;
    assert.deepEqual(
      which.map(({ serial, account }) => [serial, account]),
      [[phones[0], '6230001535']],
    );
    assert.match(`${which[0]?.imei} ${which[0]?.imei2}`, /^\d{15} \d{15}$/);
    assert.deepEqual([typeof control, site], ['string', undefined]);
    assert.match(stderr, /^1 simulated phone connected to adb; /);
    assert.deepEqual(looked, [{ serial: phones[0] }]);
  });

  test('starts no fewer phones than accounts, and the phones of a spec as they are described', async (t) => {
    const accounts = ['--account', '6230001535:a', '--account', '6230001536:b'];
    const two = await started(t, [...accounts, '--json'], () => undefined);
    assert.deepEqual(
      (JSON.parse(two.stdout) as Ready).which.map(({ account }) => account),
      ['6230001535', '6230001536'],
    );
    writeFileSync('specs.json', '[{"seed":5},{"account":{"id":"6230001537","password":"x"}}]');
    const { stdout, stderr } = await started(t, ['--spec', 'specs.json', '--json'], () => undefined);
    const { which } = JSON.parse(stdout) as Ready;
    assert.deepEqual(
      which.map(({ account }) => account),
      [null, '6230001537'],
    );
    assert.equal(which[0]?.seed, 5);
    assert.doesNotMatch(stderr, /no account/);
    const words = await started(t, ['--spec', 'specs.json'], () => undefined);
    assert.match(words.stderr, /^ {2}no account; IMEI .*; seed 5$/m);
  });

  test('plays a survey back, and names one that cannot be', async (t) => {
    const recorded = join(import.meta.dirname, '../../recorded/simulated-hyperos-3');
    const words = ['--from', recorded, '--phones', '2', '--seed', '3', '--pace', 'instant', '--json'];
    const { stdout } = await started(t, words, () => undefined);
    assert.deepEqual(
      (JSON.parse(stdout) as Ready).which.map(({ seed }) => seed),
      [3, 10_003],
    );
    for (const [file, why] of [
      ['nosuch.zip', 'it does not exist'],
      ['.', ''],
    ] as const) {
      const { code, error } = await run(t, 'sim', '--from', file);
      assert.equal(code, 2);
      assert.ok(error?.message.startsWith(`'${file}' cannot be played: ${why}`), error?.message);
      assert.equal(
        error?.hint,
        "name a ZIP that 'mi-unbind survey --bundle' made, or the folder of a survey",
      );
    }
  });

  test("has the account's web site beside its phones where that is wanted", async (t) => {
    const { stdout, stderr, looked } = await started(t, ['--site', '--json', '--seed', '4'], async (said) => {
      const [, site = ''] = /web site: (\S+);/.exec(said) ?? [];
      return (await fetch(site)).status;
    });
    assert.equal(looked, 200);
    assert.match((JSON.parse(stdout) as Ready).site ?? '', /^http:\/\//);
    assert.match(stderr, /connected to adb; web site: http:\S+; control: /);
  });
});

suite('the phones of a command line', () => {
  const wanted = { phones: 1, release: '14', region: 'global', language: 'en', account: [], pace: 'real' };
  const account = (id: string, password: string) => ({ id, password });

  test('are as it describes them, and have accounts to which codes can be sent', () => {
    const given = { ...wanted, account: [account('62300', 'a'), account('6230001535', 'b')] };
    const [short, long, ...more] = specs({ ...given, language: 'bg', region: 'china', pace: 'slow' });
    assert.deepEqual(more, []);
    assert.deepEqual(
      [short?.release, short?.region, short?.language, short?.pace, short?.helpers],
      ['14', 'china', 'bg', 'slow', 'current'],
    );
    const reached = (spec: typeof short) => {
      const { id, password, phone, email } = spec?.account ?? {};
      return [id, password, phone, email];
    };
    assert.deepEqual(reached(short), ['62300', 'a', '+359888062300', '62300@example.com']);
    assert.deepEqual(reached(long), ['6230001535', 'b', '+359888001535', '6230001535@example.com']);
    assert.deepEqual(short?.account?.syncedData, ['contacts', 'messages', 'gallery', 'notes']);
  });

  test('have accounts of their own, made from their seeds, where none is named', () => {
    const of = (seed?: number) => specs({ ...wanted, phones: 3, ...(seed && { seed }) });
    const ids = (all: ReturnType<typeof of>) => all.map((spec) => spec.account?.id ?? '');
    assert.deepEqual(
      of(7).map(({ seed }) => seed),
      [7, 10_007, 20_007],
    );
    assert.equal(new Set(ids(of(7))).size, 3);
    assert.deepEqual(ids(of(7)), ids(of(7)));
    for (const id of ids(of(7))) assert.match(id, /^623\d{7}$/);
    assert.equal(of(7)[0]?.account?.password, 'sim-password');
    assert.notDeepEqual(
      of().map(({ seed }) => seed),
      of().map(({ seed }) => seed),
      'others each time',
    );
  });

  test('lack the helper apps of Appium where they are fresh from the factory', () =>
    assert.equal(specs({ ...wanted, fresh: true })[0]?.helpers, 'none'));

  test('that cannot be are refused, with where their keys stand', () =>
    assert.throws(() => specs({ ...wanted, language: 'klingon' }), {
      message: /language/,
      hint: "see 'mi-unbind sim --help' and docs/simulator.md",
    }));

  test('have a site of their region and pace, or none', () => {
    assert.equal(site({ region: 'global', pace: 'real' }), undefined);
    const of = (pace: string, seed?: number) => {
      const made = site({ site: 'form', region: 'china', pace, ...(seed && { seed }) });
      return [made?.shape, made?.region, made?.pace, made?.seed];
    };
    assert.deepEqual(of('instant', 5), ['form', 'china', 'instant', 5]);
    assert.deepEqual(of('slow').slice(0, 3), ['form', 'china', 'real']);
  });
});
