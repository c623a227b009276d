import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { inspect } from 'node:util';
import {
  childEnvironment,
  CODES,
  hideSecrets,
  loadSettings,
  maskCodesInLogs,
  renderExample,
  runFolder,
  settingsWarnings,
  settingsWith,
  takeSecret,
  terminalPictures,
  variableMeant,
} from './config.ts';
import { readEnvFile } from './env-file.ts';
import { ConfigError, formatError } from '../errors.ts';

test('an empty environment gives the defaults', () => {
  const settings = Object.entries(loadSettings({})).filter(
    ([name, value]) => value !== undefined && !name.endsWith('Dir'),
  );
  assert.deepEqual(Object.fromEntries(settings), {
    adbServerPort: 5037,
    appiumPort: 0,
    appiumMemory: 1024,
    logLevel: 'warn',
    logFormat: 'text',
    lockCheck: 'none',
    lockCheckPaths: ['locked'],
    lockCheckInterval: 2,
    lockCheckBudget: 200,
    accountSite: 'https://account.xiaomi.com',
    codeBudget: 3,
    phoneTryRefusal: false,
    strictAccount: false,
    keepHelpers: false,
    requireNoGoogle: false,
    requireLockOff: false,
    holdDays: 30,
    reminderDays: 0,
    codeSenders: ['xiaomi.com', 'mi.com'],
    smsSenders: [],
    stationProxy: [],
    stationHosts: [],
    imapFolders: [],
    smsWebhookPreset: 'generic',
    smsWebhookParts: ['concat-ref', 'concat-part', 'concat-total'],
    smsWebhookFields: ['from', 'to', 'text', 'id'],
    path: '',
  });
});

test(
  "data lies in the user's own folder unless another is given",
  { skip: process.platform !== 'linux' && 'other systems, other folders' },
  () => {
    assert.equal(loadSettings({ XDG_DATA_HOME: '/home/lab/.data' }).dataDir, '/home/lab/.data/mi-unbind');
    assert.equal(loadSettings({}).dataDir, join(homedir(), '.local/share/mi-unbind'));
    assert.equal(loadSettings({ DATA_DIR: '/srv/data', XDG_DATA_HOME: '/x' }).dataDir, '/srv/data');
  },
);

test('a list is taken apart at its commas', () => {
  assert.deepEqual(loadSettings({ CODE_SENDERS: ' a@b.example, c.example,' }).codeSenders, [
    'a@b.example',
    'c.example',
  ]);
});

const nonsense: [name: string, value: string][] = [
  ['SMTP_LISTEN', 'nowhere'],
  ['SMTP_LISTEN', '70000'],
  ['IMAP_URL', 'http://mail.example'],
  ['HTTP_INBOX_URL', 'mailpit'],
  ['SMS_WEBHOOK_PRESET', 'pigeon'],
];
for (const [name, value] of nonsense) {
  test(`${name} '${value}' is refused with what it takes`, () => {
    assert.throws(() => loadSettings({ [name]: value }), new RegExp(`${name} is '${value}', and it takes `));
  });
}

