import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'webdriverio';
import { withDatabase } from '../live/ready-database.ts';
import { childEnvironment, loadSettings } from '../config/config.ts';
import { openHostBrowser, type WebSession } from '../host/browser.ts';
import { adbServerPids, databasePids, whileFrozen } from '../live/frozen.ts';
import { LiveRig } from '../live/rig.ts';
import type { LiveProgram } from '../live/program.ts';
import { waitUntil } from '../live/wait.ts';
import { webMissing } from '../live/web.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { openStore, type Store } from '../store/store.ts';

const PASSWORD = 'Kanarie7Qx-1';
const phone = (n: number, faults: PhoneSpec['faults'] = []): PhoneSpec => ({
  ...{ pace: 'instant', helpers: 'current', faults },
  account: { id: String(6_230_009_100 + n), password: PASSWORD, findDevice: true },
});
const STATION = 'Sofia 1';

describe('a station with its page', { skip: webMissing }, () => {
  let rig: LiveRig;
  let station: LiveProgram;
  let store: Store;
  let url = '';
  const browsers: WebSession[] = [];
  let wall: Browser, other: Browser;

  before(async () => {
    rig = await LiveRig.start([0, 1, 2, 3, 4, 5].map((n) => phone(n, n === 5 ? ['captcha-at-once'] : [])));
    station = await started([]);
    url = /Its page: (http:\S+)/.exec(station.stderr)?.[1] ?? '';
    store = await openStore({ dataDir: withDatabase(join(rig.folder, 'data')), env: childEnvironment() });
    const opening = () =>
      openHostBrowser({ path: loadSettings({}).path || loadSettings().path, env: childEnvironment() });
    browsers.push(await opening(), await opening());
    [wall, other] = browsers.map(({ browser }) => browser) as [Browser, Browser];
  });
  after(async () => {
    await Promise.all(browsers.map((one) => one.close()));
    await store?.close();
    station?.signal('SIGINT');
    await station?.ended;
    await rig?.stop();
  });

  async function started(args: readonly string[]): Promise<LiveProgram> {
    const env = { STATION, RECORDS_DIR: join(rig.folder, 'records') };
    const program = rig.start(['station', ...args], { env });
    await program.says('Its page: ');
    return program;
  }
  const asks = <T>(browser: Browser, script: string): Promise<T> => browser.execute(script) as Promise<T>;
  const until = (browser: Browser, what: string, script: string) =>
    waitUntil(browser, what, () => asks<boolean>(browser, script));
  /** Not key by key: so fast only scanners type. */
  async function answer(browser: Browser, text: string): Promise<void> {
    await asks(browser, `document.activeElement.value = ${JSON.stringify(text)}`);
    await browser.keys('Enter');
  }
  const pageOf = (serial: string) =>
    `${url}phones/${encodeURIComponent(STATION)}/${encodeURIComponent(serial)}?lang=en`;
  const captcha = async (serial: string) => (await rig.witness(serial)).owner.captcha ?? '';
  const submitted = async (serial: string) =>
    (await rig.witness(serial)).events.filter(({ kind }) => kind === 'password-submitted').length;
  const tile = (serial: string) => `document.querySelector('#wall > li[data-serial="${serial}"]')`;

  it('signs out the phones of a list that is dropped on it, and asks for a password that the list does not give', async () => {
    const [, , , , unknown = ''] = rig.serials;
    const rows = rig.serials.map((serial, n) =>
      [serial, String(6_230_009_100 + n), serial === unknown ? '' : PASSWORD, 'keep', `R-${n}`].join(','),
    );
    const list = ['serial,account,password,data,reference', ...rows].join('\n');
    await wall.url(`${url}lists?lang=en`);
    await asks(
      wall,
      `const form = new DataTransfer(); form.items.add(new File([${JSON.stringify(list)}], 'lab.csv'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: form, bubbles: true, cancelable: true }))`,
    );
    await until(wall, 'the findings', `return document.getElementById('start') !== null`);
    await asks(wall, `document.getElementById('start').click()`);
    await until(
      wall,
      'the start',
      `return document.getElementById('notice')?.textContent.startsWith('Added: 6')`,
    );
    await other.url(`${url}?lang=en`);
    await until(
      other,
      'the question for the password',
      `return ${tile(unknown)}?.textContent.includes('Type the password') === true`,
    );
    await other.url(pageOf(unknown));
    assert.equal(await asks(other, `return document.activeElement.type`), 'password');
    await answer(other, PASSWORD);
    await until(
      other,
      'the wall, or the next question',
      `return !location.pathname.includes(${JSON.stringify(encodeURIComponent(unknown))})`,
    );
    await other.url(`${url}?lang=en`);
    await until(
      other,
      'five that are signed out and one that asks',
      `return document.querySelectorAll('#wall > li[data-state=done]').length === 5 && document.querySelectorAll('#wall > li[data-state=person] [data-until]').length === 1`,
    );
    assert.deepEqual(await Promise.all(rig.serials.map(submitted)), [1, 1, 1, 1, 1, 0]);
  });

  it('is killed and started again under open pages, which lose no event and claim nothing meanwhile', async () => {
    const [, , , , , asking = ''] = rig.serials;
    await wall.url(`${url}?lang=en`);
    await until(wall, 'the stream', `return document.documentElement.dataset.shown !== undefined`);
    const from = Number(await asks(wall, `return document.body.dataset.after`));
    await asks(
      wall,
      `window.seen = []; import('/client/page.js').then(({ live }) => live.addEventListener('seen', ({ detail }) =>
      seen.push([detail.kind, detail.serial, detail.at].join(' '))))`,
    );
    const viewers = [1, 2, 3].map(() => follow(`${url}events?after=${from}`));
    await Promise.all(viewers.map(({ opened }) => opened));
    station.signal('SIGKILL');
    await station.ended;
    await until(wall, 'the bar', `return document.getElementById('lost').hidden === false`);
    assert.equal(await asks(wall, `return document.querySelectorAll('.t.work').length`), 0);
    station = await started(['--listen', new URL(url).port]);
    await until(wall, 'the bar to go', `return document.getElementById('lost').hidden`);
    // Until then its tile may still show the question of the run that was killed.
    await until(wall, 'the run, begun anew', `return seen.some((one) => one.startsWith('begun'))`);
    await until(
      wall,
      'the question, asked again',
      `return ${tile(asking)}?.querySelector('[data-until]') != null && ${tile(asking)}.dataset.state === 'person'`,
    );
    const events = async () =>
      (
        await store.pool.query<{ kind: string; serial: string; at: Date }>(
          'select kind, serial, at from mi_unbind.event where id > $1 order by id',
          [from],
        )
      ).rows.map(({ kind, serial, at }) => [kind, serial, at.toISOString()].join(' '));
    const all = await events();
    assert.ok(
      all.some((one) => one.startsWith('begun')),
      'the run was begun anew',
    );
    await until(wall, 'all events', `return seen.length >= ${all.length}`);
    assert.deepEqual((await asks<string[]>(wall, `return seen`)).slice(0, all.length), all);
    for (const { close } of viewers) close();
    assert.equal(await submitted(asking), 0, 'nothing was submitted by the run that was killed');
  });

  it('takes the first of two answers to a captcha, and the other page says whose it was; its record prints', async () => {
    const [, , , , , asking = ''] = rig.serials;
    await Promise.all([wall.url(pageOf(asking)), other.url(pageOf(asking))]);
    for (const one of [wall, other])
      await until(
        one,
        'the picture of the captcha',
        `return document.querySelector('.cap')?.naturalWidth > 10`,
      );
    await answer(wall, await captcha(asking));
    await until(
      other,
      'whose answer it was',
      `return document.getElementById('said')?.textContent.startsWith('Answered by')`,
    );
    await until(
      wall,
      'the end',
      `const own = location.pathname === '/' ? ${tile(asking)} : undefined;
       return own != null && own.dataset.state !== 'work' && own.querySelector('[data-until]') === null`,
    );
    assert.match(await asks<string>(wall, `return ${tile(asking)}.innerText`), /Signed out/);
    assert.deepEqual(
      await Promise.all(rig.serials.map(async (serial) => (await rig.witness(serial)).account)),
      rig.serials.map(() => null),
    );
    assert.equal(await submitted(asking), 1);

    await other.url(`${url}records?lang=en&search=R-5`);
    await until(other, 'the record', `return document.querySelectorAll('.rt tbody tr').length === 1`);
    const pdf = await asks<string>(
      other,
      `return [...document.querySelectorAll('a')].find(({ textContent }) => textContent === 'PDF').href`,
    );
    const printed = await fetch(pdf);
    assert.equal(printed.headers.get('content-type'), 'application/pdf');
    assert.equal(
      Buffer.from(await printed.arrayBuffer())
        .subarray(0, 5)
        .toString(),
      '%PDF-',
    );
    await other.url(await asks<string>(other, `return document.getElementById('label').href`));
    assert.match(await asks<string>(other, `return document.querySelector('.label').innerText`), /R-5/);
  });

  it('plays a run back: each picture at its time, by the scrubber, by a picture and by itself', async () => {
    const done = rig.serials.at(-1) ?? '';
    await wall.url(pageOf(done));
    const shots = await asks<{ ms: string; src: string; text: string }[]>(
      wall,
      `return [...document.querySelectorAll('.shot')].map(({ dataset, textContent }) => ({ ...dataset, text: textContent }))`,
    );
    assert.ok(shots.length > 2, 'a run has several pictures');
    const times = shots.map(({ ms }) => Number(ms));
    assert.deepEqual(
      times,
      times.toSorted((one, next) => one - next),
    );
    for (const { ms, src, text } of shots) {
      assert.equal(text, `${(Number(ms) / 1000).toFixed(1)} s`);
      assert.equal((await fetch(new URL(src, url))).headers.get('content-type'), 'image/png', src);
    }
    const shown = () =>
      asks<unknown[]>(
        wall,
        `const at = [...document.querySelectorAll('.shot')].findIndex((one) => one.ariaCurrent === 'true');
         const { src } = document.getElementById('screen');
         return [at, src.slice(new URL(src).origin.length), document.getElementById('scrub').ariaValueText]`,
      );
    const last = shots.length - 1;
    const at = (nth: number) => [nth, shots[nth]?.src, shots[nth]?.text];
    await asks(wall, `scrub.value = 1; scrub.dispatchEvent(new Event('input'))`);
    assert.deepEqual(await shown(), at(1));
    await asks(wall, `document.querySelectorAll('.shot')[${last - 1}].click()`);
    assert.deepEqual(await shown(), at(last - 1));
    await asks(wall, `play.click()`);
    await until(wall, 'the last picture', `return scrub.value === '${last}' && play.ariaPressed === 'false'`);
    assert.deepEqual(await shown(), at(last));
    await asks(wall, `play.click()`);
    assert.equal(await asks(wall, `play.click(); return play.ariaPressed`), 'false', 'it stops where it is');
  });

  it('fits a telephone of 360 px: nothing scrolls sideways, and a finger hits each control', async () => {
    const [, , , , , done = ''] = rig.serials;
    await emulate(other, 360, 780);
    const small: Record<string, unknown> = {};
    for (const path of [
      '',
      pageOf(done).slice(url.length),
      'lists',
      'records?period=all',
      'charts',
      'settings',
    ]) {
      await other.url(`${url}${path}`);
      small[path] = await asks(other, FINGER);
    }
    const fits = { width: 360, wide: 0, small: [] };
    assert.deepEqual(small, Object.fromEntries(Object.keys(small).map((path) => [path, fits])));
  });

  it('says at /healthz while its database or the adb server stands still, without what to others, and is well after', async () => {
    const asked = async (headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}healthz`, { headers });
      return `${response.status} ${await response.text()}`;
    };
    const parts = {
      database: await databasePids(store, join(rig.folder, 'data')),
      adb: adbServerPids(),
    };
    for (const [part, pids] of Object.entries(parts)) {
      assert.ok(pids.length > 0, `${part} is found`);
      await waitUntil(wall, `health before ${part} is away`, async () => (await asked()) === '200 ok\n');
      await whileFrozen(pids, async () => {
        const both = [asked(), asked({ 'x-forwarded-for': '1.2.3.4' })];
        const [own = '', others] = await Promise.all(both);
        // On a busy computer another part may answer too late as well.
        assert.match(own, new RegExp(`^503 not well: .*\\b${part}\\b`));
        assert.equal(others, '503 not well\n', 'others learn no more');
      });
      await waitUntil(wall, `health once ${part} is back`, async () => (await asked()) === '200 ok\n');
    }
  });
});

/** A page that only listens. */
function follow(address: string) {
  let said = '';
  const over = new AbortController();
  const opened = Promise.withResolvers<void>();
  void (async () => {
    const { body } = await fetch(address, { signal: over.signal });
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      said += chunk;
      if (said.includes('event: tiles')) opened.resolve();
    }
  })().catch((fault: Error) => opened.reject(fault));
  return { opened: opened.promise, text: () => said, close: () => over.abort() };
}

/** The screen of a telephone, as the browser's own tools give it. */
async function emulate({ options, sessionId }: Browser, width: number, height: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${options.port}/session/${sessionId}/goog/cdp/execute`, {
    method: 'POST',
    body: JSON.stringify({
      cmd: 'Emulation.setDeviceMetricsOverride',
      params: { width, height, deviceScaleFactor: 2, mobile: true },
    }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** What a finger is to hit, less than 44 px wide or high; links within a sentence are none. */
const FINGER = `
  const hit = [...document.querySelectorAll('a, button, input, select, summary')].filter((one) =>
    one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('.skip, .vh, p, dd, td') && one.type !== 'file');
  const box = (one) => (one.closest('label') ?? one).getBoundingClientRect();
  return {
    width: innerWidth,
    wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    small: hit.filter((one) => box(one).height < 44 || box(one).width < 40)
      .map((one) => [one.tagName, one.id || one.className, one.textContent.trim().slice(0, 20), Math.round(box(one).width) + 'x' + Math.round(box(one).height)].join(' ')),
  };`;
