import type { Phone } from './adb.ts';
import { HELPERS } from './facts.ts';
import { shellWord } from '../words/shell-word.ts';

/**
 * What a run changes on a phone beside what it is run for, and how it is undone. Appium's driver does it when
 * it prepares a session (appium-android-driver, io.appium.settings), and `doctor --fix`:
 * - its three helper apps are installed. With them go what Android keeps for them: leave to read
 *   notifications and to tell a made-up place,
 *   and that the battery saver lets them be.
 * - `hidden_api_policy*` (Android 9): lets the server on the phone use what Android hides from apps. The
 *   driver deletes them at the end of a
 *   session, also where the phone had them before.
 * - `*_animation_scale`: up to Android 7 the driver turns animations off by them; an instrumentation that is
 *   killed may leave them at 0.
 * - `stay_on_while_plugged_in`: `doctor --fix`.
 * - `mock_apps.json`: the driver's list of apps that may tell a made-up place.
 */
const SETTINGS = [
  'hidden_api_policy',
  'hidden_api_policy_pre_p_apps',
  'hidden_api_policy_p_apps',
  'window_animation_scale',
  'transition_animation_scale',
  'animator_duration_scale',
  'stay_on_while_plugged_in',
] as const;
const FILES = ['mock_apps.json', 'appium_cache'] as const;
const FOLDER = '/data/local/tmp';
const [HELPER] = HELPERS;
const LISTENER = `${HELPER}/.NLService`;
const OPERATIONS = ['PROJECT_MEDIA', 'MOCK_LOCATION'] as const;

/** The phone as it was before a run. */
export interface AsFound {
  /** Which of Appium's helper apps it had. */
  helpers: string[];
  /** Global settings by name; one that was not set is missing. */
  settings: Record<string, string>;
  /** Helper apps that the battery saver let be. */
  exempt: string[];
  /** Whether the helper app might read notifications. */
  listens: boolean;
  /** What the helper app was allowed by name of the operation; missing: as Android decides. */
  operations: Record<string, string>;
  /** Files of the driver. */
  files: string[];
}

// No dump contains it.
const MARK = '@@mi-unbind:';
const QUESTIONS: Record<string, string> = {
  helpers: 'pm list packages io.appium',
  settings: `settings list global | grep -E '^(${SETTINGS.join('|')})='`,
  exempt: 'dumpsys deviceidle whitelist',
  listens: 'settings get secure enabled_notification_listeners',
  ...Object.fromEntries(OPERATIONS.map((name) => [name, `appops get ${HELPER} ${name}`])),
  files: `ls -A ${FOLDER}`,
};
const SCRIPT = Object.entries(QUESTIONS)
  .map(([section, command]) => `echo ${MARK}${section}; ${command} 2>/dev/null`)
  .concat(`echo ${MARK}end`)
  .join('; ');

/** In one round trip. Undefined where the phone did not tell all of it. */
export async function readAsFound(phone: Phone, signal?: AbortSignal): Promise<AsFound | undefined> {
  return parseAsFound(await phone.shell(SCRIPT, signal));
}

export function parseAsFound(answer: string): AsFound | undefined {
  const sections = new Map(
    answer.split(MARK).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end + 1).trim()] as const;
    }),
  );
  if (!answer.trimEnd().endsWith(`${MARK}end`)) return undefined;
  const said = (name: string): string => sections.get(name) ?? '';
  const named = (name: string, wanted: readonly string[]) =>
    wanted.filter((one) =>
      said(name)
        .split(/[\s:,]+/)
        .includes(one),
    );
  const given = (pairs: [string, string | undefined][]) =>
    Object.fromEntries(
      pairs.filter(
        (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '' && pair[1] !== 'null',
      ),
    );
  return {
    helpers: named('helpers', HELPERS),
    settings: given(
      SETTINGS.map((name) => [name, new RegExp(`^${name}=(.*)$`, 'm').exec(said('settings'))?.[1]?.trim()]),
    ),
    exempt: named('exempt', HELPERS),
    listens: said('listens').split(':').includes(LISTENER),
    operations: given(
      OPERATIONS.map((name) => [name, new RegExp(`^${name}: (\\w+)`, 'm').exec(said(name))?.[1]]),
    ),
    files: named('files', FILES),
  };
}

/**
 * The shell lines that make `now` what was found, in the order in which they are to run. Empty where it is.
 */
export function undoing(found: AsFound, now: AsFound): string[] {
  const fresh = <T>(before: readonly T[], after: readonly T[]) =>
    after.filter((one) => !before.includes(one));
  // The tests' app before the one it runs in.
  const gone = fresh(found.helpers, now.helpers).reverse();
  const keptHelper = now.helpers.includes(HELPER) && !gone.includes(HELPER);
  return [
    ...SETTINGS.flatMap((name) => {
      const [before, after] = [found.settings[name], now.settings[name]];
      if (before === after) return [];
      return before === undefined
        ? `settings delete global ${name}`
        : `settings put global ${name} ${shellWord(before)}`;
    }),
    ...(now.listens && !found.listens ? [`cmd notification disallow_listener ${LISTENER}`] : []),
    ...(keptHelper
      ? OPERATIONS.flatMap((name) => {
          const [before, after] = [found.operations[name], now.operations[name]];
          return before === after ? [] : `appops set ${HELPER} ${name} ${before ?? 'default'}`;
        })
      : []),
    ...fresh(found.exempt, now.exempt).map((name) => `dumpsys deviceidle whitelist -${name}`),
    ...fresh(found.files, now.files).map((name) => `rm -rf ${FOLDER}/${name}`),
    ...gone.map((name) => `pm uninstall ${name}`),
  ];
}

/** Makes the phone what was found. In words what could not be undone, each with what to do. */
export async function putBack(phone: Phone, found: AsFound, signal?: AbortSignal): Promise<string[]> {
  const now = await readAsFound(phone, signal);
  if (!now) throw new Error('the phone does not say what is on it');
  const lines = undoing(found, now);
  if (lines.length === 0) return [];
  await phone.shell(lines.map((line) => `${line} >/dev/null 2>&1`).join('; '), signal);
  const after = await readAsFound(phone, signal);
  if (!after) throw new Error('the phone does not say what is on it');
  return leftovers(found, after, phone.serial);
}

/** In words. */
export function leftovers(found: AsFound, now: AsFound, serial: string): string[] {
  const apps = now.helpers.filter((name) => !found.helpers.includes(name));
  return [
    ...apps.map((name) => `${name} is still installed → adb -s ${shellWord(serial)} uninstall ${name}`),
    ...SETTINGS.filter((name) => found.settings[name] !== now.settings[name]).map((name) => {
      const before = found.settings[name];
      const undo =
        before === undefined
          ? `settings delete global ${name}`
          : `settings put global ${name} ${shellWord(before)}`;
      return `the setting ${name} is ${now.settings[name] ?? 'not set'} and was ${before ?? 'not set'} → adb -s ${shellWord(serial)} shell ${undo.includes("'") ? shellWord(undo) : undo}`;
    }),
    ...now.files
      .filter((name) => !found.files.includes(name))
      .map(
        (name) =>
          `${FOLDER}/${name} is still there → adb -s ${shellWord(serial)} shell rm -rf ${FOLDER}/${name}`,
      ),
  ];
}
