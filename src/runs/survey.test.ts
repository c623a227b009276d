import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { openStation, type Station } from './station.ts';
import { runSurvey, type SurveyRequest } from './survey.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mi-unbind-survey-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const context = { signal: new AbortController().signal, onEvent: () => assert.fail('nothing is begun') };
/** A station whose adb is asked only once the folders are in order. */
const station: Station = {
  ...openStation(loadSettings({})),
  adb: () => Promise.reject(new Error('adb is asked')),
};
const survey = (request: Partial<SurveyRequest>) =>
  runSurvey(station, { serial: 'd1e2', deep: false, ...request }, context);

test('a folder that holds something already is refused before the phone is looked at', async () => {
  writeFileSync(join(folder, 'page.xml'), '');
  await assert.rejects(survey({ out: folder }), {
    ...{ code: 'usage', message: `The folder '${folder}' holds something already.` },
    hint: 'give another with --out: surveys are compared, not mixed',
  });
});

test('a folder that is none is refused, and one that is missing is made', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await assert.rejects(survey({ out: file }), {
    ...{
      code: 'usage',
      message: `'${file}' is no folder that can be written: something else has that name.`,
    },
    hint: 'give another with --out',
  });
  await assert.rejects(survey({ out: join(folder, 'new') }), /adb is asked/);
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(survey({ out: join(folder, 'empty') }), /adb is asked/);
});

test('a bundle that is there already, or has no place, is refused before the phone is looked at', async () => {
  const file = join(folder, 'survey.zip');
  writeFileSync(file, '');
  const hint = 'give another file with --bundle';
  await assert.rejects(survey({ bundle: file }), {
    ...{ code: 'usage', message: `'${file}' cannot be written: it is there already.`, hint },
  });
  const below = join(file, 'survey.zip');
  await assert.rejects(
    survey({ bundle: below }),
    (error: { code: string; message: string; hint: string }) => {
      assert.deepEqual([error.code, error.hint], ['usage', hint]);
      assert.match(
        error.message,
        /cannot be written: it stands in a folder that cannot be written \(.+\)\.$/,
      );
      return true;
    },
  );
  await assert.rejects(survey({ bundle: join(folder, 'new', 'survey.zip') }), /adb is asked/);
});
