import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, loadSettings, settingsShown } from '../config/config.ts';
import { writePng } from '../formats/png.ts';
import { openHostBrowser, type WebSession } from '../host/browser.ts';
import { JobQueue, type Claim } from '../jobs/queue.ts';
import type { JobEnd, Next, Order } from '../jobs/job.ts';
import { phoneOf } from '../fuzz/in-process.ts';
import { readPage } from '../phone/touch.ts';
import { PhoneControls } from '../runs/control.ts';
import { Secret } from '../secret.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import {
  appendEvents,
  namePlace,
  sayStation,
  type NewEvent,
  type SeenPhone,
} from '../store/station-events.ts';
import { openStore, type Store } from '../store/store.ts';
import { workerName } from '../store/worker.ts';
import { servePage, type ServedPage } from '../ui/server.ts';
import type { ServedOptions } from '../ui/page-options.ts';
import { withDatabase } from './ready-database.ts';
import { storeEnds } from './store-ends.ts';

/** CI keeps what lies here. */
const PICTURES = join(import.meta.dirname, '../../reports/pages');

/**
 * For live tests: the page of a station on an embedded PostgreSQL, with phones that are rows of the store,
 * and a real browser in front of it.
 */
export class LivePage {
  static readonly STATION = 'Sofia 1';
  readonly folder: string;
  readonly store: Store;
  page: ServedPage;
  /** Stands behind each of the phones, where one is looked at live. */
  readonly sim: SimPhone;
  /** Whether each part of the station answers. */
  readonly parts: Record<string, boolean>;
  readonly #options: ServedOptions;
  readonly url: string;
  readonly #web: WebSession | undefined;

  private constructor(
    folder: string,
    store: Store,
    page: ServedPage,
    { sim, parts, ...options }: ServedOptions & { sim: SimPhone; parts: Record<string, boolean> },
    url: string,
    web: WebSession | undefined,
  ) {
    this.folder = folder;
    this.store = store;
    this.page = page;
    this.sim = sim;
    this.parts = parts;
    this.#options = options;
    this.url = url;
    this.#web = web;
  }

