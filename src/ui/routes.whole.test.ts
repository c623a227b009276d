import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { JobAdmin } from '../jobs/admin.ts';
import { LivePage } from '../live/page.ts';
import { writeRecord } from '../report/record.ts';
import { readAudit } from '../store/audit.ts';
import { placesOf, sayStation } from '../store/station-events.ts';

const HEADER = 'serial,account,password,data,reference';
const parked = { end: { outcome: 'refused', reason: 'wrong-password' }, next: { then: 'parked' } } as const;
/** In place of Chromium: it puts the page and what lies beside it where the PDF is asked for. */
const PRINTER = `#!/bin/sh
for one; do case "$one" in --print-to-pdf=*) pdf="\${one#*=}";; file:*) page="\${one#file://}";; esac; done
cd "$(dirname "$page")" && { cat "$page"; cat evidence/* 2>/dev/null; echo; } > "$pdf"
`;
const done = { end: {}, next: { then: 'done' } } as const;

describe('the pages of a station', () => {
  let live: LivePage;
  const lab = { name: 'Lab Sofia', address: '', logo: '' };
  const tools = mkdtempSync(join(tmpdir(), 'mi-unbind-tools-'));
  const faults: Error[] = [];
  const answers: {
    route: string;
    status: number;
    operator: string;
    from: string;
    kind: string;
    method: string;
  }[] = [];

  before(async () => {
    live = await LivePage.start({
      ...{ browser: false, lab },
      path: tools,
      onFault: (fault) => faults.push(fault),
      onAnswer: (answer) => answers.push(answer),
    });
  });
  after(async () => {
    await live?.stop();
    rmSync(tools, { recursive: true });
  });

  async function ask(
    method: 'GET' | 'POST',
    url: string,
    { headers = {}, payload }: { headers?: Record<string, string>; payload?: object | string | Buffer } = {},
  ) {
    const answer = await live.page.app.inject({
      ...{ method, url, remoteAddress: '127.0.0.1' },
      headers: { host: '127.0.0.1', origin: 'http://127.0.0.1', accept: 'text/html', ...headers },
      ...(payload !== undefined && { payload }),
    });
    const json = () => answer.json<Record<string, unknown>>();
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      bytes: answer.rawPayload,
      json,
    };
  }
  const get = (url: string, headers = {}) => ask('GET', url, { headers });
  const post = (url: string, payload: object = {}) => ask('POST', url, { payload });
  /** As the form of a page sends a file. */
  function drop(url: string, content: string | Buffer, name: string) {
    const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`;
    const payload = Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n--b--\r\n')]);
    return ask('POST', url, { headers: { 'content-type': 'multipart/form-data; boundary=b' }, payload });
  }
  const newest = async () => (await readAudit(live.store.pool, { limit: 1 }))[0]?.id ?? '0';
  /** What was written down since, oldest first. */
  const acts = async (since: string) =>
    (await readAudit(live.store.pool, { limit: 50 }))
      .filter(({ id }) => BigInt(id) > BigInt(since))
      .map(({ act, about }) => [act, about])
      .reverse();
  const words = (text: string) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

  it('take a list, say what is in it, start it or discard it, and write both down', async () => {
    const since = await newest();
    const rows = [HEADER, 'n1,6230001701,Kanarie-eins,keep,L-1', 'n2,6230001702,Kanarie-zwei,keep,L-2'];
    const taken = await drop('/lists', rows.join('\n'), 'north 7.csv');
    const { id } = taken.json() as { id: string };
    assert.equal(taken.status, 200);
    const page = await get(`/lists?list=${id}`);
    assert.match(page.text, /id="start"(?![^>]* disabled)/);
    assert.doesNotMatch(page.text, /Kanarie|623000170/);
    assert.deepEqual(readdirSync(join(live.folder, 'uploads')), []);
    for (const act of ['look', 'add']) assert.equal((await post(`/lists/${id}/${act}`)).status, 404);
    const started = await post(`/lists/${id}/start`);
    assert.deepEqual([started.status, started.json()], [200, { added: 2, known: 0 }]);
    const again = await post(`/lists/${id}/start`);
    assert.deepEqual(
      [again.status, again.json()],
      [404, { error: 'This list is no longer here. Drop the file again.' }],
    );
    assert.match((await get(`/lists?list=${id}`)).text, /This list is no longer here\./);
    assert.doesNotMatch((await get('/lists')).text, /This list is no longer here\./);
    const [job] = await new JobAdmin(live.store).referred('L-1');
    assert.deepEqual(
      [job?.batch, job?.state, await new JobAdmin(live.store).hasPassword(job?.id ?? '')],
      ['north 7', 'waiting', true],
    );

    const other = (await drop('/lists', rows.join('\n'), 'other.csv')).json() as { id: string };
    const discarded = await post(`/lists/${other.id}/discard`);
    assert.deepEqual([discarded.status, discarded.json()], [200, {}]);
    assert.equal((await post(`/lists/${other.id}/start`)).status, 404);
    assert.deepEqual(await new JobAdmin(live.store).list({ batch: 'other', limit: 5 }), []);
    const written = await acts(since);
    assert.deepEqual(
      written.map(([act, about]) => [act, (about as { batch: string }).batch]),
      [
        ['read-list', 'north 7'],
        ['start-list', 'north 7'],
        ['read-list', 'other'],
        ['discard-list', 'other'],
      ],
    );
    assert.equal((written[0]?.[1] as { rows: number }).rows, 2);
    assert.equal((written[1]?.[1] as { added: number }).added, 2);
  });

  it('say what is wrong with what is no list, and what is no file', async () => {
    const empty = await drop('/lists', '', 'empty.csv');
    assert.equal(empty.status, 400);
    assert.ok(String(empty.json().error).length > 10);
    const none = await post('/lists');
    assert.deepEqual([none.status, none.json()], [400, { error: 'This did not work. Try again.' }]);
    const form = await ask('POST', '/lists', {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      payload: '--b\r\ncontent-disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
    });
    assert.equal(form.status, 400);
    const large = await drop('/lists', Buffer.alloc(5 * 1024 * 1024 + 1, 65), 'large.csv');
    assert.deepEqual(
      [large.status, large.json()],
      [413, { error: 'The file is too large: 5 MB and 20,000 rows are the most.' }],
    );
  });

  it('take one order, by serial or IMEI, and name the field that is wrong', async () => {
    const since = await newest();
    const order = { account: '6230001800', password: 'Kanarie-drei', data: 'keep' };
    const bySerial = await post('/orders', { ...order, phone: ' o1 ', reference: 'O-1' });
    assert.deepEqual([bySerial.status, bySerial.json()], [200, { added: 1, known: 0 }]);
    const byImei = await post('/orders', { ...order, phone: '867320078705104', reference: 'O-2' });
    assert.equal(byImei.status, 200);
    const admin = new JobAdmin(live.store);
    const [[one], [two]] = [await admin.referred('O-1'), await admin.referred('O-2')];
    assert.deepEqual([one?.order.phone, two?.order.phone], [{ serial: 'o1' }, { imei: '867320078705104' }]);
    assert.match(one?.batch ?? '', /^orders-\d{4}-\d\d-\d\d$/);
    assert.equal(one?.order.account, order.account);
    const wrong: [body: object, field: RegExp][] = [
      [{ ...order, phone: '867320078705105' }, /^Serial or IMEI: /],
      [{ ...order, phone: '' }, /^Serial or IMEI: /],
      [{ ...order, phone: 'o3', account: '' }, /^Account: /],
      [{ ...order, phone: 'o3', data: 'burn' }, /^Synced data: /],
    ];
    for (const [body, field] of wrong) {
      const refused = await post('/orders', body);
      assert.equal(refused.status, 400, JSON.stringify(body));
      assert.match(String(refused.json().error), field);
    }
    const written = await acts(since);
    assert.deepEqual(
      written.map(([act, about]) => [act, (about as { reference: string }).reference]),
      [
        ['add-order', 'O-1'],
        ['add-order', 'O-2'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(written), /Kanarie|6230001800/);
    const form = await get('/lists?add=1&serial=o9&reference=R-9');
    assert.match(form.text, /<details class="card new" open>/);
    assert.match(form.text, /id="o-phone"[^>]* value="o9"/);
    assert.match(form.text, /id="o-reference"[^>]* value="R-9"/);
    assert.doesNotMatch((await get('/lists')).text, /<details class="card new" open>/);
  });

  it('show orders by list and state, and how many there are of each', async () => {
    const refs = async (query: string) => {
      const { text } = await get(`/lists${query}`);
      return [...text.matchAll(/<td class="ref"><b[^>]*>(.*?)<\/b>/g)]
        .map(([, name = '']) => words(name).trim())
        .sort();
    };
    assert.deepEqual(await refs('?batch=north+7'), ['L-1', 'L-2']);
    await new JobAdmin(live.store).hold([(await new JobAdmin(live.store).referred('L-2'))[0]?.id ?? '']);
    assert.deepEqual(await refs('?batch=north+7&state=held'), ['L-2']);
    assert.deepEqual(await refs('?batch=north+7&state=unknown'), ['L-1', 'L-2']);
    assert.deepEqual(await refs('?state=held'), ['L-2']);
    assert.deepEqual(await refs('?state=cancelled'), []);
    assert.equal((await refs('')).length, 4);
    assert.match((await get('/lists?batch=north+7')).text, /href="\/batch\?name=north%207"/);
  });

  it('give a list as CSV, JSON, JUnit and PDF, under a name that a file may have', async () => {
    const file = async (kind: string, name = 'north 7') => {
      const { status, headers, text } = await get(`/batch/${kind}?name=${encodeURIComponent(name)}`);
      return { status, type: headers['content-type'], as: headers['content-disposition'], text };
    };
    const csv = await file('csv');
    assert.deepEqual(
      [csv.status, csv.type, csv.as],
      [200, 'text/csv; charset=utf-8', 'attachment; filename="north_7.csv"'],
    );
    assert.match(csv.text, /^\uFEFF?serial,imei,reference,/);
    const json = await file('json');
    assert.match(String(json.type), /^application\/json/);
    const { name, rows } = JSON.parse(json.text) as { name: string; rows: { reference: string }[] };
    assert.deepEqual([name, rows.map(({ reference }) => reference)], ['north 7', ['L-1', 'L-2']]);
    assert.ok(json.text.endsWith('}\n'));
    const xml = await file('xml');
    assert.deepEqual([xml.type, /<testsuite name="north 7"/.test(xml.text)], ['application/xml', true]);
    assert.equal((await file('exe')).status, 404);
    assert.equal((await file('toString')).status, 404);
    assert.equal((await file('csv', 'nothing')).status, 404);
    assert.equal((await file('csv', '')).status, 404);
    const unprinted = await file('pdf');
    assert.deepEqual([unprinted.status, unprinted.as], [500, undefined], 'a page of an error is no PDF');
    assert.equal(faults.splice(0).length, 1);
    writeFileSync(join(tools, 'chromium'), PRINTER);
    chmodSync(join(tools, 'chromium'), 0o755);
    const pdf = await file('pdf');
    assert.deepEqual(
      [pdf.status, pdf.type, pdf.as],
      [200, 'application/pdf', 'attachment; filename="north_7.pdf"'],
    );
    assert.match(pdf.text, /<html lang="en">[^]*L-1[^]*L-2/);
    const bulgarian = await get('/batch/pdf?name=north+7&lang=bg');
    assert.match(bulgarian.text, /<html lang="bg">/);
    const page = await get('/batch?name=north+7&state=held');
    assert.match(words(page.text), / L-2 /);
    assert.doesNotMatch(words(page.text), / L-1 /);
    const gone = await get('/batch?name=nothing');
    assert.deepEqual([gone.status, /There is no such list\./.test(gone.text)], [404, true]);
  });

  describe('of records', () => {
    let folder = '';
    let older: (id: string, days: number) => Promise<void>;
    before(async () => {
      const evidence = join(live.folder, 'run');
      mkdirSync(evidence);
      writeFileSync(join(evidence, '01-account.png'), readFileSync(join(await live.evidence('x'), 'x.png')));
      await live.order('d1', 'R-1', { ...done, end: { evidence } });
      await live.order('d2', 'R-2', parked);
      const about = { account: '********35', ledger: [], operator: 'Mira', station: LivePage.STATION };
      for (const reference of ['R-1', 'R-2']) {
        const [job] = await new JobAdmin(live.store).referred(reference);
        if (!job?.end) throw new Error(`${reference} has ended`);
        const written = { ...about, tool: 'mi-unbind', job, end: job.end, state: job.state };
        const { file } = await writeRecord(written, { folder: join(live.folder, 'records') });
        folder ||= file.split('/').at(-2) ?? '';
        // The same one, ended so many days ago.
        older = async (id, days) => {
          const at = new Date(Date.now() - days * 86_400_000).toISOString();
          const before = { ...job, id, startedAt: at, endedAt: at };
          await writeRecord({ ...written, job: before }, { folder: join(live.folder, 'records') });
        };
      }
    });
    const shown = async (query: string) => {
      const { text } = await get(`/records${query}`);
      const rows = [...text.matchAll(/<tr[^>]*><td class="no">(\d+)/g)].map(([, seq]) => Number(seq));
      const [, chosen] = /<tr class="chosen"><td class="no">(\d+)/.exec(text) ?? [];
      return { text, rows, chosen: Number(chosen) };
    };

    it('find those of today, of all time, of a day and of an outcome, and show one of them', async () => {
      const today = await shown('');
      assert.deepEqual([today.rows, today.chosen], [[2, 1], 2]);
      assert.match(today.text, /<option value="today" selected>/);
      assert.deepEqual((await shown(`?show=${folder}`)).chosen, 1);
      assert.deepEqual((await shown('?show=../x')).chosen, 2);
      assert.deepEqual((await shown('?search=R-1')).rows, [1]);
      assert.match((await shown('?search=R-1')).text, /<option value="all" selected>/);
      assert.deepEqual((await shown('?outcome=refused')).rows, [2]);
      assert.deepEqual((await shown('?day=2020-01-02')).rows, []);
      const now = new Date();
      const two = (n: number) => String(n).padStart(2, '0');
      const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
      assert.deepEqual((await shown(`?day=${day}`)).rows, [2, 1]);
      assert.deepEqual((await shown('?day=tomorrow')).rows, [2, 1], 'what is no day is none');
      await older('1001', 29);
      await older('1002', 32);
      const periods = { today: [2, 1], '30': [3, 2, 1], all: [4, 3, 2, 1], constructor: [2, 1] };
      for (const [period, rows] of Object.entries(periods))
        assert.deepEqual((await shown(`?period=${period}`)).rows, rows, period);
    });

    it('give their sheet with its own style alone, their record and their pictures', async () => {
      const file = (name: string) => get(`/records/${folder}/${name}`);
      for (const name of ['sheet', 'record.html']) {
        const { status, headers, text } = await file(name);
        assert.deepEqual(
          [status, headers['content-type'], headers['cache-control']],
          [200, 'text/html; charset=utf-8', 'no-store'],
        );
        assert.match(
          String(headers['content-security-policy']),
          /^default-src 'none'; img-src 'self'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'self'; sandbox allow-same-origin$/,
        );
        assert.match(text, /<html lang="en">[^]*R-1/);
      }
      assert.match((await file('sheet?lang=ru')).text, /<html lang="ru">/);
      const json = await file('record.json');
      assert.match(String(json.headers['content-type']), /^application\/json/);
      assert.equal(json.json().reference, 'R-1');
      const picture = await file('evidence/01-account.png');
      assert.deepEqual(
        [picture.headers['content-type'], picture.bytes.subarray(1, 4).toString()],
        ['image/png', 'PNG'],
      );
      for (const name of [
        'evidence/sheet',
        'evidence/record.pdf',
        'evidence/x.png',
        'nothing',
        '..%2Frecord.json',
      ])
        assert.equal((await file(name)).status, 404, name);
      for (const wrong of ['nothing', '..', '%2Fetc', '.hidden'])
        for (const name of ['record.json', 'record.pdf', 'sheet', 'pictures'])
          assert.equal((await get(`/records/${wrong}/${name}`)).status, 404, `${wrong} ${name}`);
      const pictures = await file('pictures');
      assert.match(pictures.text, new RegExp(`src="/records/${folder}/evidence/01-account.png"`));
    });

    it('give their sheet as PDF, with its pictures in every language', async () => {
      const { headers, text } = await get(`/records/${folder}/record.pdf`);
      assert.deepEqual([headers['content-type'], headers['cache-control']], ['application/pdf', 'no-store']);
      assert.match(text, /<html lang="en">[^]*IEND/);
      const own = await get(`/records/${folder}/record.pdf?lang=zh`);
      assert.match(own.text, /<html lang="zh">[^]*IEND/);
    });

    it('print labels, of 62 mm or on A4', async () => {
      const label = await get(`/labels?of=${folder},nothing,..`);
      assert.equal(label.text.match(/class="label"/g)?.length, 1);
      assert.match(label.text, /labels s62/);
      assert.match(words(label.text), /R-1 Redmi 12C ✓ Signed out/);
      assert.match((await get(`/labels?of=${folder}&size=a4`)).text, /labels sa4/);
    });

    it('find what another station has, beside what is here', async () => {
      await sayStation(live.store.pool, {
        ...{ name: 'Plovdiv 2', url: 'https://south.example/', worker: 'away', isWatched: false },
      });
      const [job] = await new JobAdmin(live.store).referred('R-2');
      await live.store.pool.query("update mi_unbind.job set station = 'Plovdiv 2' where id = $1", [job?.id]);
      const { text } = await shown('?search=R-2');
      const there = /<h2 class="else">[^]*?<\/table>/.exec(text)?.[0] ?? '';
      assert.match(words(there), /R-2 Plovdiv 2 Redmi 12C .*Refused: /);
      assert.match(
        there,
        /data-there="https:\/\/south\.example\/" data-path="\/records\?period=all&#38;search=R-2"/,
      );
      assert.match((await shown('?search=R-1')).text, /^(?![^]*class="else")/);
      for (const [query, isThere] of [
        ['?outcome=refused', true],
        ['?outcome=signed-out', false],
        ['?day=2020-01-02', false],
        ['?period=all&search=%25', false],
        ['?search=d2', true],
      ] as const)
        assert.equal((await shown(query)).text.includes('class="else"'), isThere, query);
      await live.store.pool.query('update mi_unbind.job set station = $2 where id = $1', [
        job?.id,
        LivePage.STATION,
      ]);
    });
  });

  it('lead from what was scanned to its phone, its list, its record, or the form of an order', async () => {
    const scan = async (query: string) =>
      (await get(`/scan?${query}`, { accept: 'application/json' })).json();
    assert.deepEqual(await scan('what=L-1'), { to: '/batch?name=north%207' });
    assert.deepEqual(await scan('what=R-1'), { to: '/records?search=R-1' });
    await live.see({ serial: 'idle-1' });
    const place = '…dle-1';
    assert.deepEqual(await scan('what=IDLE-1'), {
      ...{ order: 'idle-1', text: `IDLE-1 is at ${place}. It needs an order: scan the reference now.` },
    });
    assert.deepEqual(await scan('what=N-7&for=idle-1'), { to: '/lists?add=1&serial=idle-1&reference=N-7' });
    assert.deepEqual(await scan('what=N-7'), {
      text: 'N-7 is not on this wall, in a list or in the records.',
      link: { href: '/lists?add=1&reference=N-7', text: 'Add an order' },
    });
    const redirect = await get('/scan?what=R-1');
    assert.deepEqual([redirect.status, redirect.headers.location], [302, '/records?search=R-1']);
    assert.equal((await get('/scan?what=nothing')).headers.location, '/');
  });

  it('name a place by the port of a phone, and take the name away again', async () => {
    const since = await newest();
    await live.see({ serial: 'idle-1', usb: 'usb:3' });
    const at = { station: LivePage.STATION, serial: 'idle-1' };
    assert.equal((await post('/places', { ...at, name: 'C7 and more' })).status, 200);
    const places = async () => (await placesOf(live.store.pool)).map(({ phone, name }) => [phone, name]);
    assert.deepEqual(await places(), [['usb:3', 'C7 and m']]);
    assert.equal((await post('/places', { ...at, serial: 'nothing', name: 'C8' })).status, 404);
    assert.equal((await post('/places', { ...at, name: '' })).status, 200);
    assert.deepEqual(await places(), []);
    await live.see({ serial: 'idle-2', usb: '' });
    await post('/places', { ...at, serial: 'idle-2', name: 'C8' });
    assert.deepEqual(await places(), [['idle-2', 'C8']]);
    assert.match((await get('/settings')).text, /data-place="idle-2"/);
    const away = { station: LivePage.STATION, phone: 'idle-2' };
    for (const wrong of [{ phone: 'idle-1' }, { station: 'other' }])
      assert.equal((await post('/settings/places', { ...away, ...wrong })).status, 404);
    assert.equal((await post('/settings/places', away)).status, 200);
    assert.deepEqual(await places(), []);
    assert.deepEqual(await acts(since), [
      ['place', { of: LivePage.STATION, serial: 'idle-1', name: 'C7 and m' }],
      ['unplace', { of: LivePage.STATION, serial: 'idle-1' }],
      ['place', { of: LivePage.STATION, serial: 'idle-2', name: 'C8' }],
      ['unplace', { of: LivePage.STATION, phone: 'idle-2' }],
    ]);
  });

  it('keep of the lab what no setting says', async () => {
    const since = await newest();
    const shown = async () => {
      const { text } = await get('/settings');
      const [name, address] = ['name', 'address'].map(
        (one) => new RegExp(`<input id="lab-${one}"[^>]*>`).exec(text)?.[0],
      );
      return { name, address, text };
    };
    assert.equal((await post('/settings/lab', { name: 'Other', address: ' Street 1 ' })).status, 200);
    const { name, address } = await shown();
    assert.match(name ?? '', /value="Lab Sofia".* disabled/);
    assert.match(address ?? '', /value="Street 1"(?!.* disabled)/);
    const picture = readFileSync(join(live.folder, 'x.png'));
    assert.equal((await drop('/settings/logo', picture, 'logo.png')).status, 200);
    const logo = await get('/logo');
    assert.deepEqual(
      [logo.status, logo.headers['content-type'], logo.headers['cache-control'], logo.bytes.equals(picture)],
      [200, 'image/png', 'no-cache', true],
    );
    assert.equal(
      logo.headers['content-security-policy'],
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    );
    assert.match((await shown()).text, /id="remove-logo"/);
    const large = Buffer.concat([picture, Buffer.alloc(200_001 - picture.length)]);
    for (const wrong of ['<svg/>', '', large]) {
      const refused = await drop('/settings/logo', wrong, 'logo.png');
      assert.deepEqual([refused.status, refused.json()], [400, { error: 'This is no PNG of up to 200 kB.' }]);
    }
    assert.equal((await drop('/settings/logo', large.subarray(0, 200_000), 'logo.png')).status, 200);
    assert.equal((await post('/settings/logo')).status, 400);
    assert.equal((await post('/settings/lab', { logo: 'none' })).status, 200);
    assert.equal((await get('/logo')).status, 404);
    assert.match((await shown()).address ?? '', /value="Street 1"/, 'the rest is kept');
    assert.deepEqual(await acts(since), [
      ['lab', { name: 'Other', address: 'Street 1' }],
      ['lab', { bytes: picture.length }],
      ['lab', { bytes: 200_000 }],
      ['lab', { logo: 'none' }],
    ]);
    lab.logo = join(live.folder, 'logo.svg');
    lab.name = '';
    writeFileSync(lab.logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    assert.equal((await drop('/settings/logo', picture, 'logo.png')).status, 400, 'a setting says it');
    assert.equal((await get('/logo')).headers['content-type'], 'image/svg+xml');
    assert.equal((await post('/settings/lab', { name: 'Own name', address: '' })).status, 200);
    assert.match((await shown()).name ?? '', /value="Own name"(?!.* disabled)/);
  });

  it('show what operators did, a hundred at once, by operator and act', async () => {
    const { pool } = live.store;
    const [job] = await new JobAdmin(live.store).referred('R-1');
    await pool.query(
      `insert into mi_unbind.audit (station, operator, act, about)
         select 'one', 'Mira', 'retry', jsonb_build_object('job', $1::text) from generate_series(1, 101)`,
      [job?.id],
    );
    const rows = (text: string) => text.match(/<td class="ab"/g)?.length ?? 0;
    const all = await get('/audit?operator=Mira');
    assert.equal(rows(all.text), 100);
    assert.match(all.text, /order R-1</);
    const [, older = ''] = /href="(\/audit\?[^"]*before=\d+)"/.exec(all.text.replaceAll('&#38;', '&')) ?? [];
    assert.match(older, /operator=Mira/);
    const rest = await get(older);
    assert.equal(rows(rest.text), 1);
    assert.match(rest.text, /href="\/audit\?operator=Mira&#38;act=&#38;before="/);
    assert.equal(rows((await get('/audit?operator=Mira&act=place')).text), 0);
    assert.equal(rows((await get('/audit?act=place')).text), 2);
    assert.equal(rows((await get('/audit?operator=Mira&before=x')).text), 100, 'what is no number is none');
    await pool.query("delete from mi_unbind.audit where operator = 'Mira'");
  });

  it('are in the language, look and station that a person chose, from then on', async () => {
    const { headers, text } = await get('/?lang=bg&theme=dark&station=*');
    assert.match(text, /<html lang="bg" data-theme="dark">/);
    const cookies = [headers['set-cookie']].flat().map(String);
    const kept = (name: string, value: string) =>
      `${name}=${value}; Max-Age=31536000; Path=/; HttpOnly; SameSite=Strict`;
    assert.deepEqual(cookies, [kept('lang', 'bg'), kept('theme', 'dark'), kept('station', '*')]);
    const later = await get('/', { cookie: 'lang=ru; theme=light; station=Plovdiv 2' });
    assert.match(later.text, /<html lang="ru" data-theme="light">[^]*data-station="Plovdiv 2"/);
    assert.match((await get('/')).text, /data-theme="auto"[^]*data-station="Sofia 1"/);
    assert.match((await get('/?station=*')).text, /data-station=""/);
    assert.match((await get('/', { 'accept-language': 'zh-CN' })).text, /<html lang="zh"/);
    for (const asked of [{ accept: 'application/json' }, { 'sec-fetch-mode': 'cors' }])
      assert.equal((await get('/?lang=bg', asked)).headers['set-cookie'], undefined, 'it is no choice');
    assert.match((await get('/charts?period=30')).text, /href="\/charts\?period=30" aria-current="true"/);
    assert.match((await get('/charts?period=7')).text, /href="\/charts\?period=today" aria-current="true"/);
  });

  it('give the log what was changed and refused, and a fault that was not foreseen, and say no more of it', async () => {
    answers.splice(0);
    await get('/lists');
    assert.deepEqual(answers, [], 'looking is not written down');
    await post('/jobs/999999/hold');
    const page = await get('/nothing');
    assert.deepEqual([page.status, /There is no such page\./.test(page.text)], [404, true]);
    const text = await get('/nothing', { accept: '*/*' });
    assert.deepEqual(text.json(), { error: 'There is no such page.' });
    await get('/lists');
    const heard = answers.map(({ kind, method, route, status, operator, from }) => [
      kind,
      method,
      route,
      status,
      operator,
      from,
    ]);
    assert.deepEqual(heard, [
      ['page', 'POST', '/jobs/:id/:act', 404, 'lab', '127.0.0.1'],
      ['page', 'GET', '', 404, 'lab', '127.0.0.1'],
      ['page', 'GET', '', 404, 'lab', '127.0.0.1'],
    ]);
    assert.equal(faults.length, 0);
    lab.logo = '';
    await live.store.pool.query('alter table mi_unbind.lab rename to lab_away');
    const broken = await get('/settings');
    await live.store.pool.query('alter table mi_unbind.lab_away rename to lab');
    assert.deepEqual([broken.status, /This did not work\. Try again\./.test(broken.text)], [500, true]);
    assert.doesNotMatch(broken.text, /relation|mi_unbind\.lab/);
    assert.equal(faults.length, 1);
  });
});
