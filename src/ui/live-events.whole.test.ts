import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, afterEach, before, suite, test, type TestContext } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { paths } from '../store/postmaster.ts';
import { appendEvents, sayStation } from '../store/station-events.ts';
import { openStore, type Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import { viewerOf } from './layout.ts';
import { LiveEvents } from './live-events.ts';

interface Sent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** What a browser that looks at the wall was sent; it reads nothing where so many bytes wait. */
class Page extends EventEmitter {
  text = '';
  destroyed = false;
  isOver = false;
  writableLength = 0;

  write(text: string): void {
    this.text += text;
    this.emit('sent');
  }
  end(): void {
    this.isOver = true;
    this.emit('close');
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
  get sent(): Sent[] {
    return this.text.split('\n\n').flatMap((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('event') === '') return [];
      return [{ id: field('id'), event: field('event'), data: JSON.parse(field('data')) as Sent['data'] }];
    });
  }
  of(event: string): Sent[] {
    return this.sent.filter((one) => one.event === event);
  }
  async until(fits: () => boolean): Promise<void> {
    while (!fits()) await once(this, 'sent');
  }
}

suite('open pages of a station', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-live-events-'));
  let store: Store;
  const opened: LiveEvents[] = [];
  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {}, keepSeconds: 1 });
    for (const name of ['north', 'south'])
      await sayStation(store.pool, { name, url: '', worker: workerName(), isWatched: false });
  });
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  after(async () => {
    await store?.close();
    while (existsSync(join(paths(folder).data, 'postmaster.pid'))) await pause(50);
    rmSync(folder, { recursive: true });
  });

  const live = async (onWatched = () => undefined as void) => {
    const one = new LiveEvents(store, onWatched);
    opened.push(one);
    await one.open();
    return one;
  };
  const viewer = (station = '') =>
    viewerOf({
      ...{ operator: { name: 'Eva', role: 'look' }, isLoggedIn: true, language: 'en', theme: 'auto' },
      ...{ home: 'north', station },
    });
  const joined = async (one: LiveEvents, { station = '', from = 0, isValid = async () => true } = {}) => {
    const page = new Page();
    await one.join(page as unknown as ServerResponse, viewer(station), from, isValid);
    return page;
  };
  /** A station sees a phone; gives what its event says. */
  const see = async (station: string, serial: string, what: string, state = 'device') => {
    const at = new Date().toISOString();
    const phone = {
      ...{ usb: '', state, model: 'Redmi 9', release: 'MIUI 12.5', battery: 50, since: at, plugged: at },
      ...{ serial, job: '', step: '', evidence: '', picture: '' },
    };
    await appendEvents(
      store.pool,
      station,
      [phone],
      [{ at, kind: 'phone', serial, job: '', body: { what } }],
    );
    return what;
  };
  const whats = (page: Page) => page.of('seen').map(({ data }) => (data['body'] as { what: string }).what);
  const tilesIn = (sent: Sent | undefined) => (sent?.data['tiles'] ?? []) as { id: string; html: string }[];

  test('get each event once and in its order, with the tiles that it changes', async () => {
    const one = await live();
    const page = await joined(one, { from: (await one.view('')).after });
    assert.match(page.text, /^retry: 1000\n\n/);
    assert.deepEqual(whats(page), []);
    await see('north', 'n1', 'first');
    await page.until(() => whats(page).length === 1 && page.of('tiles').length >= 2);
    await see('north', 'n1', 'second', 'offline');
    await page.until(() => whats(page).length === 2 && page.of('tiles').length >= 3);
    assert.deepEqual(whats(page), ['first', 'second']);
    const ids = page.of('seen').map(({ id }) => Number(id));
    assert.ok(ids[1]! > ids[0]!, ids.join());
    const [tile] = tilesIn(page.of('tiles').at(-1));
    assert.match(tile?.html ?? '', /data-state="fail"/);
    assert.equal(one.phone({ station: 'north', serial: 'n1' })?.state, 'offline');
    assert.equal(one.phone({ station: 'south', serial: 'n1' }), undefined);
  });

  test('that come back get what they missed, and all tiles', async () => {
    const one = await live();
    const { after: from } = await one.view('');
    for (const what of ['third', 'fourth']) await see('north', 'n1', what);
    const page = await joined(one, { from });
    assert.deepEqual(whats(page), ['third', 'fourth']);
    const [all] = page.of('tiles');
    assert.deepEqual([all?.data['all'], tilesIn(all).length], [true, 1]);
    const later = await joined(one, { from: (await one.view('')).after });
    assert.deepEqual(whats(later), []);
    const ahead = await joined(one, { from: 1_000_000 });
    await see('north', 'n1', 'fifth');
    await Promise.all([page, ahead].map((each) => each.until(() => whats(each).includes('fifth'))));
    assert.deepEqual(whats(ahead), ['fifth'], 'a number that the database has lost is given anew');
  });

  test('of one station get its tiles alone, and all events', async () => {
    const one = await live();
    const from = (await one.view('')).after;
    const [north, south] = [
      await joined(one, { station: 'north', from }),
      await joined(one, { station: 'south', from }),
    ];
    await see('south', 's1', 'at the other');
    await Promise.all([north, south].map((page) => page.until(() => whats(page).length === 1)));
    await south.until(() => tilesIn(south.of('tiles').at(-1)).length === 1);
    const serials = (page: Page) =>
      page
        .of('tiles')
        .flatMap((sent) => tilesIn(sent).map(({ html }) => /data-serial="(\w+)"/.exec(html)?.[1]));
    assert.ok(!serials(north).includes('s1'));
    assert.deepEqual(serials(south), ['s1']);
    assert.deepEqual(
      (await one.view('south')).tiles.map(({ phone }) => phone.serial),
      ['s1'],
    );
    assert.equal((await one.view('')).tiles.length, 2);
  });

  test('are counted while they are open, the first is announced, and one that reads nothing is let go', async () => {
    let watched = 0;
    const one = await live(() => void watched++);
    const [page, slow] = [await joined(one), await joined(one)];
    assert.deepEqual([one.size, watched], [2, 1]);
    slow.writableLength = 5 * 1024 * 1024;
    await see('north', 'n1', 'much');
    await page.until(() => whats(page).includes('much'));
    assert.deepEqual([slow.destroyed, one.size], [true, 1]);
    page.end();
    assert.equal(one.size, 0);
    const gone = new Page();
    gone.destroyed = true;
    await one.join(gone as unknown as ServerResponse, viewer(), 0, async () => true);
    assert.equal(one.size, 0, 'one that was closed meanwhile');
  });

  test('hear that they are connected as long as their login holds, and are ended after', async (t: TestContext) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const one = await live();
    let holds = true;
    const [page, other] = [
      await joined(one, { isValid: async () => holds }),
      await joined(one, { isValid: () => Promise.reject(new Error('the database is away')) }),
    ];
    t.mock.timers.tick(15_000);
    await Promise.all([page, other].map((each) => each.until(() => each.of('beat').length === 1)));
    holds = false;
    t.mock.timers.tick(15_000);
    await other.until(() => other.of('beat').length === 2);
    assert.deepEqual([page.isOver, page.of('beat').length, other.isOver, one.size], [true, 1, false, 1]);
    t.mock.timers.reset();
  });

  test('are ended with the station, and hear nothing more', async () => {
    const one = await live();
    const page = await joined(one);
    await one.close();
    opened.splice(0);
    assert.deepEqual([page.isOver, one.size], [true, 0]);
    const { text } = page;
    await see('north', 'n1', 'late');
    assert.equal(page.text, text);
  });
});
