import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { instantClock } from '../../clock.ts';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';
import type { PhoneSpec } from '../spec.ts';

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const account = 'com.xiaomi.account:id/';
const cloud = 'com.miui.cloudservice:id/';
const OK = 'android:id/button1';
const CANCEL = 'android:id/button2';
const BACK = 4;

/** A phone on its account page, and somebody in front of it. */
async function atAccountPage(
  spec: Omit<PhoneSpec, 'account'> & { account?: Partial<NonNullable<PhoneSpec['account']>> } = {},
): Promise<SimPerson> {
  const phone = new SimPhone(
    { pace: 'instant', ...spec, account: { ...ACCOUNT, ...spec.account } },
    { clock: instantClock() },
  );
  const person = new SimPerson(phone);
  await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
  return person;
}

const signedIn = ({ phone }: SimPerson): boolean =>
  /type=com\.xiaomi}/.test(phone.dumpsys('account', [])?.split('AccountId')[0] ?? '');
const focus = ({ phone }: SimPerson): string | undefined =>
  /mCurrentFocus=Window\{\w+ u0 ([^}]+)}/.exec(phone.dumpsys('window', []) ?? '')?.[1];
const kinds = ({ phone }: SimPerson): string[] => phone.service.log.map(({ kind }) => kind);
const text = ({ phone }: SimPerson, name: string, ...values: (string | number)[]): string =>
  phone.text('com.xiaomi.account', name, ...values);

async function givesPassword(person: SimPerson, password = ACCOUNT.password): Promise<void> {
  person.writes(`${account}input_pwd_view`, password);
  await person.taps(`${account}passport_confirm`);
}

describe('sign out', () => {
  for (const release of ['10', '14'] as const) {
    it(`on MIUI ${release} asks about synced data, then for the password, and frees the phone`, async () => {
      const person = await atAccountPage({ release, account: { syncedData: ['contacts', 'notes'] } });
      await person.taps(`${account}logout_btn`);
      assert.equal(
        focus(person),
        'com.miui.cloudservice/com.miui.cloudservice.ui.MiCloudWipeDataConfirmActivity',
      );
      assert.ok(person.sees('Contacts') && person.sees('Notes') && !person.sees('Gallery'));
      await person.taps(`${cloud}retain_button`);
      assert.equal(focus(person), 'com.xiaomi.account/com.xiaomi.account.ui.QuickLoginActivity');
      assert.equal(person.reads('android:id/title'), 'Enter your password');
      await givesPassword(person);
      assert.equal(signedIn(person), false);
      assert.equal(focus(person), 'com.miui.home/com.miui.home.launcher.Launcher');
      assert.deepEqual(kinds(person), ['password', 'find-device-off', 'device-unbound', 'signed-out']);
      assert.equal(person.phone.service.log.at(-1)?.data, 'kept');
    });
  }

  it('returns to Settings when Settings is what it came from', async () => {
    const phone = new SimPhone({ pace: 'instant', account: { ...ACCOUNT, findDevice: false } });
    const person = new SimPerson(phone);
    await person.taps('Settings');
    assert.ok(person.scrollsTo('Xiaomi Account'));
    await person.taps('Xiaomi Account');
    await person.taps(`${account}logout_btn`);
    assert.equal(focus(person), 'com.android.settings/com.android.settings.MainSettings');
    assert.equal(person.sees(ACCOUNT.id), false);
  });

  it('does not ask about data when none is synced', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    assert.ok(person.sees(`${account}input_pwd_view`));
  });

  it('needs no password when Find device is off', async () => {
    const person = await atAccountPage({ account: { findDevice: false } });
    await person.taps(`${account}logout_btn`);
    assert.equal(signedIn(person), false);
    assert.deepEqual(kinds(person), ['device-unbound', 'signed-out']);
  });

  it('tells the account service when data is removed', async () => {
    const person = await atAccountPage({ account: { findDevice: false, syncedData: ['gallery'] } });
    await person.taps(`${account}logout_btn`);
    await person.taps(`${cloud}remove_button`);
    assert.equal(person.phone.service.log.at(-1)?.data, 'removed');
    assert.ok(
      person.phone.events.some(
        ({ kind, detail }) => kind === 'account-removed' && detail?.['data'] === 'removed',
      ),
    );
  });

  it('speaks of Mi Pay cards first', async () => {
    const person = await atAccountPage({
      account: { miPayCards: 2, findDevice: false, syncedData: ['gallery'] },
    });
    await person.taps(`${account}logout_btn`);
    assert.equal(person.readsAlert('alertTitle'), text(person, 'delete_bank_card_title'));
    await person.taps(OK);
    assert.ok(person.sees(`${cloud}retain_button`));
  });

  it('warns of unsynced items when data is to be removed', async () => {
    const person = await atAccountPage({
      account: { unsyncedItems: 3, findDevice: false, syncedData: ['contacts'] },
    });
    await person.taps(`${account}logout_btn`);
    await person.taps(`${cloud}remove_button`);
    assert.equal(person.readsAlert('alertTitle'), text(person, 'wipe_data_dialog_title'));
    assert.match(person.readsAlert('message') ?? '', /3 unsynced items/);
    await person.taps(OK);
    assert.equal(signedIn(person), false);
  });

  it('does not speak of unsynced items when data is kept', async () => {
    const person = await atAccountPage({
      account: { unsyncedItems: 3, findDevice: false, syncedData: ['contacts'] },
    });
    await person.taps(`${account}logout_btn`);
    await person.taps(`${cloud}retain_button`);
    assert.equal(signedIn(person), false);
  });

  it('asks for the password first where the phone is like that, Find device or not', async () => {
    const person = await atAccountPage({
      order: 'password-first',
      account: { findDevice: false, syncedData: ['contacts'] },
    });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person);
    assert.ok(signedIn(person) && person.sees(`${cloud}retain_button`));
    await person.taps(`${cloud}retain_button`);
    assert.equal(signedIn(person), false);
  });
});

