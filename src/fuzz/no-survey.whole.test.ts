import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { zipSync, type Zippable } from 'fflate';
import { surveyGiven, surveysGiven } from '../cli/survey.ts';
import { UsageError } from '../errors.ts';
import { readRecording, RecordingError } from '../sim/played/recording.ts';
import { recordedFiles } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'no-survey-'));
after(() => rmSync(folder, { recursive: true }));

const survey = recordedFiles['phone/survey.json'] as Uint8Array;

let count = 0;
const path = () => join(folder, String(++count));
/** A folder with these files; what ends in a slash is a folder. */
function folderOf(files: Record<string, Uint8Array>): string {
  const at = path();
  mkdirSync(at);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(at, name, name.endsWith('/') ? '' : '..'), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(join(at, name), bytes);
  }
  return at;
}
function saved(bytes: Uint8Array): string {
  const at = `${path()}.zip`;
  writeFileSync(at, bytes);
  return at;
}
const zipOf = (files: Zippable) => saved(zipSync(files, { level: 0 }));

/** The bundle with other bytes in each entry of its list. */
function listed(change: (bytes: Buffer, at: number, name: string) => void): string {
  const bytes = Buffer.from(zipSync(recordedFiles));
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    change(bytes, at, bytes.toString('latin1', at + 46, at + 46 + bytes.readUInt16LE(at + 28)));
  return saved(bytes);
}
const ofSurvey = (change: (bytes: Buffer, at: number) => void) =>
  listed((bytes, at, name) => void (name.endsWith('survey.json') && change(bytes, at)));

function pipe(): string {
  const at = path();
  execFileSync('mkfifo', [at]);
  return at;
}

const version2 = Buffer.from('{"version":2}');

for (const [what, given, words] of [
  ['nothing of that name', path, 'it does not exist'],
  ['a folder with nothing in it', () => folderOf({}), 'it is a folder without survey.json'],
  [
    'a bundle that was unpacked into a folder',
    () => folderOf({ 'phone/survey.json': survey }),
    "it has no survey.json, and its folder 'phone' has one",
  ],
  [
    'a folder of surveys',
    () => folderOf({ 'one/survey.json': survey, 'two/survey.json': survey }),
    "it has no survey.json, and 2 folders in it have one, the first is 'one'",
  ],
  [
    'a folder in place of survey.json',
    () => folderOf({ 'survey.json/': survey }),
    "its 'survey.json' is a folder, and no file",
  ],
  [
    'a survey.json larger than any',
    () => folderOf({ 'survey.json': new Uint8Array(9_000_000) }),
    "its file 'survey.json' has 9000000 bytes, more than 4194304",
  ],
  ['an empty survey.json', () => folderOf({ 'survey.json': Buffer.alloc(0) }), 'its survey.json is no JSON'],
  [
    'a survey.json of nothing',
    () => folderOf({ 'survey.json': Buffer.from('null') }),
    /^its survey\.json is none: all: /,
  ],
  [
    'a survey of another version',
    () => folderOf({ 'survey.json': version2 }),
    'its survey.json has version 2, and this mi-unbind reads version 1',
  ],
  [
    'a bundle of another version',
    () => zipOf({ ...recordedFiles, 'phone/manifest.json': version2 }),
    'its manifest.json has version 2, and this mi-unbind reads version 1',
  ],
  ['a file of something else', () => saved(Buffer.from('hello')), 'it is no ZIP file, or it is cut short'],
  ['an empty file', () => saved(Buffer.alloc(0)), 'it is no ZIP file, or it is cut short'],
  ['an empty ZIP file', () => zipOf({}), 'it is a ZIP file with nothing in it'],
  [
    'a ZIP file in a ZIP file',
    () => zipOf({ 'phone.zip': zipSync(recordedFiles) }),
    "it has no survey.json, but a ZIP file in it: 'phone.zip'",
  ],
  [
    'a ZIP file with its survey two folders down',
    () => zipOf({ 'a/b/survey.json': survey }),
    'it has no survey.json at its top or in the one folder there',
  ],
  [
    'a bundle of two surveys',
    () => zipOf({ ...recordedFiles, 'other/survey.json': survey }),
    'it has more than one survey.json',
  ],
  [
    'a bundle with two files of one name',
    () => {
      const bytes = Buffer.from(zipSync({ ...recordedFiles, 'phone/survey.jsom': survey }, { level: 0 }));
      return saved(Buffer.from(bytes.toString('latin1').replaceAll('jsom', 'json'), 'latin1'));
    },
    "it has two files of the name 'phone/survey.json'",
  ],
  [
    'a bundle with a link in it',
    () => ofSurvey((bytes, at) => bytes.writeUInt32LE(0o120777 * 0x10000, at + 38)),
    "its file 'phone/survey.json' is a link",
  ],
  [
    'an encrypted bundle',
    () => ofSurvey((bytes, at) => bytes.writeUInt16LE(1, at + 8)),
    "its file 'phone/survey.json' is encrypted",
  ],
  ['a device', () => '/dev/zero', 'it is a device or a pipe, and no file'],
  ['a pipe that nothing writes to', pipe, 'it is a device or a pipe, and no file'],
] as const)
  test(`what is not a survey is refused with what it is, played back or compared: ${what}`, async () => {
    const at = given();
    const said = async (reading: Promise<unknown>) =>
      reading.then(
        () => assert.fail('it is taken'),
        (error: unknown) => error as Error,
      );
    const compared = await said(surveyGiven(at));
    assert.ok(compared instanceof UsageError, compared.stack);
    const why = compared.message.replace(`'${at}' is not a survey: `, '').replace(/\.$/, '');
    if (typeof words === 'string') assert.equal(why, words);
    else assert.match(why, words);
    const played = await said(readRecording(at));
    if (what === 'nothing of that name') return;
    assert.ok(played instanceof RecordingError, played.stack);
    if (typeof words === 'string') assert.equal(played.message, words);
    else assert.match(played.message, words);
  });

test('a path names one survey, or those in its folder by their names, and nothing else of it', () => {
  const one = folderOf({ 'survey.json': survey });
  assert.deepEqual(surveysGiven(one), [one]);
  const several = folderOf({
    'b/survey.json': survey,
    'a.zip': Buffer.from('x'),
    'c/x.xml': survey,
    'd.txt': survey,
  });
  assert.deepEqual(surveysGiven(several), [join(several, 'a.zip'), join(several, 'b')]);
  const zip = join(several, 'a.zip');
  assert.deepEqual(surveysGiven(zip), [zip]);
  for (const none of [folderOf({}), path()]) assert.throws(() => surveysGiven(none), UsageError);
});
