import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderRecord } from './record-page.ts';
import type { PhoneRecord } from './record.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

const STARTED = '2026-11-26T00:55:19.000Z';
const ENDED = '2026-11-26T00:55:31.000Z';
const full: PhoneRecord = {
  ...{
    format: 'mi-unbind record 2',
    seq: 17,
    previous: 'ab'.repeat(32),
    page: '',
    signedBy: '0123456789abcdef',
  },
  ...{
    job: '41',
    batch: 'list',
    attempt: 2,
    reference: 'R-4',
    data: 'keep',
    ifForgotten: 'stop',
    ownerConsent: 'form 4',
  },
  phone: {
    serial: 'd1e2',
    imei: '356938035643809',
    model: 'Redmi',
    release: 'MIUI 14',
    region: 'global',
    language: 'bg-BG',
  },
  account: { listed: 'l***@example.com', onPhone: '********35' },
  ...{
    operator: 'Iva',
    station: 'desk-2',
    tool: 'mi-unbind 0.1.0',
    startedAt: STARTED,
    endedAt: ENDED,
    durationMs: 12_340,
  },
  ...{
    outcome: 'signed-out',
    reason: '',
    retryFrom: '',
    message: '',
    hint: '',
    state: 'done',
    verifiedAt: ENDED,
  },
  ...{ passwordSubmitted: true, dataAnswer: 'keep', facts: [], steps: [], drift: [] },
  acts: [{ at: '2026-11-26T00:55:21.000Z', act: 'password-submitted' }],
  evidence: [{ file: 'a.png', bytes: 1, sha256: 'x' }],
  erasure: { method: '', standard: '', tool: '', verification: '', erasedBy: '', erasedAt: '' },
};
const page = (changes: Partial<PhoneRecord> = {}, hash = 'f'.repeat(64)) =>
  renderRecord({ ...full, ...changes }, hash);
const none = { serial: '', imei: '', model: '', release: '', region: '', language: '' };

/** What stands behind the name of a fact. */
function fact(shown: string, name: string): string {
  const [, value] = new RegExp(`<dt>${name}</dt><dd[^>]*>(.*?)</dd>`).exec(shown) ?? [];
  assert.notEqual(value, undefined, `there is no '${name}'`);
  return value ?? '';
}

const UNKNOWN = '<i>not known</i>';
const FACTS: [name: string, shown: string, without: Partial<PhoneRecord>, instead: string][] = [
  ['Model', 'Redmi', { phone: none }, UNKNOWN],
  ['Serial', 'd1e2', { phone: none }, UNKNOWN],
  ['IMEI', '356938035643809', { phone: none }, UNKNOWN],
  ['Release', 'MIUI 14 · global', { phone: none }, UNKNOWN],
  ['Release', 'MIUI 14 · global', { phone: { ...full.phone, region: '' } }, 'MIUI 14'],
  ['Language', 'bg-BG', { phone: none }, UNKNOWN],
  ['Reference', 'R-4', { reference: '' }, UNKNOWN],
  ['Account, as listed', 'l***@example.com', { account: { listed: '', onPhone: '1' } }, UNKNOWN],
  ['Account, on the phone', '********35', { account: { listed: '1', onPhone: '' } }, UNKNOWN],
  ["Owner's consent", 'form 4', { ownerConsent: '' }, UNKNOWN],
  ['Began', '2026-11-26 02:55:19 UTC+2', { startedAt: '' }, UNKNOWN],
  ['Ended', '2026-11-26 02:55:31 UTC+2', { endedAt: '' }, UNKNOWN],
  ['On the phone', '12.3 s', { durationMs: 0 }, '0.0 s'],
  ['Operator, station', 'Iva, desk-2', { operator: '' }, 'desk-2'],
  ['Operator, station', 'Iva, desk-2', { station: '' }, 'Iva'],
  ['Job', '41 · list · attempt 2', { attempt: 1 }, '41 · list'],
];

