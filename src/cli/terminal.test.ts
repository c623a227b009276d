import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { overhear } from '../live/command.ts';
import { interruption, log, logAsJson, narrator, say, style } from './terminal.ts';

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

// It stays so in this process: the last test.
test('a log has a JSON object in each line, with its time, in plain words', (t) => {
  logAsJson();
  const said = overhear(t);
  say(style('dim', '\nstopping'));
  say('');
  log({ level: 'warn', at: '2026-11-26T00:50:00.000Z', kind: 'problem', what: 'two\nlines' });
  said.end();
  const [first = '', second = '', ...rest] = said.stderr.split('\n');
  const { at, ...words } = JSON.parse(first) as { at: string };
  assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(words, { level: 'info', what: 'stopping' });
  assert.deepEqual(JSON.parse(second), {
    ...{ at: '2026-11-26T00:50:00.000Z', level: 'warn', kind: 'problem', what: 'two\nlines' },
  });
  assert.deepEqual(rest, ['']);
});
