import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import { BusyError, CancelledError, PhoneLostError, StoreError, TakenOverError } from '../errors.ts';
import type { Hold } from '../store/hold.ts';
import { adbPlace, isStillHeld, trueCause } from './phone-hold.ts';

const holding = (check: () => Promise<void>): Promise<Hold> => Promise.resolve({ check } as Hold);
const taken = new TakenOverError('d1e2');
const gone = new StoreError('it is gone', 'start it');
const running = new AbortController().signal;

test('the cause of a break is the run that took the phone, where no error of ours says otherwise', async () => {
  const broken = new Error('socket hang up');
  const cause = (thrown: unknown, check: () => Promise<void>, signal = running) =>
    trueCause(thrown, holding(check), signal);
  assert.equal(await cause(broken, () => Promise.reject(taken)), taken);
  assert.equal(await cause(broken, () => Promise.resolve()), broken);
  assert.equal(await cause(broken, () => Promise.reject(gone)), broken, 'a database that is away is no other run');
  const lost = new PhoneLostError('d1e2', { passwordSubmitted: false });
  assert.equal(await cause(lost, () => Promise.reject(taken)), lost);
  assert.equal(await trueCause(broken, Promise.reject(new BusyError()), running), broken);
  const stop = new CancelledError({ passwordSubmitted: false });
  assert.equal(await cause(broken, () => Promise.reject(taken), AbortSignal.abort(stop)), stop);
});

test('a phone is still held unless another run has it by now', async () => {
  assert.equal(await isStillHeld({ check: () => Promise.resolve() }), true);
  assert.equal(await isStillHeld({ check: () => Promise.reject(gone) }), true);
  assert.equal(await isStillHeld({ check: () => Promise.reject(taken) }), false);
});

test('serials are those of one adb server: of this computer by its port, of another by host and port', () => {
  assert.equal(adbPlace(loadSettings({ ANDROID_ADB_SERVER_PORT: '5099' })), `${hostname()}:5099`);
  const elsewhere = loadSettings({ ADB_SERVER_SOCKET: 'tcp:lab.example:5037' });
  assert.equal(adbPlace(elsewhere), 'lab.example:5037');
});
