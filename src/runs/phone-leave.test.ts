import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { TakenOverError } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import type { AsFound } from '../phone/as-found.ts';
import type { Hold } from '../store/hold.ts';
import type { Store } from '../store/store.ts';
import { keepAsFound, leaveAsFound, leaveFreePhone } from './phone-leave.ts';

const HELPER = 'io.appium.settings';
const NOTHING: AsFound = { helpers: [], settings: {}, exempt: [], listens: false, operations: {}, files: [] };
const IDENTITY = { serial: 'd1e2', place: 'lab:5037', imei: '860000000000009' };
const STAYS = {
  name: 'Stays on the phone',
  value: 'USB debugging, authorised for this computer',
  todo: 'in the developer options: revoke USB debugging authorisations, then turn USB debugging off',
};
const UNDO_BY = 'attach the phone and run the same command again: it undoes that first, or says what is left';

/** A phone that has these helper apps, and uninstalls them where it can. */
function phoneWith(helpers: string[], { uninstalls = true, isSilent = false } = {}) {
  const ran: string[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const phone: Phone = {
    serial: 'd1e2',
    pull: () => assert.fail('nothing is pulled'),
    async shell(command, signal) {
      signals.push(signal);
      if (isSilent) throw new Error('it does not answer');
      if (!command.includes('@@mi-unbind:')) {
        ran.push(command);
        if (uninstalls) helpers = helpers.filter((name) => !command.includes(`pm uninstall ${name}`));
        return '';
      }
      const list = helpers.map((name) => `package:${name}`);
      return ['@@mi-unbind:helpers', ...list, '@@mi-unbind:end'].join('\n');
    },
  };
  return { phone, ran, signals };
}

/** A store that keeps how this phone was found. */
function storeWith(found?: AsFound) {
  const asked: [sql: string, values: unknown[]][] = [];
  const query = async (sql: string, values: unknown[]) => {
    asked.push([sql.split(' ')[0] ?? '', values]);
    return { rows: found && sql.startsWith('select') ? [{ state: found }] : [] };
  };
  return { asked, store: async () => ({ pool: { query } }) as unknown as Store };
}
const held = (check: Hold['check'] = () => Promise.resolve()) => ({ phone: IDENTITY, isSure: () => false, check });
const settings = loadSettings({});
const keeping = { ...settings, keepHelpers: true };
const away = { settings, store: () => Promise.reject<Store>(new Error('the database is away')) };

test('how a phone is found is kept under its own name, unless its helper apps are to stay', async () => {
  const { asked, store } = storeWith();
  await keepAsFound(phoneWith([HELPER]).phone, IDENTITY, { settings, store });
  assert.deepEqual(asked, [['insert', ['imei:860000000000009', JSON.stringify({ ...NOTHING, helpers: [HELPER] })]]]);
  const silent = phoneWith([], { isSilent: true });
  await keepAsFound(silent.phone, IDENTITY, { settings: keeping, store });
  assert.deepEqual([asked.length, silent.signals], [1, []]);
});

test('a phone that does not say how it is, or a store that fails, keeps no run from its work; a stop does', async () => {
  const { asked, store } = storeWith();
  const silent = () => phoneWith([], { isSilent: true }).phone;
  await keepAsFound(silent(), IDENTITY, { settings, store });
  await keepAsFound(phoneWith([]).phone, IDENTITY, away);
  const half: Phone = { ...silent(), shell: async () => '@@mi-unbind:helpers\n' };
  await keepAsFound(half, IDENTITY, { settings, store });
  assert.deepEqual(asked, []);
  const stop = AbortSignal.abort(new Error('stopped by hand'));
  await assert.rejects(keepAsFound(silent(), IDENTITY, { settings, store }, stop), /stopped by hand/);
});

test('a phone is made as it was found, and what was kept of it is forgotten', async () => {
  const { phone, ran } = phoneWith([HELPER]);
  const { asked, store } = storeWith(NOTHING);
  assert.deepEqual(await leaveAsFound(phone, held(), { settings, store }), { facts: [STAYS], warnings: [] });
  assert.deepEqual(ran, [`pm uninstall ${HELPER} >/dev/null 2>&1`]);
  assert.deepEqual(asked, [
    ['select', ['imei:860000000000009']],
    ['delete', ['imei:860000000000009']],
  ]);
});

test('what it had before stays and is said, and so is what was asked to stay', async () => {
  const { phone, ran } = phoneWith([HELPER]);
  const { store } = storeWith({ ...NOTHING, helpers: [HELPER] });
  const { facts } = await leaveAsFound(phone, held(), { settings, store });
  const before = `${STAYS.value}; Appium’s helper apps, which were there before`;
  assert.deepEqual([facts, ran], [[{ ...STAYS, value: before }], []]);
  const never = { settings: keeping, store: () => assert.fail('nothing is looked up') };
  const wanted = `${STAYS.value}; Appium’s helper apps and settings, as was asked (KEEP_HELPERS)`;
  assert.deepEqual(await leaveAsFound(phone, held(), never), {
    facts: [{ ...STAYS, value: wanted }],
    warnings: [],
  });
});

test('of a phone of which nothing is kept nothing is undone', async () => {
  const { phone, signals } = phoneWith([HELPER]);
  const { store } = storeWith();
  assert.deepEqual(await leaveAsFound(phone, held(), { settings, store }), { facts: [STAYS], warnings: [] });
  assert.deepEqual(signals, []);
});

test('what could not be undone is said with what to do, and stays kept for the next run', async () => {
  const { phone } = phoneWith([HELPER], { uninstalls: false });
  const { asked, store } = storeWith(NOTHING);
  const [value, todo] = [`${HELPER} is still installed`, `adb -s d1e2 uninstall ${HELPER}`];
  assert.deepEqual(await leaveAsFound(phone, held(), { settings, store }), {
    facts: [STAYS, { name: 'Not undone on the phone', value, todo }],
    warnings: [`${value} → ${todo}`],
  });
  assert.deepEqual(asked.map(([what]) => what), ['select']);
});

test('a fault on the way undoes nothing, and is said with what to do', async () => {
  const broken = async (phone: Phone, around: typeof away, hold = held()) => {
    const { facts, warnings } = await leaveAsFound(phone, hold, around);
    return [facts[1], ...warnings];
  };
  const said = (why: string) => {
    const value = `what was changed on the phone is not undone: ${why}`;
    return [{ name: 'Not undone on the phone', value, todo: UNDO_BY }, `${value} → ${UNDO_BY}`];
  };
  const kept = { settings, store: storeWith(NOTHING).store };
  assert.deepEqual(await broken(phoneWith([]).phone, away), said('the database is away'));
  assert.deepEqual(
    await broken(phoneWith([], { isSilent: true }).phone, kept),
    said('it does not answer'),
  );
  const taken = new TakenOverError('d1e2');
  const { phone, ran } = phoneWith([HELPER]);
  assert.deepEqual((await broken(phone, kept, held(() => Promise.reject(taken)))).length, 2);
  assert.deepEqual(ran, [], 'another run has it');
});

test('a run that is stopped has less time to leave the phone', async (t: TestContext) => {
  const limits: number[] = [];
  t.mock.method(AbortSignal, 'timeout', (ms: number) => (limits.push(ms), new AbortController().signal));
  const kept = { settings, store: storeWith(NOTHING).store };
  await leaveAsFound(phoneWith([]).phone, held(), kept);
  await leaveAsFound(phoneWith([]).phone, held(), kept, true);
  assert.deepEqual(limits, [20_000, 5000]);
});

/** A store with one hold; `isBusy`: of another run. */
function holds(isBusy: boolean) {
  const log: string[] = [];
  const query = async (sql: string) => {
    log.push(sql.split(' ').slice(0, 3).join(' '));
    if (sql.startsWith('select hold.id')) return { rows: isBusy ? [{ id: '1', worker: 'elsewhere/1', silent: false }] : [] };
    return { rows: sql.startsWith('insert') ? [{ id: '9' }] : [], rowCount: 1 };
  };
  const pool = { query, connect: async () => ({ query, release: () => undefined }) };
  return { log, store: async () => ({ pool }) as unknown as Store };
}

test('a phone that no run holds is held while it is left, and of one that another run has nothing is said', async () => {
  const free = holds(false);
  assert.deepEqual(await leaveFreePhone(phoneWith([]).phone, { settings, store: free.store }), {
    facts: [STAYS],
    warnings: [],
  });
  const [taken, released] = [free.log.indexOf('insert into mi_unbind.hold'), free.log.indexOf('with gone as')];
  assert.ok(taken >= 0 && released > taken, free.log.join(', '));
  const busy = holds(true);
  assert.deepEqual(await leaveFreePhone(phoneWith([]).phone, { settings, store: busy.store }), {
    facts: [STAYS],
    warnings: [],
  });
  assert.ok(!busy.log.includes('insert into mi_unbind.hold'));
  const { warnings } = await leaveFreePhone(phoneWith([]).phone, away);
  assert.deepEqual(warnings, [`what was changed on the phone is not undone: the database is away → ${UNDO_BY}`]);
});
