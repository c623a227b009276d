import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { NO_PHONE } from '../account/match.ts';
import { dataAnswerIn, DATA_STEPS, type RecoveryResult, type RunEvent, type RunResult } from '../events.ts';
import { renderRunPage, writeRunPage } from './run-page.ts';

const phone = {
  serial: 'd1e2',
  model: 'M2',
  release: 'MIUI 14',
  region: 'global',
  language: 'bg-BG',
  account: '',
  accountCheck: NO_PHONE,
};
const rest = { passwordSubmitted: true, durationMs: 8250, evidence: '/runs/1', drift: [], warnings: [] };
const signedOut: RunResult = {
  ...phone,
  ...rest,
  outcome: 'signed-out',
  data: 'keep',
  via: 'intent',
  dataAnswer: 'keep',
};
const recovered: RecoveryResult = {
  ...{
    ...phone,
    ...rest,
    outcome: 'signed-out',
    by: 'email',
    codeSource: 'imap',
    codeRequested: true,
    codesRequested: 1,
  },
  ...{ newPassword: 'confirmed', savedTo: 'store', proof: 'sign-out' },
};

/** The run without one of its facts. */
function without<R extends object>(run: R, name: keyof R): R {
  const left = { ...run };
  delete left[name];
  return left;
}

function facts(run: RunResult | RecoveryResult): Record<string, string | undefined> {
  const shown = renderRunPage([], run);
  const cells = shown.matchAll(/<dt>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/g);
  return Object.fromEntries([...cells].map(([, name = '', value = '']): [string, string] => [name, value]));
}

describe("a sign-out's page", () => {
  test('shows the facts of the run, all of them', () => {
    assert.deepEqual(facts(signedOut), {
      ...{ Phone: 'd1e2', Release: 'MIUI 14 · global', Language: 'bg-BG', 'Synced data': 'kept' },
      ...{ 'Way in': 'account page opened directly', Password: 'submitted once', Time: '8.3 s' },
    });
  });

  test('leaves out what is not known, and says what was not done', () => {
    const bare = {
      ...signedOut,
      serial: '',
      release: '',
      region: '',
      language: '',
      via: 'settings',
      passwordSubmitted: false,
    };
    const run = without(
      { ...bare, outcome: 'cancelled' as const, data: 'delete', durationMs: 40 },
      'dataAnswer',
    );
    assert.deepEqual(facts(run), {
      'Synced data': 'to be removed',
      'Way in': 'through Settings',
      Password: 'not submitted',
      Time: '0.0 s',
    });
    assert.equal(facts({ ...signedOut, region: '' }).Release, 'MIUI 14');
  });

  test("says 'kept' or 'removed' only where the phone was answered so", () => {
    assert.equal(facts(without(signedOut, 'dataAnswer'))['Synced data'], 'was not asked: nothing was synced');
    assert.equal(facts({ ...signedOut, dataAnswer: 'delete' })['Synced data'], 'removed');
  });

  test('shows what else is known below the result, with what a person has to do about it', () => {
    const known = facts({
      ...signedOut,
      facts: [
        { name: 'Account compared', value: 'the same' },
        { name: 'Left', value: 'a key', todo: 'revoke it' },
      ],
    });
    const shown = renderRunPage([], { ...signedOut, facts: [{ name: 'Left', value: 'a key' }] });
    assert.ok(shown.indexOf('<dt>Time') < shown.indexOf('<dl class="also">'), 'the result comes first');
    assert.deepEqual(
      [known['Account compared'], known.Left],
      ['the same', 'a key<small>→ revoke it</small>'],
    );
  });

  test('shows of an error what happened and what to do, and no reason beside it', () => {
    const failed = {
      ...signedOut,
      outcome: 'error' as const,
      reason: 'session',
      message: 'The session failed.',
      hint: 'restart it',
    };
    const shown = renderRunPage([], failed);
    assert.match(
      shown,
      /<h1>Failed<\/h1>\s*<p class="message">The session failed\.<br><span>→ restart it<\/span><\/p>/,
    );
    assert.doesNotMatch(shown, /class="because"/);
    assert.doesNotMatch(renderRunPage([], { ...failed, hint: '' }), /<span>→/);
    assert.doesNotMatch(renderRunPage([], signedOut), /class="(because|message)"/);
  });

  test('has the colour of its outcome, and says what the verdict is read from', () => {
    const tone = (outcome: RunResult['outcome']) =>
      /<header class="(\w+)">/.exec(renderRunPage([], { ...signedOut, outcome }))?.[1];
    assert.deepEqual([tone('signed-out'), tone('needs-person'), tone('refused')], ['good', 'fair', 'bad']);
    assert.match(renderRunPage([], signedOut), /The verdict is read from the phone's own account list/);
  });

  test('marks the submission of the password as done once', () => {
    const at = '2026-01-01T00:00:00.000Z';
    const events: RunEvent[] = [
      { at, kind: 'page', page: 'password dialog', package: 'a', source: '1.xml', screenshot: '1.png' },
      { at, kind: 'step', what: 'type the password' },
      { at, kind: 'password-submitted', what: 'submit the password' },
    ];
    const shown = renderRunPage(events, signedOut);
    assert.match(shown, /<li>type the password<\/li><li class="once">submit the password<\/li>/);
    assert.match(shown, /<a href="1\.xml">page source<\/a>/);
  });

  test('leads to the Appium log where the run has one of its own', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-run-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const page = () => readFileSync(writeRunPage(folder, [], signedOut), 'utf8');
    assert.doesNotMatch(page(), /appium\.log/);
    writeFileSync(join(folder, 'appium.log'), '');
    assert.match(page(), /<a href="appium\.log">Appium log<\/a>/);
    assert.match(page(), /<a href="timeline\.jsonl">timeline<\/a> · <a href="result\.json">result<\/a>/);
  });
});

