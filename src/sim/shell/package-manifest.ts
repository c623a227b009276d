import { unzipSync } from 'fflate';

/** What an installer reads from an APK. */
export interface Manifest {
  package: string;
  versionCode: number;
  versionName: string;
  permissions: string[];
  instrumentation?: { runner: string; target: string };
}

/**
 * Binary XML as AOSP frameworks/base libs/androidfw ResourceTypes.h lays it out: chunks of (type u16, header
 * size u16, size u32), first a string pool, then the resource ids of attribute names, then elements.
 */
const CHUNK = { XML: 0x0003, STRINGS: 0x0001, RESOURCE_IDS: 0x0180, START_ELEMENT: 0x0102 } as const;
const UTF8_FLAG = 0x100;
const NOTHING = 0xffffffff;
const VALUE_STRING = 0x03;

/** Framework attributes are known by id: a shrunken APK may leave their names empty. */
const ATTRIBUTES: Record<number, string> = {
  0x01010003: 'name',
  0x01010021: 'targetPackage',
  0x0101021b: 'versionCode',
  0x0101021c: 'versionName',
};

interface Element {
  name: string;
  attributes: Map<string, string | number>;
}

/** Bytes; the largest have some hundred thousand. */
const MAX_MANIFEST = 1024 * 1024;
/** Characters of all its strings, which may lie one in another. */
const MAX_STRINGS = 4 * 1024 * 1024;

/** Throws when the bytes are no APK or its manifest names no package. */
export function readManifest(apk: Uint8Array): Manifest {
  const { 'AndroidManifest.xml': xml } = unzipSync(apk, {
    filter: ({ name, originalSize }) => name === 'AndroidManifest.xml' && originalSize <= MAX_MANIFEST,
  });
  if (!xml)
    throw new Error(
      'The archive holds no AndroidManifest.xml of the size of one, so it is not an APK. Give the path of an .apk file.',
    );
  const elements = [...readElements(Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength))];
  const text = (tag: string, attribute: string) =>
    String(elements.find(({ name }) => name === tag)?.attributes.get(attribute) ?? '');
  const name = text('manifest', 'package');
  if (!name) throw new Error('The manifest names no package. Build the APK again.');
  const runner = text('instrumentation', 'name');
  return {
    package: name,
    versionCode: Number(text('manifest', 'versionCode')) || 0,
    versionName: text('manifest', 'versionName'),
    permissions: elements
      .filter((one) => one.name === 'uses-permission')
      .map((one) => String(one.attributes.get('name') ?? '')),
    ...(runner ? { instrumentation: { runner, target: text('instrumentation', 'targetPackage') } } : {}),
  };
}

function* readElements(xml: Buffer): Generator<Element> {
  if (xml.readUInt16LE(0) !== CHUNK.XML)
    throw new Error('The manifest is not binary XML. Build the APK with aapt2.');
  let strings: string[] = [];
  let ids: number[] = [];
  for (let at = xml.readUInt16LE(2); at < xml.length;) {
    const headerSize = xml.readUInt16LE(at + 2);
    const chunk = xml.subarray(at, at + xml.readUInt32LE(at + 4));
    if (chunk.length < headerSize || headerSize === 0)
      throw new Error('The manifest is cut off. Copy the APK again.');
    const type = chunk.readUInt16LE(0);
    if (type === CHUNK.STRINGS) strings = readStrings(chunk);
    else if (type === CHUNK.RESOURCE_IDS)
      ids = Array.from({ length: (chunk.length - headerSize) / 4 }, (_, one) =>
        chunk.readUInt32LE(headerSize + one * 4),
      );
    else if (type === CHUNK.START_ELEMENT) yield readElement(chunk.subarray(headerSize), strings, ids);
    at += chunk.length;
  }
}

/**
 * namespace, name, attribute start u16, size u16, count u16 …; each attribute: namespace, name, raw string,
 * value size u16, 0, type u8, data.
 */
function readElement(body: Buffer, strings: readonly string[], ids: readonly number[]): Element {
  const start = body.readUInt16LE(8);
  const size = body.readUInt16LE(10);
  const attributes = new Map<string, string | number>();
  for (let index = 0; index < body.readUInt16LE(12); index++) {
    const one = body.subarray(start + index * size);
    const nameAt = one.readUInt32LE(4);
    const rawAt = one.readUInt32LE(8);
    const data = one.readUInt32LE(16);
    const name = ATTRIBUTES[ids[nameAt] ?? 0] ?? strings[nameAt] ?? '';
    const isText = one.readUInt8(15) === VALUE_STRING;
    attributes.set(name, isText ? (strings[data] ?? '') : rawAt !== NOTHING ? (strings[rawAt] ?? '') : data);
  }
  return { name: strings[body.readUInt32LE(4)] ?? '', attributes };
}

function readStrings(chunk: Buffer): string[] {
  const headerSize = chunk.readUInt16LE(2);
  const count = chunk.readUInt32LE(8);
  const isUtf8 = (chunk.readUInt32LE(16) & UTF8_FLAG) !== 0;
  const start = chunk.readUInt32LE(20);
  let left = MAX_STRINGS;
  return Array.from({ length: count }, (_, index) => {
    const at = start + chunk.readUInt32LE(headerSize + index * 4);
    const text = isUtf8 ? readUtf8(chunk, at) : readUtf16(chunk, at);
    left -= text.length;
    if (left < 0) throw new Error('The manifest has more text than any. Copy the APK again.');
    return text;
  });
}

/** Length in characters, then in bytes, each one byte or two with the high bit set. */
function readUtf8(chunk: Buffer, at: number): string {
  const bytesAt = at + ((chunk.readUInt8(at) & 0x80) !== 0 ? 2 : 1);
  const first = chunk.readUInt8(bytesAt);
  const isLong = (first & 0x80) !== 0;
  const length = isLong ? ((first & 0x7f) << 8) | chunk.readUInt8(bytesAt + 1) : first;
  const from = bytesAt + (isLong ? 2 : 1);
  return chunk.toString('utf8', from, from + length);
}

function readUtf16(chunk: Buffer, at: number): string {
  const first = chunk.readUInt16LE(at);
  const isLong = (first & 0x8000) !== 0;
  const length = isLong ? ((first & 0x7fff) << 16) | chunk.readUInt16LE(at + 2) : first;
  const from = at + (isLong ? 4 : 2);
  return chunk.toString('utf16le', from, from + length * 2);
}
