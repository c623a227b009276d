import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { extractCode } from './extract-code.ts';
import { someHostile, type Hostile } from './hostile-messages.ts';
import type { Message } from './inbox.ts';
import { bodyOf } from './mail-body.ts';
import { ENOUGH, readHead } from './mail.ts';
import { codeIn, mailReader, readingRoom } from './reading.ts';

const arrival = { id: 'x', stream: 'INBOX/1', number: 1, receivedAt: Date.UTC(2026, 0, 1) };
const allowed = { mail: ['xiaomi.com'], sms: [] };
const mail = (text: string, from = 'noreply@xiaomi.com') =>
  Buffer.from(`From: ${from}\r\nSubject: Hello\r\n\r\n${text}`);
const message = (text: string): Message => ({ ...arrival, channel: 'mail', from: '', to: [], text });
const program = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

/** Numbers from 0 to 1, the same at each run (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The most steps a character may cost, and what any message may cost beside that. */
const A_CHARACTER = 25;
const ANY_MESSAGE = 150_000;

async function stepsOf(hostile: Hostile): Promise<{ steps: number; length: number }> {
  let steps = 0;
  const count = (more: number) => void (steps += more);
  if (hostile.kind === 'text') {
    extractCode({ channel: 'sms', text: hostile.text }, count);
    return { steps, length: hostile.text.length };
  }
  const { text } = await readHead(hostile.raw, arrival);
  const body = await bodyOf(hostile.raw.subarray(0, ENOUGH), count);
  extractCode({ channel: 'mail', ...body, text: `${text}\n${body.text}` }, count);
  return { steps, length: hostile.raw.byteLength };
}

it('ten thousand messages of up to 1 MB, made to cost time, are read in steps that grow with their length alone', async () => {
  const random = seeded(20261130);
  for (let round = 0; round < 10_000; round++) {
    // Most are small: what grows with the square of a length shows in a few.
    const longest = round % 2000 === 0 ? 1_000_000 : round % 250 === 0 ? 50_000 : 300;
    const hostile = someHostile(random, 1 + Math.floor((0.5 + random() / 2) * longest));
    const { steps, length } = await stepsOf(hostile);
    assert.ok(
      steps <= A_CHARACTER * length + ANY_MESSAGE,
      `${steps} steps for ${length} characters of round ${round}`,
    );
  }
});

describe('a mail is read in a thread of its own', () => {
  it('in part where it is large, and as well as any', async () => {
    const read = mailReader(allowed);
    const { text, unread } = await read(mail(`Your code is 730416.\r\n${'\r\n'.repeat(2_450_000)}`), arrival);
    assert.equal(unread, undefined);
    assert.equal(text, 'Hello\nYour code is 730416.');
    assert.deepEqual(await codeIn(message(`${'A long story. '.repeat(300)}\nYour code is 730416.`)), {
      code: '730416',
    });
  });

  it('and by its header alone where its sender may not send codes', async () => {
    let asked = 0;
    const room = () => Promise.resolve({ text: String(++asked) });
    const { from, text } = await mailReader(allowed, room)(
      mail('Your code is 730416.', 'thief@evil.example'),
      arrival,
    );
    assert.deepEqual({ from, text, asked }, { from: 'thief@evil.example', text: 'Hello', asked: 0 });
    await mailReader(allowed, room)(mail('Your code is 730416.'), arrival);
    assert.equal(asked, 1);
  });

  it('which is given up at the deadline, and the next one is read by another', async () => {
    const slow = program(`
      import { parentPort, threadId } from 'node:worker_threads';
      parentPort.on('message', ({ raw }) => { if (raw[0] === 0x46) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); parentPort.postMessage({ result: { text: 'thread ' + threadId } }); });
      parentPort.postMessage({ ready: true });`);
    const room = readingRoom({ program: slow, deadlineMs: 2000 });
    const read = mailReader(undefined, room);
    const [endless, next] = await Promise.all([
      read(mail('x'), arrival),
      read(Buffer.from('To: a@b.c\r\n\r\nx'), arrival),
    ]);
    assert.deepEqual(extractCode(endless), { none: 'it takes too long to read' });
    assert.match(next.text, /thread \d+$/);
  });

  it('and one that ends the thread harms itself alone', async () => {
    const broken = program(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ raw }) => { if (raw[0] === 0x46) throw new Error('no'); parentPort.postMessage({ result: { text: 'read' } }); });
      parentPort.postMessage({ ready: true });`);
    const read = mailReader(undefined, readingRoom({ program: broken }));
    const [first, second] = await Promise.all([
      read(mail('x'), arrival),
      read(Buffer.from('To: a@b.c\r\n\r\nx'), arrival),
    ]);
    assert.deepEqual([first.unread, second.text], ['it cannot be read', '\nread']);
  });

  it('which keeps no program from ending', () => {
    const script = `const { mailReader } = await import(${JSON.stringify(new URL('./reading.ts', import.meta.url).href)});
      const { text } = await mailReader()(Buffer.from('Subject: a\\r\\n\\r\\nb'), { id: '', stream: '', number: 1, receivedAt: 0 });
      process.stdout.write(JSON.stringify(text));`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.deepEqual({ stdout, status }, { stdout: '"a\\nb"', status: 0 });
  });
});
