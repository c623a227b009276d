import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, suite, test } from 'node:test';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { type Clock, systemClock } from '../clock.ts';
import { Secret } from '../secret.ts';
import { askBefore, deliver, type Hook, type HookTools, pauseAfter } from './hooks.ts';

const phone = {
  job: '7',
  batch: 'monday',
  serial: 'a1',
  imei: '356938035643809',
  reference: 'R-1',
  attempt: 1,
};
const record = { id: 'b4a9', body: '{"job":"7"}' };
const SECRET = `whsec_${Buffer.alloc(32, 'lab').toString('base64')}`;

interface Request {
  method: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the lab's system got, and how it answers: the first one once, the last one from then on. */
let got: Request[] = [];
let answers: ((response: ServerResponse) => void)[] = [];
let hook: Hook;

const says = (body: string, status = 200, headers: Record<string, string> = {}) => {
  return (response: ServerResponse) => response.writeHead(status, headers).end(body);
};
const silent = () => undefined;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    got.push({
      method: request.method ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    (answers.length > 1 ? answers.shift() : answers[0])?.(response);
  });
});

/** An address where nobody listens. */
async function nowhere(): Promise<string> {
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const { port } = gone.address() as AddressInfo;
  await new Promise((closed) => gone.close(closed));
  return `http://127.0.0.1:${port}/`;
}

