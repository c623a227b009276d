import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { posix, sep } from 'node:path';
import { test } from 'node:test';

const page = readFileSync('docs/architecture.md', 'utf8');
const rows = [...page.matchAll(/^\| `([\w./]+)\/` /gm)].map(([, folder = '']) => folder);
const sources = globSync(['{src,specs,pageobjects,bench,recorded}/**/*.{ts,xml,json}']).map((file) =>
  file.replaceAll(sep, '/'),
);
const folders = new Set(sources.map((file) => posix.dirname(file)));

test('each folder on the map holds sources', () => {
  const lost = rows.filter(
    (row) => ![...folders].some((folder) => folder === row || folder.startsWith(`${row}/`)),
  );
  assert.ok(rows.length > 20, 'the map is read');
  assert.deepEqual(lost, []);
});

test('each folder of sources is on the map, or named in the row of its room', () => {
  const line = (room: string) => page.split('\n').find((text) => text.startsWith(`| \`${room}/\` `)) ?? '';
  const isOn = (folder: string): boolean =>
    rows.includes(folder) ||
    line(posix.dirname(folder)).includes(`\`${posix.basename(folder)}/\``) ||
    /^recorded\//.test(folder);
  assert.deepEqual(
    [...folders].filter((folder) => !isOn(folder)),
    [],
  );
});

test('each file that the page names is there', () => {
  const named = [...page.matchAll(/`((?:[\w-]+\/)+[\w-]+\.ts)`/g)].map(([, file = '']) => file);
  const known = (file: string) => sources.includes(file) || sources.includes(`src/${file}`);
  assert.ok(named.length > 8, 'the names are read');
  assert.deepEqual(
    named.filter((file) => !known(file)),
    [],
  );
});

test('is read in one sitting', () => {
  assert.ok(page.trimEnd().split('\n').length <= 120);
});

test('each decision has a number of its own', () => {
  const numbers = globSync('docs/decisions/*.md').map((file) =>
    posix.basename(file.replaceAll(sep, '/')).slice(0, 3),
  );
  assert.ok(numbers.length > 10, 'the decisions are found');
  assert.deepEqual(numbers, [...new Set(numbers)]);
});
