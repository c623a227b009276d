import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { becomes, LiveRig, parseResult } from '../live/rig.ts';
import type { ProgramSurroundings } from '../live/program.ts';

const account = { id: '6230001535', password: 'Right-pass1', syncedData: ['contacts' as const] };
const phone = { pace: 'instant', helpers: 'current', account } as const;

describe('what mi-unbind cannot work with', () => {
  let rig: LiveRig;
  let own: string, unauthorized: string, offline: string, samsung: string, two: string, managed: string;
  before(async () => {
    rig = await LiveRig.start([
      phone,
      { ...phone, authorized: false },
      phone,
      { ...phone, brand: 'Samsung' },
      { ...phone, otherAccounts: [{ name: '6230009999', type: 'com.xiaomi' }] },
      { ...phone, managed: true },
    ]);
    [own = '', unauthorized = '', offline = '', samsung = '', two = '', managed = ''] = rig.serials;
    await rig.unplug(offline);
    await becomes(offline, 'offline');
  });
  after(() => rig?.stop());

  /**
   * Runs it with `--json` and expects: its exit code, these words for people and for scripts, and not one
   * event on any phone.
   */
  const refuses = async (
    args: string[],
    code: string,
    words: { says: string; hint: string | RegExp; exit?: number },
    surroundings?: ProgramSurroundings,
  ) => {
    const events = () => Promise.all(rig.serials.map(async (serial) => (await rig.witness(serial)).events));
    const untouched = await events();
    const { code: exit, stdout, stderr } = await rig.run([...args, '--json'], surroundings);
    const result = parseResult(stdout);
    assert.deepEqual([result.outcome, result.reason, result.passwordSubmitted], ['error', code, false]);
    assert.equal(result.message, words.says);
    const { hint = '' } = result;
    if (typeof words.hint === 'string') assert.equal(hint, words.hint);
    else assert.match(hint, words.hint);
    const shown = [
      words.says,
      ...(['usage', 'config'].includes(code) ? [] : ['Nothing was changed on the phone.']),
      `→ ${hint}\n`,
    ];
    assert.ok(stderr.includes(shown.join('\n')), stderr);
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
    assert.equal(exit, words.exit ?? 2);
    assert.deepEqual(await events(), untouched);
  };
  const signOut = (serial: string, ...more: string[]) => [
    'sign-out',
    serial,
    '--data',
    'keep',
    ...(more.length > 0 ? more : ['--no-password']),
  ];

  it('answers an unknown serial with those that are attached', async () => {
    // In any order, and others may be attached too.
    const all = rig.serials.map((serial) => `(?=.* ${serial})`).join('');
    await refuses(signOut('d1e2f3'), 'unknown-phone', {
      says: "No phone with the serial 'd1e2f3' is attached.",
      hint: new RegExp(`^attached:${all}`),
    });
  });

  it('says what to tap on a phone that is unauthorized', () =>
    refuses(signOut(unauthorized), 'unauthorized-phone', {
      exit: 3,
      says: `The phone '${unauthorized}' has not allowed this computer to debug it.`,
      hint: "unlock the phone, tick 'Always allow from this computer' in the dialog 'Allow USB debugging?' and tap OK. No dialog: unplug the cable and plug it in again",
    }));

  it('says how to bring back a phone that is offline', () =>
    refuses(signOut(offline), 'offline-phone', {
      exit: 1,
      says: `adb knows the phone '${offline}' but gets no answer from it (offline).`,
      hint: `run 'adb disconnect ${offline}', then 'adb connect ${offline}'`,
    }));

  it('leaves a phone of another maker alone', () =>
    refuses(signOut(samsung), 'not-xiaomi', {
      says: `The phone '${samsung}' is not a MIUI or HyperOS phone: its maker is 'Samsung'.`,
      hint: "check the serial with 'mi-unbind phones'",
    }));

  it('leaves a phone with two Mi Accounts alone', () =>
    refuses(signOut(two), 'two-accounts', {
      exit: 3,
      says: `The phone '${two}' holds 2 Mi Accounts for its main user, and one was expected.`,
      hint: 'sign out all but one in Settings on the phone, then run this again',
    }));

  it('leaves a managed phone alone', () =>
    refuses(signOut(managed), 'managed-phone', {
      exit: 1,
      says: `The phone '${managed}' is managed by 'com.example.mdm', which decides about its accounts.`,
      hint: 'ask the administrator of the phone to release it, then run this again',
    }));

  it("names the password's variable when it is empty", () =>
    refuses(
      signOut(own, '--password-env', 'THE_PASSWORD'),
      'usage',
      {
        says: "The variable 'THE_PASSWORD' is not set or is empty.",
        hint: 'set it: read -rs THE_PASSWORD && export THE_PASSWORD',
      },
      { env: { THE_PASSWORD: '' } },
    ));

  it('refuses a password on standard input that would not come in whole', () =>
    refuses(
      signOut(own, '--password-stdin'),
      'usage',
      {
        says: 'The password from standard input ends with a space.',
        hint: /^pipe it in without it; nothing was tried with it\. --keep-blanks/,
      },
      { input: 'Right-pass1 \n' },
    ));

  it('wants a password on standard input when it is to look there', () =>
    refuses(
      signOut(own, '--password-stdin'),
      'usage',
      {
        says: 'Standard input holds no password.',
        hint: 'pipe it in: printf \'%s\' "$PASSWORD" | mi-unbind sign-out …',
      },
      { input: '\n' },
    ));

  it('refuses a command line that asks for two things at once', () =>
    refuses(signOut(own, '--password-env', 'X', '--no-password'), 'usage', {
      says: '--password-env and --no-password exclude each other.',
      hint: 'give one of them',
    }));

  it('lists all settings that do not fit', () =>
    refuses(
      signOut(own),
      'config',
      {
        says: "2 settings do not fit:\n  APPIUM_PORT is 'four', and it takes a port, 0 to 65535\n  LOG_LEVEL is 'loud', and it takes one of silent, error, warn, info, debug",
        hint: 'correct them in the environment or in .env',
      },
      { env: { APPIUM_PORT: 'four', LOG_LEVEL: 'loud' } },
    ));

  it("names Appium's port when another program has it", async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await refuses(
        signOut(own),
        'appium-port-taken',
        {
          says: `Port ${port} is taken by another program, so Appium cannot listen on it.`,
          hint: 'stop that program, or set APPIUM_PORT to another port (0 takes a free one)',
        },
        { env: { APPIUM_PORT: String(port) } },
      );
    } finally {
      other.close();
    }
  });

  it('says that adb is needed where there is none, and touches nothing', async () => {
    const nothing = join(rig.folder, 'no-programs');
    mkdirSync(nothing);
    const { code, stdout, stderr } = await rig.run([...signOut(own), '--json'], {
      env: { PATH: nothing, ANDROID_HOME: '', ANDROID_SDK_ROOT: '' },
    });
    // Where it may install adb it tries that first, and there is no installer on this PATH either.
    assert.match(stderr, /^adb is needed and not installed/m);
    assert.equal(parseResult(stdout).reason, 'host-tool');
    assert.equal(code, 2);
  });

  it('says it to people on stderr alone when no script listens', async () => {
    const { code, stdout, stderr } = await rig.run(signOut('d1e2f3'));
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^✘ d1e2f3 failed \(\d+\.\d s\)\nNo phone with the serial 'd1e2f3' is attached\.\n/);
  });
});

