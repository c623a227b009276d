import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PATIENCE, waitUntil } from '../live/wait.ts';
import { webMissing } from '../live/web.ts';
import { LivePage } from '../live/page.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { writeRecord } from '../report/record.ts';
import { phoneOf } from '../fuzz/in-process.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { readPage } from '../phone/touch.ts';
import { askDoors, openQuestions } from '../store/questions.ts';
import { sayStation } from '../store/station-events.ts';
import { workerName } from '../store/worker.ts';
import { LANGUAGES } from './words/language.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror="document.title=1">"><script>document.title=1</script>\u202e';

describe('the page of a station', { skip: webMissing }, () => {
  let live: LivePage;
  before(async () => {
    live = await LivePage.start();
    await live.fill();
  });
  after(() => live?.stop());

  const open = (path: string) => live.browser.url(`${live.url}${path}`);
  /** Runs in the page, and gives what it returns. */
  const asks = <T>(script: string): Promise<T> => live.browser.execute(script) as Promise<T>;
  const until = (what: string, script: string) => waitUntil(live.browser, what, () => asks<boolean>(script));

  /** What axe finds against WCAG 2.2 AA and good practice, by rule and place. */
  async function violations({ contrast = true } = {}): Promise<string[]> {
    await live.browser.execute(AXE);
    const found = await live.browser.executeAsync<string[], []>(`const done = arguments[arguments.length - 1];
      axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: ${contrast} } } }).then(({ violations }) => done(violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ' ' + failureSummary))))`);
    return found;
  }

  it('shows 32 phones whole on one screen, in every language, light and dark, and axe finds nothing', async () => {
    await live.browser.setWindowRect(0, 0, 1920, 1080 + (await chrome(live)));
    for (const language of LANGUAGES) {
      const theme = language === 'bg' || language === 'ru' ? 'dark' : 'light';
      await open(`/?lang=${language}&theme=${theme}`);
      const { tiles, cut, small, wide } =
        await asks<Record<'tiles' | 'cut' | 'small' | 'wide', unknown>>(MEASURE);
      assert.deepEqual({ tiles, cut, small, wide }, { tiles: 32, cut: [], small: [], wide: 0 }, language);
      assert.deepEqual(await violations(), [], language);
      if (language === 'en' || language === 'ru') await live.picture(`wall-${theme}`);
    }
  });

  it('fits an operator’s own phone, with nothing to scroll sideways', async () => {
    await live.browser.setWindowRect(0, 0, 500, 800);
    await open('/?lang=bg&theme=light');
    await asks(
      `document.documentElement.style.width = '360px'; document.documentElement.style.maxWidth = '360px'`,
    );
    assert.ok((await asks<number>(`return document.documentElement.scrollWidth - innerWidth`)) <= 0);
    assert.deepEqual(await violations(), []);
  });

  it('shows what happens at once, and shows what others wrote as they wrote it', async () => {
    await live.browser.setWindowRect(0, 0, 1920, 1200);
    await open('/?lang=en');
    await until('the stream', `return document.documentElement.dataset.shown !== undefined`);
    await live.see({ serial: `<b>${HOSTILE}`, model: HOSTILE, release: HOSTILE });
    await until('the new tile', `return document.querySelectorAll('#wall > li').length === 33`);
    const shown = await asks<string>(`return [...document.querySelectorAll('.t .md')].at(-1).textContent`);
    assert.equal(shown, HOSTILE.replace('\u202e', ''));
    assert.deepEqual(
      await asks(
        `return [document.title, document.querySelectorAll('#wall script, #wall img:not(.p)').length]`,
      ),
      [...['Wall · mi-unbind', 0]],
    );
    const before = await asks<string>(`return document.activeElement.id`);
    await live.see({ serial: `<b>${HOSTILE}`, state: 'gone' });
    await until('its end', `return document.querySelectorAll('#wall > li[data-state=gone]').length === 2`);
    assert.equal(await asks(`return document.activeElement.id`), before, 'the focus stays');
  });

  it('is used with a keyboard: arrows walk the tiles, Alt and a digit open what needs a person', async () => {
    await open('/?lang=en');
    await asks(`document.querySelector('#wall > li a').focus()`);
    await live.browser.keys('ArrowRight');
    await live.browser.keys('ArrowDown');
    assert.match(await asks<string>(`return document.activeElement.innerText`), /^B2/);
    assert.equal(await asks(`return document.querySelectorAll('#wall a[tabindex="0"]').length`), 1);
  });

  it('the first answer counts, wherever it is given, and the other page says whose it was', async () => {
    const asks2 = (serial: string) => {
      const question = {
        station: LivePage.STATION,
        serial,
        job: '',
        what: 'captcha',
        prompt: '',
        picture: '',
      };
      return askDoors(live.store, question, { ms: PATIENCE, signal: AbortSignal.timeout(PATIENCE) });
    };
    const first = asks2('8f4c1e10');
    const address = `/phones/${encodeURIComponent(LivePage.STATION)}/8f4c1e10`;
    await waitUntil(live.browser, 'the question', async () =>
      (await openQuestions(live.store.pool)).some(({ serial }) => serial === '8f4c1e10'),
    );
    await open(`${address}?lang=en`);
    assert.deepEqual(await violations(), []);
    assert.equal(await asks(`return document.activeElement.id`), 'answer');
    const id = await asks<string>(`return document.getElementById('ask').dataset.question`);
    const elsewhere = await post(live, `/questions/${id}`, { answer: 'elsewhere' });
    assert.deepEqual(
      [elsewhere.status, await elsewhere.json(), await first],
      [200, { kind: 'taken' }, 'elsewhere'],
    );
    await until(
      'whose answer it was',
      `return document.getElementById('said').textContent.startsWith('Answered by lab')`,
    );
    assert.equal(
      ((await (await post(live, `/questions/${id}`, { answer: 'late' })).json()) as { kind: string }).kind,
      'second',
    );
    const { rows } = await live.store.pool.query('select answer from mi_unbind.question where id = $1', [id]);
    assert.deepEqual(rows, [{ answer: null }], 'nothing that was typed is kept');

    const second = asks2('8f4c1e10');
    await waitUntil(live.browser, 'the question', async () =>
      (await openQuestions(live.store.pool)).some(({ serial }) => serial === '8f4c1e10'),
    );
    await open(address);
    await live.browser.keys([...'w7Kp3', 'Enter']);
    assert.equal(await second, 'w7Kp3');
  });

  it('changes an order, gives it another password and uncovers its account, and writes down who did', async () => {
    const [job] = await new JobAdmin(live.store).referred('RMA-20437');
    assert.ok(job);
    const act = async (name: string, body = {}) => (await post(live, `/jobs/${job.id}/${name}`, body)).status;
    const state = async () => (await new JobAdmin(live.store).show(job.id))?.state;
    assert.equal(await act('password', { password: 'Neu-Kanarie-9' }), 200);
    const page = await (
      await fetch(`${live.url}/phones/${encodeURIComponent(LivePage.STATION)}/8f4c1e23`)
    ).text();
    assert.ok(
      !page.includes('Neu-Kanarie-9') && !page.includes('6230001535'),
      'the page shows neither password nor account',
    );
    assert.deepEqual([await act('hold'), await state()], [200, 'held']);
    assert.deepEqual([await act('retry'), await state()], [200, 'waiting']);
    assert.deepEqual([await act('cancel'), await state()], [200, 'cancelled']);
    assert.deepEqual([await act('hold'), await state()], [409, 'cancelled']);
    assert.deepEqual([await act('account'), await act('format')], [200, 404]);
    const { rows } = await live.store.pool.query<{ act: string; text: string }>(
      'select act, about::text as text from mi_unbind.audit where operator = $1 order by id',
      ['lab'],
    );
    assert.deepEqual(rows.map(({ act }) => act).slice(-5), [
      'give-password',
      'hold',
      'retry',
      'cancel',
      'uncover-account',
    ]);
    assert.ok(!rows.some(({ text }) => /Kanarie|elsewhere|w7Kp3|6230001535/.test(text)));
  });

  it('shows a phone live while a person looks and no run works on it', async () => {
    const at = (serial: string) => `/phones/${encodeURIComponent(LivePage.STATION)}/${serial}`;
    await open(`${at('8f4c1e1a')}?lang=en`);
    await asks(`document.getElementById('look').click()`);
    await until('two pictures', `return Number(document.getElementById('live')?.dataset.shown) >= 2`);
    await asks(`document.getElementById('look').click()`);
    assert.equal((await fetch(`${live.url}${at('8f4c1e11')}/screen`)).status, 409, 'a run works on it');
    assert.equal((await fetch(`${live.url}${at('nothing')}/screen`)).status, 404);
    await open(`${at('8f4c1e11')}?lang=en`);
    assert.equal(await asks(`return document.getElementById('look').disabled`), true);
  });

  it('takes a phone in hand: touches go to it, what is done is written down, and it is released with its page', async () => {
    const serial = '8f4c1e1a';
    const address = `/phones/${encodeURIComponent(LivePage.STATION)}/${serial}`;
    const hands = () => live.controls.of(serial)?.by;
    await open(`${address}?lang=en`);
    await asks(`document.getElementById('take').click()`);
    await until('the picture', `return Number(document.getElementById('live')?.dataset.shown) >= 1`);
    assert.deepEqual(await violations(), []);
    assert.equal(hands(), 'lab');
    const second = await post(live, `${address}/control`, {});
    assert.deepEqual([second.status, await second.json()], [409, { error: 'lab has this phone in hand.' }]);
    const screen = async () => new PageSource((await readPage(phoneOf(live.sim, serial)))?.source ?? '');
    const icon = (await screen()).nodes.find(({ text }) => text === 'Settings');
    const [left = 0, top = 0] = icon?.bounds ?? [];
    const at = await asks<{ x: number; y: number }>(`const canvas = document.getElementById('live');
      canvas.scrollIntoView({ block: 'center' });
      const box = canvas.getBoundingClientRect();
      return { x: Math.round(box.x + box.width * ${(left + 20) / 1080}), y: Math.round(box.y + box.height * ${(top + 10) / 2400}) }`);
    await live.browser.action('pointer').move(at).down().up().perform();
    await waitUntil(
      live.browser,
      'the page that was tapped',
      async () => (await screen()).package === 'com.android.settings',
    );
    await open('/?lang=en');
    await waitUntil(live.browser, 'the release', async () => hands() === undefined);
    const done = `select act, about - 'x' - 'y' as about from mi_unbind.audit where act ~ '(^|-)control(-|$)' order by id`;
    const written = async () => (await live.store.pool.query<{ act: string }>(done)).rows;
    await waitUntil(live.browser, 'what is written', async () => (await written()).length === 3);
    assert.deepEqual(await written(), [
      { act: 'take-control', about: { serial } },
      { act: 'control-tap', about: { serial, kind: 'tap' } },
      { act: 'release-control', about: { serial, why: 'away' } },
    ]);
  });

  it('takes a phone in hand that asks something, once its run is set aside and has ended', async () => {
    const serial = '8f4c1e12';
    await open(`/phones/${encodeURIComponent(LivePage.STATION)}/${serial}?lang=en`);
    await asks(`globalThis.confirm = () => true; document.getElementById('take').click()`);
    const { pool } = live.store;
    await waitUntil(live.browser, 'the end of the question', async () =>
      (await openQuestions(pool)).every((one) => one.serial !== serial),
    );
    assert.equal(live.controls.of(serial), undefined, 'its run has it still');
    await pool.query(
      "update mi_unbind.job set state = 'needs-person', ended_at = now() where serial = $1 and state = 'running'",
      [serial],
    );
    await until('the picture', `return Number(document.getElementById('live')?.dataset.shown) >= 1`);
    assert.equal(live.controls.of(serial)?.by, 'lab');
    await asks(`document.getElementById('let-go').click()`);
    await until('the page anew', `return document.getElementById('ask') === null`);
    assert.equal(live.controls.of(serial), undefined);
    const released = `select about ->> 'why' as why from mi_unbind.audit where act = 'release-control' and about ->> 'serial' = $1`;
    const why = async () => (await pool.query<{ why: string }>(released, [serial])).rows;
    await waitUntil(live.browser, 'what is written', async () => (await why()).length > 0);
    assert.deepEqual(await why(), [{ why: 'released' }], 'its person released it, the page did not go');
  });

  it('a list that is dropped says what is wrong with it, and starts the rest; no password comes back', async () => {
    const rows = [
      'serial,imei,account,password,password_file,data,reference',
      '9a1,,6230001701,Kanarie-eins,,keep,R-1',
    ];
    rows.push(
      ',8673,6230001702,Kanarie-zwei,,keep,R-2',
      `9a3,,6230001703,,/etc/hostname,keep,"${HOSTILE.replaceAll('"', '""')}"`,
    );
    await open('/lists?lang=en');
    assert.deepEqual(await violations(), []);
    await asks(`const form = new DataTransfer(); form.items.add(new File([${JSON.stringify(rows.join('\n'))}], 'lab 7.csv'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: form, bubbles: true, cancelable: true }))`);
    await until('the findings', `return document.getElementById('start') !== null`);
    const page = await live.browser.getPageSource();
    assert.doesNotMatch(page, /Kanarie|623000170/);
    const found = await asks<string[]>(
      `return [...document.querySelectorAll('.fi .to')].map((one) => one.textContent)`,
    );
    assert.match(found.join('; '), /IMEI has 15.*names no file or variable/);
    assert.deepEqual(await violations(), []);
    await live.picture('list-light');
    await asks(`document.getElementById('start').click()`);
    await until('the start', `return document.getElementById('notice')?.textContent.startsWith('Added: 1')`);
    const gone = await fetch(`${live.url}/lists?list=gone`);
    assert.match(await gone.text(), /no longer here\. Drop the file again/);
    const [job] = await new JobAdmin(live.store).referred('R-1');
    assert.deepEqual(
      [job?.batch, job?.state, await new JobAdmin(live.store).hasPassword(job?.id ?? '')],
      ['lab 7', 'waiting', true],
    );
    assert.deepEqual(await new JobAdmin(live.store).referred('R-2'), []);
    const big = new FormData();
    big.append('file', new Blob([Buffer.alloc(5 * 1024 * 1024 + 1, 65)]), 'big.csv');
    assert.equal(
      (await fetch(`${live.url}/lists`, { method: 'POST', body: big, headers: { origin: live.url } })).status,
      413,
    );
    assert.deepEqual(readdirSync(join(live.folder, 'uploads')), [], 'nothing of it stays on the disk');
  });

  it('finds records, shows their sheets as they were written, and prints labels', async () => {
    const shelf = { folder: join(live.folder, 'records') };
    const about = {
      account: '********35',
      ledger: [],
      operator: 'Mira',
      station: LivePage.STATION,
      tool: 'mi-unbind',
    };
    for (const job of await new JobAdmin(live.store).list({ state: 'done', limit: 3 }))
      if (job.end) await writeRecord({ ...about, job, end: job.end, state: job.state }, shelf);
    const [one] = await new JobAdmin(live.store).list({ state: 'done', limit: 1 });
    const reference = one?.order.reference ?? '';
    await open(`/records?period=all&search=${reference}&lang=en`);
    assert.equal(await asks(`return document.querySelectorAll('.rt tbody tr').length`), 1);
    await until(
      'the sheet',
      `return document.querySelector('iframe').contentDocument?.querySelector('h1')?.textContent === 'Signed out'`,
    );
    const tone = await asks<string>(
      `const one = document.querySelector('iframe').contentDocument.querySelector('header'); return getComputedStyle(one).borderTopStyle`,
    );
    assert.equal(tone, 'solid', 'it has its own style');
    await open(
      await asks<string>(
        `return new URL(document.getElementById('label').href).pathname + new URL(document.getElementById('label').href).search`,
      ),
    );
    assert.deepEqual(await violations(), []);
    assert.match(
      await asks<string>(`return document.querySelector('.label').innerText`),
      new RegExp(`${reference}\\s+Redmi 12C\\s+✓ Signed out`),
    );
    assert.ok(
      (await asks<string>(`return document.querySelector('.qr path').getAttribute('d')`)).length > 2000,
    );
    const scanned = async (what: string) =>
      (
        (await (
          await fetch(`${live.url}/scan?what=${encodeURIComponent(what)}`, {
            headers: { accept: 'application/json' },
          })
        ).json()) as { to?: string }
      ).to;
    await live.store.pool.query(
      "update mi_unbind.job set serial = 'away-1', phone = 'serial:away-1' where id = $1",
      [one?.id],
    );
    assert.equal(
      await scanned('away-1'),
      '/records?search=away-1',
      'also by the serial of a phone that is gone',
    );
    assert.equal(await scanned('R-1'), '/batch?name=lab%207', 'an order that waits is in its list');
    assert.equal(await scanned('nothing'), undefined);
    await sayStation(live.store.pool, {
      ...{ name: 'Пловдив 2', url: 'https://plovdiv.example:7676/', worker: 'away', isWatched: false },
    });
    await live.store.pool.query("update mi_unbind.job set station = 'Пловдив 2' where id = $1", [one?.id]);
    await open(`/records?search=${reference}&lang=en`);
    const [named, there] = await asks<[string, string]>(
      `const link = document.querySelector('[data-there]'); return [link.closest('tr').innerText, link.href]`,
    );
    assert.match(named, new RegExp(`${reference}.*Пловдив 2.*Signed out`, 's'), 'it lies at another station');
    assert.equal(there, `https://plovdiv.example:7676/records?period=all&search=${reference}`);
    for (const path of ['..%2F..%2Fdata', 'records', '%2Fetc'])
      assert.equal((await fetch(`${live.url}/records/${path}/record.json`)).status, 404, path);
  });

  it('axe finds nothing on any page, in any language', async () => {
    const [record] = readdirSync(join(live.folder, 'records')).filter((name) => /^\d{4}-/.test(name));
    const pages = [
      '/login',
      '/lists',
      '/records?period=all',
      `/records/${record}/pictures`,
      '/charts',
      '/settings',
      `/phones/${encodeURIComponent(LivePage.STATION)}/8f4c1e23`,
    ];
    for (const path of [...pages, '/audit', '/operators', '/batch?name=lab', '/nothing'])
      for (const language of LANGUAGES) {
        const theme = language === 'bg' || language === 'ru' ? 'dark' : 'light';
        await open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`);
        await asks(`for (const one of document.querySelectorAll('details')) one.open = true`);
        // Light in English and dark in Bulgarian: colours know no language.
        const contrast = language === 'en' || language === 'bg';
        assert.deepEqual(await violations({ contrast }), [], `${path} ${language}`);
        if (contrast) await live.picture(`${nameOf(path)}-${theme}`);
      }
  });

  it('shows each page on an operator’s own phone with nothing to scroll sideways', async () => {
    const [record] = readdirSync(join(live.folder, 'records')).filter((name) => /^\d{4}-/.test(name));
    const pages = [
      '/lists',
      '/records?period=all',
      `/records/${record}/pictures`,
      '/charts',
      '/settings',
      '/audit',
    ];
    await live.viewport(360, 800);
    const phone = `/phones/${encodeURIComponent(LivePage.STATION)}/8f4c1e12`;
    for (const path of [...pages, '/', phone, '/batch?name=lab', '/login'])
      for (const language of LANGUAGES) {
        await open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}&theme=light`);
        const wide = await asks<string[]>(WIDE);
        assert.deepEqual(wide, [], `${path} ${language}`);
        if (language === 'bg') await live.picture(`${nameOf(path)}-360`);
      }
  });

  it('keeps the name of the lab where no setting has it, and shows settings without secrets', async () => {
    const logo = new FormData();
    logo.append(
      'file',
      new Blob([new Uint8Array(readFileSync(join(live.folder, '01-account.png')))]),
      'logo.png',
    );
    const sent = await fetch(`${live.url}/settings/logo`, {
      method: 'POST',
      body: logo,
      headers: { origin: live.url },
    });
    assert.equal(sent.status, 200);
    assert.equal((await post(live, '/settings/lab', { name: 'Other', address: HOSTILE })).status, 200);
    await open('/settings?lang=en');
    const shown = await asks<string[]>(
      `return [...document.querySelectorAll('#lab input:not([type=file])')].map((one) => one.value)`,
    );
    assert.deepEqual(shown, ['Lab Sofia', HOSTILE.slice(0, 120)], 'what a setting says comes first');
    assert.ok(await asks<boolean>(`return document.querySelector('img.logo').naturalWidth > 0`));
    const page = new FormData();
    page.append('file', new Blob(['<svg onload="x"/>']), 'logo.svg');
    const refused = await fetch(`${live.url}/settings/logo`, {
      method: 'POST',
      body: page,
      headers: { origin: live.url },
    });
    assert.equal(refused.status, 400);
    assert.equal((await post(live, '/settings/lab', { logo: 'none' })).status, 200);
    assert.equal((await fetch(`${live.url}/logo`)).status, 404);
  });

  it('gives a list as CSV, JSON, JUnit and PDF, and a sheet as PDF', async () => {
    const file = async (kind: string) => {
      const answer = await fetch(`${live.url}/batch/${kind}?name=lab`);
      return { type: answer.headers.get('content-type') ?? '', text: await answer.text() };
    };
    const [csv, json, xml] = [await file('csv'), await file('json'), await file('xml')];
    assert.match(csv.text, /^\uFEFF?serial,imei,reference,/);
    assert.ok((JSON.parse(json.text) as { rows: unknown[] }).rows.length > 20);
    assert.match(xml.text, /<testsuite name="lab"/);
    for (const { text } of [csv, json, xml]) assert.doesNotMatch(text, /6230001535|Geheim/);
    const [record] = readdirSync(join(live.folder, 'records')).filter((name) => /^\d{4}-/.test(name));
    for (const path of ['/batch/pdf?name=lab', `/records/${record}/record.pdf`]) {
      const answer = await fetch(`${live.url}${path}`);
      const start = Buffer.from(await answer.arrayBuffer())
        .subarray(0, 5)
        .toString();
      assert.deepEqual(
        [answer.status, answer.headers.get('content-type'), start],
        [200, 'application/pdf', '%PDF-'],
        path,
      );
    }
    assert.equal((await fetch(`${live.url}/batch/exe?name=lab`)).status, 404);
    assert.equal((await fetch(`${live.url}/batch/csv?name=nothing`)).status, 404);
  });

  it('makes the first operator, who logs in and sees all operators, in any language and at 360 px', async () => {
    const add = (name: string) => {
      const values = { name, password: 'Kanarie-Reihe-1' };
      return asks(`for (const [field, value] of Object.entries(${JSON.stringify(values)})) document.getElementById('add-' + field).value = value;
        document.getElementById('add').requestSubmit()`);
    };
    await open('/operators?lang=en');
    await add('Mira');
    await until(
      'the login',
      `return location.pathname === '/login' && document.getElementById('name') !== null`,
    );
    await asks(`document.getElementById('name').value = 'Mira'; document.getElementById('password').value = 'Kanarie-Reihe-1';
      document.querySelector('form').requestSubmit()`);
    await until('the wall', `return location.pathname === '/' && document.getElementById('wall') !== null`);
    await open('/operators?lang=en');
    await add('Огнян с много дълго име на смяна 2');
    await until('the second', `return document.querySelectorAll('.ops > li').length === 2`);
    for (const language of LANGUAGES) {
      await open(`/operators?lang=${language}&theme=${language === 'bg' ? 'dark' : 'light'}`);
      await asks(`for (const one of document.querySelectorAll('[data-open]')) one.click()`);
      assert.deepEqual(await violations({ contrast: language === 'en' || language === 'bg' }), [], language);
      assert.deepEqual(await asks<string[]>(WIDE), [], language);
    }
    assert.doesNotMatch(await live.browser.getPageSource(), /Kanarie/);
    await live.store.pool.query('delete from mi_unbind.login; delete from mi_unbind.operator');
  });

  it('catches up by itself after its station was away, and loses no event', async () => {
    await open('/?lang=en');
    await until('the stream', `return document.documentElement.dataset.shown !== undefined`);
    await asks(
      `window.seen = []; import('/client/page.js').then(({ live }) => live.addEventListener('seen', ({ detail }) => seen.push(detail.body.nth)))`,
    );
    const nth = (from: number) =>
      [from, from + 1, from + 2].map((at) => ({ kind: 'problem', serial: '', body: { nth: at } }));
    await live.see({ serial: '8f4c1e11' }, nth(1));
    await until('three events', `return seen.length === 3`);
    await live.away(async () => {
      await until('the bar', `return document.getElementById('lost').hidden === false`);
      await live.see({ serial: '8f4c1e11' }, nth(4));
    });
    await until('the bar to go', `return document.getElementById('lost').hidden`);
    await live.see({ serial: '8f4c1e11' }, nth(7));
    await until('nine events', `return seen.length >= 9`);
    assert.deepEqual(await asks(`return seen`), [1, 2, 3, 4, 5, 6, 7, 8, 9]);

    // A station whose disk has no room is named on each open page, until there is room.
    for (const isFull of [true, false]) {
      const about = { name: LivePage.STATION, url: '', worker: workerName(), isWatched: false, isFull };
      await sayStation(live.store.pool, about);
      await live.page.live.refresh();
      await until('the bar of the disk', `return document.getElementById('full').hidden === ${!isFull}`);
      const bar = await asks(`return document.getElementById('full').textContent`);
      assert.equal(String(bar).startsWith(`No room on the disk of ${isFull ? LivePage.STATION : ''}.`), true);
    }
  });
});

