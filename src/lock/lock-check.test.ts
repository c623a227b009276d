import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../errors.ts';
import { lockCheck, type LockMemory, type LockSource } from './lock-check.ts';
import type { LockAnswer, LockStatus } from './lock-status.ts';
import type { PastRequest } from './manners.ts';

const IMEI = '867320001234563';
const NOW = Date.UTC(2026, 10, 30, 12);
const SECOND = 1000;
const SOURCE: LockSource = {
  name: 'xiaomi',
  address: (imei) => new URL(`https://locks.example/status?imei=${imei}`),
  headers: { 'x-key': 'k' },
  read: (body) => (body as { lock?: LockAnswer }).lock,
};

interface Wanted {
  past?: PastRequest[];
  known?: LockStatus;
  answer?: () => Response | Promise<Response>;
  intervalMs?: number;
}

/** What is asked, slept and kept, in its order. */
function arrange({ past = [], known, answer, intervalMs = 2 * SECOND }: Wanted = {}) {
  const log: string[] = [];
  const signals: [what: string, signal: AbortSignal | null | undefined][] = [];
  const kept: { status: LockStatus; refusal: LockAnswer['refusal'] }[] = [];
  const memory: LockMemory = {
    requests: async () => past,
    recent: async (source, imei, maxAge) => {
      log.push(`recall ${source} ${imei} ${maxAge / 60_000} min`);
      return known;
    },
    keep: async (status, refusal) => void kept.push({ status, refusal }),
    alone: async (source, work, signal) => {
      signals.push(['alone', signal]);
      log.push(`alone with ${source}`);
      return work();
    },
  };
  const get: typeof fetch = async (address, options) => {
    assert.ok(address instanceof URL);
    const headers = new Headers(options?.headers);
    signals.push(['get', options?.signal]);
    log.push(`get ${address.href} ${headers.get('accept')} ${headers.get('x-key')} ${options?.redirect}`);
    return answer?.() ?? Response.json({ lock: { state: 'on', lost: true } });
  };
  const clock = {
    now: () => NOW,
    elapsed: () => 0,
    sleep: async (ms: number, why: string, signal?: AbortSignal) => {
      signals.push(['sleep', signal]);
      log.push(`sleep ${ms} for ${why}`);
    },
  };
  const check = lockCheck(SOURCE, memory, { intervalMs, budget: 4 }, { fetch: get, clock, random: () => 0 });
  return { check: check.check, log, kept, signals };
}

/** A stream in which letters of two bytes are parted. */
const byteByByte = () =>
  new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (bytes, out) => bytes.forEach((_, at) => out.enqueue(bytes.slice(at, at + 1))),
  });
const GET = `get https://locks.example/status?imei=${IMEI} application/json k manual`;

test('a phone that was not asked about is asked about at once, alone, and the answer is kept', async () => {
  const { check, log, kept } = arrange();
  const status = await check(IMEI);
  assert.deepEqual(status, {
    imei: IMEI,
    state: 'on',
    lost: true,
    at: '2026-11-30T12:00:00.000Z',
    source: 'xiaomi',
  });
  assert.deepEqual(log, ['alone with xiaomi', `recall xiaomi ${IMEI} 10 min`, GET]);
  assert.deepEqual(kept, [{ status, refusal: undefined }]);
});

test('an answer of the last minutes does, and a fresh one is asked for where that is wanted', async () => {
  const known: LockStatus = { imei: IMEI, state: 'off', at: '2026-11-30T11:55:00.000Z', source: 'xiaomi' };
  const first = arrange({ known });
  assert.deepEqual(await first.check(IMEI), known);
  assert.ok(!first.log.includes(GET));
  assert.deepEqual(first.kept, []);
  const second = arrange({ known });
  assert.equal((await second.check(IMEI, { fresh: true })).state, 'on');
  assert.deepEqual(second.log, ['alone with xiaomi', GET]);
});

test('a short pause is waited for before the next request', async () => {
  const { check, log } = arrange({ past: [{ at: NOW - 500 }] });
  await check(IMEI);
  assert.deepEqual(log.slice(2), ['sleep 1500 for the next request to xiaomi', GET]);
});

