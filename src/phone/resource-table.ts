import { UnreadableApkError } from '../errors.ts';
import { BadZipError, openZipBytes } from '../formats/zip.ts';
import type { StringPool } from './resource-chunk.ts';
import { compareLocales, localeFits, localeTag, parseLocale } from './resource-locale.ts';
import { MAX_TABLE, readTable, type Package, type Type } from './resource-package.ts';
import { VALUE, type ResourceEntry, type TypeChunk, type Value } from './resource-type.ts';

export type Quantity = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** android.R.attr ids under which a plural keeps its forms (ResTable_map). */
const QUANTITIES: Record<Quantity, number> = {
  other: 0x01000004,
  zero: 0x01000005,
  one: 0x01000006,
  two: 0x01000007,
  few: 0x01000008,
  many: 0x01000009,
};

/** Files of an app, the largest have some ten thousand; bytes of its resource table. */
const LIMITS = { files: 200_000, bytes: MAX_TABLE } as const;
/** Characters of a text. */
const MAX_TEXT = 65_536;

/** References to references are followed this far, as Android does. */
const MAX_HOPS = 20;

/**
 * The strings of an app, read from its resource table by name, as a phone set to a language shows them. For phones
 * before Android 12, which cannot be asked (`cmd overlay lookup` came with 12). Variants for other screens,
 * networks or night are left aside.
 */
export class ResourceTable {
  readonly packageName: string;
  readonly #file: string;
  readonly #sdk: number;
  readonly #values: StringPool;
  readonly #packages: Map<number, Package>;
  readonly #own: Package;
  readonly #candidates = new Map<string, readonly TypeChunk[]>();

  /**
   * `file` is named in errors. `sdk` is the phone's API level: values for newer ones are not seen. Throws
   * when the file is damaged.
   */
  constructor(table: Buffer, { file, sdk }: { file: string; sdk: number }) {
    this.#file = file;
    this.#sdk = sdk;
    const { values, packages } = this.#guard(() => readTable(table));
    this.#values = values;
    this.#packages = new Map(packages.map((each) => [each.id, each]));
    // 0x7f is an app; frameworks and shared libraries carry other numbers.
    const own = this.#packages.get(0x7f) ?? packages[0];
    if (!own) throw new UnreadableApkError(file, 'its resource table is empty');
    this.#own = own;
    this.packageName = own.name;
  }

  /**
   * The text as compiled (escapes undone, markup dropped), or undefined when the app has no such string or
   * takes it from elsewhere.
   */
  string(name: string, locale: string): string | undefined {
    return this.#guard(() => {
      const value = this.#find('string', name, locale)?.value;
      return value && this.#text(value, locale);
    });
  }

  /** The forms of a plural that the chosen language has. */
  plural(name: string, locale: string): Map<Quantity, string> | undefined {
    return this.#guard(() => {
      const bag = this.#find('plurals', name, locale)?.bag;
      if (!bag) return undefined;
      const forms = Object.entries(QUANTITIES).flatMap(([quantity, id]): [Quantity, string][] => {
        const value = bag.get(id);
        const text = value && this.#text(value, locale);
        return text === undefined ? [] : [[quantity as Quantity, text]];
      });
      return new Map(forms);
    });
  }

  names(type: 'string' | 'plurals'): string[] {
    return this.#guard(() => [...(this.#own.types.get(type)?.names.keys() ?? [])]);
  }

  /** Languages that have strings of their own, as tags; the default one is not among them. */
  locales(): string[] {
    const tags = (this.#own.types.get('string')?.chunks ?? []).map(({ locale }) => localeTag(locale));
    return [...new Set(tags)].filter(Boolean).sort();
  }

  #find(typeName: string, name: string, locale: string): ResourceEntry | undefined {
    const type = this.#own.types.get(typeName);
    const index = type?.names.get(name);
    return type && index !== undefined ? this.#best(this.#own, type, index, locale) : undefined;
  }

  #best(owner: Package, type: Type, index: number, locale: string): ResourceEntry | undefined {
    for (const chunk of this.#ranked(owner, type, locale)) {
      const entry = chunk.entry(index);
      if (entry) return entry;
    }
    return undefined;
  }

  #ranked(owner: Package, type: Type, locale: string): readonly TypeChunk[] {
    const question = `${owner.id} ${type.id} ${locale}`;
    let ranked = this.#candidates.get(question);
    if (!ranked) {
      const asked = parseLocale(locale);
      ranked = type.chunks
        .filter(
          (chunk) => chunk.plain && chunk.sdk <= this.#sdk && localeFits(chunk.locale, asked, this.#sdk),
        )
        .sort((left, right) => compareLocales(left.locale, right.locale, asked) || right.sdk - left.sdk);
      this.#candidates.set(question, ranked);
    }
    return ranked;
  }

  #text(value: Value, locale: string): string | undefined {
    let here: Value | undefined = value;
    for (let hop = 0; here && hop < MAX_HOPS; hop++) {
      if (here.dataType === VALUE.string) return this.#values.at(here.data, MAX_TEXT);
      if (here.dataType !== VALUE.reference && here.dataType !== VALUE.dynamicReference) return undefined;
      const [packageId, typeId, index]: [number, number, number] = [
        here.data >>> 24,
        (here.data >>> 16) & 0xff,
        here.data & 0xffff,
      ];
      const owner: Package | undefined = packageId === 0 ? this.#own : this.#packages.get(packageId);
      const type: Type | undefined = owner && [...owner.types.values()].find(({ id }) => id === typeId);
      here = owner && type && this.#best(owner, type, index, locale)?.value;
    }
    return undefined;
  }

  /** The one place where a damaged table becomes an error that says so. */
  #guard<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UnreadableApkError(this.#file, cause.message, cause);
    }
  }
}

/**
 * Opens an app's APK for its strings; `file` is named in errors, `sdk` is the phone's API level. Its resource
 * table alone is unpacked, into as many bytes as it says it has and no more.
 */
export async function openResources(
  apk: Uint8Array,
  { file = 'the APK', sdk = 30 }: { file?: string; sdk?: number } = {},
): Promise<ResourceTable> {
  try {
    await using zip = await openZipBytes(apk, LIMITS);
    const table = await zip.read('resources.arsc', MAX_TABLE);
    if (!table) throw new BadZipError('it is a ZIP file without a resources.arsc');
    return new ResourceTable(table, { file, sdk });
  } catch (cause) {
    if (cause instanceof BadZipError) throw new UnreadableApkError(file, cause.message, cause);
    throw cause;
  }
}
