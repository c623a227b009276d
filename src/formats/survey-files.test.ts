import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zipSync } from 'fflate';
import { BadSurveyError, firstIssue, openSurvey, surveysAt } from './survey-files.ts';

const root = mkdtempSync(join(tmpdir(), 'survey-files-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;
/** A folder with these files. */
function holding(files: Record<string, string>): string {
  const folder = join(root, `${++count}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
/** The same as a bundle. */
function bundle(files: Record<string, string>): string {
  const file = join(root, `${++count}.zip`);
  const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  writeFileSync(file, zipSync(Object.fromEntries(bytes)));
  return file;
}
const SURVEY = JSON.stringify({ version: 1, pages: [] });
async function surveyOf(path: string): Promise<unknown> {
  await using files = await openSurvey(path);
  return await files.survey();
}
const refused = (path: string, message: string) =>
  assert.rejects(surveyOf(path), (error) => {
    assert.ok(error instanceof BadSurveyError, String(error));
    assert.equal(error.message, message);
    return true;
  });

const MIB = 1024 * 1024;

for (const [kind, made] of [
  ['folder', holding],
  ['bundle', bundle],
] as const) {
  test(`a ${kind} of a survey gives what survey.json holds, and the files beside it`, async () => {
    await using files = await openSurvey(
      made({ 'survey.json': SURVEY, 'manifest.json': '{}', '1.xml': 'abc' }),
    );
    assert.deepEqual(await files.survey(), { version: 1, pages: [] });
    assert.equal(String(await files.read('1.xml', 3)), 'abc');
    assert.equal(await files.read('2.xml', 3), undefined);
    await assert.rejects(files.read('1.xml', 2), (error) => {
      assert.ok(
        error instanceof BadSurveyError && /its file '1\.xml' .*3 bytes, more than 2$/.test(error.message),
      );
      return true;
    });
  });

  test(`a ${kind} of another version, or with JSON that is none, is refused in words`, async () => {
    const newer = JSON.stringify({ version: 2 });
    const reads = 'and this mi-unbind reads version 1';
    await refused(made({ 'survey.json': newer }), `its survey.json has version 2, ${reads}`);
    await refused(
      made({ 'survey.json': SURVEY, 'manifest.json': newer }),
      `its manifest.json has version 2, ${reads}`,
    );
    assert.deepEqual(
      await surveyOf(made({ 'survey.json': '{}' })),
      {},
      'one without a version is looked into',
    );
    await refused(made({ 'survey.json': '{' }), 'its survey.json is no JSON');
    await refused(
      made({ 'survey.json': '['.repeat(21) }),
      'its survey.json has more than 20 lists one in another',
    );
    assert.ok(await surveyOf(made({ 'survey.json': `[${'1,'.repeat(99_997)}1]` })));
    await refused(
      made({ 'survey.json': `[${'1,'.repeat(99_999)}1]` }),
      'its survey.json has more than 100000 values',
    );
  });
}

test('a folder without a survey says what it has instead', async () => {
  await refused(holding({ 'a.txt': '' }), 'it is a folder without survey.json');
  await refused(holding({ 'b/survey.json': SURVEY }), "it has no survey.json, and its folder 'b' has one");
  await refused(
    holding({ 'c/survey.json': SURVEY, 'b/survey.json': SURVEY, 'a/other.json': '' }),
    "it has no survey.json, and 2 folders in it have one, the first is 'b'",
  );
});

test('a bundle without a survey, or with two, says what it has instead', async () => {
  assert.deepEqual(await surveyOf(bundle({ 'a/survey.json': SURVEY, 'b/c/survey.json': '' })), {
    version: 1,
    pages: [],
  });
  await refused(
    bundle({ 'a/survey.json': SURVEY, 'survey.json': SURVEY }),
    'it has more than one survey.json',
  );
  await refused(bundle({}), 'it is a ZIP file with nothing in it');
  await refused(bundle({ 'x.ZIP': '' }), "it has no survey.json, but a ZIP file in it: 'x.ZIP'");
  await refused(bundle({ 'a.txt': '' }), 'it has no survey.json at its top or in the one folder there');
  const none = join(holding({ 'a.zip': 'no zip' }), 'a.zip');
  await refused(none, 'it is no ZIP file, or it is cut short');
  await assert.rejects(openSurvey(join(root, 'none')), { code: 'ENOENT' });
});

test('a bundle is read in the one folder that has its survey', async () => {
  await using files = await openSurvey(bundle({ 'a/survey.json': SURVEY, 'a/1.xml': 'in', '1.xml': 'out' }));
  assert.equal(String(await files.read('1.xml', 9)), 'in');
});

test('of a folder no file is read that is none or too large, and no more than fits in all', async () => {
  const folder = holding({ 'survey.json': SURVEY, 'inner/a': '', large: '', other: '' });
  await using files = await openSurvey(folder);
  await assert.rejects(files.read('inner', 9), {
    name: 'BadSurveyError',
    message: "its 'inner' is a folder, and no file",
  });
  truncateSync(join(folder, 'large'), 64 * MIB);
  truncateSync(join(folder, 'other'), 1);
  assert.equal((await files.read('large', 64 * MIB))?.length, 64 * MIB);
  assert.equal((await files.read('large', 64 * MIB))?.length, 64 * MIB);
  await assert.rejects(files.read('other', 1), {
    name: 'BadSurveyError',
    message: `what it holds is more than ${128 * MIB} bytes`,
  });
  truncateSync(join(folder, 'survey.json'), 4 * MIB + 1);
  await refused(folder, `its file 'survey.json' has ${4 * MIB + 1} bytes, more than ${4 * MIB}`);
});

test('a path names a survey itself, or the bundles and folders of surveys in it, by their names', () => {
  const survey = holding({ 'survey.json': SURVEY, 'a/survey.json': SURVEY });
  assert.deepEqual(surveysAt(survey), [survey]);
  const zip = bundle({});
  assert.deepEqual(surveysAt(zip), [zip]);
  const many = holding({ 'b/survey.json': SURVEY, 'a.ZIP': '', 'c/other.json': '', 'd.txt': '' });
  assert.deepEqual(surveysAt(many), [join(many, 'a.ZIP'), join(many, 'b')]);
  assert.deepEqual(surveysAt(holding({})), []);
  assert.throws(() => surveysAt(join(root, 'none')), { code: 'ENOENT' });
});

test('what is wrong with a survey is said of its first value', () => {
  assert.equal(
    firstIssue([
      { path: ['pages', 0, 'page'], message: 'no text' },
      { path: [], message: 'x' },
    ]),
    'its survey.json is none: pages.0.page: no text',
  );
  assert.equal(firstIssue([{ path: [], message: 'no object' }]), 'its survey.json is none: all: no object');
});
