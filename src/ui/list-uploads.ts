import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { examineList, type ExaminedList } from '../jobs/list/list.ts';
import { PRIVATE_FILE, privateFolder } from '../private-files.ts';
import { storable } from '../words/printable.ts';

/** A list that was dropped on the page, until it is started or discarded. Its passwords stay in this process. */
export interface DroppedList extends ExaminedList {
  id: string;
  /** Of its file. */
  name: string;
  /** Name of the batch that it becomes. */
  batch: string;
  at: number;
}

// Lists that are kept, and for how long, ms.
const MOST = 20;
const KEPT = 30 * 60_000;
/** The most rows of a list that is dropped. */
const MOST_ROWS = 20_000;

/** Lists as they are dropped on the page of this station. */
export class ListUploads {
  readonly #folder: string;
  readonly #codeSources: readonly string[];
  readonly #lists = new Map<string, DroppedList>();

  constructor({ folder, codeSources }: { folder: string; codeSources: readonly string[] }) {
    this.#folder = folder;
    this.#codeSources = codeSources;
  }

  /** Reads a list. Throws a UsageError where it is none. Its file is gone when this resolves. */
  async take(name: string, content: Buffer): Promise<DroppedList> {
    privateFolder(this.#folder);
    const file = join(
      this.#folder,
      `${randomUUID()}${/^\.\w{1,5}$/.test(extname(name)) ? extname(name) : ''}`,
    );
    try {
      await writeFile(file, content, { mode: PRIVATE_FILE });
      // A list from elsewhere names no file and no variable of this computer.
      const examined = await examineList(file, {
        ...{
          takeSecret: () => undefined,
          codeSources: this.#codeSources,
          mostRows: MOST_ROWS,
          isForeign: true,
        },
      });
      const list = { ...examined, id: randomUUID(), name, batch: batchOf(name), at: Date.now() };
      this.#tidy();
      while (this.#lists.size >= MOST) this.#lists.delete(this.#lists.keys().next().value ?? '');
      this.#lists.set(list.id, list);
      return list;
    } finally {
      await rm(file, { force: true });
    }
  }

  get(id: string): DroppedList | undefined {
    this.#tidy();
    return this.#lists.get(id);
  }

  drop(id: string): void {
    this.#lists.delete(id);
  }

  #tidy(): void {
    for (const [id, { at }] of this.#lists) if (Date.now() - at > KEPT) this.#lists.delete(id);
  }
}

const batchOf = (name: string) => storable(basename(name, extname(name)).slice(0, 80)) || 'list';
