import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach } from 'node:test';
import type { CodeSource } from '../../codes/source.ts';
import { loadSettings, type Settings } from '../../config/config.ts';
import { Undrawn } from '../../fuzz/trial.ts';
import { framed } from '../../host/adb-wire.ts';
import type { AppiumServer } from '../../host/appium.ts';
import { openStation, type JobStation, type StationOptions, type StationParts } from '../../runs/station.ts';
import { Secret } from '../../secret.ts';
import { AccountService } from '../../sim/service/account-service.ts';
import type { CodeMessage } from '../../sim/service/post.ts';
import { Shell } from '../../sim/shell/shell.ts';
import type { PhoneSpec } from '../../sim/spec.ts';
import { uia2Server, type Uia2Server } from '../../sim/uia2/server.ts';
import { openStore, type Store } from '../../store/store.ts';
import { withDatabase } from '../ready-database.ts';
import { storeEnds } from '../store-ends.ts';

/**
 * For tests: simulated phones in this process, with an adb server and an Appium before them that do what runs ask of
 * them, so that a whole run needs no program.
 */
export interface OneProcess extends AsyncDisposable {
  readonly adbPort: number;
  readonly appium: AppiumServer;
  readonly service: AccountService;
  /** A source that has each code as soon as it is sent. */
  readonly codes: CodeSource;
  /** What was done, in order: sessions that were begun and ended. */
  readonly log: string[];
  /** Is waited for before each request of a session, such as `POST /element`. */
  before: (request: string) => Promise<void>;
  phone(serial: string): Undrawn;
  /** Puts a phone at this serial, in place of one that is there. */
  put(serial: string, spec: PhoneSpec): Undrawn;
  /** The phones that adb lists. */
  unplug(serial: string): void;
}

async function startOneProcess(): Promise<OneProcess> {
  const log: string[] = [];
  const phones = new Map<string, { sim: Undrawn; uia2: Uia2Server; transport: number }>();
  const sent: CodeMessage[] = [];
  const waiting = new Set<() => void>();
  const post = {
    send: async (message: CodeMessage) => {
      sent.push(message);
      for (const wake of waiting) wake();
    },
  };
  const service = new AccountService({ post, seed: 7 });
  const followers = new Set<Socket>();
  let transports = 0;
  const list = () =>
    [...phones]
      .map(([serial, { transport }]) => `${serial} device usb:1-1 transport_id:${transport}\n`)
      .join('');

  const adb = createServer((socket) => {
    socket.on('error', () => socket.destroy()).on('close', () => followers.delete(socket));
    let held = Buffer.alloc(0);
    let serial: string | undefined;
    socket.on('data', (data: Buffer) => {
      held = Buffer.concat([held, data]);
      const length = held.length < 4 ? Infinity : parseInt(held.toString('latin1', 0, 4), 16);
      if (held.length < 4 + length) return;
      const request = held.toString('utf8', 4, 4 + length);
      held = held.subarray(4 + length);
      void answer(request);
    });

    async function answer(request: string): Promise<void> {
      const [, wanted] = /^host:transport:(.+)$/s.exec(request) ?? [];
      const [, command] = /^exec:(.*)$/s.exec(request) ?? [];
      if (request === 'host:version') socket.end(`OKAY${framed('0029')}`);
      else if (request === 'host:devices-l') socket.end(`OKAY${framed(list())}`);
      else if (request === 'host:track-devices-l') {
        followers.add(socket);
        socket.write(`OKAY${framed(list())}`);
      } else if (wanted !== undefined && phones.has(wanted)) {
        serial = wanted;
        socket.write('OKAY');
      } else if (command !== undefined && serial !== undefined) {
        socket.write('OKAY');
        await execute(serial, command, socket);
        socket.end();
      } else socket.end(`FAIL${framed(`device '${wanted ?? ''}' not found`)}`);
    }
  });

  async function execute(serial: string, command: string, socket: Socket): Promise<void> {
    const ending = new AbortController();
    socket.once('close', () => ending.abort());
    const sim = phones.get(serial)?.sim;
    const print = (chunk: string | Uint8Array) => void (socket.writable && socket.write(chunk));
    const surroundings = { stdin: Readable.from([]), stdout: print, stderr: print, signal: ending.signal };
    if (sim) await new Shell(sim).run(command, surroundings).catch(() => undefined);
  }

  const sessions = new Map<string, { serial: string; uia2: Uia2Server }>();
  const appium = createHttpServer((request, response) => {
    void (async () => {
      const { method = '', url = '' } = request;
      const body = (await text(request)) || '{}';
      const { status, value } = await webdriver(method, url, JSON.parse(body) as Record<string, unknown>);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ value }));
    })();
  });

  /** As Appium and its driver pass on what WebdriverIO asks. */
  async function webdriver(method: string, url: string, body: Record<string, unknown>) {
    if (url === '/status') return { status: 200, value: { ready: true } };
    if (url === '/session') return begin(body);
    const [, id = '', path = ''] = /^\/session\/([^/]+)(.*)$/.exec(url) ?? [];
    const session = sessions.get(id);
    await lab.before(`${method} ${path}`);
    if (!session)
      return {
        status: 404,
        value: { error: 'invalid session id', message: `no session ${id}`, stacktrace: '' },
      };
    if (method === 'DELETE' && path === '') {
      sessions.delete(id);
      log.push(`end ${session.serial}`);
    }
    const [within, find] = [
      /^\/element\/([^/]+)\/elements?$/.exec(path)?.[1],
      /\/(elements?)$/.exec(path)?.[1],
    ];
    const {
      using,
      value: selector,
      script,
      args,
    } = body as { using?: string; value?: string; script?: string; args?: Record<string, unknown>[] };
    if (method === 'POST' && find && using !== undefined)
      return ask(session.uia2, method, id, `/${find}`, {
        strategy: using,
        selector,
        ...(within && { context: within }),
      });
    if (path === '/timeouts' || (method === 'DELETE' && path === '/actions'))
      return { status: 200, value: null };
    if (path === '/window/rect') return ask(session.uia2, method, id, '/window/current/size');
    if (path === '/execute/sync' && script === 'mobile: scrollGesture') {
      const [{ elementId, ...how } = {}] = args ?? [];
      return ask(session.uia2, method, id, '/appium/gestures/scroll', {
        origin: { ELEMENT: elementId },
        ...how,
      });
    }
    return ask(session.uia2, method, id, path, body);
  }

  async function begin({ capabilities }: Record<string, unknown>) {
    const { alwaysMatch } = capabilities as { alwaysMatch: Record<string, string> };
    const serial = alwaysMatch['appium:udid'] ?? '';
    const uia2 = phones.get(serial)?.uia2;
    if (!uia2)
      return {
        status: 500,
        value: { error: 'session not created', message: `no ${serial}`, stacktrace: '' },
      };
    const { value } = await ask(uia2, 'POST', '', '', { capabilities: {} });
    const { sessionId } = value as { sessionId: string };
    await ask(uia2, 'POST', sessionId, '/appium/settings', {
      settings: { waitForIdleTimeout: 100, waitForSelectorTimeout: 1000 },
    });
    sessions.set(sessionId, { serial, uia2 });
    log.push(`begin ${serial}`);
    return {
      status: 200,
      value: { sessionId, capabilities: { platformName: 'Android', automationName: 'UiAutomator2' } },
    };
  }

  const codes: CodeSource = {
    name: 'imap',
    baseline: async () => ({
      source: 'imap',
      takenAt: new Date().toISOString(),
      position: { sent: sent.length },
    }),
    async waitForCode({ since, address, signal }) {
      for (;;) {
        const message = sent.slice(since.position['sent']).find(({ to }) => to === address);
        if (message)
          return { code: new Secret(message.code), receivedAt: Date.now(), from: 'xiaomi', source: 'imap' };
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        waiting.add(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
        await promise.finally(() => waiting.delete(resolve));
      }
    },
    close: async () => void log.push('close codes'),
  };

  const listing = [adb, appium].map((server) => once(server.listen(0, '127.0.0.1'), 'listening'));
  await Promise.all(listing);
  const portOf = (server: typeof adb) => (server.address() as AddressInfo).port;
  const change = () => {
    for (const socket of followers) socket.write(framed(list()));
  };
  const lab: OneProcess = {
    ...{ log, service, codes, adbPort: portOf(adb), before: () => Promise.resolve() },
    appium: {
      ...{ protocol: 'http', hostname: '127.0.0.1', port: portOf(appium), path: '/' },
      ...{
        adbPort: portOf(adb),
        aliases: false,
        hasEnded: () => false,
        stop: async () => void log.push('stop Appium'),
      },
    },
    phone: (serial) => phones.get(serial)!.sim,
    put(serial, spec) {
      const sim = new Undrawn({ pace: 'instant', helpers: 'current', ...spec }, { service });
      phones.set(serial, { sim, uia2: uia2Server(sim), transport: ++transports });
      change();
      return sim;
    },
    unplug(serial) {
      phones.delete(serial);
      change();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of followers) socket.destroy();
      appium.closeAllConnections();
      await Promise.all([adb, appium].map((server) => new Promise((closed) => server.close(closed))));
    },
  };
  return lab;
}

