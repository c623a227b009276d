import { systemClock, type Clock } from '../clock.ts';
import {
  ManagedPhoneError,
  NotXiaomiError,
  PhoneLostError,
  SecondSpaceError,
  TwoAccountsError,
} from '../errors.ts';
import { otherAccounts, type OtherAccount, untilComplete, xiaomiAccounts } from './account.ts';
import type { Phone } from './adb.ts';

/** What a phone says of itself over ADB. */
export interface PhoneFacts {
  brand: string;
  model: string;
  /** Android API level. */
  sdk: number;
  /** As people say it: `MIUI 14`, `MIUI 10`, `HyperOS 2`. */
  release: string;
  region: string;
  /** The build number, e.g. `V14.0.6.0.TLMMIXM`. */
  build: string;
  /** BCP 47 language tag of the phone's screens, e.g. `bg-BG`. */
  language: string;
  /** Xiaomi accounts of the owner (Android user 0). */
  accounts: string[];
  /** The owner's accounts of other kinds, Google's among them. */
  others: OtherAccount[];
  /** What else a buyer should not get with it. Missing: the phone does not say. */
  stays?: Stays;
  /** Android user in front: 0 is the owner, 10 or 11 a second space, 110 the maintenance mode. */
  user: number;
  /** The device owner that manages the phone, if any; Settings then hides the account. */
  managed?: string;
  /** Installed versions of Appium's helper apps, by package; empty where the app tells none. */
  helpers: Record<string, string>;
  /**
   * Versions of the apps whose words are read, by package, in any form that differs from version to version;
   * without those that tell none.
   */
  apps: Record<string, string>;
}

/** What is missing, the phone does not say. */
export interface Stays {
  /** A PIN, pattern or password is set. */
  screenLock?: boolean;
  /** SIM cards in it. */
  sims?: number;
  developerOptions?: boolean;
}

export const HELPERS = [
  'io.appium.settings',
  'io.appium.uiautomator2.server',
  'io.appium.uiautomator2.server.test',
] as const;

const APPS = [
  'com.xiaomi.account',
  'com.miui.cloudservice',
  'com.android.settings',
  'com.android.systemui',
] as const;

// One round trip for everything: sections are distinguished by a mark no dump contains.
const MARK = '@@mi-unbind:';
const QUESTIONS: Record<string, string> = {
  props: 'getprop',
  account: 'dumpsys account',
  policy: 'dumpsys device_policy',
  user: 'am get-current-user',
  keyguard: "dumpsys window | grep ' secure='",
  developer: 'settings get global development_settings_enabled',
  ...Object.fromEntries(HELPERS.map((name) => [name, `dumpsys package ${name}`])),
  // Of an app of the system the version in use is reported first, then the one it came with.
  ...Object.fromEntries(APPS.map((name) => [name, `dumpsys package ${name} | grep -m 2 'version[CN]'`])),
};
const SCRIPT = Object.entries(QUESTIONS)
  .map(([section, command]) => `echo ${MARK}${section}; ${command} 2>/dev/null`)
  .concat(`echo ${MARK}end`)
  .join('; ');

/** Asks the phone for its facts in one round trip; again where its account list is not complete. */
export function readFacts(
  phone: Phone,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<PhoneFacts> {
  return untilComplete(clock, signal, async () => {
    const answer = await phone.shell(SCRIPT, signal);
    // A cable pulled in the middle ends the answer without an error.
    if (!answer.trimEnd().endsWith(`${MARK}end`))
      throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
    return parseFacts(answer);
  });
}

export function parseFacts(answer: string): PhoneFacts {
  const section = new Map(
    answer.split(MARK).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end + 1)] as const;
    }),
  );
  const prop = properties(section.get('props') ?? '');
  const helpers: Record<string, string> = {};
  for (const name of HELPERS) {
    const dump = section.get(name) ?? '';
    if (dump.includes(`Package [${name}]`)) helpers[name] = /versionName=(\S*)/.exec(dump)?.[1] ?? '';
  }
  const apps: Record<string, string> = {};
  for (const name of APPS) {
    const [, code] = /versionCode=(\d+)/.exec(section.get(name) ?? '') ?? [];
    const [, version] = /versionName=(\S+)/.exec(section.get(name) ?? '') ?? [];
    if (code !== undefined && version !== undefined) apps[name] = `${version} (${code})`;
  }
  const owner = deviceOwner(section.get('policy') ?? '');
  return {
    ...(owner ? { managed: owner } : {}),
    brand: prop('ro.product.manufacturer', 'ro.product.brand'),
    model: prop('ro.product.marketname', 'ro.product.model'),
    sdk: Number(prop('ro.build.version.sdk')) || 0,
    release: release(prop('ro.miui.ui.version.name'), prop('ro.mi.os.version.name')),
    region: region(prop('ro.build.version.incremental'), prop('ro.miui.build.region')),
    build: prop('ro.build.version.incremental'),
    language: languageOf(prop) ?? 'en-US',
    accounts: xiaomiAccounts(section.get('account') ?? ''),
    others: otherAccounts(section.get('account') ?? ''),
    ...staysIn(prop('gsm.sim.state'), section.get('keyguard') ?? '', section.get('developer') ?? ''),
    user: Number(/^\d+/m.exec(section.get('user') ?? '')?.[0] ?? 0),
    helpers,
    apps,
  };
}

/** States of a slot with a card in it (IccCardConstants of AOSP); of any other it is not known that there is one. */
const SIM = /^(LOADED|READY|IMSI|PIN_REQUIRED|PUK_REQUIRED|NETWORK_LOCKED|PERM_DISABLED|CARD_RESTRICTED)$/;

