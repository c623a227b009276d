import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { withDatabase } from '../live/ready-database.ts';
import { personSource, type Asker } from '../codes/person.ts';
import { SetAsideError } from '../errors.ts';
import type { Question } from '../flows/recovery.ts';
import { answerQuestion, becameOf, openQuestions, type OpenQuestion } from '../store/questions.ts';
import { openStore, type Store } from '../store/store.ts';
import { pageAsker, pagePerson } from './page-person.ts';

/** A terminal at which a line is typed when the test says so. */
function terminal() {
  const asked: string[] = [];
  let typed = Promise.withResolvers<string>();
  const ask: Asker = {
    terminal: true,
    question: (prompt, signal) => {
      asked.push(prompt);
      typed = Promise.withResolvers();
      signal.addEventListener('abort', () => typed.reject(signal.reason as Error));
      return typed.promise;
    },
  };
  return { ask, asked, type: (line: string) => typed.resolve(line) };
}
const NO_TERMINAL: Asker = { terminal: false, question: () => Promise.reject(new Error('asked')) };

describe('what only a person may answer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-person-'));
  let store: Store;
  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {} });
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const { signal } = new AbortController();
  const doors = { station: 'north', store: async () => store };
  const about = { job: '7', serial: 'd1e2' };

  /** The question that is open, as soon as there is one. */
  async function opened(): Promise<OpenQuestion> {
    for (;;) {
      const [question] = await openQuestions(store.pool);
      if (question) return question;
      await turn();
    }
  }
  const codeFor = (asker: Asker) => {
    const source = personSource({ ask: asker });
    const since = { source: 'person', takenAt: '', position: {} };
    return source.waitForCode({ since, address: 'ivan@example.com', timeoutMs: 90_000 });
  };

  for (const what of ['captcha', 'second-factor', 'agreement', 'password'] satisfies Question['what'][])
    it(`a question (${what}) is one about its phone, and its answer goes on with the run`, async () => {
      const asking = pagePerson(doors, about).ask({ what, prompt: 'Do it' }, signal);
      const { id, askedAt, until, ...question } = await opened();
      assert.deepEqual(question, { ...about, station: 'north', what, prompt: 'Do it', picture: '' });
      assert.equal(Date.parse(until) - Date.parse(askedAt), 300_000);
      assert.deepEqual(await answerQuestion(store, id, 'x7 kp', 'Mira'), { kind: 'taken' });
      assert.equal(await asking, 'x7 kp');
    });

  it('a code is asked for about its phone, for as long as the code is waited for', async () => {
    const waiting = codeFor(pageAsker(doors, about, NO_TERMINAL));
    const { id, askedAt, until, ...question } = await opened();
    const prompt = 'Code sent to i***@example.com';
    assert.deepEqual(question, { ...about, station: 'north', what: 'code', prompt, picture: '' });
    const left = Date.parse(until) - Date.parse(askedAt);
    assert.ok(left > 60_000 && left <= 90_000, `${left} ms`);
    await answerQuestion(store, id, '12345', 'Mira');
    const again = await opened();
    assert.match(again.prompt, /^That is no code\./);
    await answerQuestion(store, again.id, '123 456', 'Mira');
    assert.equal((await waiting).code.reveal(), '123456');
  });

  it('a phone that is set aside is given no code, and its run goes to a person', async () => {
    const refused = assert.rejects(codeFor(pageAsker(doors, about, NO_TERMINAL)), SetAsideError);
    await answerQuestion(store, (await opened()).id, '', 'Mira');
    await refused;
    const asking = pagePerson(doors, about).ask({ what: 'captcha', prompt: '' }, signal);
    await answerQuestion(store, (await opened()).id, '', 'Mira');
    assert.equal(await asking, undefined);
  });

  it('the first answer counts at a terminal too, and the others hear whose it was', async () => {
    const here = terminal();
    const person = { ask: ({ prompt }: Question, over: AbortSignal) => here.ask.question(prompt, over) };
    const asking = pagePerson(doors, about, person).ask({ what: 'captcha', prompt: 'Read it' }, signal);
    const { id } = await opened();
    while (here.asked.length === 0) await turn();
    here.type('x7kp');
    assert.equal(await asking, 'x7kp');
    assert.deepEqual(here.asked, ['Read it']);
    assert.deepEqual(await answerQuestion(store, id, 'late', 'Mira'), {
      kind: 'second',
      by: 'the terminal (north)',
    });
    assert.deepEqual(await openQuestions(store.pool), []);
  });

  it('a terminal is asked no more once a page has answered', async () => {
    const here = terminal();
    const waiting = codeFor(pageAsker(doors, about, here.ask));
    const { id } = await opened();
    while (here.asked.length === 0) await turn();
    here.type('');
    while (here.asked.length === 1) await turn();
    await answerQuestion(store, id, '123456', 'Mira');
    assert.equal((await waiting).code.reveal(), '123456');
    assert.equal(here.asked.length, 2, 'Enter alone asks again there');
    assert.deepEqual(await becameOf(store.pool, id), { kind: 'second', by: 'Mira' });
  });

  it('nothing is asked where no page is open and there is no terminal', async () => {
    const person = pagePerson({ ...doors, isServed: async () => false }, about);
    assert.equal(await person.ask({ what: 'captcha', prompt: '' }, signal), undefined);
    assert.deepEqual(await openQuestions(store.pool), []);
  });
});