  /** `browser`: false where bare requests are enough. */
  static async start({
    browser = true,
    ...options
  }: Partial<ServedOptions> & { browser?: boolean } = {}): Promise<LivePage> {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-page-'));
    const store = await openStore({ dataDir: withDatabase(join(folder, 'data')), env: childEnvironment() });
    const station = LivePage.STATION;
    await sayStation(store.pool, { name: station, url: '', worker: workerName(), isWatched: false });
    const parts = { database: true, adb: true, appium: true, disk: true };
    const health = {
      check: async () => ({ ...parts }),
      token: new Secret('metrics-token'),
    };
    const rules = { hosts: [], proxies: [] };
    const cost = async () => ({ used: 1, most: 2 });
    const folders = {
      uploads: join(folder, 'uploads'),
      recordsDir: join(folder, 'records'),
      path: loadSettings().path,
    };
    const sim = new SimPhone({ pace: 'instant' });
    const screens = {
      screen: () => sim.screenshot(),
      page: (serial: string) => readPage(phoneOf(sim, serial)),
      controls: new PhoneControls({
        settings: loadSettings({}),
        store: async () => store,
        phone: (serial) => phoneOf(sim, serial),
        names: async () => ['6230001535'],
      }),
      isBusy: async () => false,
    };
    const lab = { name: 'Lab Sofia', address: '', logo: '' };
    const whole = {
      store,
      cost,
      ...folders,
      ...screens,
      lab,
      settings: settingsShown,
      codeSources: ['imap', 'person'],
      station,
      user: 'lab',
      rules,
      health,
      ...options,
    };
    const page = await servePage(whole);
    await page.app.listen({ host: '127.0.0.1', port: 0 });
    const [address] = page.app.addresses();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address.port : 0}`;
    const web = browser
      ? await openHostBrowser({ path: loadSettings({}).path || loadSettings().path, env: childEnvironment() })
      : undefined;
    return new LivePage(folder, store, page, { ...whole, sim, parts }, url, web);
  }

  get controls(): PhoneControls {
    return this.#options.controls;
  }

  get browser() {
    if (!this.#web) throw new Error('It was started without a browser.');
    return this.#web.browser;
  }

  /** The page's own size, px, also where a window is not made that small. */
  async viewport(width: number, height: number): Promise<void> {
    const { hostname, port, path } = this.browser.options;
    const body = JSON.stringify({
      cmd: 'Emulation.setDeviceMetricsOverride',
      params: { width, height, deviceScaleFactor: 1, mobile: true },
    });
    const url = `http://${hostname}:${port}${path === '/' ? '' : path}/session/${this.browser.sessionId}/goog/cdp/execute`;
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    if (!answer.ok) throw new Error(`The driver says ${answer.status}: ${await answer.text()}`);
  }

  /** Keeps a picture of what the browser shows, for people to look at. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, `${name}.png`), await this.browser.takeScreenshot(), 'base64');
  }

  async stop(): Promise<void> {
    await this.#web?.close();
    await this.page.close();
    await this.store.close();
    await storeEnds(join(this.folder, 'data'));
    rmSync(this.folder, { recursive: true });
  }

  /** Ends the server of the page, does something, and starts it again at the same address. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    await this.page.close();
    await meanwhile();
    this.page = await servePage(this.#options);
    await this.page.app.listen({ host: '127.0.0.1', port: Number(new URL(this.url).port) });
  }

  /** A phone as a station sees it. */
  async see(
    phone: Partial<SeenPhone> & { serial: string },
    events: readonly Partial<NewEvent>[] = [{}],
  ): Promise<void> {
    const now = new Date().toISOString();
    const { station = LivePage.STATION, ...rest } = phone;
    const whole = {
      ...{
        usb: '',
        state: 'device',
        model: 'Redmi 12C',
        release: 'MIUI 14',
        battery: 71,
        since: now,
        plugged: now,
      },
      ...{ job: '', step: '', evidence: '', picture: '', ...rest },
    };
    const seen = events.map((event) => ({
      at: now,
      kind: 'phone',
      serial: phone.serial,
      job: '',
      body: {},
      ...event,
    }));
    await appendEvents(this.store.pool, station, [whole], seen);
  }

  /** An order for a phone; with `end`, one that has ended so. Gives the job. */
  async order(
    serial: string,
    reference: string,
    ended?: { end: Partial<JobEnd>; next: Next },
  ): Promise<string> {
    const queue = new JobQueue(this.store, { station: LivePage.STATION });
    const order: Order = {
      ...{ phone: { serial }, account: '6230001535', data: 'keep', ifForgotten: 'stop' },
      ...{ reference, ownerConsent: '' },
    };
    await queue.add('lab', [{ order, password: new Secret('Geheim-7Wort'), row: 2 }], { keepSecrets: true });
    const { rows } = await this.store.pool.query<{ id: string }>(
      "select id from mi_unbind.job where wish ->> 'reference' = $1",
      [reference],
    );
    if (ended) {
      const claim = (await queue.claim([{ serial }])) as Claim;
      await queue.conclude(claim, { ...END, ...ended.end }, ended.next);
    }
    return rows[0]?.id ?? '';
  }

  /** A station with 32 phones in four rows, of which each state stands somewhere. */
  async fill(): Promise<void> {
    const evidence = await this.evidence('01-account', [70, 100, 170]);
    for (const [at, kind] of STANDS.entries()) {
      const serial = `8f4c1e${(16 + at).toString(16)}`;
      const reference = `RMA-${20_418 + at}`;
      const [model = '', release = ''] = MODELS[at % MODELS.length] ?? [];
      const usb = `usb:1-${at}`;
      await namePlace(this.store.pool, LivePage.STATION, usb, `${'ABCD'[Math.floor(at / 8)]}${(at % 8) + 1}`);
      const phone = {
        serial,
        usb,
        model,
        release,
        battery: 30 + 2 * at,
        evidence,
        picture: '01-account.png',
      };
      const ended = ENDS[kind];
      const job = kind === 'order' || kind === 'unauth' ? '' : await this.order(serial, reference, ended);
      if (kind === 'held')
        await this.store.pool.query("update mi_unbind.job set state = 'held' where id = $1", [job]);
      const isWorking = kind === 'work' || kind in QUESTIONS;
      if (isWorking) await this.begin(serial);
      const state = kind === 'gone' ? 'gone' : kind === 'unauth' ? 'unauthorized' : 'device';
      await this.see({
        ...phone,
        state,
        job: isWorking ? job : '',
        step: isWorking ? (STEPS[at % STEPS.length] ?? '') : '',
      });
      const seconds = QUESTIONS[kind];
      if (seconds !== undefined)
        await this.ask({ serial, job, what: kind, picture: join(evidence, '01-account.png') }, seconds);
    }
    await this.page.live.refresh();
  }

  /** A question that waits for a person. Gives its id. */
  async ask(
    question: { serial: string; job: string; what: string; picture?: string; prompt?: string },
    seconds: number,
  ): Promise<string> {
    const { serial, job, what, picture = '', prompt = 'Type the characters in the picture' } = question;
    const { rows } = await this.store.pool.query<{ id: string }>(
      `insert into mi_unbind.question (station, serial, job, what, prompt, picture, until)
         values ($1, $2, nullif($3, '')::bigint, $4, $5, $6, now() + $7 * interval '1 s') returning id`,
      [LivePage.STATION, serial, job, what, prompt, picture, seconds],
    );
    return rows[0]?.id ?? '';
  }

  /** Begins the job of a phone. */
  async begin(serial: string): Promise<Claim> {
    const queue = new JobQueue(this.store, { station: LivePage.STATION });
    return (await queue.claim([{ serial }])) as Claim;
  }

  /** A folder with a picture as evidence has it. */
  async evidence(
    name: string,
    [red, green, blue]: [number, number, number] = [60, 90, 160],
  ): Promise<string> {
    const [width, height] = [108, 240];
    const row = Buffer.concat([Buffer.of(0), Buffer.alloc(width * 3, Buffer.of(red, green, blue))]);
    const data = Buffer.concat(Array.from({ length: height }, () => row));
    writeFileSync(join(this.folder, `${name}.png`), await writePng({ width, height, channels: 3, data }, 1));
    return this.folder;
  }
}