const post = (live: LivePage, path: string, body: object) =>
  fetch(`${live.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: live.url },
  });

/** Height of what a browser without a window has above its page. */
const chrome = async ({ browser }: LivePage): Promise<number> =>
  browser.execute<number, []>('return outerHeight - innerHeight');

/** What a picture of a page is called. */
function nameOf(path: string): string {
  const [first = 'wall', , last] = path.replace(/\?.*/, '').split('/').filter(Boolean);
  return last === 'pictures' ? last : first;
}

/** What of 32 tiles is not whole, which text is cut, and which is smaller than 13 px. */
const MEASURE = `
  const screen = { width: innerWidth, height: innerHeight };
  const tiles = [...document.querySelectorAll('.t')];
  const whole = tiles.filter((tile) => { const box = tile.getBoundingClientRect(); return box.bottom <= screen.height && box.right <= screen.width; });
  const texts = [...document.querySelectorAll('.top *, .sum *, .need *, .t *')].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && one.checkVisibility() && !one.closest('.vh, svg'));
  const name = (one) => one.className + ': ' + one.textContent;
  return {
    tiles: whole.length,
    cut: texts.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).display !== 'inline'
      || one.scrollHeight > one.clientHeight + 3 && one.clientHeight > 0 && getComputedStyle(one).display !== 'inline').map(name)
      .concat(tiles.filter((tile) => { const d = tile.querySelector('.d'); return d.scrollHeight > d.clientHeight + 1; }).map((tile) => 'tile ' + tile.textContent)),
    small: texts.filter((one) => parseFloat(getComputedStyle(one).fontSize) < 13).map(name),
    wide: Math.max(0, document.documentElement.scrollWidth - innerWidth),
  };`;

/** What reaches over the right edge of 360 px and is in no box of its own that scrolls. */
const WIDE = `
  return [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.vh, svg, .scroll, option, .skip'))
    .filter((one) => one.getBoundingClientRect().right > 361).map((one) => one.tagName + '.' + one.className + ' ' + one.getBoundingClientRect().right);`;
