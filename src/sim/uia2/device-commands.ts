import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { inject, key as pressKey, LONG_PRESS_MS } from './touch.ts';
import { pageSource } from './source.ts';

type Handler<T = unknown> = (ask: Ask) => T | Promise<T>;

export const source: Handler<Promise<string>> = async (ask) => {
  ask.mayFail(3);
  await ask.idle();
  const page = pageSource((await ask.look()).hierarchy(), ask.sourceOptions);
  await ask.handset.takes('source', page);
  return page;
};

export const screenshot: Handler<Promise<string>> = async (ask) => {
  ask.mayFail(2);
  const png = await ask.handset.screenshot();
  await ask.handset.takes('picture');
  return png.toString('base64');
};

export const deviceInfo: Handler = ({ handset }) => {
  const property = (...names: string[]): string | null =>
    names.map((name) => handset.props.get(name)).find(Boolean) ?? null;
  const { width, height, density } = handset.screen;
  const bluetooth = handset.settings.get('global/bluetooth_on');
  return {
    androidId: handset.settings.get('secure/android_id') ?? null,
    manufacturer: property('ro.product.manufacturer'),
    model: property('ro.product.model'),
    brand: property('ro.product.brand'),
    apiVersion: property('ro.build.version.sdk'),
    platformVersion: property('ro.build.version.release'),
    carrierName: property('gsm.operator.alpha') ?? '',
    realDisplaySize: `${width}x${height}`,
    displayDensity: density,
    networks: [],
    locale: property('persist.sys.locale', 'ro.product.locale')?.replace('-', '_') ?? null,
    timeZone: property('persist.sys.timezone'),
    bluetooth: bluetooth === undefined ? null : { state: bluetooth === '1' ? 'ON' : 'OFF' },
  };
};

export const pixelRatio: Handler = ({ handset }) => handset.screen.density / 160;
export const displayDensity: Handler = ({ handset }) => handset.screen.density;
export const systemBars: Handler = ({ handset }) => ({ statusBar: handset.screen.statusBar });
export const deviceSize: Handler = ({ handset: { screen } }) => ({
  width: screen.width,
  height: screen.height,
});
export const orientation: Handler = ({ handset: { screen } }) =>
  screen.height >= screen.width ? 'PORTRAIT' : 'LANDSCAPE';
export const rotation: Handler = () => ({ x: 0, y: 0, z: 0 });

/**
 * The handset does not turn: what it already has is granted, the rest fails after the server's two seconds.
 */
export const setOrientation: Handler = async (ask) => {
  const asked = ask.required('orientation', 'string', 'OrientationModel');
  const wanted = asked.toUpperCase();
  if (wanted !== 'PORTRAIT' && wanted !== 'LANDSCAPE') {
    const only = "Only 'LANDSCAPE' and 'PORTRAIT' values could be translated into a valid screen orientation";
    throw new Uia2Error(
      'invalid argument',
      `java.lang.IllegalArgumentException: Orientation value '${asked}' is not supported. ${only}`,
    );
  }
  return wanted === orientation(ask) ? wanted : turn(ask, 'ROTATION_270');
};

export const setRotation: Handler = async (ask) => {
  const degrees = ask.required('z', 'number', 'RotationModel');
  if (![0, 90, 180, 270].includes(degrees)) {
    const only = 'Only 0, 90, 180 and 270 degrees could be translated into a valid screen rotation';
    const message = `java.lang.IllegalArgumentException: Rotation value of ${degrees} degrees is not supported. ${only}`;
    throw new Uia2Error('invalid argument', message);
  }
  return degrees === 0 ? 'ROTATION_0' : turn(ask, `ROTATION_${degrees}`);
};

async function turn(ask: Ask, wanted: string): Promise<never> {
  await ask.handset.clock.sleep(2000, 'screen rotation');
  const message = `Screen rotation cannot be changed to ${wanted} after 2000ms. Is it locked programmatically?`;
  throw new Uia2Error('invalid element state', message);
}

export const back: Handler = async (ask) => {
  await ask.idle();
  await pressKey(ask, 4);
  return null;
};

export const pressKeyCode: Handler = async (ask) => {
  const code = ask.required('keycode', 'number', 'KeyCodeModel');
  await ask.idle();
  await pressKey(ask, code);
  return null;
};

export const longPressKeyCode: Handler = async (ask) => {
  const code = ask.required('keycode', 'number', 'KeyCodeModel');
  await inject(ask, async () => {
    await ask.handset.clock.sleep(LONG_PRESS_MS, 'long key press');
    await ask.handset.key(code);
  });
  return null;
};

/**
 * A global action of the accessibility service, which needs no permission to inject events; the handset knows
 * only fingers.
 */
export const openNotifications: Handler = async (ask) => {
  const { width, height } = ask.handset.screen;
  const from = { x: width / 2, y: 0 };
  ask.moved();
  await ask.handset.swipe([from, { ...from, y: height / 2 }], 300);
  return null;
};

export const batteryInfo: Handler = ({ handset }) => {
  const dump = handset.dumpsys('battery', []) ?? '';
  const read = (name: string): number | undefined => {
    const value = new RegExp(`^\\s*${name}: (\\d+)$`, 'm').exec(dump)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const level = read('level');
  return { level: level === undefined ? -1 : level / (read('scale') ?? 100), status: read('status') ?? -1 };
};

export const listWindows: Handler = async (ask) => {
  const glance = await ask.look();
  const roots = glance.everyRoot();
  const filters = Object.entries(ask.optional('filters', 'object') ?? {}).filter(
    ([, wanted]) => wanted !== null,
  );
  const windows = roots.map(({ node }, place) => {
    const { bounds, window } = node!;
    const top = place === 0;
    return {
      windowId: window.serial,
      displayId: 0,
      physicalDisplayId: '0',
      virtualDisplayId: null,
      rect: { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height },
      packageName: window.package,
      screenshot: null,
      type: 1,
      title: window.activity ?? null,
      layer: roots.length - 1 - place,
      isAccessibilityFocused: false,
      isActive: top,
      isFocused: top,
      isInPictureInPictureMode: false,
    };
  });
  return windows.filter((window) => filters.every(([name, wanted]) => fits(window, name, wanted)));
};

/** Filters by package and title take wildcards; names that are no field of a window do not exclude it. */
function fits(window: object, name: string, wanted: unknown): boolean {
  const value = (window as Record<string, unknown>)[name];
  if (value === undefined || typeof wanted === 'object') return true;
  const glob = name === 'packageName' || name === 'title';
  return value !== null && (glob ? globRegex(text(wanted)).test(text(value)) : text(value) === text(wanted));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const listDisplays: Handler = ({ handset: { screen } }) => {
  const { width: widthPixels, height: heightPixels, density: densityDpi } = screen;
  const density = densityDpi / 160;
  const metrics = {
    widthPixels,
    heightPixels,
    density,
    densityDpi,
    scaledDensity: density,
    xdpi: densityDpi,
    ydpi: densityDpi,
  };
  return [{ id: 0, name: 'Built-in Screen', physicalId: '0', virtualId: null, metrics, isDefault: true }];
};

export const resetAxCache: Handler = async (ask) => {
  await ask.idle();
  return null;
};

function globRegex(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
}
