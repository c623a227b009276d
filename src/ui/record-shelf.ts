import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entryOf, foldersOf, PAGE, plainFile, RECORD } from '../report/chain.ts';
import { renderRecord } from '../report/record-page.ts';
import { isAttempt, readRecord } from '../report/record.ts';
import { sheetIn } from './run-words.ts';
import type { Language } from './words/language.ts';

/** A record as a list shows it. */
export interface RecordRow {
  folder: string;
  seq: number;
  sha256: string;
  reference: string;
  serial: string;
  imei: string;
  model: string;
  outcome: string;
  reason: string;
  state: string;
  endedAt: string;
  durationMs: number;
  pictures: string[];
}

export interface RecordWish {
  search: string;
  /** ISO time. */
  since: string;
  /** ISO time; empty: until now. */
  until: string;
  outcome: string;
}

/** The records of this station. Each is read once: what is written is not changed. Pictures may be pruned. */
export class RecordShelf {
  readonly #folder: string;
  readonly #known = new Map<string, { at: string; row: RecordRow | undefined }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Those that fit, the newest first. */
  find({ search, since, until, outcome }: RecordWish): RecordRow[] {
    const wanted = search.trim().toLowerCase();
    return foldersOf(this.#folder)
      .flatMap((folder) => this.row(folder) ?? [])
      .filter(
        (row) =>
          row.endedAt >= since &&
          (until === '' || row.endedAt < until) &&
          (outcome === '' || row.outcome === outcome) &&
          (wanted === '' || namesOf(row).some((name) => name.toLowerCase().includes(wanted))),
      )
      .sort((a, b) => b.seq - a.seq);
  }

  row(folder: string): RecordRow | undefined {
    const changed = (name: string) =>
      statSync(join(this.#folder, folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (changed(RECORD) === undefined) return undefined;
    const at = `${changed(RECORD)} ${changed('evidence')}`;
    const known = this.#known.get(folder);
    if (known?.at === at) return known.row;
    const row = this.#read(folder);
    this.#known.set(folder, { at, row });
    return row;
  }

  /** Bytes of a file of a record: its sheet, or a picture that the record names. */
  file(folder: string, name: string): Buffer | undefined {
    const row = this.row(folder);
    const isNamed =
      name === PAGE || name === RECORD || row?.pictures.includes(name.replace(/^evidence\//, ''));
    return row && isNamed ? plainFile(join(this.#folder, folder, name)) : undefined;
  }

  /** Its sheet in a language: in English as it was written. Its pictures are beside it, in `evidence`. */
  sheet(folder: string, language: Language): string | undefined {
    if (!this.row(folder)) return undefined;
    if (language === 'en') return this.file(folder, PAGE)?.toString();
    const found = readRecord(this.#folder, folder);
    return found && renderRecord(found.record, found.link.sha256, sheetIn(language));
  }

  path(folder: string): string {
    return join(this.#folder, folder, PAGE);
  }

  #read(folder: string): RecordRow | undefined {
    const found = readRecord(this.#folder, folder);
    // What the chain does not have is no record yet.
    if (!found || !isAttempt(found.record) || !entryOf(this.#folder, found.record.seq)) return undefined;
    const { record, link } = found;
    const { reference, phone, outcome, reason, state, endedAt, durationMs, seq } = record;
    return {
      ...{ folder, seq, sha256: link.sha256, reference, outcome, reason, state, endedAt, durationMs },
      ...{ serial: phone.serial, imei: phone.imei, model: phone.model },
      pictures: record.evidence
        .map(({ file }) => file)
        .filter((file) => /^[\w.-]+\.png$/.test(file))
        .filter((file) => existsSync(join(this.#folder, folder, 'evidence', file))),
    };
  }
}

const namesOf = ({ reference, serial, imei, seq, folder }: RecordRow) => [
  reference,
  serial,
  imei,
  String(seq),
  folder,
];