test('a setting that holds a secret is neither shown nor quoted, and no child process inherits it', (t) => {
  const addresses = { DATABASE_URL: 'postgres://a:canary-3@b/c', AFTER_URL: 'https://b/hook?key=canary-6' };
  const secrets = { IMAP_PASSWORD: 'canary-1', STORE_KEY: 'canary-2', ...addresses };
  const settings = loadSettings(secrets);
  assert.equal(settings.imapPassword?.reveal(), 'canary-1');
  assert.doesNotMatch(inspect(settings) + JSON.stringify(settings), /canary/);
  assert.throws(
    () => loadSettings({ DATABASE_URL: 'mysql://a:canary-4@b/c' }),
    (error: Error) =>
      /DATABASE_URL is not right: it does not begin with postgres:\/\/; write it as postgres/.test(
        error.message,
      ) && !/canary/.test(error.message),
  );
  assert.throws(
    () => loadSettings({ SMTP_SEND_URL: 'https://a:canary-7@b' }),
    (error: Error) => /SMTP_SEND_URL is not right/.test(error.message) && !/canary/.test(error.message),
  );
  process.env.IMAP_PASSWORD = 'canary-5';
  t.after(() => delete process.env.IMAP_PASSWORD);
  assert.equal(childEnvironment().IMAP_PASSWORD, undefined);
  assert.equal(childEnvironment({ IMAP_PASSWORD: 'given' }).IMAP_PASSWORD, 'given');
});

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 'canary').toString('base64')}`;

test('HOOK_SECRET takes whsec_ and 24 to 64 bytes in base64', () => {
  for (const bytes of [24, 25, 32, 64])
    assert.equal(loadSettings({ HOOK_SECRET: secretOf(bytes) }).hookSecret?.reveal(), secretOf(bytes));
});

const REFUSED = {
  'a plain text': 'canary of the lab',
  'a plain text in base64': secretOf(32).replace('whsec_', ''),
  'too few bytes': secretOf(23),
  'too many bytes': secretOf(65),
  'base64 without its end': secretOf(32).replace(/=+$/, ''),
  base64url: `whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`,
  'a character too many': `${secretOf(24)}!`,
  'a public key': secretOf(32).replace('whsec_', 'whpk_'),
  'nothing after its mark': 'whsec_',
};
for (const [what, value] of Object.entries(REFUSED))
  test(`HOOK_SECRET refuses ${what}, does not quote it, and names the command that makes one`, () => {
    assert.throws(
      () => loadSettings({ HOOK_SECRET: value }),
      (error: Error) =>
        /HOOK_SECRET is not right, and it takes whsec_ and 24 to 64 random bytes.* node -p "/.test(
          error.message,
        ) && !error.message.includes(value.slice('whsec_'.length) || 'canary'),
    );
  });

test('the command that it names makes one', () => {
  let said = '';
  assert.throws(
    () => loadSettings({ HOOK_SECRET: 'x' }),
    (error: Error) => Boolean((said = error.message)),
  );
  const [, script = ''] = /node -p "([^"]+)"/.exec(said) ?? [];
  assert.doesNotMatch(script, /[$`!%\\]/, 'no shell reads more in it');
  const made = execFileSync(process.execPath, ['-p', script], { encoding: 'utf8' }).trim();
  assert.equal(loadSettings({ HOOK_SECRET: made }).hookSecret?.reveal(), made);
});

test('an empty value counts as not set', () => {
  assert.equal(loadSettings({ ANDROID_ADB_SERVER_PORT: '' }).adbServerPort, 5037);
});

test('values are read as what they are', () => {
  const settings = loadSettings({
    APPIUM_PORT: '4723',
    LOG_LEVEL: 'debug',
    PHONE_SERIAL: 'd1e2',
    PATH: '/bin',
  });
  assert.equal(settings.appiumPort, 4723);
  assert.equal(settings.logLevel, 'debug');
  assert.equal(settings.phoneSerial, 'd1e2');
  assert.equal(settings.path, '/bin');
});

test('settings cannot be changed', () => assert.ok(Object.isFrozen(loadSettings({}))));

test('all problems come in one error, each with the value and what fits', () => {
  const env = { APPIUM_PORT: '70000', ANDROID_ADB_SERVER_PORT: '0', LOG_LEVEL: 'loud' };
  assert.throws(
    () => loadSettings(env),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        "ANDROID_ADB_SERVER_PORT is '0', and it takes a port, 1 to 65535",
        "APPIUM_PORT is '70000', and it takes a port, 0 to 65535",
        "LOG_LEVEL is 'loud', and it takes one of silent, error, warn, info, debug",
      ]);
      return true;
    },
  );
});

