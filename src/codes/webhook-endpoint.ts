import { createHash } from 'node:crypto';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { KeptMessage, NewMessage } from '../store/messages.ts';
import type { Agreed, Gateway, Refusal, Sms, Verdict } from './webhook-gateway.ts';

export interface Endpoint {
  close(): Promise<void>;
}

interface Behind {
  listen: { host: string; port: number };
  gateway: Gateway;
  agreed(): Agreed;
  /** What `/health` says. */
  health: Readonly<Record<string, string>>;
  /** Resolves when the message is committed, with nothing when it was before. */
  keep(message: NewMessage): Promise<KeptMessage | undefined>;
  /** Hears of every request to `/sms`, once its answer is known. */
  answered(answer: Answer): void;
}

/** `not kept`: the store did not take it, and the gateway will deliver it again. */
export type Answer = 'kept' | 'nothing new' | 'not kept' | Refusal;

export const SOURCE = 'sms-webhook';

/** Bytes. An SMS joined of 255 parts is half of it. */
const LARGEST = 64 * 1024;
/** Characters of an id that is kept as it is. */
const LONGEST_ID = 200;

/**
 * Takes messages at `/sms` until closed. 200 is answered once a message is committed, 503 when that failed: the gateway then delivers it
 * again. Rejects as `listen` does. It logs nothing, as addresses and headers hold the secret.
 */
export async function startWebhookEndpoint({ listen, gateway, agreed, health, keep, answered }: Behind): Promise<Endpoint> {
  const app = fastify({
    logger: false,
    bodyLimit: LARGEST,
    requestTimeout: 10_000,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
  });
  // Signatures are made over the bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.get('/health', () => health);
  app.all('/sms', { errorHandler: refuseFaulty }, take);
  await app.listen(listen);
  return { close: () => app.close() };

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const verdict = judge(request);
    if (verdict === 'nothing') return accept(reply, 'nothing new');
    if ('refused' in verdict) return refuse(reply, verdict.refused);
    try {
      return accept(reply, (await keep(toKeep(verdict.sms))) ? 'kept' : 'nothing new');
    } catch {
      answered('not kept');
      return reply.code(503).header('retry-after', '5').send();
    }
  }

  function judge({ method, url, headers, body }: FastifyRequest): Verdict {
    if (method !== gateway.method) return { refused: { status: 405, why: 'wrong method' } };
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    if (gateway.mediaType && mediaType.trim().toLowerCase() !== gateway.mediaType) return wrongMediaType;
    return gateway.read({ url, headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }, agreed());
  }

  function accept(reply: FastifyReply, answer: Answer): FastifyReply {
    answered(answer);
    return gateway.reply ? reply.type(gateway.reply.mediaType).send(gateway.reply.body) : reply.send();
  }

  function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
    answered(refusal);
    if (refusal.status === 405) reply.header('allow', gateway.method);
    return reply.code(refusal.status).type('text/plain').send(refusal.why);
  }

  /** What fastify itself would not read. */
  function refuseFaulty(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
    if (error.statusCode === 413) refuse(reply, { status: 413, why: 'too large' });
    else if (error.statusCode === 415) refuse(reply, wrongMediaType.refused);
    else refuse(reply, { status: 400, why: 'malformed' });
  }
}

const wrongMediaType = { refused: { status: 415, why: 'wrong media type' } } as const satisfies Verdict;

/** A database takes no NUL, and would refuse the message for ever. */
function toKeep(sms: Sms): NewMessage {
  const plain = (text: string) => text.replaceAll('\0', '');
  const { id = '', sentAt } = sms;
  const [from, to, text] = [plain(sms.from), plain(sms.to), plain(sms.text)];
  const digest = () =>
    createHash('sha256')
      .update(JSON.stringify([id, from, to, text, sentAt]))
      .digest('base64url');
  const externalId = id !== '' && id.length <= LONGEST_ID ? plain(id) : digest();
  return { source: SOURCE, externalId, from, to, text, ...(sentAt !== undefined && { sentAt }) };
}
