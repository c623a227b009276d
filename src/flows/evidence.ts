import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'webdriverio';
import { windowIn, type PageSource } from '../../pageobjects/look.ts';
import type { Clock } from '../clock.ts';
import { FolderError, type Progress } from '../errors.ts';
import type { Drift, OnRunEvent, RunEvent } from '../events.ts';
import { fileFault } from '../words/file-fault.ts';
import { PRIVATE_FILE, privateFolder, writePrivate } from '../private-files.ts';
import type { Journal } from './journal.ts';
import { OwnerMask } from './owner-mask.ts';
import { pngSize } from '../formats/png.ts';
import { drawnFrom, isBlack } from './drawn.ts';
import { pictureOf } from './picture.ts';
import { paintOver, type Rectangle } from './paint-over.ts';

/**
 * The evidence folder of one run: a screenshot and a page source for each page seen, and a timeline that is
 * written before the thing it tells of is done. What a field shows, what may be a code, and the owner's
 * account, numbers, addresses and name are painted over. A page of which the phone gives no picture is drawn
 * from its masked source.
 */
export class Evidence implements Journal {
  readonly progress: Progress = { passwordSubmitted: false };
  readonly folder: string;
  readonly events: RunEvent[] = [];
  readonly warnings: string[] = [];
  readonly #clock: Clock;
  readonly #onEvent: OnRunEvent;
  readonly #files: Promise<unknown>[] = [];
  readonly #mask = new OwnerMask();
  /** Apps of which a whole page was seen, and what was covered on any page. */
  readonly #pages = new Set<string>();
  #covers: Rectangle[] = [];
  #shown: string | undefined;
  #pictures = 0;
  /** Settles when the page before is kept. */
  #keeping: Promise<void> = Promise.resolve();
  #lastPicture: Promise<Buffer | undefined> | undefined;
  /** The first that could not be written. */
  #fault: unknown;

  /** Creates the folder. `onEvent` is called with each event once it is written. */
  constructor(folder: string, clock: Clock, onEvent: OnRunEvent = () => undefined) {
    privateFolder(folder);
    this.folder = folder;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  async page(
    name: string,
    look: PageSource,
    browser: Browser,
    begun?: Promise<Buffer | undefined>,
  ): Promise<void> {
    this.#goOn();
    this.progress.page = name;
    this.#shown = look.fingerprint;
    await this.#keeping;
    const stem = `${String(this.events.filter(({ kind }) => kind === 'page').length + 1).padStart(2, '0')}-${fileName(name)}`;
    const at = this.#now();
    // The picture must be taken before the flow goes on; putting it on disk may happen meanwhile.
    const taken = await (begun ?? pictureOf(browser));
    const isSecure = taken === undefined || isBlack(taken);
    const { source, covers } = this.#mask.of(look);
    const picture = isSecure
      ? await drawnFrom(source, taken && { screen: pngSize(taken) }).catch(() => undefined)
      : taken;
    const files = {
      source: `${stem}.xml`,
      ...(picture ? { screenshot: `${stem}.png` } : {}),
      ...(picture && isSecure ? { drawn: true as const } : {}),
    };
    this.#write({ at, kind: 'page', page: name, package: look.package, ...files });
    this.#keep(files.source, source);
    if (picture)
      this.#keep(
        `${stem}.png`,
        isSecure ? Promise.resolve(picture) : paintOver(picture, this.#hidden(look, covers, picture)),
      );
  }

  lastPage(name: string, look: PageSource, browser: Browser, begun: Promise<Buffer | undefined>): void {
    // A fault of the disk is said at the end, or by what is kept next.
    this.#lastPicture = begun;
    this.#keeping = this.page(name, look, browser, this.#lastPicture).catch(() => undefined);
  }

  /** The picture of the page that `lastPage` was given. */
  get lastPicture(): Promise<Buffer | undefined> | undefined {
    return this.#lastPicture;
  }

  /** Fingerprint of the page seen last. */
  get shown(): string | undefined {
    return this.#shown;
  }

  /**
   * What is known of the phone's owner, so that it is masked in page sources and painted over in pictures.
   */
  know(owner: Parameters<OwnerMask['know']>[0]): void {
    this.#mask.know(owner);
  }

  /** Words that may quote what the phone shows, as they may be kept. */
  masked(words: string): string {
    return this.#mask.words(words);
  }

  #keep(name: string, content: string | Promise<Buffer>): void {
    const written = Promise.resolve(content).then((data) =>
      writeFile(join(this.folder, name), data, { mode: PRIVATE_FILE }),
    );
    this.#files.push(written.catch((fault: unknown) => (this.#fault ??= fault)));
  }

