import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { JobAdmin } from '../jobs/admin.ts';
import { LivePage } from '../live/page.ts';
import { readAudit } from '../store/audit.ts';
import { sayStation } from '../store/station-events.ts';

const SOUTH = 'Plovdiv 2';
const ABSENT = '00000000-0000-4000-8000-000000000000';
const at = (serial: string, station = LivePage.STATION) =>
  `/phones/${encodeURIComponent(station)}/${encodeURIComponent(serial)}`;

describe('the page of a phone answers', () => {
  let live: LivePage;
  let screen: () => Promise<Buffer> = () => live.sim.screenshot();
  let cost: () => Promise<{ used: number; most: number }>;
  const busy = new Set<string>();

  before(async () => {
    cost = async () => ({ used: 1, most: 2 });
    live = await LivePage.start({
      ...{ browser: false, screen: () => screen(), cost: () => cost() },
      isBusy: async (serial) => busy.has(serial),
    });
    await sayStation(live.store.pool, {
      ...{ name: SOUTH, url: 'https://south.example:7676/', worker: 'away', isWatched: false },
    });
  });
  after(() => live?.stop());

  async function ask(method: 'GET' | 'POST', url: string, body?: object) {
    const answer = await live.page.app.inject({
      ...{ method, url, remoteAddress: '127.0.0.1' },
      headers: {
        host: '127.0.0.1',
        origin: 'http://127.0.0.1',
        accept: 'text/html',
        'accept-language': 'en',
      },
      ...(method === 'POST' && { payload: body ?? {} }),
    });
    const json = () => answer.json<Record<string, unknown>>();
    return { ...{ status: answer.statusCode, headers: answer.headers, text: answer.body, json } };
  }
  const get = (url: string) => ask('GET', url);
  const post = (url: string, body?: object) => ask('POST', url, body);
  /** What was written down since, oldest first. */
  const acts = async (since: string) =>
    (await readAudit(live.store.pool, { limit: 50 }))
      .filter(({ id }) => BigInt(id) > BigInt(since))
      .map(({ operator, act, about }) => ({ operator, act, about }))
      .reverse();
  const newest = async () => (await readAudit(live.store.pool, { limit: 1 }))[0]?.id ?? '0';
  const parked = { end: { outcome: 'refused', reason: 'wrong-password' }, next: { then: 'parked' } } as const;

  it('with all about it, also where its cost is not known, and has looked at its end from then on', async () => {
    const job = await live.order('p1', 'RMA-1', parked);
    const evidence = await live.evidence('01-account');
    writeFileSync(
      join(evidence, 'timeline.jsonl'),
      `${JSON.stringify({ at: new Date().toISOString(), kind: 'step', what: 'tap something of this run' })}\n`,
    );
    await live.see({ serial: 'p1', job, evidence, picture: '01-account.png' });
    const seen = async () =>
      (await live.store.pool.query<{ seen: string }>("select seen from mi_unbind.phone where serial = 'p1'"))
        .rows[0]?.seen;
    assert.equal(await seen(), '');
    const page = await get(at('p1'));
    assert.equal(page.status, 200);
    assert.match(await seen().then(String), new RegExp(`^${job} \\d{4}-`));
    assert.match(page.text, /class="hd fail seen"/);
    assert.match(page.text, /Passwords submitted for this account in 24 hours: 1 of 2\./);
    assert.match(page.text, /Tap something of this run/, 'steps of its own evidence');
    assert.match(page.text, /<dt>Password<\/dt><dd[^>]*>given/);
    assert.match(page.text, /id="take"(?![^>]* disabled)/);
    assert.doesNotMatch(page.text, /data-there/);
    cost = () => Promise.reject(new Error('the database is away'));
    const unknown = await get(at('p1'));
    assert.deepEqual([unknown.status, /in 24 hours/.test(unknown.text)], [200, false]);
    cost = async () => ({ used: 1, most: 2 });
  });

  it('that there is none, by the serial that was asked for', async () => {
    const { status, text } = await get(at('<b>none'));
    assert.equal(status, 404);
    assert.match(text, /This phone is on no wall\.[^]*&#60;b&#62;none/);
  });

  it('of another station with the steps that the store has, and where its pictures are', async () => {
    const job = await live.order('s1', 'RMA-S');
    const step = (what: string, more: object = {}) => ({ kind: 'step', job, body: { what, ...more } });
    await live.see({ station: SOUTH, serial: 's1', job, evidence: '/elsewhere' }, [
      step('tap a thing'),
      step('a page of it', { page: 'account page' }),
      { kind: 'phone', job, body: { what: 'no step' } },
      { ...step('of an order before'), job: '' },
    ]);
    const { status, text } = await get(at('s1', SOUTH));
    assert.equal(status, 200);
    const steps = [...text.matchAll(/<li class="ok">.*?<b[^>]*>(.*?)<\/b>/gs)].map(([, what]) => what);
    assert.deepEqual(steps, ['Tap a thing']);
    assert.match(text, /data-there="https:\/\/south\.example:7676\/"/);
    assert.doesNotMatch(text, /id="take"|id="look"/);
    await live.see({ station: SOUTH, serial: 's2' });
    assert.match((await get(at('s2', SOUTH))).text, /Nothing was done on this phone yet\./);
    await live.see({ station: 'Varna 3', serial: 'v1' });
    const unserved = await get(at('v1', 'Varna 3'));
    assert.match(unserved.text, /Pictures and control are on the page of Varna 3\./);
    assert.doesNotMatch(unserved.text, /data-there/, 'its station serves no page');
  });

  it('with what other phones ask, and not with what it asks itself', async () => {
    await live.see({ serial: 'q1' });
    await live.see({ serial: 'q2' });
    await live.ask({ serial: 'q1', job: '', what: 'captcha' }, 60);
    await live.ask({ serial: 'q2', job: '', what: 'code', prompt: 'Read it to the caller' }, 90);
    await live.page.live.refresh();
    const { text } = await get(at('q1'));
    assert.match(text, /<form class="card ask" id="ask"[^]*Type the characters in the picture/);
    const others = [...(/<div class="nq">.*?<\/div>/s.exec(text)?.[0] ?? '').matchAll(/href="([^"]+)"/g)];
    assert.deepEqual(
      others.map(([, href]) => href),
      [at('q2')],
    );
    await live.store.pool.query('delete from mi_unbind.question');
  });

  it('with the picture of a question of this station, and of no other', async () => {
    const picture = join(await live.evidence('captcha'), 'captcha.png');
    const shown = async (more: { picture?: string }, station: string = LivePage.STATION) => {
      const id = await live.ask({ serial: 'p1', job: '', what: 'captcha', ...more }, 60);
      await live.store.pool.query('update mi_unbind.question set station = $2 where id = $1', [id, station]);
      return get(`/questions/${id}/picture`);
    };
    const own = await shown({ picture });
    assert.deepEqual(
      [own.status, own.headers['content-type'], own.headers['cache-control']],
      [200, 'image/png', 'no-store'],
    );
    assert.equal((await shown({ picture }, SOUTH)).status, 404);
    assert.equal((await shown({})).status, 404);
    assert.equal((await shown({ picture: `${picture}.gone` })).status, 404);
    assert.equal((await get('/questions/0/picture')).status, 404);
    await live.store.pool.query('delete from mi_unbind.question');
  });

  it('what became of a question: it is open, taken, another came first, or its time is over', async () => {
    const since = await newest();
    const job = await live.order('p2', 'RMA-2');
    const open = (seconds: number) => live.ask({ serial: 'p2', job, what: 'code' }, seconds);
    const [first, second, over] = [await open(60), await open(60), await open(-1)];
    const became = async (id: string) => (await get(`/questions/${id}`)).json();
    assert.deepEqual(await became(first), { kind: 'open' });
    const taken = await post(`/questions/${first}`, { answer: '123456' });
    assert.deepEqual([taken.status, taken.json()], [200, { kind: 'taken' }]);
    const by = `lab (${LivePage.STATION})`;
    assert.deepEqual(await became(first), { kind: 'second', by });
    assert.deepEqual((await post(`/questions/${first}`, { answer: 'late' })).json(), { kind: 'second', by });
    assert.deepEqual((await post(`/questions/${second}`, { answer: '' })).json(), { kind: 'taken' });
    assert.deepEqual((await post(`/questions/${over}`, { answer: 'late' })).json(), { kind: 'over' });
    assert.deepEqual(await became(over), { kind: 'over' });
    for (const id of ['0', `${ABSENT}0`, `x${ABSENT}`]) {
      assert.equal((await get(`/questions/${id}`)).status, 404, id);
      assert.equal((await post(`/questions/${id}`, { answer: 'a' })).status, 404, id);
    }
    const about = (question: string) => ({ question, job, serial: 'p2' });
    assert.deepEqual(await acts(since), [
      { operator: 'lab', act: 'answer', about: about(first) },
      { operator: 'lab', act: 'set-aside', about: about(second) },
    ]);
    await live.store.pool.query('delete from mi_unbind.question');
  });

  it('to who changes its order, writes down what was changed alone, and never a password', async () => {
    const since = await newest();
    const job = await live.order('p3', 'RMA-3');
    const act = async (name: string, body = {}) => (await post(`/jobs/${job}/${name}`, body)).status;
    const state = async () => (await new JobAdmin(live.store).show(job))?.state;
    assert.deepEqual([await act('hold'), await state()], [200, 'held']);
    assert.deepEqual([await act('retry'), await state()], [200, 'waiting']);
    for (const password of ['', 'two\nlines']) assert.equal(await act('password', { password }), 400);
    assert.equal(await act('password', { password: 'Kanarie-Neu-9' }), 200);
    const account = await post(`/jobs/${job}/account`);
    assert.deepEqual(
      [account.json(), account.headers['cache-control']],
      [{ account: '6230001535' }, 'no-store'],
    );
    assert.deepEqual([await act('cancel'), await state()], [200, 'cancelled']);
    const refused = await post(`/jobs/${job}/hold`);
    assert.deepEqual(
      [refused.status, refused.json()],
      [409, { error: 'It has changed meanwhile, and stays as it is.' }],
    );
    assert.equal(await act('password', { password: 'Kanarie-Neu-9' }), 409, 'it needs none any more');
    assert.equal(await act('format'), 404);
    for (const id of ['999999', '1x', 'x', '-1', '1'.repeat(19)])
      assert.equal((await post(`/jobs/${id}/hold`)).status, 404, id);
    const written = await acts(since);
    assert.deepEqual(
      written.map(({ act: name, about }) => [name, about]),
      ['hold', 'retry', 'give-password', 'uncover-account', 'cancel'].map((name) => [name, { job }]),
    );
  });

  describe('with a picture of its run', () => {
    const pictureOf = (name: string, of: string, serial = 'p1', station = LivePage.STATION) =>
      get(`/pictures/${encodeURIComponent(station)}/${serial}/${name}?of=${encodeURIComponent(of)}`);

    it('that a browser may keep, from the newest evidence alone', async () => {
      const evidence = await live.evidence('01-account');
      const of = basename(evidence);
      const { status, headers } = await pictureOf('01-account.png', of);
      assert.deepEqual(
        [status, headers['content-type'], headers['cache-control']],
        [200, 'image/png', 'private, max-age=86400, immutable'],
      );
      for (const wrong of ['', '.', `${of}x`, evidence])
        assert.equal((await pictureOf('01-account.png', wrong)).status, 404, wrong);
      for (const name of ['timeline.jsonl', '..%2F01-account.png', '01-account.png.txt', '.png'])
        assert.equal((await pictureOf(name, of)).status, 404, name);
      assert.equal((await pictureOf('01-account.png', of, 's1', SOUTH)).status, 404);
      assert.equal((await pictureOf('01-account.png', of, 'p2')).status, 404);
    });

    it('of a phone that the wall has not read yet as the store has it, and whole', async () => {
      const evidence = await live.evidence('02-dialog');
      const file = join(evidence, '02-dialog.png');
      await live.see({ serial: 'fresh', evidence, picture: '02-dialog.png' });
      const { status, text } = await pictureOf('02-dialog.png', basename(evidence), 'fresh');
      assert.deepEqual([status, text.includes('IEND')], [200, true]);
      symlinkSync(file, join(evidence, 'link.png'));
      const [link, gone, cut] = await Promise.all(
        ['link.png', 'gone.png', 'cut.png'].map((name, nth) => {
          if (nth === 2) writeFileSync(join(evidence, name), text.slice(0, 40), 'latin1');
          return pictureOf(name, basename(evidence), 'fresh');
        }),
      );
      assert.deepEqual([link?.status, gone?.status, cut?.status], [404, 404, 404]);
    });
  });

  describe('live', () => {
    it('with a JPEG of its screen, and writes down who began to look', async () => {
      const since = await newest();
      const first = await live.page.app.inject({
        ...{ url: `${at('p1')}/screen?first=1`, remoteAddress: '127.0.0.1', headers: { host: '127.0.0.1' } },
      });
      const { headers } = first;
      assert.deepEqual(
        [first.statusCode, headers['content-type'], headers['cache-control'], headers['x-drawn']],
        [200, 'image/jpeg', 'no-store', 'false'],
      );
      const { format, width } = await sharp(first.rawPayload).metadata();
      assert.deepEqual([format, width], ['jpeg', 540]);
      assert.equal((await get(`${at('p1')}/screen`)).status, 200);
      const [job] = await new JobAdmin(live.store).referred('RMA-1');
      const written = { operator: 'lab', act: 'look-live', about: { serial: 'p1', job: job?.id } };
      assert.deepEqual(await acts(since), [written]);
    });

    it('with nothing where a run works on it, it is not ready, is elsewhere, or gives no picture', async () => {
      await live.order('r1', 'RMA-R');
      const claim = await live.begin('r1');
      await live.see({ serial: 'r1', job: claim.id });
      await live.see({ serial: 'off', state: 'offline' });
      await live.see({ serial: 'b1' });
      busy.add('b1');
      for (const serial of ['r1', 'off', 'b1']) {
        const { status, json } = await get(`${at(serial)}/screen`);
        assert.deepEqual(
          [status, /^A run works on this phone/.test(String(json().error))],
          [409, true],
          serial,
        );
      }
      assert.equal((await get(`${at('none')}/screen`)).status, 404);
      assert.equal((await get(`${at('s2', SOUTH)}/screen`)).status, 404);
      await live.see({ serial: 'blind' });
      screen = () => Promise.reject(new Error('the phone is away'));
      const blind = await get(`${at('blind')}/screen`);
      assert.deepEqual([blind.status, blind.json()], [503, { error: 'The phone gives no picture.' }]);
      screen = () => live.sim.screenshot();
    });

    it('with why it may not be taken in hand', async () => {
      await live.order('w1', 'RMA-W');
      await live.see({ serial: 'w1' });
      const expected: [serial: string, why: RegExp][] = [
        ['off', /^The phone gives no picture\.$/],
        ['r1', /^A run has this phone in hand\./],
        ['b1', /^A run has this phone in hand\./],
        ['w1', /^This phone waits its turn\. Put its order on hold first\.$/],
      ];
      for (const [serial, why] of expected) {
        const { status, json } = await post(`${at(serial)}/control`);
        assert.equal(status, 409, serial);
        assert.match(String(json().error), why, serial);
      }
      for (const url of [at('none'), at('s2', SOUTH)])
        assert.equal((await post(`${url}/control`)).status, 404, url);
      assert.equal(live.controls.of('w1'), undefined);
      const { controls } = live;
      const held = await controls.take('h1', 'run', () => undefined);
      await live.see({ serial: 'h1' });
      const byMira = await post(`${at('h1')}/control`);
      assert.deepEqual([byMira.status, byMira.json()], [409, { error: 'run has this phone in hand.' }]);
      assert.equal((await get(`${at('h1')}/screen`)).status, 200, 'who looks sees what that one does');
      await held.release('released');
    });

    it('to who has it in hand alone, and writes down each act without what was typed', async () => {
      const since = await newest();
      await live.see({ serial: 'c1' });
      const [job] = await new JobAdmin(live.store).referred('RMA-1');
      await live.store.pool.query('update mi_unbind.phone set job = $1 where serial = $2', [job?.id, 'c1']);
      const took = await post(`${at('c1')}/control`);
      const { id, ms } = took.json() as { id: string; ms: number };
      assert.deepEqual([took.status, ms], [200, 60_000]);
      assert.equal((await get(`${at('c1')}/screen`)).status, 200);
      const act = (body: object) => post(`/control/${id}`, body);
      assert.deepEqual((await act({ kind: 'tap', x: 0.5, y: 0.02 })).json(), { kind: 'done' });
      assert.deepEqual((await act({ kind: 'text', text: 'Kanarie-1' })).json(), { kind: 'done' });
      assert.deepEqual((await act({ kind: 'key', key: 'home' })).json(), { kind: 'done' });
      const untypable = await act({ kind: 'text', text: 'ä' });
      assert.deepEqual(
        [untypable.status, untypable.json()],
        [400, { error: 'From here only letters without accents, digits and common signs can be typed.' }],
      );
      const outside = await act({ kind: 'tap', x: 1, y: 0 });
      assert.deepEqual([outside.status, outside.json()], [400, { error: 'The phone gives no picture.' }]);

      await live.store.pool.query("delete from mi_unbind.hold where serial = 'c1'");
      const taken = await act({ kind: 'key', key: 'home' });
      assert.deepEqual(
        [taken.status, taken.json()],
        [409, { error: 'You have this phone in hand no more.' }],
      );
      assert.equal((await post(`/control/${id}/release`)).status, 200);
      assert.equal((await act({ kind: 'key', key: 'home' })).status, 404);
      const { width = 0, height = 0 } = await sharp(await live.sim.screenshot()).metadata();
      const about = { serial: 'c1', ...(job && { job: job.id }) };
      // The end is written down while the answer goes out.
      let written = await acts(since);
      for (let left = 100; written.length < 5 && left > 0; left--) written = await acts(since);
      assert.deepEqual(written, [
        { operator: 'lab', act: 'take-control', about },
        {
          ...{ operator: 'lab', act: 'control-tap' },
          about: { ...about, kind: 'tap', x: width / 2, y: Math.floor(height * 0.02) },
        },
        { operator: 'lab', act: 'control-text', about: { ...about, kind: 'text' } },
        { operator: 'lab', act: 'control-key', about: { ...about, kind: 'key', key: 'home' } },
        { operator: 'lab', act: 'release-control', about: { ...about, why: 'taken' } },
      ]);
    });

    it('and not to another one, who may not even release it', async () => {
      const mine = await live.controls.take('c1', 'Mira', () => undefined);
      const foreign = await post(`/control/${mine.id}`, { kind: 'key', key: 'home' });
      assert.deepEqual(
        [foreign.status, foreign.json()],
        [404, { error: 'You have this phone in hand no more.' }],
      );
      assert.equal((await get(`/control/${mine.id}`)).status, 404);
      assert.equal((await post(`/control/${mine.id}/release`)).status, 200);
      assert.equal(mine.isOver, false, 'it is in her hands still');
      await mine.release('released');
    });

    it('as long as its browser is there, which hears why it is over', async () => {
      const take = async () => (await post(`${at('c1')}/control`)).json() as { id: string };
      const watch = async (id: string) => {
        const over = new AbortController();
        const { body, headers } = await fetch(`${live.url}/control/${id}`, { signal: over.signal });
        assert.equal(headers.get('content-type'), 'text/event-stream');
        return { over, body };
      };
      const one = await take();
      const { body } = await watch(one.id);
      await post(`/control/${one.id}/release`);
      const text = await new Response(body).text();
      assert.equal(text, 'retry: 600000\n\nevent: over\ndata: {"why":"released"}\n\n');
      const other = await take();
      const ended = new Promise<string>((resolve) => live.controls.get(other.id)?.onOver(resolve));
      (await watch(other.id)).over.abort();
      assert.equal(await ended, 'away');
    });
  });
});
