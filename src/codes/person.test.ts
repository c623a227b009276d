import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Clock } from '../clock.ts';
import { CodeSourceError, CodeTimeoutError } from '../errors.ts';
import { codeIn, inTurn, personSource, terminalAsker, type Asker } from './person.ts';

/** A clock whose time passes when the test says so. */
function stillClock() {
  let now = Date.UTC(2026, 0, 1);
  const sleepers: { until: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    sleep: (ms, _why, signal) =>
      new Promise((wake, reject) => {
        sleepers.push({ until: now + ms, wake });
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
  const pass = (ms: number) => {
    now += ms;
    for (const { until, wake } of sleepers) if (until <= now) wake();
  };
  return { clock, pass };
}

/** A person who types these lines, then nothing more. */
function typing(...lines: (string | (() => string))[]) {
  const prompts: string[] = [];
  const ask: Asker = {
    terminal: true,
    question: (prompt, signal) => {
      prompts.push(prompt);
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(typeof line === 'string' ? line : line());
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    },
  };
  return { ask, prompts };
}

const request = { address: 'ivan@example.com', timeoutMs: 300_000 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a person', () => {
  it('is asked for the code, with the time that is left, and types it', async () => {
    const { clock } = stillClock();
    const { ask, prompts } = typing('123 456');
    const source = personSource({ ask, clock });
    const since = await source.baseline();
    assert.deepEqual(since, { source: 'person', takenAt: '2026-01-01T00:00:00.000Z', position: {} });
    const { code, ...rest } = await source.waitForCode({ since, ...request });
    assert.equal(code.reveal(), '123456');
    assert.deepEqual(rest, { receivedAt: clock.now(), from: 'person', source: 'person' });
    assert.deepEqual(prompts, ['Code sent to i***@example.com (5 min left): ']);
  });

  it('is asked again after Enter alone, and reads what a code is after anything else', async () => {
    const { clock, pass } = stillClock();
    const later = () => (pass(220_000), '12345');
    const { ask, prompts } = typing('', later, '123456');
    const source = personSource({ ask, clock });
    await source.waitForCode({ since: await source.baseline(), ...request });
    assert.deepEqual(prompts, [
      'Code sent to i***@example.com (5 min left): ',
      'Code sent to i***@example.com (5 min left): ',
      'That is no code. A code has 6 digits, such as 123456 or 123 456.\nCode sent to i***@example.com (80 s left): ',
    ]);
  });

  for (const [typed, seen] of [
    [[], 'nothing was typed in'],
    [['no'], 'what was typed in was no code of 6 digits'],
  ] as const) {
    it(`has until the deadline, which tells that ${seen}`, async () => {
      const { clock, pass } = stillClock();
      const source = personSource({ ask: typing(...typed).ask, clock });
      const waiting = source.waitForCode({ since: await source.baseline(), ...request });
      await turn();
      pass(300_000);
      await assert.rejects(
        waiting,
        (error) => error instanceof CodeTimeoutError && error.message.endsWith(`within 300 s: ${seen}.`),
      );
    });
  }

  it('answers for two phones one after the other', async () => {
    const { ask, prompts } = typing('111111', '222222');
    const source = personSource({ ask, clock: stillClock().clock });
    const since = await source.baseline();
    const first = source.waitForCode({ since, ...request });
    const second = source.waitForCode({ since, ...request, address: '+359888123456' });
    assert.deepEqual(
      (await Promise.all([first, second])).map(({ code }) => code.reveal()),
      ['111111', '222222'],
    );
    assert.match(prompts[1]!, /^Code sent to \+35\*+56 /);
  });

  it('is asked for the next phone when the one before gave up', async () => {
    const { ask, prompts } = typing();
    const source = personSource({ ask, clock: stillClock().clock });
    const since = await source.baseline();
    const stop = new AbortController();
    const first = source.waitForCode({ since, ...request, signal: stop.signal });
    const second = source.waitForCode({ since, ...request, address: 'maria@example.com' });
    await turn();
    stop.abort(new Error('enough'));
    await assert.rejects(first, /enough/);
    await turn();
    assert.match(prompts[1]!, /m\*\*\*@example\.com/);
    const rejected = assert.rejects(second, CodeSourceError);
    await source.close();
    await rejected;
  });

  it('is missed where there is no terminal, before anything is pressed', async () => {
    const source = personSource({ ask: { ...typing().ask, terminal: false } });
    await assert.rejects(source.baseline(), (error) => {
      assert.ok(error instanceof CodeSourceError);
      assert.match(error.message, /no terminal at which a person could be asked/);
      assert.match(error.hint, /--code-source/);
      return true;
    });
  });
});

it('a terminal that was closed is not waited for', async () => {
  const input = new PassThrough();
  input.end();
  await text(input);
  const asker = terminalAsker(
    input as unknown as NodeJS.ReadStream,
    new PassThrough() as unknown as NodeJS.WriteStream,
  );
  await assert.rejects(asker.question('Code: ', new AbortController().signal), /the terminal was closed/);
});

/** A terminal of which a test is the keyboard; `raw`: whether it edits no line now. */
function keyboard() {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (is: boolean) => void raw.push(is),
  });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const shown = () => String(output.read() ?? '');
  const asker = terminalAsker(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream);
  return { input, output, raw, shown, asker };
}
const running = new AbortController().signal;

