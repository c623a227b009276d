import { Readable } from 'node:stream';
import type { Browser } from 'webdriverio';
import type { Clock } from '../clock.ts';
import type { Phone } from '../phone/adb.ts';
import type { SimPhone } from '../sim/phone/phone.ts';
import { Shell } from '../sim/shell/shell.ts';
import { uia2Server } from '../sim/uia2/server.ts';

/**
 * A simulated phone reached without adb and without Appium: its shell and its UiAutomator2 server are called
 * in this process, so nothing takes time but what the clock gives. What WebdriverIO and Appium do in between
 * is done here as they do it, for the commands that page objects use.
 */

/** As `capabilities` of the session sets them. */
const SETTINGS = { waitForIdleTimeout: 100, waitForSelectorTimeout: 1000 };
/** WebdriverIO's waitforTimeout, as `openSession` sets it, and its waitforInterval, ms. */
const WAIT = { limit: 2000, pause: 100 };

/** The phone as adb has it. */
export function phoneOf(sim: SimPhone, serial: string): Phone {
  const shell = new Shell(sim);
  return {
    serial,
    async shell(line, signal = new AbortController().signal) {
      signal.throwIfAborted();
      const said: Buffer[] = [];
      const print = (chunk: string | Uint8Array) => void said.push(Buffer.from(chunk));
      await shell.run(line, { stdin: Readable.from([]), stdout: print, stderr: print, signal });
      signal.throwIfAborted();
      return Buffer.concat(said).toString('utf8');
    },
    pull: (path) => {
      const file = sim.files.get(path);
      return file ? Promise.resolve(file.data) : Promise.reject(new Error(`${path} is not on the phone`));
    },
  };
}

/** What it was asked so far. */
export interface Requested {
  /** Page sources. */
  looks: number;
  requests: number;
}

interface Found {
  strategy: string;
  selector: string;
  within?: Found;
}

/** The phone as WebdriverIO has it. */
export async function browserOf(
  sim: SimPhone,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ browser: Browser; asked: Readonly<Requested> }> {
  const server = uia2Server(sim);
  const asked: Requested = { looks: 0, requests: 0 };
  let session = '';

  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    signal.throwIfAborted();
    asked.requests++;
    const json = body === undefined ? '' : JSON.stringify(body);
    const { status, body: answer } = await server(method, `/session${session}${path}`, json);
    signal.throwIfAborted();
    if (status < 400) return answer.value as T;
    // An error writes itself as the server on the phone does.
    const { error, message } = JSON.parse(JSON.stringify(answer.value)) as Record<
      'error' | 'message',
      string
    >;
    throw Object.assign(new Error(message), { name: error });
  };
  session = `/${(await ask<{ sessionId: string }>('POST', '', { capabilities: {} })).sessionId}`;
  await ask('POST', '/appium/settings', { settings: SETTINGS });

  const find = async ({ strategy, selector, within }: Found): Promise<string> => {
    const context = within && (await find(within));
    const body = { strategy, selector, ...(context ? { context } : {}) };
    return (await ask<{ ELEMENT: string }>('POST', '/element', body)).ELEMENT;
  };
  /** An element that is not there yet is waited for. */
  const waited = async (what: Found, command: string): Promise<string> => {
    for (const since = clock.elapsed(); ; await clock.sleep(WAIT.pause, 'an element', signal)) {
      const id = await find(what).catch((error: Error) => {
        if (error.name !== 'no such element') throw error;
      });
      if (id !== undefined) return id;
      if (clock.elapsed() - since >= WAIT.limit)
        throw new Error(
          `Can't call ${command} on element with selector "${what.selector}" because element wasn't found`,
        );
    }
  };
  /** One that has become stale is searched again, once. */
  const on = async <T>(what: Found, command: string, act: (id: string) => Promise<T>): Promise<T> => {
    const id = await waited(what, command);
    return act(id).catch(async (error: Error) => {
      if (error.name !== 'stale element reference') throw error;
      return act(await waited(what, command));
    });
  };
  const element = (what: Found): object => ({
    $: (selector: string) => element({ ...located(selector), within: what }),
    click: () => on(what, 'click', (id) => ask('POST', `/element/${id}/click`)),
    clearValue: () => on(what, 'clearValue', (id) => ask('POST', `/element/${id}/clear`)),
    setValue: (text: string) =>
      on(what, 'setValue', async (id) => {
        await ask('POST', `/element/${id}/clear`);
        await ask('POST', `/element/${id}/value`, { text });
      }),
    getText: () => on(what, 'getText', (id) => ask('GET', `/element/${id}/text`)),
    get elementId() {
      return waited(what, 'elementId');
    },
  });

  const browser = {
    $: (selector: string) => element(located(selector)),
    back: () => ask('POST', '/back'),
    getPageSource: () => (asked.looks++, ask<string>('GET', '/source')),
    getWindowSize: () => ask('GET', '/window/current/size'),
    takeScreenshot: () => ask<string>('GET', '/screenshot'),
    takeElementScreenshot: (id: string) => ask<string>('GET', `/element/${id}/screenshot`),
    execute: (script: string, { elementId, direction, percent }: Record<string, unknown>) => {
      if (script !== 'mobile: scrollGesture') throw new Error(`'${script}' is not known in process`);
      return ask('POST', '/appium/gestures/scroll', { origin: { ELEMENT: elementId }, direction, percent });
    },
    action: () => finger((actions) => ask('POST', '/actions', { actions })),
  };
  return { browser: browser as unknown as Browser, asked };
}

function located(selector: string): Found {
  const [, strategy = '', rest = ''] = /^(id:|android=)(.*)$/s.exec(selector) ?? [];
  if (strategy === '') throw new Error(`'${selector}' is not known in process`);
  return { strategy: strategy === 'id:' ? 'id' : '-android uiautomator', selector: rest };
}

/** One finger on the glass, as WebdriverIO's `action('pointer')`. */
function finger(perform: (actions: object[]) => Promise<unknown>): object {
  const actions: object[] = [];
  const me = {
    move: ({ x, y, duration = 100 }: { x: number; y: number; duration?: number }) => (
      actions.push({ type: 'pointerMove', x, y, duration, origin: 'viewport' }),
      me
    ),
    down: () => (actions.push({ type: 'pointerDown', button: 0 }), me),
    up: () => (actions.push({ type: 'pointerUp', button: 0 }), me),
    perform: () =>
      perform([{ type: 'pointer', id: 'finger', parameters: { pointerType: 'touch' }, actions }]),
  };
  return me;
}
