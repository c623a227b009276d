import { CHUNK, chunksIn, readChunk, StringPool, type Chunk } from './resource-chunk.ts';
import { TypeChunk } from './resource-type.ts';

/** Bytes of a resource table: the framework's own, the largest, is below 40 MB. */
export const MAX_TABLE = 64 * 1024 * 1024;
/** Values of a table, over all languages and screens: the largest apps have some millions. */
const MAX_VALUES = 12_000_000;
/** Languages, screens and so on of all types of a package: the framework has some thousands. */
const MAX_VARIANTS = 20_000;
/** Characters of a resource's name, and of all names of one type: 65,536 have some three million. */
const MAX_NAME = 1024;
const MAX_NAMES = 8 * 1024 * 1024;

/** The resources of one package in one resources.arsc. */
export interface Package {
  readonly id: number;
  readonly name: string;
  readonly types: ReadonlyMap<string, Type>;
}

/** Reads a resources.arsc. Throws a RangeError where it is damaged. */
export function readTable(bytes: Buffer): { values: StringPool; packages: Package[] } {
  const table = readChunk(bytes);
  if (table.type !== CHUNK.table)
    throw new RangeError(
      `resources.arsc begins with chunk type 0x${table.type.toString(16)}, not a resource table`,
    );
  const chunks = [...chunksIn(table)];
  const pool = chunks.find(({ type }) => type === CHUNK.stringPool);
  if (!pool) throw new RangeError('resources.arsc has no string pool');
  const packages = chunks.filter(({ type }) => type === CHUNK.package).map(readPackage);
  const types = packages.flatMap((one) => [...one.types.values()]);
  const values = types.flatMap((type) => type.chunks).reduce((sum, { count }) => sum + count, 0);
  if (values > MAX_VALUES)
    throw new RangeError(`resources.arsc says it has ${values} values, more than ${MAX_VALUES}`);
  return { values: new StringPool(pool), packages };
}

function readPackage(chunk: Chunk): Package {
  const { bytes, headerSize } = chunk;
  const name = bytes.toString('utf16le', 12, 12 + 256).replace(/\0.*$/s, '');
  const typeNames = new StringPool(readChunk(bytes, bytes.readUInt32LE(268)));
  const keys = new StringPool(readChunk(bytes, bytes.readUInt32LE(276)));
  // Added to the header in Android 5; feature splits number their types after those of the base.
  const typeIdOffset = headerSize >= 288 ? bytes.readUInt32LE(284) : 0;
  const variants = [...chunksIn(chunk)].filter(({ type }) => type === CHUNK.type);
  if (variants.length > MAX_VARIANTS)
    throw new RangeError(`a package has ${variants.length} variants of its types, more than ${MAX_VARIANTS}`);
  const all = variants.map((one) => new TypeChunk(one));
  const chunks = Map.groupBy(all, ({ typeId }) => typeId);
  const types = [...chunks].map(([id, of]): [string, Type] => [
    typeNames.at(id - 1 - typeIdOffset),
    new Type(id, of, keys),
  ]);
  return { id: bytes.readUInt32LE(8), name, types: new Map(types) };
}

/** All resources of one type, in every configuration. */
export class Type {
  readonly id: number;
  readonly chunks: readonly TypeChunk[];
  readonly #keys: StringPool;
  #names: Map<string, number> | undefined;

  constructor(id: number, chunks: readonly TypeChunk[], keys: StringPool) {
    this.id = id;
    this.chunks = chunks;
    this.#keys = keys;
  }

  /** Index of a resource by its name. The name is written into each value and nowhere else. */
  get names(): ReadonlyMap<string, number> {
    if (!this.#names) {
      const known = new Set<number>();
      let left = MAX_NAMES;
      this.#names = new Map();
      for (const chunk of this.chunks) {
        for (const index of chunk.indices()) {
          if (known.has(index)) continue;
          known.add(index);
          const name = this.#keys.at(chunk.key(index) ?? 0, MAX_NAME);
          left -= name.length;
          if (left < 0) throw new RangeError(`names of resources have more than ${MAX_NAMES} characters`);
          this.#names.set(name, index);
        }
      }
    }
    return this.#names;
  }
}
