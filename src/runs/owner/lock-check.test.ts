import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../config/config.ts';
import { ConfigError } from '../../errors.ts';
import type { Station } from '../station.ts';
import { lockSource, openLockCheck } from './lock-check.ts';

const IMEI = '867320001234563';
const sourceOf = (env: Record<string, string>) => lockSource(loadSettings(env));
const problems = (env: Record<string, string>) => {
  try {
    sourceOf(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  return [];
};
const BOUGHT = { LOCK_CHECK: 'http', LOCK_CHECK_URL: 'https://check.example:8443/v1/{imei}?id={imei}' };

test('nothing is asked where LOCK_CHECK names no one', async () => {
  assert.equal(sourceOf({ LOCK_CHECK: 'none' }), undefined);
  const station = {
    settings: loadSettings({ LOCK_CHECK: 'none' }),
    store: () => assert.fail('no store is opened'),
  };
  assert.equal(await openLockCheck(station), undefined);
});

test("Xiaomi's own page is asked with the IMEI and the time, at another host where one is given", () => {
  const source = sourceOf({ LOCK_CHECK: 'xiaomi' });
  assert.equal(source?.name, 'xiaomi');
  assert.deepEqual(source.headers, {});
  const before = Date.now();
  const address = source.address(IMEI);
  assert.equal(`${address.origin}${address.pathname}`, 'https://i.mi.com/support/anonymous/status');
  const { ts, ...asked } = Object.fromEntries(address.searchParams);
  assert.deepEqual(asked, { id: IMEI });
  assert.ok(Number(ts) >= before && Number(ts) <= Date.now(), ts);
  const other = sourceOf({ LOCK_CHECK: 'xiaomi', LOCK_CHECK_URL: 'http://127.0.0.1:1' });
  assert.equal(other?.address(IMEI).origin, 'http://127.0.0.1:1');
  const body = { result: 'ok', code: 0, data: { locked: true, lost: false } };
  assert.deepEqual(source.read(body), { state: 'on', lost: false });
});

test('a service that was bought is asked at its address, with its header, and read where its paths lead', () => {
  const source = sourceOf({
    ...{ ...BOUGHT, LOCK_CHECK_HEADER: 'Authorization: Bearer k: e y', LOCK_CHECK_PATHS: 'a.fmi,a.lost' },
  });
  assert.equal(source?.name, 'check.example:8443');
  assert.equal(source.address(IMEI).href, `https://check.example:8443/v1/${IMEI}?id=${IMEI}`);
  assert.deepEqual(source.headers, { Authorization: 'Bearer k: e y' });
  assert.deepEqual(source.read({ a: { fmi: 'ON', lost: 'no' } }), { state: 'on', lost: false });
  assert.deepEqual(sourceOf({ ...BOUGHT, LOCK_CHECK_PATHS: 'fmi' })?.headers, {});
});

test('a service whose address has no place for the IMEI, or whose header is none, is refused', () => {
  const noAddress =
    'LOCK_CHECK_URL has to be the address of the service that you bought, with {imei} where the IMEI stands';
  assert.deepEqual(problems({ ...BOUGHT, LOCK_CHECK_URL: '' }), [noAddress]);
  assert.deepEqual(problems({ ...BOUGHT, LOCK_CHECK_URL: 'https://check.example/imei' }), [noAddress]);
  for (const header of ['Bearer KEY', 'Authorization:', ': KEY', 'Au thorization: KEY'])
    assert.deepEqual(
      problems({ ...BOUGHT, LOCK_CHECK_HEADER: header }),
      ['LOCK_CHECK_HEADER has to be a header, such as Authorization: Bearer KEY'],
      header,
    );
});

/** What is said of one request more, after so many of today. */
async function afterRequests(count: number, env: Record<string, string>, isBackground: boolean) {
  const settings = loadSettings({ ...BOUGHT, LOCK_CHECK_PATHS: 'fmi', ...env });
  const query = async (sql: string) => {
    if (sql.includes('pg_try_advisory_lock')) return { rows: [{ mine: true }] };
    const isPast = sql.includes('select at, refusal');
    return {
      rows: isPast ? Array.from({ length: count }, () => ({ at: new Date(), refusal: 'refused' })) : [],
    };
  };
  const pool = { query, connect: async () => ({ query, release: () => undefined }) };
  const store = { pool, seal: { digest: (text: string) => text } };
  const station = { settings, store: async () => store } as unknown as Pick<Station, 'settings' | 'store'>;
  const check = await openLockCheck(station, { isBackground });
  return (await check?.check(IMEI))?.why;
}

test('what goes on in the background leaves a fifth of the day’s requests to phones at the station', async () => {
  const budget = { LOCK_CHECK_BUDGET: '11', LOCK_CHECK_INTERVAL: '3600' };
  const usedUp = (count: number) =>
    new RegExp(
      `^not asked: the ${count} requests of 24 hours are used up \\(LOCK_CHECK_BUDGET\\); ask again at `,
    );
  assert.match((await afterRequests(8, budget, true)) ?? '', usedUp(8));
  assert.match((await afterRequests(11, budget, false)) ?? '', usedUp(11));
  assert.match((await afterRequests(1, { ...budget, LOCK_CHECK_BUDGET: '1' }, true)) ?? '', usedUp(1));
});
