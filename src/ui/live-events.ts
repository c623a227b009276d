import type { ServerResponse } from 'node:http';
import { signedOutSince, wallNews, type WallNews } from '../jobs/phones-seen.ts';
import { EVENTS, JOBS, QUESTIONS } from '../store/notifications.ts';
import { eventsAfter, newestEvent, seenStations, type StoredEvent } from '../store/station-events.ts';
import type { Viewer } from './layout.ts';
import type { PageStore } from './page-options.ts';
import { tileId, tileOf, type Tile } from './tile.ts';
import { attentionOf, fullBar, rowsFor, tileItem, totalsOf, type WallView } from './wall-page.ts';

// Events that are read at once.
const AT_ONCE = 500;
// How often a stream says that it is there, and what no notification announced is looked for, ms.
const BEAT = 15_000;
const LOOK = 5000;
// The database answers within, ms.
const ANSWER = 3000;
// The store is read at once for what happens, then at most so often: what happens meanwhile goes together, ms.
const GATHER = 15;
// A browser that reads nothing is let go once so much waits for it, bytes.
const MOST_WAITING = 4 * 1024 * 1024;
export const MOST_STREAMS = 200;

interface Stream {
  response: ServerResponse;
  viewer: Viewer;
  /** Id of the newest event that was sent. */
  sent: number;
  /** What stands above the tiles, as it was sent, without times. */
  head: string;
  /** Whether the login still holds. */
  isValid: () => Promise<boolean>;
}

/** What all who look in one language at the phones of one station are sent. */
interface Look {
  tiles: { id: string; html: string }[];
  /** Above the tiles; and without the times, which pages count on by themselves. */
  head: string;
  headName: string;
  rows: number;
  /** The message with the head where it is another one than before, and without. */
  texts: { new?: string; old?: string };
}

/** What is new on the wall. */
interface Changes {
  changed: readonly Tile[];
  /** Ids of tiles. */
  gone?: readonly string[];
  /** Pages get all tiles. */
  all?: boolean;
  /** What stands above the tiles has changed without them. */
  isHead?: boolean;
}

/**
 * What open pages are sent: each event of the store, once and in its order, and the tiles that it changes. One reads
 * the store for all pages of this station.
 */
export class LiveEvents {
  readonly #store: PageStore;
  readonly #streams = new Set<Stream>();
  readonly #tiles = new Map<string, Tile>();
  #signedOut: WallView['signedOut'] = { day: 0, hour: 0 };
  #full: string[] = [];
  #newest = 0;
  #stops: (() => Promise<void>)[] = [];
  #reading: Promise<void> | undefined;
  #isStale = true;
  /** The database was away, and may have lost its newest events: their numbers are given anew. */
  #wasAway = false;
  #hasNews = false;
  #isAway = false;
  readonly #onWatched: () => void;
  #beat: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #gather: NodeJS.Timeout | undefined;
  #readAt = 0;

  /** `onWatched`: a first page was opened. */
  constructor(store: PageStore, onWatched: () => void = () => undefined) {
    this.#store = store;
    this.#onWatched = onWatched;
  }

