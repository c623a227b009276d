import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimPerson } from '../person.ts';
import { progressOf } from './alert.ts';
import { SimPhone } from '../phone/phone.ts';
import type { Node, View } from '../screen/view.ts';
import { releaseNames, type PhoneSpec } from '../spec.ts';

/** Pages of real phones, as they were dumped, and the same pages of simulated ones. */

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const at = (spec: PhoneSpec): SimPerson =>
  new SimPerson(new SimPhone({ pace: 'instant', account: ACCOUNT, ...spec }));

const short = (id = '') => id.replace(/^[^:]+:id\//, (owner) => (owner === 'android:id/' ? owner : ''));
/** The tree of the front window: ids (of the framework in full), one nested in the other. */
type Tree = string | [string, ...Tree[]];
function tree({ view, children }: Pick<Node, 'view' | 'children'>): Tree[] {
  const below = children.flatMap(tree);
  const id = short(view.id);
  if (id === '') return below;
  return below.length === 0 ? [id] : [[id, ...below]];
}
const shown = ({ phone }: SimPerson): Tree[] => tree(phone.layOut());
const all = (node: Node): Node[] => [node, ...node.children.flatMap(all)];
const byId = (person: SimPerson, id: string): View[] =>
  all(person.phone.layOut()).flatMap(({ view }) => (view.id === id ? [view] : []));

async function pullsDown({ phone }: SimPerson): Promise<void> {
  const x = phone.screen.width * 0.8;
  await phone.swipe([{ x, y: 5 }, { x, y: 1200 }], 250); // prettier-ignore
  await phone.quiet();
}

describe('pages of a simulated phone are built as real ones are:', () => {
  const dialog = async (spec: PhoneSpec): Promise<SimPerson> => {
    const person = at({ account: { ...ACCOUNT, miPayCards: 1 }, ...spec });
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.taps('com.xiaomi.account:id/logout_btn');
    return person;
  };

  it('a dialog of Miuix has its title, message and panels in the app’s package, and Android’s buttons', async () => {
    for (const release of ['13', 'hyperos3'] as const) {
      const person = await dialog({ release });
      assert.deepEqual(shown(person), [
        [
          'dialog_root_view',
          'dialog_dim_bg',
          [
            'parentPanel',
            ['topPanel', 'alertTitle'],
            ['contentPanel', 'message'],
            ['buttonPanel', 'android:id/button2', 'android:id/button1'],
          ],
        ],
      ]);
      assert.ok(byId(person, 'com.xiaomi.account:id/alertTitle').length === 1);
      const [cancel, ok] = ['button2', 'button1'].map((id) => person.find(`android:id/${id}`)?.bounds.x ?? 0);
      assert.ok(cancel! < ok!, 'Cancel is at the left');
    }
    const old = await dialog({ release: '12.5' });
    assert.ok(old.sees('android:id/alertTitle') && old.sees('android:id/message'));
  });

  it('a touch beside the card of a Miuix dialog, on what can be pressed there, closes it as Back does', async () => {
    const person = await dialog({ release: 'hyperos3' });
    const [dim] = byId(person, 'com.xiaomi.account:id/dialog_dim_bg');
    assert.equal(dim?.clickable, true);
    const { bounds } = person.find('com.xiaomi.account:id/dialog_root_view')!;
    assert.deepEqual([bounds.x, bounds.y, bounds.width], [0, 0, person.phone.screen.width]);
    await person.phone.tap(person.phone.screen.width / 2, 300);
    await person.phone.quiet();
    assert.ok(person.sees('com.xiaomi.account:id/logout_btn'));
  });

  it('a progress of Miuix has message and percent in the app’s package', () => {
    const { phone } = at({ release: '14' });
    const root = progressOf(phone.spec, 'com.xiaomi.account', 'Signing out…');
    const made = phone.layOut({ package: 'com.xiaomi.account', kind: 'dialog', serial: 99, root });
    assert.deepEqual(tree(made), [
      [
        'dialog_root_view',
        'dialog_dim_bg',
        ['parentPanel', ['android:id/custom', 'android:id/progress', 'message', 'progress_percent']],
      ],
    ]);
  });

  const asked = (spec: PhoneSpec = {}) => {
    const person = at({ release: 'hyperos3', language: 'zh-CN', installDialog: true, ...spec });
    return { person, allowed: person.phone.allowsInstall('com.example.probe') };
  };

  it('the install dialog has the names and the box of the real one, and Continue at the left', async () => {
    const { person, allowed } = asked();
    await person.phone.quiet();
    const words = ['android:id/button2', 'android:id/button1'].map((id) => person.reads(id));
    assert.deepEqual(words, ['继续安装', '拒绝（10）']);
    assert.equal(person.readsAlert('alertTitle'), 'USB安装提示');
    const [box] = byId(person, 'com.miui.securitycenter:id/do_not_ask_checkbox');
    assert.deepEqual([box?.cls, box?.text], ['android.widget.CheckBox', '拒绝后下次安装不再提示']);
    assert.match(
      JSON.stringify(shown(person)),
      /"contentPanel",\["android:id\/custom","icon","name","desc","do_not_ask_checkbox"\]/,
    );
    for (const name of ['install_title', 'continue_install', 'reject_countdown', 'pm_remember_choice'])
      assert.ok(person.phone.string('com.miui.securitycenter', name), name);
    await person.taps('android:id/button2');
    assert.equal(await allowed, true);
  });

  it('a refusal that is to be remembered lets later installs fail without a dialog', async () => {
    const { person, allowed } = asked();
    await person.phone.quiet();
    await person.taps('com.miui.securitycenter:id/do_not_ask_checkbox');
    await person.taps('android:id/button1');
    assert.equal(await allowed, false);
    assert.equal(await person.phone.allowsInstall('com.example.other'), false);
    assert.equal(person.sees('android:id/button2'), false);
    const before = asked({ installDialog: 'denied' });
    assert.equal(await before.allowed, false);
    assert.equal(before.person.sees('android:id/button2'), false);
  });

  it('the list of Settings is scroll_headers of Miuix, and a row keeps its value in text_right', async () => {
    for (const release of releaseNames) {
      const person = at({ release });
      await person.taps('Settings');
      const isNew = !['10', '12.5'].includes(release);
      const [list] = byId(person, isNew ? 'com.android.settings:id/scroll_headers' : 'android:id/list');
      assert.equal(
        list?.cls,
        isNew ? 'miuix.recyclerview.widget.RecyclerView' : 'android.widget.ListView',
        release,
      );
      if (!isNew) continue;
      assert.ok(person.scrollsTo('Ivan'));
      const value = person.find('Ivan')!;
      assert.deepEqual(
        [value.view.id, value.parent?.view.id, value.parent?.parent?.view.clickable],
        ['com.android.settings:id/text_right', 'android:id/widget_frame', true],
      );
      assert.match(
        JSON.stringify(tree(value.parent!.parent!)),
        /^\["android:id\/icon","android:id\/title",\["android:id\/widget_frame","text_right"\],"arrow_right"\]$/,
      );
    }
  });

  it('the way to Settings in the quick panel is an icon of its own from MIUI 12 on, and a tile on HyperOS 3', async () => {
    const opens = async (spec: PhoneSpec, id: string, n = 0): Promise<string | undefined> => {
      const person = at(spec);
      await pullsDown(person);
      const { bounds } = all(person.phone.layOut())
        .filter(({ view }) => view.id === id)
        .at(n)!;
      await person.phone.tap(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2);
      await person.phone.quiet();
      return person.phone.windows().at(-1)?.activity;
    };
    const SETTINGS = 'com.android.settings.MainSettings';
    assert.equal(await opens({ release: '10' }, 'com.android.systemui:id/settings_button'), SETTINGS);
    for (const release of ['12.5', '14', 'hyperos2'] as const)
      assert.equal(await opens({ release }, 'com.android.systemui:id/notification_shade_shortcut'), SETTINGS);
    assert.equal(await opens({ release: 'hyperos3' }, 'miui.systemui.plugin:id/qs_tile', -1), SETTINGS);
    const person = at({ release: 'hyperos3', language: 'zh-CN' });
    await pullsDown(person);
    const tile = all(person.phone.layOut()).findLast(
      ({ view }) => view.id === 'miui.systemui.plugin:id/qs_tile',
    )!;
    const [button] = all(tile).filter(({ view }) => view.cls === 'android.widget.Button');
    assert.deepEqual(
      [button?.view.id, button?.view.desc, button?.view.clickable],
      [undefined, '设置', undefined],
    );
  });

  it('the PIN page of HyperOS 3 has digits in descriptions, a field of its own class and no key that confirms', async () => {
    const person = at({ release: 'hyperos3', screen: 'locked' });
    person.phone.dismissKeyguard();
    const ui = 'com.android.systemui:id/';
    const [entry] = byId(person, `${ui}pinEntry`);
    assert.deepEqual(
      [entry?.cls, entry?.password, entry?.text],
      ['com.android.keyguard.PasswordTextView', true, undefined],
    );
    for (const digit of '0123456789') {
      const [key] = byId(person, `${ui}key${digit}`);
      assert.deepEqual([key?.desc, key?.text, key?.clickable], [digit, undefined, true]);
    }
    assert.ok(person.sees(`${ui}bouncer_message_area_title`) && !person.sees(`${ui}key_enter`));
    assert.equal(person.phone.layOut().view.id, `${ui}legacy_window_root`);
    for (const digit of '1234') await person.taps(`${ui}key${digit}`);
    assert.equal(person.sees(`${ui}pinEntry`), false);
    assert.ok(person.sees('Settings'));
  });

  it('the prompt of the passport SDK has two groups of one kind, cannot be photographed, and says what it refuses in a toast', async () => {
    const person = at({
      release: 'hyperos3',
      passwordPrompt: 'sdk',
      faults: ['captcha-after-wrong-password'],
    });
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await person.taps('com.xiaomi.account:id/logout_btn');
    assert.deepEqual(shown(person), [
      'user_id',
      ['password', 'input', 'password_visible'],
      'forget_password',
      'cancel',
      'passport_confirm',
    ]);
    const [field] = byId(person, 'com.xiaomi.account:id/input');
    assert.deepEqual([field?.cls, field?.password], ['android.widget.AutoCompleteTextView', true]);
    assert.equal(person.phone.windows().at(-1)?.secure, true);
    person.writes('com.xiaomi.account:id/input', 'Wrong-pass1');
    await person.taps('com.xiaomi.account:id/passport_confirm');
    assert.equal(
      person.phone.toast()?.text,
      person.phone.text('com.xiaomi.account', 'passport_bad_authentication'),
    );
    assert.match(JSON.stringify(shown(person)), /\["captcha","input","captcha_image"\]/);
    assert.equal(byId(person, 'com.xiaomi.account:id/input').length, 2);
  });
});
