import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { overhear } from '../live/command.ts';
import { interruption, narrator } from './terminal.ts';

test('pages are shown with the seconds, what is done on them under them, and what is done once as such', (t) => {
  const said = overhear(t);
  const onEvent = narrator();
  const at = '2026-11-26T00:50:00.000Z';
  onEvent({ at, kind: 'page', page: 'password dialog', package: 'p', source: 's' });
  onEvent({ at, kind: 'step', what: 'press confirm' });
  onEvent({ at, kind: 'password-submitted', what: 'submit the password' });
  said.end();
  const lines = stripVTControlCharacters(said.stderr).split('\n');
  assert.match(lines[0] ?? '', /^ {2}\d\.\d s {2}password dialog$/);
  assert.match(lines[1] ?? '', /^ {2}\d\.\d s {4}→ press confirm$/);
  assert.match(lines[2] ?? '', /→ submit the password \(once\)$/);
});

for (const name of ['SIGINT', 'SIGTERM'] as const)
  test(`the first ${name} asks for an end, the same one twice is one, and a later one ends the process`, (t) => {
    const said = overhear(t);
    const exits: unknown[] = [];
    t.mock.method(process, 'exit', (code: unknown) => exits.push(code));
    t.mock.method(performance, 'now', () => now);
    let now = 1000;
    const before = process.listenerCount(name);
    const interrupted = interruption();
    const { signal } = interrupted;
    assert.equal(signal.aborted, false);
    process.emit(name);
    assert.equal(signal.aborted, true);
    assert.match((signal.reason as Error).message, /stopped on request/);
    now += 300;
    process.emit(name);
    assert.deepEqual(exits, []);
    now += 1;
    process.emit(name);
    assert.deepEqual(exits, [130]);
    interrupted[Symbol.dispose]();
    said.end();
    assert.match(said.stderr, /stopping; once more to stop at once/);
    assert.equal(said.stderr.match(/stopping/g)?.length, 1);
    assert.equal(process.listenerCount(name), before);
  });
