import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import * as errors from '../errors.ts';
import type { JobEnd, Order } from './job.ts';
import { counts, exitCodeOf, isDecided, next } from './next.ts';

const now = new Date('2026-03-01T15:00:00.000Z');
const order: Order = {
  phone: { serial: 'a' },
  account: '1',
  data: 'keep',
  ifForgotten: 'stop',
  reference: '',
  ownerConsent: '',
};
const recovered: Order = { ...order, ifForgotten: 'recover', codeSource: 'imap' };

function ended(outcome: string, reason?: string, retryFrom?: string): JobEnd {
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(retryFrom === undefined ? {} : { retryFrom }),
    model: '',
    release: '',
    region: '',
    language: '',
    imei: '',
    account: '',
    passwordSubmitted: false,
    codeRequested: false,
    durationMs: 0,
    evidence: '',
    drift: [],
  };
}

const after = (end: JobEnd, attempts = 1, of = order) => next(end, { attempts, order: of }, now);
const source = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

suite('what follows an end', () => {
  test('a phone that is signed out is done, whoever did it', () => {
    assert.deepEqual(after(ended('signed-out')), { then: 'done' });
    assert.deepEqual(after(ended('already-signed-out')), { then: 'done' });
  });

  test('a phone that another run works on is tried again in a minute, and that is no attempt', () => {
    const busy = ended('error', 'busy');
    assert.deepEqual(after(busy, 3), { then: 'again', at: '2026-03-01T15:01:00.000Z' });
    assert.equal(counts(busy), false);
    assert.deepEqual(after(ended('error', 'taken-over'), 3), { then: 'parked' });
    assert.equal(counts(ended('error', 'taken-over')), true);
  });

  test('an error that leaves the job to a person at the phone ends a single command with 3, and one that parks it does not', () => {
    for (const [error, then] of [
      [new errors.SecondSpaceError('a', 10), 'needs-person'],
      [new errors.TwoAccountsError('a', 2), 'needs-person'],
      [new errors.UnfitPhoneError('a', { check: 'lock', what: '', why: '', todo: '' }), 'needs-person'],
      [new errors.UnauthorizedPhoneError('a'), 'needs-person'],
      [new errors.ManagedPhoneError('a', 'com.example.mdm'), 'parked'],
      [new errors.NotXiaomiError('a', 'Google'), 'parked'],
      [new errors.UnknownPhoneError('a', []), 'parked'],
    ] as const) {
      assert.equal(after(ended('error', error.code), 9).then, then, error.code);
      assert.equal(error.exitCode === 3, then === 'needs-person', error.code);
    }
  });

  test('a wrong password is never tried again by itself; where the list wants so, it is recovered', () => {
    const wrong = { ...ended('refused', 'wrong-password'), passwordSubmitted: true };
    assert.deepEqual(after(wrong), { then: 'parked' });
    assert.deepEqual(after(wrong, 1, recovered), {
      then: 'again',
      at: now.toISOString(),
      round: 'without-password',
    });
    assert.deepEqual(after({ ...wrong, codeRequested: true }, 2, recovered), { then: 'parked' });
    assert.deepEqual(after(wrong, 3, recovered), { then: 'parked' });
  });

  test('what the phone refused after a password or a code went out is not tried a second time by itself', () => {
    for (const spent of ['passwordSubmitted', 'codeRequested'])
      assert.deepEqual(after({ ...ended('refused', 'network'), [spent]: true }), { then: 'parked' });
    // A phone that was lost is looked at again: it may be signed out.
    assert.equal(after({ ...ended('error', 'phone-lost'), passwordSubmitted: true }).then, 'again');
  });

  test('a network fault is tried three times, later each time, then parked', () => {
    const fault = ended('refused', 'network');
    assert.deepEqual(after(fault, 1), { then: 'again', at: '2026-03-01T15:01:00.000Z' });
    assert.deepEqual(after(fault, 2), { then: 'again', at: '2026-03-01T15:05:00.000Z' });
    assert.deepEqual(after(fault, 3), { then: 'parked' });
  });

  test('a locked Find device is tried again when the day that is named is over', () => {
    const locked = { ...ended('refused', 'find-device-locked', '2026-03-04'), passwordSubmitted: true };
    assert.deepEqual(after(locked, 9), {
      then: 'again',
      at: '2026-03-05T00:00:00.000Z',
      round: 'same-password',
    });
    assert.deepEqual(after(ended('refused', 'find-device-locked')), { then: 'parked' });
  });

  test('a spent budget waits until it is free, however often', () => {
    for (const reason of ['code-budget', 'password-budget']) {
      const spent = ended('refused', reason, '2026-03-02T08:00:00.000Z');
      assert.deepEqual(after(spent, 7), { then: 'again', at: '2026-03-02T08:00:00.000Z' });
    }
  });

  test("the daily limit of Xiaomi's codes is waited for once", () => {
    assert.deepEqual(after(ended('refused', 'code-limit')), {
      then: 'again',
      at: '2026-03-02T15:00:00.000Z',
    });
    assert.deepEqual(after(ended('refused', 'code-limit'), 2), { then: 'parked' });
  });

  test('a code source that is broken holds all that wait for it', () => {
    assert.deepEqual(after(ended('error', 'code-source'), 1, recovered), {
      then: 'hold-source',
      source: 'imap',
    });
    // No source is known of an order that needs none.
    assert.deepEqual(after(ended('error', 'code-source')), { then: 'parked' });
  });

  test('a phone that is reported lost is held as that', () => {
    assert.deepEqual(after(ended('needs-person', 'lost-mode')), { then: 'held', reason: 'lost' });
  });

  test('an end that says why the phone is held is held so, whatever its reason', () => {
    const hold = { reason: 'lock', lock: 'on' } as unknown as NonNullable<JobEnd['hold']>;
    assert.deepEqual(after({ ...ended('signed-out'), hold }), { then: 'held', ...hold });
  });

  test('what may pass waits for the time that is named where that is later than its own pause', () => {
    const waits = (retryFrom: string) => after(ended('error', 'code-source-busy', retryFrom));
    assert.deepEqual(waits('2026-03-01T16:00:00.000Z'), { then: 'again', at: '2026-03-01T16:00:00.000Z' });
    assert.deepEqual(waits('2026-03-01T15:01:00.000Z'), { then: 'again', at: '2026-03-01T15:02:00.000Z' });
  });

  test('a time that cannot be read is a day from now', () => {
    assert.deepEqual(after(ended('refused', 'code-budget', 'soon')), {
      then: 'again',
      at: '2026-03-02T15:00:00.000Z',
    });
  });

  test('what waits for something of its own is no attempt', () => {
    const counted = (reason: string) => counts(ended('refused', reason));
    for (const reason of ['find-device-locked', 'code-budget', 'password-budget', 'code-source'])
      assert.equal(counted(reason), false, reason);
    for (const reason of ['wrong-password', 'lost-mode', 'captcha', 'network'])
      assert.equal(counted(reason), true, reason);
  });

  test('what may pass is tried again after so many minutes, each time later, and is then left', () => {
    for (const [reason, ...minutes] of [
      ...[
        ['network', 1, 5],
        ['server', 5, 30],
        ['identity-check', 5],
        ['weak-password', 5],
        ['risky-password', 5],
      ],
      ...[
        ['code-expired', 10],
        ['code-timeout', 10],
        ['code-source-busy', 2, 15, 60],
        ['code-limit', 24 * 60],
      ],
      ...[
        ['phone-lost', 0.5, 5],
        ['unknown-phone', 0.5, 5],
        ['phone-answer', 1],
        ['no-account', 0.5],
      ],
      ...[
        ['unauthorized-phone', 1, 10],
        ['offline-phone', 1, 10],
        ['unready-phone', 1, 10],
        ['account-list', 1],
      ],
      ...[
        ['session', 1, 5],
        ['unreadable-apk', 1],
        ['browser', 1, 5],
        ['unexpected', 1],
        ['taken-over', 1, 5],
      ],
      ...[
        ['adb-server', 1, 10],
        ['appium-start', 1, 10],
        ['appium-port-taken', 1, 10],
        ['store', 1, 10],
      ],
      ...[['folder', 1, 10]],
    ] as [string, ...number[]][]) {
      const follows = [...minutes.keys(), minutes.length].map((tried) =>
        after(ended('error', reason), tried + 1),
      );
      const waits = follows.map((one) =>
        one.then === 'again' ? (Date.parse(one.at) - now.getTime()) / 60_000 : one.then,
      );
      assert.deepEqual(waits.slice(0, -1), minutes, reason);
      assert.match(String(waits.at(-1)), /^(parked|needs-person)$/, reason);
    }
  });

  test('a phone whose dialog nobody accepts is for a person in the end', () => {
    assert.equal(after(ended('error', 'unauthorized-phone'), 1).then, 'again');
    assert.equal(after(ended('error', 'unauthorized-phone'), 3).then, 'needs-person');
  });

  test('what asks for a person is handed to one', () => {
    for (const reason of ['captcha', 'second-factor', 'agreement', 'no-answer'])
      assert.deepEqual(after(ended('needs-person', reason)), { then: 'needs-person' });
    assert.deepEqual(after(ended('unclear')), { then: 'needs-person' });
  });

  test('what was stopped goes on at once, and costs no attempt', () => {
    const stopped = ended('cancelled', 'interrupted');
    assert.deepEqual(after(stopped, 9), { then: 'again', at: now.toISOString() });
    assert.equal(counts(stopped), false);
    assert.equal(counts(ended('refused', 'network')), true);
  });

  test('what the lab skips is cancelled', () =>
    assert.deepEqual(after(ended('skipped')), { then: 'cancelled' }));

  test("a reason nobody has heard of is parked, or a person's where the outcome says so", () => {
    assert.deepEqual(after(ended('refused', 'toString')), { then: 'parked' });
    assert.deepEqual(after(ended('needs-person', 'new-thing')), { then: 'needs-person' });
  });
});

