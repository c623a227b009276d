import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { Handset } from '../handset.ts';
import { performActions } from './actions.ts';
import * as alert from './alert.ts';
import { Ask } from './ask.ts';
import type { Uia2State } from './ask.ts';
import * as device from './device-commands.ts';
import * as element from './element-commands.ts';
import { toUia2Error, Uia2Error } from './errors.ts';
import * as gesture from './gestures.ts';
import * as session from './session-commands.ts';
import { Uia2Settings } from './settings.ts';

type Handler = (ask: Ask) => unknown;

/**
 * The routes of appium-uiautomator2-server (AppiumServlet) the simulation answers. `S` stands for
 * `session/:sessionId`.
 */
const ROUTES: readonly [route: string, handler: Handler][] = [
  ['GET status', session.status],
  ['GET sessions', session.sessions],
  ['POST session', session.createSession],
  ['GET S', session.sessionDetails],
  ['DELETE S', session.deleteSession],
  ['GET S/appium/settings', session.getSettings],
  ['POST S/appium/settings', session.updateSettings],

  ['POST S/element', element.findElement],
  ['POST S/elements', element.findElements],
  ['GET S/element/active', element.activeElement],
  ['POST S/element/:id/click', element.click],
  ['POST S/element/:id/clear', element.clear],
  ['POST S/element/:id/value', element.sendKeys],
  ['POST S/keys', element.sendKeys],
  ['GET S/element/:id/text', element.text],
  ['GET S/element/:id/name', element.contentDescription],
  ['GET S/element/:id/attribute/:name', element.attribute],
  ['GET S/element/:id/rect', element.rect],
  ['GET S/element/:id/size', element.size],
  ['GET S/element/:id/location', element.location],
  ['GET S/element/:id/screenshot', element.screenshot],
  ['GET S/screenshot/:id', element.screenshot],
  ['GET S/appium/element/:id/first_visible', element.firstVisible],

  ['GET S/source', device.source],
  ['GET S/screenshot', device.screenshot],
  ['GET S/orientation', device.orientation],
  ['POST S/orientation', device.setOrientation],
  ['GET S/rotation', device.rotation],
  ['POST S/rotation', device.setRotation],
  ['GET S/window/:windowHandle/size', device.deviceSize],
  ['GET S/appium/device/info', device.deviceInfo],
  ['GET S/appium/device/pixel_ratio', device.pixelRatio],
  ['GET S/appium/device/display_density', device.displayDensity],
  ['GET S/appium/device/system_bars', device.systemBars],
  ['GET S/appium/device/battery_info', device.batteryInfo],
  ['POST S/appium/list_windows', device.listWindows],
  ['POST S/appium/list_displays', device.listDisplays],
  ['POST S/appium/reset_ax_cache', device.resetAxCache],
  ['POST S/appium/device/open_notifications', device.openNotifications],
  ['POST S/appium/device/press_keycode', device.pressKeyCode],
  ['POST S/appium/device/long_press_keycode', device.longPressKeyCode],
  ['POST S/back', device.back],

  ['POST S/actions', performActions],
  ['POST S/appium/gestures/click', gesture.click],
  ['POST S/appium/gestures/double_click', gesture.doubleClick],
  ['POST S/appium/gestures/long_click', gesture.longClick],
  ['POST S/appium/gestures/drag', gesture.drag],
  ['POST S/appium/gestures/swipe', gesture.swipeGesture],
  ['POST S/appium/gestures/scroll', gesture.scroll],
  ['POST S/appium/gestures/fling', gesture.fling],
  ['POST S/appium/gestures/pinch_open', gesture.pinch],
  ['POST S/appium/gestures/pinch_close', gesture.pinch],

  ['GET S/alert/text', alert.alertText],
  ['POST S/alert/accept', alert.acceptAlert],
  ['POST S/alert/dismiss', alert.dismissAlert],
];

/** What moves something on the phone, and what looks for something. */
const ACTS: ReadonlySet<Handler> = new Set([
  element.click,
  element.clear,
  element.sendKeys,
  device.pressKeyCode,
  device.longPressKeyCode,
  device.back,
  performActions,
  gesture.click,
  gesture.doubleClick,
  gesture.longClick,
  gesture.drag,
  gesture.swipeGesture,
  gesture.scroll,
  gesture.fling,
]);
const SEARCHES: ReadonlySet<Handler> = new Set([element.findElement, element.findElements]);

