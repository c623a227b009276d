import { CHUNK, chunksIn, readChunk, StringPool, type Chunk } from '../phone/resource-chunk.ts';
import { VALUE, type Value } from '../phone/resource-type.ts';

/**
 * Binary XML as AOSP's libs/androidfw ResourceTypes.h lays it out: a string pool, the framework's numbers of the
 * first of its strings, then elements as they begin and end.
 */
const XML = { file: 0x0003, numbers: 0x0180, start: 0x0102, end: 0x0103 } as const;

const NOTHING = 0xffffffff;
/** Bytes of an attribute (ResXMLTree_attribute). */
const ATTRIBUTE = 20;

/** Elements of a file, elements one in another, and characters of a name or a class: no layout has as many. */
const MOST = { elements: 20_000, depth: 200, text: 512 } as const;

/** One attribute. Its texts are decoded when they are asked for. */
class XmlAttribute implements Value {
  /** The framework's number of the attribute; 0 for one of another name space. */
  readonly number: number;
  readonly dataType: number;
  readonly data: number;
  readonly #strings: StringPool;
  readonly #name: number;
  readonly #text: number;

  constructor(body: Buffer, at: number, strings: StringPool, numbers: Chunk | undefined) {
    this.#strings = strings;
    this.#name = body.readUInt32LE(at + 4);
    this.number = numberOf(numbers, this.#name);
    this.dataType = body.readUInt8(at + 15);
    this.data = body.readUInt32LE(at + 16);
    this.#text = this.dataType === VALUE.string ? this.data : body.readUInt32LE(at + 8);
  }

  get name(): string {
    return this.#strings.at(this.#name, MOST.text);
  }

  /** Where the value is text. */
  get text(): string | undefined {
    return this.#text === NOTHING ? undefined : this.#strings.at(this.#text, MOST.text);
  }
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
}

/** The elements of a file in their order. Throws a RangeError where it is damaged, or larger than any layout. */
export function* readXml(bytes: Buffer): Generator<XmlElement> {
  const file = readChunk(bytes);
  if (file.type !== XML.file)
    throw new RangeError(`it begins with chunk type 0x${file.type.toString(16)}, not with binary XML`);
  let strings: StringPool | undefined;
  let numbers: Chunk | undefined;
  let [count, depth] = [0, 0];
  for (const chunk of chunksIn(file)) {
    if (chunk.type === CHUNK.stringPool) strings ??= new StringPool(chunk);
    else if (chunk.type === XML.numbers) numbers ??= chunk;
    else if (chunk.type === XML.end) depth--;
    else if (chunk.type === XML.start) {
      if (++depth > MOST.depth) throw new RangeError(`more than ${MOST.depth} elements stand one in another`);
      if (++count > MOST.elements) throw new RangeError(`it has more than ${MOST.elements} elements`);
      if (!strings) throw new RangeError('its first element comes before its strings');
      yield readElement(chunk, strings, numbers);
    }
  }
}

/** Name space, name, where the attributes begin, size of one, their number …; each: name space, name, text, value. */
function readElement(
  { bytes, headerSize }: Chunk,
  strings: StringPool,
  numbers: Chunk | undefined,
): XmlElement {
  const body = bytes.subarray(headerSize);
  const [start, size, count] = [body.readUInt16LE(8), body.readUInt16LE(10), body.readUInt16LE(12)];
  if (count > 0 && (size < ATTRIBUTE || start + size * count > body.length))
    throw new RangeError(`an element says it has ${count} attributes, more than there is room for`);
  const attributes = Array.from(
    { length: count },
    (_, place) => new XmlAttribute(body, start + size * place, strings, numbers),
  );
  return { name: strings.at(body.readUInt32LE(4), MOST.text), attributes };
}

function numberOf(numbers: Chunk | undefined, name: number): number {
  const at = (numbers?.headerSize ?? 0) + 4 * name;
  return numbers && at + 4 <= numbers.bytes.length ? numbers.bytes.readUInt32LE(at) : 0;
}
