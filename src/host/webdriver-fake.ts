import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface Asked {
  /** `POST /session` */
  what: string;
  body: unknown;
  headers: IncomingHttpHeaders;
}

/** Answers of its own, by what is asked; undefined: none at all, the request stays open. */
export type Answers = Record<string, { status?: number; value: unknown } | undefined>;

/**
 * For tests: a WebDriver server with one session `s1`, which writes down what it is asked and answers
 * everything with null.
 */
export async function startFakeWebdriver(
  t: Pick<TestContext, 'after'>,
  answers: Answers = {},
): Promise<{
  port: number;
  asked: Asked[];
  find: (what: string) => Asked | undefined;
  /** Cuts off what is asked now, and listens no more. */
  end: () => Promise<void>;
}> {
  const asked: Asked[] = [];
  const usual: Answers = {
    'POST /session': { value: { sessionId: 's1', capabilities: { browserName: 'chrome' } } },
    'GET /status': { value: { ready: true } },
  };
  const server = createServer((request, response) => {
    void (async () => {
      const what = `${request.method} ${request.url}`;
      const body = await text(request);
      asked.push({ what, body: body === '' ? undefined : JSON.parse(body), headers: request.headers });
      const all = { ...usual, ...answers };
      const answer = what in all ? all[what] : { value: null };
      if (!answer) return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ value: answer.value }));
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const end = async () => {
    const closed = server.listening ? once(server.close(), 'close') : undefined;
    server.closeAllConnections();
    await closed;
  };
  t.after(end);
  const { port } = server.address() as AddressInfo;
  return { port, asked, find: (what) => asked.find((one) => one.what === what), end };
}
