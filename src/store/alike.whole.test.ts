import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { withDatabase } from '../live/ready-database.ts';
import { assertSince } from '../live/moment.ts';
import { rememberNames } from './alike.ts';
import { PostgresLedger, type LedgerAnswer } from './ledger.ts';
import { runningServer } from './postmaster.ts';
import { openStore, type Store } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-alike-'));
const MASK = '6230***535';
const ID = '6230001535';
/** Another account that phones show in the same way. */
const TWIN = '6230777535';
const EMAIL = 'lab17@gmail.com';

describe('passwords of one account in a day, under whichever of its names', () => {
  let store: Store;
  let serials = 0;
  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {}, keepSeconds: 1 });
  });
  after(async () => {
    await store?.close();
    while (runningServer(folder)) await pause(50);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => store.pool.query('truncate mi_unbind.ledger, mi_unbind.alias'));

  /** One submission; of another phone each time where none is named. */
  async function submit(
    account: string,
    { names = [], also = [], another = false, serial = `d${serials++}` }: Partial<Submission> = {},
  ) {
    const ledger = new PostgresLedger(store.pool, store.seal, {
      budget: { 'password-submitted': 2 },
      names,
      another,
    });
    return ledger.enter({ account, also, act: 'password-submitted', serial });
  }
  interface Submission {
    names: string[];
    also: string[];
    another: boolean;
    serial: string;
  }
  const said = (entry: LedgerAnswer) =>
    entry.kind === 'spent' ? (entry.alike ? 'spent alike' : 'spent') : entry.kind;

  it('are two over six phones that hide the same part of it', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => submit(MASK)));
    assert.deepEqual(all.map(said).sort(), [
      'entered',
      'entered',
      ...Array.from({ length: 4 }, () => 'spent alike'),
    ]);
  });

  it('count for a mask and for each Mi id that fits it, in either order, however many characters are hidden', async () => {
    assert.equal(said(await submit(MASK)), 'entered');
    assert.equal(said(await submit(MASK, { names: [ID] })), 'entered');
    for (const [name, names] of [
      [ID, []],
      [MASK, [ID]],
      [MASK, []],
      ['6230****535', []],
      ['62******35', [ID]],
    ] as const)
      assert.equal(said(await submit(name, { names: [...names] })), 'spent alike', `${name} ${names.join()}`);
    assert.equal(said(await submit('6230***536')), 'entered');
    assert.equal(said(await submit('6230001536')), 'entered');
  });

  it('do not count for another Mi id, however alike the phones show it', async () => {
    for (const serial of ['q1', 'q2'])
      assert.equal(said(await submit(MASK, { names: [ID], serial })), 'entered');
    assert.equal(said(await submit(MASK, { names: [ID] })), 'spent');
    assert.equal(said(await submit(MASK, { names: [TWIN] })), 'entered');
    assert.equal(said(await submit(MASK, { also: [TWIN] })), 'entered');
    assert.equal(said(await submit(MASK)), 'spent alike');
  });

  it('are given for another account behind the same mask when somebody says so, and never for one that is known', async () => {
    for (const serial of ['p1', 'p2']) assert.equal(said(await submit(MASK, { serial })), 'entered');
    assert.equal(said(await submit(MASK, { serial: 'p3' })), 'spent alike');
    assert.equal(said(await submit(MASK, { serial: 'p3', another: true })), 'entered');
    assert.equal(said(await submit(MASK, { serial: 'p3', another: true })), 'entered');
    // Of one phone it is the same account, as far as can be known.
    assert.equal(said(await submit(MASK, { serial: 'p3', another: true })), 'spent');
    for (const serial of ['q1', 'q2'])
      assert.equal(said(await submit(ID, { another: true, serial })), 'entered');
    assert.equal(said(await submit(ID, { another: true })), 'spent');
  });

  it('count for an address, a number and a Mi id that were learnt to be one account', async () => {
    assert.equal(said(await submit(ID)), 'entered');
    assert.equal(said(await submit(EMAIL)), 'entered');
    assert.equal(said(await submit(EMAIL)), 'entered', 'nothing was learnt yet');
    await rememberNames(store.pool, store.seal, [EMAIL, ID]);
    await rememberNames(store.pool, store.seal, ['+359 88 1234567', 'l.a.b.17@googlemail.com']);
    await store.pool.query('truncate mi_unbind.ledger');
    assert.equal(said(await submit(ID)), 'entered');
    assert.equal(said(await submit('Lab17@Gmail.com')), 'entered');
    for (const name of [ID, EMAIL, '0881234567']) assert.equal(said(await submit(name)), 'spent', name);
    assert.equal(said(await submit(MASK, { names: [EMAIL] })), 'spent');
    assert.equal(said(await submit(MASK, { names: [TWIN] })), 'entered');
  });

  it('count for an address that was learnt to be behind a mask', async () => {
    await rememberNames(store.pool, store.seal, [EMAIL, MASK]);
    for (const serial of ['q1', 'q2'])
      assert.equal(said(await submit(MASK, { names: [ID], serial })), 'entered');
    assert.equal(said(await submit(EMAIL)), 'spent alike');
    assert.equal(said(await submit(EMAIL, { another: true })), 'entered');
  });

  it('lie in the database as digests only, and are free again a day after the first', async () => {
    const began = Date.now();
    const [first] = [await submit(MASK, { names: [EMAIL, ID] }), await submit(ID)];
    assert.equal(first.kind, 'entered');
    await rememberNames(store.pool, store.seal, [EMAIL, MASK, ID]);
    const { rows } = await store.pool.query<{ text: string }>(
      'select l::text as text from mi_unbind.ledger l union all select a::text from mi_unbind.alias a',
    );
    const kept = rows.map(({ text }) => text).join('\n');
    for (const part of ['6230', 'lab17', 'gmail']) assert.ok(!kept.includes(part), part);
    const last = await submit(ID);
    assertSince(began, last.kind === 'spent' ? Date.parse(last.freeFrom) : NaN, 24 * 3_600_000);
    await store.pool.query("update mi_unbind.ledger set at = at - interval '25 hours'");
    assert.equal(said(await submit(ID)), 'entered');
  });
});
