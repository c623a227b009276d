import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { SimPerson } from './person.ts';
import { SimPhone } from './phone/phone.ts';
import { Shell } from './shell/shell.ts';
import { releaseNames, type PhoneSpec } from './spec.ts';

/** What real phones were seen to show and to answer, as the simulated ones do. */

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const at = (spec: PhoneSpec): SimPerson => new SimPerson(new SimPhone({ pace: 'instant', ...spec }));
const dump = (service: string, spec: PhoneSpec): string => at(spec).phone.dumpsys(service, []) ?? '';

async function shell(spec: PhoneSpec, line: string): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await new Shell(at(spec).phone).run(line, {
    stdin: Readable.from([]),
    stdout: (chunk) => void (out += String(chunk)),
    stderr: (chunk) => void (err += String(chunk)),
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

/** Where the row of the account stands when Settings opens and after the list is scrolled to its end. */
async function rowIn(spec: PhoneSpec): Promise<'top' | 'bottom' | 'nowhere'> {
  const person = at({ account: ACCOUNT, ...spec });
  await person.taps('Settings');
  if (person.sees(ACCOUNT.nickname)) return 'top';
  return person.scrollsTo(ACCOUNT.nickname) ? 'bottom' : 'nowhere';
}

describe('a simulated phone is true to real ones:', () => {
  it('the region, and never the release, decides where Settings has the account', async () => {
    for (const release of releaseNames) {
      assert.equal(await rowIn({ release, region: 'global' }), 'bottom', release);
      assert.equal(await rowIn({ release, region: 'china' }), 'top', release);
    }
  });

  it('a managed phone hides the row of phones sold outside China alone; maintenance mode hides both', async () => {
    for (const release of ['13', 'hyperos3'] as const) {
      assert.equal(await rowIn({ release, managed: true }), 'nowhere');
      assert.equal(await rowIn({ release, managed: true, region: 'china' }), 'top');
      for (const region of ['global', 'china'] as const)
        assert.equal(await rowIn({ release, region, user: 110 }), 'nowhere');
    }
    assert.match(dump('device_policy', { managed: true }), /Device Owner/);
  });

  it('no release but MIUI 6 has the dialog that asks whether the account is to be removed, nor its words', async () => {
    const named = (spec: PhoneSpec) =>
      at(spec).phone.string('com.xiaomi.account', 'alert_title_remove_account');
    for (const release of releaseNames) {
      assert.equal(named({ release }), undefined, release);
      const person = at({ release, account: { ...ACCOUNT, syncedData: ['notes'] } });
      await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
      await person.taps('com.xiaomi.account:id/logout_btn');
      assert.ok(person.sees('com.miui.cloudservice:id/retain_button'), release);
    }
    assert.notEqual(named({ order: 'miui6' }), undefined);
  });

  it('a second factor has the words it had before, also on HyperOS 3', async () => {
    const person = at({ release: 'hyperos3', account: ACCOUNT, faults: ['second-factor'] });
    const { phone } = person;
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.taps('com.xiaomi.account:id/logout_btn');
    person.writes('com.xiaomi.account:id/input_pwd_view', ACCOUNT.password);
    await person.taps('com.xiaomi.account:id/passport_confirm');
    assert.ok(person.sees(phone.text('com.xiaomi.account', 'passport_vcode_prompt_long')));
    assert.ok(person.sees(phone.text('com.xiaomi.account', 'passport_trust_device')));
    assert.equal(phone.string('com.xiaomi.account', 'passport_two_factor_auth_title'), undefined);
  });

  it('HyperOS 1 counts its builds V816 and says OS1.0 beside it; from HyperOS 2 on both say OS', () => {
    const builds = (release: 'hyperos1' | 'hyperos2' | 'hyperos3') => {
      const { props } = at({ release, region: 'china' }).phone;
      return ['ro.build.version.incremental', 'ro.mi.os.version.incremental'].map((name) => props.get(name));
    };
    assert.deepEqual(builds('hyperos1'), ['V816.0.5.0.UNCCNXM', 'OS1.0.5.0.UNCCNXM']);
    for (const release of ['hyperos2', 'hyperos3'] as const) {
      const [build, os] = builds(release);
      assert.match(build ?? '', /^OS[23]\.0\.\d+\.0\.[VW]\w{2}CNXM$/);
      assert.equal(os, build);
    }
  });

  it('names of accounts are masked in every release', () => {
    for (const release of releaseNames)
      assert.match(dump('account', { release, account: ACCOUNT }), /\{name=6230\*\*\*535, type=com\.xiaomi}/);
  });

  it('a mask hides the three characters in the middle of the whole name, whatever its type', () => {
    const other = { type: 'com.google', name: 'exampleuser12@gmail.com' };
    const names = dump('account', {
      account: ACCOUNT,
      otherAccounts: [
        other,
        { type: 'com.example.a', name: 'Postmaker' },
        { type: 'com.example.b', name: 'Facelook' },
        { type: 'com.example.c', name: 'TicToc' },
        { type: 'com.example.d', name: '100000987654321' },
      ],
    }).match(/(?<=Account \{name=)[^,]+/g);
    assert.deepEqual(names, [
      'exampleuse***@gmail.com',
      'Pos***ker',
      'Fac***ok',
      'Ti***c',
      '100000***654321',
      '6230***535',
    ]);
  });

  it('users have the names and flags of their Android', async () => {
    const list = async (spec: PhoneSpec) => (await shell(spec, 'pm list users')).out;
    assert.equal(
      await list({ release: '10', region: 'china', language: 'zh-CN' }),
      'Users:\n\tUserInfo{0:机主:13} running\n',
    );
    assert.equal(
      await list({ release: '14', language: 'es', dualApps: true }),
      'Users:\n\tUserInfo{0:Propietario:c13} running\n\tUserInfo{999:XSpace:801010} running\n',
    );
    assert.equal(
      await list({ release: 'hyperos3', user: 10 }),
      'Users:\n\tUserInfo{0:Owner:4c13} running\n\tUserInfo{10:security space:413} running\n',
    );
    assert.match(
      dump('account', { release: 'hyperos3', account: ACCOUNT }),
      /^User UserInfo\{0:Owner:4c13}:/,
    );
    assert.deepEqual(await shell({ release: 'hyperos3' }, 'cmd user list'), {
      code: 2,
      out: '',
      err: 'cmd: Failure calling service user: Failed transaction (2147483646)\n',
    });
  });

  it('a second space may be user 11', async () => {
    const space = { release: '10', user: 11, account: ACCOUNT } as const;
    assert.match((await shell(space, 'pm list users')).out, /UserInfo\{11:security space:13} running/);
    assert.equal((await shell(space, 'am get-current-user')).out, '11\n');
    const listed = dump('account', space);
    assert.match(listed, /UserInfo\{0:[^]+type=com\.xiaomi}[^]+UserInfo\{11:[^}]+}:\n {2}Accounts: 0/);
  });

  it('properties are those of their time and region; what a phone lacks is absent, not 0', () => {
    const has = (spec: PhoneSpec) => {
      const { props } = at(spec).phone;
      const names = {
        region: 'ro.miui.build.region',
        keyboard: 'ro.miui.has_security_keyboard',
        mod: 'ro.product.mod_device',
        input: 'persist.security.adbinput',
      };
      return Object.entries(names).flatMap(([short, name]) => (props.has(name) ? [short] : []));
    };
    const china = { region: 'china' } as const;
    assert.deepEqual(has({ release: '10', ...china }), ['keyboard', 'input']);
    assert.deepEqual(has({ release: '12.5', ...china }), ['region', 'keyboard', 'input']);
    assert.deepEqual(has({ release: '13', ...china }), ['region', 'keyboard', 'mod', 'input']);
    assert.deepEqual(has({ release: '14' }), ['region', 'mod', 'input']);
    assert.deepEqual(has({ release: '14', toggles: { input: 'never' } }), ['region', 'mod']);
  });

  it('a switch that was never on is off, although no property says so', async () => {
    const never = { toggles: { input: 'never' } } as const;
    assert.match((await shell(never, 'input keyevent 0')).err, /INJECT_EVENTS/);
    assert.equal((await shell({ ...never, brand: 'samsung' }, 'input keyevent 0')).code, 0);
  });

  it('the value of the account in Settings is what its owner is called, or the number or address', async () => {
    const account = { ...ACCOUNT, phone: '+359888123456', email: 'ivan@example.com' };
    for (const [row, shown] of [
      ['nickname', 'Ivan'],
      ['phone', '+359888123456'],
      ['email', 'ivan@example.com'],
    ] as const) {
      const person = at({ account, shows: { row } });
      await person.taps('Settings');
      assert.ok(person.scrollsTo(shown));
      assert.equal(person.find(shown)?.view.id, 'com.android.settings:id/text_right');
      assert.equal(person.sees(ACCOUNT.id), false);
    }
  });

  it('HyperOS 3 says whether it is locked for each display, and prints mCurrentFocus twice', () => {
    const lines = (spec: PhoneSpec) =>
      dump('window', spec).match(/(mCurrentFocus|isKeyguardShowing)=\w+/g) ?? [];
    assert.deepEqual(lines({ release: 'hyperos3', screen: 'locked' }), [
      'mCurrentFocus=null',
      'isKeyguardShowing=true',
      'mCurrentFocus=Window',
      'isKeyguardShowing=true',
    ]);
    assert.deepEqual(lines({ release: '14' }), ['mCurrentFocus=Window']);
  });

  it('rows of SMS have the columns of MIUI, and texts with commas and line breaks as they are', async () => {
    const text = '[TB] Offers, today!\n1. Send A, 5.000\n2. Send B, service_center=none';
    const { out } = await shell(
      { sms: [{ from: 'CARRIERPLUS', text }] },
      'content query --uri content://sms/inbox --projection address:read:body:service_center:sim_id:advanced_seen',
    );
    assert.equal(
      out,
      `Row: 0 address=CARRIERPLUS, read=0, body=${text}, service_center=NULL, sim_id=1, advanced_seen=0\n`,
    );
  });
});
