import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../phone/adb.ts';
import { entry, ListSearch, openAccountPage } from './entry.ts';
import type { Journal } from './journal.ts';

test('a list is searched down to its end, then up to its start, and its end is where the screen twice stays', () => {
  const search = new ListSearch();
  assert.deepEqual(
    ['a', 'b', 'b', 'c', 'c', 'c', 'c', 'b', 'a', 'a', 'a', 'a'].map((screen) => search.next(screen)),
    [...Array<string>(5).fill('down'), 'up', 'up', 'up', 'up', 'up', undefined, undefined],
  );
});

const LINE = 'am start --user 0 ';
const BY_ACTION = `${LINE}-a android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS -p com.xiaomi.account 2>&1`;
const BY_NAME = `${LINE}-n com.xiaomi.account/.ui.AccountSettingsActivity 2>&1`;

/** A phone that says this to each intent, and a journal of it. */
function phoneSaying(...answers: string[]) {
  const did: string[] = [];
  const phone = {
    shell: async (line: string) => (did.push(line), answers.shift() ?? ''),
  } as unknown as Phone;
  const journal = { step: (what: string) => void did.push(what) } as unknown as Journal;
  return { phone, journal, did };
}

test('the account page is opened by its action, and by its name where the phone refuses that', async () => {
  const taken = phoneSaying('Starting: Intent { act=android.settings.XIAOMI… }\n');
  await openAccountPage(taken.phone, taken.journal);
  assert.deepEqual(taken.did, ['open the account page', BY_ACTION]);
  for (const refusal of [
    'Starting: Intent { … }\nError: Activity not started, unable to resolve Intent\n',
    'Exception occurred while executing:\n',
    'Security exception: Permission Denial\n',
    'java.lang.SecurityException: Permission Denial\n',
  ]) {
    const refused = phoneSaying(refusal);
    await openAccountPage(refused.phone, refused.journal);
    assert.deepEqual(refused.did, ['open the account page', BY_ACTION, BY_NAME], refusal);
  }
});

test('by intent the way to the account page is one, and it has no way to fall back on', async () => {
  const { phone, journal, did } = phoneSaying();
  const way = entry({ via: 'intent', phone, journal, account: '6230***535' });
  assert.deepEqual(
    [way.rules, way.ways.length, way.byIntent, way.hasFallenBack()],
    [[], 1, undefined, false],
  );
  await way.ways[0]?.({} as never);
  assert.deepEqual(did, ['open the account page', BY_ACTION]);
});

test('through Settings what did not lead to the account page is opened directly once, and said', async () => {
  const { phone, did } = phoneSaying('', 'Error: no', 'Error: no');
  const drifts: unknown[] = [];
  const warned: string[] = [];
  const journal = {
    step: (what: string) => void did.push(what),
    drift: (drift: unknown) => void drifts.push(drift),
    warn: (what: string) => void warned.push(what),
  } as unknown as Journal;
  const way = entry({ via: 'settings', phone, journal, account: '6230***535' });
  assert.equal(way.hasFallenBack(), false);
  assert.equal(await way.byIntent?.(), undefined);
  assert.equal(way.hasFallenBack(), true);
  assert.deepEqual(warned, [
    'the way through Settings did not lead to the account page: it was opened directly',
  ]);
  assert.deepEqual(drifts, [
    {
      page: 'Settings',
      locator: 'accountRow',
      wanted: (drifts[0] as { wanted: string }).wanted,
      found: 'none of its ways',
      advice:
        'find out from the page sources what the row of the Mi Account is called on this release, and put it first in SettingsPage.locators.accountRow',
    },
  ]);
  assert.notEqual((drifts[0] as { wanted: string }).wanted, '');
  const notFound = { kind: 'needs-person', reason: 'account-row-not-found' };
  assert.deepEqual(await way.byIntent?.(), notFound);
  assert.equal(did.length, 2, 'it is not opened again');
  const refused = phoneSaying('Error: no', 'Error: no');
  const other = entry({ via: 'settings', phone: refused.phone, journal, account: '6230***535' });
  assert.deepEqual(await other.byIntent?.(), notFound);
  assert.equal(other.hasFallenBack(), false);
});
