import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccountService } from '../service/account-service.ts';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';
import type { PhoneSpec } from '../spec.ts';
import { webText, type WebWord } from '../strings/web.ts';
import type { Node } from '../screen/view.ts';

const OLD = 'Right-pass1';
const NEW = 'Fresh-pass2';
const ACCOUNT = {
  id: '6230001535',
  password: OLD,
  phone: '+359888123456',
  email: 'ivan@example.com',
  identityCheckedMinutesAgo: 1,
};
const id = (name: string): string => `com.xiaomi.account:id/${name}`;
const forms = ['native', 'web'] as const;
type Form = (typeof forms)[number];
type Given = Omit<PhoneSpec, 'account'> & { account?: Partial<NonNullable<PhoneSpec['account']>> };

const make = (spec: Given = {}, service = new AccountService()): SimPhone =>
  new SimPhone({ pace: 'instant', ...spec, account: { ...ACCOUNT, ...spec.account } }, { service });

class Owner extends SimPerson {
  static async at(form: Form, spec: Given = {}): Promise<Owner> {
    const owner = new Owner(make({ passwordForm: form, ...spec }));
    await owner.opens('com.xiaomi.account/.ui.ChangePasswordActivity');
    return owner;
  }
  text(name: string): string {
    return this.phone.text('com.xiaomi.account', name);
  }
  say(word: WebWord): string {
    return webText(word, this.phone.spec.language);
  }
  nodes(): Node[] {
    const all = (node: Node): Node[] => [node, ...node.children.flatMap(all)];
    return all(this.phone.layOut());
  }
  fields(): Node[] {
    return this.nodes().filter(({ view }) => view.cls === 'android.widget.EditText');
  }
  async sets(first: string, second = first): Promise<void> {
    const [one, two] = this.fields();
    assert.ok(one && two && this.phone.setText(one, first) && this.phone.setText(two, second));
    await this.taps(this.sees(id('change_pwd_btn')) ? id('change_pwd_btn') : this.say('submit'));
  }
  get page(): string {
    return (
      /mCurrentFocus=Window\{\w+ u0 [^}]+\.(\w+)}/.exec(this.phone.dumpsys('window', []) ?? '')?.[1] ?? ''
    );
  }
  /** Whether the service takes it. */
  knows(password: string): boolean {
    const attempt = {
      account: ACCOUNT.id,
      password,
      serial: 'test',
      at: 0,
      captchaAfterWrong: false,
      secondFactor: false,
    };
    return this.phone.service.checkPassword(attempt).kind === 'right';
  }
}

describe('the native page for a new password', () => {
  it('holds two fields with one id, distinguished by what holds them', async () => {
    const owner = await Owner.at('native');
    assert.equal(owner.page, 'ChangePasswordActivity');
    assert.deepEqual(
      owner.fields().map((node) => [node.view.id, node.view.password, node.parent?.view.id]),
      [
        [id('input_pwd_view'), true, id('input_new_pwd_view')],
        [id('input_pwd_view'), true, id('confirm_pwd_view')],
      ],
    );
    assert.ok(owner.sees(id('password_rules')) && !owner.sees(id('error_status')));
  });

  for (const [why, given, error] of [
    ['two different passwords', [NEW, `${NEW}x`], 'inconsistent_pwd'],
    ['a password of one kind of characters', ['abcdefghij'], 'passport_password_req_notice'],
    ['a password of 17 characters', ['abcdefgh-12345678'], 'passport_password_req_notice'],
    ['the old password', [OLD], 'same_new_and_old_pwd'],
    ['a password with the account id in it', [`${ACCOUNT.id}-x`], 'pwd_width_phone_number_or_mail_num'],
    ['a former password', ['Former-pass0'], 'risky_pwd_not_allow'],
  ] as const) {
    it(`refuses ${why}`, async () => {
      const owner = await Owner.at('native', { account: { formerPasswords: ['Former-pass0'] } });
      await owner.sets(...(given as [string]));
      assert.equal(owner.reads(id('error_status')), owner.text(error));
      assert.ok(owner.knows(OLD));
    });
  }

  it('asks for the identity check again when that has expired meanwhile', async () => {
    const owner = await Owner.at('native');
    owner.phone.service.put(
      { ...owner.phone.spec.account!, identityCheckedMinutesAgo: 30 },
      owner.phone.now(),
    );
    await owner.sets(NEW);
    assert.equal(owner.page, 'NotificationActivity');
  });
});

describe('the web page for a new password', () => {
  it('holds two password fields without ids', async () => {
    const owner = await Owner.at('web');
    assert.equal(owner.page, 'NotificationActivity');
    assert.deepEqual(
      owner.fields().map(({ view }) => [view.id, view.password, view.hint]),
      [
        [undefined, true, 'New password'],
        [undefined, true, 'Enter it again'],
      ],
    );
  });

  for (const [why, given, error] of [
    ['two different passwords', [NEW, `${NEW}x`], 'different'],
    ['the old password', [OLD], 'same'],
    ['a password with the account id in it', [`${ACCOUNT.id}-x`], 'personal'],
    ['a former password', ['Former-pass0'], 'risky'],
  ] as const) {
    it(`refuses ${why}`, async () => {
      const owner = await Owner.at('web', { account: { formerPasswords: ['Former-pass0'] } });
      await owner.sets(...(given as [string]));
      assert.ok(owner.sees(owner.say(error)));
      assert.ok(owner.knows(OLD));
    });
  }
});

