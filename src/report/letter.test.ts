import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import { renderLetter } from './letter.ts';

const handed = {
  account: '6230001535',
  contact: 'owner@example.com',
  password: new Secret('Ab3$x'),
  keptAt: '2026-03-01T10:00:00.000Z',
};

test('a letter names account, contact, day and password, and what to do with it', () => {
  const page = renderLetter(handed);
  for (const said of [
    '6230001535',
    'owner@example.com',
    '2026-03-01',
    'Ab3$x',
    'choose a password of your own',
    'Destroy this letter',
  ])
    assert.ok(page.includes(said), said);
});

test('a password and a name that look like markup are text', () => {
  const page = renderLetter({ ...handed, password: new Secret('<b>&"\'</code>'), account: '<script>' });
  assert.ok(page.includes('&#60;b&#62;&#38;&#34;&#39;&#60;/code&#62;'));
  assert.doesNotMatch(page, /<script>|<b>/);
});
