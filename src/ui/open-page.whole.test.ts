import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { once } from 'node:events';
import { childEnvironment, loadSettings, type Settings } from '../config/config.ts';
import { EventReader } from '../live/event-stream.ts';
import { withDatabase } from '../live/ready-database.ts';
import { storeEnds } from '../live/store-ends.ts';
import type { JobStation } from '../runs/station.ts';
import { Secret } from '../secret.ts';
import { addOperator, removeOperator } from '../store/operators.ts';
import { openStore, type Store } from '../store/store.ts';
import { openPage, type OpenPage, type PageWish } from './open-page.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

describe('the page of a station, as the command opens it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-opened-'));
  const dataDir = join(folder, 'data');
  let store: Store;
  const opened: OpenPage[] = [];

  before(async () => {
    store = await openStore({ dataDir: withDatabase(dataDir), env: childEnvironment() });
  });
  after(async () => {
    for (const page of opened) await page.close();
    await store.close();
    await storeEnds(dataDir);
    rmSync(folder, { recursive: true });
  });

  async function open(more: Partial<Settings> = {}, wish: Partial<PageWish> = {}) {
    const settings: Settings = {
      ...{ ...loadSettings({}), dataDir, station: 'Sofia 1', stationMetricsToken: new Secret('token-7') },
      ...{ evidenceDir: join(folder, 'runs'), recordsDir: join(folder, 'records'), ...more },
    };
    const station = { settings, store: () => Promise.resolve(store), drives: () => Promise.resolve(false) };
    const page = await openPage(station as unknown as JobStation, store, {
      ...{ listen: LOOPBACK, sources: new Map(), onWatched: () => undefined, onFault: assert.fail, ...wish },
    });
    opened.push(page);
    return page;
  }

  it('is served to this computer, knows whether it is watched, and is gone when it is closed', async () => {
    let watched = 0;
    const page = await open({}, { onWatched: () => watched++ });
    assert.match(page.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(page.isWatched(), false);
    const reader = new EventReader(`${page.url}events`);
    await reader.open();
    assert.deepEqual([page.isWatched(), watched], [true, 1]);
    const health = await fetch(`${page.url}healthz`);
    assert.deepEqual([health.status, /^not well: .*appium/.test(await health.text())], [503, true]);
    const text = await (await fetch(page.url)).text();
    assert.match(text, /data-station="Sofia 1"/);
    const metrics = await fetch(`${page.url}metrics`, {
      headers: { 'x-forwarded-for': '1.2.3.4', authorization: 'Bearer token-7' },
    });
    assert.equal(metrics.status, 200);
    reader.close();
    await page.close();
    const { port } = new URL(page.url);
    const [refused] = (await once(connect(Number(port), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    assert.equal(refused.code, 'ECONNREFUSED');
  });

  it('is served to other computers with an operator and TLS, or a proxy, or where that is wished', async () => {
    const everywhere = { listen: { host: '0.0.0.0', port: 0 } };
    const cause = "others could reach the page at '0.0.0.0', and there is no operator who logs in";
    await assert.rejects(open({}, everywhere), {
      ...{ name: 'UsageError', message: `The page is not served: ${cause}.` },
      hint: "add one first: 'mi-unbind station operator add NAME --role administer', or serve the page on loopback alone",
    });
    await addOperator(store.pool, { name: 'Mira', role: 'administer' }, new Secret('Kanarie-Reihe-1'));
    await assert.rejects(open({}, everywhere), /in clear to '0\.0\.0\.0'/);
    const [cert, key, other] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(folder, name));
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    for (const to of [other, key])
      execFileSync('openssl', [...made, '-keyout', to ?? '', '-out', cert ?? ''], { stdio: 'ignore' });
    await assert.rejects(open({ stationTlsCert: cert, stationTlsKey: other }, everywhere), {
      message: 'STATION_TLS_KEY is not the key of the certificate in STATION_TLS_CERT.',
    });
    const secure = await open({ stationTlsCert: cert, stationTlsKey: key }, everywhere);
    assert.match(secure.url, /^https:\/\/0\.0\.0\.0:\d+\/$/);
    const asked = request({
      port: new URL(secure.url).port,
      path: '/healthz',
      rejectUnauthorized: false,
    }).end();
    const [answer] = (await once(asked, 'response')) as [
      { statusCode: number; headers: object; resume(): void },
    ];
    answer.resume();
    assert.equal(answer.statusCode, 503);
    assert.deepEqual(
      Object.entries(answer.headers).filter(([name]) => name === 'strict-transport-security'),
      [['strict-transport-security', 'max-age=31536000']],
    );
    await secure.close();
    const ways: [Partial<Settings>, Partial<PageWish>][] = [
      [{ stationProxy: ['10.0.0.2'] }, {}],
      [{}, { insecureHttp: true }],
    ];
    for (const [more, wish] of ways) {
      const page = await open(more, { ...everywhere, ...wish });
      assert.match(page.url, /^http:\/\/0\.0\.0\.0:/);
      await page.close();
    }
    await removeOperator(store.pool, 'Mira');
  });

  it('says that its port is taken, and leaves nothing open', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const before = store.pool.totalCount - store.pool.idleCount;
    await assert.rejects(open({ stationListen: { host: '127.0.0.1', port } }, { listen: undefined }), {
      message: `Port ${port} of 127.0.0.1 is taken by another program, so the page cannot be served there.`,
    });
    assert.equal(store.pool.totalCount - store.pool.idleCount, before);
    server.close();
  });
});