describe('cancelling a sign-out', () => {
  const full = { miPayCards: 1, unsyncedItems: 1, syncedData: ['contacts' as const] };
  const steps: readonly [name: string, onto: readonly string[], cancel: string][] = [
    ['the Mi Pay dialog', [], CANCEL],
    ['Keep or Remove', [OK], `${cloud}cancel_button`],
    ['the dialog about unsynced items', [OK, `${cloud}remove_button`], CANCEL],
    ['the password dialog', [OK, `${cloud}retain_button`], `${account}cancel`],
  ];
  for (const [name, onto, cancel] of steps) {
    for (const how of ['its button', 'back'] as const) {
      it(`at ${name} with ${how} leaves everything as it was`, async () => {
        const person = await atAccountPage({ account: full });
        await person.taps(`${account}logout_btn`);
        for (const step of onto) await person.taps(step);
        if (how === 'back') await person.presses(BACK);
        else await person.taps(cancel);
        assert.equal(focus(person), 'com.xiaomi.account/com.xiaomi.account.ui.AccountSettingsActivity');
        assert.ok(signedIn(person) && person.phone.findDevice);
        assert.deepEqual(kinds(person), []);
        await person.taps(`${account}logout_btn`);
        assert.equal(person.readsAlert('alertTitle'), text(person, 'delete_bank_card_title'));
      });
    }
  }
});