  /**
   * Fields, codes and what is the owner's on this page, and on those that may show through beside a window
   * that does not fill the screen: that is any page seen before, and all around it, where none of its app
   * was. A picture may have another scale than the source.
   */
  #hidden(look: PageSource, covers: readonly Rectangle[], picture: Buffer): Rectangle[] {
    const screen = pngSize(picture);
    const scale = look.width === undefined ? 1 : screen.width / look.width;
    const onPicture = (bounds: Rectangle) =>
      bounds.map((px) => px * scale) as [number, number, number, number];
    const own = [...look.nodes.filter((node) => node.secret).map((node) => node.bounds), ...covers].map(
      onPicture,
    );
    const window = onPicture(windowIn(look)?.bounds ?? [0, 0, 0, 0]);
    const fills = window[2] - window[0] > 0.99 * screen.width && window[3] - window[1] > 0.8 * screen.height;
    const whole: Rectangle = [0, 0, screen.width, screen.height];
    const behind = fills ? [] : this.#pages.has(look.package) ? this.#covers : [whole];
    if (fills) this.#pages.add(look.package);
    this.#covers = unique([...this.#covers, ...own]);
    // What the window in front hides needs no cover now; it may go away again.
    return [...behind.flatMap((cover) => outside(cover, window)), ...own];
  }

  picture(name: string, png: Buffer): string {
    const file = join(this.folder, `${fileName(name)}-${++this.#pictures}.png`);
    this.#try(() => writePrivate(file, png));
    return file;
  }

  step(what: string): void {
    this.#write({ at: this.#now(), kind: 'step', what });
  }

  warn(what: string): void {
    if (this.warnings.includes(what)) return;
    this.warnings.push(what);
    this.step(what);
  }

  drift(drift: Drift): void {
    const known = this.drifts.some(
      ({ page, locator, found }) => page === drift.page && locator === drift.locator && found === drift.found,
    );
    if (!known)
      this.#write({
        at: this.#now(),
        kind: 'drift',
        what: `'${drift.locator}' was found by ${drift.found}`,
        drift,
      });
  }

  /** Where the phone's pages differed from what is expected. */
  get drifts(): Drift[] {
    return this.events.flatMap((event) => (event.kind === 'drift' ? [event.drift] : []));
  }

  passwordSubmitted(): void {
    this.progress.passwordSubmitted = true;
    this.#write({ at: this.#now(), kind: 'password-submitted', what: 'submit the password' });
  }

  /**
   * Resolves when everything is on disk, with `result.json` beside it. In words what kept some of it from
   * there: a full disk does not undo what was done on the phone.
   */
  async close(result: object): Promise<string | undefined> {
    await this.#keeping;
    await Promise.all(this.#files);
    try {
      writePrivate(join(this.folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    } catch (fault) {
      this.#fault ??= fault;
    }
    return this.#fault === undefined ? undefined : fileFault(this.#fault);
  }

  #write(event: RunEvent): void {
    this.events.push(event);
    // A crash of ours loses nothing that is written. Forced onto the disk, it stops all phones for a moment:
    // only where a power cut counts.
    const flush = event.kind === 'password-submitted';
    const line = `${JSON.stringify(event)}\n`;
    this.#try(() => appendFileSync(join(this.folder, 'timeline.jsonl'), line, { flush, mode: PRIVATE_FILE }));
    this.#onEvent(event, this.folder);
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (fault) {
      this.#fault ??= fault;
    }
    this.#goOn();
  }

  /**
   * What cannot be proven is not begun. Once the password is out, how it ends counts for more than its
   * pictures.
   */
  #goOn(): void {
    if (this.#fault === undefined || this.progress.passwordSubmitted) return;
    throw new FolderError({
      what: 'evidence',
      folder: this.folder,
      why: fileFault(this.#fault),
      setting: 'EVIDENCE_DIR',
      cause: this.#fault,
      progress: this.progress,
    });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function unique(boxes: readonly Rectangle[]): Rectangle[] {
  return [...new Map(boxes.map((box) => [box.join(), box])).values()];
}

/** What of a box lies beside a window. */
function outside([left, top, right, bottom]: Rectangle, window: Rectangle): Rectangle[] {
  const [from, to] = [Math.max(left, window[0]), Math.min(right, window[2])];
  const [above, below] = [Math.max(top, window[1]), Math.min(bottom, window[3])];
  if (from >= to || above >= below) return [[left, top, right, bottom]];
  const pieces: Rectangle[] = [
    [left, top, right, above],
    [left, below, right, bottom],
    [left, above, from, below],
    [to, above, right, below],
  ];
  return pieces.filter((piece) => piece[0] < piece[2] && piece[1] < piece[3]);
}

function fileName(page: string): string {
  return page
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
