import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../../errors.ts';
import type { Phone } from '../adb.ts';
import { attachment, examinePhone, quickDoctor } from './doctor.ts';
import { found, ok, thrown } from './finding.ts';
import { ENGLISH, readMenus } from './menus.ts';
import { parseFacts } from '../facts.ts';

const MARK = '@@mi-unbind:';
const ACCOUNTS = 'User UserInfo{0:Owner:13}:\n  Accounts: 0\n';

interface Answers {
  /** Strings of the phone by name; a phone without any does not tell them. */
  words?: Record<string, string>;
  sdk?: number;
  /** What it says to each question of the doctor. */
  said?: (line: string) => string;
}
/** A phone of Android 12 that answers. */
function phoneOf({ words = {}, sdk = 33, said = () => '' }: Answers = {}) {
  const asked: string[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const phone: Phone = {
    serial: 'X1',
    pull: () => Promise.reject(new Error('nothing is pulled')),
    async shell(line, signal) {
      asked.push(line);
      signals.push(signal);
      if (line.startsWith(`echo ${MARK}props`))
        return `${MARK}props\n[ro.build.version.sdk]: [${sdk}]\n[ro.miui.ui.version.name]: [V140]\n[persist.sys.locale]: [bg-BG]\n${MARK}account\n${ACCOUNTS}${MARK}end\n`;
      if (line.startsWith('cmd overlay'))
        return [...line.matchAll(/string\/(\w+)/g)]
          .map(([, name = '']) => (words[name] === undefined ? '@@missing\n' : `${words[name]}\n@@found\n`))
          .join('');
      if (!line.startsWith(`echo ${MARK};`)) return '';
      return line
        .split(`echo ${MARK}`)
        .slice(1)
        .map((part) => (part === 'end' ? `${MARK}end\n` : `${MARK}\n${said(part.slice(2))}`))
        .join('');
    },
  };
  return { phone, asked, signals };
}
const REFUSED = (line: string) => (line.includes('keyevent') ? 'INJECT_EVENTS\n' : '');

test('a phone that answers is said to, first, and last whether it tells its labels', async () => {
  const findings = await examinePhone(phoneOf({ words: { logout_account: 'Отписване' } }).phone);
  assert.deepEqual(findings[0], { check: 'answers', verdict: 'ok', what: 'it answers' });
  assert.deepEqual(findings.at(-1), {
    check: 'labels',
    verdict: 'ok',
    what: "it tells its labels: 'Отписване'",
  });
  assert.ok(findings.length > 5);
});

test('a phone that does not tell its labels is said to, with what to do', async () => {
  assert.deepEqual((await examinePhone(phoneOf().phone)).at(-1), {
    check: 'labels',
    verdict: 'fail',
    what: 'it does not tell its labels (bg-BG)',
    why: 'what stands on the screen is reported by them, in any language',
    todo: "choose English in the phone's settings, and see whether the app com.xiaomi.account is installed",
  });
});

test('the way to a switch is in the words of the phone, and is not asked for where all is well', async () => {
  const words = {
    settings_label: 'Настройки',
    development_settings_title: 'За разработчици',
    keep_screen_on: '',
  };
  const way = 'Настройки → Additional settings → За разработчици: turn on';
  const { phone } = phoneOf({ words, said: REFUSED });
  const input = (await examinePhone(phone)).find(({ check }) => check === 'input');
  assert.ok(input && 'todo' in input && input.todo.startsWith(way), JSON.stringify(input));
  const facts = parseFacts(`${MARK}account\n${ACCOUNTS}`);
  const quick = async (sdk: number, said: Answers['said']) => {
    const { phone: one, asked } = phoneOf({ words, ...(said ? { said } : {}) });
    const todo = (await quickDoctor(one, { ...facts, sdk })).map(
      (finding) => 'todo' in finding && finding.todo,
    );
    return [asked.length, todo.some((text) => text !== false && text.startsWith(way))];
  };
  assert.deepEqual(await quick(31, REFUSED), [2, true]);
  assert.deepEqual(await quick(30, REFUSED), [1, false], 'an app would be pulled for them');
  assert.deepEqual(await quick(31, undefined), [1, false]);
});

test('an error that says what is the matter with a phone is a finding, another one asks for a restart', async () => {
  const failing = (fault: Error): Phone => ({ ...phoneOf().phone, shell: () => Promise.reject(fault) });
  const why = 'without it nothing can be said of the phone';
  const [finding, ...more] = await examinePhone(failing(new Error('broken')));
  assert.deepEqual(
    [finding, more],
    [{ check: 'answers', verdict: 'fail', what: 'broken', why, todo: 'restart the phone' }, []],
  );
  const unfit = Object.assign(new Error('unfit'), { hint: 'mend it' });
  assert.deepEqual(await examinePhone(failing(unfit)), [
    { check: 'answers', verdict: 'fail', what: 'unfit', why, todo: 'mend it' },
  ]);
});

test('a phone that is lost meanwhile is said to be as adb knows it, and silent where adb has it', async () => {
  const losing = (loss: Awaited<ReturnType<NonNullable<Phone['loss']>>>): Phone => ({
    ...phoneOf().phone,
    shell: () => Promise.reject(new PhoneLostError('X1', { passwordSubmitted: false })),
    loss: () => Promise.resolve(loss),
  });
  const [offline] = await examinePhone(losing('offline'));
  assert.equal(offline?.check, 'answers');
  assert.ok(offline && 'why' in offline);
  assert.equal(offline.why, 'it was lost while it was looked at, so nothing more is known of it');
  assert.doesNotMatch(offline.what, /X1|\.$/);
  for (const loss of ['silent', undefined] as const)
    assert.deepEqual(await examinePhone(losing(loss)), [
      {
        check: 'answers',
        verdict: 'fail',
        what: 'no answer within 20 s, or gone in the middle',
        why: 'it takes commands and does not answer them, or was unplugged',
        todo: 'unplug it and plug it in again; if that does not help, restart it',
      },
    ]);
});

test('a doctor who is stopped says nothing', async () => {
  const stop = new Error('stopped');
  const { phone } = phoneOf();
  const ended = { ...phone, shell: () => Promise.reject(stop) };
  await assert.rejects(examinePhone(ended, { signal: AbortSignal.abort(stop) }), stop);
});

test('a phone that is not attached is said to be, with the phones that are', () => {
  assert.deepEqual(attachment('X1', []), {
    check: 'attached',
    verdict: 'fail',
    what: 'not in the list of adb',
    why: 'nothing can be done on it, and nothing said of it',
    todo: 'turn on USB debugging in Developer options and plug it in: no phone is attached',
  });
});

test('an error that was thrown on purpose is a finding, any other goes on', () => {
  const lost = new PhoneLostError('X1', { passwordSubmitted: false });
  assert.deepEqual(thrown('answers', lost, 'why'), {
    ...{ check: 'answers', verdict: 'fail', what: lost.message, why: 'why', todo: lost.hint },
  });
  const fault = new TypeError('x');
  assert.throws(() => thrown('answers', fault, 'why'), fault);
  assert.deepEqual(found('a', ok('b')), { check: 'a', verdict: 'ok', what: 'b' });
});

test('ways through the menus are in English where the phone cannot be asked', async () => {
  const facts = { ...parseFacts(`${MARK}account\n${ACCOUNTS}`), sdk: 33 };
  const broken: Phone = { ...phoneOf().phone, shell: () => Promise.reject(new Error('gone')) };
  assert.equal(await readMenus(broken, facts), ENGLISH);
  assert.deepEqual(ENGLISH, {
    developer: 'Settings → Additional settings → Developer options',
    additional: 'Settings → Additional settings',
    apps: 'Settings → Manage apps',
    autostart: 'Settings → Permissions → Autostart',
    accounts: 'Settings → Mi Account',
    google: 'Settings → Google',
    stayAwake: 'Stay awake',
  });
});
