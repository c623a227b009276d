import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fastify } from 'fastify';
import { zipSync } from 'fflate';
import { EventReader } from '../live/event-stream.ts';
import { LivePage } from '../live/page.ts';
import { Secret } from '../secret.ts';
import { readAudit } from '../store/audit.ts';
import { addOperator, mayDo, removeOperator, ROLES, type Role } from '../store/operators.ts';
import { workerName } from '../store/worker.ts';
import { healthRoutes } from './metrics.ts';
import { addRoutes } from './routes.ts';

/** What each route of the page needs. A route that is not here fails the test below: it is to be thought about. */
const RULES: Readonly<Record<string, Role | 'nothing'>> = {
  'GET /login': 'nothing',
  'POST /login': 'nothing',
  'POST /logout': 'look',
  'GET /healthz': 'nothing',
  'GET /metrics': 'nothing',
  'GET /client/*': 'nothing',
  'GET /': 'look',
  'GET /events': 'look',
  'GET /pictures/:station/:serial/:name': 'look',
  'POST /places': 'operate',
  'GET /scan': 'look',
  'GET /phones/:station/:serial': 'look',
  'GET /phones/:station/:serial/screen': 'operate',
  'POST /phones/:station/:serial/control': 'operate',
  'GET /control/:id': 'operate',
  'POST /control/:id': 'operate',
  'POST /control/:id/release': 'operate',
  'GET /questions/:id/picture': 'look',
  'GET /questions/:id': 'look',
  'POST /questions/:id': 'operate',
  'POST /jobs/:id/:act': 'operate',
  'GET /lists': 'look',
  'POST /lists': 'operate',
  'POST /lists/:id/:act': 'operate',
  'POST /orders': 'operate',
  'GET /batch': 'look',
  'GET /batch/:kind': 'look',
  'GET /records': 'look',
  'GET /labels': 'look',
  'GET /logo': 'look',
  'GET /records/:folder/pictures': 'look',
  'GET /records/:folder/:name': 'look',
  'GET /records/:folder/evidence/:name': 'look',
  'GET /charts': 'look',
  'GET /settings': 'look',
  'POST /settings/lab': 'administer',
  'POST /settings/logo': 'administer',
  'POST /settings/places': 'operate',
  'GET /audit': 'administer',
  'GET /operators': 'administer',
  'POST /operators': 'administer',
  'POST /operators/:act': 'administer',
};
const PASSWORD = new Secret('lange-Kanarie-Reihe');
const FORWARDING = [
  ...['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'cf-ray'],
];

/** A try costs little: what it costs is that of `operators.whole.test.ts`. */
const CHEAP = { N: 2 ** 10, r: 8, p: 1 };
const PROXY = '10.0.0.2';

describe('who may do what on the page of a station', () => {
  let live: LivePage;
  before(async () => {
    live = await LivePage.start({
      browser: false,
      rules: { hosts: [], proxies: [PROXY] },
    });
    await live.order('d1', 'R-1');
    await live.see({ serial: 'd1' });
  });
  after(() => live?.stop());

  /** As the server has them. */
  const known = () =>
    live.page.routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url, needs }) => ({ rule: `${method} ${url}`, method, url, needs }));
  /** The status of a request; places in its address are filled with what is not there. */
  async function status(method: string, url: string, headers: Record<string, string> = {}, body = '{}') {
    const over = new AbortController();
    const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const answer = await fetch(`${live.url}${url.replace(/:\w+/g, '0').replace('*', 'page.js')}`, {
      ...{ method, headers: { ...type, ...headers }, redirect: 'manual', signal: over.signal },
      ...(method === 'POST' ? { body } : {}),
    });
    over.abort();
    return answer.status;
  }
  /** As a browser cannot: with a Host of its own. */
  const withHost = (method: string, url: string, headers: Record<string, string>): Promise<number> =>
    live.page.app
      .inject({ method: method as 'GET', url, headers, remoteAddress: '127.0.0.1' })
      .then(({ statusCode }) => statusCode);

  it('has a rule for each route that the server has', () => {
    assert.ok(known().length > 30, 'the routes are read from the server');
    for (const { rule, needs } of known()) assert.equal(needs, RULES[rule], rule);
    const heads = live.page.routes.filter(({ method }) => method === 'HEAD');
    for (const { url, needs } of heads) assert.equal(needs, RULES[`GET ${url}`], `HEAD ${url}`);
  });

  it('before there is an operator, what was forwarded or names another host needs a login', async () => {
    const closed = known().filter(({ method, needs }) => method === 'GET' && needs !== 'nothing');
    assert.equal(await status('GET', '/lists'), 200);
    for (const { url } of closed) {
      for (const name of FORWARDING)
        assert.equal(await status('GET', url, { [name]: '1.2.3.4' }), 401, `${name} ${url}`);
      for (const host of ['evil.example', '192.168.1.5:7676', 'localhost.evil.example'])
        assert.equal(await withHost('GET', url.replace(/:\w+/g, '0'), { host }), 401, `${host} ${url}`);
    }
    assert.equal(await status('GET', '/metrics', { 'x-forwarded-for': '1.2.3.4' }), 401);
    const token = { 'x-forwarded-for': '1.2.3.4', authorization: 'Bearer metrics-token' };
    assert.equal(await status('GET', '/metrics', token), 200);
    assert.equal(await status('GET', '/metrics', { ...token, authorization: 'Bearer metrics-tokem' }), 401);
  });

  it('the page of the login says that there is no operator, until there is one', async () => {
    const shown = async () =>
      (await (await fetch(`${live.url}/login`)).text()).includes('No operator exists yet');
    assert.equal(await shown(), true);
    await addOperator(live.store.pool, { name: 'first', role: 'administer' }, PASSWORD);
    assert.equal(await shown(), false);
    await removeOperator(live.store.pool, 'first');
  });

  it('a list is found by its name, and by none is none', async () => {
    assert.equal(await status('GET', '/batch?name='), 404);
    assert.equal(await status('GET', '/batch?name=absent'), 404);
    assert.equal(await status('GET', '/nothing'), 404);
  });

  it('counts in /metrics what is there and what is not, and names no phone and no account', async () => {
    await live.store.pool.query(
      `insert into mi_unbind.letter (job, day, kind, state, language, by, station, worker, at)
         select id, day, letter.kind, letter.state, 'bg', 'mira', 'one', $1, now() - ago from mi_unbind.job, (values
           ('2026-11-01', 'first', 'sent', interval '9 d'), ('2026-11-02', 'first', 'sent', interval '8 d'),
           ('2026-11-03', 'first', 'sending', interval '7 d'), ('2026-11-04', 'reminder', 'sending', interval '0')
         ) as letter (day, kind, state, ago)`,
      [workerName()],
    );
    const text = await (await fetch(`${live.url}/metrics`)).text();
    await live.store.pool.query('delete from mi_unbind.letter');
    const values = Object.fromEntries(
      [...text.matchAll(/^mi_unbind_(\S+) (\d+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    );
    const expected = {
      ...{ 'phones{state="queue"}': 1, 'phones{state="gone"}': 0, 'jobs{state="waiting"}': 1 },
      ...{ 'jobs{state="done"}': 0, 'outcomes{outcome="signed-out"}': 0, code_waits: 0, stations_up: 1 },
      ...{ 'acts{act="password-submitted"}': 0, 'code_source_up{source="imap"}': 0, questions: 0 },
      ...{ 'letters{kind="first",state="sent"}': 2, 'letters{kind="first",state="perhaps"}': 1 },
      ...{ 'letters{kind="reminder",state="sending"}': 1, 'letters{kind="reminder",state="sent"}': 0 },
      ...{ 'part_up{part="database"}': 1, 'part_up{part="adb"}': 1, 'part_up{part="appium"}': 1 },
      ...{ 'part_up{part="disk"}': 1 },
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(values[name], value, name);
    const labels = new Set([...text.matchAll(/^mi_unbind_\w+\{(\w+)=/gm)].map(([, name]) => name));
    assert.deepEqual([...labels].sort(), ['act', 'kind', 'outcome', 'part', 'source', 'state']);
    assert.doesNotMatch(text, /"d1"|R-1|6230001535|Sofia/);
  });

  it('answers /metrics while its database does not: with the parts, and no number that is not known', async () => {
    const app = fastify();
    const health = { check: async () => ({ ...live.parts }), token: undefined };
    const rules = { hosts: [], proxies: [] };
    const parts = { store: live.store, codeSources: ['imap'], health, rules };
    addRoutes(app, healthRoutes(parts, live.page.live, 100));
    const asked = async () => {
      const { statusCode, body } = await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' });
      return { statusCode, names: [...body.matchAll(/^mi_unbind_(\S+ \d+)$/gm)].map(([, name]) => name) };
    };
    const away = {
      statusCode: 200,
      names: [
        ...['code_source_up{source="imap"} 0', 'part_up{part="database"} 0', 'part_up{part="adb"} 1'],
        ...['part_up{part="appium"} 1', 'part_up{part="disk"} 1', 'page_streams 0'],
      ],
    };
    live.parts.database = false;
    assert.deepEqual(await asked(), away, 'it is known to be away');
    live.parts.database = true;
    const client = await live.store.pool.connect();
    try {
      await client.query('begin; lock table mi_unbind.ledger in access exclusive mode');
      const waiting = async () =>
        (await client.query('select from pg_locks where not granted')).rowCount ?? 0;
      while ((await waiting()) === 0) assert.deepEqual(await asked(), away, 'a question to it hangs');
      for (let nth = 0; nth < 2; nth++) assert.deepEqual(await asked(), away);
      assert.equal(await waiting(), 1, 'who asks again takes no more of its connections');
    } finally {
      await client.query('rollback');
      client.release();
    }
    const usual = await (await fetch(`${live.url}/metrics`)).text();
    assert.match(usual, /part_up\{part="database"\} 1/);
    assert.match(usual, /^mi_unbind_questions 0$/m);
  });

  it('gives five pages all that 32 phones do, in order and once, also the one that was away meanwhile', async () => {
    const serials = Array.from({ length: 32 }, (_, at) => `many-${at}`);
    const readers = Array.from({ length: 5 }, () => new EventReader(`${live.url}/events`));
    await Promise.all(readers.map((one) => one.open()));
    const [first, , , , away] = readers;
    assert.ok(first && away);
    const before = first.heard.length;
    const round = (nth: number) =>
      Promise.all(
        serials.map((serial) => live.see({ serial, model: `M${nth}` }, [{ kind: 'step', body: { nth } }])),
      );
    await round(1);
    // In the middle of what happens: it is away for some of it, and comes back while more happens.
    const second = round(2);
    await away.until(before + 40);
    away.close();
    await second;
    await round(3);
    await Promise.all([away.open(), round(4)]);
    await Promise.all(readers.map((one) => one.until(before + 4 * 32)));
    const { rows } = await live.store.pool.query<{ id: string }>(
      'select id from mi_unbind.event order by id',
    );
    for (const { heard } of readers)
      assert.deepEqual(
        heard.map(({ id }) => id),
        rows.map(({ id }) => Number(id)),
      );
    for (const serial of serials)
      assert.deepEqual(
        away.heard.filter((one) => one.serial === serial).map(({ body }) => body.nth),
        [1, 2, 3, 4],
        serial,
      );
    for (const one of readers) one.close();
    await live.store.pool.query("delete from mi_unbind.phone where serial like 'many-%'");
  });

  it('finds what was scanned: a phone by serial, either IMEI or reference, in any case of its letters', async () => {
    await live.see({ serial: 'Scan-1', imei: '867320078705104', imei2: '867320078705112' });
    await live.order('Scan-1', 'RMA-77');
    const found = async (what: string, more = '') => {
      const headers = { accept: 'application/json' };
      const answer = await fetch(`${live.url}/scan?what=${encodeURIComponent(what)}${more}`, { headers });
      return (await answer.json()) as { to?: string; text?: string; link?: { href: string } };
    };
    const page = `/phones/${encodeURIComponent(LivePage.STATION)}/Scan-1`;
    for (const what of ['Scan-1', 'SCAN-1', '867320078705104', '867320078705112', ' rma-77 '])
      assert.deepEqual(await found(what), { to: page }, what);
    const unknown = await found('867320078705199', '&lang=bg');
    assert.match(unknown.text ?? '', /867320078705199.*\p{Script=Cyrillic}/u);
    assert.equal(unknown.link?.href, '/lists?add=1&reference=867320078705199');
    assert.equal((await found('')).to, undefined, 'nothing is no phone');
    await live.store.pool.query("delete from mi_unbind.phone where serial = 'Scan-1'");
  });

  it('changes nothing for a page of another site, nor under a name that was pointed at this computer', async () => {
    const changing = known().filter(({ method }) => method === 'POST');
    assert.ok(changing.length > 10);
    const own = new URL(live.url);
    for (const { rule, url } of changing) {
      for (const origin of ['http://evil.example', 'null', `http://${own.host}0`, 'http://127.0.0.1:1', ''])
        assert.equal(
          await status('POST', url, origin === '' ? {} : { origin }),
          403,
          `${rule} from ${origin || 'nowhere'}`,
        );
      const rebound = {
        host: 'evil.example',
        origin: 'http://evil.example',
        'content-type': 'application/json',
      };
      assert.equal(await withHost('POST', url.replace(/:\w+/g, '0'), rebound), 403, `${rule} rebound`);
      const cross = { origin: live.url, 'sec-fetch-site': 'cross-site' };
      assert.equal(await status('POST', url, cross), 403, `${rule} cross-site`);
    }
    const refused = await fetch(`${live.url}/login`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    });
    assert.match(((await refused.json()) as { error: string }).error, /from another site.*STATION_HOSTS/);
    assert.deepEqual(await readAudit(live.store.pool, { limit: 5 }), [], 'nothing was done');
  });

  it('takes no text that a database refuses and no name that every object has for a fault of its own', async () => {
    const ask = (method: 'GET' | 'POST', url: string, payload?: string) =>
      live.page.app.inject({
        ...{ method, url, remoteAddress: '127.0.0.1' },
        headers: {
          ...{ host: '127.0.0.1', accept: 'text/html', origin: 'http://127.0.0.1' },
          ...(payload && { 'content-type': 'application/json' }),
        },
        ...(payload && { payload }),
      });
    // Each is cut in the middle of its last letter by one of the limits.
    const cut = [7, 99, 499].map((length) => `${'a'.repeat(length)}😀`);
    const hostile = ['\0', '__proto__', 'toString', ...cut];
    const pages = [
      ...['/?lang=X', '/?theme=X', '/?station=X', '/scan?what=X', '/scan?what=R&for=X', '/lists?batch=X'],
      ...[
        '/lists?state=X',
        '/lists?add=1&serial=X',
        '/batch?name=X',
        '/batch/X?name=lab',
        '/records?search=X',
      ],
      ...[
        '/batch?name=lab&state=X',
        '/records?period=X',
        '/records?outcome=X',
        '/labels?of=X',
        '/charts?period=X',
      ],
      ...['/phones/X/X', '/phones/X/X/screen', '/audit?act=X', '/audit?operator=X', '/pictures/X/X/1.png'],
    ];
    const acts: [string, object][] = [
      ['/places', { station: LivePage.STATION, serial: 'd1', name: 'X' }],
      ['/places', { station: 'X', serial: 'X', name: 'X' }],
      [
        '/orders',
        { phone: 'X', account: '6230001535', password: 'Geheim-7Wort', data: 'keep', reference: 'X' },
      ],
      ['/jobs/1/X', {}],
      ['/settings/lab', { name: 'X', address: 'X' }],
      ['/operators/X', { name: 'X' }],
      ['/operators/remove', { name: 'X' }],
      ['/phones/X/X/control', {}],
    ];
    const broken: string[] = [];
    for (const text of [...hostile, '\ud800']) {
      const inPath = encodeURIComponent(text.toWellFormed());
      const asked = [
        ...pages.map((url) => ['GET', url] as const),
        ...acts.map(
          ([url, body]) =>
            ['POST', url, JSON.stringify(body).replaceAll('"X"', JSON.stringify(text))] as const,
        ),
      ];
      for (const [method, url, payload] of asked) {
        const { statusCode } = await ask(method, url.replaceAll('X', inPath), payload);
        if (statusCode >= 500) broken.push(`${statusCode} ${method} ${url} ${JSON.stringify(text)}`);
      }
    }
    assert.deepEqual(broken, []);
    const { rows } = await live.store.pool.query<{ reference: string }>(
      "select wish ->> 'reference' as reference from mi_unbind.job where wish ->> 'reference' like '%\ufffd'",
    );
    assert.ok(rows.length > 0, 'an order with such a reference is kept');
    await live.store.pool.query("delete from mi_unbind.job where wish ->> 'reference' <> 'R-1'");
  });

  it('who administers adds, changes and removes operators, but never the last who may', async () => {
    let cookie = '';
    const sent = async (path: string, body: object) => {
      const answer = await fetch(`${live.url}/operators${path}`, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json', origin: live.url, cookie },
      });
      return answer.status;
    };
    const logIn = async (name: string, password: string) => {
      const body = new URLSearchParams({ name, password });
      const answer = await fetch(`${live.url}/login`, {
        ...{ method: 'POST', body, redirect: 'manual', headers: { origin: live.url } },
      });
      return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    };
    const mira = { name: 'Mira', role: 'administer', password: 'Kanarie-Reihe-1' };
    assert.equal(await sent('', { ...mira, role: 'operate' }), 400, 'the first one administers');
    for (const wrong of [
      { password: 'Kanarie-1' },
      { password: 'Kanarie-Reihe\n1' },
      { name: ' ' },
      { role: 'root' },
    ])
      assert.equal(await sent('', { ...mira, ...wrong }), 400, JSON.stringify(wrong));
    assert.equal(await sent('', mira), 200);
    assert.equal(await sent('', { ...mira, name: 'Ivan' }), 401, 'from now on everyone has to log in');
    cookie = await logIn('Mira', mira.password);
    assert.deepEqual(
      [await sent('', { ...mira, name: 'Ivan', role: 'look' }), await sent('', { ...mira, name: 'Ivan' })],
      [200, 400],
      'a name is there once',
    );
    assert.equal(await sent('/role', { name: 'Mira', role: 'look' }), 409);
    assert.equal(await sent('/remove', { name: 'Mira' }), 409);
    const ivans = await logIn('Ivan', mira.password);
    assert.equal(await sent('/password', { name: 'Ivan', password: 'Kanarie-andere-2' }), 200);
    assert.equal(await status('GET', '/', { cookie: ivans }), 401, 'logins with the old one are over');
    assert.equal(await sent('/role', { name: 'Ivan', role: 'administer' }), 200);
    assert.equal(await sent('/role', { name: 'Absent', role: 'look' }), 404);
    assert.equal(await sent('/constructor', { name: 'Ivan' }), 404);
    const page = await fetch(`${live.url}/operators`, { headers: { cookie } });
    const acts = await readAudit(live.store.pool, { limit: 20 });
    assert.doesNotMatch((await page.text()) + JSON.stringify(acts), /Kanarie|scrypt/);
    assert.equal(await sent('/remove', { name: 'Mira' }), 200);
    assert.equal(await status('GET', '/', { cookie }), 401, 'who is removed is out at once');
    assert.deepEqual(
      acts.map(({ act, operator }) => `${operator} ${act}`).filter((act) => act.includes('operator-')),
      ['Mira operator-role', 'Mira operator-password', 'Mira operator-add', 'lab operator-add'],
    );
    assert.ok(await removeOperator(live.store.pool, 'Ivan'));
  });

  it('lets each role do on each route what it may, and nobody anything else', async () => {
    for (const role of ROLES)
      assert.ok(await addOperator(live.store.pool, { name: role, role }, PASSWORD, CHEAP));
    const cookies: Record<string, string> = { nobody: '', wrong: 'mi-unbind=AAAA' };
    for (const role of ROLES) {
      const body = new URLSearchParams({ name: role, password: PASSWORD.reveal() });
      const answer = await fetch(`${live.url}/login`, {
        ...{ method: 'POST', body, redirect: 'manual', headers: { origin: live.url } },
      });
      const cookie = answer.headers.get('set-cookie') ?? '';
      assert.match(cookie, /^mi-unbind=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
      cookies[role] = cookie.split(';')[0] ?? '';
    }
    for (const { rule, method, url, needs } of known()) {
      if (needs === 'nothing' || url === '/logout') continue;
      for (const [who, cookie] of Object.entries(cookies)) {
        const isOpen: boolean = (ROLES as readonly string[]).includes(who) && mayDo(who as Role, needs);
        const code: number = await status(method, url, { cookie, origin: live.url });
        assert.equal(code, isOpen ? code : who === 'nobody' || who === 'wrong' ? 401 : 403, `${who} ${rule}`);
        assert.equal([401, 403].includes(code), !isOpen, `${who} ${rule}: ${code}`);
      }
    }
    assert.equal(await status('POST', '/logout', { cookie: cookies.look ?? '', origin: live.url }), 303);
    assert.equal(await status('GET', '/', { cookie: cookies.look ?? '' }), 401, 'the login is over');
    const acts = new Set((await readAudit(live.store.pool, { limit: 100 })).map(({ act }) => act));
    for (const act of ['login', 'logout', 'lab']) assert.ok(acts.has(act), act);

    await live.store.pool.query("update mi_unbind.operator set role = 'look' where name = 'administer'");
    const fallen = { cookie: cookies.administer ?? '', origin: live.url };
    assert.equal(await status('GET', '/audit', fallen), 403, 'a role that was taken away counts no more');
  });

  it('limits uploads: 5 MB, 20,000 rows, and what a workbook may unfold to', async () => {
    const answer = await fetch(`${live.url}/login`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: live.url } },
      body: new URLSearchParams({ name: 'operate', password: PASSWORD.reveal() }),
    });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const drop = async (content: Buffer | string, name = 'list.csv') => {
      const body = new FormData();
      body.append('file', new Blob([new Uint8Array(Buffer.from(content))]), name);
      const said = await fetch(`${live.url}/lists`, {
        method: 'POST',
        body,
        headers: { origin: live.url, cookie },
      });
      return { status: said.status, text: await said.text() };
    };
    const rows = (count: number) => `serial,account\n${'a1,6230001535\n'.repeat(count)}`;
    assert.equal((await drop(rows(20_000))).status, 200);
    assert.match((await drop(rows(20_001))).text, /more than 20000 rows/);
    assert.equal((await drop(Buffer.alloc(5 * 1024 * 1024 + 1, 65))).status, 413);
    const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(64 * 1024 * 1024) });
    const refused = await drop(Buffer.from(bomb), '../../<b>list.xlsx');
    assert.equal(refused.status, 400);
    assert.match(refused.text, /unfolds to more than a list of phones can be/);
    assert.doesNotMatch(refused.text, /mi-unbind-page|uploads/, 'no path of the computer is said');
    assert.equal(await status('POST', '/orders', { cookie, origin: live.url }, 'x'.repeat(70_000)), 413);
  });

  it('says how pages may be used, runs no script that stands in one, and gives none of its parts away', async () => {
    for (const path of ['/login', '/', '/client/page.js', '/nothing']) {
      const { headers } = await fetch(`${live.url}${path}`, {
        headers: { accept: 'text/html' },
        redirect: 'manual',
      });
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'.*frame-ancestors 'self'/, path);
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*|data:/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    }
    const login = await (await fetch(`${live.url}/login`)).text();
    assert.doesNotMatch(login, /<script(?! type="module" src="\/client\/)| style="| on\w+="/);
    const asked = async (headers: Record<string, string> = {}) => {
      const answer = await fetch(`${live.url}/healthz`, { headers });
      return `${answer.status} ${await answer.text()}`;
    };
    assert.equal(await asked(), '200 ok\n');
    for (const part of ['database', 'adb', 'appium', 'disk']) {
      live.parts[part] = false;
      assert.equal(await asked(), `503 not well: ${part}\n`);
      assert.equal(await asked({ 'x-forwarded-for': '1.2.3.4' }), '503 not well\n', 'others learn no more');
      live.parts[part] = true;
    }
  });

  it('lets nobody try many passwords', async () => {
    const body = () => new URLSearchParams({ name: 'look', password: 'wrong' });
    const tries: number[] = [];
    for (let nth = 0; nth < 12; nth++)
      tries.push(
        (await fetch(`${live.url}/login`, { method: 'POST', body: body(), headers: { origin: live.url } }))
          .status,
      );
    assert.deepEqual([tries[0], tries.at(-1)], [401, 429]);
    const behind = (from: string) =>
      live.page.app.inject({
        ...{ method: 'POST', url: '/login', remoteAddress: PROXY, payload: 'name=look&password=wrong' },
        headers: {
          ...{ host: '127.0.0.1', origin: 'https://127.0.0.1', 'x-forwarded-proto': 'https' },
          ...{ 'x-forwarded-for': from, 'content-type': 'application/x-www-form-urlencoded' },
        },
      });
    const proxied: number[] = [];
    // What the browser itself wrote before the proxy's own entry counts for nothing.
    for (let nth = 0; nth < 12; nth++)
      proxied.push((await behind(`203.0.113.${nth}, 198.51.100.7`)).statusCode);
    assert.deepEqual([proxied[0], proxied.at(-1)], [401, 429], 'behind a proxy of ours too');
    assert.equal((await behind('198.51.100.8')).statusCode, 401, 'and others go on');
    const refused = await readAudit(live.store.pool, { act: 'login-refused', limit: 1 });
    assert.equal(refused[0]?.operator, 'look');
  });
});
