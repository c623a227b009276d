import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { CodeSourceError, CodeTimeoutError } from '../errors.ts';
import { CodeMatcher, type MatcherOptions } from './matcher.ts';
import type { Inbox, Message } from './inbox.ts';
import type { CodeRequest, Position } from './source.ts';

const START = Date.UTC(2026, 0, 1);
const LAB = 'lab+1@example.com';

/** Time stands still until the test moves it. */
class HandClock implements Clock {
  #now = START;
  readonly #sleepers: { until: number; wake: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  elapsed(): number {
    return this.#now - START;
  }
  sleep(ms: number, _why: string, signal?: AbortSignal): Promise<void> {
    return new Promise((wake, reject) => {
      this.#sleepers.push({ until: this.#now + ms, wake });
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }
  pass(ms: number): void {
    this.#now += ms;
    for (const { until, wake } of this.#sleepers) if (until <= this.#now) wake();
  }
}

/** An inbox in memory that keeps what it got, like a mail server, and counts its connections. */
class Pigeonhole implements Inbox {
  readonly name = 'pigeonhole';
  readonly kept: Message[] = [];
  connections = 0;
  open = 0;
  closed = false;
  readonly #deliver = new Set<(message: Message) => void>();
  #fail: (error: Error) => void = () => undefined;

  async position(): Promise<Position> {
    return { 'box/1': this.kept.length + 1 };
  }
  async follow(from: Position, deliver: (message: Message) => void, signal: AbortSignal): Promise<void> {
    this.connections++;
    this.open++;
    for (const message of this.kept) if (message.number >= (from['box/1'] ?? 0)) deliver(message);
    this.#deliver.add(deliver);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#fail = reject;
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
    await promise.finally(() => {
      this.open--;
      this.#deliver.delete(deliver);
    });
  }
  async check(): Promise<string> {
    return '';
  }
  async close(): Promise<void> {
    this.closed = true;
  }
  get(changes: Partial<Message> & { code?: string } = {}): void {
    const number = this.kept.length + 1;
    const message: Message = {
      id: `m${number}`,
      channel: 'mail',
      from: 'noreply@notice.xiaomi.com',
      to: [LAB],
      text: `Your verification code is ${changes.code ?? '314159'}.`,
      receivedAt: clock.now(),
      stream: 'box/1',
      number,
      ...changes,
    };
    this.kept.push(message);
    for (const deliver of this.#deliver) deliver(message);
  }
  breakDown(error: Error): void {
    this.#fail(error);
  }
}

let clock: HandClock;
let inbox: Pigeonhole;
let desk: CodeMatcher;
let claimed: Set<string>;
const options = () => ({
  clock,
  allowed: { mail: ['xiaomi.com'], sms: [] },
  claim: async (message: string) => !claimed.has(message) && claimed.add(message).size > 0,
});

beforeEach(() => {
  clock = new HandClock();
  inbox = new Pigeonhole();
  claimed = new Set();
  desk = new CodeMatcher(inbox, options());
});

const wait = async (changes: Partial<CodeRequest> = {}) => {
  const since = changes.since ?? (await desk.baseline());
  return desk.waitForCode({ since, address: LAB, timeoutMs: 60_000, ...changes });
};
/** Everything that is under way has had its turn. */
const settled = async () => {
  for (let turns = 0; turns < 20; turns++) await new Promise((turn) => setImmediate(turn));
};
const code = async (waiting: ReturnType<typeof wait>) => (await waiting).code.reveal();
/** What the error at the end of the time says came instead. */
async function instead(messages: () => void, changes: Partial<CodeRequest> = {}): Promise<string> {
  const waiting = wait(changes);
  await settled();
  messages();
  await settled();
  clock.pass(60_000);
  const error = await waiting.then(
    () => assert.fail('a code was given'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof CodeTimeoutError);
  return error.message;
}

describe('the desk', () => {
  it('gives the code that comes after the baseline, with who sent it and when', async () => {
    inbox.get({ code: '111111' });
    const waiting = wait();
    await settled();
    clock.pass(5000);
    inbox.get({ code: '222222' });
    const { code, ...rest } = await waiting;
    assert.equal(code.reveal(), '222222');
    assert.deepEqual(rest, {
      from: 'noreply@notice.xiaomi.com',
      receivedAt: START + 5000,
      source: 'pigeonhole',
    });
    assert.doesNotMatch(JSON.stringify({ code, ...rest }), /222222/);
  });

  it('gives a code that came between the baseline and the waiting', async () => {
    const since = await desk.baseline();
    inbox.get({ code: '333333' });
    assert.equal(await code(wait({ since })), '333333');
  });

  describe('case a11: goes by the order of the inbox, not by a clock that may be wrong', () => {
    /** What the clock of this computer is ahead by, s. */
    for (const ahead of [0, 45, 120, 3600, 86_400, -120, -86_400]) {
      it(`with a clock that is ${ahead} s ahead`, async () => {
        const since = await desk.baseline();
        const right = START - ahead * 1000 + 5000;
        inbox.get({ code: '271828', receivedAt: right, sentAt: right - 2000 });
        assert.equal(await code(wait({ since })), '271828');
      });
    }

    it('and with one that is ahead, a mail of before that was long under way is still an old one', async () => {
      const since = await desk.baseline();
      const right = START - 3600_000 + 5000;
      inbox.get({ code: '111111', receivedAt: right, sentAt: right - 600_000 });
      inbox.get({ code: '222222', receivedAt: START, sentAt: right - 600_000, transit: 600_000 });
      inbox.get({ code: '333333', receivedAt: right, moved: true });
      inbox.get({ code: '271828', receivedAt: START, sentAt: right, transit: 0 });
      assert.equal(await code(wait({ since })), '271828');
    });
  });

  it('gives the one sent last of several that lie there, in whatever order they came', async () => {
    const since = await desk.baseline();
    inbox.get({ code: '222222', sentAt: START + 2000 });
    inbox.get({ code: '111111', sentAt: START + 1000 });
    assert.equal(await code(wait({ since })), '222222');
  });

  it('takes up a wait with the baseline of an earlier process, and looks further back for it', async () => {
    const since = await desk.baseline();
    await desk.close();
    inbox.get({ code: '444444' });
    const later = new CodeMatcher(inbox, options());
    await later.baseline();
    assert.equal((await later.waitForCode({ since, address: LAB, timeoutMs: 1000 })).code.reveal(), '444444');
    await later.close();
    assert.equal(inbox.open, 0);
  });

  it('takes up such a wait also where the numbering has begun anew meanwhile', async () => {
    const since = {
      source: 'pigeonhole',
      takenAt: new Date(START - 1).toISOString(),
      position: { 'box/0': 7 },
    };
    inbox.get({ code: '444444' });
    await desk.baseline();
    assert.equal(await code(wait({ since })), '444444');
  });

  it('goes by the time where the numbering began anew', async () => {
    const since = await desk.baseline();
    inbox.get({ code: '111111', stream: 'box/2', number: 1, receivedAt: START - 1 });
    inbox.get({ code: '222222', stream: 'box/2', number: 2, receivedAt: START + 1 });
    assert.equal(await code(wait({ since })), '222222');
  });

  it('gives each of a hundred who wait their own code over one connection', async () => {
    const addresses = Array.from({ length: 100 }, (_, n) => `lab+${n}@example.com`);
    const waiting = addresses.map((address) => wait({ address }));
    await settled();
    for (const [n, address] of addresses.entries()) inbox.get({ to: [address], code: String(200_000 + n) });
    const codes = await Promise.all(waiting.map(code));
    assert.deepEqual(
      codes,
      addresses.map((_, n) => String(200_000 + n)),
    );
    assert.equal(inbox.connections, 1);
  });

  it('gives one code to one of two who wait for it', async () => {
    const since = await desk.baseline();
    const waiting = [wait({ since }), wait({ since })];
    await settled();
    inbox.get({ code: '555555' });
    const first = await Promise.race(waiting);
    assert.equal(first.code.reveal(), '555555');
    inbox.get({ code: '666666' });
    assert.deepEqual((await Promise.all(waiting.map(code))).toSorted(), ['555555', '666666']);
  });

  it('leaves a code to the process that took it', async () => {
    claimed.add('pigeonhole:m1');
    assert.match(await instead(() => inbox.get()), /1 message arrived, all taken by others\./);
  });

  it('counts a message that is delivered twice once', async () => {
    assert.match(
      await instead(() => [1, 2].forEach(() => inbox.get({ id: 'same', text: 'Hello' }))),
      /1 message arrived, none with a code/,
    );
  });

  it('gives a message without a recipient to the only one who waits', async () => {
    const waiting = wait({ address: '+1 555 0100' });
    await settled();
    inbox.get({ channel: 'sms', to: [], from: '1069', text: '【小米】123456（验证码）' });
    assert.equal(await code(waiting), '123456');
  });

  it('gives a message without a recipient to nobody while two wait', async () => {
    const other = wait({ address: '+1 555 0101' });
    const says = await instead(
      () => inbox.get({ channel: 'sms', to: [], from: '1069', text: '【小米】123456（验证码）' }),
      {
        address: '+1 555 0100',
      },
    );
    assert.match(says, /1 message arrived, which do not say whom they are to, while others wait too\./);
    await assert.rejects(other, CodeTimeoutError);
  });

  const elsewhere: [what: string, announce: NonNullable<MatcherOptions['announce']>, isGiven: boolean][] = [
    ['nobody waits', async () => ({ isAlone: async () => true, end: async () => undefined }), true],
    [
      'another process waits, too',
      async () => ({ isAlone: async () => false, end: async () => undefined }),
      false,
    ],
    ['nobody can say who waits', () => Promise.reject(new Error('no store')), false],
  ];
  for (const [what, announce, isGiven] of elsewhere) {
    it(`gives a message without a recipient ${isGiven ? 'where' : 'to nobody while'} ${what}, and one with a recipient always`, async () => {
      desk = new CodeMatcher(inbox, { ...options(), announce });
      const waiting = wait({ address: '+1 555 0100' });
      await settled();
      inbox.get({ channel: 'sms', to: [], from: '1069', text: '【小米】123456（验证码）' });
      await settled();
      inbox.get({ channel: 'sms', to: ['+15550100'], from: '1069', text: '【小米】654321（验证码）' });
      assert.equal(await code(waiting), isGiven ? '123456' : '654321');
    });
  }

  it('makes each wait known with where its code can come from, and that it is over', async () => {
    const known: unknown[] = [];
    let over = 0;
    const announce: MatcherOptions['announce'] = async (wait) => {
      known.push(wait);
      return { isAlone: async () => true, end: async () => void over++ };
    };
    desk = new CodeMatcher(inbox, { ...options(), announce });
    const waiting = [wait({ address: ' Lab+1@Example.com' }), wait({ address: '+1 (555) 01-00' })];
    await settled();
    assert.deepEqual(known, [
      { streams: ['box/1'], address: 'lab+1@example.com', ms: 60_000 },
      { streams: ['box/1'], address: '15550100', ms: 60_000 },
    ]);
    inbox.get();
    await waiting[0];
    await settled();
    assert.equal(over, 1);
    clock.pass(60_000);
    await assert.rejects(waiting[1] as Promise<unknown>, CodeTimeoutError);
    await settled();
    assert.equal(over, 2);
  });

  const ignored: [what: string, messages: () => void, says: RegExp, changes?: Partial<CodeRequest>][] = [
    ['nothing', () => undefined, /within 60 s: no message arrived\./],
    [
      'a perfect code from another domain',
      () => [1, 2, 3].forEach(() => inbox.get({ from: 'noreply@evilxiaomi.com' })),
      /3 messages arrived, none from an allowed sender\./,
    ],
    [
      'a code to another address',
      () => inbox.get({ to: ['lab+2@example.com'] }),
      /1 message arrived, none to this address\./,
    ],
    [
      'two codes in one message',
      () => inbox.get({ text: 'Code 123456 or code 654321' }),
      /none with a code \(two numbers could be the code\)/,
    ],
    [
      'a message of long before',
      () => inbox.get({ sentAt: START - 61_000 }),
      /all sent before the code was asked for\./,
    ],
    [
      'one that does not fit the condition',
      () => inbox.get(),
      /none about this account/,
      { match: () => false },
    ],
    [
      'several at once',
      () => {
        inbox.get({ from: 'x@example.com' });
        inbox.get({ to: ['lab+2@example.com'] });
        inbox.get({ from: 'y@example.com' });
      },
      /3 messages arrived: 2 from senders that may not send a code, 1 to another address\./,
    ],
  ];
  for (const [what, messages, says, changes] of ignored) {
    it(`says at the end of the time that ${what} came, and gives no code`, async () => {
      const message = await instead(messages, changes);
      assert.match(message, says);
      assert.doesNotMatch(message, /314159|123456|lab\+/);
    });
  }

  it('ends a wait that is cancelled with the reason, and nothing is left of it', async () => {
    const stop = new AbortController();
    const waiting = wait({ signal: stop.signal });
    await settled();
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(wait({ signal: stop.signal }), /enough/);
    await desk.close();
    assert.equal(inbox.open, 0);
    assert.ok(inbox.closed);
  });

  it('rejects with a reason that is no error, too', async () => {
    const stop = new AbortController();
    const waiting = wait({ signal: stop.signal });
    await settled();
    stop.abort('enough');
    await assert.rejects(waiting, (reason) => reason === 'enough');
  });

  it('opens nothing again once it is closed', async () => {
    const asking = desk.baseline();
    await desk.close();
    await assert.rejects(asking, /closed while a code was waited for/);
    await assert.rejects(desk.baseline(), /closed while a code was waited for/);
    assert.equal(inbox.connections, 0);
  });

  it('ends every wait when it is closed', async () => {
    const waiting = wait();
    await settled();
    await Promise.all([desk.close(), assert.rejects(waiting, /closed while a code was waited for/)]);
  });

  it('ends every wait when the source lets nobody in any more, and begins anew with the next baseline', async () => {
    const waiting = [wait(), wait()];
    await settled();
    inbox.breakDown(new CodeSourceError('pigeonhole', 'the password is no longer accepted', 'set another'));
    for (const one of waiting) await assert.rejects(one, /no longer accepted/);
    const again = wait();
    await settled();
    inbox.get({ code: '777777' });
    assert.equal(await code(again), '777777');
    await desk.close();
  });
});

describe('what came before anybody waited', () => {
  /** A code, then so much of others; what a wait from before gets. */
  const after = async (others: number, characters: number) => {
    const since = await desk.baseline();
    await settled();
    inbox.get({ code: '271828', text: 'Your code is 271828.' });
    for (let nth = 0; nth < others; nth++)
      inbox.get({ from: 'other@example.org', text: 'x'.repeat(characters / others) });
    const waiting = wait({ since });
    const ended = waiting.then(
      ({ code: found }) => found.reveal(),
      () => 'nothing',
    );
    await settled();
    clock.pass(60_000);
    return ended;
  };

  it('is kept, a thousand messages of it', async () => {
    assert.equal(await after(999, 999), '271828');
  });
  it('is dropped behind a thousand others', async () => {
    assert.equal(await after(1000, 1000), 'nothing');
  });

  const ALL = 8 * 1024 * 1024 - 'Your code is 271828.'.length;
  it('is kept, eight million characters of it', async () => {
    assert.equal(await after(1, ALL), '271828');
  });
  it('is dropped behind more characters', async () => {
    assert.equal(await after(1, ALL + 1), 'nothing');
  });
});

it('a mail that was a minute under way before the baseline may be new, and one of longer is an old one', async () => {
  const of = async (transit: number) => {
    const waiting = wait();
    await settled();
    inbox.get({ sentAt: clock.now() - transit, transit });
    const ended = waiting.then(
      () => 'given',
      (error: Error) => error.message,
    );
    await settled();
    clock.pass(60_000);
    return ended;
  };
  assert.equal(await of(60_000), 'given');
  assert.match(await of(60_001), /within 60 s/);
});
