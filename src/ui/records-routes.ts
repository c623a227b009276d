import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { printPdf } from '../cli/report-pdf.ts';
import type { Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { RecordShelf } from './record-shelf.ts';
import { labelsPage, recordsPage } from './records-page.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { stationsFor } from './wall-routes.ts';

// Records that are listed, and labels on one print.
const MOST = 200;
const PERIODS: Readonly<Record<string, number>> = { '30': 30, all: 100_000 };
const DAY = 86_400_000;

export function recordsRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, recordsDir, lab } = options;
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
        return sendPage(reply, labelsPage({ rows, size, lab: lab.name, hasLogo: lab.logo !== '' }, viewer));
      },
    },
    {
      method: 'GET',
      url: '/logo',
      needs: 'look',
      async handle(_, reply) {
        if (lab.logo === '') return reply.code(404).send({});
        const type = extname(lab.logo).toLowerCase() === '.svg' ? 'image/svg+xml' : 'image/png';
        return reply.type(type).send(readFileSync(lab.logo));
      },
    },
    {
      method: 'GET',
      url: '/records/:folder/:name',
      needs: 'look',
      handle: (request, reply) => sendFile(request, reply, ''),
    },
    {
      method: 'GET',
      url: '/records/:folder/evidence/:name',
      needs: 'look',
      handle: (request, reply) => sendFile(request, reply, 'evidence/'),
    },
  ];

  async function show(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): Promise<FastifyReply> {
    const search = textIn(request.query, 'search', 80);
    const period = textIn(request.query, 'period', 10) || (search === '' ? 'today' : 'all');
    const outcome = textIn(request.query, 'outcome', 40);
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
    const days = PERIODS[period] ?? 0;
    const since = new Date(Math.max(0, midnight - days * DAY)).toISOString();
    const all = shelf.find({ search, since, outcome });
    const wanted = textIn(request.query, 'show', 300);
    const rows = all.slice(0, MOST);
    const chosen = (isFolder(wanted) ? shelf.row(wanted) : undefined) ?? rows[0];
    const view = { rows, all: all.length, chosen, wish: { search, period, outcome }, lab: lab.name };
    const { after } = await live.view('');
    return sendPage(reply, recordsPage(view, viewer, { after, stations: await stationsFor(store) }));
  }

  async function sendFile(
    request: FastifyRequest,
    reply: FastifyReply,
    below: string,
  ): Promise<FastifyReply> {
    const [folder, name] = [textIn(request.params, 'folder', 300), textIn(request.params, 'name', 200)];
    if (!isFolder(folder) || !isFolder(name)) return reply.code(404).send({});
    if (name === 'record.pdf' && below === '') return sendPdf(folder, reply);
    const content = shelf.file(folder, below + name);
    if (!content) return reply.code(404).send({});
    if (name.endsWith('.html'))
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policyFor(content.toString()))
        .send(content);
    return reply.type(name.endsWith('.json') ? 'application/json' : 'image/png').send(content);
  }

  async function sendPdf(folder: string, reply: FastifyReply): Promise<FastifyReply> {
    if (!shelf.row(folder)) return reply.code(404).send({});
    const pdf = await printPdf(shelf.path(folder), options);
    return reply.type('application/pdf').send(readFileSync(pdf));
  }
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
