import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { StationEvent } from '../jobs/runner.ts';
import { BottomLines } from './bottom-lines.ts';
import { minutesLeft, BulkProgress } from './bulk-progress.ts';
import { beInSofia } from '../live/zone.ts';

beInSofia();

/** What of a terminal these lines use: printing, wrapping, scrolling, going up, erasing. */
class Screen {
  readonly isTTY: boolean;
  columns: number;
  rows: number;
  /** All rows ever, those that have scrolled away included. */
  #lines = [''];
  #row = 0;
  #column = 0;

  constructor({ columns = 80, rows = 24, isTTY = true } = {}) {
    this.columns = columns;
    this.rows = rows;
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    // eslint-disable-next-line no-control-regex -- a terminal's own
    for (const [piece, count, act] of text.matchAll(/\x1b\[(\d*)([A-Za-z])|[^]/gu)) {
      if (piece === '\n') this.#newLine();
      else if (piece === '\r') this.#column = 0;
      else if (act === 'A')
        this.#row = Math.max(this.#lines.length - this.rows, this.#row - Number(count), 0);
      else if (act === 'K' || act === 'J') {
        this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
        if (act === 'J') this.#lines.splice(this.#row + 1);
      } else if (act === undefined) this.#print(piece);
    }
    return true;
  }

  get shown(): string[] {
    return this.#lines.map((line) => line.trimEnd()).slice(0, this.#lines.at(-1) === '' ? -1 : undefined);
  }

  #print(letter: string): void {
    if (this.#column === this.columns) this.#newLine();
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + letter + line.slice(this.#column + 1);
    this.#column++;
  }

  #newLine(): void {
    this.#column = 0;
    this.#row++;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }
}

const at = '2026-11-26T10:00:00.000Z';
const serial = (n: number) => `d1e2f3${String(n).padStart(2, '0')}`;
const begun = (n: number, reference = `A-${n}`): StationEvent => ({
  ...{ at, kind: 'begun', job: String(n), phone: serial(n), reference, attempt: 1 },
});
const step = (n: number, what: string): StationEvent => ({
  at,
  kind: 'step',
  job: String(n),
  phone: serial(n),
  what,
});
const ended = (n: number, end: Partial<Extract<StationEvent, { kind: 'ended' }>> = {}): StationEvent => ({
  ...{
    at,
    kind: 'ended',
    job: String(n),
    phone: serial(n),
    reference: `A-${n}`,
    state: 'done',
    outcome: 'signed-out',
  },
  ...{ durationMs: 9000, evidence: '' },
  ...end,
});

function watched(t: TestContext, size: ConstructorParameters<typeof Screen>[0], left?: number) {
  const screen = new Screen(size);
  const bottom = new BottomLines(screen, { isStyled: false });
  const clock = { now: 0 };
  const progress = new BulkProgress(bottom, left, () => clock.now);
  t.after(() => progress.close());
  const tell = (...events: StationEvent[]) => events.forEach((event) => progress.onEvent(event));
  return { screen, bottom, progress, clock, tell };
}

suite('how a station gets on', () => {
  test('at a terminal each phone at work has a line with its seconds and step, below what has ended', (t) => {
    const { screen, clock, progress, tell } = watched(t, {}, 3);
    tell(begun(1), begun(2), step(1, 'tap Sign out'));
    clock.now = 7200;
    tell(ended(2));
    assert.deepEqual(screen.shown, [
      `✔ ${serial(2)} A-2 signed out (9.0 s)`,
      `   7 s  ${serial(1)}  A-1  tap Sign out`,
      '        1 done · 2 to go, about 1 min',
    ]);
    progress.close();
    assert.deepEqual(screen.shown, [`✔ ${serial(2)} A-2 signed out (9.0 s)`]);
  });

  test('an end says why and, on a line of its own, what to do now', (t) => {
    const { screen, tell } = watched(t, { isTTY: false });
    tell(ended(1, { state: 'parked', outcome: 'error', reason: 'x', message: 'It broke.', hint: 'mend it' }));
    tell(ended(2, { state: 'waiting', outcome: 'refused', notBefore: '2026-11-29T00:00:00.000Z' }));
    assert.deepEqual(screen.shown, [
      `✘ ${serial(1)} A-1 failed (9.0 s)`,
      '  It broke.',
      '  → mend it',
      `✘ ${serial(2)} A-2 refused; again at 2026-11-29 02:00 UTC+2 (9.0 s)`,
    ]);
  });

  test('more phones than the window has rows are counted, and no row is written over', (t) => {
    const { screen, tell } = watched(t, { rows: 10 }, 30);
    tell(...Array.from({ length: 30 }, (_, n) => begun(n)));
    tell(...Array.from({ length: 25 }, (_, n) => ended(n)));
    const lines = screen.shown;
    assert.equal(lines.length, 25 + 5 + 1);
    assert.deepEqual(
      lines.slice(0, 25),
      Array.from({ length: 25 }, (_, n) => `✔ ${serial(n)} A-${n} signed out (9.0 s)`),
    );
    tell(...Array.from({ length: 20 }, (_, n) => begun(40 + n)));
    assert.equal(screen.shown.slice(25).length, 7);
    assert.match(screen.shown.at(-2) ?? '', /and 20 more at work/);
  });

  test('no line of a phone takes two rows, whatever the list calls it', (t) => {
    const { screen, tell } = watched(t, { columns: 40 }, 2);
    tell(
      begun(1, '订单二〇二六年十一月二十六日第一号'),
      begun(2, 'A-2\x1b[2J\nfor the shop of\ta friend'),
      step(2, 'x'.repeat(99)),
    );
    assert.equal(screen.shown.length, 3);
    for (const line of screen.shown) assert.ok(line.length < 40, line);
    assert.match(screen.shown[1] ?? '', /A-2 \[2J for the/);
  });

  test('what others say meanwhile stands above the phones', (t) => {
    const { screen, bottom, tell } = watched(t, {}, 1);
    tell(begun(1), step(1, 'a step that takes some forty columns, as they do'));
    bottom.say('stopping');
    assert.deepEqual(screen.shown[0], 'stopping');
    assert.equal(screen.shown.length, 3);
  });

  test('phones that come at once are shown together', async (t) => {
    const { screen, tell } = watched(t, { isTTY: false });
    const attached = (n: number): StationEvent => ({ at, kind: 'attached', phone: serial(n) });
    tell(attached(1), attached(2), attached(3), attached(4));
    await Promise.resolve();
    tell(attached(5));
    await Promise.resolve();
    assert.deepEqual(screen.shown, ['  4 phones are attached', `  ${serial(5)} is attached`]);
  });

  test('without a terminal there are whole lines and nothing else', (t) => {
    const { screen, tell } = watched(t, { isTTY: false }, 2);
    tell(begun(1), step(1, 'tap Sign out'), ended(1));
    assert.deepEqual(screen.shown, [`  ${serial(1)} A-1 begun`, `✔ ${serial(1)} A-1 signed out (9.0 s)`]);
  });

  test('each thing that a station says of a phone or of itself has its line and its mark', (t) => {
    const { screen, tell } = watched(t, { isTTY: false, columns: 200 });
    const of = { at, job: '1', phone: serial(1), reference: 'A-1' };
    tell(
      { ...of, kind: 'recorded', state: 'done' },
      { ...of, kind: 'reminded', what: 'its owner was reminded by mail' },
      { at, kind: 'pruned', what: '3 folders of runs were deleted' },
      { at, kind: 'room', what: 'there is room on the disk again' },
      { at, kind: 'problem', what: 'the mail server is silent' },
      { ...begun(1), attempt: 2 } as StationEvent,
      { at, kind: 'given-back', job: '1', phone: serial(1), why: 'its cable was pulled' },
    );
    assert.deepEqual(screen.shown, [
      `✔ ${serial(1)} A-1 is on record now: done`,
      `  ${serial(1)} A-1: its owner was reminded by mail`,
      '  3 folders of runs were deleted',
      '  there is room on the disk again',
      '! the mail server is silent',
      `  ${serial(1)} A-1 begun, attempt 2`,
      `! ${serial(1)} goes on later: its cable was pulled`,
    ]);
  });

  test('an end that is not on record, or that was asked for, says so', (t) => {
    const { screen, tell } = watched(t, { isTTY: false, columns: 200 });
    tell(
      ended(1, { state: 'unrecorded' }),
      ended(2, { outcome: 'cancelled', reason: 'interrupted', state: 'waiting' }),
    );
    assert.deepEqual(screen.shown, [
      `✔ ${serial(1)} A-1 signed out (9.0 s)`,
      '  not on record yet: its end is kept in the store, and the record is written when there is room',
      `! ${serial(2)} A-2 stopped; it goes on next time`,
    ]);
  });

  test('an end that waits is none of the totals, and what is left goes down with the others', (t) => {
    const { screen, tell, progress } = watched(t, { columns: 120 }, 9);
    progress.expect(3);
    tell(ended(1, { state: 'waiting', outcome: 'error', durationMs: 60_000 }));
    assert.equal(screen.shown.at(-1)?.trim(), '3 to go');
    tell(begun(2), ended(3, { durationMs: 180_000 }));
    assert.equal(screen.shown.at(-1)?.trim(), '1 done · 2 to go, about 4 min');
  });

  test('the time that is left counts the phones at work at once, and is not guessed before one has ended', () => {
    assert.equal(minutesLeft(30, 60_000, 10), 3);
    assert.equal(minutesLeft(2, 60_000, 10), 1);
    assert.equal(minutesLeft(30, NaN, 10), undefined);
    assert.equal(minutesLeft(30, 60_000, 0), undefined);
    assert.equal(minutesLeft(0, 60_000, 1), undefined);
  });
});
