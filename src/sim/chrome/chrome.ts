import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Readable, Writable } from 'node:stream';
import { DevtoolsPipe } from './devtools-pipe.ts';

export interface ChromeOptions {
  /** Path or name of a Chromium on this host. */
  program: string;
  /** What its first tab shows. */
  url: string;
  /** As in `bg` or `zh-CN`. */
  language: string;
  /** Android's release and the phone's model, for the user agent. */
  android: string;
  model: string;
  /** The part of the screen that shows the page, in dp, and px per dp. */
  view: { width: number; height: number; scale: number };
  /** Ends Chromium, also while it starts. */
  signal: AbortSignal;
}

/** The Chrome of one phone: a headless Chromium of this host, with the screen and the manners of a phone. */
export interface Chrome {
  /** As in `156.0.8078.108`. */
  readonly version: string;
  /** Resolves when Chromium has ended, however it ended, and its folder is gone. */
  readonly ended: Promise<void>;
  /** Connects the stream to its DevTools, as the phone's `localabstract:chrome_devtools_remote` does. */
  serve(stream: Duplex): void;
  /** Shows the address in a new tab, as Chrome does for an intent. */
  open(url: string): Promise<void>;
  /** PNG of the page in front, scaled to px of the phone; undefined when there is none. */
  picture(): Promise<Buffer | undefined>;
}

/** Rejects when there is no such program, or when it ends before it answers. */
export async function startChrome(options: ChromeOptions): Promise<Chrome> {
  const folder = mkdtempSync(join(tmpdir(), 'sim-chrome-'));
  const child = spawn(options.program, argumentsOf(options, folder), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const [, , errors, out, back] = child.stdio as [null, null, Readable, Writable, Readable];
  const kill = (): void => killGroup(child.pid);
  process.once('exit', kill);
  options.signal.addEventListener('abort', kill);
  const fault = new Promise<Error>((resolve) => child.once('error', resolve));
  const gone = Promise.race([fault, new Promise<void>((resolve) => child.once('exit', () => resolve()))]);
  const ended = gone.then(async () => {
    process.off('exit', kill);
    options.signal.removeEventListener('abort', kill);
    // Chromium's own children may still be there, writing.
    kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  /** Sessions of the open pages by target, the latest last. */
  const pages = new Map<string, string>();
  let version = '';
  const pipe = new DevtoolsPipe(out, back, ({ method, params }) => {
    if (method === 'Target.attachedToTarget') {
      const { sessionId, targetInfo } = params as {
        sessionId: string;
        targetInfo: { targetId: string; type: string };
      };
      if (targetInfo.type === 'page') pages.set(targetInfo.targetId, sessionId);
      void asPhone(pipe, sessionId, version, options);
    }
    if (method === 'Target.detachedFromTarget') pages.delete(String(params['targetId']));
  });
  const early = gone.then((error) =>
    Promise.reject(error ?? new Error('Chromium ended before it answered.')),
  );
  early.catch(() => {});

  try {
    const port = await Promise.race([devtoolsPort(errors), early]);
    const { product } = await pipe.send('Browser.getVersion');
    version = String(product).replace(/^\w+\//, '');
    await pipe.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
    });
    const open = (url: string): Promise<unknown> => pipe.send('Target.createTarget', { url });
    await open(options.url);
    return {
      version,
      ended,
      serve(stream) {
        const socket = connect(port, '127.0.0.1');
        const close = (): void => void (stream.destroy(), socket.destroy());
        for (const end of [stream, socket]) end.on('error', close).on('close', close);
        stream.pipe(socket).pipe(stream);
      },
      async open(url) {
        await open(url);
      },
      async picture() {
        const page = [...pages.values()].at(-1);
        if (!page) return undefined;
        const { data } = await pipe.send('Page.captureScreenshot', { format: 'png' }, page);
        return Buffer.from(String(data), 'base64');
      },
    };
  } catch (error) {
    kill();
    await ended;
    throw error;
  }
}

/**
 * A page is held until it has the size, the touch screen and the name of a phone, so that it never sees
 * itself on a computer.
 */
async function asPhone(
  pipe: DevtoolsPipe,
  session: string,
  version: string,
  { view, android, model }: ChromeOptions,
): Promise<void> {
  const { width, height, scale } = view;
  const chrome = `Chrome/${version.split('.')[0]}.0.0.0`;
  const userAgent = `Mozilla/5.0 (Linux; Android ${android}; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) ${chrome} Mobile Safari/537.36`;
  const reported = [
    pipe.send(
      'Emulation.setDeviceMetricsOverride',
      { width, height, deviceScaleFactor: scale, mobile: true },
      session,
    ),
    pipe.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 }, session),
    pipe.send('Emulation.setUserAgentOverride', { userAgent, platform: 'Android' }, session),
    pipe.send('Runtime.runIfWaitingForDebugger', {}, session),
  ];
  // Workers have no screen, and a page may be gone already.
  await Promise.allSettled(reported);
}

function argumentsOf({ language, view }: ChromeOptions, folder: string): string[] {
  return [
    '--headless',
    // Chromium's sandbox refuses to work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--no-startup-window',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--remote-debugging-pipe',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}`,
    `--lang=${language}`,
    `--accept-lang=${language}`,
    `--window-size=${view.width},${view.height}`,
  ];
}

/**
 * The port Chromium tells when it listens. What else it says on stderr is of no use, and is read so that it
 * does not block.
 */
function devtoolsPort(errors: Readable): Promise<number> {
  return new Promise((resolve) => {
    createInterface({ input: errors }).on('line', (line) => {
      const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
      if (port) resolve(Number(port));
    });
  });
}

/** Chromium is a family of processes. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
