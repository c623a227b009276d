import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { strFromU8, unzipSync } from 'fflate';
import { loadSurvey, nameOf, recordedFaults } from '../flows/recorded.ts';
import type { Survey } from '../survey.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { adb, LiveRig } from '../live/rig.ts';
import { shareAppium, type SharedAppium } from '../live/shared-appium.ts';

const account = {
  id: '6230001535',
  password: 'right',
  nickname: 'Rada Petrova',
  phone: '+359888123456',
  email: 'rada@example.com',
};
/** Nothing of these is in a file of a survey, however it is masked by the phone. */
const OWNERS = /Rada|Petrova|6230001535|6230\*|359888|35988|example\.com/;
// Find device is off and nothing is synced: one tap on Sign out would be one too many.
const global14: PhoneSpec = {
  release: '14',
  pace: 'instant',
  helpers: 'current',
  screenshots: 'full',
  account: { ...account, findDevice: false },
};
const hyper: PhoneSpec = { release: 'hyperos3', pace: 'instant', helpers: 'current', account };

describe('mi-unbind survey', () => {
  let rig: LiveRig;
  let appium: SharedAppium;
  const surveys: Survey[] = [];
  const zip = () => join(rig.folder, 'bundle.zip');
  const folder = (place: number) => join(rig.folder, `survey-${place}`);

  before(async () => {
    rig = await LiveRig.start([global14, hyper]);
    appium = await shareAppium(rig.folder);
    const runs = rig.serials.map((serial, place) =>
      rig.run(
        [
          'survey',
          serial,
          '--json',
          '--out',
          folder(place),
          ...(place > 0 ? ['--deep', '--bundle', zip()] : []),
        ],
        { env: appium.env },
      ),
    );
    for (const { code, stdout, stderr } of await Promise.all(runs)) {
      assert.equal(code, 0, stderr);
      surveys.push(JSON.parse(stdout) as Survey);
    }
  });
  after(async () => {
    await appium?.stop();
    await rig?.stop();
  });

  it('finds every thing on the pages of the account, on each release', () => {
    const pages = surveys.map(({ pages: all }) => all.map(({ page }) => page));
    const usual = ['quick panel', 'Settings', 'Mi Account page', 'Account security page'];
    assert.deepEqual(pages, [usual, [...usual, 'choice of phone or e-mail']]);
    for (const { locators } of surveys)
      assert.deepEqual(
        locators.filter(({ found, expected }) => found !== 'page not seen' && !expected),
        [],
      );
    assert.deepEqual(
      surveys.map(({ phone }) => [phone.release, phone.android, phone.adbInput, phone.signedIn]),
      [
        ['MIUI 14', '13', 'on', true],
        ['HyperOS 3', '16', 'on', true],
      ],
    );
  });

  it('changes nothing: no tap on Sign out, no code asked for, nothing typed, the account where it was, the home screen in front', async () => {
    for (const [place, serial] of rig.serials.entries()) {
      const { account: still, events, unknown } = await rig.witness(serial);
      assert.equal(still?.signedIn, true);
      assert.equal(surveys[place]?.unchanged, true);
      const kinds = events.map(({ kind }) => kind);
      for (const kind of kinds)
        assert.doesNotMatch(
          kind,
          /code-|submitted|typed|text|signing-out|sign-out|removed|page-not-simulated|tile/,
        );
      assert.deepEqual(
        kinds.filter((kind) => kind === 'tap').length <= 2,
        true,
        'Account security and Change password',
      );
      assert.deepEqual(unknown, []);
    }
  });

  it('keeps no word of the owner in any file, and paints over where they stood', () => {
    for (const place of surveys.keys()) {
      for (const name of readdirSync(folder(place)))
        if (!name.endsWith('.png'))
          assert.doesNotMatch(readFileSync(join(folder(place), name), 'utf8'), OWNERS, name);
    }
    const recorded = loadSurvey(folder(0));
    const page = recorded.survey.pages.find((one) => one.page === 'Mi Account page')?.screens[0];
    const { look } = recorded.screens.find(({ source }) => source === page?.source) ?? {};
    for (const id of ['user_avatar', 'nick_name']) {
      const bounds = look?.byId(`com.xiaomi.account:id/${id}`)?.bounds;
      assert.ok(bounds && page?.screenshot);
      assert.equal(pixel(join(folder(0), page.screenshot), bounds), '#9aa0a6', id);
    }
    assert.ok(
      !existsSync(join(rig.folder, 'runs')) || readdirSync(join(rig.folder, 'runs')).length === 0,
      "Appium's log goes too",
    );
  });

  it('makes a bundle that drops into recorded/ and passes its test, with nothing of the owner in it', () => {
    const recorded = join(rig.folder, 'recorded');
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip())))) {
      assert.doesNotMatch(strFromU8(bytes), OWNERS, name);
      mkdirSync(dirname(join(recorded, name)), { recursive: true });
      writeFileSync(join(recorded, name), bytes);
    }
    assert.deepEqual(recordedFaults(join(recorded, 'survey-1')), []);
  });

  it('is played back by sim --from: the same survey through adb and Appium, and the witness has what was not recorded', async (t) => {
    const sim = rig.start(['sim', '--from', zip(), '--pace', 'instant', '--json']);
    t.after(() => sim.signal('SIGKILL'));
    await sim.says('Ctrl-C ends them');
    const { phones, control } = JSON.parse(sim.stdout) as { phones: [string]; control: string };
    const [serial] = phones;
    const again = ['survey', serial, '--json', '--deep', '--out', folder(2), '--bundle', `${folder(2)}.zip`];
    const { code, stderr } = await rig.run(again, { env: appium.env });
    assert.equal(code, 0, stderr);
    const compared = await rig.run(['survey', 'compare', zip(), `${folder(2)}.zip`]);
    assert.deepEqual([compared.code, compared.stdout], [0, ''], compared.stderr);

    const [page] = surveys[1]?.pages.find((one) => one.page === 'Mi Account page')?.screens ?? [];
    const { look } = loadSurvey(folder(1)).screens.find(({ source }) => source === page?.source) ?? {};
    const [left, top, right, bottom] = look?.byId('com.xiaomi.account:id/action_bar_back')?.bounds ?? [];
    const middle = [(left! + right!) / 2, (top! + bottom!) / 2].map(String);
    await adb('-s', serial, 'shell', 'am', 'force-stop', 'com.xiaomi.account');
    await adb('-s', serial, 'shell', 'am', 'start', '-n', 'com.xiaomi.account/.ui.AccountSettingsActivity');
    await adb('-s', serial, 'shell', 'input', 'tap', ...middle);
    const { events } = (await (await fetch(`${control}/phones/${serial}`)).json()) as {
      events: { kind: string; detail?: { what?: string } }[];
    };
    const missed = events.filter(({ kind }) => kind === 'not-recorded');
    assert.deepEqual(
      missed.map(({ detail }) => detail?.what),
      ["what 'com.xiaomi.account:id/action_bar_back' leads to"],
    );
    sim.signal('SIGINT');
    assert.equal((await sim.ended).code, 0, sim.stderr);
  });

  it('can be loaded as pages, each known as it was', () => {
    for (const place of surveys.keys()) {
      const { screens, book } = loadSurvey(folder(place));
      for (const { look, page } of screens) assert.equal(nameOf(look, book).page, page);
    }
  });

  it('is compared with another: exit code 1 and what changed, 2 for no survey', async () => {
    const compare = (one: string, other: string) => rig.run(['survey', 'compare', one, other, '--json']);
    const [differ, wrong] = await Promise.all([
      compare(folder(0), folder(1)),
      compare(folder(0), rig.folder),
    ]);
    assert.equal(differ.code, 1, differ.stderr);
    assert.ok(
      (JSON.parse(differ.stdout) as { differences: string[] }).differences.includes(
        'The release: MIUI 14 → HyperOS 3',
      ),
    );
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.match(wrong.stderr, /is not a survey: it has no survey\.json, and \d folders in it have one/);
  });
});

/** Colour in the middle of a box, `#rrggbb`. */
function pixel(file: string, [left, top, right, bottom]: readonly number[]): string {
  const png = readFileSync(file);
  const [x, y] = [((left ?? 0) + (right ?? 0)) / 2, ((top ?? 0) + (bottom ?? 0)) / 2].map(Math.round);
  const size = `width="${png.readUInt32BE(16)}" height="${png.readUInt32BE(20)}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><image x="${-(x ?? 0)}" y="${-(y ?? 0)}" ${size} href="data:image/png;base64,${png.toString('base64')}"/></svg>`;
  return `#${new Resvg(svg).render().pixels.subarray(0, 3).toString('hex')}`;
}