it('a terminal shows the question, and gives the line that is typed', async () => {
  const { input, raw, shown, asker } = keyboard();
  assert.equal(asker.terminal, true);
  const answer = asker.question('Code:\u001b[2J ', running);
  await turn();
  assert.ok(!shown().includes('\u001b'));
  input.write('123 456\n');
  assert.equal(await answer, '123 456');
  assert.deepEqual(raw, []);
  assert.equal(input.listenerCount('data'), 0);
});

it('a terminal shows nothing of what is typed hidden, takes back what is erased, and edits lines again', async () => {
  const { input, raw, shown, asker } = keyboard();
  const answer = asker.question('Password: ', running, { isHidden: true });
  await turn();
  assert.deepEqual([shown(), raw], ['Password: ', [true]]);
  input.write('Lax\x7fb-\x01pasd\bs7\n');
  assert.equal(await answer, 'Lab-pass7');
  assert.deepEqual([shown(), raw], ['\n', [true, false]]);
});

it('Ctrl-C interrupts this program, also where nothing that is typed is shown', async (t) => {
  const killed: unknown[] = [];
  t.mock.method(process, 'kill', (...of: unknown[]) => killed.push(of));
  const { input, asker } = keyboard();
  const stop = new AbortController();
  const answer = asker.question('Password: ', stop.signal, { isHidden: true });
  answer.catch(() => undefined);
  await turn();
  input.write('a');
  await turn();
  assert.deepEqual(killed, []);
  input.write('\x03');
  await turn();
  assert.deepEqual(killed, [[process.pid, 'SIGINT']]);
  stop.abort(new Error('stopped'));
  await assert.rejects(answer, /stopped/);
});

it('a question that is stopped ends its line, and the next one is asked', async () => {
  const { input, shown, asker } = keyboard();
  const stop = new AbortController();
  const stopped = asker.question('Code: ', stop.signal);
  stopped.catch(() => undefined);
  await turn();
  stop.abort(new Error('enough'));
  await assert.rejects(stopped, /enough/);
  assert.match(shown(), /^Code: [\r\n]+$/);
  const next = asker.question('Next: ', running);
  await turn();
  input.write('yes\n');
  assert.equal(await next, 'yes');
});

it('no person can be asked where input or output is no terminal', () => {
  const { input, output } = keyboard();
  for (const [given, taken] of [
    [new PassThrough(), output],
    [input, new PassThrough()],
  ])
    assert.equal(
      terminalAsker(given as unknown as NodeJS.ReadStream, taken as unknown as NodeJS.WriteStream).terminal,
      false,
    );
});

it('one person is asked one question after the other, whatever became of the one before', async () => {
  const asked: [string, unknown][] = [];
  const first = Promise.withResolvers<string>();
  const ask = inTurn({
    terminal: true,
    question: (prompt, _signal, how) => {
      asked.push([prompt, how]);
      return prompt === 'first' ? first.promise : Promise.resolve('yes');
    },
  });
  assert.equal(ask.terminal, true);
  const one = ask.question('first', running, { isHidden: true });
  const stop = new AbortController();
  const two = ask.question('second', stop.signal);
  const three = ask.question('third', running);
  await turn();
  assert.deepEqual(asked, [['first', { isHidden: true }]]);
  stop.abort(new Error('enough'));
  await assert.rejects(two, /enough/);
  first.reject(new Error('closed'));
  await assert.rejects(one, /closed/);
  assert.equal(await three, 'yes');
  assert.deepEqual(
    asked.map(([prompt]) => prompt),
    ['first', 'third'],
  );
});

for (const [typed, code] of [
  ['123456', '123456'],
  [' 12-34 56 ', '123456'],
  ['１２３–４５６', '123456'],
  ['١٢٣ ٤٥٦', '123456'],
  ['\u200f\u2067123456\u2069\u200e', '123456'],
  ['1234567', undefined],
  ['12345a', undefined],
  ['code 123456', undefined],
] as const) {
  it(`'${typed}' is ${code ? 'a' : 'no'} code`, () => assert.equal(codeIn(typed), code));
}