test('.env.example is what the table says (npm run env:example writes it)', () => {
  assert.equal(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'), renderExample());
});

test('.env.example taken as .env changes nothing', () => {
  const read = readEnvFile(Buffer.from(renderExample()));
  assert.ok(!('fault' in read));
  const given = [...read.variables.values()].map(({ name, value }) => [name, value]);
  assert.deepEqual(loadSettings(Object.fromEntries(given) as Record<string, string>), loadSettings({}));
});

test('a password is taken out of the environment as a secret, and an unset or empty variable is none', () => {
  Object.assign(process.env, { TEST_PASSWORD: 'correct horse 1', TEST_EMPTY: '' });
  const secret = takeSecret('TEST_PASSWORD');
  assert.equal(secret?.reveal(), 'correct horse 1');
  assert.equal(String(secret), '[hidden]');
  assert.ok(!('TEST_PASSWORD' in childEnvironment()));
  assert.equal(takeSecret('TEST_EMPTY'), undefined);
  assert.equal(takeSecret('TEST_UNSET'), undefined);
});

test('.env in the working directory is read, the environment wins, and child processes see neither', async (t) => {
  const [folder, home] = [await mkdtemp(join(tmpdir(), 'config-')), process.cwd()];
  t.after(async () => {
    process.chdir(home);
    delete process.env.EVIDENCE_DIR;
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, '.env'), 'APPIUM_PORT=4799\nEVIDENCE_DIR=seven\nFROM_FILE="a # b"\n');
  process.chdir(folder);
  process.env.EVIDENCE_DIR = 'nine';
  assert.equal(loadSettings().appiumPort, 4799);
  assert.equal(loadSettings().evidenceDir, join(process.cwd(), 'nine'));
  assert.equal(takeSecret('FROM_FILE')?.reveal(), 'a # b');
  assert.equal(process.env.FROM_FILE, undefined);
});

test('a child process gets the changes and none of the secrets', () => {
  const env = childEnvironment({ ANDROID_HOME: '/sdk', MI_PASSWORD: 'correct horse 1' }, ['MI_PASSWORD']);
  assert.equal(env.ANDROID_HOME, '/sdk');
  assert.equal(env.PATH, process.env.PATH);
  assert.ok(!('MI_PASSWORD' in env));
});

const [folder, home] = [mkdtempSync(join(tmpdir(), 'config-')), process.cwd()];
const names = Object.keys(process.env);
before(() => process.chdir(folder));
afterEach(() => {
  rmSync('.env', { force: true, recursive: true });
  for (const name of Object.keys(process.env)) if (!names.includes(name)) delete process.env[name];
});
after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const dotenv = (text: string | Uint8Array, mode = 0o600) => {
  writeFileSync('.env', text);
  chmodSync('.env', mode);
};

/** What is said in place of a value. */
function said(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return formatError(error);
  }
  return assert.fail('it is taken');
}

suite('case e3: a secret in .env', () => {
  test('comes in whole, or is refused with its line and how it is written', () => {
    dotenv('# of the lab\nMI_PASSWORD=Lab#pass7\n');
    const words = said(() => takeSecret('MI_PASSWORD'));
    assert.match(
      words,
      /^MI_PASSWORD \(line 2 of \.env\): a '#' stands in it.* put the value in quotation marks, as in MI_PASSWORD='…'/,
    );
    assert.doesNotMatch(words, /Lab|pass7/);
    for (const quote of ["'", '"', '`']) {
      dotenv(`MI_PASSWORD=${quote}Lab#pass7${quote} # of the lab`);
      assert.equal(takeSecret('MI_PASSWORD')?.reveal(), 'Lab#pass7');
    }
  });

  test('is refused as a setting too, with a # or with a blank at an end', () => {
    for (const line of [
      'IMAP_PASSWORD=Lab#pass7',
      'IMAP_PASSWORD=Lab pass # 7',
      'IMAP_PASSWORD=Lab-pass7 ',
      'IMAP_PASSWORD= Lab-pass7',
      'IMAP_PASSWORD=Lab-pass7\u00a0',
      'IMAP_PASSWORD="Lab\\npass7"',
      'HOOK_SECRET=Lab#pass7',
      'STORE_KEY=Lab#pass7',
      'SMS_WEBHOOK_SECRET=Lab-pass7\u200b',
      'DATABASE_URL=postgres://lab:Lab#pass7@host/db',
    ]) {
      dotenv(line);
      const words = said(loadSettings);
      assert.match(
        words,
        new RegExp(`^One setting does not fit:\n {2}${line.split('=')[0]} \\(line 1 of \\.env\\)`),
      );
      assert.doesNotMatch(words, /Lab|pass7/);
    }
    dotenv("IMAP_PASSWORD=' Lab-pass7 '");
    assert.equal(loadSettings().imapPassword?.reveal(), ' Lab-pass7 ');
  });

  test('with a blank at an end is taken unquoted where blanks are kept', () => {
    dotenv('MI_PASSWORD=Lab-pass7 ');
    assert.match(
      said(() => takeSecret('MI_PASSWORD')),
      /ends with a space.*MI_PASSWORD='…'[^]*--keep-blanks/,
    );
    assert.equal(takeSecret('MI_PASSWORD', { keepBlanks: true })?.reveal(), 'Lab-pass7 ');
    dotenv('MI_PASSWORD = Lab-pass7');
    assert.equal(takeSecret('MI_PASSWORD')?.reveal(), 'Lab-pass7');
  });

  test('keeps no variable of another program from being what it is', () => {
    dotenv('COLOR=#fff\nTITLE="a" b\nAPPIUM_PORT=4799 # ours\n');
    assert.equal(loadSettings().appiumPort, 4799);
    dotenv('EVIDENCE_DIR=runs#7');
    assert.match(said(loadSettings), /EVIDENCE_DIR \(line 1 of \.env\): a '#' stands in it/);
  });
});

