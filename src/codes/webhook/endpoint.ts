import { createHash } from 'node:crypto';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { KeptMessage, NewMessage } from '../../store/messages.ts';
import { mediaTypeOf } from './gateway.ts';
import type { Agreed, Gateway, Refusal, Reply, Sms, GatewayVerdict } from './gateway.ts';

export interface Endpoint {
  close(): Promise<void>;
}

interface Behind {
  listen: { host: string; port: number };
  gateway: Gateway;
  agreed(): Agreed;
  /** What a taken request is answered with, where the gateway has no answer of its own. Missing: nothing. */
  answer?: string | undefined;
  /** What `/health` says. */
  health: Readonly<Record<string, string>>;
  /** Resolves when the message is committed, with nothing when it was before. */
  keep(message: NewMessage): Promise<KeptMessage | undefined>;
  /**
   * Hears of every message, and of every request that brings none or not only such as can be read, once its
   * answer is known.
   */
  answered(answer: WebhookAnswer): void;
}

/** `not kept`: the store did not take it, and the gateway will deliver it again. */
export type WebhookAnswer = 'kept' | 'nothing new' | 'not kept' | Refusal;

export const SOURCE = 'sms-webhook';

/** Bytes of a request: a batch, or an MMS with a picture. */
const LARGEST = 1024 * 1024;
/** Characters. An SMS joined of 255 parts has 39,015. */
const LONGEST_TEXT = 40_000;

/**
 * Takes messages at `/sms` until closed, also below whatever path a proxy leaves in front of it, and at the
 * path of the public address. 200 is answered once all messages of a request are committed; 503 when that
 * failed: the gateway then delivers them again; 400 when one of them cannot be read: the others are kept.
 * Rejects as `listen` does. It logs nothing, as addresses and headers hold the secret.
 */
export async function startWebhookEndpoint(behind: Behind): Promise<Endpoint> {
  const { listen, gateway, agreed, health, keep, answered } = behind;
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
  app.all('/*', { errorHandler: refuseFaulty }, answerAt);
  await app.listen(listen);
  return { close: () => app.close() };

  async function answerAt(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = pathOf(request.url);
    if (request.method === 'GET' && path.endsWith('/health')) return reply.send(health);
    const { publicUrl } = agreed();
    if (path.endsWith('/sms') || (publicUrl !== '' && path === new URL(publicUrl).pathname))
      return take(request, reply);
    return refuse(reply, { status: 404, why: 'another path than /sms' });
  }

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const verdict = await judge(request);
    if (verdict === 'nothing') return accept(reply, ['nothing new']);
    if ('refused' in verdict) return refuse(reply, verdict.refused);
    const { unread } = verdict;
    const answers: WebhookAnswer[] = [];
    try {
      for (const sms of verdict.sms) answers.push((await keep(toKeep(sms))) ? 'kept' : 'nothing new');
    } catch {
      [...answers, 'not kept' as const].forEach(answered);
      return reply.code(503).header('retry-after', '5').send();
    }
    if (!unread) return accept(reply, answers);
    answers.forEach(answered);
    const all = unread.count + verdict.sms.length;
    return refuse(reply, { status: 400, why: `${unread.count} of ${all} messages: ${unread.why}` });
  }

  async function judge({ method, url, headers, body }: FastifyRequest): Promise<GatewayVerdict> {
    if (!gateway.methods.some((one) => one === method))
      return { refused: { status: 405, why: 'wrong method' } };
    const isTyped = method === 'POST' && gateway.mediaTypes.length > 0;
    if (isTyped && !gateway.mediaTypes.includes(mediaTypeOf(headers))) return wrongMediaType;
    const verdict = await gateway.read(
      { method, url, headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) },
      agreed(),
    );
    const isLong =
      verdict !== 'nothing' && 'sms' in verdict && verdict.sms.some(({ text }) => text.length > LONGEST_TEXT);
    return isLong ? { refused: tooLarge } : verdict;
  }

  function accept(reply: FastifyReply, answers: readonly WebhookAnswer[]): FastifyReply {
    answers.forEach(answered);
    const { mediaType, body } = gateway.reply ?? replyOf(behind.answer);
    return body === '' ? reply.send() : reply.type(mediaType).send(body);
  }

  function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
    answered(refusal);
    if (refusal.status === 405) reply.header('allow', gateway.methods.join(', '));
    return reply.code(refusal.status).type('text/plain').send(refusal.why);
  }

  /** What fastify itself would not read. */
  function refuseFaulty(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
    if (error.statusCode === 413) refuse(reply, tooLarge);
    else if (error.statusCode === 415) refuse(reply, wrongMediaType.refused);
    else refuse(reply, { status: 400, why: 'malformed' });
  }
}

const tooLarge: Refusal = { status: 413, why: 'too large' };
const pathOf = (url: string) => url.split('?', 1)[0] ?? '';

function replyOf(answer = ''): Reply {
  return { mediaType: /^[[{]/.test(answer) ? 'application/json' : 'text/plain', body: answer };
}

const wrongMediaType = {
  refused: { status: 415, why: 'wrong media type' },
} as const satisfies GatewayVerdict;

/**
 * A database takes no NUL, and would refuse the message for ever. The content counts with the gateway's id:
 * two messages that came under one id, as a batch's, are two.
 */
function toKeep(sms: Sms): NewMessage {
  const plain = (text: string) => text.replaceAll('\0', '');
  const { id = '', sentAt, part } = sms;
  const [from, to, text] = [plain(sms.from), plain(sms.to), plain(sms.text)];
  const identity = id === '' ? [from, to, text, sentAt, part] : [id, from, to, text];
  const externalId = createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
  return {
    source: SOURCE,
    externalId,
    from,
    to,
    text,
    ...(sentAt !== undefined && { sentAt }),
    ...(part && { part }),
  };
}