describe('the password dialog', () => {
  const alertSays = (person: SimPerson, name: string): void => {
    assert.equal(person.readsAlert('alertTitle'), text(person, 'passport_verification_failed'));
    assert.equal(person.readsAlert('message'), text(person, name));
  };

  it('refuses a wrong password with an alert, keeps what was typed, and takes the right one after it', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    await givesPassword(person, 'wrong');
    alertSays(person, 'passport_bad_authentication');
    await person.taps(OK);
    assert.equal(person.reads(`${account}input_pwd_view`), '•••••');
    assert.ok(signedIn(person));
    assert.equal(person.phone.service.wrongTries(ACCOUNT.id), 1);
    await givesPassword(person);
    assert.equal(signedIn(person), false);
  });

  it('sends nothing while it is empty', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    await person.taps(`${account}passport_confirm`);
    assert.ok(person.sees(`${account}input_pwd_view`));
    assert.deepEqual(kinds(person), []);
  });

  it('shows the password only while the eye is open', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    person.writes(`${account}input_pwd_view`, 'seen');
    assert.equal(person.reads(`${account}input_pwd_view`), '••••');
    await person.taps(`${account}show_pwd_img`);
    assert.equal(person.reads(`${account}input_pwd_view`), 'seen');
  });

  it('wants a captcha after a wrong password where the service does, and a new one after a wrong captcha', async () => {
    const person = await atAccountPage({ faults: ['captcha-after-wrong-password'] });
    const letters = (): string => person.phone.service.secretsOfOwner(ACCOUNT.id).captcha ?? '';
    await person.taps(`${account}logout_btn`);
    assert.equal(person.sees(`${account}captcha_layout`), false);
    await givesPassword(person, 'wrong');
    await person.taps(OK);
    assert.ok(person.sees(`${account}et_captcha_image`));
    const first = letters();
    person.writes(`${account}et_captcha_code`, 'zzzz');
    await givesPassword(person);
    alertSays(person, 'passport_wrong_captcha');
    await person.taps(OK);
    assert.notEqual(letters(), first);
    person.writes(`${account}et_captcha_code`, letters());
    await givesPassword(person);
    assert.equal(signedIn(person), false);
  });

  it('never writes the captcha into the tree', async () => {
    const person = await atAccountPage({ faults: ['captcha-after-wrong-password'] });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person, 'wrong');
    await person.taps(OK);
    const { captcha = '?' } = person.phone.service.secretsOfOwner(ACCOUNT.id);
    const { view } = person.find(`${account}et_captcha_image`) ?? {};
    assert.equal(view?.look?.letters, captcha);
    assert.equal(
      [view?.text, view?.desc, view?.hint, view?.id].some((said) => said?.includes(captcha)),
      false,
    );
  });

  it('asks for the code of a second factor, and again after a wrong one', async () => {
    const person = await atAccountPage({ faults: ['second-factor'] });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person);
    assert.equal(person.reads('android:id/title'), text(person, 'passport_quick_login_step2_title'));
    assert.equal(person.sees(`${account}input_pwd_view`), false);
    person.writes(`${account}passport_vcode`, '000000');
    await person.taps(`${account}passport_confirm`);
    alertSays(person, 'passport_wrong_vcode');
    await person.taps(OK);
    person.writes(`${account}passport_vcode`, person.phone.service.secretsOfOwner(ACCOUNT.id).code ?? '');
    await person.taps(`${account}passport_confirm`);
    assert.equal(signedIn(person), false);
  });

  it('asks for the code of a second factor on a page of its own, and again after a wrong one', async () => {
    const person = await atAccountPage({ faults: ['second-factor-page'] });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person);
    assert.ok(person.sees(`${account}sms_send_notice`));
    assert.equal(person.sees(`${account}passport_confirm`), false);
    person.writes(`${account}sms_code`, '000000');
    await person.taps(`${account}btn_verify`);
    alertSays(person, 'passport_wrong_vcode');
    await person.taps(OK);
    person.writes(`${account}sms_code`, person.phone.service.secretsOfOwner(ACCOUNT.id).code ?? '');
    await person.taps(`${account}btn_verify`);
    assert.equal(signedIn(person), false);
  });

  it('is at its password dialog again where that page was left with back', async () => {
    const person = await atAccountPage({ faults: ['second-factor-page'] });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person);
    await person.presses(4);
    assert.ok(person.sees(`${account}input_pwd_view`));
    assert.equal(signedIn(person), true);
  });

  for (const [dialog, secure] of [
    ['screen-off', false],
    ['screen-locked', true],
  ] as const) {
    it(`goes dark in the middle with the surprise ${dialog}, and is woken${secure ? ' to its lock' : ''}`, async () => {
      const person = await atAccountPage({ surprises: [{ dialog, before: 'password' }] });
      await person.taps(`${account}logout_btn`);
      assert.match(person.phone.dumpsys('power', []) ?? '', /mWakefulness=Asleep/);
      await person.presses(224);
      assert.match(person.phone.dumpsys('power', []) ?? '', /mWakefulness=Awake/);
      assert.equal(person.sees(`${account}input_pwd_view`), !secure);
      assert.match(person.phone.dumpsys('window', []) ?? '', new RegExp(` secure=${secure}`));
    });
  }

  for (const [fault, name] of [
    ['network-down', 'passport_error_network'],
    ['server-error', 'passport_error_server'],
    ['access-denied', 'passport_access_denied'],
  ] as const) {
    it(`says ${name} with ${fault}, and no password reaches the service`, async () => {
      const person = await atAccountPage({ faults: [fault] });
      await person.taps(`${account}logout_btn`);
      await givesPassword(person);
      alertSays(person, name);
      assert.deepEqual(kinds(person), []);
      assert.ok(signedIn(person));
    });
  }

  it('puts the keyboard away with the first back and cancels with the second', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    await person.taps(`${account}input_pwd_view`);
    person.phone.type('typed');
    assert.match(person.phone.dumpsys('input_method', []) ?? '', /mInputShown=true/);
    await person.presses(BACK);
    assert.match(person.phone.dumpsys('input_method', []) ?? '', /mInputShown=false/);
    assert.equal(person.reads(`${account}input_pwd_view`), '•••••');
    await person.presses(BACK);
    assert.equal(focus(person), 'com.xiaomi.account/com.xiaomi.account.ui.AccountSettingsActivity');
  });

  it('is garbled by a security keyboard, but not by text set from outside it', async () => {
    const person = await atAccountPage({ faults: ['secure-keyboard'] });
    await person.taps(`${account}logout_btn`);
    await person.taps(`${account}input_pwd_view`);
    person.phone.type(ACCOUNT.password);
    assert.ok((person.reads(`${account}input_pwd_view`) ?? '').length < ACCOUNT.password.length);
    await givesPassword(person);
    assert.equal(signedIn(person), false);
  });
});