suite('a secret in the environment', () => {
  test('with a blank at an end or a control character is refused, as a password and as a setting', () => {
    for (const value of ['Lab-pass7 ', '\u3000Lab-pass7', 'Lab-pass7\n', 'Lab-pass7\r']) {
      process.env.MI_PASSWORD = value;
      assert.match(
        said(() => takeSecret('MI_PASSWORD')),
        /^MI_PASSWORD (begins|ends|holds)/,
      );
      assert.match(
        said(() => loadSettings({ IMAP_TOKEN: value })),
        /IMAP_TOKEN (begins|ends|holds)/,
      );
    }
    process.env.MI_PASSWORD = 'Lab-pass7 ';
    assert.equal(takeSecret('MI_PASSWORD', { keepBlanks: true })?.reveal(), 'Lab-pass7 ');
  });

  test('is inherited by no child process, whatever it is called, and ours still has it', () => {
    const secrets = {
      MI_PASSWORD2: 'canary-1',
      OWNER_PW: 'canary-2',
      NPM_TOKEN: 'canary-3',
      AWS_SECRET_ACCESS_KEY: 'canary-4',
      OTHER_DATABASE: 'postgres://lab:canary-5@host/db',
      IMAP_PASSWORD: 'canary-6',
    };
    const kept = { HTTP_PROXY: 'http://lab:proxy@host:3128', SSH_AUTH_SOCK: '/run/agent', LC_ALL: 'C.UTF-8' };
    Object.assign(process.env, secrets, kept);
    assert.doesNotMatch(JSON.stringify(childEnvironment()), /canary/);
    hideSecrets();
    assert.doesNotMatch(JSON.stringify(process.env), /canary/);
    for (const [name, value] of Object.entries(kept)) assert.equal(childEnvironment()[name], value);
    assert.equal(loadSettings().imapPassword?.reveal(), 'canary-6');
    assert.equal(takeSecret('MI_PASSWORD2')?.reveal(), 'canary-1');
    assert.equal(takeSecret('MI_PASSWORD2'), undefined, 'it is taken once');
  });
});

suite('what is odd about the settings', () => {
  const of = (text: string, env: Record<string, string> = {}, mode = 0o600) => {
    dotenv(text, mode);
    return settingsWarnings(env);
  };

  test('case e5: a name that is nearly a setting is pointed out, another program’s is not', () => {
    assert.deepEqual(
      of('IMAP_PASWORD=Lab-pass7\nSMTP_PASSWORD=x\nDEBUG=1\n', { SMS_WEBHOOK_LISTN: '1', PATH: '/bin' }),
      [
        'SMS_WEBHOOK_LISTN (in the environment) is no setting: did you mean SMS_WEBHOOK_LISTEN?',
        'IMAP_PASWORD (line 1 of .env) is no setting: did you mean IMAP_PASSWORD?',
      ],
    );
    assert.deepEqual(of('IMAP_PASSWORD=a\nIMAP_PASWORD=b\n'), [], 'the right one is set');
  });

  test('a name that stands twice and a line that gives nothing are reported', () => {
    const [twice, odd] = of('BENCH=a\nBENCH=b\nset BENCH=c\n');
    assert.match(twice ?? '', /^BENCH stands 2 times in \.env \(lines 1, 2\): the last one counts$/);
    assert.match(odd ?? '', /^line 3 of \.env gives no variable/);
  });

  test('secrets that others can read are reported', { skip: process.platform === 'win32' }, () => {
    const words = /others on this computer can read \.env.*chmod 600/;
    assert.match(of('MI_PASSWORD=a', {}, 0o644).join(), words);
    assert.match(of('DATABASE_URL=postgres://a:b@c/d', {}, 0o640).join(), words);
    assert.deepEqual(of('MI_PASSWORD=a', {}, 0o600), []);
    assert.deepEqual(of('BENCH=a\nMI_PASSWORD=', {}, 0o644), []);
  });

  test('a folder .env, as of Python, is none of ours', () => {
    mkdirSync('.env');
    assert.deepEqual(settingsWarnings({}), []);
    assert.equal(loadSettings().appiumPort, 0);
  });

  test('a variable that is nearly the one asked for is known', () => {
    dotenv('MI_PASSWORD=a');
    assert.equal(variableMeant('MI_PASWORD'), 'MI_PASSWORD');
  });
});