interface Route {
  method: string;
  sections: string[];
  handler: Handler;
}
const routes: Route[] = ROUTES.map(([route, handler]) => {
  const [method, path] = route.split(' ') as [string, string];
  return { method, handler, sections: path.replace(/^S\b/, 'session/:sessionId').split('/') };
});

/** `sessionId` of answers that belong to no session. */
const NO_SESSION = 'None';

/** What the server answers to one request. */
interface Uia2Answer {
  status: number;
  body: { value: unknown; sessionId: string | null | undefined };
  /** The session ended with this request. */
  hasEnded: boolean;
}

/** Asks the server one thing: the method, the path from `/session` on, and the body as it came. Never rejects. */
export type Uia2Server = (method: string, path: string, json: string) => Promise<Uia2Answer>;

/** The UiAutomator2 server of one handset, without a socket: for programs that run where the phone runs. */
export function uia2Server(handset: Handset): Uia2Server {
  const state: Uia2State = { handset, settings: new Uia2Settings(), session: undefined };
  return (method, path, json) => answer(state, method, path, json);
}

/**
 * The same as an HTTP server that does not listen: the phone hands it streams with `emit('connection',
 * duplex)`. Emits `shutdown` after a session was deleted, when the real one ends its instrumentation.
 */
export function createUia2Server(handset: Handset): Server {
  const ask = uia2Server(handset);
  const server = createServer((request, response) => {
    respond(ask, request, response).then(
      (ended) => void (ended && response.once('finish', () => server.emit('shutdown'))),
      // The client is gone, or went while it was sending: no one is left to answer.
      () => response.destroy(),
    );
  });
  // A client that thinks keeps its connection: the real server never closes one.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}

/** True when the session ended with this request. */
async function respond(
  ask: Uia2Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = (request.url ?? '/').replace(/^\/wd\/hub/, '').replace(/\?.*/, '');
  const { status, body, hasEnded } = await ask(request.method ?? 'GET', path, await readText(request));
  send(response, status, body);
  return hasEnded;
}

async function answer(state: Uia2State, method: string, path: string, json: string): Promise<Uia2Answer> {
  const sections = path.split('/').slice(1).map(decoded);
  const found = routes.flatMap((route) => {
    const params = route.method === method ? match(route, sections) : undefined;
    return params ? [{ route, params }] : [];
  })[0];
  const asked = found?.params['sessionId'];
  try {
    if (!found) {
      state.handset.ignorant(
        'uiautomator2',
        `${method} ${path.replace(/^\/session\/[^/]+/, '/session/:sessionId')}`,
      );
      throw new Uia2Error('unknown command');
    }
    if (asked !== undefined && asked !== state.session?.id) {
      throw new Uia2Error('invalid session id', `The session identified by ${asked} is not known`);
    }
    const { handler } = found.route;
    if (ACTS.has(handler)) await state.handset.takes('tap');
    if (SEARCHES.has(handler)) await state.handset.takes('find');
    const value = await handler(new Ask(state, found.params, parseBody(json)));
    const sessionId = asked ?? (handler === session.createSession ? state.session?.id : NO_SESSION);
    return {
      status: 200,
      body: { value: value ?? null, sessionId },
      hasEnded: handler === session.deleteSession,
    };
  } catch (fault) {
    const error = toUia2Error(fault);
    return { status: error.status, body: { value: error, sessionId: asked ?? null }, hasEnded: false };
  }
}

/** A section that is badly escaped stands for itself: it matches no id. */
function decoded(section: string): string {
  try {
    return decodeURIComponent(section);
  } catch {
    return section;
  }
}

function match({ sections }: Route, path: readonly string[]): Record<string, string> | undefined {
  if (sections.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, section] of sections.entries()) {
    if (section.startsWith(':')) params[section.slice(1)] = path[at]!;
    else if (section !== path[at]) return undefined;
  }
  return params;
}

function parseBody(json: string): Record<string, unknown> {
  if (json === '') return {};
  try {
    const body: unknown = JSON.parse(json);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Not reported further: the parser's message quotes the body, and that may hold a password.
  }
  throw new Uia2Error(
    'invalid argument',
    'com.google.gson.JsonSyntaxException: Expected BEGIN_OBJECT at path $',
  );
}

function send(response: ServerResponse, status: number, body: Uia2Answer['body']): void {
  // A string goes out together with the headers; two writes would wait for each other's acknowledgement on
  // the way through adb.
  const content = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Encoding': 'identity',
    'Content-Length': Buffer.byteLength(content),
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
  });
  response.end(content);
}