suite('the table', () => {
  const undecided = (keys: string[]) => keys.filter((key) => !isDecided(key));

  test('decides about the code of every error', () => {
    const files = globSync('**/*.ts', { cwd: new URL('..', import.meta.url) }).filter(
      (file) => !file.endsWith('.test.ts'),
    );
    const made = files.flatMap((file) =>
      [...source(file).matchAll(/new MiUnbindError\(\s*'([a-z-]+)'/g)].map(([, code = '']) => code),
    );
    const codes = [...source('errors.ts').matchAll(/super\(\s*'([a-z-]+)'/g)].map(([, code = '']) => code);
    assert.ok(codes.length > 20, 'errors.ts is read');
    assert.ok(made.includes('browser'), 'errors made elsewhere are found');
    assert.deepEqual(undecided([...codes, ...made]), [], 'add a row to TABLE in next.ts for each');
  });

  test('decides about every reason', () => {
    const [, block = ''] = /const REASONS.*?= \{\n(.*?)\n\};/s.exec(source('reasons.ts')) ?? [];
    const reasons = [...block.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, reason = '']) => reason);
    assert.ok(reasons.length > 20, 'reasons.ts is read');
    assert.deepEqual(undecided(reasons), [], 'add a row to TABLE in next.ts for each');
  });

  test('decides about every outcome that comes without a reason, and about each reason the flows give', () => {
    const outcomes = [...source('reasons.ts').matchAll(/^ {2}'?([a-z-]+)'?: \['/gm)].map(
      ([, outcome = '']) => outcome,
    );
    const texts = ['flows/outcome.ts', 'flows/recovery.ts', '../pageobjects/alert.page.ts'].map(source);
    const flows = texts.join('\n').replace(/\/\*.*?\*\//gs, '');
    const unions = [...flows.matchAll(/(?:reason:\s|Refusal =|Trouble =)([^;}]*)/g)].flatMap(
      ([, union = '']) => [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']) => reason),
    );
    assert.ok(
      unions.includes('weak-password') && unions.includes('account-row-not-found'),
      'the flows are read',
    );
    // Those come with a reason always.
    const never = ['refused', 'needs-person', 'error'];
    assert.deepEqual(
      undecided([...outcomes, ...unions]).filter((key) => !never.includes(key)),
      [],
    );
  });
});

suite('the exit code of a batch', () => {
  test('is 0 when all are done or skipped by the lab', () => {
    assert.equal(exitCodeOf([{ state: 'done' }, { state: 'cancelled', end: ended('skipped') }]), 0);
    assert.equal(exitCodeOf([]), 0);
  });

  test('is that of the worst', () => {
    const done = { state: 'done' as const };
    const parked = { state: 'parked' as const, end: ended('refused', 'wrong-password') };
    const broken = { state: 'held' as const, end: ended('error', 'code-source') };
    const person = { state: 'needs-person' as const, end: ended('needs-person', 'captcha') };
    assert.equal(exitCodeOf([done, parked]), 1);
    assert.equal(exitCodeOf([done, { state: 'waiting' }]), 1);
    assert.equal(exitCodeOf([broken, parked]), 2);
    assert.equal(exitCodeOf([person, broken, parked, done]), 3);
  });

  test('is 2 for a record that could not be written, and 3 for a phone that a person returns', () => {
    assert.equal(exitCodeOf([{ state: 'unrecorded', end: ended('signed-out') }]), 2);
    assert.equal(exitCodeOf([{ state: 'held', end: ended('needs-person', 'lost-mode') }]), 3);
    assert.equal(exitCodeOf([{ state: 'held', end: ended('refused', 'find-device-locked') }]), 1);
    // One that was cancelled for another reason is left to do.
    assert.equal(exitCodeOf([{ state: 'cancelled', end: ended('cancelled', 'cancelled') }]), 1);
  });

  test('is 2 for each end that says more of the station than of the phone', () => {
    for (const reason of [
      ...['usage', 'config', 'host-tool', 'adb-server', 'appium-start', 'appium-port-taken', 'store'],
      ...['code-source', 'code-source-busy', 'folder'],
    ])
      assert.equal(exitCodeOf([{ state: 'parked', end: ended('error', reason) }]), 2, reason);
  });
});
