import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Done } from '../runs/control.ts';
import { localTime } from '../words/local-time.ts';
import { viewerOf } from './layout.ts';
import { answerOf, gestureIn, nameOfDeed, noteOf, sureIn } from './screen-routes.ts';

const SCREEN = { width: 1080, height: 2400 };
const asked = (body: unknown) => gestureIn(body, SCREEN);

suite('a gesture that a page sends', () => {
  test('has its places as parts of the picture, and is counted in pixels of the screen', () => {
    assert.deepEqual(asked({ kind: 'tap', x: 0.5, y: 0.25 }), { kind: 'tap', x: 540, y: 600 });
    assert.deepEqual(asked({ kind: 'tap', x: 0, y: 0 }), { kind: 'tap', x: 0, y: 0 });
    assert.deepEqual(asked({ kind: 'tap', x: 0.99999, y: 0.99999 }), { kind: 'tap', x: 1079, y: 2399 });
    assert.deepEqual(asked({ kind: 'swipe', x: 0.5, y: 0.75, toX: 0.25, toY: 0.125, ms: 300.4 }), {
      ...{ kind: 'swipe', x: 540, y: 1800, toX: 270, toY: 300, ms: 300 },
    });
  });

  test('outside the picture is none', () => {
    for (const part of [1, 1.5, -0.001, 'x', undefined, NaN]) {
      for (const name of ['x', 'y']) {
        assert.equal(
          asked({ ...{ kind: 'tap', x: 0.5, y: 0.5 }, [name]: part }),
          undefined,
          `${name} ${part}`,
        );
      }
      for (const name of ['x', 'y', 'toX', 'toY'])
        assert.equal(
          asked({ ...{ kind: 'swipe', x: 0.5, y: 0.5, toX: 0.5, toY: 0.1, ms: 200 }, [name]: part }),
          undefined,
          `${name} ${part}`,
        );
    }
  });

  test('keeps a finger on the phone for 50 ms to 3 s, also where its time is no number', () => {
    const ms = [0, 49, 50, 51, 2999, 3000, 3001, 1e9, -5, 'x', undefined].map((time) => {
      const swipe = asked({ kind: 'swipe', x: 0.1, y: 0.1, toX: 0.1, toY: 0.9, ms: time });
      return swipe?.kind === 'swipe' ? swipe.ms : undefined;
    });
    assert.deepEqual(ms, [50, 50, 50, 51, 2999, 3000, 3000, 3000, 50, 50, 50]);
  });

  test('types common signs, presses keys that a page has, and does nothing else', () => {
    assert.deepEqual(asked({ kind: 'text', text: 'Ab 1~' }), { kind: 'text', text: 'Ab 1~' });
    for (const text of ['', 'ä', 'тест', '\n', undefined])
      assert.equal(asked({ kind: 'text', text }), undefined);
    for (const key of ['back', 'home', 'recent', 'enter', 'delete'])
      assert.deepEqual(asked({ kind: 'key', key }), { kind: 'key', key });
    for (const key of ['power', 'toString', '', undefined])
      assert.equal(asked({ kind: 'key', key }), undefined);
    for (const body of [
      null,
      undefined,
      'tap',
      {},
      { kind: 'shell', x: 0.1, y: 0.1, text: 'a', key: 'home' },
    ])
      assert.equal(asked(body), undefined, JSON.stringify(body));
  });

  test('says what it does in three words, and in no others', () => {
    assert.deepEqual(
      ['nothing', 'password', 'code', 'new-password', '', undefined].map((sure) => sureIn({ sure })),
      ['nothing', 'password', 'code', undefined, undefined, undefined],
    );
    assert.equal(sureIn(null), undefined);
  });
});

suite('what became of a gesture', () => {
  const tap = { kind: 'tap', x: 5, y: 7 } as const;
  const free = '2026-11-26T00:55:19.000Z';
  const became: [Done, name: string, answer: Record<string, unknown>][] = [
    [{ kind: 'done' }, 'tap', { kind: 'done' }],
    [
      { kind: 'done', counted: 'password-submitted' },
      'password',
      { kind: 'done', said: 'The password went out. It counts as one of two in 24 hours.' },
    ],
    [
      { kind: 'done', counted: 'password-set' },
      'new-password',
      { kind: 'done', said: 'A new password went out. It is on record.' },
    ],
    [
      { kind: 'done', counted: 'code-requested' },
      'code',
      { kind: 'done', said: 'A code was asked for. It counts as one of those of 24 hours.' },
    ],
    [
      { kind: 'ask', why: 'unclear' },
      'refused',
      { kind: 'ask', said: 'The page does not say whether this hands in a password or asks for a code.' },
    ],
    [
      { kind: 'ask', why: 'unreadable' },
      'refused',
      { kind: 'ask', said: 'The page cannot be read, so you have to say what this does.' },
    ],
    [
      { kind: 'spent', freeFrom: free },
      'refused',
      { kind: 'no', said: `Nothing was tapped: this account's budget is spent until ${localTime(free)}.` },
    ],
    [
      { kind: 'no-account' },
      'refused',
      {
        kind: 'no',
        said: 'Nothing was tapped: neither the phone nor an order names the account that it counts for. Do it on the phone itself.',
      },
    ],
  ];
  const viewer = viewerOf({
    ...{ operator: { name: 'Iva', role: 'operate' }, isLoggedIn: true, language: 'en', theme: 'auto' },
    ...{ home: 'north', station: '' },
  });

  test('is said on the page, and has a name of its own in the record', () => {
    for (const [done, name, answer] of became) {
      assert.equal(nameOfDeed(tap, done), name);
      assert.deepEqual(answerOf(done, viewer), answer);
    }
  });

  test('is written down with its place, and never with what was typed', () => {
    assert.deepEqual(noteOf(tap), tap);
    assert.deepEqual(noteOf({ kind: 'key', key: 'back' }), { kind: 'key', key: 'back' });
    assert.deepEqual(noteOf({ kind: 'text', text: 'Kanarie-7' }), { kind: 'text' });
  });
});