  async open(): Promise<void> {
    this.#newest = await newestEvent(this.#store.pool);
    const all = () => this.#heard(true);
    this.#stops = await Promise.all([
      this.#store.listen(EVENTS, (payload) => {
        this.#wasAway ||= payload === undefined;
        this.#heard(payload === undefined);
      }),
      this.#store.listen(QUESTIONS, all),
      this.#store.listen(JOBS, all),
    ]);
    this.#look = setInterval(all, LOOK);
    this.#beat = setInterval(() => void this.#beats(), BEAT);
    await this.#wake(true);
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    clearInterval(this.#beat);
    for (const { response } of this.#streams) response.end();
    this.#streams.clear();
    await Promise.all(this.#stops.map((stop) => stop()));
    clearTimeout(this.#gather);
    await this.#reading;
  }

  /** Reads what has changed without an event. */
  refresh(): Promise<void> {
    return this.#wake(true);
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Whether the database does not answer. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** A phone as it was last read; undefined where it is not on the wall. */
  phone(at: { station: string; serial: string }): Tile['phone'] | undefined {
    return this.#tiles.get(tileId(at))?.phone;
  }

  /** The wall as it is now, with the id of the newest event that is on it. */
  async view(station: string): Promise<WallView & { after: number }> {
    await this.#wake(true);
    return { ...this.#viewOf(station), after: this.#newest };
  }

  /** Sends a page what has happened after an event, and what happens from now on. */
  async join(
    response: ServerResponse,
    viewer: Viewer,
    after: number,
    isValid: Stream['isValid'],
  ): Promise<void> {
    const stream: Stream = { response, viewer, sent: after, head: '', isValid };
    response.write('retry: 1000\n\n');
    response.on('close', () => this.#streams.delete(stream));
    await this.#wake(false);
    stream.sent = Math.min(after, this.#newest);
    const missed: StoredEvent[] = [];
    // What all others have been sent while this one was read for is read for as well: it is sent to them no more.
    for (let isBehind = true; isBehind;) {
      const some = await this.#missed(stream.sent);
      missed.push(...some);
      stream.sent = some.at(-1)?.id ?? stream.sent;
      isBehind = some.length > 0 && stream.sent < this.#newest;
    }
    // What it missed may be any of it: a page that comes back gets all tiles.
    const tiles = this.#tilesText(stream, { changed: [...this.#tiles.values()], all: true }, new Map());
    put(stream, missed.map(seenText).join('') + tiles);
    if (response.destroyed) return;
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#onWatched();
    if (stream.sent < this.#newest) void this.#wake(false);
  }

  async #missed(after: number): Promise<StoredEvent[]> {
    const missed: StoredEvent[] = [];
    for (let from = after; ;) {
      const some = await eventsAfter(this.#store.pool, from, AT_ONCE);
      missed.push(...some);
      if (some.length < AT_ONCE) return missed;
      from = some.at(-1)?.id ?? from;
    }
  }

  #viewOf(station: string): WallView {
    const tiles = [...this.#tiles.values()].filter(
      ({ phone }) => station === '' || phone.station === station,
    );
    const full = this.#full.filter((name) => station === '' || name === station);
    return { tiles, signedOut: this.#signedOut, full };
  }

  /** Something has happened: it is read now, or with what happens in the next moment. */
  #heard(all: boolean): void {
    if (all) this.#isStale = true;
    const wait = Math.max(0, this.#readAt + GATHER - performance.now());
    this.#gather ??= setTimeout(() => void this.#wake(false), wait);
  }

  /** Reads what is new; `all`: also what no event tells. Resolves when it is read. */
  #wake(all: boolean): Promise<void> {
    this.#hasNews = true;
    if (all) this.#isStale = true;
    clearTimeout(this.#gather);
    this.#gather = undefined;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#hasNews) {
      this.#hasNews = false;
      this.#readAt = performance.now();
      // A database that is away is waited for; pages hear of it before that is over.
      const late = setTimeout(() => this.#say(true), ANSWER);
      try {
        await this.#readOnce();
        this.#say(false);
      } catch {
        this.#say(true);
      } finally {
        clearTimeout(late);
      }
    }
  }

  async #readOnce(): Promise<void> {
    if (this.#wasAway) await this.#goBack();
    const all = this.#isStale;
    this.#isStale = false;
    const reading = Promise.all([
      wallNews(this.#store, { after: this.#newest, limit: AT_ONCE, all }),
      all && seenStations(this.#store.pool),
      all && this.#count(),
    ]);
    const [news, stations] = await reading.catch((fault: unknown) => {
      this.#isStale ||= all;
      throw fault;
    });
    if (news.events.length === AT_ONCE) this.#hasNews = true;
    const wereFull = this.#full.join();
    if (stations) this.#full = stations.flatMap(({ name, alive, full }) => (alive && full ? [name] : []));
    if (news.events.length > 0 || all) this.#take(news, { all, isHead: this.#full.join() !== wereFull });
  }

  /** Numbers of events that are no more are those of the next ones. */
  async #goBack(): Promise<void> {
    this.#newest = Math.min(this.#newest, await newestEvent(this.#store.pool));
    for (const stream of this.#streams) stream.sent = Math.min(stream.sent, this.#newest);
    this.#wasAway = false;
  }

  /** `all`: every phone that is on the wall is among them. */
  #take({ events, phones, questions }: WallNews, { all, isHead }: { all: boolean; isHead: boolean }): void {
    const now = Date.now();
    const changed: Tile[] = [];
    const seen = new Set<string>();
    for (const phone of phones) {
      const question = questions.find(
        ({ station, serial }) => station === phone.station && serial === phone.serial,
      );
      const tile = tileOf(phone, question, now);
      seen.add(tile.id);
      const before = this.#tiles.get(tile.id);
      if (before && JSON.stringify(before) === JSON.stringify(tile)) continue;
      this.#tiles.set(tile.id, tile);
      changed.push(tile);
    }
    const gone = all ? [...this.#tiles.keys()].filter((id) => !seen.has(id)) : [];
    for (const id of gone) this.#tiles.delete(id);
    this.#deliver(events, { changed, gone, isHead });
  }

  async #count(): Promise<void> {
    const now = new Date();
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    this.#signedOut = await signedOutSince(this.#store, day, new Date(now.getTime() - 3_600_000));
  }

  /** Sends what is new to all streams, each text made once for all who look in the same way. */
  #deliver(events: readonly StoredEvent[], changes: Changes): void {
    this.#newest = events.at(-1)?.id ?? this.#newest;
    const news = events.map((event) => ({ id: event.id, text: seenText(event) }));
    const all = news.map(({ text }) => text).join('');
    const looks = new Map<string, Look>();
    for (const stream of this.#streams) {
      const isBehind = events.some(({ id }) => id <= stream.sent);
      const missed = isBehind ? news.filter(({ id }) => id > stream.sent).map(({ text }) => text) : [all];
      stream.sent = Math.max(stream.sent, this.#newest);
      put(stream, missed.join('') + this.#tilesText(stream, changes, looks));
    }
  }

  /** The message with tiles that have changed; empty where a stream is shown none of it. */
  #tilesText(
    stream: Stream,
    { changed, gone = [], all = false, isHead = false }: Changes,
    looks: Map<string, Look>,
  ): string {
    if (changed.length === 0 && gone.length === 0 && !all && !isHead) return '';
    const { viewer } = stream;
    const key = JSON.stringify([viewer.language, viewer.station, viewer.home]);
    const look = looks.get(key) ?? this.#lookOf(viewer, changed);
    looks.set(key, look);
    const isNew = look.headName !== stream.head;
    if (look.tiles.length === 0 && gone.length === 0 && !isNew && !all) return '';
    stream.head = look.headName;
    const message = (look.texts[isNew ? 'new' : 'old'] ??= messageOf('tiles', {
      tiles: look.tiles,
      ...(all ? { all: true } : {}),
      ...(gone.length > 0 ? { gone } : {}),
      ...(isNew ? { head: look.head } : {}),
      rows: look.rows,
    }));
    return message;
  }

  #lookOf(viewer: Viewer, changed: readonly Tile[]): Look {
    const view = this.#viewOf(viewer.station);
    const head = fullBar(view, viewer).text + totalsOf(view, viewer).text + attentionOf(view, viewer).text;
    const shown = changed.filter(({ phone }) => viewer.station === '' || phone.station === viewer.station);
    return {
      tiles: shown.map((tile) => ({ id: tile.id, html: tileItem(tile, viewer).text })),
      ...{ head, headName: head.replace(/(data-(?:since|until)="[^"]*"[^>]*>)[^<]*/g, '$1') },
      rows: rowsFor(view.tiles.length),
      texts: {},
    };
  }

  /** Says to all pages when the database goes away and when it is back. */
  #say(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    for (const stream of this.#streams) put(stream, messageOf('database', { away: isAway }));
  }

  async #beats(): Promise<void> {
    for (const stream of this.#streams) {
      if (this.#isAway || (await stream.isValid().catch(() => true))) put(stream, messageOf('beat', {}));
      else stream.response.end();
    }
  }
}

const seenText = ({ id, ...event }: StoredEvent): string =>
  `id: ${id}\nevent: seen\ndata: ${JSON.stringify(event)}\n\n`;

const messageOf = (event: string, data: object): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function put({ response }: Stream, text: string): void {
  if (text === '') return;
  if (response.writableLength > MOST_WAITING) response.destroy();
  else response.write(text);
}