describe('a sign-out that fails at the end', () => {
  it('names the days of the lock after a password change', async () => {
    for (const release of ['10', '14'] as const) {
      const person = await atAccountPage({ release, account: { passwordChangedDaysAgo: 1 } });
      await person.taps(`${account}logout_btn`);
      await givesPassword(person);
      assert.equal(person.readsAlert('alertTitle'), text(person, 'turn_off_find_device_failed_title'));
      assert.match(person.readsAlert('message') ?? '', /\b3 days\b/);
      await person.taps(OK);
      assert.ok(signedIn(person) && person.phone.findDevice);
      assert.deepEqual(kinds(person), ['password', 'find-device-locked']);
    }
  });

  it('is locked no more when three days have gone by', async () => {
    const person = await atAccountPage({ account: { passwordChangedDaysAgo: 3 } });
    await person.taps(`${account}logout_btn`);
    await givesPassword(person);
    assert.equal(signedIn(person), false);
  });

  it('says that nobody answers when the network is down and no password was needed', async () => {
    const person = await atAccountPage({ faults: ['network-down'], account: { findDevice: false } });
    await person.taps(`${account}logout_btn`);
    assert.equal(person.readsAlert('alertTitle'), text(person, 'logout_failed'));
    assert.equal(person.readsAlert('message'), text(person, 'no_response_retry'));
    await person.taps(OK);
    assert.ok(signedIn(person));
  });
});

