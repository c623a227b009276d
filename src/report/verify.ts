import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as chain from './chain.ts';
import { PAGE, RECORD, type ChainEntry, type Link } from './chain.ts';
import { digest, recordIn, type PhoneRecord } from './record.ts';
import { prunedOf, removedIn, summedUp, type Prune, type Removed } from './removed.ts';
import { signedHead, verdictOn, type Keys, type SignedHead } from './signature.ts';

/** Something about a folder of records that is not as it was written. */
export interface Problem {
  /** Number of the record; missing where it has none. */
  seq?: number;
  /** Its folder; empty where it is not known. */
  folder: string;
  what: string;
}

export interface Verified {
  count: number;
  /** The newest record, with its signature where there is one. */
  head: SignedHead;
  problems: Problem[];
  /**
   * Folders whose record a process was writing when it ended, or writes now: no harm, the next station that
   * begins finishes them.
   */
  unfinished: string[];
  /** Records of which the personal data were removed on purpose, by a later entry of the chain. */
  forgotten: Removed[];
  /** Records of which pictures and page sources were removed because of their age, by a later entry of the chain. */
  pruned: (Removed & { files: number })[];
  /** How many records are signed, and how many of the signatures were checked. */
  signed: number;
  checked: number;
}

/** What is known from elsewhere. */
export interface Known {
  /**
   * SHA-256 of a record, or a whole signed head, that was noted elsewhere: its record has to be in the chain
   * still.
   */
  head?: string | SignedHead | undefined;
  /** Public keys. A signature of another key is not checked. */
  keys?: Keys;
  /** Every record has to be signed with one of the keys, or stand before one that is. */
  allSigned?: boolean;
}

/**
 * Reads every record and every file in its folder. A person who cuts off the end of the chain with its
 * folders, or writes all of it anew without the station's key, is found out only by what lies elsewhere: a
 * noted head, and the station's public key.
 */
export async function verifyRecords(records: string, known: Known = {}): Promise<Verified> {
  const numbers = chain.numbersOf(records);
  const head = chain.headOf(records);
  const problems: Problem[] = [...gapsIn(numbers), ...strangers(records, head)];
  const entries = new Map<number, ChainEntry>();
  for (const seq of numbers) {
    const entry = chain.entryOf(records, seq);
    if (entry) entries.set(seq, entry);
    else problems.push({ seq, folder: '', what: `what the chain says of record ${seq} was changed` });
  }
  const signatures = new Signatures(records, known);
  const { forgotten, prunes } = removedIn(records, entries);
  for (const entry of entries.values()) {
    const isForgotten =
      forgotten.some(({ seq }) => seq === entry.seq) && !existsSync(join(records, entry.folder));
    const { found, record } = isForgotten
      ? { found: [] }
      : await problemsOf(records, entry, entries.get(entry.seq - 1), prunes);
    const all = [...found, ...signatures.problemsOf(entry, record)];
    problems.push(...all.map((what) => ({ seq: entry.seq, folder: entry.folder, what })));
  }
  problems.push(...signatures.missing(), ...headProblems(known, entries));
  const { unfinished, lost } = beside(records, entries, head);
  problems.push(...lost);
  const { signed, checked } = signatures;
  const sorted = problems.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity));
  return {
    count: numbers.length,
    head: chain.newestOf(records),
    problems: sorted,
    unfinished,
    forgotten,
    pruned: summedUp(prunes).filter(({ seq }) => !forgotten.some((one) => one.seq === seq)),
    signed,
    checked,
  };
}

function gapsIn(numbers: readonly number[]): Problem[] {
  return numbers.flatMap((seq, place) => {
    const first = (numbers[place - 1] ?? 0) + 1;
    if (first === seq) return [];
    const which = first === seq - 1 ? `record ${first} was` : `records ${first} to ${seq - 1} were`;
    return [{ seq: first, folder: '', what: `${which} taken out of the chain` }];
  });
}

function strangers(records: string, head: Link): Problem[] {
  const cutOff = chain.numbersOf(records, 'sig').filter((seq) => seq > head.seq);
  return [
    ...(isOf('link', join(records, chain.CHAIN))
      ? [{ folder: chain.CHAIN, what: 'the folder of the chain is a link' }]
      : []),
    ...chain.strangersOf(records).map((name) => ({ folder: chain.CHAIN, what: `${name} was added` })),
    ...cutOff.map((seq) => ({
      seq,
      folder: '',
      what: `record ${seq} was cut off the end of the chain: its signature is left`,
    })),
  ];
}

