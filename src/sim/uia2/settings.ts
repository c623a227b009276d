import { Uia2Error } from './errors.ts';

type Type = 'Boolean' | 'Integer' | 'Long' | 'String';
type Value = boolean | number | string;
interface Definition {
  type: Type;
  initial: Value;
  range?: readonly [number, number];
  /** Survives a new session. */
  lasting?: boolean;
}

/** Names, types, defaults and ranges: the server's `model/settings`. Times in ms. */
const DEFINITIONS = {
  actionAcknowledgmentTimeout: { type: 'Long', initial: 3000 },
  allowInvisibleElements: { type: 'Boolean', initial: false },
  ignoreUnimportantViews: { type: 'Boolean', initial: false },
  elementResponseAttributes: { type: 'String', initial: 'name,text' },
  enableMultiWindows: { type: 'Boolean', initial: false },
  enableNotificationListener: { type: 'Boolean', initial: true },
  enableTopmostWindowFromActivePackage: { type: 'Boolean', initial: false },
  keyInjectionDelay: { type: 'Long', initial: 0 },
  scrollAcknowledgmentTimeout: { type: 'Long', initial: 200 },
  shouldUseCompactResponses: { type: 'Boolean', initial: true },
  waitForIdleTimeout: { type: 'Long', initial: 10_000 },
  waitForSelectorTimeout: { type: 'Long', initial: 10_000 },
  normalizeTagNames: { type: 'Boolean', initial: false },
  enforceXPath1: { type: 'Boolean', initial: false },
  disableIdLocatorAutocompletion: { type: 'Boolean', initial: false },
  limitXPathContextScope: { type: 'Boolean', initial: true },
  includeExtrasInPageSource: { type: 'Boolean', initial: false },
  includeA11yActionsInPageSource: { type: 'Boolean', initial: false },
  includeExtraRenderingInfo: { type: 'Boolean', initial: false },
  shutdownOnPowerDisconnect: { type: 'Boolean', initial: true },
  simpleBoundsCalculation: { type: 'Boolean', initial: false },
  trackScrollEvents: { type: 'Boolean', initial: true },
  wakeLockTimeout: { type: 'Long', initial: 24 * 60 * 60 * 1000, lasting: true },
  serverPort: { type: 'Integer', initial: 6790, range: [1024, 65535], lasting: true },
  mjpegServerPort: { type: 'Integer', initial: 7810, range: [1024, 65535], lasting: true },
  mjpegServerFramerate: { type: 'Integer', initial: 10, range: [1, 60] },
  mjpegScalingFactor: { type: 'Integer', initial: 50, range: [1, 100] },
  mjpegServerScreenshotQuality: { type: 'Integer', initial: 50, range: [1, 100] },
  mjpegBilinearFiltering: { type: 'Boolean', initial: false },
  useResourcesForOrientationDetection: { type: 'Boolean', initial: false },
  snapshotMaxDepth: { type: 'Integer', initial: 70, range: [1, 500] },
  currentDisplayId: { type: 'Integer', initial: 0, range: [0, 0] },
  alwaysTraversableViewClasses: { type: 'String', initial: '' },
  deferAccessibilityCacheReset: { type: 'Boolean', initial: false },
  mapTestTagToResourceId: { type: 'Boolean', initial: false },
} as const satisfies Record<string, Definition>;

export type SettingName = keyof typeof DEFINITIONS;
type Widened<T> = T extends boolean ? boolean : T extends number ? number : string;

export class Uia2Settings {
  readonly #values = new Map<string, Value>(
    Object.entries(DEFINITIONS).map(([name, { initial }]) => [name, initial]),
  );

  get<N extends SettingName>(name: N): Widened<(typeof DEFINITIONS)[N]['initial']> {
    return this.#values.get(name) as Widened<(typeof DEFINITIONS)[N]['initial']>;
  }

  all(): Record<string, Value> {
    return Object.fromEntries(this.#values);
  }

  /**
   * Unknown names are passed over and values out of range are not taken, both without a word, as the server
   * does.
   */
  update(name: string, value: unknown): void {
    const definition: Definition | undefined = Object.hasOwn(DEFINITIONS, name)
      ? DEFINITIONS[name as SettingName]
      : undefined;
    if (!definition || value === null) return;
    const { type, range } = definition;
    if (
      javaType(value) !== (type === 'Integer' || type === 'Long' ? 'java.lang.Double' : `java.lang.${type}`)
    ) {
      const message = `Invalid '${name}' setting value type. Got: ${javaType(value)}. Expected: java.lang.${type}.`;
      throw new Uia2Error('invalid argument', message);
    }
    const taken = typeof value === 'number' ? Math.trunc(value) : (value as Value);
    if (range && typeof taken === 'number' && (taken < range[0] || taken > range[1])) return;
    this.#values.set(name, taken);
  }

  /** Capabilities named like a setting, in any case, set it. True when `name` was one. */
  updateFromCapability(name: string, value: unknown): boolean {
    const setting = Object.keys(DEFINITIONS).find((known) => known.toLowerCase() === name.toLowerCase());
    if (setting) this.update(setting, value);
    return setting !== undefined;
  }

  resetForNewSession(): void {
    for (const [name, definition] of Object.entries<Definition>(DEFINITIONS)) {
      if (!definition.lasting) this.#values.set(name, definition.initial);
    }
  }
}

/** The Java class Gson makes of a JSON value. */
function javaType(value: unknown): string {
  if (typeof value === 'string') return 'java.lang.String';
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (typeof value === 'number') return 'java.lang.Double';
  return Array.isArray(value) ? 'java.util.ArrayList' : 'com.google.gson.internal.LinkedTreeMap';
}
