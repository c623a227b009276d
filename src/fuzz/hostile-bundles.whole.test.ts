import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { surveyAt } from '../report/read-survey.ts';
import { BadSurveyError } from '../formats/survey-files.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording, RecordingError, type Recording } from '../sim/played/recording.ts';
import { generator } from '../sim/time.ts';
import { recordedFiles } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-bundles-'));
after(() => rmSync(folder, { recursive: true }));

const SURVEY = 'phone/survey.json';
const PAGE = 'phone/06-mi-account-page.xml';
const bundle = (files: Zippable = {}): Uint8Array => zipSync({ ...recordedFiles, ...files }, { level: 0 });

let count = 0;
function saved(zip: Uint8Array): string {
  const file = join(folder, `${++count}.zip`);
  writeFileSync(file, zip);
  return file;
}
const read = (zip: Uint8Array): Promise<Recording> => readRecording(saved(zip));

async function refusal(zip: Uint8Array): Promise<string> {
  try {
    await read(zip);
  } catch (error) {
    assert.ok(error instanceof RecordingError, String((error as Error).stack));
    return error.message;
  }
  return 'nothing';
}

/** The survey with something else in it. */
function survey(change: (survey: Record<string, never>) => void): Uint8Array {
  const given = JSON.parse(Buffer.from(recordedFiles[SURVEY] as Uint8Array).toString('utf8')) as Record<
    string,
    never
  >;
  change(given);
  return bundle({ [SURVEY]: Buffer.from(JSON.stringify(given)) });
}

test('a bundle of before, which names no ways, is played: its apps open, and a row leads to the page of its name', async () => {
  const phone = new PlayedPhone(await read(bundle()), {}, { pace: 'instant' });
  const front = () => phone.layOut().window.package;
  const touch = async (text: string) => {
    const find = (node: ReturnType<typeof phone.layOut>): typeof node | undefined =>
      node.view.text === text ? node : node.children.map(find).find(Boolean);
    const { x, y, width, height } = find(phone.layOut())?.bounds ?? { x: 0, y: 0, width: 0, height: 0 };
    await phone.tap(x + width / 2, y + height / 2);
    await phone.quiet();
  };
  assert.equal(phone.startActivity({ action: 'android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS' }), undefined);
  await phone.quiet();
  assert.equal(front(), 'com.xiaomi.account');
  await touch('Account security');
  assert.deepEqual(
    phone.events.filter(({ kind }) => kind === 'not-recorded'),
    [],
  );
  await touch('Phone number');
  assert.equal(phone.events.at(-1)?.kind === 'window-opened' && phone.events.at(-2)?.kind, 'not-recorded');
  await phone.key(4);
  await phone.quiet();
  assert.equal(phone.string('com.xiaomi.account', 'logout_account'), 'Sign out');
  assert.equal(phone.props.get('ro.product.model'), '25069PTEBG');
  void phone.shutDown();
});

const nested = (depth: number) =>
  `<hierarchy width="1080" height="2270">${'<node class="a" package="b" bounds="[0,0][1,1]">'.repeat(depth)}${'</node>'.repeat(depth)}</hierarchy>`;
const zeros = (mib: number): Zippable[string] => [new Uint8Array(mib * 1024 * 1024), { level: 1 }];

for (const [what, zip, words] of [
  ['no ZIP', () => Buffer.from('hello'), /it is no ZIP file, or it is cut short/],
  ['cut short', () => bundle().subarray(0, 20_000), /it is no ZIP file, or it is cut short/],
  ['a ZIP of something else', () => zipSync({ 'a.txt': new Uint8Array(3) }), /has no survey\.json/],
  ['two surveys', () => bundle({ 'other/survey.json': new Uint8Array(3) }), /has more than one survey\.json/],
  ['a name that leads out', () => bundle({ '../../x': new Uint8Array(1) }), /invalid relative path/],
  [
    'a page that leads out',
    () =>
      survey(
        (one) =>
          void Object.assign((one['pages'] as never)[0], { screens: [{ source: '../../etc/passwd' }] }),
      ),
    /a file beside it has a plain name/,
  ],
  [
    'a page that is not there',
    () => survey((one) => void Object.assign((one['pages'] as never)[0], { screens: [{ source: 'x.xml' }] })),
    /its page 'x\.xml' is not in it/,
  ],
  ['no page', () => survey((one) => void Object.assign(one, { pages: [] })), /it has no page/],
  [
    'another version',
    () => survey((one) => void Object.assign(one, { version: 2 })),
    /survey\.json has version 2, and this mi-unbind reads version 1$/,
  ],
  ['no JSON', () => bundle({ [SURVEY]: Buffer.from('{') }), /survey\.json is no JSON/],
  ['a bomb for a page', () => bundle({ [PAGE]: zeros(5) }), /says it has 5242880 bytes, more than/],
  ['a bomb for its survey', () => bundle({ [SURVEY]: zeros(9) }), /says it has 9437184 bytes, more than/],
  [
    '10,000 nodes one in another',
    () => bundle({ [PAGE]: Buffer.from(nested(10_000)) }),
    /more than 250 nodes one in another/,
  ],
  ['a page that is none', () => bundle({ [PAGE]: Buffer.from('<a/>') }), /is not a page source/],
] as const)
  test(`a bundle is refused in words: ${what}`, async () => {
    assert.match(await refusal(zip()), words);
  });

test('a bundle with any bytes changed is played or refused in words, and compared or refused in words', async () => {
  const parts = [...Object.keys(recordedFiles), 'all of it'];
  let refused = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const random = generator(seed);
    const part = parts[seed % parts.length] ?? '';
    const whole = part === 'all of it';
    const bytes = Buffer.from(whole ? bundle() : (recordedFiles[part] as Uint8Array));
    for (let left = 1 + Math.floor(random() * 4); left > 0; left--)
      bytes[Math.floor(random() * bytes.length)] = [0, 0xff, 0x3c, 0x22, Math.floor(random() * 256)][
        Math.floor(random() * 5)
      ]!;
    const file = saved(whole ? bytes : bundle({ [part]: bytes }));
    await surveyAt(file).catch((error: unknown) => {
      assert.ok(error instanceof BadSurveyError, String((error as Error).stack));
    });
    try {
      const phone = new PlayedPhone(await readRecording(file), {}, { pace: 'instant' });
      phone.startActivity({ action: 'android.settings.SETTINGS' });
      await phone.quiet();
      phone.layOut();
      void phone.shutDown();
    } catch (error) {
      assert.ok(error instanceof RecordingError, String((error as Error).stack));
      refused++;
    }
  }
  assert.ok(refused > 8, `${refused} were refused`);
});

test('a folder with a picture larger than any is refused', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  for (const [name, bytes] of Object.entries(unzipSync(bundle())))
    writeFileSync(join(own, name.replace('phone/', '')), bytes);
  await readRecording(own);
  writeFileSync(join(own, '06-mi-account-page.xml'), 'x'.repeat(5_000_000));
  await assert.rejects(readRecording(own), /has 5000000 bytes, more than/);
});