describe('what the logs keep', () => {
  it('is no password, in no event and no entry of the witness', async () => {
    const person = await atAccountPage();
    await person.taps(`${account}logout_btn`);
    await givesPassword(person, 'Wrong-pass9');
    await person.taps(OK);
    await givesPassword(person);
    const kept = JSON.stringify([person.phone.events, person.phone.service.log]);
    assert.doesNotMatch(kept, /Wrong-pass9|Right-pass1/);
    const tries = person.phone.service.log.filter(({ kind }) => kind === 'password');
    assert.deepEqual(
      tries.map(({ account: id, serial, right }) => [id, serial, right]),
      [
        [ACCOUNT.id, person.phone.serialno, false],
        [ACCOUNT.id, person.phone.serialno, true],
      ],
    );
  });
});

describe('sign out as MIUI 6 has it', () => {
  /** On the dialog with Keep, Wipe and Cancel. */
  async function atKeepOrWipe(spec: Partial<NonNullable<PhoneSpec['account']>> = {}): Promise<SimPerson> {
    const person = await atAccountPage({ release: '10', order: 'miui6', account: spec });
    assert.ok(person.scrollsTo('Sign out'));
    await person.taps(`${account}btn_delete_account`);
    await givesPassword(person);
    return person;
  }

  it('has a title bar, and the button at the end of the list', async () => {
    const person = await atAccountPage({ release: '10', order: 'miui6' });
    assert.deepEqual(
      [person.reads(`${account}user_name`), person.reads(`${account}user_id`)],
      ['Ivan', ACCOUNT.id],
    );
    assert.equal(
      person.sees(`${account}logout_btn`) || person.sees(`${account}settings_header_layout`),
      false,
    );
  });

  it('asks for the password, then in one alert about the data, even when nothing is synced', async () => {
    const person = await atKeepOrWipe({ findDevice: false, miPayCards: 2 });
    assert.equal(person.readsAlert('alertTitle'), text(person, 'alert_title_remove_account'));
    assert.equal(person.sees(OK) || person.sees(CANCEL), false);
    await person.taps(`${account}btn_keep_data`);
    assert.equal(signedIn(person), false);
    assert.equal(person.phone.service.log.at(-1)?.data, 'kept');
  });

  it('wipes after a warning where something is not in the cloud yet', async () => {
    const person = await atKeepOrWipe({ unsyncedItems: 3 });
    await person.taps(`${account}btn_wipe_data`);
    assert.equal(person.readsAlert('alertTitle'), text(person, 'wipe_data_dialog_title'));
    await person.taps(OK);
    assert.equal(person.phone.service.log.at(-1)?.data, 'removed');
  });

  it('changes nothing when it is cancelled', async () => {
    const person = await atKeepOrWipe();
    await person.taps(`${account}btn_cancel`);
    assert.ok(signedIn(person));
    assert.ok(person.scrollsTo('Sign out'));
  });
});

describe('sign out on a phone that asks first', () => {
  it('asks first whether it is meant, then as before', async () => {
    const person = await atAccountPage({ order: 'asks-first', account: { syncedData: ['notes'] } });
    await person.taps(`${account}logout_btn`);
    assert.equal(person.readsAlert('alertTitle'), 'Remove account?');
    await person.taps(OK);
    await person.taps(`${cloud}remove_button`);
    await givesPassword(person);
    assert.equal(signedIn(person), false);
    assert.equal(person.phone.service.log.at(-1)?.data, 'removed');
  });

  it('leaves everything as it was when it is not', async () => {
    const person = await atAccountPage({ order: 'asks-first' });
    await person.taps(`${account}logout_btn`);
    await person.taps(CANCEL);
    assert.ok(signedIn(person) && person.sees(`${account}logout_btn`));
    assert.deepEqual(kinds(person), []);
  });
});

describe('Account security of MIUI 8 to 10.0', () => {
  it('has the password among the personal data', async () => {
    const person = await atAccountPage({ release: '10', accountPage: 'title-bar' });
    await person.taps('Account security');
    const place = (name: string): number => person.find(text(person, name))?.bounds.y ?? NaN;
    assert.ok(place('change_password') < place('account_security_info_pref_title'));
    assert.ok(place('account_security_info_pref_title') < place('account_protection'));
  });
});
