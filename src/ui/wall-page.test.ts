import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PhoneJob, PhoneOnWall } from '../jobs/phones-seen.ts';
import type { Role } from '../store/operators.ts';
import type { OpenQuestion } from '../store/questions.ts';
import { localTime } from '../words/local-time.ts';
import { auditPage } from './audit-page.ts';
import { messagePage, pageOf, viewerOf, type Viewer } from './layout.ts';
import { byPlace, needing, stepOf, tileOf } from './tile.ts';
import {
  adviceOf,
  attentionOf,
  leftOf,
  pictureAddress,
  rowsFor,
  tileItem,
  timeOf,
  totalsOf,
  wallPage,
} from './wall-page.ts';

const viewer = (more: Partial<Viewer> & { role?: Role } = {}): Viewer => {
  const { role = 'operate', ...rest } = more;
  return viewerOf({
    ...{ operator: { name: 'Iva', role }, isLoggedIn: true, language: 'en', theme: 'auto' },
    ...{ home: 'Sofia 1', station: 'Sofia 1', ...rest },
  });
};
const words = (text = '') =>
  text
    .replace(/<svg[^]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const now = Date.now();
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const phone = (more: Partial<PhoneOnWall> = {}, work?: Partial<PhoneJob>): PhoneOnWall => ({
  ...{
    station: 'Sofia 1',
    serial: '8f4c1e10',
    usb: '',
    state: 'device',
    model: 'Redmi 9',
    release: 'MIUI 14',
  },
  ...{
    since: at(0),
    plugged: at(0),
    job: '',
    step: '',
    evidence: '',
    picture: '',
    place: '',
    seen: '',
    ...more,
  },
  ...(work && { work: { id: '7', batch: 'lab', state: 'waiting', reference: 'R-1', attempts: 1, ...work } }),
});
const question = (until: string): OpenQuestion => ({
  ...{ id: 'q', station: 'Sofia 1', serial: '8f4c1e10', job: '7', what: 'captcha', prompt: '', picture: '' },
  ...{ askedAt: at(-1), until },
});
const tile = (given: PhoneOnWall, asks?: OpenQuestion) => tileOf(given, asks, now);
const end = { outcome: 'refused', reason: 'network', durationMs: 11_000 } as never;

suite('a tile', () => {
  const shown = (given: PhoneOnWall, more: Parameters<typeof viewer>[0] = {}, asks?: OpenQuestion) =>
    tileItem(tile(given, asks), viewer(more)).text;

  test('says where it is, what it does and for whom; of all stations also at which one', () => {
    const given = phone({ place: 'A1', battery: 50 }, { state: 'done', end });
    assert.equal(words(shown(given)), 'A1 , 11 s Signed out , R-1 Redmi 9 MIUI 14 · 50 % , Unplug it');
    assert.match(words(shown(given, { station: '' })), /^Sofia 1 · A1 /);
    assert.doesNotMatch(shown(given), /<b class="why">/);
    assert.match(shown(phone({}, { state: 'parked', end })), /<b class="why">[A-Z]/);
    const bare = shown(phone());
    assert.match(bare, /<span class="pl own">…c1e10</);
    assert.match(bare, /<span class="rf" dir="auto">8f4c1e10</);
    assert.match(bare, /aria-hidden="true">MIUI 14</);
    assert.match(bare, /data-place="" data-urgency="5"/);
    assert.match(bare, /href="\/phones\/Sofia%201\/8f4c1e10"/);
  });

  test('of a phone that works has a bar with the steps that are behind it', () => {
    const bar = (step: string) => {
      const text = shown(phone({ step }, { state: 'running' }));
      return [...text.matchAll(/<i(?: class="(on)")?><\/i>/g)].map(([, on]) => (on ? 1 : 0)).join('');
    };
    assert.equal(bar('open the account page'), '110000');
    assert.equal(bar('submit the password'), '111111');
    assert.equal(bar('something else'), '100000');
    assert.doesNotMatch(shown(phone({}, { state: 'done', end })), /bar6/);
  });

  test('has the newest picture of its run, where that is on this computer', () => {
    const given = { evidence: '/runs/one run', picture: '7 b.png' };
    const address = '/pictures/Sofia%201/8f4c1e10/7%20b.png?of=one%20run';
    assert.equal(pictureAddress(phone(given)), address);
    assert.equal(pictureAddress(phone({ ...given, evidence: 'C:\\runs\\two' })).split('=')[1], 'two');
    assert.ok(shown(phone(given)).includes(`src="${address}"`));
    for (const more of [{ picture: '' }, { evidence: '' }, { state: 'unauthorized' }, { station: 'other' }])
      assert.match(shown(phone({ ...given, ...more })), /<span class="p no">/, JSON.stringify(more));
  });

  test('has a time that counts on, one that runs down, or what it took', () => {
    const { say } = viewer();
    const time = (one: Parameters<typeof timeOf>[0]['time']) => String(timeOf({ time: one }, say));
    assert.equal(time(undefined), '<span class="tm"></span>');
    const took = [0, 16_400, 99_400, 99_500, 5_399_400, 5_399_500, 10_800_000].map((ms) =>
      words(time({ took: ms })),
    );
    assert.deepEqual(took, ['0 s', '16 s', '99 s', '2 min', '90 min', '2 h', '3 h']);
    const since = time({ since: at(-4) });
    assert.match(since, /class="tm" data-since="[^"]+" aria-hidden="true">4 min</);
    assert.equal(words(time({ since: at(9) })), '0 s');
    const until = time({ until: at(-1) });
    assert.match(until, /data-until="[^"]+">0:00</);
    assert.doesNotMatch(until, /aria-hidden/);
    assert.deepEqual([0, -5, 1, 1000, 1001, 59_000, 60_000, 102_000, 600_000].map(leftOf), [
      ...['0:00', '0:00', '0:01', '0:01', '0:02', '0:59', '1:00', '1:42', '10:00'],
    ]);
  });

  test('says the hour of today and the day of another time', () => {
    const { say, language } = viewer();
    const later = (time: string) => adviceOf(tile(phone({}, { notBefore: time })), say, language).todo;
    const [today, far] = [localTime(now).slice(0, 10), '2099-12-24T10:00:00.000Z'];
    assert.ok(later(far).includes(localTime(far).slice(5, 16)), later(far));
    const soon = at(0.5);
    if (localTime(soon).startsWith(today)) assert.ok(later(soon).includes(localTime(soon).slice(11, 16)));
    assert.doesNotMatch(later(soon), /\d{4}-/);
  });
});

suite('the wall', () => {
  const parked = (n: number) =>
    tile(phone({ serial: `p${n}`, place: `A${n}` }, { state: 'parked', end, endedAt: at(n - 99) }));

  test('counts its phones by state, and those states that are seldom only where there are some', () => {
    const tiles = [
      tile(phone()),
      tile(phone({ serial: 'b' })),
      tile(phone({ away: at(-3) }, { state: 'held' })),
    ];
    const text = totalsOf({ tiles, signedOut: { day: 31, hour: 4 }, full: [] }, viewer()).text;
    const chips = [...text.matchAll(/<li class="chip (\w+)( none)?">[^]*?<b>(\d+)/g)].map(
      ([, state, none, n]) => `${state} ${n}${none ?? ''}`,
    );
    assert.deepEqual(chips, [
      ...['person 0 none', 'fail 0 none', 'work 0 none', 'queue 0 none', 'done 0 none', 'order 2'],
      ...['unauth 0 none', 'gone 0 none', 'away 1'],
    ]);
    assert.match(words(text), / 31 [^\d]+ 4 /);
  });

  test('shows what needs a person, of which narrow screens show six, four or three, and where the next one is', () => {
    const of = (count: number) => {
      const tiles = Array.from({ length: count }, (_, nth) => parked(nth));
      return attentionOf({ tiles, signedOut: { day: 0, hour: 0 }, full: [] }, viewer()).text;
    };
    const more = (count: number) =>
      [...of(count).matchAll(/class="more (m\d)" href="([^"]+)"[^>]*>\+(\d+)</g)].map((one) =>
        one.slice(1).join(' '),
      );
    assert.deepEqual(more(8), [
      ...['m0 /phones/Sofia%201/p6 2', 'm1 /phones/Sofia%201/p4 4', 'm2 /phones/Sofia%201/p3 5'],
    ]);
    assert.deepEqual(more(4), ['m2 /phones/Sofia%201/p3 1']);
    assert.deepEqual(more(3), []);
    assert.equal(of(8).match(/class="q fail/g)?.length, 8);
    const asking = [tile(phone({}, { state: 'running' }), question(at(2)))];
    const asks = attentionOf({ tiles: asking, signedOut: { day: 0, hour: 0 }, full: [] }, viewer()).text;
    assert.match(asks, /class="q person".*data-until=/);
    assert.doesNotMatch(of(1), /class="tm"/, 'only a question has a time');
    const calm = attentionOf(
      {
        tiles: [tile(phone({}, { state: 'running' })), tile(phone())],
        signedOut: { day: 0, hour: 0 },
        full: [],
      },
      viewer(),
    ).text;
    assert.match(calm, /<p class="calm">/);
    assert.match(words(calm), / 1 /, 'one works');
  });

  test('says whose disk is full, and that nothing is on it yet', () => {
    const page = (full: string[], tiles = [parked(1)]) =>
      wallPage({ tiles, full, signedOut: { day: 0, hour: 0 } }, viewer(), {});
    assert.match(page([]), /id="full" role="alert" hidden/);
    assert.match(
      page(['Sofia 1', 'Varna']),
      /id="full" role="alert">[^]*No room on the disk of Sofia 1, Varna\./,
    );
    assert.match(page([]), /<div class="empty" id="empty" hidden>/);
    assert.match(page([], []), /<div class="empty" id="empty">/);
    const ordered = page([], [parked(10), parked(2)]);
    assert.ok(ordered.indexOf('data-place="A2"') < ordered.indexOf('data-place="A10"'));
    assert.deepEqual([0, 1, 16, 17, 24, 25, 32, 99].map(rowsFor), [2, 2, 2, 3, 3, 4, 4, 4]);
  });

  test('shows a cable that is loose as a failure that is known, and what else stands still by what it waits for', () => {
    const found = (...given: Parameters<typeof phone>) => {
      const { state, isSeen, advice, time } = tile(phone(...given));
      return { state, isSeen, advice, time };
    };
    for (const [state, why] of [
      ['offline', 'why.offline'],
      ['connecting', 'why.offline'],
      ['twice', 'why.twice'],
      ['recovery', 'why.state'],
    ] as const)
      assert.deepEqual(found({ state }), {
        ...{ state: 'fail', isSeen: true, advice: { why, say: 'do.offline' }, time: { since: at(0) } },
      });
    assert.equal(found({ state: 'authorizing' }).state, 'unauth');
    const lockAfter = { state: 'on', at: at(0), isOver: true } as const;
    assert.deepEqual(found({}, { state: 'done', end, lockAfter }).advice, {
      why: 'why.lock',
      say: 'do.lock-over',
    });
    const lock = { ...lockAfter, isOver: false };
    assert.deepEqual(found({}, { state: 'done', end, lockAfter: lock }).advice, {
      why: 'why.lock',
      say: 'do.lock',
    });
    const retry = { outcome: 'refused', reason: 'budget', retryFrom: at(60) } as never;
    assert.deepEqual(found({}, { state: 'parked', end: retry }).advice, retry);
    assert.deepEqual(found({}, { state: 'parked' }).advice, { outcome: 'error' });
    assert.deepEqual(found({}, { notBefore: at(1) }).advice, { say: 'do.later', at: at(1) });
    assert.deepEqual(found({}, { notBefore: at(0) }).advice, { say: 'do.queue' });
    assert.deepEqual(found({}, { state: 'held' }).advice, { say: 'do.held' });
    const waits = { reason: 'owner-asked', since: at(-3) } as const;
    assert.deepEqual(found({}, { state: 'held', hold: waits }).advice, {
      why: 'hold.owner-asked',
      say: 'do.wait',
    });
    const running = tile(phone({ step: 'tap Sign out' }, { state: 'unrecorded', startedAt: at(-2) }));
    assert.deepEqual(
      [running.advice, running.phase, running.time],
      [{ say: 'step.record' }, 6, { since: at(-2) }],
    );
    assert.equal(tile(phone({ step: 'tap Sign out' }, { state: 'running' })).phase, 3);
  });

  test('knows each step of a run by its words', () => {
    const steps: [step: string, say: string, phase: number][] = [
      ['open the account page', 'step.open', 1],
      ['scroll up', 'step.open', 1],
      ['scroll down for the row of the Mi Account', 'step.open', 1],
      ['press Back', 'step.back', 1],
      ['answer Not now', 'step.back', 1],
      ['press Cancel', 'step.back', 5],
      ['scroll down for Sign out', 'step.tap', 2],
      ['keep the synced data', 'step.keep', 3],
      ['remove the synced data', 'step.remove', 3],
      ['type the new password', 'step.new-password', 4],
      ['type the password', 'step.type', 4],
      ['answer the captcha', 'step.check', 5],
      ['wait for the code', 'step.wait-code', 3],
      ['press Send', 'step.send', 2],
      ['choose the e-mail address', 'step.send', 2],
      ['type the code', 'step.check', 4],
      ['compare the account', 'step.compare', 1],
    ];
    for (const [step, say, phase] of steps) assert.deepEqual(stepOf(step), { say, phase }, step);
  });

  test('has phones without a place by station, then as they were plugged in, then by serial', () => {
    const of = (serial: string, more: Partial<PhoneOnWall> = {}) => tile(phone({ serial, ...more }));
    const tiles = [
      ...[of('b', { plugged: at(0) }), of('a10', { plugged: at(0) }), of('a9', { plugged: at(0) })],
      ...[of('x', { station: 'Varna', plugged: at(-9) }), of('old', { plugged: at(-1) })],
      of('y', { station: 'Varna', place: 'A1' }),
      of('z', { place: 'B1' }),
    ];
    assert.deepEqual(
      tiles.toSorted(byPlace).map(({ phone: { serial } }) => serial),
      ['z', 'y', 'old', 'a9', 'a10', 'b', 'x'],
    );
    const same = [parked(7), parked(3)].map((one) => ({ ...one, time: undefined }));
    assert.deepEqual(
      needing(same).map(({ place }) => place),
      ['A3', 'A7'],
    );
  });
});

suite('every page', () => {
  const station = (name: string, questions = 0) => ({
    ...{ name, url: '', alive: true, watched: true, full: false, questions },
  });

  test('has a bar that leads to the others, the stations where there are several, and who has logged in', () => {
    const page = pageOf(
      { title: 'T', page: 'lists', body: 'x', after: 7, stations: [station('Sofia 1', 2), station('Varna')] },
      viewer(),
    );
    assert.match(page, /<a href="\/lists" aria-current="page">/);
    assert.equal(page.match(/aria-current="page"/g)?.length, 1);
    assert.match(page, /data-after="7"/);
    assert.match(
      page,
      /<select id="station"><option value="">[^<]+<\/option><option value="Sofia 1" selected>Sofia 1 · 2<\/option><option value="Varna">Varna<\/option>/,
    );
    assert.match(page, /Iva · Log out/);
    assert.match(page, /id="scan"[^>]* autofocus/);
    const alone = pageOf(
      { title: 'T', body: 'x', stations: [station('Sofia 1')] },
      viewer({ isLoggedIn: false }),
    );
    assert.doesNotMatch(alone, /id="station"|Log out|autofocus/);
    assert.match(alone, /data-after="0"/);
    const quiet = pageOf({ title: 'T', page: 'wall', className: 'phonepage', body: 'x' }, viewer());
    assert.doesNotMatch(quiet, /id="scan"[^>]* autofocus/);
    const bare = pageOf(
      { title: 'T', body: 'x', isBare: true, scripts: ['labels'], styles: ['label-62'] },
      viewer(),
    );
    assert.doesNotMatch(bare, /<header|page\.js/);
    assert.match(bare, /label-62\.css[^]*labels\.js/);
    assert.match(
      messagePage('Title', 'Text', viewer()),
      /<h1>Title<\/h1><p>Text<\/p><a class="btn" href="\/">Back to the wall/,
    );
  });

  test('of what operators did has the older ones and the newest one page away, and what was chosen', () => {
    const entry = {
      id: '55',
      at: at(0),
      operator: 'Mira',
      act: 'retry',
      station: 's',
      about: { batch: 'lab', jobs: 3 },
    };
    const page = (more: object = {}, wish = { operator: 'Mira', act: '', before: '' }) =>
      auditPage(
        {
          entries: [entry],
          operators: ['Ivan', 'Mira'],
          acts: ['retry', 'new-act'],
          references: new Map(),
          wish,
          isMore: true,
          ...more,
        },
        viewer({ role: 'administer' }),
        {},
      );
    assert.match(page(), /href="\/audit\?operator=Mira&#38;act=&#38;before=55"/);
    assert.doesNotMatch(page(), /before="/);
    const newest = page({ isMore: false }, { operator: '', act: 'retry', before: '70' });
    assert.match(newest, /href="\/audit\?operator=&#38;act=retry&#38;before="/);
    assert.doesNotMatch(newest, /before=55/);
    assert.match(page(), /<option value="Mira" selected>/);
    assert.match(newest, /<option value="retry" selected>[^<]+<\/option><option value="new-act">new-act</);
    assert.match(page({ entries: [] }), /class="none"/);
    const about = (given: Record<string, string | number>) =>
      /<td class="ab" dir="auto">([^<]*)</.exec(page({ entries: [{ ...entry, about: given }] }))?.[1];
    assert.equal(about({ x: 1, y: 2, kind: 'tap', ms: 3 }), '');
    assert.equal(about({ bytes: 5, name: 'Lab', more: 'y'.repeat(400) })?.length, 300);
    assert.equal(about({ job: '9' }), 'order 9');
  });
});
