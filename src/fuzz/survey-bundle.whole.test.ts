import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { instantClock } from '../clock.ts';
import { recordedFaults } from '../flows/recorded.ts';
import type { BundleManifest } from '../flows/survey-bundle.ts';
import { pngSize } from '../formats/png.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { account, surveyed } from './surveyed.ts';
import { Undrawn } from './trial.ts';

const others = [{ name: 'mira.petrova@example.org', type: 'com.google' }];
/** What may be in no file of a bundle. */
const OWNERS = /6230001535|6230\*|Mira|Petrova|88\s?123|mira|example\.(com|org)|Sim-pass/;

/** Surveys a simulated phone and gives the files of its bundle. */
async function bundled(
  t: TestContext,
  spec: PhoneSpec,
): Promise<{ files: Record<string, string>; sim: Undrawn }> {
  const folder = mkdtempSync(join(tmpdir(), 'survey-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = instantClock();
  const sim = new Undrawn({ pace: 'instant', otherAccounts: others, ...spec }, { clock });
  const { zip } = await surveyed(sim, clock, join(folder, 'a-phone'));
  const files = Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)] as const);
  return { files: Object.fromEntries(files), sim };
}

/** As `unzip FILE.zip -d recorded` leaves them. */
function unpacked(t: TestContext, files: Readonly<Record<string, string>>): string {
  const recorded = mkdtempSync(join(tmpdir(), 'recorded-'));
  t.after(() => rmSync(recorded, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(recorded, name)), { recursive: true });
    writeFileSync(join(recorded, name), text);
  }
  return join(recorded, 'a-phone');
}

for (const spec of [
  { release: '14', language: 'bg', account, dualApps: true },
  { release: 'hyperos3', region: 'china', language: 'zh-CN', account, screen: 'on' },
  { release: '10', region: 'china', language: 'en' },
] satisfies PhoneSpec[]) {
  test(`a bundle of ${spec.release} in ${spec.language} drops into recorded/, is understood there, and names nobody`, async (t) => {
    const { files, sim } = await bundled(t, spec);
    assert.deepEqual(recordedFaults(unpacked(t, files)), []);
    for (const [name, text] of Object.entries(files)) {
      assert.doesNotMatch(text, OWNERS, name);
      for (const own of [sim.serialno, sim.imei, sim.imei2])
        assert.ok(!text.includes(own), `${name}: ${own}`);
    }
    const manifest = JSON.parse(files['a-phone/manifest.json'] ?? '') as BundleManifest;
    assert.deepEqual(
      manifest.files.map(({ file }) => `a-phone/${file}`).toSorted(),
      Object.keys(files)
        .filter((name) => !name.endsWith('manifest.json'))
        .toSorted(),
    );
    assert.match(JSON.stringify(manifest), /names of users and accounts: letters are x, digits 0/);
    assert.ok(Object.keys(files).every((name) => !name.endsWith('.png')));
  });
}

test('a bundle that contradicts itself is noticed', async (t) => {
  const { files } = await bundled(t, { release: '14', account });
  const properties = files['a-phone/answers/properties.txt'] ?? '';
  const accounts = files['a-phone/answers/accounts.txt'] ?? '';
  const faults = recordedFaults(
    unpacked(t, {
      ...files,
      'a-phone/answers/properties.txt': properties.replace('[V140]', '[V130]'),
      'a-phone/answers/accounts.txt': accounts.replace(/Accounts: \d+/, 'Accounts: 7'),
    }),
  );
  assert.deepEqual(faults, [
    "the properties give the release 'MIUI 13', the survey says 'MIUI 14'",
    'the account list is not complete',
  ]);
});

const small = { width: 480, height: 854, density: 240 };
/** Words as wide as hers, so that all stands where it stood. */
const other = {
  ...account,
  id: '6230009876',
  nickname: 'Mari Pertova',
  phone: '+359887654321',
  email: 'mari@exalpme.com',
};

test("pictures of a bundle are drawn of each page, as large as the screen, and nothing of the owner's is in any", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'survey-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const of = async (who: typeof account, name: string) => {
    const clock = instantClock();
    const spec: PhoneSpec = { pace: 'instant', release: '14', seed: 5, display: small, account: who };
    const sim = new Undrawn(spec, { clock });
    const { zip, survey } = await surveyed(sim, clock, join(folder, name), { isDrawn: true });
    writeFileSync(join(folder, `${name}.zip`), zip);
    const files = Object.entries(unzipSync(zip)).map(([file, bytes]): [string, Buffer] => [
      file.replace(/^.*?\//, ''),
      Buffer.from(bytes),
    ]);
    return { files: new Map(files), survey };
  };
  const hers = await of(account, 'hers');
  const others = await of(other, 'others');
  const manifest = JSON.parse(String(hers.files.get('manifest.json'))) as BundleManifest;
  const sources = hers.survey.pages.flatMap(({ screens }) => screens.map(({ source }) => source));
  assert.deepEqual(
    manifest.drawn.map(({ from }) => from),
    sources,
  );
  const shown = new Set<string>();
  for (const { file } of manifest.drawn) {
    const picture = hers.files.get(file) as Buffer;
    assert.deepEqual(pngSize(picture), { width: 480, height: 854 }, file);
    // For any owner the picture is the same to the last byte.
    assert.ok(picture.equals(others.files.get(file) as Buffer), file);
    shown.add(picture.toString('base64'));
  }
  assert.ok(shown.size > sources.length / 2, 'each page has a picture of its own');
  const recording = await readRecording(join(folder, 'hers.zip'));
  const played = new PlayedPhone(recording, { clock: instantClock() }, { pace: 'instant' });
  assert.equal(played.startActivity({ action: 'android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS' }), undefined);
  await played.quiet();
  const page = hers.survey.pages.find((one) => one.page === 'Mi Account page')?.screens[0]?.source ?? '';
  assert.ok((await played.screenshot()).equals(hers.files.get(page.replace('.xml', '.png')) as Buffer));
});
