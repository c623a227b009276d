import type { MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JobAdmin } from '../jobs/admin.ts';
import { JobQueue } from '../jobs/queue.ts';
import { ListError } from '../jobs/list/sayings.ts';
import { audit } from '../store/operators.ts';
import { faultInWords, findingInWords } from './finding-words.ts';
import type { Viewer } from './layout.ts';
import { ListUploads } from './list-uploads.ts';
import { JOB_STATES, listsPage } from './lists-page.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { UPLOAD_LIMIT } from './page-options.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { stationsFor } from './wall-routes.ts';
import type { PageWord } from './words/language.ts';

// Orders that are shown.
const MOST = 200;
const BATCHES = 50;

/** What the form of an order calls a column. */
const FIELDS: Readonly<Record<string, PageWord>> = {
  ...{ account: 'account', password: 'password', data: 'synced-data', reference: 'reference' },
};

export function listsRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, station } = options;
  const office = new JobAdmin(store);
  const uploads = new ListUploads({ folder: options.uploads, codeSources: options.codeSources });
  const note = (viewer: Viewer, act: string, about: Record<string, unknown>) =>
    audit(store.pool, { station, operator: viewer.operator?.name ?? '', act, about });

  return [
    { method: 'GET', url: '/lists', needs: 'look', handle: show },
    {
      method: 'POST',
      url: '/lists',
      needs: 'operate',
      bodyLimit: UPLOAD_LIMIT + 10_000,
      async handle(request, reply, viewer) {
        const file = request.isMultipart() ? await request.file().catch(() => undefined) : undefined;
        if (!file) return reply.code(400).send({ error: viewer.say('went-wrong') });
        const content = await contentOf(file);
        if (!content) return reply.code(413).send({ error: viewer.say('too-large') });
        return take(file.filename, content, reply, viewer);
      },
    },
    {
      method: 'POST',
      url: '/lists/:id/:act',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const [id, act] = [textIn(request.params, 'id'), textIn(request.params, 'act')];
        const list = uploads.get(id);
        if (!list || !['start', 'discard'].includes(act))
          return reply.code(404).send({ error: viewer.say('list-gone') });
        uploads.drop(id);
        if (act === 'discard') {
          await note(viewer, 'discard-list', { batch: list.batch });
          return reply.send({});
        }
        const added = await new JobQueue(store, { station }).add(list.batch, list.orders, {
          keepSecrets: false,
        });
        await note(viewer, 'start-list', { batch: list.batch, ...added });
        await live.refresh();
        return reply.send({ added: added.added, known: added.known });
      },
    },
    {
      method: 'POST',
      url: '/orders',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const phone = textIn(request.body, 'phone').trim();
        const fields = ['account', 'password', 'data', 'reference'].map((name) => [
          name,
          textIn(request.body, name),
        ]);
        const entry = {
          [/^\d{15}$/.test(phone) ? 'imei' : 'serial']: phone,
          ...(Object.fromEntries(fields) as Record<string, string>),
        };
        try {
          const list = await uploads.take(
            `orders-${new Date().toISOString().slice(0, 10)}.json`,
            Buffer.from(JSON.stringify([entry])),
          );
          uploads.drop(list.id);
          const [problem] = list.findings.filter(({ kind }) => kind === 'problem');
          if (problem)
            return await reply.code(400).send({
              error: `${viewer.say(FIELDS[problem.column] ?? 'serial-or-imei')}: ${findingInWords(problem, viewer.language)}`,
            });
          const added = await new JobQueue(store, { station }).add(list.batch, list.orders, {
            keepSecrets: false,
          });
          await note(viewer, 'add-order', { reference: textIn(request.body, 'reference'), ...added });
          await live.refresh();
          return await reply.send({ added: added.added, known: added.known });
        } catch (fault) {
          return refuse(fault, reply, viewer);
        }
      },
    },
  ];

  async function take(
    name: string,
    content: Buffer,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    try {
      const { id, batch, rows } = await uploads.take(name, content);
      await note(viewer, 'read-list', { batch, rows });
      return await reply.send({ id });
    } catch (fault) {
      return refuse(fault, reply, viewer);
    }
  }

  async function show(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): Promise<FastifyReply> {
    const [batch, state] = [textIn(request.query, 'batch', 200), textIn(request.query, 'state', 20)];
    const known = JOB_STATES.find((one) => one === state);
    const isNew = textIn(request.query, 'add') !== '';
    const asked = textIn(request.query, 'list');
    const list = uploads.get(asked);
    const totals = await office.totals(batch || undefined);
    const view = {
      list,
      isGone: asked !== '' && !list,
      jobs: await office.list({ batch: batch || undefined, state: known, limit: MOST }),
      all: known ? (totals[known] ?? 0) : Object.values(totals).reduce((sum, count) => sum + count, 0),
      batches: await office.batches(BATCHES),
      filter: { batch, state: known ?? '' },
      order: isNew
        ? { serial: textIn(request.query, 'serial', 200), reference: textIn(request.query, 'reference', 200) }
        : undefined,
    };
    const { after } = await live.view('');
    return sendPage(reply, listsPage(view, viewer, { after, stations: await stationsFor(store) }));
  }
}

/** What is wrong with a list as a whole; it quotes nothing of what is in it. */
function refuse(fault: unknown, reply: FastifyReply, { language }: Viewer): FastifyReply {
  if (!(fault instanceof ListError)) throw fault;
  return reply.code(400).send({ error: faultInWords(fault, language) });
}

/** Undefined where it is larger than is taken. */
async function contentOf(file: MultipartFile): Promise<Buffer | undefined> {
  const content = await file.toBuffer().catch(() => undefined);
  return file.file.truncated ? undefined : content;
}
