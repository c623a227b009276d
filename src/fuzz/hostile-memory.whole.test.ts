import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areReadWithinBounds } from '../live/hostile.ts';
import { HOSTILE } from './hostile-files.ts';

// All of them each night, in src/checks/releases.night.ts, each with a process of its own.
test('APKs and bundles that are made to take time and memory are read or refused within 5 seconds and 500 MB', async () => {
  const taken = await areReadWithinBounds(HOSTILE.filter(({ isQuick }) => isQuick));
  const said = (what: string) => taken.get(what)?.said.replace(/^'.*' cannot be read as an app: /, '');
  for (const [what, words] of [
    ['wordings of 64 KB in 400 languages', /^its wordings have more than 16777216 characters\.$/],
    ['strings that name each other in a circle, in 400 languages', /^read$/],
    ['layouts with classes of 4,000 characters', /^a string has \d+ characters, more than 512\.$/],
    ['paths of 60,000 characters for 60,000 layouts', /^read$/],
    ['10,000 nodes one in another', /^its page 'p0\.xml' has more than 250 nodes one in another$/],
    ['one screen 400 times', /^its page 'p\.xml' is one too many: no phone has as much on its pages$/],
    ['a picture 400 times', /^what it holds is more than 134217728 bytes$/],
    ['a survey of two million wrong pages', /^its survey\.json has more than 100000 values$/],
    ['a survey with 19,000 things on a page', /^read$/],
    ['lists one in another', /^its survey\.json has more than 20 lists one in another$/],
  ] as const)
    assert.match(said(what) ?? '', words, what);
});