/** What lies beside the folders that the chain names. */
function beside(
  records: string,
  entries: ReadonlyMap<number, ChainEntry>,
  head: Link,
): { unfinished: string[]; lost: Problem[] } {
  const chained = new Set([...entries.values()].map(({ folder }) => folder));
  const unfinished: string[] = [];
  const lost: Problem[] = [];
  for (const folder of chain.foldersOf(records).filter((name) => !chained.has(name))) {
    const text = chain.plainFile(join(records, folder, RECORD));
    if (text) lost.push(outside(folder, text.toString(), head));
    else if (isOf('folder', join(records, folder)) && chain.draftsOf(records, folder).length > 0)
      unfinished.push(folder);
    else
      lost.push({
        folder,
        what: 'the folder holds no record: it was removed, or its writing was cut short early',
      });
  }
  return { unfinished, lost };
}

function outside(folder: string, text: string, head: Link): Problem {
  const seq = recordIn(text)?.seq;
  if (!seq) return { folder, what: `${RECORD} is in no place of the chain, and is no record` };
  const what =
    seq > head.seq
      ? `record ${seq} was cut off the end of the chain`
      : `the chain names another folder as record ${seq}`;
  return { seq, folder, what };
}

function headProblems(
  { head, keys = new Map() }: Known,
  entries: ReadonlyMap<number, ChainEntry>,
): Problem[] {
  if (head === undefined) return [];
  const wanted = typeof head === 'string' ? head : head.sha256;
  const isForged = typeof head === 'object' && verdictOn(head, keys) === 'wrong';
  if (isForged) return [{ folder: '', what: 'the head that was noted is not signed with the key it names' }];
  const found = [...entries.values()].find(({ sha256 }) => sha256 === wanted);
  if (found && (typeof head === 'string' || found.seq === head.seq)) return [];
  return [
    {
      folder: '',
      what: `no record has the SHA-256 ${wanted}: it was cut off the end, or the chain was written anew`,
    },
  ];
}

async function problemsOf(
  records: string,
  entry: ChainEntry,
  before: ChainEntry | undefined,
  prunes: readonly Prune[],
): Promise<{ found: string[]; record?: PhoneRecord | undefined }> {
  const folder = join(records, entry.folder);
  if (isOf('link', folder)) return { found: ['the folder of this record is a link'] };
  if (!isOf('folder', folder)) return { found: ['the folder of this record is missing'] };
  const text = chain.plainFile(join(folder, RECORD));
  // A process that writes it may be between its place in the chain and its name.
  const drafts = chain.draftsOf(records, entry.folder).map(([name]) => chain.plainFile(join(folder, name)));
  if (!text && drafts.some((draft) => draft && chain.sha256(draft) === entry.sha256)) return { found: [] };
  const page = pageProblems(chain.plainFile(join(folder, PAGE)), entry);
  if (text === undefined) return { found: [`${RECORD} is missing`, ...page, ...added(folder)] };
  if (chain.sha256(text) !== entry.sha256)
    return { found: [`${RECORD} was changed`, ...page, ...added(folder)] };
  const record = recordIn(text.toString());
  if (!record) return { found: [`${RECORD} is no record: it was written by something else`, ...page] };
  const found = [
    ...(record.seq === entry.seq ? [] : [`in its place stands record ${record.seq}`]),
    ...(record.previous === (before?.sha256 ?? '') || (!before && entry.seq > 1)
      ? []
      : [`it does not follow record ${entry.seq - 1}`]),
    ...pageProblems(chain.plainFile(join(folder, PAGE)), entry, record),
    ...(await evidenceProblems(folder, record.evidence, prunedOf(entry.seq, prunes))),
    ...added(folder, record.evidence, record.format === 'mi-unbind record 1'),
  ];
  return { found, record };
}

/**
 * With the record, what the record says of its page: the line in the chain is as easily written anew as the
 * page.
 */
function pageProblems(page: Buffer | undefined, entry: ChainEntry, record?: PhoneRecord): string[] {
  if (page === undefined) return [`${PAGE} is missing`];
  const isAsWritten = chain.sha256(page) === entry.page;
  const isAsNamed = !record?.page || chain.pageHash(page.toString(), entry.sha256) === record.page;
  return isAsWritten && isAsNamed ? [] : [`${PAGE} was changed`];
}

