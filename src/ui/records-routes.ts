import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { printPdf } from '../cli/report-pdf.ts';
import { writePrivate } from '../private-files.ts';
import { labNow } from '../runs/lab.ts';
import { messagePage, type Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { RecordShelf } from './record-shelf.ts';
import { recordsElsewhere } from './records-elsewhere.ts';
import { labelsPage } from './labels.ts';
import { picturesPage, recordsPage } from './records-page.ts';
import { entryOf, sendPage, textIn, type PageRoute } from './routes.ts';
import { stationsFor } from './wall-routes.ts';

// Records that are listed, and labels on one print.
const MOST = 200;
const PERIODS: Readonly<Record<string, number>> = { '30': 30, all: 100_000 };
const DAY = 86_400_000;

export function recordsRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, station, recordsDir, lab: fixed } = options;
  const shelf = new RecordShelf(recordsDir);
  return [
    { method: 'GET', url: '/records', needs: 'look', handle: show },
    {
      method: 'GET',
      url: '/labels',
      needs: 'look',
      async handle(request, reply, viewer) {
        const folders = textIn(request.query, 'of', 20_000).split(',').slice(0, MOST);
        const rows = folders.flatMap((folder) => (isFolder(folder) ? (shelf.row(folder) ?? []) : []));
        const size = textIn(request.query, 'size') === 'a4' ? 'a4' : '62';
        return sendPage(reply, labelsPage({ rows, size, lab: await labNow(fixed, store) }, viewer));
      },
    },
    {
      method: 'GET',
      url: '/logo',
      needs: 'look',
      async handle(_, reply) {
        const { logo } = await labNow(fixed, store);
        if (!logo) return reply.code(404).send({});
        // An SVG may hold a script: opened alone it runs none.
        reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
        reply.header('cache-control', 'no-cache');
        return reply.type(logo.kind === 'svg' ? 'image/svg+xml' : 'image/png').send(logo.content);
      },
    },
    { method: 'GET', url: '/records/:folder/pictures', needs: 'look', handle: showPictures },
    {
      method: 'GET',
      url: '/records/:folder/:name',
      needs: 'look',
      handle: (request, reply, viewer) => sendFile(request, reply, viewer, ''),
    },
    {
      method: 'GET',
      url: '/records/:folder/evidence/:name',
      needs: 'look',
      handle: (request, reply, viewer) => sendFile(request, reply, viewer, 'evidence/'),
    },
  ];

  async function show(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): Promise<FastifyReply> {
    const search = textIn(request.query, 'search', 80);
    const day = /^\d{4}-\d\d-\d\d$/.exec(textIn(request.query, 'day'))?.[0] ?? '';
    const period = textIn(request.query, 'period', 10) || (search === '' && day === '' ? 'today' : 'all');
    const outcome = textIn(request.query, 'outcome', 40);
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
    const days = entryOf(PERIODS, period) ?? 0;
    const [since, until] = spanOf(day) ?? [new Date(Math.max(0, midnight - days * DAY)).toISOString(), ''];
    const all = shelf.find({ search, since, until, outcome });
    const wanted = textIn(request.query, 'show', 300);
    const rows = all.slice(0, MOST);
    const chosen = (isFolder(wanted) ? shelf.row(wanted) : undefined) ?? rows[0];
    const view = {
      rows,
      elsewhere: await recordsElsewhere(store, station, { search, since, until, outcome, limit: MOST }),
      all: all.length,
      chosen,
      wish: { search, period, outcome, day },
      lab: await labNow(fixed, store),
    };
    const { after } = await live.view('');
    return sendPage(reply, recordsPage(view, viewer, { after, stations: await stationsFor(store) }));
  }

  async function showPictures(
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
  ): Promise<FastifyReply> {
    const folder = textIn(request.params, 'folder', 300);
    const row = isFolder(folder) ? shelf.row(folder) : undefined;
    if (!row) return sendPage(reply.code(404), messagePage(viewer.say('not-found'), '', viewer));
    const { after } = await live.view('');
    return sendPage(reply, picturesPage(row, viewer, { after, stations: await stationsFor(store) }));
  }

  async function sendFile(
    request: FastifyRequest,
    reply: FastifyReply,
    viewer: Viewer,
    below: string,
  ): Promise<FastifyReply> {
    const [folder, name] = [textIn(request.params, 'folder', 300), textIn(request.params, 'name', 200)];
    if (!isFolder(folder) || !isFolder(name)) return reply.code(404).send({});
    if (name === 'record.pdf' && below === '') return sendPdf(folder, reply, viewer);
    if (name === 'sheet' && below === '') return sendSheet(shelf.sheet(folder, viewer.language), reply);
    const content = shelf.file(folder, below + name);
    if (!content) return reply.code(404).send({});
    if (name.endsWith('.html')) return sendSheet(content.toString(), reply);
    return reply.type(name.endsWith('.json') ? 'application/json' : 'image/png').send(content);
  }

  /** In English as it was signed, beside its record; in another language as it is printed now. */
  async function sendPdf(folder: string, reply: FastifyReply, { language }: Viewer): Promise<FastifyReply> {
    if (!shelf.row(folder)) return reply.code(404).send({});
    reply.type('application/pdf').header('cache-control', 'no-store');
    const page = shelf.path(folder);
    if (language === 'en') return reply.send(readFileSync(await printPdf(page, options)));
    const own = mkdtempSync(join(tmpdir(), 'mi-unbind-sheet-'));
    try {
      writePrivate(join(own, 'sheet.html'), shelf.sheet(folder, language) ?? '');
      // Its pictures are named by their places beside it. Windows links folders so without a privilege.
      symlinkSync(resolve(dirname(page), 'evidence'), join(own, 'evidence'), 'junction');
      const pdf = readFileSync(await printPdf(join(own, 'sheet.html'), options));
      return await reply.send(pdf);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }
}

function sendSheet(sheet: string | undefined, reply: FastifyReply): FastifyReply {
  if (sheet === undefined) return reply.code(404).send({});
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', policyFor(sheet))
    .send(sheet);
}

/** From the midnight before a day to that after it, here; undefined where it is none. */
function spanOf(day: string): [since: string, until: string] | undefined {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  const [from, to] = [new Date(year, month - 1, date), new Date(year, month - 1, date + 1)];
  return Number.isNaN(from.getTime()) ? undefined : [from.toISOString(), to.toISOString()];
}

/** A name alone, that leads nowhere else. */
const isFolder = (name: string) => /^[\w][\w.-]*$/.test(name);

/** A sheet brings its own style, and nothing else: that style alone is allowed, by its hash. */
function policyFor(page: string): string {
  const hashes = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(
    ([, style = '']) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );
  return `default-src 'none'; img-src 'self'; style-src ${hashes.join(' ') || "'none'"}; frame-ancestors 'self'; sandbox allow-same-origin`;
}
