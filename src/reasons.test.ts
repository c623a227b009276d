import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecoveryResult } from './events.ts';
import {
  dataInWords,
  endInWords,
  outcomeInWords,
  passwordInWords,
  reasonInWords,
  whyInWords,
} from './reasons.ts';

/** Of each reason: what happened, and what is to be done. */
const reported: Record<string, [what: RegExp, todo: RegExp]> = {
  'no-password': [/asks for the password/, /give the password/],
  'wrong-password': [/password is wrong.*once/, /check it before another try/],
  'find-device-locked': [/Find device cannot be turned off/, /try again/],
  network: [/cannot reach Xiaomi's servers/, /connect it to Wi-Fi/],
  server: [/answer with an error/, /later/],
  'access-denied': [/refuse this phone or network/, /another network/],
  'sign-out-failed': [/signing out failed/, /last screenshot/],
  captcha: [/captcha is asked for/, /finish there/],
  'second-factor': [/code sent to the owner is asked for/, /enter it/],
  'wrong-captcha': [/characters .* not accepted/, /look at the phone/],
  'wrong-second-factor': [/second factor was not accepted/, /enter the right one/],
  locked: [/locked its screen/, /unlock it/],
  'unknown-page': [/page this tool does not know/, /last screenshot/],
  'no-answer': [/does not go on/, /look at it before anything else/],
  keyboard: [/keyboard changes what is typed; nothing was submitted/, /turn off the secure keyboard/],
  'wrong-code': [/code was not accepted/, /codes watch/],
  'code-expired': [/no longer valid/, /a source that is faster/],
  'code-limit': [/no more codes for this account today/, /tomorrow/],
  'code-budget': [/budget of codes/, /try again/],
  'password-budget': [/as often as a day allows/, /try again/],
  'no-contact': [/does not offer this way/, /--by/],
  'unknown-account': [/does not know this account/, /check it/],
  'same-password': [/the one the account has/, /sign out with it/],
  'weak-password': [/does not take this password/, /generated/],
  'risky-password': [/used before, is easily guessed/, /give another/],
  mismatch: [/two entries differ/, /turn off the phone's secure keyboard/],
  'identity-check': [/cannot begin Xiaomi's identity check/, /reset-password/],
  agreement: [/asks to agree/, /agree yourself/],
  'done-before': [/before it broke off/, /finish by hand/],
  'second-code-budget': [/budget of codes .* spent .*; nothing was pressed/, /tomorrow/],
  'second-code-contact': [/contact that was not named .*; nothing was pressed/, /both contacts/],
  'third-code': [/a third one is asked for; nothing was pressed/, /finish by hand/],
  'other-account': [/not the one that was named; nothing was submitted/, /compare the phone/],
  'account-not-proven': [/could not be compared/, /name the account in the form the phone shows/],
  'lost-mode': [/reported the phone as lost, .* nothing was done on it/, /give it back/],
  'lock-still-on': [
    /is signed out, and Xiaomi's server does not say that its lock is off/,
    /ask again later/,
  ],
  'google-account': [/is signed out, and a Google account is still on the phone/, /remove it in Settings/],
  'account-row-not-found': [/no row for the Mi Account/, /finish by hand/],
};

for (const [reason, [what, todo]] of Object.entries(reported)) {
  test(`'${reason}' says what happened, and after the arrow what to do`, () => {
    const [first = '', second = '', ...more] = reasonInWords(reason).split(' → ');
    assert.match(first, what);
    assert.match(second, todo);
    assert.deepEqual(more, []);
  });
}

test('a reason says from when another try makes sense, and one that has no words is its own', () => {
  assert.equal(
    reasonInWords('code-budget', '2030-01-02'),
    'the budget of codes for this account is spent → try again from 2030-01-02',
  );
  assert.equal(reasonInWords('made-of-late'), 'made of late');
});

test('an error says its own two sentences, and a reason what is to be added to it', () => {
  assert.equal(
    whyInWords({ message: 'It broke.', hint: 'mend it', reason: 'network' }),
    'It broke. → mend it',
  );
  assert.equal(whyInWords({ message: 'It broke.' }), 'It broke.');
  assert.equal(whyInWords({ reason: 'made-up', hint: 'see there' }), 'made up; see there');
  assert.equal(whyInWords({ reason: 'made-up', retryFrom: '' }), 'made up');
  assert.equal(whyInWords({ reason: 'made-up', retryFrom: 'Friday' }), 'made up from Friday');
  assert.equal(whyInWords({}), '');
});

test('what became of the synced data is what the phone was answered, not what was wanted', () => {
  const rows: [outcome: string, data: string, answer: Parameters<typeof dataInWords>[2], words: string][] = [
    ['already-signed-out', 'keep', 'delete', 'was not asked: the phone was signed out already'],
    ['refused', 'keep', 'keep', 'to be kept'],
    ['error', 'delete', undefined, 'to be removed'],
    ['signed-out', 'delete', 'keep', 'kept'],
    ['signed-out', 'keep', 'delete', 'removed'],
    ['signed-out', 'keep', 'unsynced', 'was not asked; what was not in the cloud is gone'],
    ['signed-out', 'keep', '', 'was not asked: nothing was synced'],
    ['signed-out', 'keep', undefined, 'was not asked: nothing was synced'],
  ];
  for (const [outcome, data, answer, words] of rows)
    assert.equal(dataInWords(outcome, data, answer), words, `${outcome} ${data} ${answer}`);
});

const run = (changes: Partial<RecoveryResult>) =>
  ({ outcome: 'changed', newPassword: 'confirmed', savedTo: 'store', ...changes }) as RecoveryResult;

test('how a run ended is said in a few words, with how good that is', () => {
  const outcomes: [string, string, string][] = [
    ['signed-out', 'signed out', 'good'],
    ['already-signed-out', 'was signed out already', 'good'],
    ['changed', 'password changed', 'good'],
    ['unclear', 'old password or new one: unclear', 'fair'],
    ['cancelled', 'cancelled', 'fair'],
    ['refused', 'refused', 'bad'],
    ['needs-person', 'needs a person', 'fair'],
    ['error', 'failed', 'bad'],
    ['skipped', 'skipped, as BEFORE_URL says', 'fair'],
    ['finished-by-hand', 'finished by hand', 'good'],
    ['taken-apart', 'taken apart', 'fair'],
  ];
  for (const [outcome, ...words] of outcomes) assert.deepEqual(outcomeInWords(outcome), words);
  assert.deepEqual(endInWords(run({})), ['password changed', 'good']);
  assert.deepEqual(endInWords(run({ newPassword: 'unconfirmed' })), [
    'password changed, as the page says; not proved',
    'fair',
  ]);
  assert.deepEqual(endInWords(run({ outcome: 'refused' })), ['password changed, not signed out', 'fair']);
  assert.deepEqual(endInWords(run({ outcome: 'refused', newPassword: 'unconfirmed' })), ['refused', 'bad']);
  assert.deepEqual(endInWords(run({ outcome: 'signed-out' })), ['signed out', 'good']);
});

test('where a new password is kept is said with what to do, and nothing where there is none', () => {
  const again = '\n  → the same command once more signs the phone out with it, without another code';
  const inStore = "in the store → 'mi-unbind passwords --save-to FILE' writes it to a file";
  const rows: [Partial<RecoveryResult>, string | undefined][] = [
    [{}, `the new password is ${inStore}`],
    [{ outcome: 'signed-out' }, `the new password is ${inStore}`],
    [{ outcome: 'refused' }, `the new password is ${inStore}${again}`],
    [{ savedTo: 'new.csv' }, 'the new password is in new.csv'],
    [
      { newPassword: 'unconfirmed', savedTo: 'new.csv' },
      'the new password is unconfirmed: sign in with it once; if it is not taken, the old one still holds. It is in new.csv',
    ],
    [{ savedTo: '' }, undefined],
    [{ newPassword: 'rejected' }, undefined],
    [{ newPassword: 'not submitted' }, undefined],
  ];
  for (const [changes, words] of rows) assert.equal(passwordInWords(run(changes)), words);
});
