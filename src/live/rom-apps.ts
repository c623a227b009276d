import assert from 'node:assert/strict';
import { AT_TIMES, KNOWN_PAGES } from '../flows/recorded.ts';
import { ACCOUNT, trial, type Hands } from '../fuzz/trial.ts';
import { compareRoms } from '../report/rom-compare.ts';
import type { RomCheck } from '../rom/check.ts';
import { readRom } from '../rom/rom.ts';
import { stringNames } from '../sim/rom-strings.ts';
import type { View } from '../sim/screen/view.ts';
import { parseSpec, type releaseNames } from '../sim/spec.ts';
import { buildApp, element, layoutOf, type AppSource } from './aapt.ts';

type Release = (typeof releaseNames)[number];

/**
 * Builds the pages of a simulated release into APKs: each id of theirs that page objects name is found. Builds
 * them again without ids: each is gone, by its name.
 */
export async function idsAreFound(release: Release, folder: string): Promise<void> {
  const apps = await appsOfRelease(release);
  const rom = await built(apps, folder, release);
  const ids = new Map(
    rom.pages.flatMap(({ things }) => things.flatMap((one) => one.ids)).map((one) => [one.id, one]),
  );
  const drawn = [...ids.keys()].filter((id) => apps.some((app) => draws(app, id)));
  assert.ok(drawn.length >= 6, `only ${drawn.join()} are drawn`);
  const lost = drawn.filter((id) => ids.get(id)?.state !== 'there' || ids.get(id)?.layouts.length === 0);
  assert.deepEqual(lost, []);

  const without = await built(apps.map(withoutIds), folder, `${release}-without`);
  const said = compareRoms(rom, without);
  const unsaid = drawn.filter((id) => !said.some((line) => line.startsWith(`The id ${id} is gone`)));
  assert.deepEqual(unsaid, []);
}

async function built(apps: readonly AppSource[], folder: string, name: string): Promise<RomCheck> {
  const files = await Promise.all(apps.map((app) => buildApp(folder, `${name}/${app.package}`, app)));
  return readRom(files.flat(), { pages: KNOWN_PAGES, atTimes: AT_TIMES });
}

function draws({ package: app, files }: AppSource, id: string): boolean {
  const [owner, name] = id.split(':id/');
  return app === owner && Object.values(files).some((text) => text.includes(`"@+id/${name}"`));
}

const withoutIds = (app: AppSource): AppSource => ({
  ...app,
  files: Object.fromEntries(
    Object.entries(app.files).map(([path, text]) => [path, text.replaceAll(/ android:id="[^"]*"/g, '')]),
  ),
});

/** Every window that a sign-out meets on a simulated phone, as layouts of its apps. */
async function appsOfRelease(release: Release): Promise<AppSource[]> {
  const roots = new Map<string, { app: string; root: View }>();
  const watch = ({ sim }: Hands) => {
    const layOut = sim.layOut.bind(sim);
    sim.layOut = (window) => {
      const node = layOut(window);
      const { root, package: app } = node.window;
      roots.set(idsOf(root).join(), { app, root });
      return node;
    };
  };
  const phone = { release, account: { ...ACCOUNT, syncedData: ['contacts' as const] } };
  const order = { data: 'keep', password: 'right', via: 'settings' } as const;
  const { outcome } = await trial({ phone, order }, watch);
  assert.equal(outcome?.kind, 'signed-out');
  const spec = parseSpec(phone);
  return [...Map.groupBy(roots.values(), ({ app }) => app)].map(([app, own]) => ({
    package: app,
    strings: { values: Object.fromEntries(stringNames(spec, app).map((name) => [name, name])) },
    files: Object.fromEntries(
      own.map(({ root }, place) => [`layout/page_${place}.xml`, layoutOf(xmlOf(root, app))]),
    ),
  }));
}

const idsOf = ({ id = '', children = [] }: View): string[] => [id, ...children.flatMap(idsOf)];

/** A view and what is in it, with the ids of its own app. */
function xmlOf({ id = '', children = [] }: View, app: string): string {
  const [owner, name = ''] = id.split(':id/');
  return element('View', owner === app ? name : '', '', children.map((child) => xmlOf(child, app)).join(''));
}
