import { instantClock } from '../../clock.ts';
import type { Handset, InstalledPackage, ReceivedSms } from '../handset.ts';
import type { Node, Window } from '../screen/view.ts';

/**
 * The smallest phone the shell and the ADB daemon can be tested on: it has no screen, and notes what it is
 * asked to do.
 */
export interface FakeHandset extends Handset {
  readonly faults: Set<string>;
  readonly events: string[];
  /** Activities that can be started, as `package/.Class`, and actions. */
  readonly startable: Set<string>;
  readonly strings: Map<string, string>;
  readonly dumps: Map<string, string>;
  shown: Window[];
  sms: ReceivedSms[];
}

/** A whole PNG, one pixel. */
export const ONE_PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export function fakeHandset(props: Record<string, string> = {}): FakeHandset {
  const events: string[] = [];
  const note = (text: string) => void events.push(text);
  const missing = (): never => {
    throw new Error('The fake handset has no screen. Test this on the whole simulated phone.');
  };
  const settings: InstalledPackage = {
    name: 'com.android.settings',
    versionName: '10',
    versionCode: 29,
    path: '/system/app/Settings.apk',
    system: true,
  };
  const phone: FakeHandset = {
    clock: instantClock(Date.UTC(2024, 2, 1, 12)),
    takes: async () => undefined,
    screen: { width: 1080, height: 2340, density: 440, statusBar: 80, navigationBar: 130 },
    props: new Map(
      Object.entries({
        'ro.build.version.sdk': '29',
        'ro.build.version.release': '10',
        'ro.product.name': 'ginkgo',
        'ro.product.model': 'Redmi Note 8',
        'ro.product.device': 'ginkgo',
        ...props,
      }),
    ),
    imei: '867320001234563',
    imei2: '867320001234571',
    user: 0,
    users: [{ id: 0, name: 'Owner', flags: '13', running: true }],
    settings: new Map([['global/adb_enabled', '1']]),
    packages: new Map([[settings.name, settings]]),
    files: new Map(),
    sms: [],
    faults: new Set(),
    unknown: [],
    events,
    startable: new Set(['com.android.settings/.MainSettings']),
    strings: new Map(),
    dumps: new Map(),
    shown: [],
    services: new Map(),
    record: (kind, detail) => note(detail ? `${kind} ${JSON.stringify(detail)}` : kind),
    ignorant: (where, asked) => void phone.unknown.push({ where, asked }),
    windows: () => phone.shown,
    layOut: (): Node => missing(),
    toast: () => undefined,
    idle: async () => {},
    screenshot: async () => ONE_PIXEL,
    tap: async (x, y) => note(`tap ${x} ${y}`),
    longPress: async (x, y, ms) => note(`longPress ${x} ${y} ${ms}`),
    swipe: async (points, ms) => note(`swipe ${points.map(({ x, y }) => `${x},${y}`).join(' ')} ${ms}`),
    key: async (code) => note(`key ${code}`),
    setText: () => missing(),
    type: (content) => note(`type ${content}`),
    scroll: () => missing(),
    startActivity({ component, action }) {
      const isHelper = phone.packages.get(component?.split('/')[0] ?? '')?.system === false;
      if (!isHelper && !phone.startable.has(component ?? action ?? ''))
        return `Error type 3\nError: Activity class {${component ?? action}} does not exist.`;
      note(`start ${component ?? action}`);
      return undefined;
    },
    forceStop: (name) => note(`forceStop ${name}`),
    dismissKeyguard: () => note('dismissKeyguard'),
    allowsInstall: async () => true,
    dumpsys: (service, args) => phone.dumps.get([service, ...args].join(' ')),
    string: (name, key) => phone.strings.get(`${name}:${key}`),
  };
  return phone;
}
