import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { RunEvent } from '../events.ts';
import type { Job } from '../jobs/job.ts';
import type { PhoneJob, PhoneOnWall } from '../jobs/phones-seen.ts';
import type { Role } from '../store/operators.ts';
import type { OpenQuestion } from '../store/questions.ts';
import { viewerOf } from './layout.ts';
import { phonePage, type PhoneView } from './phone-page.ts';
import { tileOf } from './tile.ts';

/** The page of a phone, as text and as the fields of its forms. */

const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 9) + second * 1000).toISOString();
const now = Date.now();

const phone = (more: Partial<PhoneOnWall> = {}, work?: Partial<PhoneJob>): PhoneOnWall => ({
  ...{
    station: 'Sofia 1',
    serial: '8f4c1e10',
    usb: '',
    state: 'device',
    model: 'Redmi 9',
    release: 'MIUI 12.5',
  },
  ...{
    imei: '867320001234563',
    imei2: '867320001234571',
    battery: 64,
    since: at(0),
    plugged: at(0),
    job: '',
  },
  ...{ step: '', evidence: '/runs/one run', picture: '7 b.png', place: 'A1', seen: '', ...more },
  ...(work && {
    work: { id: '7', batch: 'lab', state: 'waiting', reference: 'RMA-1', attempts: 1, ...work },
  }),
});
const question = (more: Partial<OpenQuestion> = {}): OpenQuestion => ({
  ...{
    id: 'q1',
    station: 'Sofia 1',
    serial: '8f4c1e10',
    job: '7',
    what: 'captcha',
    prompt: 'Read it to the caller',
  },
  ...{
    picture: '/runs/1/captcha.png',
    askedAt: at(31),
    until: new Date(Date.now() + 90_000).toISOString(),
    ...more,
  },
});
const end = {
  ...{ outcome: 'refused', reason: 'wrong-password', model: 'Redmi 9', release: '12.5', region: 'global' },
  ...{
    language: 'bg',
    imei: '867320001234563',
    account: 'l***',
    passwordSubmitted: true,
    codeRequested: false,
  },
  ...{ codesRequested: 0, durationMs: 5000, evidence: '/runs/1', drift: [] },
} as const;
const job = (more: Partial<Job> = {}): Job => ({
  ...{
    id: '7',
    batch: 'lab list',
    state: 'parked',
    attempts: 2,
    round: 1,
    recovering: false,
    station: 'Sofia 1',
  },
  ...{ serial: '8f4c1e10', createdAt: at(0), startedAt: at(1), endedAt: at(6), end },
  order: {
    ...{ phone: { serial: '8f4c1e10' }, account: '6230001535', data: 'delete', ifForgotten: 'stop' },
    ...{ reference: 'RMA-1', ownerConsent: 'form 4' },
  },
  ...more,
});

function page(
  given: Partial<PhoneView> & { on?: PhoneOnWall; asks?: OpenQuestion } = {},
  role: Role | 'nobody' = 'operate',
): string {
  const { on = phone({}, { state: given.job?.state ?? 'waiting' }), asks, ...view } = given;
  const operator = role === 'nobody' ? undefined : { name: 'Eva', role };
  const viewer = viewerOf({
    ...{ operator, isLoggedIn: true, language: 'en', theme: 'auto', home: 'Sofia 1', station: '' },
  });
  return phonePage(
    {
      ...{ tile: tileOf(on, asks, now), job: undefined, hasPassword: false, cost: undefined, events: [] },
      ...{ others: [], elsewhere: undefined, isFree: true, barred: undefined, ...view },
    },
    viewer,
    {},
  );
}
/** What a part of the page says, a space for each tag; the part is found by its opening tag. */
const part = (source: string, opens: RegExp, closes: string) => {
  const from = source.search(opens);
  return from < 0 ? undefined : source.slice(from, source.indexOf(closes, from));
};
const words = (source: string | undefined) =>
  source
    ?.replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .trim();
