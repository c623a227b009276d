import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import { flowFault, whileAsked } from './fault.ts';
import { webFault } from './web/fault.ts';

/** What a flow throws on its way out, as a person reads it. */

const late = { page: 'password dialog', passwordSubmitted: true };
const early = { passwordSubmitted: false };
const running = new AbortController().signal;
const stopped = AbortSignal.abort(new Error('stop'));
const broke = new Error('socket hang up\nat Foreign.code');

const phone = (answers: boolean): Phone => ({
  serial: 'abc',
  pull: () => Promise.reject(new Error('no files')),
  shell: (command) =>
    answers && command === 'echo' ? Promise.resolve('\n') : Promise.reject(new Error('gone')),
});

const phones: [what: string, cause: unknown, code: string, signal?: AbortSignal, answers?: boolean][] = [
  ['a run that was stopped, whatever broke then', broke, 'cancelled', stopped],
  ['a phone that was lost', new errors.PhoneLostError('abc', early, broke), 'phone-lost'],
  [
    'a phone that sends without an end',
    new errors.PhoneAnswerError('abc', { asked: "'getprop'", came: 'more than 8 MB' }, early),
    'phone-answer',
  ],
  [
    'a page that cannot be read',
    new errors.BadAnswerError({ asked: 'the page it shows', came: 'a page of 100 MB' }),
    'phone-answer',
  ],
  ['an account list that says nothing', new errors.AccountListError(0), 'account-list'],
  ['a run that was taken over', new errors.TakenOverError('abc'), 'taken-over'],
  ['a session that broke on a phone that answers', broke, 'session'],
  ['a session that broke on a phone that is gone', broke, 'phone-lost', running, false],
];
for (const [what, cause, code, signal = running, answers = true] of phones) {
  test(`${what} is '${code}', with what had been done by then`, async () => {
    const fault = await flowFault(cause, phone(answers), late, signal);
    assert.equal(fault.code, code);
    assert.match(fault.mayHaveRun ?? '', /'password dialog'.*had been submitted once/);
    assert.ok(code === 'cancelled' || fault.message.includes(code === 'account-list' ? 'user 0' : 'abc'));
  });
}

const away = (loss: errors.Loss | undefined): Phone => ({
  ...phone(true),
  loss: () => Promise.resolve(loss),
});
const wide = { check: 'input', what: 'off', why: 'nothing can be tapped', todo: 'turn it on' };
const guesses: [what: string, cause: unknown][] = [
  ['a session that broke', broke],
  ['a session that did not open', new errors.SessionError('abc', "the phone stopped Appium's server app")],
  ['a browser of the phone that broke', webFault(broke, late, running)],
  ['an account list that says nothing', new errors.AccountListError(0)],
  ['an app that cannot be read', new errors.UnreadableApkError('base.apk', 'it is cut short')],
  ['a maker that is not known', new errors.NotXiaomiError('abc', '')],
  ['a check that failed', new errors.UnfitPhoneError('abc', wide)],
  ['a phone that was lost for an unknown reason', new errors.PhoneLostError('abc', early)],
];
const losses: [loss: errors.Loss, message: RegExp, hint: RegExp][] = [
  [
    'gone',
    /is no longer attached: it was unplugged or switched off\.$/,
    /^attach the phone again and look at/,
  ],
  ['offline', /adb no longer reaches it \(offline\)/, /^unplug the cable, plug it in again and look at/],
  ['unauthorized', /no longer allows this computer/, /^unlock the phone, tick .* tap OK and look at/],
  ['silent', /hangs: it is still attached/, /restart it\. Then look at/],
  ['elsewhere', /has left Android/, /'mi-unbind phones'/],
  ['no-server', /the adb server has ended\.$/, /^run 'adb start-server'/],
];
for (const [what, cause] of guesses) {
  test(`${what}, on a phone that is away, is reported as what adb says`, async () => {
    for (const [loss, message, hint] of losses) {
      const fault = await flowFault(cause, away(loss), late, running);
      assert.deepEqual([fault.code, (fault as errors.PhoneLostError).loss], ['phone-lost', loss]);
      assert.match(fault.message, message);
      assert.match(fault.hint, hint);
      assert.match(fault.mayHaveRun ?? '', /'password dialog'.*had been submitted once/);
    }
  });
}

test('what says nothing of the phone is handed on, also where the phone is away', async () => {
  for (const own of [new errors.BusyError(), new errors.StoreError('full', 'x'), new errors.UsageError('x')])
    assert.equal(await flowFault(own, away('gone'), late, running), own);
});

test('what goes wrong before a flow is looked at in the same way, and an unexpected fault stays one', async () => {
  const fails = (cause: Error, loss?: errors.Loss) =>
    whileAsked(away(loss), running, () => Promise.reject(cause)).catch((fault: unknown) => fault);
  const foreign = new errors.NotXiaomiError('abc', 'other');
  assert.equal(((await fails(foreign, 'gone')) as errors.PhoneLostError).loss, 'gone');
  assert.equal(await fails(foreign), foreign);
  const bug = new TypeError('x is undefined');
  assert.equal(await fails(bug, 'gone'), bug);
  assert.equal(await whileAsked(away('gone'), running, () => Promise.resolve(7)), 7);
});

test('an error that says what is the matter is handed on as it is', async () => {
  const own = new errors.NoAccountError('abc');
  assert.equal(await flowFault(own, phone(true), late, running), own);
});

test('a session that broke is reported with its first line alone, and with what is known of it', async () => {
  const { message, cause } = await flowFault(new Error('odd\ntrace'), phone(true), early, running);
  assert.match(message, /odd\.$/);
  assert.equal((cause as Error).message, 'odd\ntrace');
  assert.match((await flowFault(broke, phone(true), early, running)).message, /stopped Appium's server app/);
  assert.equal((await flowFault(broke, phone(false), early, running)).cause, broke);
});

test('a browser that broke is reported in one line, with what became of the new password and what to do', () => {
  const rows = [
    [late, /'password dialog'\. The new password had been submitted once, and is kept\.$/, /sign in by hand/],
    [early, /'none'\. The new password had not been submitted\.$/, /run the same command again/],
  ] as const;
  for (const [progress, mayHaveRun, hint] of rows) {
    const fault = webFault(new Error(`${'x'.repeat(300)}.\nmore`), progress, running) as errors.MiUnbindError;
    assert.equal(fault.message, `The browser failed in the middle of the run: ${'x'.repeat(200)}.`);
    assert.match(fault.mayHaveRun ?? '', mayHaveRun);
    assert.match(fault.hint, hint);
    assert.deepEqual([fault.code, fault.exitCode], ['browser', 1]);
  }
  assert.match(
    (webFault('crashed.', early, running) as Error).message,
    /^The browser failed in the middle of the run: crashed\.$/,
  );
});

test('a web flow that was stopped, or says itself what is the matter, is handed on as it is', () => {
  const own = new errors.NoAccountError('abc');
  assert.equal(webFault(own, late, running), own);
  assert.equal(webFault(broke, late, stopped), broke);
});