test('the name of the station is also read from BENCH, where STATION is not set', () => {
  assert.equal(loadSettings({ BENCH: 'desk-1' }).station, 'desk-1');
  assert.equal(loadSettings({ BENCH: 'desk-1', STATION: 'desk-2' }).station, 'desk-2');
});

suite('what this process says of its surroundings', () => {
  const given = (env: Record<string, string>) => {
    for (const name of ['KITTY_WINDOW_ID', 'TERM', 'TERM_PROGRAM']) delete process.env[name];
    Object.assign(process.env, env);
  };

  test('a terminal shows pictures as it says of itself, and one that does not say so shows none', (t) => {
    const { KITTY_WINDOW_ID, TERM, TERM_PROGRAM } = process.env;
    t.after(() => {
      given({});
      for (const [name, value] of Object.entries({ KITTY_WINDOW_ID, TERM, TERM_PROGRAM }))
        if (value !== undefined) process.env[name] = value;
    });
    const rows: [env: Record<string, string>, shows: string | undefined][] = [
      [{}, undefined],
      [{ TERM: 'xterm-256color' }, undefined],
      [{ KITTY_WINDOW_ID: '1' }, 'kitty'],
      [{ TERM: 'xterm-kitty' }, 'kitty'],
      [{ TERM_PROGRAM: 'ghostty' }, 'kitty'],
      [{ TERM_PROGRAM: 'iTerm.app' }, 'iterm'],
      [{ TERM_PROGRAM: 'WezTerm' }, 'iterm'],
      [{ TERM_PROGRAM: 'Apple_Terminal' }, undefined],
    ];
    for (const [env, shows] of rows) {
      given(env);
      assert.equal(terminalPictures(), shows, JSON.stringify(env));
    }
  });

  test('the folder of a run is a new one, which its workers find again', (t) => {
    t.after(() => delete process.env.MI_UNBIND_RUN_FOLDER);
    delete process.env.MI_UNBIND_RUN_FOLDER;
    const made = runFolder('/runs');
    assert.match(made, /^\/runs\/\d{8}T\d{6}Z-\d+$/);
    assert.equal(runFolder('/elsewhere'), made);
    assert.equal(childEnvironment().MI_UNBIND_RUN_FOLDER, made);
  });

  test('codes are masked in the log of WebdriverIO, once, behind the patterns of the user', (t) => {
    const before = process.env.WDIO_LOG_MASKING_PATTERNS;
    t.after(() => {
      delete process.env.WDIO_LOG_MASKING_PATTERNS;
      if (before !== undefined) process.env.WDIO_LOG_MASKING_PATTERNS = before;
    });
    for (const [own, all] of [
      [undefined, CODES],
      ['/hush/g', `/hush/g, ${CODES}`],
    ] as const) {
      delete process.env.WDIO_LOG_MASKING_PATTERNS;
      if (own !== undefined) process.env.WDIO_LOG_MASKING_PATTERNS = own;
      for (let time = 0; time < 2; time++) {
        maskCodesInLogs();
        assert.equal(process.env.WDIO_LOG_MASKING_PATTERNS, all);
      }
    }
  });
});

suite('a setting that another program hands over', () => {
  test('wins over the environment and over .env, and has to be a text of a name that there is', () => {
    dotenv('APPIUM_PORT=4799\nLOG_LEVEL=error\n');
    process.env.STATION = 'of the environment';
    const { appiumPort, logLevel, station } = settingsWith({ APPIUM_PORT: '4800', STATION: 'own' });
    assert.deepEqual([appiumPort, logLevel, station], [4800, 'error', 'own']);
    assert.equal(settingsWith({ APPIUM_PORT: undefined }).appiumPort, 4799);
    assert.equal(settingsWith({ STATION: '', BENCH: 'former' }).station, 'former');
    const wrong = said(() => settingsWith({ APPIUM_PORT: 1 as never, DATA_DIRS: 'x', BANANA: 'y' }));
    assert.match(
      wrong,
      /APPIUM_PORT has to be a text\n.*DATA_DIRS is no setting: did you mean DATA_DIR\?\n.*BANANA is no setting$/m,
    );
  });

  test('a .env that cannot be read is a fault of it, with why', () => {
    dotenv(Buffer.from([0x41, 0x3d, 0xc3, 0x28]));
    assert.match(said(loadSettings), /\.env cannot be read: it is not in UTF-8/);
  });
});
