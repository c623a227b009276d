import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import statics from '@fastify/static';
import {
  fastify,
  type FastifyContextConfig,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { ownFolder } from '../own-files.ts';
import { listOperators, loggedIn, mayDo } from '../store/operators.ts';
import { changeRefusal, originOf, whoAsks, type Origin } from './access.ts';
import { messagePage, viewerOf, type Theme, type Viewer } from './layout.ts';
import { batchRoutes } from './batch-routes.ts';
import { chartsRoutes } from './charts-routes.ts';
import { listsRoutes } from './lists-routes.ts';
import { LiveEvents } from './live-events.ts';
import { loginRoutes } from './login-page.ts';
import { healthRoutes } from './metrics.ts';
import { askingOf, cookieName, UPLOAD_LIMIT, type ServedOptions } from './page-options.ts';
import { operatorsRoutes } from './operators-routes.ts';
import { recordsRoutes } from './records-routes.ts';
import { addRoutes, sendPage, textIn } from './routes.ts';
import { phoneRoutes } from './phone-routes.ts';
import { LiveScreens, screenRoutes } from './screen-routes.ts';
import { scanRoutes } from './scan-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { wallRoutes } from './wall-routes.ts';
import { languageOf, type Language } from './words/language.ts';

/** A route, with what it needs: what says nothing needs `administer`. */
interface KnownRoute {
  method: string;
  url: string;
  needs: NonNullable<FastifyContextConfig['needs']>;
}

export interface ServedPage {
  app: FastifyInstance;
  live: LiveEvents;
  /** All that it answers, as the server itself has it. */
  routes: readonly KnownRoute[];
  close(): Promise<void>;
}

const BODY_LIMIT = 64 * 1024;
const CLIENT = ownFolder('ui/client');

/** Makes the server of the page. It listens where the caller says. */
export async function servePage(options: ServedOptions): Promise<ServedPage> {
  const { store, tls } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    logger: false,
    trustProxy: false,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    ...(tls ? { https: { cert: tls.cert, key: tls.key } } : {}),
  } as object) as FastifyInstance;
  const known: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) known.push({ method: one, url, needs: needsOf(url, config?.needs) });
  });
  await harden(app, options);
  const live = new LiveEvents(store, options.onWatched);
  guard(app, options);
  const screens = new LiveScreens(options);
  const routes = [
    ...loginRoutes(options),
    ...healthRoutes(options, live),
    ...wallRoutes(options, live),
    ...scanRoutes(options),
    ...phoneRoutes(options, live, screens),
    ...screenRoutes(options, screens),
    ...listsRoutes(options, live),
    ...recordsRoutes(options, live),
    ...chartsRoutes(options, live),
    ...batchRoutes(options, live),
    ...settingsRoutes(options, live),
    ...operatorsRoutes(options, live),
    ...(options.routes ?? []),
  ];
  addRoutes(app, routes);
  await live.open();
  return {
    app,
    live,
    routes: known,
    async close() {
      await live.close();
      await app.close();
    },
  };
}