/** Phones in this process, and a database, for the suite that calls it. */
export function arrangeRuns(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `mi-unbind-${name}-`));
  const given = {
    DATA_DIR: join(folder, 'data'),
    EVIDENCE_DIR: join(folder, 'runs'),
    RECORDS_DIR: join(folder, 'records'),
  };
  let [lab, store]: [OneProcess?, Store?] = [];
  before(async () => {
    lab = await startOneProcess();
    store = await openStore({ dataDir: withDatabase(given.DATA_DIR), env: {}, keepSeconds: 1 });
  });
  after(async () => {
    await lab?.[Symbol.asyncDispose]();
    await store?.close();
    await storeEnds(given.DATA_DIR);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    if (lab) lab.before = () => Promise.resolve();
    lab?.log.splice(0);
  });
  const running = () => lab ?? assert.fail('it is not started');
  const database = () => store ?? assert.fail('it is not started');
  const settings = (env: Record<string, string> = {}): Settings =>
    loadSettings({ ...given, ANDROID_ADB_SERVER_PORT: String(running().adbPort), ...env });
  return {
    folder,
    settings,
    get lab() {
      return running();
    },
    get store() {
      return database();
    },
    /** With logs it is one for jobs. */
    station(
      options: StationOptions & { logs?: string },
      own: Settings = settings(),
      parts: Partial<StationParts> = {},
    ): JobStation {
      return openStation(own, options as StationOptions & { logs: string }, {
        adb: async () => ({ path: 'adb', androidHome: folder }),
        appium: async () => running().appium,
        store: async () => ({ ...database(), close: async () => undefined }),
        codes: async () => running().codes,
        ...parts,
      });
    },
  };
}

async function ask(uia2: Uia2Server, method: string, session: string, path: string, body?: object) {
  const id = session === '' ? '' : `/${session}`;
  const { status, body: answer } = await uia2(
    method,
    `/session${id}${path}`,
    body ? JSON.stringify(body) : '',
  );
  // An error writes itself as the server on the phone does.
  return { status, value: JSON.parse(JSON.stringify(answer.value ?? null)) as unknown };
}