async function evidenceProblems(
  folder: string,
  listed: PhoneRecord['evidence'],
  pruned: ReadonlySet<string>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { file, sha256 } of listed) {
    const name = join(folder, 'evidence', ...file.split('/'));
    if (!isOf('file', name))
      problems.push(...(isOf('link', name) || pruned.has(file) ? [] : [`evidence/${file} is missing`]));
    else if ((await digest(name)).sha256 !== sha256) problems.push(`evidence/${file} was changed`);
  }
  return problems;
}

/**
 * What is in a record's folder and does not belong there, and what of it is a link: its content can be
 * changed from elsewhere.
 */
function added(folder: string, known?: PhoneRecord['evidence'], isOld = false): string[] {
  // Without its record it is not known what belongs there.
  const listed = known ?? [];
  const files = new Set([
    RECORD,
    PAGE,
    ...listed.map(({ file }) => `evidence/${file}`),
    ...(isOld ? ['record.pdf'] : []),
  ]);
  const folders = new Set(['evidence', ...listed.flatMap(({ file }) => parents(`evidence/${file}`))]);
  return contentsOf(folder).flatMap(({ name, kind, names }) => {
    if (kind === 'link') return [`${name} is a link`];
    if (kind === 'file' && names > 1) return [`${name} has a second name elsewhere (hard link)`];
    const belongs = (kind === 'file' && files.has(name)) || (kind === 'folder' && folders.has(name));
    return belongs || known === undefined ? [] : [`${name} was added`];
  });
}

const parents = (file: string) =>
  file.split('/').flatMap((_, depth, parts) => (depth > 0 ? [parts.slice(0, depth).join('/')] : []));

interface Content {
  /** With slashes, below the folder. */
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  /** How many names the file has. */
  names: number;
}

/** Everything below a folder. Links are not followed. */
function contentsOf(folder: string): Content[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const names = found.map((one) => join(one.parentPath, one.name)).sort();
  return names.map((name) => ({ name: relative(folder, name).split(sep).join('/'), ...kindOf(name) }));
}

function kindOf(name: string): Pick<Content, 'kind' | 'names'> {
  const found = lstatSync(name);
  const kind = found.isFile()
    ? 'file'
    : found.isDirectory()
      ? 'folder'
      : found.isSymbolicLink()
        ? 'link'
        : 'other';
  return { kind, names: found.nlink };
}

function isOf(kind: Content['kind'], name: string): boolean {
  const found = lstatSync(name, { throwIfNoEntry: false });
  return found !== undefined && kindOf(name).kind === kind;
}

/** The signatures of a chain, looked at from its first record to its newest. */
class Signatures {
  signed = 0;
  checked = 0;
  readonly #records: string;
  readonly #known: Known;
  /** Since the last record that a known key has signed. */
  #unsigned: { seq: number; folder: string }[] = [];
  #begun = false;

  constructor(records: string, known: Known) {
    this.#records = records;
    this.#known = known;
  }

  problemsOf({ seq, sha256, folder }: ChainEntry, record: PhoneRecord | undefined): string[] {
    const line = chain.signatureLine(this.#records, seq);
    const place = signedHead({ seq, sha256 }, line);
    const verdict = verdictOn(place, this.#known.keys ?? new Map());
    if (place.signature) this.signed++;
    if (verdict !== 'unknown') this.checked++;
    if (verdict === 'right') {
      this.#begun = true;
      this.#unsigned = [];
    } else this.#unsigned.push({ seq, folder });
    if (verdict === 'wrong' || (line !== undefined && !place.signature)) return ['its signature is wrong'];
    if (record?.signedBy && !place.signature) return ['its signature is missing'];
    if (record?.signedBy && place.key !== record.signedBy)
      return [`it names the key ${record.signedBy}, and ${place.key} has signed it`];
    return [];
  }

  /** Records that no known key stands for. Those before the first that is signed are proven by it. */
  missing(): Problem[] {
    if (!this.#known.allSigned) return [];
    const why = this.#begun
      ? 'is not signed with the key, and no record after it is'
      : 'is not signed with the key';
    return this.#unsigned.map((one) => ({ ...one, what: `record ${one.seq} ${why}` }));
  }
}
