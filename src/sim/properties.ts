import type { SimIdentity } from './identity.ts';
import { isXiaomi, localeOf, releases } from './releases.ts';
import type { FullSpec } from './spec.ts';

type Property = [name: string, value: string];

/** System properties of a phone, as getprop lists them. What a phone of its time lacks is absent, not 0. */
export function propsOf(spec: FullSpec, identity: Omit<SimIdentity, 'seed'>): Map<string, string> {
  const props = [
    ...ofAndroid(spec, identity),
    ...(isXiaomi(spec) ? [...ofMiui(spec), ...ofHyperOs(spec), ...imeisOf(spec, identity)] : []),
  ];
  return new Map(props.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const modelOf = (spec: FullSpec) => releases[spec.release].models[spec.region];

/** What stands in a build number for model, region and seller. */
const lettersOf = (spec: FullSpec): string =>
  `${modelOf(spec).letters}${spec.region === 'china' ? 'CN' : 'MI'}XM`;

function buildOf(spec: FullSpec): string {
  if (spec.build !== undefined) return spec.build;
  return isXiaomi(spec) ? releases[spec.release].build(lettersOf(spec)) : '1';
}

function ofAndroid(spec: FullSpec, { serialno }: Pick<SimIdentity, 'serialno'>): Property[] {
  const release = releases[spec.release];
  const model = modelOf(spec);
  const china = spec.region === 'china';
  const product = isXiaomi(spec) ? model.product : spec.brand.toLowerCase();
  const device = isXiaomi(spec) ? model.device : product;
  const incremental = buildOf(spec);
  return [
    ['dev.bootcomplete', '1'],
    ['persist.sys.locale', spec.language === 'pseudo' ? 'en-XA' : localeOf(spec.language)],
    ['persist.sys.timezone', china ? 'Asia/Shanghai' : 'Europe/Sofia'],
    ['ro.boot.serialno', serialno],
    ['ro.build.characteristics', spec.tablet ? 'tablet' : 'default'],
    ['ro.build.display.id', release.buildId],
    [
      'ro.build.fingerprint',
      `${spec.brand}/${product}/${device}:${release.android}/${release.buildId}/${incremental}:user/release-keys`,
    ],
    ['ro.build.id', release.buildId],
    ['ro.build.tags', 'release-keys'],
    ['ro.build.type', 'user'],
    ['ro.build.version.incremental', incremental],
    ['ro.build.version.release', release.android],
    ['ro.build.version.sdk', String(release.sdk)],
    ['ro.debuggable', '0'],
    ['ro.product.brand', spec.brand],
    ['ro.product.cpu.abi', 'arm64-v8a'],
    ['ro.product.cpu.abilist', 'arm64-v8a,armeabi-v7a,armeabi'],
    ['ro.product.device', device],
    ['ro.product.locale', china ? 'zh-CN' : 'en-GB'],
    ['ro.product.manufacturer', isXiaomi(spec) ? 'Xiaomi' : spec.brand],
    ['ro.product.model', spec.model ?? model.model],
    ['ro.product.name', product],
    ['ro.secure', '1'],
    ['ro.serialno', serialno],
    ['ro.sf.lcd_density', String(release.screen.density)],
    ['sys.boot_completed', '1'],
    ['sys.usb.config', 'adb'],
    ['sys.usb.state', 'adb'],
  ];
}

/** Property lists of 42 phones, MIUI 9 to HyperOS 3, show which of them came when. */
function ofMiui(spec: FullSpec): Property[] {
  const { sdk, miui, miuiCode } = releases[spec.release];
  const { device } = modelOf(spec);
  const china = spec.region === 'china';
  const { input, install } = spec.toggles;
  const switched = (name: string, on: boolean | 'never'): Property[] =>
    on === 'never' ? [] : [[name, on ? '1' : '0']];
  const mayInstall = spec.faults.includes('install-restricted') ? false : install;
  // MIUI 12 came with the one (Android 10 at the earliest), MIUI 13 with the other.
  const [namesBuildRegion, namesModDevice] = [sdk >= 29, sdk >= 31];
  return [
    ['gsm.sim.state', (spec.simNumber ?? spec.account?.phone) ? 'LOADED,ABSENT' : 'ABSENT,ABSENT'],
    ...switched('persist.security.adbinput', input),
    ...switched('persist.security.adbinstall', mayInstall),
    ...(namesBuildRegion ? [['ro.miui.build.region', china ? 'cn' : 'global'] satisfies Property] : []),
    ...(china || spec.faults.includes('secure-keyboard')
      ? [['ro.miui.has_security_keyboard', '1'] satisfies Property]
      : []),
    ['ro.miui.region', china ? 'CN' : 'BG'],
    ['ro.miui.ui.version.code', miuiCode],
    ['ro.miui.ui.version.name', miui],
    ...(china && !namesModDevice
      ? []
      : [['ro.product.mod_device', china ? device : `${device}_global`] satisfies Property]),
  ];
}

function ofHyperOs(spec: FullSpec): Property[] {
  const { os, osBuild } = releases[spec.release];
  if (!os) return [];
  const [name, code] = os;
  return [
    ['ro.mi.os.version.code', code],
    ['ro.mi.os.version.incremental', osBuild?.(lettersOf(spec)) ?? buildOf(spec)],
    ['ro.mi.os.version.name', name],
  ];
}

/** Only on old releases may everyone read them. */
function imeisOf(spec: FullSpec, { imei, imei2 }: Pick<SimIdentity, 'imei' | 'imei2'>): Property[] {
  if (releases[spec.release].sdk >= 29) return [];
  return [
    ['ro.ril.miui.imei0', imei],
    ['ro.ril.miui.imei1', imei2],
    ['ro.ril.oem.imei1', imei],
    ['ro.ril.oem.imei2', imei2],
  ];
}
