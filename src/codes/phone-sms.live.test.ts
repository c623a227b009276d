import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import '../live/ground.ts';
import type { Browser } from 'webdriverio';
import { storeEnds } from '../live/store-ends.ts';
import { adbOf, loadSettings, settingsWith } from '../config/config.ts';
import { AdbServer } from '../phone/adb.ts';
import { startControl, type Control } from '../sim/control.ts';
import { startWorld, type World, type WorldPhone } from '../sim/world.ts';
import type { Secret } from '../secret.ts';
import { bindPhone, type MiCodeWish } from '../wdio/commands.ts';
import type { InboxEvent, Message } from './inbox.ts';
import { phoneSmsInbox } from './phone-sms.ts';

const skip = spawnSync('adb', ['start-server']).error ? 'adb is not installed (apt-get install adb)' : false;

describe('SMS of a simulated phone, over a real adb', { skip }, () => {
  let world: World;
  let control: Control;
  let phone: WorldPhone;
  const adb = new AdbServer(adbOf(loadSettings()));
  const data = mkdtempSync(join(tmpdir(), 'mi-unbind-own-sms-'));
  before(async () => {
    world = await startWorld({
      phones: [
        { pace: 'instant', sms: [{ from: '10690', text: '【小米】111111 is old' }] },
        { pace: 'instant' },
      ],
    });
    control = await startControl(world);
    phone = world.phones[0]!;
    await adb.connect(phone.serial);
  });
  after(async () => {
    await adb.disconnect(phone.serial);
    await control?.close();
    await world?.close();
    await storeEnds(data);
    rmSync(data, { recursive: true });
  });

  it('come as they are, quotes, line breaks and all, and only those after the position', async () => {
    const inbox = phoneSmsInbox({ phone: adb.phone(phone.serial) });
    const position = await inbox.position();
    const text = `【小米】222222（"it's" $HOME, date=5\nRow: 1 _id=3, date=5, address=Bank, body=333333）`;
    const stop = new AbortController();
    const messages: Message[] = [];
    const following = inbox.follow(
      position,
      (message) => (messages.push(message), stop.abort()),
      stop.signal,
    );
    const { ok } = await fetch(`${control.url}/phones/${phone.serial}/sms`, {
      method: 'POST',
      body: JSON.stringify({ from: '10690', text }),
    });
    assert.ok(ok);
    await following;
    assert.deepEqual(
      messages.map((one) => [one.from, one.text, one.stream, one.number]),
      [['10690', text, `phone-sms/${phone.serial}`, position[`phone-sms/${phone.serial}`]]],
    );
    assert.deepEqual(phone.unknown, []);
  });

  it('are not missed while the cable is out', async (t) => {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const events: InboxEvent['kind'][] = [];
    const messages: string[] = [];
    const onEvent = ({ kind }: InboxEvent) => {
      events.push(kind);
      if (kind === 'connected' && events.length === 1) phone.unplug();
      if (kind === 'lost') {
        phone.phone.receiveSms({ from: '10690', text: '444444' });
        void replug();
      }
    };
    // adb itself looks for a lost address every ten seconds only, and may hold on to the connection that was.
    const replug = async () => {
      await phone.plug();
      for (let answers = false; !answers && !stop.signal.aborted;) {
        await adb.disconnect(phone.serial).catch(() => undefined);
        await adb.connect(phone.serial).catch(() => undefined);
        answers = await adb
          .phone(phone.serial)
          .shell('echo')
          .then(
            () => true,
            () => false,
          );
      }
    };
    const inbox = phoneSmsInbox({ phone: adb.phone(phone.serial), onEvent });
    const deliver = ({ text }: Message) => (messages.push(text), stop.abort());
    await inbox.follow(await inbox.position(), deliver, stop.signal);
    assert.deepEqual(messages, ['444444']);
    assert.deepEqual(events.slice(0, 2), ['connected', 'lost']);
  });

  it('are what a suite of WebdriverIO gets as its code: of its own phone, and since its test began', async () => {
    const { serial } = phone;
    const other = world.phones[1]!;
    await adb.connect(other.serial);
    const commands: Record<string, unknown> = {};
    const addCommand = (name: string, command: unknown) => void (commands[name] = command);
    const browser = Object.assign(new EventEmitter(), { addCommand }) as unknown as Browser;
    const settings = settingsWith({ DATA_DIR: data });
    const rig = {
      serial,
      adb: adbOf(settings),
      control: control.url,
      evidence: '',
      hold: '',
      index: 0,
      phones: 2,
    };
    await using bound = await bindPhone({ browser, rig, settings, codes: 'phone-sms', secrets: [] });
    await bound.begin();
    other.phone.receiveSms({ from: '10690', text: '【小米】验证码：333333' });
    phone.phone.receiveSms({ from: '10690', text: '【小米】验证码：222222' });
    const { miCode } = commands as { miCode: (wish: MiCodeWish) => Promise<Secret> };
    const first = await miCode({ by: 'phone', address: '+359 888 123 456' });
    assert.equal(first.reveal(), '222222');
    // The next one is not the same again.
    phone.phone.receiveSms({ from: '10690', text: '【小米】验证码：555555' });
    assert.equal((await miCode({ by: 'phone', address: '+359888123456' })).reveal(), '555555');
    await adb.disconnect(other.serial);
  });

  it('may be kept from the shell', async () => {
    phone.reset({ pace: 'instant', faults: ['sms-denied'] });
    await assert.rejects(
      phoneSmsInbox({ phone: adb.phone(phone.serial) }).position(),
      /keeps its SMS from the shell/,
    );
  });
});