const END: JobEnd = {
  ...{ outcome: 'signed-out', model: 'Redmi 12C', release: 'MIUI 14', region: 'global', language: 'en-US' },
  ...{ imei: '', account: '6230•••535', passwordSubmitted: true, codeRequested: false, durationMs: 16_200 },
  ...{ evidence: '', drift: [] },
};

const MODELS = [
  ...[
    ['Redmi 12C', 'MIUI 14'],
    ['Redmi 10', 'HyperOS 1'],
    ['Xiaomi 12 Lite', 'HyperOS 2'],
    ['Xiaomi 13T', 'HyperOS 3'],
  ],
  ...[
    ['Mi 11 Lite', 'MIUI 14'],
    ['POCO X5 Pro', 'MIUI 13'],
    ['Redmi Note 12', 'HyperOS 2'],
    ['Redmi Note 11S', 'MIUI 12.5'],
  ],
];
const STANDS = [
  ...['done', 'work', 'captcha', 'work', 'done', 'work', 'network', 'queue'],
  ...['done', 'work', 'order', 'done', 'work', 'second-factor', 'work', 'gone'],
  ...['work', 'done', 'work', 'wrong-password', 'work', 'done', 'queue', 'unauth'],
  ...['done', 'agreement', 'work', 'done', 'find-device-locked', 'work', 'held', 'unauth'],
];
const ENDS: Readonly<Record<string, { end: Partial<JobEnd>; next: Next }>> = {
  done: { end: {}, next: { then: 'done' } },
  ...Object.fromEntries(
    ['network', 'wrong-password', 'find-device-locked'].map((reason) => [
      reason,
      { end: { outcome: 'refused', reason }, next: { then: 'parked' as const } },
    ]),
  ),
};
const STEPS = [
  'open the account page',
  'type the password',
  'tap Sign out',
  'keep the synced data',
  'submit the password',
];
/** Seconds that are left for an answer. */
const QUESTIONS: Readonly<Record<string, number>> = { captcha: 102, 'second-factor': 245, agreement: 290 };
