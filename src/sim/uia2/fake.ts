import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { instantClock } from '../../clock.ts';
import type { Handset } from '../handset.ts';
import { createUia2Server } from './server.ts';
import type { Node, ScrollState, View, Window } from '../screen/view.ts';

/** For tests of the UiAutomator2 server: a handset of plain windows, and a client on an in-memory stream. */

const LINE = 100;
const VIEWPORT = 500;
const SCREEN = { width: 1080, height: 2340, density: 440, statusBar: 80, navigationBar: 130 };

export interface FakeHandset extends Handset {
  open: Window[];
  message: { text: string; package: string } | undefined;
  faults: Set<string>;
  /** Touches, keys and texts, in order. Texts show by their length only. */
  felt: string[];
  looks: number;
}

export function windowOf(root: View, more: Partial<Window> = {}): Window {
  return { package: 'com.example', kind: 'activity', serial: 1, root, ...more };
}

/** Every view without children is a line of 100 px; lists show 500 px of theirs. */
export function fakeHandset(...open: Window[]): FakeHandset {
  const felt: string[] = [];
  const focused = (): Node => layOut(handset.open.at(-1)!);
  const fake = {
    open,
    message: undefined as FakeHandset['message'],
    felt,
    looks: 0,
    clock: instantClock(0),
    screen: SCREEN,
    props: new Map([
      ['ro.build.version.sdk', '30'],
      ['ro.product.model', 'Fake 9'],
    ]),
    settings: new Map<string, string>(),
    packages: new Map(),
    files: new Map(),
    sms: [],
    faults: new Set<string>(),
    unknown: [] as Handset['unknown'],
    services: new Map(),
    record: () => undefined,
    ignorant: (where: string, asked: string) => void fake.unknown.push({ where, asked }),
    windows: () => fake.open,
    layOut(window?: Window) {
      fake.looks++;
      return layOut(window ?? fake.open.at(-1)!);
    },
    toast: () => fake.message,
    idle: async () => undefined,
    takes: async () => undefined,
    screenshot: async () => Buffer.from(PIXEL, 'base64'),
    async tap(x: number, y: number) {
      felt.push(`tap ${x},${y}`);
      for (let node = at(focused(), x, y); node; node = node.parent)
        if (node.view.onTap) return node.view.onTap();
    },
    longPress: async (x: number, y: number, ms: number) => void felt.push(`press ${x},${y} ${ms}ms`),
    async swipe(points: readonly { x: number; y: number }[], ms: number) {
      felt.push(`swipe ${points.map(({ x, y }) => `${x},${y}`).join(' ')} ${ms}ms`);
      const [from, to] = [points[0]!, points.at(-1)!];
      let node = at(focused(), from.x, from.y);
      while (node && !node.view.scroll) node = node.parent;
      const scroll = node?.view.scroll;
      if (scroll) scroll.offset = Math.min(scroll.max, Math.max(0, scroll.offset + from.y - to.y));
    },
    key: async (code: number) => void felt.push(`key ${code}`),
    setText(node: Node, content: string) {
      if (!node.view.onText) return false;
      felt.push(`text of ${content.length}`);
      node.view.onText(content);
      return true;
    },
    type: (content: string) => void felt.push(`type ${content.length}`),
    scroll: () => false,
    startActivity: () => undefined,
    forceStop: () => undefined,
    imei: '867320001234563',
    imei2: '867320001234571',
    user: 0,
    users: [{ id: 0, name: 'Owner', flags: '13', running: true }],
    dismissKeyguard: () => undefined,
    allowsInstall: async () => true,
    dumpsys: () => undefined,
    string: () => undefined,
  };
  const handset: FakeHandset = fake;
  return handset;
}

/** A grey pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

function layOut(window: Window): Node {
  const root = place(window.root, window, String(window.serial), {
    y: SCREEN.statusBar,
    top: 0,
    bottom: SCREEN.height,
  });
  return root!.node;
}

function place(
  view: View,
  window: Window,
  path: string,
  { y, top, bottom }: { y: number; top: number; bottom: number },
): { node: Node; height: number } | undefined {
  const node: Node = {
    view,
    window,
    path,
    bounds: { x: 0, y: 0, width: SCREEN.width, height: 0 },
    children: [],
  };
  const shown = view.scroll
    ? { top: Math.max(top, y), bottom: Math.min(bottom, y + VIEWPORT) }
    : { top, bottom };
  let height = view.children ? 0 : LINE;
  for (const [index, child] of (view.children ?? []).entries()) {
    const placed = place(child, window, `${path}/${child.key ?? index}`, {
      ...shown,
      y: y + height - (view.scroll?.offset ?? 0),
    });
    height += placed?.height ?? heightOf(child);
    if (placed) node.children.push(Object.assign(placed.node, { parent: node }));
  }
  if (view.scroll) {
    view.scroll.max = Math.max(0, height - VIEWPORT);
    height = Math.min(height, VIEWPORT);
  }
  node.bounds.y = Math.max(top, y);
  node.bounds.height = Math.min(bottom, y + height) - node.bounds.y;
  return node.bounds.height > 0 ? { node, height } : undefined;
}

function heightOf(view: View): number {
  return view.children ? view.children.reduce((sum, child) => sum + heightOf(child), 0) : LINE;
}

function at(node: Node, x: number, y: number): Node | undefined {
  const { bounds } = node;
  if (x < bounds.x || y < bounds.y || x >= bounds.x + bounds.width || y >= bounds.y + bounds.height)
    return undefined;
  return node.children.map((child) => at(child, x, y)).findLast((hit) => hit) ?? node;
}

export const text = (said: string, more: Partial<View> = {}): View => ({
  cls: 'android.widget.TextView',
  text: said,
  ...more,
});

/** Rows of a list of which five show at a time. */
export function list(scroll: ScrollState, rows: string[], onTap?: (row: string) => void): View {
  const children = rows.map((row): View => {
    const view: View = {
      cls: 'android.widget.LinearLayout',
      clickable: true,
      children: [text(row, { id: 'android:id/title' })],
    };
    return onTap ? { ...view, onTap: () => onTap(row) } : view;
  });
  return { cls: 'android.widget.ListView', id: 'android:id/list', scroll, children };
}

