import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { smallDisk } from '../live/small-disk.ts';
import { RUN_NEEDS, whyNoRoom, type Room } from './room.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-room-'));
after(() => rmSync(folder, { recursive: true }));

const room = (name: string): Room => ({
  what: 'records',
  folder: join(folder, name),
  setting: 'RECORDS_DIR',
});

const NO_DISK = 'this user may mount no disk';

test('a folder that is missing is made, for its owner alone, and nothing is left in it', () => {
  assert.equal(whyNoRoom([room('new/deep')]), undefined);
  assert.deepEqual(readdirSync(join(folder, 'new/deep')), []);
  if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'new/deep')).mode & 0o777, 0o700);
});

test('a folder that cannot be made is said, with why', () => {
  writeFileSync(join(folder, 'file'), '');
  assert.match(whyNoRoom([room('file')])?.message ?? '', /'.*\/file' cannot take what a run writes: /);
  assert.match(whyNoRoom([room('file/below')])?.message ?? '', /a part of its path is no folder/);
  assert.match(whyNoRoom([room('file')])?.hint ?? '', /\(RECORDS_DIR\); then run the same command again$/);
  const then = 'phones are begun by themselves then';
  assert.match(
    whyNoRoom([room('file')], 1, then)?.hint ?? '',
    /\(RECORDS_DIR\); phones are begun by themselves then$/,
  );
});

test('a disk that is too small for a run, or for one more beside those at work, is said with what is missing', (t) => {
  const path = join(folder, 'small');
  if (!smallDisk(t, path, `size=${(RUN_NEEDS / 1024 / 1024) * 3}m`)) return t.skip(NO_DISK);
  const small = room('small');
  assert.equal(whyNoRoom([small], 2), undefined);
  assert.match(whyNoRoom([small], 4)?.message ?? '', /: 48 MB are free, and 64 MB may be needed\.$/);
  assert.match(whyNoRoom([small], 4)?.hint ?? '', /free space on its disk.*RECORDS_DIR/);
  // Evidence and records on one disk need twice as much.
  assert.match(whyNoRoom([small, small], 2)?.message ?? '', /48 MB are free, and 64 MB may be needed/);
  writeFileSync(join(path, 'big'), Buffer.alloc(2.5 * RUN_NEEDS));
  assert.match(whyNoRoom([small])?.message ?? '', /8 MB are free, and 16 MB may be needed/);
});

test('a disk without room for another file, or that is read-only, is said', (t) => {
  const [crowded, fixed] = [join(folder, 'crowded'), join(folder, 'fixed')];
  if (!smallDisk(t, crowded, 'size=100m,nr_inodes=2') || !smallDisk(t, fixed, 'size=100m,ro'))
    return t.skip(NO_DISK);
  writeFileSync(join(crowded, 'one'), '');
  assert.match(whyNoRoom([room('crowded')])?.message ?? '', /0 MB are free/);
  assert.match(whyNoRoom([room('fixed')])?.message ?? '', /its disk is read-only/);
  assert.equal(existsSync(join(fixed, `.mi-unbind-${process.pid}`)), false);
});
