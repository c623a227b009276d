import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPhone } from './phone/phone.ts';
import { facts } from './releases-facts.ts';
import { imeiOf } from './identity.ts';
import { propsOf } from './properties.ts';
import { releases, traitsOf } from './releases.ts';
import { parseSpec, releaseNames, type PhoneSpec } from './spec.ts';

const ONE = { serialno: 'a1b2', imei: '490154203237518', imei2: '490154203237526' };
const traits = (spec: PhoneSpec) => traitsOf(parseSpec(spec));

describe('releases', () => {
  it('say of themselves what phones of that release say', () => {
    const said = releaseNames.map((release) => {
      const props = propsOf(parseSpec({ release }), ONE);
      return ['ro.build.version.sdk', 'ro.miui.ui.version.name', 'ro.mi.os.version.name']
        .map((name) => props.get(name) ?? '')
        .join(' ');
    });
    assert.deepEqual(said, [
      '28 V10 ',
      '30 V125 ',
      '31 V130 ',
      '33 V140 ',
      '34 V816 OS1.0',
      '35 V816 OS2.0',
      '36 V816 OS3.0',
    ]);
  });

  it('name model and region in the number of the build', () => {
    const build = (spec: PhoneSpec) => propsOf(parseSpec(spec), ONE).get('ro.build.version.incremental');
    assert.equal(build({ release: '12.5', region: 'china' }), 'V12.5.4.0.RKHCNXM');
    assert.equal(build({ release: 'hyperos2' }), 'OS2.0.8.0.VNEMIXM');
    assert.equal(build({ build: '21.11.17' }), '21.11.17');
  });

  it('leave to the spec what it names, and decide the rest', () => {
    assert.deepEqual(traits({ release: 'hyperos3' }), {
      order: 'miui10',
      entryRow: 'bottom',
      accountPage: 'header',
      passwordForm: 'web',
      panel: 'control-centre',
    });
    assert.deepEqual(traits({ release: '10', order: 'miui6' }), {
      order: 'miui6',
      entryRow: 'bottom',
      accountPage: 'title-bar',
      passwordForm: 'web',
      panel: 'gear',
    });
    assert.equal(traits({ release: '10', region: 'china' }).entryRow, 'top');
    const all = {
      order: 'password-first',
      entryRow: 'bottom',
      accountPage: 'title-bar',
      passwordForm: 'native',
      panel: 'shortcut',
    } as const;
    for (const release of releaseNames) assert.deepEqual(traits({ release, region: 'china', ...all }), all);
  });

  it('are worded as their time: Xiaomi Cloud from 12 on, Xiaomi Account from 14 on', () => {
    const words = releaseNames.map((release) => {
      const phone = new SimPhone({ release });
      return [
        phone.text('com.xiaomi.account', 'app_name'),
        phone.text('com.xiaomi.account', 'cloud_service'),
      ].join(', ');
    });
    const old = 'Mi Account, Xiaomi Cloud';
    assert.deepEqual(words.slice(0, 3), ['Mi Account, Mi Cloud', old, old]);
    assert.deepEqual([...new Set(words.slice(3))], ['Xiaomi Account, Xiaomi Cloud']);
  });

  it('have all of them a name and a screen of their own time', () => {
    assert.equal(new Set(releaseNames.map((release) => releases[release].name)).size, releaseNames.length);
    for (const release of releaseNames) assert.ok(releases[release].screen.height > 2000);
  });
});

describe('the IMEI of a phone', () => {
  it('has 15 digits, the last of which checks the others, and is its own', () => {
    const imeis = ['a1b2c3d4', '00000000', 'ffffffff'].map(imeiOf);
    for (const imei of imeis) {
      assert.match(imei, /^\d{15}$/);
      const sum = [...imei].reverse().reduce((total, digit, i) => {
        const doubled = Number(digit) * (i % 2 === 1 ? 2 : 1);
        return total + (doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      assert.equal(sum % 10, 0);
    }
    assert.equal(new Set(imeis).size, 3);
    assert.equal(imeiOf('a1b2c3d4'), imeiOf('a1b2c3d4'));
  });
});

describe('what is known of real phones', () => {
  it('is reported once, with its source', () => {
    assert.equal(new Set(facts.map(({ fact }) => fact)).size, facts.length);
    for (const { fact, source } of facts) assert.notEqual(source.trim(), '', fact);
    for (const { fact, standing, source } of facts)
      if (standing === 'proven') assert.notEqual(source, 'none was found', fact);
  });
});
