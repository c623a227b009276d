import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { phonesOnWall } from '../jobs/phones-seen.ts';
import { loggedIn } from '../store/operators.ts';
import { openQuestions } from '../store/questions.ts';
import { namePlace, seenStations } from '../store/station-events.ts';
import { audit } from '../store/operators.ts';
import { originOf } from './access.ts';
import type { PageParts, Viewer } from './layout.ts';
import { MOST_STREAMS, type LiveEvents } from './live-events.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { askingOf, cookieName, type ServedOptions, type PageStore } from './page-options.ts';
import { wallPage } from './wall-page.ts';

/** The stations of the database, with their open questions, for the bar of every page. */
export async function stationsFor(store: PageStore): Promise<NonNullable<PageParts['stations']>> {
  const [stations, questions] = await Promise.all([seenStations(store.pool), openQuestions(store.pool)]);
  return stations
    .filter(({ alive }) => alive)
    .map((one) => ({ ...one, questions: questions.filter(({ station }) => station === one.name).length }));
}

export function wallRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, station } = options;
  return [
    {
      method: 'GET',
      url: '/',
      needs: 'look',
      async handle(_, reply, viewer) {
        const { after, ...view } = await live.view(viewer.station);
        return sendPage(reply, wallPage(view, viewer, { after, stations: await stationsFor(store) }));
      },
    },
    {
      method: 'GET',
      url: '/events',
      needs: 'look',
      handle: (request, reply, viewer) => join_(request, reply, viewer),
    },
    {
      method: 'GET',
      url: '/pictures/:station/:serial/:name',
      needs: 'look',
      handle: (request, reply) => sendPicture(options, live, request, reply),
    },
    {
      method: 'POST',
      url: '/places',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const [of, serial] = [textIn(request.body, 'station', 100), textIn(request.body, 'serial', 200)];
        const name = textIn(request.body, 'name', 8).trim();
        const [phone] = await phonesOnWall(store, [{ station: of, serial }]);
        if (!phone) return reply.code(404).send({});
        // The place is the port's, so that the next phone there has it too.
        await namePlace(store.pool, of, phone.usb || serial, name);
        await audit(store.pool, {
          station,
          operator: viewer.operator?.name ?? '',
          ...(name === ''
            ? { act: 'unplace', about: { of, serial } }
            : { act: 'place', about: { of, serial, name } }),
        });
        await live.refresh();
        return reply.send({});
      },
    },
  ];

  async function join_(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): Promise<unknown> {
    if (live.size >= MOST_STREAMS) return reply.code(503).send({});
    const after = Number(request.headers['last-event-id'] ?? textIn(request.query, 'after'));
    const token = request.cookies[cookieName(originOf(askingOf(request), options.rules).isSecure)];
    const name = viewer.operator?.name;
    const isValid = async () =>
      !viewer.isLoggedIn || (await loggedIn(store.pool, token ?? ''))?.name === name;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    await live.join(reply.raw, viewer, Number.isSafeInteger(after) && after > 0 ? after : 0, isValid);
    return reply;
  }
}

/** A picture may be written a moment after it is announced, ms. */
const WRITTEN = 3000;

/** A picture of the newest evidence of a phone of this station: by its name alone, from that folder alone. */
async function sendPicture(
  { store, station }: ServedOptions,
  live: LiveEvents,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const at = { station: textIn(request.params, 'station'), serial: textIn(request.params, 'serial') };
  const name = textIn(request.params, 'name');
  const isName = /^[\w-]+\.png$/.test(name);
  // Those of another station are on that station's page.
  if (!isName || at.station !== station) return reply.code(404).send({});
  const folder = await evidenceOf();
  if (folder === undefined) return reply.code(404).send({});
  const picture = await whenWritten(join(folder, name));
  if (!picture) return reply.code(404).send({});
  return reply.type('image/png').header('cache-control', 'private, max-age=86400, immutable').send(picture);

  /** The folder that was asked for, where it is the phone's newest: as the wall knows it, else as the store does. */
  async function evidenceOf(): Promise<string | undefined> {
    const isAsked = (known?: { evidence: string }) =>
      known && known.evidence !== '' && basename(known.evidence) === textIn(request.query, 'of');
    const known = live.phone(at);
    const phone = isAsked(known) ? known : (await phonesOnWall(store, [at]))[0];
    return isAsked(phone) ? phone?.evidence : undefined;
  }
}

// Windows has no such flag.
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/** Its bytes once it is whole; undefined where it does not come. A link is not followed. */
async function whenWritten(file: string): Promise<Buffer | undefined> {
  for (let waited = 0; waited <= WRITTEN; waited += 100) {
    const bytes = await readFile(file, { flag: constants.O_RDONLY | NO_LINK }).catch(() => undefined);
    // The last chunk of a PNG.
    if (bytes?.subarray(-12).includes('IEND')) return bytes;
    await pause(100);
  }
  return undefined;
}