async function harden(app: FastifyInstance, { tls, rules }: ServedOptions): Promise<void> {
  const isSecure = tls !== undefined || rules.proxies.length > 0;
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    frameguard: { action: 'sameorigin' },
    // Not 'no-referrer': with it a browser hides from us too where a form was sent from.
    referrerPolicy: { policy: 'same-origin' },
    hsts: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  });
  await app.register(cookie);
  // Behind a proxy of ours, who asks is what that says.
  const keyGenerator = (request: FastifyRequest) => originOf(askingOf(request), rules).address;
  await app.register(rateLimit, { global: false, keyGenerator });
  await app.register(multipart, { limits: { fileSize: UPLOAD_LIMIT, files: 1, fields: 5, fieldSize: 200 } });
  await app.register(statics, {
    root: CLIENT,
    prefix: '/client/',
    cacheControl: false,
    index: false,
    decorateReply: false,
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

/** What a route needs: one that does not say it is closed. What the pages load is open. */
const needsOf = (url: string, needs: FastifyContextConfig['needs']) =>
  needs ?? (url.startsWith('/client/') ? 'nothing' : 'administer');

/** Before every handler: who asks, and whether that may. A route that does not say what it needs is closed. */
function guard(app: FastifyInstance, options: ServedOptions): void {
  const { store, rules, user } = options;
  app.decorateRequest('viewer', null as unknown as Viewer);
  app.addHook('onRequest', async (request, reply) => {
    const asking = askingOf(request);
    const origin = originOf(asking, rules);
    const look = {
      language: languageIn(request),
      theme: themeIn(request),
      station: stationIn(request, options.station),
      home: options.station,
    };
    request.viewer = viewerOf({ ...look, operator: undefined, isLoggedIn: false });
    keepChoices(request, reply, origin);
    const refusal = changeRefusal(asking, rules);
    const needs = needsOf(request.routeOptions.url ?? '', request.routeOptions.config.needs);
    // A page may be looked at under a name that a tunnel gave it, with a login; nothing is changed through it.
    if (refusal === 'origin' || (refusal === 'host' && request.method !== 'GET'))
      return deny(request, reply, 403, 'from-elsewhere');
    if (needs === 'nothing') return undefined;
    const token = request.cookies[cookieName(origin.isSecure)];
    const login = token === undefined ? undefined : await loggedIn(store.pool, token);
    const operators = login !== undefined || (await listOperators(store.pool)).length > 0;
    const operator = whoAsks(origin, { operators, login, user });
    if (!operator) return wantsPage(request) ? reply.redirect('/login') : deny(request, reply, 401);
    request.viewer = viewerOf({ ...look, operator, isLoggedIn: login !== undefined });
    return mayDo(operator.role, needs) ? undefined : deny(request, reply, 403);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, viewer, routeOptions } = request;
    if (method === 'GET' && reply.statusCode < 400) return;
    options.onAnswer?.({
      ...{ kind: 'page', method, route: routeOptions.url ?? '', status: reply.statusCode },
      ...{ operator: viewer?.operator?.name ?? '', from: originOf(askingOf(request), rules).address },
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.setNotFoundHandler((request, reply) => deny(request, reply, 404));
  app.setErrorHandler((fault: Error & { statusCode?: number }, request, reply) => {
    const status = fault.statusCode ?? 500;
    if (status >= 500) options.onFault?.(fault);
    return deny(request, reply, status);
  });
}

/** Opened by a person; browsers of before do not say so. */
const isOpened = ({ headers }: FastifyRequest) => (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate';

const wantsPage = ({ method, headers }: FastifyRequest) =>
  method === 'GET' && String(headers.accept ?? '').includes('text/html');

const DENIED = {
  401: 'not-allowed',
  403: 'not-allowed',
  404: 'not-found',
  429: 'login-often',
} as const;

/** Says no: as a page where one is asked for, else as JSON. */
function deny(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  why: 'from-elsewhere' | undefined = undefined,
): FastifyReply {
  const words = request.viewer.say(why ?? DENIED[status as keyof typeof DENIED] ?? 'went-wrong');
  reply.code(status);
  if (wantsPage(request)) return sendPage(reply, messagePage(words, '', request.viewer));
  return reply.type('application/json').send({ error: words });
}

function languageIn(request: FastifyRequest): Language {
  const chosen = textIn(request.query, 'lang') || request.cookies.lang;
  return languageOf(chosen, request.headers['accept-language']);
}

function themeIn(request: FastifyRequest): Theme {
  const chosen = textIn(request.query, 'theme') || request.cookies.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

/** The station that was chosen; `*`: all, which is empty. Else the one that serves the page. */
function stationIn(request: FastifyRequest, home: string): string {
  const chosen = textIn(request.query, 'station', 100) || textIn(request.cookies, 'station', 100) || home;
  return chosen === '*' ? '' : chosen;
}

/** A choice of language, look or station stays in this browser. */
function keepChoices(request: FastifyRequest, reply: FastifyReply, { isSecure }: Origin): void {
  for (const name of ['lang', 'theme', 'station']) {
    const chosen = textIn(request.query, name, 100);
    // What a page asks for by itself is no choice: another tab may have chosen since.
    if (chosen === '' || !wantsPage(request) || !isOpened(request)) continue;
    reply.setCookie(name, chosen, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: isSecure,
      maxAge: 31_536_000,
    });
  }
}
