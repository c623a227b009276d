import { UsageError } from '../errors.ts';
import { BadZipError, openZip, type OpenZip } from '../formats/zip.ts';
import { MAX_TABLE, readTable, type Package } from '../phone/resource-package.ts';
import type { StringPool } from '../phone/resource-chunk.ts';
import { VALUE } from '../phone/resource-type.ts';
import { fileFault } from '../words/file-fault.ts';
import { readXml, type XmlElement } from './binary-xml.ts';

/** Files of an app, and bytes of what is read of it: its resource table, its layouts. */
const LIMITS = { files: 65_535, bytes: 128 * 1024 * 1024 } as const;
/** Bytes of one layout or manifest. */
const MAX_XML = 4 * 1024 * 1024;
/** Elements of all layouts of an app; the largest have some fifty thousand. */
const MAX_THINGS = 200_000;
/** Files of layouts, each variant for itself; the largest apps have some ten thousand. */
const MAX_PATHS = 200_000;
const BINARY_XML = 0x0003;
const MAX_TEXT = 65_536;

/** Where an APK keeps views and rows. */
const FILES_OF = ['layout', 'xml'] as const;

/** What an APK says of itself. */
export interface ApkManifest {
  package: string;
  version: string;
  /** Of a split APK: which part of its app it is. Empty for the base. */
  split: string;
}

/** An element of a layout, with the numbers of resources that it names. */
interface RawThing {
  cls: string;
  /** Of its id; 0 for none. */
  id: number;
  /** Of its words, and of layouts that stand in its place. */
  named: number[];
}

/** A layout or a list of preferences: the elements of all its variants. */
export interface RawLayout {
  /** E.g. `layout/settings`. */
  name: string;
  things: RawThing[];
}

/** One APK, read. A split brings a part of an app. */
export interface Apk extends ApkManifest {
  file: string;
  /** Undefined for one with code alone. */
  resources: { values: StringPool; packages: readonly Package[] } | undefined;
  layouts: RawLayout[];
}

/** What an APK says of itself. Throws a UsageError where it is damaged or is no APK. */
export function readManifest(file: string): Promise<ApkManifest> {
  return reading(file, manifestIn);
}

/** Reads an APK. Throws a UsageError where it is damaged or is no APK. */
export function readApk(file: string): Promise<Apk> {
  return reading(file, async (zip) => {
    const manifest = await manifestIn(zip);
    const table = await zip.read('resources.arsc', MAX_TABLE);
    const resources = table && readTable(table);
    return { file, ...manifest, resources, layouts: resources ? await layoutsOf(zip, resources) : [] };
  });
}

async function reading<T>(file: string, read: (zip: OpenZip) => Promise<T>): Promise<T> {
  try {
    await using zip = await openZip(file, LIMITS);
    return await read(zip);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** A damaged file, in words; what is thrown for another reason stays as it is. */
export function unreadable(file: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const damaged = cause instanceof BadZipError || cause instanceof RangeError;
  if (!damaged && !code?.startsWith('E')) return cause;
  const why = damaged ? cause.message : fileFault(cause);
  return new UsageError(
    `'${file}' cannot be read as an app: ${why}.`,
    "pull it from the phone again ('adb shell pm path PACKAGE', then 'adb pull'), or unpack the update again",
  );
}

const [VERSION_CODE, VERSION_NAME] = [0x0101021b, 0x0101021c];

async function manifestIn(zip: OpenZip): Promise<ApkManifest> {
  const bytes = await zip.read('AndroidManifest.xml', MAX_XML);
  if (!bytes) throw new BadZipError('it is a ZIP file without an AndroidManifest.xml');
  const { value: root } = readXml(bytes).next() as { value: XmlElement | undefined };
  const value = (name: string, number = 0) =>
    root?.attributes.find((one) => (number === 0 ? one.name === name : one.number === number));
  const name = value('package')?.text ?? '';
  if (root?.name !== 'manifest' || name === '') throw new BadZipError('its manifest names no package');
  const version = value('versionName', VERSION_NAME)?.text ?? value('versionCode', VERSION_CODE)?.data;
  return { package: name, version: String(version ?? ''), split: value('split')?.text ?? '' };
}

async function layoutsOf(
  zip: OpenZip,
  { values, packages }: NonNullable<Apk['resources']>,
): Promise<RawLayout[]> {
  const layouts = new Map<string, RawLayout>();
  const done = new Set<string>();
  let left = MAX_THINGS;
  for (const { name, path } of pathsIn(values, packages)) {
    if (!zip.has(path) || done.has(`${name} ${path}`)) continue;
    done.add(`${name} ${path}`);
    const bytes = await zip.read(path, MAX_XML);
    // Under res/xml a file may be something else.
    if (!bytes || bytes.length < 8 || bytes.readUInt16LE(0) !== BINARY_XML) continue;
    const layout = layouts.get(name) ?? { name, things: [] };
    layouts.set(name, layout);
    for (const element of readXml(bytes)) {
      if (left-- === 0) throw new RangeError(`its layouts have more than ${MAX_THINGS} elements`);
      layout.things.push(thingOf(element));
    }
  }
  return [...layouts.values()];
}

const ID = 0x010100d0;
/** Resources that an element names at most: words, pictures, styles. */
const MOST_NAMED = 16;

function thingOf({ name, attributes }: XmlElement): RawThing {
  const references = attributes.filter(({ dataType }) => dataType === VALUE.reference);
  const cls = name === 'view' ? attributes.find((one) => one.name === 'class')?.text : undefined;
  return {
    cls: cls ?? name,
    id: references.find(({ number }) => number === ID)?.data ?? 0,
    named: references.flatMap(({ number, data }) => (number === ID ? [] : [data])).slice(0, MOST_NAMED),
  };
}

/** Each file of a layout by the name of the resource, as the table has it: a build tool may rename files. */
function* pathsIn(
  values: StringPool,
  packages: readonly Package[],
): Generator<{ name: string; path: string }> {
  let left = MAX_PATHS;
  for (const { types } of packages) {
    for (const typeName of FILES_OF) {
      const type = types.get(typeName);
      const names = new Map([...(type?.names ?? [])].map(([name, index]) => [index, name]));
      for (const chunk of type?.chunks ?? []) {
        for (const index of chunk.indices()) {
          if (left-- === 0) throw new RangeError(`it has more than ${MAX_PATHS} variants of layouts`);
          const value = chunk.value(index);
          if (value?.dataType === VALUE.string)
            yield { name: `${typeName}/${names.get(index)}`, path: values.at(value.data, MAX_TEXT) };
        }
      }
    }
  }
}
