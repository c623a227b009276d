import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Html } from '../formats/html.ts';
import type { Role } from '../store/operators.ts';
import { storable } from '../words/printable.ts';
import type { Viewer } from './layout.ts';

/** What may be asked without a login: the login itself, what it looks like, and whether the station is well. */
type Needs = Role | 'nothing';

export interface PageRoute {
  method: 'GET' | 'POST';
  url: string;
  /** Who may: every route says so. */
  needs: Needs;
  /** Of a request body, bytes. */
  bodyLimit?: number;
  rateLimit?: { max: number; timeWindow: string };
  handle: (request: FastifyRequest, reply: FastifyReply, viewer: Viewer) => Promise<unknown>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: Needs;
  }
  interface FastifyRequest {
    viewer: Viewer;
  }
}

/** Adds routes, each with what it needs: the guard of the server holds it. */
export function addRoutes(app: FastifyInstance, routes: readonly PageRoute[]): void {
  for (const { method, url, needs, handle, bodyLimit, rateLimit } of routes)
    app.route({
      method,
      url,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      config: { needs, ...(rateLimit ? { rateLimit } : {}) },
      handler: (request, reply) => handle(request, reply, request.viewer),
    });
}

const HTML = 'text/html; charset=utf-8';

export function sendPage(reply: FastifyReply, page: string | Html): FastifyReply {
  return reply
    .type(HTML)
    .header('cache-control', 'no-store')
    .send(typeof page === 'string' ? page : page.text);
}

/** A text of a query, a path or a body, as it can be kept. */
export function textIn(values: unknown, name: string, most = 500): string {
  const value = (values as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? storable(value.slice(0, most)) : '';
}

/** What a table of ours has under a name that was asked for; what every object has is none of it. */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