test('a pause of a minute is waited for, or of one and a half intervals where they are longer; no pause is no wait', async () => {
  const slept = async (past: PastRequest[], intervalMs: number) => {
    const { check, log } = arrange({ past, intervalMs });
    await check(IMEI);
    return (
      log.filter((line) => line.startsWith('sleep')).join() || (log.includes(GET) ? 'at once' : 'not asked')
    );
  };
  const refused = [{ at: NOW, refusal: 'refused' as const }];
  assert.equal(await slept([{ at: NOW }], 60 * SECOND), 'sleep 60000 for the next request to xiaomi');
  assert.equal(await slept(refused, 30 * SECOND), 'sleep 60000 for the next request to xiaomi');
  assert.equal(await slept(refused, 31 * SECOND), 'not asked');
  assert.equal(await slept([{ at: NOW }], 100 * SECOND), 'sleep 100000 for the next request to xiaomi');
  assert.equal(await slept(refused, 100 * SECOND), 'not asked');
  assert.equal(await slept([{ at: NOW - 2 * SECOND }], 2 * SECOND), 'at once');
});

test('a request to stop goes with each wait and with the request itself', async () => {
  const stop = new AbortController();
  const { check, signals } = arrange({ past: [{ at: NOW - 500 }] });
  await check(IMEI, { signal: stop.signal });
  stop.abort();
  assert.deepEqual(
    signals.map(([what, signal]) => [what, signal?.aborted]),
    [
      ['alone', true],
      ['sleep', true],
      ['get', true],
    ],
  );
});

test('a long pause is not waited for: the answer is unknown, says when to ask again, and is not kept', async () => {
  for (const [past, why] of [
    [Array.from({ length: 4 }, () => ({ at: NOW - 60 * SECOND })), /^not asked: the 4 requests of 24 hours/],
    [[{ at: NOW - SECOND, refusal: 'captcha' as const }], /^not asked: it asked for a captcha/],
    [Array.from({ length: 3 }, () => ({ at: NOW, refusal: 'refused' as const })), /refused the last request/],
  ] as const) {
    const { check, log, kept } = arrange({ past: [...past], intervalMs: 20 * SECOND });
    const status = await check(IMEI);
    assert.equal(status.state, 'unknown');
    assert.match(status.why ?? '', why);
    assert.match(status.why ?? '', /; ask again at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    assert.ok(!log.includes(GET));
    assert.deepEqual(kept, []);
  }
});

/** A whole answer, after which only half a letter comes. */
const ended = new TextEncoder().encode('{"lock":{"state":"off"}}');

test('what is no answer is unknown with its reason, and slows the next requests down', async () => {
  for (const [answer, why] of [
    [
      () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })),
      /^the server cannot be asked: /,
    ],
    [() => Promise.reject(new Error('odd')), /^the server cannot be asked: the connection failed$/],
    [() => new Response(`${' '.repeat(64_000)}{}`), /^the answer is longer than any that is known$/],
    [() => new Response(new Uint8Array([...ended, 0xc3])), /^the answer is no JSON$/],
    [() => new Response('', { status: 503 }), /^the server answers with status 503$/],
    [
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      /^the server answers with a web page$/,
    ],
  ] as const) {
    const { check, kept } = arrange({ answer });
    const status = await check(IMEI);
    assert.equal(status.state, 'unknown');
    assert.match(status.why ?? '', why);
    assert.deepEqual(kept, [{ status, refusal: 'refused' }]);
  }
  const text = '{"lock":{"state":"off"}}';
  const whole = arrange({ answer: () => new Response(`${' '.repeat(64_000 - text.length)}${text}`) });
  assert.equal((await whole.check(IMEI)).state, 'off');
  const parted = new TextEncoder().encode('{"lock":{"state":"unknown","why":"é"}}');
  const body = () => new Blob([parted]).stream().pipeThrough(byteByByte());
  assert.equal((await arrange({ answer: () => new Response(body()) }).check(IMEI)).why, 'é');
});

test('a request to stop, and a fault of the program itself, end it; nothing is kept', async () => {
  const stop = new AbortController();
  const stopped = arrange({
    answer: () => (stop.abort(new Error('stopped by hand')), Promise.reject(new Error('aborted'))),
  });
  await assert.rejects(stopped.check(IMEI, { signal: stop.signal }), /stopped by hand/);
  await assert.rejects(stopped.check(IMEI, { signal: stop.signal }), /stopped by hand/);
  assert.equal(stopped.log.filter((line) => line === GET).length, 1, 'it is not asked again');
  const fault = new StoreError('it is gone', 'start it');
  const broken = arrange({ answer: () => Promise.reject(fault) });
  await assert.rejects(broken.check(IMEI), fault);
  assert.deepEqual([...stopped.kept, ...broken.kept], []);
});