function staysIn(sims: string, keyguard: string, developer: string): Pick<PhoneFacts, 'stays'> {
  const secure = /\bsecure=(true|false)/.exec(keyguard)?.[1];
  const enabled = /^[01]$/m.exec(developer.trim())?.[0];
  const stays: Stays = {
    ...(secure !== undefined && { screenLock: secure === 'true' }),
    ...(sims !== '' && { sims: sims.split(',').filter((state) => SIM.test(state.trim())).length }),
    ...(enabled !== undefined && { developerOptions: enabled === '1' }),
  };
  return Object.keys(stays).length > 0 ? { stays } : {};
}

/** The language of the phone's screens now; undefined where it does not say. */
export async function readLanguage(phone: Phone, signal?: AbortSignal): Promise<string | undefined> {
  return languageOf(properties(await phone.shell('getprop', signal)));
}

/** What a phone is called and how full its battery is, %: for people who look at it. */
export async function readShown(
  phone: Phone,
  signal?: AbortSignal,
): Promise<{ model: string; release: string; battery?: number }> {
  const answer = await phone.shell('getprop; dumpsys battery 2>/dev/null', signal);
  const prop = properties(answer);
  const battery = /^\s*level: (\d{1,3})\s*$/m.exec(answer)?.[1];
  return {
    model: prop('ro.product.marketname', 'ro.product.model'),
    release: release(prop('ro.miui.ui.version.name'), prop('ro.mi.os.version.name')),
    ...(battery === undefined ? {} : { battery: Math.min(100, Number(battery)) }),
  };
}

type Property = (...names: string[]) => string;

/** Gives the first of the properties that has a value, else an empty text. */
function properties(listed: string): Property {
  const values = new Map(
    [...listed.matchAll(/^\[(.+?)\]: \[([^\]]*)\]/gm)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );
  return (...names) => names.map((name) => values.get(name)).find((value) => value) ?? '';
}

/** As chosen by its owner, then as sold; in two properties up to Android 5. */
function languageOf(prop: Property): string | undefined {
  const inTwo = (language: string, country: string) =>
    [prop(language), prop(country)].filter(Boolean).join('-');
  return (
    prop('persist.sys.locale') ||
    inTwo('persist.sys.language', 'persist.sys.country') ||
    prop('ro.product.locale') ||
    inTwo('ro.product.locale.language', 'ro.product.locale.region') ||
    undefined
  );
}

/**
 * `Device Owner: … package=com.example.mdm …`: the package, or the admin's name on releases that print only
 * that.
 */
function deviceOwner(policy: string): string | undefined {
  const block = /^[ \t]*Device Owner[ \t]*:([\s\S]{0,400})/m.exec(policy)?.[1];
  return block === undefined
    ? undefined
    : (/package=([\w.]+)/.exec(block)?.[1] ?? /ComponentInfo\{([\w.]+)/.exec(block)?.[1] ?? 'its owner');
}

/**
 * `V10` → `MIUI 10`, `V125` → `MIUI 12.5`, `V140` → `MIUI 14`; HyperOS keeps counting V816…, and says `OS2.0`
 * beside it.
 */
function release(miui: string, os: string): string {
  const hyper = /^OS(\d+)/i.exec(os)?.[1];
  if (hyper) return `HyperOS ${hyper}`;
  const digits = /^V(\d+)$/.exec(miui)?.[1];
  if (!digits) return '';
  if (/^8\d\d/.test(digits)) return 'HyperOS';
  const [major, minor] = digits.length > 2 ? [digits.slice(0, 2), digits.slice(2)] : [digits, '0'];
  return `MIUI ${minor === '0' ? major : `${major}.${minor}`}`;
}

const REGIONS: Record<string, string> = {
  CN: 'china',
  MI: 'global',
  EU: 'eea',
  RU: 'russia',
  IN: 'india',
  ID: 'indonesia',
  TR: 'turkey',
  TW: 'taiwan',
  JP: 'japan',
  KR: 'korea',
  MX: 'mexico',
  CL: 'chile',
  LM: 'latin-america',
};

/** What `ro.miui.build.region` says, where it is no region's name. */
const BUILD_REGIONS: Record<string, string> = { cn: 'china', tw: 'taiwan', lm: 'latin-america' };

/**
 * The region in the build number: Android's letter, two of the phone, two of the region, two of a carrier or
 * XM; `V14.0.6.0.TLMMIXM` → MI. A developer build has its day in place of that (`21.11.17`); MIUI ≤ 11 does
 * not say its region elsewhere, and developer builds are China's there.
 */
function region(incremental: string, build: string): string {
  const code = /\.[A-Z]\w{2}([A-Z]{2})[A-Z]{2}$/.exec(incremental)?.[1];
  const named = code && REGIONS[code];
  if (named) return named;
  const said = build.toLowerCase();
  if (said !== '') return BUILD_REGIONS[said] ?? REGIONS[said.toUpperCase()] ?? build;
  return /^\d{1,2}\.\d{1,2}\.\d{1,2}$/.test(incremental) ? 'china' : 'unknown';
}

/** Refuses the phones no flow may touch. */
export function assertEligible(serial: string, facts: PhoneFacts): void {
  if (!facts.release && !/^(xiaomi|redmi|poco)$/i.test(facts.brand))
    throw new NotXiaomiError(serial, facts.brand);
  if (facts.managed) throw new ManagedPhoneError(serial, facts.managed);
  if (facts.user !== 0) throw new SecondSpaceError(serial, facts.user);
  if (facts.accounts.length > 1) throw new TwoAccountsError(serial, facts.accounts.length);
}
