import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { ownVersion } from '../own-files.ts';
import type { Store } from '../store/store.ts';
import { userName } from '../user.ts';
import { labNow, labSettings, LARGEST_LOGO } from './lab.ts';
import { aboutOf, evidenceRoom, roomsOf, stationName } from './shelf.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const keeping = (row?: { name: string; address: string; logo: Buffer | null }) =>
  ({ pool: { query: async () => ({ rows: row ? [row] : [] }) } }) as unknown as Pick<Store, 'pool'>;
const NONE = { name: '', address: '', logo: '' };

test('the lab is what the settings say, and else what its page keeps', async () => {
  const given = labSettings(loadSettings({ LAB_NAME: 'Repair Lab', LAB_ADDRESS: 'Sofia' }));
  assert.deepEqual(given, { name: 'Repair Lab', address: 'Sofia', logo: '' });
  assert.deepEqual(labSettings(loadSettings({})), NONE);
  const kept = { name: 'Kept Lab', address: 'Plovdiv', logo: PNG };
  assert.deepEqual(await labNow(given, keeping(kept)), {
    ...{ name: 'Repair Lab', address: 'Sofia', logo: { kind: 'png', content: PNG } },
  });
  assert.deepEqual(await labNow(NONE, keeping(kept)), {
    ...{ name: 'Kept Lab', address: 'Plovdiv', logo: { kind: 'png', content: PNG } },
  });
  assert.deepEqual(await labNow(NONE, keeping()), { name: '', address: '', logo: undefined });
});

test('a logo is a picture or an SVG; one that cannot be used is left out, and no other takes its place', async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-lab-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const logoOf = async (name: string, content?: Buffer | string) => {
    const file = join(folder, name);
    if (content !== undefined) writeFileSync(file, content);
    const kept = keeping({ name: '', address: '', logo: PNG });
    return (await labNow({ ...NONE, logo: file }, kept)).logo;
  };
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  assert.deepEqual(await logoOf('a.SVG', svg), { kind: 'svg', content: Buffer.from(svg) });
  assert.equal(await logoOf('a.txt', svg), undefined);
  assert.equal(await logoOf('missing.svg'), undefined);
  assert.equal(LARGEST_LOGO, 200_000);
  const most = Buffer.concat([Buffer.from(svg), Buffer.alloc(LARGEST_LOGO - svg.length, ' ')]);
  assert.equal((await logoOf('most.svg', most))?.content.length, LARGEST_LOGO);
  assert.equal(await logoOf('more.svg', Buffer.concat([most, Buffer.from(' ')])), undefined);
});

test('an entry of the records says who has written it: operator, station and program', () => {
  const named = loadSettings({ OPERATOR: 'Eva', STATION: 'one' });
  assert.deepEqual(aboutOf(named), { operator: 'Eva', station: 'one', tool: `mi-unbind ${ownVersion()}` });
  const plain = loadSettings({});
  assert.deepEqual([aboutOf(plain).operator, stationName(plain)], [userName(), hostname()]);
});

test('a job needs room for evidence and records, and for the database where it is on this computer', () => {
  const env = { EVIDENCE_DIR: '/e', RECORDS_DIR: '/r', DATA_DIR: '/d' };
  const evidence = { what: 'evidence', folder: '/e', setting: 'EVIDENCE_DIR' };
  const records = { what: 'records', folder: '/r', setting: 'RECORDS_DIR' };
  const database = { what: 'the database', folder: '/d', setting: 'DATA_DIR', needs: 4_194_304 };
  assert.deepEqual(evidenceRoom(loadSettings(env)), evidence);
  assert.deepEqual(roomsOf(loadSettings(env)), [evidence, records, database]);
  const given = loadSettings({ ...env, DATABASE_URL: 'postgres://lab@127.0.0.1/lab' });
  assert.deepEqual(roomsOf(given), [evidence, records]);
});
