import { readFile } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunEvent } from '../events.ts';
import { JobAdmin, type Changed } from '../jobs/admin.ts';
import { phonesOnWall } from '../jobs/phones-seen.ts';
import { timelineOf } from '../report/record.ts';
import { Secret } from '../secret.ts';
import { secretFault } from '../config/secret-text.ts';
import { audit } from '../store/operators.ts';
import { answerQuestion, becameOf, openQuestions } from '../store/questions.ts';
import { markSeen, seenStations } from '../store/station-events.ts';
import { messagePage, type Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { phonePage, type PhoneView } from './phone-page.ts';
import { entryOf, sendPage, textIn, type PageRoute } from './routes.ts';
import type { LiveScreens } from './screen-routes.ts';
import { endName, needing, tileOf } from './tile.ts';
import { stationsFor } from './wall-routes.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NUMBER = /^\d{1,18}$/;

export function phoneRoutes(options: ServedOptions, live: LiveEvents, screens: LiveScreens): PageRoute[] {
  const { store, station } = options;
  const office = new JobAdmin(store);
  const note = (viewer: Viewer, act: string, about: Record<string, unknown>) =>
    audit(store.pool, { station, operator: viewer.operator?.name ?? '', act, about });

  const ACTS: Readonly<Record<string, (id: string) => Promise<Changed>>> = {
    retry: (id) => office.retry([id]),
    hold: (id) => office.hold([id]),
    cancel: (id) => office.cancel([id]),
  };

  return [
    { method: 'GET', url: '/phones/:station/:serial', needs: 'look', handle: showPhone },
    {
      method: 'GET',
      url: '/questions/:id/picture',
      needs: 'look',
      async handle(request, reply) {
        const open = await openQuestions(store.pool);
        const question = open.find(({ id }) => id === textIn(request.params, 'id'));
        if (!question?.picture || question.station !== station) return reply.code(404).send({});
        const picture = await readFile(question.picture).catch(() => undefined);
        return picture
          ? reply.type('image/png').header('cache-control', 'no-store').send(picture)
          : reply.code(404).send({});
      },
    },
    {
      method: 'GET',
      url: '/questions/:id',
      needs: 'look',
      async handle(request, reply) {
        const id = textIn(request.params, 'id');
        if (!UUID.test(id)) return reply.code(404).send({});
        const isOpen = (await openQuestions(store.pool)).some((one) => one.id === id);
        return reply.send(isOpen ? { kind: 'open' } : await becameOf(store.pool, id));
      },
    },
    {
      method: 'POST',
      url: '/questions/:id',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const id = textIn(request.params, 'id');
        if (!UUID.test(id)) return reply.code(404).send({});
        const answer = textIn(request.body, 'answer', 200);
        const by = `${viewer.operator?.name ?? ''} (${station})`;
        const { job = '', serial = '' } =
          (await openQuestions(store.pool)).find((one) => one.id === id) ?? {};
        const became = await answerQuestion(store, id, answer, by);
        const about = { question: id, ...(job && { job }), ...(serial && { serial }) };
        if (became.kind === 'taken') await note(viewer, answer === '' ? 'set-aside' : 'answer', about);
        return reply.send(became);
      },
    },
    {
      method: 'POST',
      url: '/jobs/:id/:act',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const { id, act } = { id: textIn(request.params, 'id'), act: textIn(request.params, 'act') };
        const job = NUMBER.test(id) ? await office.show(id) : undefined;
        if (!job) return reply.code(404).send({});
        if (act === 'account') {
          await note(viewer, 'uncover-account', { job: id });
          return reply.header('cache-control', 'no-store').send({ account: job.order.account });
        }
        if (act === 'password') return givePassword(id, request, reply, viewer);
        const change = entryOf(ACTS, act);
        if (!change) return reply.code(404).send({});
        const { changed } = await change(id);
        if (changed.length > 0) await note(viewer, act, { job: id });
        await live.refresh();
        return changed.length > 0 ? reply.send({}) : reply.code(409).send({ error: viewer.say('stays-so') });
      },
    },
  ];

  async function givePassword(
    id: string,
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    const password = textIn(request.body, 'password', 1000);
    if (password === '' || secretFault(password) !== undefined)
      return reply.code(400).send({ error: viewer.say('went-wrong') });
    if (!(await office.givePassword(id, new Secret(password))))
      return reply.code(409).send({ error: viewer.say('stays-so') });
    await note(viewer, 'give-password', { job: id });
    return reply.send({});
  }

  async function showPhone(
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    const at = { station: textIn(request.params, 'station'), serial: textIn(request.params, 'serial') };
    const [phone] = await phonesOnWall(store, [at]);
    if (!phone) return sendPage(reply.code(404), messagePage(viewer.say('unknown-phone'), at.serial, viewer));
    if (endName(phone) !== '' && phone.seen !== endName(phone))
      await markSeen(store.pool, at, endName(phone));
    const questions = await openQuestions(store.pool);
    const question = questions.find((one) => one.serial === at.serial && one.station === at.station);
    const { after, tiles } = await live.view('');
    const job = phone.work ? await office.show(phone.work.id) : undefined;
    const isHere = at.station === station;
    const there = isHere
      ? undefined
      : (await seenStations(store.pool)).find(({ name }) => name === at.station);
    const view: PhoneView = {
      tile: tileOf({ ...phone, seen: endName(phone) || phone.seen }, question, Date.now()),
      job,
      hasPassword: job !== undefined && (await office.hasPassword(job.id)),
      cost: job && (await options.cost(job.order.account).catch(() => undefined)),
      events: isHere ? timelineOf(phone.evidence) : await eventsOf(at, phone.job),
      others: needing(tiles).filter((tile) => tile.question && tile.question.id !== question?.id),
      elsewhere: isHere ? undefined : (there?.url ?? ''),
      isFree: isHere && (await screens.isFree(phone)),
      barred: isHere ? await screens.barred(phone) : undefined,
    };
    return sendPage(reply, phonePage(view, viewer, { after, stations: await stationsFor(store) }));
  }

  /** Steps of a run on another station, as the store has them. */
  async function eventsOf(at: { station: string; serial: string }, job: string): Promise<RunEvent[]> {
    if (job === '') return [];
    const { rows } = await store.pool.query<{ at: Date; what: string }>(
      `select at, body ->> 'what' as what from mi_unbind.event
       where station = $1 and serial = $2 and job = $3 and kind = 'step' and not body ? 'page' order by id`,
      [at.station, at.serial, job],
    );
    return rows.map((row) => ({ at: row.at.toISOString(), kind: 'step', what: row.what }));
  }
}
