import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhoneLostError } from '../errors.ts';
import { isGone, LookAgain, mayLookAgain, mayPass } from './passing.ts';

const LOST = new PhoneLostError('X1', { passwordSubmitted: false });

/** What a driver says, and whether it means that a thing is gone, that an act may pass, that a look may. */
const FAULTS: [fault: unknown, gone: boolean, act: boolean, look: boolean][] = [
  [new LookAgain('the screen was dark'), true, true, true],
  [new Error("Can't call click on element because element wasn't found"), true, true, true],
  [new Error('no such element: An element could not be found'), true, true, true],
  [new Error('stale element reference'), true, true, true],
  [new Error('The element could not be located on the page'), true, true, true],
  [new Error('unknown error: out of memory'), false, true, true],
  [new Error('An unknown server-side error occurred'), false, true, true],
  [new Error('Timed out waiting for the root AccessibilityNodeInfo in the active window'), false, true, true],
  [new Error('androidx.test.uiautomator.StaleObjectException'), false, true, true],
  [new Error('io.appium.uiautomator2.common.exceptions.UiAutomator2Exception'), false, true, true],
  [new Error('element not interactable'), false, true, true],
  [new Error('element click intercepted'), false, true, true],
  [new Error('invalid element state'), false, true, true],
  [new Error('The request timed out after 10000 ms'), false, true, true],
  [new Error('timed out after 240000ms'), false, true, true],
  [new Error('Something that no driver says'), false, false, true],
  [new Error('unknown error: the instrumentation process is not running'), false, false, false],
  [new Error('invalid session id: unknown error'), false, false, false],
  [new Error('A session is either terminated or not started: unknown error'), false, false, false],
  [new Error('unknown error: socket hang up'), false, false, false],
  [new Error('unknown error: connect ECONNREFUSED 127.0.0.1'), false, false, false],
  [new Error('unknown error: failed to fetch'), false, false, false],
  [new Error('unknown error: not connected to DevTools'), false, false, false],
  [new Error('unknown error: INJECT_EVENTS permission'), false, false, false],
  [new Error('no such element: no such window'), true, false, false],
  [new Error('unknown error: target window already closed'), false, false, false],
  [new Error('unknown error: chrome not reachable'), false, false, false],
  [new Error('unknown error: tab crashed'), false, false, false],
  [LOST, false, false, false],
];
for (const [fault, gone, act, look] of FAULTS)
  test(`${String(fault)}: ${gone ? 'gone' : 'there'}, an act ${act ? 'may pass' : 'ends'}, a look ${look ? 'may pass' : 'ends'}`, () => {
    assert.deepEqual([isGone(fault), mayPass(fault), mayLookAgain(fault)], [gone, act, look]);
  });
