import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import { filesBelow, leaksIn } from './leaks.ts';

test('a secret is found in any file below a folder, however it is written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  t.after(() => rm(folder, { recursive: true }));
  mkdirSync(join(folder, 'deep/er'), { recursive: true });
  const secret = new Secret('pass"word&1');
  const planted: Record<string, string> = {
    'plain.log': 'typed pass"word&1 here',
    'deep/body.json': JSON.stringify({ text: secret.reveal() }),
    'deep/er/page.xml': '<node text="pass&quot;word&amp;1"/>',
    'deep/er/shot.png': '\x89PNG tEXt pass"word&1',
  };
  for (const [name, text] of Object.entries(planted)) writeFileSync(join(folder, name), text, 'latin1');
  writeFileSync(join(folder, 'clean.log'), 'typed [hidden] here');
  const files = filesBelow(folder);
  assert.equal(files.size, 5);
  assert.deepEqual(
    leaksIn(files, secret).sort(),
    Object.keys(planted)
      .map((name) => join(folder, name))
      .sort(),
  );
});
