import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountListError } from '../errors.ts';
import { accountLists, xiaomiAccounts } from './account.ts';
import type { Phone } from './adb.ts';
import { parseList } from './adb-list.ts';
import { parseAsFound } from './as-found.ts';
import { examinePhone } from './doctor/doctor.ts';
import { parseFacts } from './facts.ts';
import { identityIn } from './imei.ts';
import { installButton } from './install-dialog.ts';

const MB = 1024 * 1024;
const LONG = MB / 2;
const MARK = '@@mi-unbind:';

/**
 * What makes a pattern try again from each place. An answer of half a MB of them is read at once where the
 * steps grow with its length, and in minutes where they grow with its square.
 */
const PIECES = [
  ...[' ', '\n', '\n ', '\t', '1', 'a', '"', "'", ',', '*', '[', '{', '}', '1x', '0x', '00000000 '],
  ...['[a', '[a]: [', ']: [', ']: ', '<node ', '<node a="', 'a-', 'a=" ', '%', ' usb:1', ' device'],
  ...['User UserInfo{0:', 'User UserInfo{0:\nAccounts: 1\n', 'Account {name=', 'Account {name=\n'],
  ...[', type=', ', type= }\n', ', type=com.xiaomi}\n', 'Accounts: ', 'Device Owner', 'Device Owner:'],
  ...['mCurrentFocus=', 'mCurrentFocus=Window{', 'mCurrentFocus=Window{a a ', 'ActiveInstrumentation{'],
  ...['versionName=', 'versionName=1.', 'versionCode=', 'pkgName=', 'pkgName=a, bgControl=', MARK],
  ...[`${MARK}props\n[`, `${MARK}policy\n\n`, 'load average: ', 'com.miui.securitycenter/', 'level: '],
];

function longAnswers(): string[] {
  return PIECES.map((piece) => piece.repeat(Math.ceil(LONG / piece.length)));
}

const readers: Record<string, (answer: string) => unknown> = {
  accounts: accountLists,
  'as found': (answer) => parseAsFound(`${answer}${MARK}end`),
  'facts, at each question': (answer) => {
    const sections = ['props', 'account', 'policy', 'user', 'io.appium.settings', 'com.xiaomi.account'];
    for (const section of sections) {
      try {
        parseFacts(`${MARK}${section}\n${answer}\n${MARK}end`);
      } catch (error) {
        assert.ok(error instanceof AccountListError, String(error));
      }
    }
  },
  identity: identityIn,
  'the dialog of an install': installButton,
  "adb's list": (answer) => parseList(answer.slice(0, 65_535)),
};

for (const [name, read] of Object.entries(readers)) {
  test(`${name}: a long answer is read in steps that grow with its length alone, whatever it repeats`, () => {
    for (const answer of longAnswers()) read(answer);
  });
}

test('a doctor to whom a phone answers nonsense at length says what is wrong', async () => {
  for (const piece of PIECES.filter((one) => /[={]$/.test(one))) {
    const nonsense = piece.repeat(Math.ceil(MB / 16 / piece.length));
    const phone: Phone = {
      serial: 'a1b2c3d4',
      shell: (command) => {
        const marks = [...command.matchAll(/echo (@@\S+?)(?=;|$)/g)].map(([, mark = '']) => mark);
        const dump = 'User UserInfo{0:Owner:13}:\n  Accounts: 0\n\n';
        return Promise.resolve(
          marks.map((mark) => `${mark}\n${/account/.test(mark) ? dump : nonsense}\n`).join(''),
        );
      },
      pull: () => Promise.resolve(Buffer.from(nonsense)),
    };
    const findings = await examinePhone(phone, { patience: 600_000 });
    assert.ok(findings.some(({ verdict }) => verdict === 'fail'));
  }
});

test('a hundred thousand lists of one user are one list that is not complete', () => {
  const once = 'User UserInfo{0:Owner:13}:\n  Accounts: 1\n    Account {name=1, type=com.xiaomi}\n';
  const dump = once.repeat(100_000);
  const list = accountLists(dump).get(0);
  assert.equal(list?.isComplete, false);
  assert.equal(list.accounts.length, 100_000);
  assert.throws(() => xiaomiAccounts(dump), AccountListError);
});

test('an account name of a million characters, and one of a million lines, are read as they stand', () => {
  for (const name of ['x'.repeat(MB), 'x\n'.repeat(MB / 2).trim(), ', type=com.xiaomi'.repeat(MB / 16)]) {
    const dump = `User UserInfo{0:Owner:13}:\n  Accounts: 1\n    Account {name=${name}, type=com.xiaomi}\n\n`;
    assert.deepEqual(accountLists(dump).get(0), { accounts: [name], others: [], isComplete: true });
  }
});