before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  hook = {
    url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`),
    secret: new Secret(SECRET),
  };
});
after(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  [got, answers] = [[], []];
});

/** Nothing is waited for but the answer itself. */
const patient: Clock = {
  ...systemClock,
  sleep: (ms, why, signal) =>
    why.includes('answer') ? systemClock.sleep(ms, why, signal) : Promise.resolve(),
};
/** The time for the answer is over when the request has arrived. */
const hasty: Clock = {
  ...systemClock,
  async sleep(_ms, why) {
    const before = got.length;
    while (why.includes('answer') && got.length === before) await new Promise((turn) => setImmediate(turn));
  },
};
const tools = (changes: Partial<HookTools> = {}): HookTools => ({
  fetch,
  clock: patient,
  signal: new AbortController().signal,
  ...changes,
});

/** What a receiver takes it for; throws where it is not of who has the secret. */
function verified({ headers, body }: Pick<Request, 'headers' | 'body'>, secret = SECRET): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

suite('the hook before a phone', () => {
  test('is asked with the phone and the order, signed', async () => {
    answers = [says('{"action":"run"}')];
    assert.deepEqual(await askBefore(hook, phone, tools()), { action: 'run', reason: '', answered: true });
    const [{ method, headers, body } = assert.fail()] = got;
    assert.equal(method, 'POST');
    assert.deepEqual(JSON.parse(body), { event: 'before', ...phone });
    assert.deepEqual(verified({ headers, body }), { event: 'before', ...phone });
  });

  test('is signed as Standard Webhooks are, over id, time and body', async () => {
    answers = [says('{"action":"run"}')];
    await askBefore(hook, phone, tools());
    const [{ headers, body } = assert.fail()] = got;
    const other = `whsec_${Buffer.alloc(32, 'other').toString('base64')}`;
    for (const [what, forged] of Object.entries({
      body: { headers, body: `${body} ` },
      id: { headers: { ...headers, 'webhook-id': 'b4aa' }, body },
      time: {
        headers: { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60) },
        body,
      },
    }))
      assert.throws(() => verified(forged), WebhookVerificationError, what);
    assert.throws(() => verified({ headers, body }, other), WebhookVerificationError);
  });

  test('skips or holds a phone, with a reason that is fit for a terminal', async () => {
    answers = [says('{"action":"hold","reason":"unpaid\\u001b[2J\\nask Ann"}')];
    assert.deepEqual(await askBefore(hook, phone, tools()), {
      action: 'hold',
      reason: 'unpaid [2J ask Ann',
      answered: true,
    });
    answers = [says('{"action":"skip"}')];
    assert.equal((await askBefore(hook, phone, tools())).action, 'skip');
  });

  test('is asked a second time when it is down, and then its answer counts', async () => {
    answers = [says('', 503), says('{"action":"run"}')];
    assert.equal((await askBefore(hook, phone, tools())).action, 'run');
    assert.equal(got.length, 2);
    for (const request of got) verified(request);
    const [first, second] = got.map(({ headers }) => headers['webhook-id']);
    assert.equal(first, second, 'it is the same question');
    answers = [says('{"action":"run"}')];
    await askBefore(hook, phone, tools());
    assert.notEqual(got[2]?.headers['webhook-id'], first, 'and this is another one');
  });

  test('holds the phone when it cannot be reached, answers nothing in time, or answers nonsense', async () => {
    const held = async (of: Hook, changes: Partial<HookTools> = {}) => {
      const { action, reason, answered } = await askBefore(of, phone, tools(changes));
      assert.deepEqual({ action, answered }, { action: 'hold', answered: false });
      return reason;
    };
    assert.equal(
      await held({ url: new Secret(await nowhere()) }),
      'BEFORE_URL cannot be reached: nothing listens there',
    );
    answers = [silent];
    assert.equal(await held(hook, { clock: hasty }), 'BEFORE_URL cannot be reached: no answer within 5 s');
    answers = [says('', 404)];
    assert.equal(await held(hook), 'BEFORE_URL answers with status 404');
    answers = [says('', 302, { location: '/' })];
    assert.equal(await held(hook), 'BEFORE_URL answers with status 302');
    for (const nonsense of ['', 'null', '"run"', '{"action":"go"}', '<html>']) {
      answers = [says(nonsense)];
      assert.match(await held(hook), /answers something else than \{"action": "run"\}/);
    }
  });

  test('is asked no more when the run is stopped', async () => {
    answers = [silent];
    const controller = new AbortController();
    const asked = askBefore(hook, phone, tools({ signal: controller.signal }));
    controller.abort(new Error('stopped on request'));
    await assert.rejects(asked, /stopped on request/);
  });

  test('may ask for a name and password, which no reason tells', async () => {
    answers = [says('{"action":"run"}')];
    assert.equal(
      (
        await askBefore(
          { url: new Secret(hook.url.reveal().replace('//', '//lab:hidd3n%21@')) },
          phone,
          tools(),
        )
      ).action,
      'run',
    );
    assert.equal(got[0]?.headers.authorization, `Basic ${Buffer.from('lab:hidd3n!').toString('base64')}`);
    const { reason } = await askBefore(
      { url: new Secret((await nowhere()).replace('//', '//lab:hidd3n@')) },
      phone,
      tools(),
    );
    assert.equal(reason, 'BEFORE_URL cannot be reached: nothing listens there');
  });
});

suite('the hook after a phone', () => {
  test('gets the record, signed, under a key that stays the same', async () => {
    answers = [says('', 204)];
    assert.deepEqual(await deliver(hook, record, tools()), { kind: 'delivered' });
    const [{ headers, body } = assert.fail()] = got;
    assert.equal(body, record.body);
    assert.deepEqual(verified({ headers, body }), { job: '7' });
    assert.deepEqual([headers['webhook-id'], headers['idempotency-key']], ['b4a9', 'b4a9']);
  });

  test('gets it again under the same id, with the time of that try, signed anew', async () => {
    answers = [says('', 503), says('')];
    const now = Date.now();
    assert.equal((await deliver(hook, record, tools())).kind, 'retry');
    const later = { ...patient, now: () => now + 120_000 };
    assert.equal((await deliver(hook, record, tools({ clock: later }))).kind, 'delivered');
    for (const request of got) verified(request);
    assert.deepEqual(
      got.map(({ headers }) => headers['webhook-id']),
      ['b4a9', 'b4a9'],
    );
    const [first = 0, second = 0] = got.map(({ headers }) => Number(headers['webhook-timestamp']));
    assert.ok(second - first >= 119, `${first}, then ${second}`);
  });

  test('is not signed for without a secret', async () => {
    answers = [says('')];
    await deliver({ url: hook.url }, record, tools());
    const { headers } = got[0] ?? assert.fail();
    assert.equal(headers['webhook-signature'], undefined);
    assert.deepEqual([headers['webhook-id'], Boolean(headers['webhook-timestamp'])], ['b4a9', true]);
  });

  test('is tried again later where that may help, and not before it wants to', async () => {
    answers = [says('', 429, { 'retry-after': '30' })];
    assert.deepEqual(await deliver(hook, record, tools()), {
      kind: 'retry',
      why: 'AFTER_URL answers with status 429',
      afterMs: 30_000,
    });
    answers = [silent];
    assert.deepEqual(await deliver(hook, record, tools({ clock: hasty })), {
      kind: 'retry',
      why: 'AFTER_URL cannot be reached: no answer within 5 s',
      afterMs: 0,
    });
    answers = [says('', 500)];
    assert.equal((await deliver(hook, record, tools())).kind, 'retry');
  });

  test('is left alone when it refuses the record', async () => {
    answers = [says('', 422)];
    assert.deepEqual(await deliver(hook, record, tools()), {
      kind: 'refused',
      why: 'AFTER_URL answers with status 422',
    });
  });

  test('is tried for three days, with longer and longer pauses', () => {
    const pauses = Array.from({ length: 30 }, (_, at) => pauseAfter(at + 1)).filter(
      (pause) => pause !== undefined,
    );
    assert.deepEqual(
      pauses,
      pauses.toSorted((one, other) => one - other),
    );
    assert.equal(Math.round(pauses.reduce((sum, pause) => sum + pause) / 86_400_000), 3);
    assert.equal(pauseAfter(pauses.length + 1), undefined);
  });
});

test('a hook has five seconds for its answer, and a second before it is asked once more', async () => {
  const slept: [number, string][] = [];
  const kept: Clock = {
    ...systemClock,
    async sleep(ms, why, signal) {
      slept.push([ms, why]);
      if (!why.includes('answer')) return;
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('over'))));
    },
  };
  answers = [says('', 503), says('{"action": "run"}')];

  assert.equal((await askBefore(hook, phone, tools({ clock: kept }))).action, 'run');
  assert.deepEqual(slept, [
    [5000, 'the answer of a hook'],
    [1000, 'the hook to come back'],
    [5000, 'the answer of a hook'],
  ]);
});

test('a request that fails for a reason that has no words is said to have failed, without the address', async () => {
  const broken = () => Promise.reject(new Error('http://127.0.0.1/secret'));

  assert.deepEqual(await askBefore(hook, phone, tools({ fetch: broken })), {
    action: 'hold',
    reason: 'BEFORE_URL cannot be reached: the request failed',
    answered: false,
  });
  assert.deepEqual(await deliver(hook, { id: '1', body: '{}' }, tools({ fetch: broken })), {
    kind: 'retry',
    why: 'AFTER_URL cannot be reached: the request failed',
    afterMs: 0,
  });
});

test('a record is delivered by any status from 200 to 299, and by none beside', async () => {
  const of = async (status: number) => {
    answers = [says('', status)];
    return deliver(hook, record, tools());
  };
  for (const status of [200, 204, 299]) assert.deepEqual(await of(status), { kind: 'delivered' });
  for (const status of [300, 400, 404, 410])
    assert.deepEqual(await of(status), { kind: 'refused', why: `AFTER_URL answers with status ${status}` });
  for (const status of [408, 409, 425, 429, 500, 599])
    assert.equal((await of(status)).kind, 'retry', String(status));
});
