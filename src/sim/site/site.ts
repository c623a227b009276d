import { createReadStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply } from 'fastify';
import { systemClock } from '../../clock.ts';
import { captchaLetters } from '../service/account-captcha.ts';
import type { AccountService } from '../service/account-service.ts';
import { facePath, type Face } from '../screen/font-files.ts';
import { generator, Pace } from '../time.ts';
import { captchaPng } from './captcha.ts';
import { cookie, type SiteContext } from './context.ts';
import { addFormRoutes } from './form-routes.ts';
import { addLockRoutes, type LockEntry } from './lock-routes.ts';
import { parseSite, type Action, type SiteOptions, type SiteSettings } from './options.ts';
import { addReactRoutes } from './react-routes.ts';
import { act, newVisit, type SiteAnswer, type Fields, type Visit } from './recovery.ts';
import { localeFor } from './text.ts';

/** What was done on the site, in order. Never a password, code, captcha or account. */
export interface SiteEntry {
  at: number;
  kind: 'opened' | Action;
  /** With `opened`: which page, and in which language. */
  path?: string;
  locale?: string;
  /** Where the visit stood after an action, and what the site complained about. */
  step?: SiteAnswer['step'];
  error?: string;
  captcha?: true;
  /** The connection was closed: `request`, before anything was done; `answer`, after it. */
  dropped?: 'request' | 'answer';
}

export interface Site {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly settings: SiteSettings;
  readonly log: readonly SiteEntry[];
  /** Requests for the lock of a phone. */
  readonly lockLog: readonly LockEntry[];
  /** Milliseconds in which the site let one wait. 0 at pace instant. */
  readonly waited: number;
  /** What the newest picture says, for the one who plays the person in front of it. */
  readonly captcha: string | undefined;
  /**
   * Makes it another site under the same address: what is not named has its default, visits and log begin
   * anew. Throws a SpecError.
   */
  set(options: SiteOptions): void;
  close(): Promise<void>;
}

/** account.xiaomi.com on loopback, over the accounts of `service`. */
export async function startSite(service: AccountService, options: SiteOptions = {}): Promise<Site> {
  let settings = parseSite(options);
  let pace = new Pace(systemClock, settings.pace === 'real');
  let random = generator(settings.seed);
  const visits = new Map<string, Visit>();
  const log: SiteEntry[] = [];
  const lockLog: LockEntry[] = [];
  let drawn = 0;
  let letters: string | undefined;

  const now = (): number => systemClock.now();
  const draw = () => ({ letters: (letters = captchaLetters(++drawn + settings.seed)), number: drawn });

  const desk: SiteContext = {
    get settings() {
      return settings;
    },
    visit(request, reply) {
      const { _locale } = request.query as Fields;
      const id = cookie(request, 'sid') ?? '';
      let visit = visits.get(id);
      if (!visit) {
        visit = newVisit(settings.language ?? localeFor(request.headers['accept-language']) ?? 'en');
        const fresh = crypto.randomUUID();
        visits.set(fresh, visit);
        void reply.header('set-cookie', `sid=${fresh}; Path=/; HttpOnly; SameSite=Lax`);
      }
      if (_locale !== undefined) visit.locale = localeFor(_locale) ?? 'en';
      return visit;
    },
    opened(request, { locale }) {
      log.push({ at: now(), kind: 'opened', path: request.url.split('?')[0] ?? '', locale });
    },
    wait: (ms, why) => pace.wait(ms, why),
    async perform(visit, action, fields, reply) {
      const { dropRequest, dropAnswer } = settings;
      await pace.wait(500 + Math.floor(random() * 1500), action);
      const note = (entry: Partial<SiteEntry>): void => void log.push({ at: now(), kind: action, ...entry });
      if (dropRequest === action) {
        note({ dropped: 'request' });
        return hangUp(reply);
      }
      const answer = await act(visit, action, fields, { service, settings, now, draw });
      const { step, error, captcha } = answer;
      note({
        step,
        ...(error ? { error } : {}),
        ...(captcha ? { captcha: true } : {}),
        ...(dropAnswer === action ? { dropped: 'answer' as const } : {}),
      });
      return dropAnswer === action ? hangUp(reply) : answer;
    },
  };

  const app = fastify({ forceCloseConnections: true });
  // Browsers send a request again by themselves when a connection they had kept breaks, whatever the request
  // does.
  app.addHook('onRequest', async (_request, reply) => void reply.header('connection', 'close'));
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.get('/fonts/:face', (request, reply) => {
    const face = (['regular', 'medium', 'han'] as Face[]).find(
      (one) => `${one}.ttf` === (request.params as Fields).face,
    );
    if (!face) return reply.code(404).send();
    return reply
      .header('cache-control', 'max-age=86400')
      .type('font/ttf')
      .send(createReadStream(facePath(face)));
  });
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  app.get('/pass/getCode', (request, reply) => {
    const { captcha } = desk.visit(request, reply);
    return captcha
      ? reply.type('image/png').header('cache-control', 'no-store').send(captchaPng(captcha.letters))
      : reply.code(404).send();
  });
  addReactRoutes(app, desk);
  addFormRoutes(app, desk);
  addLockRoutes(app, service.locks, {
    get settings() {
      return settings;
    },
    now,
    asked: lockLog,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    log,
    lockLog,
    get settings() {
      return settings;
    },
    get waited() {
      return pace.waited;
    },
    get captcha() {
      return letters;
    },
    set(next) {
      settings = parseSite(next);
      pace.stop();
      pace = new Pace(systemClock, settings.pace === 'real');
      random = generator(settings.seed);
      visits.clear();
      log.length = 0;
      lockLog.length = 0;
      letters = undefined;
    },
    async close() {
      pace.stop();
      await app.close();
    },
  };
}

function hangUp(reply: FastifyReply): undefined {
  reply.hijack();
  reply.raw.socket?.destroy();
}