const row = (source: string, name: string) =>
  words(new RegExp(`<dt>${name}</dt><dd[^>]*>(.*?)</dd>`, 's').exec(source)?.[1]);
const tag = (source: string, id: string) => new RegExp(`<[a-z]+ [^>]*id="${id}"[^>]*>`).exec(source)?.[0];

suite('a question', () => {
  const asked = (
    more: Partial<OpenQuestion> = {},
    view: Partial<PhoneView> = {},
    role: Role | 'nobody' = 'operate',
  ) =>
    part(
      page({ job: job({ state: 'running' }), asks: question(more), ...view }, role),
      /<form class="card ask"/,
      '</form>',
    );

  test('is there with its picture, its field and the time that is left', () => {
    const form = asked() ?? assert.fail('nothing is asked');
    assert.match(
      words(form) ?? '',
      /^Type the characters in the picture The run waits, and goes on with your answer\. .* 1:[0-3]\d Send the answer Enter Set the phone aside$/,
    );
    assert.match(form, /<img class="cap" src="\/questions\/q1\/picture"/);
    assert.match(tag(form, 'answer') ?? '', /required maxlength="20" inputmode="text".* autofocus/);
    const [, most, left] = /<progress max="(\d+)" value="(\d+)"/.exec(form) ?? [];
    assert.ok(
      Number(left) > 60_000 && Number(left) <= 90_000 && Number(most) > Number(left),
      `${left} of ${most}`,
    );
    assert.match(form, /data-by="Answered by \{by\}\." data-over="The time for this question is over/);
    assert.doesNotMatch(words(form) ?? '', /Read it to the caller/, 'the picture says it');
  });

  test('for a code shows what the run says, for a password hides what is typed, for an agreement has no field', () => {
    assert.match(words(asked({ what: 'code' })) ?? '', /Read it to the caller/);
    assert.match(tag(asked({ what: 'code' }) ?? '', 'answer') ?? '', /inputmode="numeric"/);
    assert.match(tag(asked({ what: 'second-factor' }) ?? '', 'answer') ?? '', /inputmode="numeric"/);
    assert.match(tag(asked({ what: 'password' }) ?? '', 'answer') ?? '', /maxlength="200" type="password"/);
    const agreement = asked({ what: 'agreement' }) ?? '';
    assert.equal(tag(agreement, 'answer'), undefined);
    assert.match(agreement, /<img class="cap text"/);
    assert.match(words(agreement) ?? '', /Do you agree\?.* I agree Set the phone aside$/);
  });

  test('has no picture where none was taken, or where the phone is at another station', () => {
    assert.doesNotMatch(asked({ picture: '' }) ?? '', /<img/);
    assert.doesNotMatch(asked({}, { elsewhere: '' }) ?? '', /<img/);
  });

  test('is answered by who may operate, and by no other', () => {
    for (const role of ['look', 'nobody'] as const) {
      const form = asked({}, {}, role) ?? '';
      assert.match(tag(form, 'answer') ?? '', / disabled/);
      assert.equal(form.match(/<button[^>]* disabled/g)?.length, 2);
    }
    assert.doesNotMatch(asked() ?? '', / disabled/);
  });

  test('of no phone is nowhere, and why it waits is not said beside one', () => {
    assert.equal(part(page({ job: job() }), /<form class="card ask"/, '</form>'), undefined);
    assert.doesNotMatch(page({ job: job({ state: 'needs-person' }), asks: question() }), /class="card why/);
  });
});

suite('why a phone stands still', () => {
  const why = (given: Parameters<typeof page>[0]) =>
    words(part(page(given), /<section class="card why/, '</section>'));
  const cost = { used: 1, most: 2 };

  test('is a sentence, what to do, and what has been spent of the account', () => {
    assert.equal(
      why({ job: job(), cost, on: phone({}, { state: 'parked', end: end }) }),
      'Refused The phone says the password is wrong; it was tried once → check it before another try, wrong tries lead to a captcha Passwords submitted for this account in 24 hours: 1 of 2.',
    );
  });

  test('of a phone that is held is the reason of the hold first, then how its run ended, and no cost', () => {
    const held = job({ state: 'held', hold: { reason: 'owner-asked', since: at(9) } });
    const on = phone({}, { state: 'held', hold: held.hold } as never);
    const said = why({ job: held, cost, on }) ?? '';
    assert.match(said, /^Its owner was asked|^On hold|^Owner/);
    assert.match(said, / The phone says the password is wrong/);
    assert.doesNotMatch(said, /24 hours|check it before/);
  });

  test('is not said of one that works, has no order, or has not ended', () => {
    assert.equal(why({ job: job({ state: 'running' }), on: phone({}, { state: 'running' }) }), undefined);
    assert.equal(why({}), undefined);
    const fresh = job({ state: 'waiting', end: undefined as never });
    assert.equal(why({ job: fresh, on: phone({}, { state: 'waiting' }) }), undefined);
  });
});

suite('the order', () => {
  const order = (more: Partial<Job> = {}, view: Partial<PhoneView> = {}, role: Role | 'nobody' = 'operate') =>
    page({ job: job(more), ...view }, role);
  const acts = (source: string) => [...source.matchAll(/data-act="(\w+)"/g)].map(([, act]) => act);

  test('is shown with the account masked, and what is not there takes no row', () => {
    const source = order({}, { hasPassword: true });
    const rows = ['Reference', 'Password', 'Synced data', 'Consent', 'List', 'Tries'].map((name) =>
      row(source, name),
    );
    assert.deepEqual(rows, [
      'RMA-1',
      'given Another password',
      'remove from the phone',
      'form 4',
      'lab list',
      '2',
    ]);
    assert.match(row(source, 'Account') ?? '', /^\*+35 Show$/);
    assert.doesNotMatch(source, /6230001535/);
    assert.equal(row(order(), 'Password'), 'not given Another password');
    assert.equal(row(source, 'Letters to the owner'), undefined);
    const letters = [
      { day: '2026-11-20', kind: 'first', state: 'sent', at: at(0) },
      { day: '2026-11-27', kind: 'reminder', state: 'sending', at: at(0) },
    ] as const;
    assert.equal(
      row(order({ letters: [...letters] }), 'Letters to the owner'),
      '2026-11-20, 2026-11-27 reminder perhaps sent',
    );
    const facts = [
      { name: 'USB debugging', value: 'on', todo: 'take it off' },
      { name: 'Wi-Fi', value: 'on' },
    ];
    assert.equal(row(order({ end: { ...end, facts } }), 'Still to do on it'), 'USB debugging');
  });

  test('may be retried, held, let go on and cancelled, each where that is possible', () => {
    const possible: [Job['state'], acts: string[]][] = [
      ['waiting', ['hold', 'cancel']],
      ['parked', ['retry', 'hold', 'cancel']],
      ['needs-person', ['retry', 'hold', 'cancel']],
      ['held', ['retry', 'cancel']],
      ['running', []],
      ['done', []],
    ];
    for (const [state, expected] of possible) assert.deepEqual(acts(order({ state })), expected, state);
    assert.deepEqual(acts(page({ job: job({ state: 'needs-person' }), asks: question() })), [
      'hold',
      'cancel',
    ]);
    assert.match(order(), /data-act="cancel" data-sure="Cancel this order\? Its password is dropped\."/);
    assert.match(order(), /<button class="btn main"[^>]* data-act="retry" data-sure="">Retry</);
    assert.match(order({ state: 'held' }), /data-act="retry" data-sure="">Go on</);
  });

  test('is changed by who may operate alone', () => {
    for (const role of ['look', 'nobody'] as const) {
      const source = order({}, {}, role);
      assert.deepEqual(
        [acts(source), tag(source, 'uncover'), tag(source, 'change'), tag(source, 'password-form')],
        [...[[], undefined, undefined, undefined]],
      );
      assert.match(tag(source, 'place') ?? '', / disabled/);
    }
    assert.match(tag(order(), 'password-form') ?? '', /data-saved="[^"]+" hidden/);
    assert.doesNotMatch(tag(order(), 'place') ?? '', / disabled/);
  });

  test('that is not there is asked for', () => {
    assert.match(words(page()) ?? '', / Order Scan or choose an order /);
  });
});

suite('what was done', () => {
  const events: RunEvent[] = [
    { at: at(0), kind: 'step', what: 'open the account page' },
    { at: at(2), kind: 'page', page: 'account page', package: 'app', source: '1.xml', screenshot: '1.png' },
    { at: at(3.25), kind: 'step', what: 'tap something new' },
    { at: at(3.5), kind: 'drift', what: 'found by its words' } as RunEvent,
    { at: at(4), kind: 'page', page: 'dialog', package: 'app', source: '2.xml', screenshot: '2.png' },
    { at: at(5), kind: 'page', page: 'dialog', package: 'app', source: '3.xml' },
  ];
  const steps = (view: Parameters<typeof page>[0] = {}) =>
    part(page({ job: job(), events, ...view }), /<section class="card tlc"/, '</section>') ?? '';
  const items = (source: string) =>
    [...source.matchAll(/<li class="(?:ok|nowi)">(.*?)<\/li>/gs)].map(([, item]) => words(item));

  test('is a line for each step, with the time since the first and the time of day', () => {
    const lines = items(steps());
    assert.equal(lines.length, 2, 'drift is no step');
    assert.match(lines[0] ?? '', /^0\.0 s .+ \d\d:00:00$/);
    assert.doesNotMatch(lines[0] ?? '', /open the account page/, 'in words of the page');
    assert.match(lines[1] ?? '', /^3\.3 s tap something new \d\d:00:03$/i);
  });

  test('is played again from its pictures, where there is more than one and they are here', () => {
    const source = steps();
    const shots = [...source.matchAll(/data-at="(\d)" data-ms="(\d+)" data-src="([^"]+)"/g)].map((one) =>
      one.slice(1),
    );
    assert.deepEqual(shots, [
      ['0', '2000', '/pictures/Sofia%201/8f4c1e10/1.png?of=one%20run'],
      ['1', '4000', '/pictures/Sofia%201/8f4c1e10/2.png?of=one%20run'],
    ]);
    assert.match(tag(source, 'scrub') ?? '', /min="0" max="1" value="1"/);
    for (const view of [{ elsewhere: 'http://south/' }, { events: events.slice(0, 4) }])
      assert.doesNotMatch(steps(view), /class="replay"/);
  });

  test('ends with the question that is asked now', () => {
    const last = items(steps({ job: job({ state: 'running' }), asks: question() })).at(-1);
    assert.match(last ?? '', /^31\.0 s .*\d\d:00:31$/);
  });

  test('is nothing where no run was', () => {
    assert.equal(words(steps({ events: [] })), 'Steps Nothing was done on this phone yet.');
  });
});

suite('the phone', () => {
  test('is shown with its model, release, numbers, battery and place, in the title by place and state', () => {
    const source = page({
      job: job({ state: 'done' }),
      on: phone({}, { state: 'done', end: { ...end, outcome: 'signed-out' } }),
    });
    const names = ['Model', 'Serial', 'IMEI', 'Battery', 'Station'];
    assert.deepEqual(
      names.map((name) => row(source, name)),
      ['Redmi 9', '8f4c1e10', '867320001234563 · 867320001234571', '64 %', 'Sofia 1'],
    );
    assert.match(source, /<title>A1 · Signed out/);
    assert.equal(
      words(part(source, /<header class="hd done"/, '<span class="grow"')),
      'A1 Signed out RMA-1 · Redmi 9 · Sofia 1',
    );
    assert.match(tag(source, 'place') ?? '', /value="A1" maxlength="8"/);
    const bare = page({ on: phone({ battery: undefined as never, imei2: '', place: '' }) });
    assert.deepEqual([row(bare, 'Battery'), row(bare, 'IMEI')], [undefined, '867320001234563']);
    assert.match(bare, /<h1>…c1e10<\/h1>/);
  });

  test('shows its last picture, or that there is none, or where it is', () => {
    const eye = (given: Parameters<typeof page>[0], role: Role | 'nobody' = 'operate') =>
      part(page({ job: job(), ...given }, role), /<section class="card live"/, '</section>') ?? '';
    assert.match(
      tag(eye({}), 'screen') ?? '',
      /src="\/pictures\/Sofia%201\/8f4c1e10\/7%20b\.png\?of=one%20run"/,
    );
    assert.match(words(eye({ on: phone({ picture: '' }) })) ?? '', /There is no picture\./);
    const there = eye({ elsewhere: 'http://south:7676/' });
    assert.match(
      words(there) ?? '',
      /There is no picture\..* Pictures and control are on the page of Sofia 1\. Open there$/,
    );
    assert.match(there, /data-there="http:\/\/south:7676\/"/);
    assert.doesNotMatch(eye({ elsewhere: '' }), /data-there/);
    for (const none of [there, eye({}, 'look'), eye({}, 'nobody'), eye({ on: phone({ state: 'offline' }) })])
      assert.equal(tag(none, 'take'), undefined);
  });

  test('is taken in hand and looked at live where nothing else has it, and else it is said what has', () => {
    const hands = (given: Partial<PhoneView> & { asks?: OpenQuestion }) => {
      const source = part(page({ job: job(), ...given }), /<div class="acts hands"/, '<dialog') ?? '';
      const isOff = (id: string) => / disabled/.test(tag(source, id) ?? ' disabled');
      return [isOff('take'), isOff('look'), words(/<p class="note">(.*?)<\/p>/s.exec(source)?.[1])];
    };
    assert.deepEqual(hands({}), [
      false,
      false,
      'What you do is written in the record. What you type is not.',
    ]);
    assert.deepEqual(hands({ isFree: false }), [
      ...[
        false,
        true,
        'A run works on this phone: its own pictures are shown, and looking live would disturb it.',
      ],
    ]);
    const barred = { say: 'control-busy' } as const;
    assert.deepEqual(hands({ barred, isFree: false }), [
      ...[true, true, 'A run has this phone in hand. Wait for its end, or set the phone aside first.'],
    ]);
    assert.deepEqual(
      hands({ barred: { say: 'control-taken', by: 'Iva' } })[2],
      'Iva has this phone in hand.',
    );
    const asks = { barred, isFree: false, asks: question() };
    assert.deepEqual(hands(asks), [
      ...[false, true, 'Taking control sets the phone aside first: its run ends, and you go on by hand.'],
    ]);
    assert.match(
      tag(page({ job: job(), ...asks }), 'take') ?? '',
      /data-question="q1" data-sure="End the run on this phone and take control\?"/,
    );
    assert.doesNotMatch(tag(page({ job: job(), barred }), 'take') ?? '', /data-question|data-sure/);
  });

  test('leads to other phones that ask', () => {
    const other = tileOf(
      phone({ serial: 'b2', place: 'B2' }, { state: 'running' }),
      question({ serial: 'b2' }),
      now,
    );
    const source = part(page({ others: [other] }), /<div class="nq"/, '</div>') ?? '';
    assert.match(source, /<a href="\/phones\/Sofia%201\/b2"><b>B2<\/b>/);
    assert.doesNotMatch(page(), /class="nq"/);
  });
});
