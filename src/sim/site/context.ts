import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Action, SiteSettings } from './options.ts';
import type { SiteAnswer, Fields, Visit } from './recovery.ts';

/** What the routes of both shapes stand on. */
export interface SiteContext {
  readonly settings: SiteSettings;
  /** The visit of the one who asks, in the language asked for. */
  visit(request: FastifyRequest, reply: FastifyReply): Visit;
  opened(request: FastifyRequest, visit: Visit): void;
  wait(ms: number, why: string): Promise<void>;
  /** Undefined: the connection was closed instead of an answer. */
  perform(visit: Visit, action: Action, fields: Fields, reply: FastifyReply): Promise<SiteAnswer | undefined>;
}

export function cookie({ headers }: FastifyRequest, name: string): string | undefined {
  return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(headers.cookie ?? '')?.[1];
}