describe('a fact on a record', () => {
  for (const [name, shown, without, instead] of FACTS)
    test(`${name} is shown as it is, and without it as ${instead.replace(/<.*?>/g, '')}`, () => {
      assert.equal(fact(page(), name), shown);
      assert.equal(fact(page(without), name), instead);
    });

  for (const [outcome, data, answer, shown] of [
    ['signed-out', 'keep', 'keep', 'kept'],
    ['signed-out', 'delete', 'delete', 'removed'],
    // What the phone was answered counts, not what was wanted.
    ['signed-out', 'keep', 'delete', 'removed'],
    ['signed-out', 'keep', '', 'was not asked: nothing was synced'],
    ['signed-out', 'delete', '', 'was not asked: nothing was synced'],
    ['signed-out', 'delete', 'unsynced', 'was not asked; what was not in the cloud is gone'],
    ['already-signed-out', 'keep', '', 'was not asked: the phone was signed out already'],
    ['refused', 'keep', 'keep', 'to be kept'],
    ['refused', 'delete', 'delete', 'to be removed'],
    ['error', 'keep', '', 'to be kept'],
  ] as const)
    test(`of ${outcome} with '${data}' and ${answer || 'no'} answer the synced data is said to be: ${shown}`, () => {
      assert.equal(fact(page({ outcome, data, dataAnswer: answer }), 'Synced data on the phone'), shown);
    });

  test('the number of the record, the tool, the evidence and the hashes stand on it', () => {
    const shown = page();
    assert.match(shown, /<title>Record 17 · d1e2<\/title>/);
    assert.match(shown, /<span>Record 17<\/span>/);
    assert.match(shown, /mi-unbind 0\.1\.0 · 1 files of evidence/);
    assert.match(shown, new RegExp(`SHA-256 of this record <code>${'f'.repeat(64)}</code>`));
    assert.match(shown, new RegExp(`of the record before it <code>${'ab'.repeat(32)}</code>`));
    assert.match(page({ previous: '' }), /of the record before it <code>none: this is the first<\/code>/);
    assert.match(page({ phone: none }), /<title>Record 17 · no phone<\/title>/);
  });

  test('the key that signs it is named, where one does', () => {
    assert.match(page(), /Signed with key <code>0123456789abcdef<\/code>/);
    assert.doesNotMatch(page({ signedBy: '' }), /Signed with key/);
  });

  test('what was not as expected on the pages is counted, and nothing where all was', () => {
    const drift = { page: 'a', locator: 'b', wanted: 'c', found: 'd', advice: 'e' };
    assert.doesNotMatch(page(), /differed from what was expected/);
    assert.match(page({ drift: [drift] }), /One thing on the phone's pages differed/);
    assert.match(page({ drift: [drift, drift] }), /2 things on the phone's pages differed/);
  });

  test('each act is named with its time, with its day where that is another one', () => {
    const acts = ['code-requested', 'password-submitted', 'password-set', 'another-one'].map((act) => ({
      act,
      at: ENDED,
    }));
    const shown = page({ acts: [{ act: 'code-requested', at: '2026-11-25T21:00:00.000Z' }, ...acts] });
    assert.deepEqual(
      [...shown.matchAll(/<span><b>(.*?)<\/b> (.*?)<\/span>/g)].map(([, act, when]) => `${act} ${when}`),
      [
        'Code requested 2026-11-25 23:00:00 UTC+2, in an earlier attempt',
        'Code requested 02:55:31 UTC+2',
        'Password submitted 02:55:31 UTC+2',
        'New password submitted 02:55:31 UTC+2',
        'another-one 02:55:31 UTC+2',
      ],
    );
    assert.doesNotMatch(page({ acts: [] }), /class="acts"/);
  });

  test('each page stands with its picture, its time and what was done on it; what came before it is said', () => {
    const steps = [
      { at: STARTED, page: '', screenshot: '', done: ['open the account page', 'wait'] },
      {
        at: '2026-11-26T00:55:20.500Z',
        page: 'Mi Account page',
        screenshot: '01 a.png',
        done: ['tap Sign out'],
      },
      { at: ENDED, page: 'secure page', screenshot: '', done: ['one', 'two', 'three', 'four'] },
    ];
    const shown = page({ steps });
    assert.match(shown, /Before the first look: open the account page, wait\./);
    assert.match(
      shown,
      /<img src="evidence\/01%20a\.png" alt=""><b dir="auto">Mi Account page<\/b><span>1\.5 s<\/span><em dir="auto">tap Sign out<\/em>/,
    );
    assert.match(
      shown,
      /<div class="blank"><\/div><b dir="auto">secure page<\/b><span>12\.0 s<\/span><em dir="auto">one<\/em><em dir="auto">two<\/em><em dir="auto">2 steps more<\/em>/,
    );
    assert.doesNotMatch(page({ steps: steps.slice(1) }), /Before the first look/);
    assert.match(page({ steps: [] }), /Nothing was done on the phone\./);
    assert.doesNotMatch(shown, /Nothing was done/);
  });
});

describe('the verdict on a record', () => {
  const verdict = (changes: Partial<PhoneRecord>) =>
    (/<h1>.*?<\/header>/s.exec(page({ verifiedAt: '', ...changes }))?.[0] ?? '')
      .replace(/<[^>]+>/g, '|')
      .replace(/\|+/g, '|');

  test('names what happened and what to do, of a failed phone in the words of its error', () => {
    const error = {
      outcome: 'error',
      reason: 'session',
      message: "The session with 'd1e2' failed: it hangs.",
      hint: 'restart the phone → run it again',
    };
    assert.equal(
      verdict(error),
      '|Failed|The session with &#39;d1e2&#39; failed: it hangs.|→ Restart the phone → run it again.|',
    );
    assert.equal(
      verdict({ ...error, hint: '' }),
      '|Failed|The session with &#39;d1e2&#39; failed: it hangs.|',
    );
  });

  test('names the reason of a refusal, and from when on another try makes sense', () => {
    assert.equal(
      verdict({ outcome: 'refused', reason: 'wrong-password' }),
      '|Refused|The phone says the password is wrong; it was tried once.|→ Check it before another try, wrong tries lead to a captcha.|',
    );
    assert.match(
      verdict({ outcome: 'refused', reason: 'password-budget', retryFrom: '2026-12-03' }),
      /\|→ Try again from 2026-12-03\.\|$/,
    );
  });

  test('is proven by the account list where that was read, and else says that it is not', () => {
    assert.equal(
      verdict({ verifiedAt: ENDED }),
      '|Signed out|Verified: the phone&#39;s own account list, read 2026-11-26 02:55:31 UTC+2, names no Mi Account.|',
    );
    assert.equal(
      verdict({ outcome: 'finished-by-hand' }),
      '|Finished by hand|Not verified that the phone is signed out.|',
    );
    assert.equal(verdict({ outcome: 'changed' }), '|Password changed|The phone is still signed in.|');
  });

  test('has the colour of its outcome', () => {
    const tone = (outcome: string) => /<body class="(\w+)">/.exec(page({ outcome }))?.[1];
    assert.deepEqual(['signed-out', 'needs-person', 'refused', 'error'].map(tone), [
      'good',
      'fair',
      'bad',
      'bad',
    ]);
  });
});

describe('what else is known of a run', () => {
  const facts = [
    { name: 'Account compared', value: 'matches in 7 of 10 digits' },
    {
      name: 'Left on the phone',
      value: 'USB debugging <authorised>',
      todo: 'revoke it in Developer options',
    },
    { name: 'Only to do', value: '', todo: 'tell the owner' },
  ];

  test('stands on the record, and what a person still has to do is a box to tick', () => {
    const shown = page({ facts });
    assert.equal(fact(shown, 'Account compared'), 'matches in 7 of 10 digits');
    assert.equal(fact(shown, 'Left on the phone'), 'USB debugging &#60;authorised&#62;');
    assert.doesNotMatch(shown, /<dt>Only to do/);
    assert.deepEqual(
      [...shown.matchAll(/<li dir="auto">(.*?)<\/li>/g)].map(([, todo]) => todo),
      ['revoke it in Developer options', 'tell the owner'],
    );
  });

  test('takes no room where nothing is', () => {
    assert.doesNotMatch(page(), /class="more"/);
    assert.doesNotMatch(page({ facts: facts.slice(0, 1) }), /<ul>/);
    assert.doesNotMatch(page({ facts: facts.slice(2) }), /<section class="more"><dl>/);
  });
});
