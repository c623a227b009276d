import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { encodeHeader, packet, VERSION } from './adb/packet.ts';
import { startControl, type Control } from './control.ts';
import { SimPerson } from './person.ts';
import { SpecError } from './spec.ts';
import { startWorld, type World } from './world.ts';

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };

interface Seen {
  serialno: string;
  imeis: [string, string];
  spec: { release: string; seed: number; account?: { password: string } };
  account: { id: string; signedIn: boolean; findDevice: boolean } | null;
  events: { kind: string }[];
  service: { kind: string }[];
  traffic: { streams: number; requests: number };
}

describe('the door to a world of phones', () => {
  let world: World;
  let control: Control;
  before(async () => {
    world = await startWorld();
    control = await startControl(world);
  });
  after(async () => {
    await control.close();
    await world.close();
  });

  const ask = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown; text: string }> => {
    const response = await fetch(control.url + path, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) as unknown };
  };
  const add = async (spec: object): Promise<string> =>
    ((await ask('POST', '/phones', spec)).body as { serial: string }).serial;
  const path = (serial: string, act = ''): string => `/phones/${encodeURIComponent(serial)}${act}`;

  it('adds a phone, shows it without its password, and takes it away', async () => {
    const serial = await add({ pace: 'instant', account: ACCOUNT });
    assert.match(serial, /^127\.0\.0\.1:\d+$/);
    const { body, text } = await ask('GET', path(serial));
    assert.deepEqual((body as Seen).account, {
      id: ACCOUNT.id,
      nickname: 'Ivan',
      signedIn: true,
      findDevice: true,
    });
    assert.doesNotMatch(text, /Right-pass1/);
    assert.equal((await ask('DELETE', path(serial))).status, 200);
    assert.equal((await ask('GET', path(serial))).status, 404);
  });

  it('puts a phone into another state under the same serial', async () => {
    const serial = await add({ account: ACCOUNT });
    assert.equal((await ask('PUT', path(serial), { release: '10' })).status, 200);
    const seen = (await ask('GET', path(serial))).body as Seen;
    assert.equal(seen.spec.release, '10');
    assert.equal(seen.account, null);
  });

  it('adds phones that differ, unless a seed makes them the same again', async () => {
    const seen = async (serial: string) => (await ask('GET', path(serial))).body as Seen;
    const own = async (spec: object) => {
      const { serialno, imeis, spec: full } = await seen(await add(spec));
      return { serialno, imeis, seed: full.seed };
    };
    const [one, other] = [await own({}), await own({})];
    assert.equal(new Set([one.serialno, other.serialno]).size, 2);
    assert.equal(new Set([...one.imeis, ...other.imeis]).size, 4);
    assert.deepEqual(await own({ seed: one.seed }), one);
    assert.equal((await own({ imei: '490154203237518' })).imeis[0], '490154203237518');
  });

  it('leaves a phone the same one in another state, unless the spec says which it is', async () => {
    const serial = await add({ imei2: '490154203237526' });
    const own = async (spec: object) => {
      assert.equal((await ask('PUT', path(serial), spec)).status, 200);
      const { serialno, imeis } = (await ask('GET', path(serial))).body as Seen;
      return { serialno, imeis };
    };
    const before = await own({});
    assert.equal(before.imeis[1], '490154203237526');
    assert.deepEqual(await own({ release: '10' }), before);
    assert.notDeepEqual(await own({ seed: 9 }), before);
    assert.deepEqual((await own({ serialno: 'other' })).serialno, 'other');
  });

  it('has one phone at two serials, and both show the same', async () => {
    const known = new Set(world.phones.map(({ serial }) => serial));
    const serial = await add({ endpoints: 2, account: ACCOUNT });
    const [one, two, ...more] = world.phones.filter((each) => !known.has(each.serial));
    assert.deepEqual([one?.serial, more], [serial, []]);
    assert.notEqual(two?.serial, serial);
    assert.equal(two?.phone, one?.phone);
    await world.removePhone(serial);
    assert.equal((await ask('GET', path(two?.serial ?? ''))).status, 200);
    await world.removePhone(two?.serial ?? '');
    assert.deepEqual(new Set(world.phones.map((each) => each.serial)), known);
  });

  it('refuses a bad spec with what to write instead, and leaves the phone as it is', async () => {
    const serial = await add({ release: '10' });
    const { status, text } = await ask('PUT', path(serial), { release: '11' });
    assert.equal(status, 400);
    assert.match(text, /expected one of/);
    assert.equal(((await ask('GET', path(serial))).body as Seen).spec.release, '10');
    assert.match((await ask('POST', '/phones', '{')).text, /no JSON/);
  });

  it('tells what the phone and the account service saw', async () => {
    const serial = await add({ pace: 'instant', account: { ...ACCOUNT, findDevice: false } });
    const person = new SimPerson(world.phones.find((one) => one.serial === serial)!.phone);
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.taps('com.xiaomi.account:id/logout_btn');
    const seen = (await ask('GET', path(serial))).body as Seen;
    assert.equal(seen.account, null);
    assert.ok(seen.events.some(({ kind }) => kind === 'account-removed'));
    assert.deepEqual(
      seen.service.slice(-2).map(({ kind }) => kind),
      ['device-unbound', 'signed-out'],
    );
  });

  it('reboots a phone: its windows are closed, its account stays', async () => {
    const serial = await add({ pace: 'instant', account: ACCOUNT });
    const { phone } = world.phones.find((one) => one.serial === serial)!;
    const person = new SimPerson(phone);
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.taps('com.xiaomi.account:id/logout_btn');
    assert.equal((await ask('POST', path(serial, '/reboot'))).status, 200);
    assert.deepEqual(
      phone.windows().map((window) => window.package),
      ['com.miui.home'],
    );
    assert.equal(((await ask('GET', path(serial))).body as Seen).account?.signedIn, true);
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
  });

  it('counts what is opened over the cable, also across a change of state', async () => {
    const serial = await add({});
    const [host, port] = serial.split(':');
    const cable = connect({ host: host!, port: Number(port) });
    const sent = [
      packet('CNXN', VERSION.SKIP_CHECKSUM, 4096, 'host::'),
      packet('OPEN', 1, 0, 'shell:echo one'),
      packet('OPEN', 2, 0, 'sync:'),
    ];
    for (const one of sent) cable.write(Buffer.concat([encodeHeader(one, VERSION.MIN), one.payload]));
    let heard = '';
    for await (const chunk of cable) if ((heard += String(chunk)).includes('one')) break;
    await ask('PUT', path(serial), {});
    assert.deepEqual(((await ask('GET', path(serial))).body as Seen).traffic, { streams: 2, requests: 0 });
  });

  it('gathers what no phone could answer', async () => {
    const serial = await add({});
    world.phones.find((one) => one.serial === serial)!.phone.ignorant('shell', 'sing');
    assert.deepEqual(((await ask('GET', '/unknown')).body as object[]).at(-1), {
      serial,
      where: 'shell',
      asked: 'sing',
    });
  });

  it('brings an SMS to a phone, and does not show what it says', async () => {
    const serial = await add({ sms: [{ from: 'Bank', text: 'Code 111111' }] });
    assert.equal(
      (await ask('POST', path(serial, '/sms'), { from: '10690', text: 'Code 222222' })).status,
      200,
    );
    const { phone } = world.phones.find((one) => one.serial === serial)!;
    assert.deepEqual(
      phone.sms.map(({ id, from, text }) => [id, from, text]),
      [
        [1, 'Bank', 'Code 111111'],
        [2, '10690', 'Code 222222'],
      ],
    );
    assert.doesNotMatch((await ask('GET', path(serial))).text, /111111|222222/);
    const wrong = await ask('POST', path(serial, '/sms'), { form: '10690', text: 'x' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /Known keys: from, text/);
  });

  it('shows the web site and makes it another one, where there is one', async () => {
    assert.match((await ask('GET', '/site')).text, /has no web site. Start it with one/);
    const other = await startWorld({ site: { shape: 'form' } });
    const door = await startControl(other);
    try {
      const put = await fetch(`${door.url}/site`, {
        method: 'PUT',
        body: JSON.stringify({ pace: 'instant', captcha: 'after-next' }),
      });
      assert.equal(put.status, 200);
      const shown = (await (await fetch(`${door.url}/site`)).json()) as {
        url: string;
        settings: { shape: string; captcha: string };
        log: unknown[];
      };
      assert.deepEqual(
        [shown.url, shown.settings.shape, shown.settings.captcha, shown.log],
        [other.site?.url, 'react', 'after-next', []],
      );
    } finally {
      await door.close();
      await other.close();
    }
  });

  it('brings a code by SMS to the phone that has the number, and tells the post how', async () => {
    const phone = {
      pace: 'instant',
      account: { ...ACCOUNT, id: '6230001777', phone: '+359 888 777 777' },
      simNumber: '',
    };
    await add(phone);
    const serial = await add({
      ...phone,
      simNumber: '+359888777777',
      account: { ...ACCOUNT, id: '6230001888' },
    });
    assert.equal((await ask('PUT', '/post', { duplicate: true })).status, 200);
    const request = {
      account: '6230001777',
      by: 'phone',
      purpose: 'reset',
      serial: '',
      region: 'global',
      at: 0,
    } as const;
    assert.equal((await world.accounts.requestCode(request)).kind, 'sent');
    assert.equal((await ask('PUT', '/post', {})).status, 200);
    const received = world.phones.map((one) => [
      one.serial,
      one.phone.sms.filter(({ from }) => from === 'Xiaomi').length,
    ]);
    assert.deepEqual(
      received.filter(([, count]) => count !== 0),
      [[serial, 2]],
    );
    const { body, text } = await ask('GET', '/post');
    assert.deepEqual((body as { log: { outcome: string }[] }).log.at(-1)?.outcome, 'delivered');
    assert.doesNotMatch(text, new RegExp(world.accounts.secretsOfOwner('6230001777').code ?? 'none'));
  });

  it('pulls the cable and puts it back', async () => {
    const serial = await add({ authorized: false });
    for (const act of ['/unplug', '/plug', '/authorize'])
      assert.equal((await ask('POST', path(serial, act))).status, 200);
  });

  it('says what it knows when it is asked for something else', async () => {
    const { status, text } = await ask('GET', '/fones');
    assert.equal(status, 404);
    assert.match(text, /POST \/phones/);
    assert.match((await ask('GET', path('127.0.0.1:1'))).text, /There is no simulated phone/);
  });
});

describe('a world', () => {
  it('holds 32 phones', async () => {
    const world = await startWorld({
      phones: Array.from({ length: 32 }, (_, seed) => ({
        seed,
        account: { ...ACCOUNT, id: String(6_230_001_500 + seed) },
      })),
    });
    try {
      assert.equal(new Set(world.phones.map(({ serial }) => serial)).size, 32);
      assert.equal(new Set(world.phones.map(({ phone }) => phone.serialno)).size, 32);
    } finally {
      await world.close();
    }
  });

  it('starts nothing when one of its specs is wrong', async () => {
    await assert.rejects(startWorld({ phones: [{}, { pace: 'fast' } as never] }), SpecError);
  });
});