describe("a recovery's page", () => {
  test('shows how the code was asked for, and where the new password is and what proves it', () => {
    const known = facts(recovered);
    assert.equal(known.Code, 'asked for once, by e-mail, from imap');
    assert.match(facts({ ...recovered, codesRequested: 2 }).Code ?? '', /^asked for twice, by/);
    assert.match(facts(without(recovered, 'codesRequested')).Code ?? '', /^asked for once/);
    assert.equal(known['New password'], 'confirmed, kept in the store');
    assert.equal(known['Proven by'], 'the sign-out');
    assert.equal(known.Password, undefined);
    assert.match(renderRunPage([], recovered), /Passwords and codes are painted over/);
  });

  test('says what was not done, and leaves out what there is not', () => {
    const known = facts({
      ...without(recovered, 'proof'),
      codeRequested: false,
      codesRequested: 0,
      by: 'phone',
      newPassword: 'not submitted',
      savedTo: '',
    });
    assert.deepEqual(
      [known.Code, known['New password'], known['Proven by']],
      ['not asked for, by SMS, from imap', 'not submitted', undefined],
    );
    assert.equal(
      facts({ ...recovered, savedTo: 'new.jsonl' })['New password'],
      'confirmed, kept in new.jsonl',
    );
  });

  test('names each proof', () => {
    const proofs = ['message', 'sign-in', 'sign-out', 'something new'].map(
      (proof) => facts({ ...recovered, proof })['Proven by'],
    );
    assert.deepEqual(proofs, [
      'nothing but the page&#39;s own message',
      'a sign-in on the site',
      'the sign-out',
      'something new',
    ]);
  });
});

test('what the phone was answered of the data is the last answer given, and none where it did not ask', () => {
  const reported = (...steps: string[]) =>
    dataAnswerIn(steps.map((what) => ({ at: '', kind: 'step', what })));
  assert.equal(reported('tap Sign out'), undefined);
  assert.equal(reported(DATA_STEPS.keep), 'keep');
  assert.equal(reported(DATA_STEPS.keep, DATA_STEPS.delete, 'type the password'), 'delete');
  assert.equal(reported(DATA_STEPS.unsynced), 'unsynced');
  assert.equal(reported(DATA_STEPS.unsynced, DATA_STEPS.keep), 'keep');
});
