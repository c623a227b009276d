import type { App, Plural } from './apk.ts';
import { chunk, Pool, u16, u32, u32s, u8, value } from './chunk.ts';

const NO_ENTRY = 0xffffffff;
const VARIES_BY_LOCALE = 0x0004;

/** What a plural's forms are filed under: android.R.attr numbers. */
const FORMS: Record<Plural, number> = {
  other: 0x01000004,
  zero: 0x01000005,
  one: 0x01000006,
  two: 0x01000007,
  few: 0x01000008,
  many: 0x01000009,
};

/** resources.arsc: one package (0x7f, and 0x01 for Android's own) with the types `string` and `plurals`. */
export function makeResources({
  packageName,
  strings,
  plurals = {},
}: Pick<App, 'packageName' | 'strings' | 'plurals'>): Buffer {
  const texts = new Pool();
  const keys = new Pool();
  const types = new Pool();

  const plain = (name: string, text: string) =>
    Buffer.concat([u16(8, 0), u32(keys.number(name)), value('string', texts.number(text))]);
  const bag = (name: string, forms: Readonly<Partial<Record<Plural, string>>>) => {
    const items = Object.entries(forms).map(([form, text]) => ({ attribute: FORMS[form as Plural], text }));
    items.sort((a, b) => a.attribute - b.attribute);
    const maps = items.map(({ attribute, text }) =>
      Buffer.concat([u32(attribute), value('string', texts.number(text))]),
    );
    return Buffer.concat([u16(16, 1), u32(keys.number(name), 0, items.length), ...maps]);
  };

  const body = [
    ...typeChunks(types.number('string') + 1, strings, plain),
    ...typeChunks(types.number('plurals') + 1, plurals, bag),
  ];
  const [typePool, keyPool] = [types.toChunk(), keys.toChunk()];
  const name = Buffer.alloc(256);
  name.write(packageName, 'utf16le');
  const header = Buffer.concat([
    u32(packageName === 'android' ? 0x01 : 0x7f),
    name,
    u32(288, 2, 288 + typePool.length, 0, 0),
  ]);
  const owner = chunk(0x0200, header, [typePool, keyPool, ...body]);
  return chunk(0x0002, u32(1), [texts.toChunk(), owner]);
}

/** What may vary (the type spec), then one chunk of values for each language. */
function typeChunks<T>(
  id: number,
  values: Readonly<Record<string, Readonly<Record<string, T>>>>,
  entry: (name: string, value: T) => Buffer,
): Buffer[] {
  const names = [...new Set(Object.values(values).flatMap(Object.keys))];
  if (names.length === 0) return [];
  const spec = chunk(0x0202, Buffer.concat([u8(id, 0, 0, 0), u32(names.length)]), [
    u32s(names.map(() => VARIES_BY_LOCALE)),
  ]);
  const perLanguage = Object.entries(values).map(([tag, own]) => {
    const entries: Buffer[] = [];
    let at = 0;
    const offsets = names.map((name) => {
      const content = own[name];
      if (content === undefined) return NO_ENTRY;
      const written = entry(name, content);
      entries.push(written);
      at += written.length;
      return at - written.length;
    });
    const header = Buffer.concat([
      u8(id, 0, 0, 0),
      u32(names.length, 84 + 4 * names.length),
      configuration(tag),
    ]);
    return chunk(0x0201, header, [u32s(offsets), ...entries]);
  });
  return [spec, ...perLanguage];
}

/**
 * ResTable_config, 64 bytes: its size at 0, language at 8, region at 10, script at 36. Everything else: any.
 */
function configuration(tag: string): Buffer {
  const config = Buffer.alloc(64);
  config.writeUInt32LE(64, 0);
  if (tag === 'default') return config;
  const { language, region, script } = new Intl.Locale(tag);
  twoBytes(language, 'a').copy(config, 8);
  twoBytes(region ?? '', '0').copy(config, 10);
  config.write(script ?? '', 36, 'latin1');
  return config;
}

/**
 * Two characters as they are; three as 5 bits each above `base`, the last one highest, with the top bit set.
 */
function twoBytes(code: string, base: string): Buffer {
  if (code.length !== 3) return Buffer.from(code, 'latin1');
  const [first = 0, second = 0, third = 0] = [...code].map(
    (letter) => letter.charCodeAt(0) - base.charCodeAt(0),
  );
  const bits = 0x8000 | (third << 10) | (second << 5) | first;
  return u8(bits >> 8, bits & 0xff);
}
