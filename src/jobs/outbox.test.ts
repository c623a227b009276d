import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { Secret } from '../secret.ts';
import type { Store } from '../store/store.ts';
import { deliverAll } from './outbox.ts';

test('of a database that is away one hears once, and again when it has been back', async () => {
  const over = new AbortController();
  const reported: string[] = [];
  const answers = ['away', 'away', 'back', 'away', 'away'];
  const query = async () => {
    const answer = answers.shift();
    if (answers.length === 0) over.abort();
    if (answer === 'away') throw new Error('the database is being restarted');
    return { rows: [] };
  };
  const tools = { fetch, clock: instantClock(), signal: over.signal };
  const store = { pool: { query } } as unknown as Pick<Store, 'pool'>;
  await deliverAll(
    store,
    { url: new Secret('http://127.0.0.1:1/after') },
    tools,
    (problem) => void reported.push(problem),
  );
  assert.deepEqual(
    reported,
    Array(2).fill('The store cannot be used: PostgreSQL says: the database is being restarted.'),
  );
});