/** An edit field that keeps what is set in it. */
export function field(id: string, more: Partial<View> = {}): View {
  const view: View = {
    cls: 'android.widget.EditText',
    id,
    text: '',
    onText: (content) => void (view.text = content),
    ...more,
  };
  return view;
}

export interface ServerAnswer {
  status: number;
  headers: string;
  sessionId: string | null;
  value: unknown;
  /** Of an error. */
  error: string | undefined;
  message: string;
  stacktrace: string;
  /** Of elements found: their ids. */
  ids: string[];
}

export class FakeClient {
  readonly #stream: Duplex;
  #answers: AsyncIterator<ServerAnswer>;
  session = '';
  readonly server: ReturnType<typeof createUia2Server>;

  constructor(handset: Handset) {
    this.server = createUia2Server(handset);
    const [client, phone] = duplexPair();
    this.server.emit('connection', phone);
    this.#stream = client;
    this.#answers = answers(client);
  }

  /** A client with a session. */
  static async start(handset: Handset, capabilities: Record<string, unknown> = {}): Promise<FakeClient> {
    const client = new FakeClient(handset);
    const { sessionId } = await client.raw('POST', '/session', {
      capabilities: { alwaysMatch: capabilities, firstMatch: [{}] },
    });
    client.session = sessionId ?? '';
    return client;
  }

  async raw(method: string, path: string, body?: unknown): Promise<ServerAnswer> {
    const json = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    this.#stream.write(
      `${method} ${path} HTTP/1.1\r\nHost: phone\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
    return (await this.#answers.next()).value as ServerAnswer;
  }

  /** A request within the session. */
  ask(method: string, path: string, body?: unknown): Promise<ServerAnswer> {
    return this.raw(method, `/session/${this.session}${path}`, body);
  }

  post(path: string, body: unknown = {}): Promise<ServerAnswer> {
    return this.ask('POST', path, body);
  }

  get(path: string): Promise<ServerAnswer> {
    return this.ask('GET', path);
  }

  /** Id of the first element found, or the error. */
  async find(strategy: string, selector: string, context?: string): Promise<string> {
    const { ids, error } = await this.post('/element', {
      strategy,
      selector,
      ...(context ? { context } : {}),
    });
    return ids[0] ?? error ?? '';
  }

  async findAll(strategy: string, selector: string, context?: string): Promise<string[]> {
    return (await this.post('/elements', { strategy, selector, ...(context ? { context } : {}) })).ids;
  }

  /** Texts of all elements found. */
  async texts(strategy: string, selector: string): Promise<string[]> {
    const found: string[] = [];
    for (const id of await this.findAll(strategy, selector)) found.push(await this.textOf(id));
    return found;
  }

  async textOf(id: string): Promise<string> {
    const { value, error } = await this.get(`/element/${id}/text`);
    return error ?? String(value);
  }

  async settings(): Promise<Record<string, unknown>> {
    return (await this.get('/appium/settings')).value as Record<string, unknown>;
  }

  async attribute(id: string, name: string): Promise<unknown> {
    return (await this.get(`/element/${id}/attribute/${name}`)).value;
  }

  close(): void {
    this.#stream.destroy();
  }
}

async function* answers(stream: Duplex): AsyncGenerator<ServerAnswer> {
  let buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffer = Buffer.concat([buffer, chunk as Buffer]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      const headers = buffer.subarray(0, Math.max(end, 0)).toString();
      const length = Number(/content-length: (\d+)/i.exec(headers)?.[1]);
      if (end < 0 || buffer.length < end + 4 + length) break;
      const { value, sessionId } = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString()) as Pick<
        ServerAnswer,
        'value' | 'sessionId'
      >;
      buffer = buffer.subarray(end + 4 + length);
      const { error, message = '', stacktrace = '' } = (value ?? {}) as Partial<ServerAnswer>;
      const ids = [value].flat().flatMap((one) => (one as { ELEMENT?: string } | null)?.ELEMENT ?? []);
      yield {
        status: Number(headers.split(' ')[1]),
        headers,
        sessionId,
        value,
        error,
        message,
        stacktrace,
        ids,
      };
    }
  }
}