test('mi-unbind sim and phones: what one starts the other lists, until Ctrl-C, which the launcher of an older Node passes on', async () => {
  const rig = await LiveRig.start(
    [
      { ...phone, language: 'bg' },
      { ...phone, authorized: false },
    ],
    { node: 'node' },
  );
  try {
    const [signedIn = '', unauthorized = ''] = rig.serials;
    const { code, stdout } = await rig.run(['phones', '--json']);
    assert.equal(code, 0);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    const [first, second] = rig.serials.map((serial) => rows.find((row) => row.serial === serial));
    const { imeis } = await rig.witness(signedIn);
    const about = { model: '2201117TG', release: 'MIUI 14', region: 'global', language: 'bg-BG' };
    assert.deepEqual(first, {
      serial: signedIn,
      state: 'device',
      ...about,
      signedIn: true,
      imeis,
      account: '********35',
    });
    assert.deepEqual([second?.serial, second?.state], [unauthorized, 'unauthorized']);
    const table = (await rig.run(['phones'])).stdout;
    assert.match(table, /^SERIAL +STATE +MODEL +RELEASE +REGION +LANGUAGE +MI ACCOUNT +IMEI$/m);
    const row = `^${signedIn} +device +2201117TG +MIUI 14 +global +bg-BG +signed in: \\*{8}35 +${imeis.join(' ')}$`;
    assert.match(table, new RegExp(row, 'm'));
    assert.match(table, new RegExp(`^${unauthorized} +unauthorized$`, 'm'));
  } finally {
    await rig.stop();
  }
});
