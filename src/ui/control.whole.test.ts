import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { withDatabase } from '../live/ready-database.ts';
import { loadSettings } from '../config/config.ts';
import { BusyError, TakenOverError } from '../errors.ts';
import { ACCOUNT_PAGE } from '../flows/entry.ts';
import { phoneOf } from '../fuzz/in-process.ts';
import { readPage } from '../phone/touch.ts';
import { PageSource } from '../../pageobjects/look.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { isHeld } from '../store/hold.ts';
import { openStore, type Store } from '../store/store.ts';
import { PhoneControls, type PhoneControl, type Sure } from '../runs/control.ts';
import { adbPlace } from '../runs/phone-hold.ts';
import { ledgerIn } from '../runs/store.ts';

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', findDevice: true };
const SERIAL = 'd1e2';
const HEIGHT = 2400;
const OK = /:id\/passport_confirm$|^android:id\/button1$/;

describe('a phone in hand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-control-'));
  const settings = loadSettings({});
  let store: Store;
  let sim: SimPhone;
  let controls: PhoneControls;
  let control: PhoneControl;
  let ended: string[];
  let names: readonly string[];

  before(async () => {
    store = await openStore({ dataDir: withDatabase(folder), env: {} });
  });
  after(async () => {
    await controls.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    await controls?.close();
    await store.pool.query('delete from mi_unbind.ledger');
    sim = new SimPhone({ pace: 'instant', account: ACCOUNT });
    names = [ACCOUNT.id];
    ended = [];
    const phone = () => phoneOf(sim, SERIAL);
    controls = new PhoneControls({ settings, store: async () => store, phone, names: async () => names });
    control = await controls.take(SERIAL, 'Mira', (why) => ended.push(why));
  });

  const look = async () => new PageSource((await readPage(phoneOf(sim, SERIAL)))?.source ?? '<hierarchy/>');
  /** What fits, as soon as the page shows it. */
  async function seen(fits: RegExp) {
    for (let left = 100; ; left--) {
      const { nodes } = await look();
      const node = nodes.find(({ id, text }) => fits.test(id) || fits.test(text));
      if (node) return node;
      assert.ok(left > 0, `${fits} is on the page: ${nodes.map(({ id, text }) => text || id).join(', ')}`);
      await turn();
    }
  }
  /** Taps what fits, in its middle. */
  async function tap(fits: RegExp, sure?: Sure) {
    const [left, top, right, bottom] = (await seen(fits)).bounds;
    const at = { x: Math.round((left + right) / 2), y: Math.round((top + bottom) / 2) };
    return control.act({ kind: 'tap', ...at }, HEIGHT, sure);
  }
  /** To the prompt for the password, with one typed. */
  async function toPassword(password = ACCOUNT.password) {
    await phoneOf(sim, SERIAL).shell(`am start --user 0 ${ACCOUNT_PAGE[0]}`);
    assert.deepEqual(await tap(/^Sign out$/), { kind: 'done' });
    await tap(/:id\/input_pwd_view$/);
    assert.deepEqual(await control.act({ kind: 'text', text: password }, HEIGHT), { kind: 'done' });
  }
  async function signedOut() {
    for (let left = 100; sim.account; left--) {
      assert.ok(left > 0, 'the phone is signed out');
      await turn();
    }
  }
  const counted = () => ledgerIn(store, settings).count(ACCOUNT.id, 'password-submitted');

  it('is no other one’s, and no run’s, until it is released', async () => {
    const at = () => isHeld(store, SERIAL, adbPlace(settings));
    assert.equal(await at(), true);
    await assert.rejects(
      controls.take(SERIAL, 'Ivan', () => undefined),
      BusyError,
    );
    assert.equal(controls.of(SERIAL)?.by, 'Mira');
    await control.release('released');
    assert.deepEqual([await at(), controls.of(SERIAL), ended], [false, undefined, ['released']]);
    await assert.rejects(control.act({ kind: 'key', key: 'home' }, HEIGHT), /released/);
    control = await controls.take(SERIAL, 'Ivan', (why) => ended.push(why));
  });

  it('is over once a run has taken the phone, and says so, also to a browser that comes later', async () => {
    await store.pool.query('delete from mi_unbind.hold');
    await assert.rejects(control.act({ kind: 'key', key: 'home' }, HEIGHT), TakenOverError);
    await control.release('idle');
    const heard: string[] = [];
    control.onOver((why) => heard.push(why));
    assert.deepEqual([control.isOver, ended, heard], [true, ['taken'], ['taken']]);
  });

  it('is released with the last browser that looks at it', async () => {
    const [one, other] = [control.attend(), control.attend()];
    one();
    assert.equal(control.isOver, false);
    other();
    assert.equal(control.isOver, true);
    assert.deepEqual(controls.of(SERIAL), undefined);
  });

  it('goes where it is sent, and a password is in the ledger before it goes out', async () => {
    await toPassword();
    assert.equal(await counted(), 0, 'nothing has gone out');
    assert.deepEqual(await tap(OK), {
      kind: 'done',
      counted: 'password-submitted',
    });
    assert.equal(await counted(), 1);
    await signedOut();
    assert.deepEqual(
      [...sim.files.keys()].filter((path) => path.includes('mi-unbind')),
      [],
      'nothing stays on the phone',
    );
  });

  it('hands in no password once the budget of the account is spent, by whomever', async () => {
    const ledger = ledgerIn(store, settings);
    for (const serial of ['elsewhere', 'there'])
      await ledger.enter({ account: ACCOUNT.id, act: 'password-submitted', serial });
    await toPassword();
    const done = await tap(OK);
    assert.equal(done.kind, 'spent');
    const enter = await control.act({ kind: 'key', key: 'enter' }, HEIGHT);
    assert.equal(enter.kind, 'spent', 'Enter hands it in as well');
    assert.equal(sim.account?.id, ACCOUNT.id);
    assert.equal(await counted(), 2);
  });

  it('leaves a finger that rests on the button, or moves within it, as little unseen as a tap', async () => {
    await toPassword();
    const [left, top, right] = (await seen(OK)).bounds;
    const swipe = { kind: 'swipe', x: left + 5, y: top + 5, toX: right - 5, toY: top + 9, ms: 200 } as const;
    assert.deepEqual(await control.act(swipe, HEIGHT), { kind: 'done', counted: 'password-submitted' });
    const away = { ...swipe, toX: left + 5, toY: 3 };
    assert.deepEqual(await control.act(away, HEIGHT), { kind: 'done' });
  });

  it('asks the person where the page cannot be read, and counts what that says', async () => {
    await toPassword();
    const [left, top] = (await seen(OK)).bounds;
    const gesture = { kind: 'tap', x: left + 5, y: top + 5 } as const;
    // Another program holds what reads pages.
    const hidden = phoneOf(sim, SERIAL);
    const blind = new PhoneControls({
      settings,
      store: async () => store,
      phone: () => ({
        ...hidden,
        shell: (line, signal) => hidden.shell(line.replaceAll('uiautomator dump', 'false'), signal),
      }),
      names: async () => names,
    });
    await control.release('released');
    const own = await blind.take(SERIAL, 'Mira', () => undefined);
    assert.deepEqual(await own.act(gesture, HEIGHT), { kind: 'ask', why: 'unreadable' });
    assert.equal(sim.account?.id, ACCOUNT.id, 'nothing was tapped');
    assert.deepEqual(await own.act(gesture, HEIGHT, 'password'), {
      kind: 'done',
      counted: 'password-submitted',
    });
    await signedOut();
    assert.equal(await counted(), 1);
    assert.deepEqual(await own.act({ kind: 'key', key: 'home' }, HEIGHT), { kind: 'done' }, 'Home is Home');
    await own.release('released');
  });
});
