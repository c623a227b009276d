import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { printPdf } from '../cli/report-pdf.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { writePrivate } from '../private-files.ts';
import { csv, junit } from '../report/batch-files.ts';
import { renderBatch } from '../report/batch-page.ts';
import { batchOf, rowOfJob, type Batch } from '../report/batch.ts';
import { newestOf } from '../report/chain.ts';
import { batchPage } from './batch-page.ts';
import { messagePage, type Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { entryOf, sendPage, textIn, type PageRoute } from './routes.ts';
import { batchIn } from './run-words.ts';
import { stationsFor } from './wall-routes.ts';

// More than any list has.
const ALL = 1_000_000;

const EXPORTS: Readonly<Record<string, { type: string; write: (batch: Batch) => string }>> = {
  csv: { type: 'text/csv; charset=utf-8', write: csv },
  json: { type: 'application/json', write: (batch) => `${JSON.stringify(batch, null, 2)}\n` },
  xml: { type: 'application/xml', write: junit },
};

export function batchRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, recordsDir } = options;
  const office = new JobAdmin(store);
  return [
    { method: 'GET', url: '/batch', needs: 'look', handle: show },
    {
      method: 'GET',
      url: '/batch/:kind',
      needs: 'look',
      async handle(request, reply, viewer) {
        const kind = textIn(request.params, 'kind', 10);
        const one = entryOf(EXPORTS, kind);
        const batch = one || kind === 'pdf' ? await batchNamed(request) : undefined;
        if (!batch) return reply.code(404).send({});
        // First of all: where it fails, the answer is no file.
        const content = one ? one.write(batch) : await pdfOf(batch, viewer);
        const file = `${batch.name.replace(/[^\w.-]/g, '_').slice(0, 80) || 'list'}.${kind}`;
        reply
          .header('content-disposition', `attachment; filename="${file}"`)
          .header('cache-control', 'no-store');
        return reply.type(one?.type ?? 'application/pdf').send(content);
      },
    },
  ];

  async function batchNamed(request: FastifyRequest): Promise<Batch | undefined> {
    const name = textIn(request.query, 'name', 200);
    const jobs = name === '' ? [] : await office.list({ batch: name, limit: ALL });
    if (jobs.length === 0) return undefined;
    const rows = jobs.reverse().map((job) => rowOfJob(job, recordsDir));
    return batchOf(name, new Date().toISOString(), newestOf(recordsDir), rows);
  }

  async function show(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): Promise<FastifyReply> {
    const batch = await batchNamed(request);
    if (!batch) return sendPage(reply.code(404), messagePage(viewer.say('no-batch'), '', viewer));
    const filter = {
      state: textIn(request.query, 'state', 20),
      outcome: textIn(request.query, 'outcome', 40),
    };
    const { after } = await live.view('');
    return sendPage(
      reply,
      batchPage({ batch, filter }, viewer, { after, stations: await stationsFor(store) }),
    );
  }

  /** Printed in a folder of its own: of many requests at once each gets its own. */
  async function pdfOf(batch: Batch, { language }: Viewer): Promise<Buffer> {
    const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-batch-'));
    try {
      writePrivate(join(folder, 'batch.html'), renderBatch(batch, batchIn(language)));
      return readFileSync(await printPdf(join(folder, 'batch.html'), options));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