for (const form of forms) {
  describe(`a password changed in the ${form} page`, () => {
    it('is reported by a toast over Account security, and is the one that counts', async () => {
      const owner = await Owner.at(form);
      await owner.sets(NEW);
      assert.equal(owner.phone.toast()?.text, owner.text('set_success'));
      assert.equal(owner.page, 'AccountSecurityActivity');
      assert.ok(owner.knows(NEW) && !owner.knows(OLD));
      assert.ok(owner.phone.events.some(({ kind }) => kind === 'password-changed'));
      assert.doesNotMatch(JSON.stringify([owner.phone.events, owner.phone.service.log]), /Fresh-pass2/);
    });

    it('is changed when only the answer is lost, and the phone does not know', async () => {
      const owner = await Owner.at(form, { faults: ['drop-answer-set-password'] });
      await owner.sets(NEW);
      assert.ok(owner.sees(form === 'native' ? owner.text('passport_error_network') : owner.say('network')));
      assert.ok(owner.knows(NEW));
    });

    it('is not changed when the request is lost', async () => {
      const owner = await Owner.at(form, { faults: ['drop-request-set-password'] });
      await owner.sets(NEW);
      assert.ok(owner.sees(form === 'native' ? owner.text('passport_error_network') : owner.say('network')));
      assert.ok(owner.knows(OLD));
    });
  });
}

describe('after a password change', () => {
  const signsOut = async (person: SimPerson, password: string): Promise<void> => {
    await person.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    if (!person.sees(id('logout_btn'))) await person.presses(4);
    await person.taps(id('logout_btn'));
    person.writes(id('input_pwd_view'), password);
    await person.taps(id('passport_confirm'));
  };

  it('sign-out fails for as many days as the account is locked', async () => {
    const phone = make({ passwordForm: 'native', account: { lockDays: 7 } });
    const owner = new Owner(phone);
    await owner.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    assert.ok(owner.scrollsTo(owner.text('account_security')));
    await owner.taps(owner.text('account_security'));
    await owner.taps(owner.text('change_password'));
    await owner.sets(NEW);
    await owner.presses(4);
    await signsOut(owner, NEW);
    assert.equal(owner.readsAlert('alertTitle'), owner.text('turn_off_find_device_failed_title'));
    assert.match(owner.readsAlert('message') ?? '', /7 days/);
  });

  it('another phone of the account still holds it, and lets it go for the new password only', async () => {
    const service = new AccountService();
    const other = new SimPerson(make({ account: { lockDays: 0 } }, service));
    const owner = new Owner(
      make({ passwordForm: 'native', serialno: 'abc', account: { lockDays: 0 } }, service),
    );
    await owner.opens('com.xiaomi.account/.ui.ChangePasswordActivity');
    await owner.sets(NEW);
    await signsOut(other, OLD);
    assert.equal(other.readsAlert('message'), owner.text('passport_bad_authentication'));
    await other.taps('android:id/button1');
    assert.ok(other.phone.account);
    other.writes(id('input_pwd_view'), NEW);
    await other.taps(id('passport_confirm'));
    assert.equal(other.phone.account, undefined);
  });
});

describe('the ways to a new password', () => {
  it('differ by release where the spec says nothing', async () => {
    for (const [release, page] of [
      ['10', 'ChangePasswordActivity'],
      ['14', 'NotificationActivity'],
      ['hyperos1', 'PassportJsbWebViewActivity'],
    ] as const) {
      const owner = new Owner(make({ release }));
      await owner.opens('com.xiaomi.account/.ui.ChangePasswordActivity');
      assert.equal(owner.page, page);
    }
  });

  it('have the frame of the passport SDK on HyperOS, with Retry where the page did not load', async () => {
    const owner = new Owner(make({ release: 'hyperos3', faults: ['web-page-fails'] }));
    await owner.opens('com.xiaomi.account/.ui.ChangePasswordActivity');
    assert.ok(owner.sees(id('page_header')) && owner.sees(id('page_header_title')));
    assert.ok(owner.sees(id('network_error_layout')) && !owner.sees(id('root')));
    await owner.taps(id('btn_retry'));
    assert.equal(owner.find(id('root'))?.view.cls, 'android.webkit.WebView');
    assert.equal(owner.sees(id('network_error_layout')), false);
  });

  it('lead to sign-in where no account is signed in', async () => {
    const owner = new Owner(new SimPhone({ pace: 'instant' }));
    await owner.opens('com.xiaomi.account/.ui.ChangePasswordActivity');
    assert.equal(owner.page, 'LoginActivity');
  });

  it('include Forgot password, which opens the web site in the language of the phone', async () => {
    const spec = { pace: 'instant', language: 'bg', account: ACCOUNT } as const;
    const owner = new Owner(
      new SimPhone(spec, { chromium: '/nowhere/chromium', site: () => 'http://127.0.0.1:1' }),
    );
    await owner.opens('com.xiaomi.account/.ui.AccountSettingsActivity');
    await owner.taps(id('logout_btn'));
    await owner.taps(id('tv_forget_pwd'));
    assert.equal(owner.page, 'ChromeTabbedActivity');
    assert.equal(owner.reads('com.android.chrome:id/url_bar'), '127.0.0.1:1/pass/forgetPassword');
    await owner.phone.shutDown();
  });
});
