import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { instantClock, type Clock } from '../../clock.ts';
import { maskedAddress, maskedNumber } from '../shown-names.ts';
import { SimPerson } from '../person.ts';
import { SimPhone } from '../phone/phone.ts';
import type { PhoneSpec } from '../spec.ts';
import { webText, type WebWord } from '../strings/web.ts';
import type { Node } from '../screen/view.ts';

const ACCOUNT = {
  id: '6230001535',
  password: 'Right-pass1',
  phone: '+359888123456',
  email: 'ivan@example.com',
};
const BACK = 4;

type Given = Omit<PhoneSpec, 'account'> & { account?: Partial<NonNullable<PhoneSpec['account']>> };

class Owner extends SimPerson {
  readonly clock: Clock;

  constructor(phone: SimPhone, clock: Clock) {
    super(phone);
    this.clock = clock;
  }

  /** Somebody who tapped Change password. */
  static async changing(spec: Given = {}): Promise<Owner> {
    const clock = instantClock();
    const phone = new SimPhone(
      { pace: 'instant', ...spec, account: { ...ACCOUNT, ...spec.account } },
      { clock },
    );
    const owner = new Owner(phone, clock);
    await owner.opens('com.xiaomi.account/.ui.AccountSecurityActivity');
    await owner.taps(phone.text('com.xiaomi.account', 'change_password'));
    return owner;
  }

  say(word: WebWord, ...values: (string | number)[]): string {
    return webText(word, this.phone.spec.language, ...values);
  }
  text(name: string): string {
    return this.phone.text('com.xiaomi.account', name);
  }
  get code(): string {
    return this.phone.service.secretsOfOwner(ACCOUNT.id).code ?? '';
  }
  get page(): string {
    return (
      /mCurrentFocus=Window\{\w+ u0 [^}]+\.(\w+)}/.exec(this.phone.dumpsys('window', []) ?? '')?.[1] ?? ''
    );
  }
  get log(): string[] {
    return this.phone.service.log.map(({ kind, reason }) => (reason ? `${kind} ${reason}` : kind));
  }
  nodes(): Node[] {
    const all = (node: Node): Node[] => [node, ...node.children.flatMap(all)];
    return all(this.phone.layOut());
  }
  async submits(code: string): Promise<void> {
    this.writes(this.say('code'), code);
    await this.taps(this.say('submit'));
  }
}

describe('the identity check', () => {
  it('is a web page that offers phone and mail with the middle hidden, and has no resource ids', async () => {
    const owner = await Owner.changing();
    assert.equal(owner.page, 'NotificationActivity');
    const web = owner.nodes().filter(({ view }) => view.part?.startsWith('web'));
    assert.deepEqual(
      web.map(({ view }) => view.id),
      web.map(() => undefined),
    );
    assert.deepEqual(
      web.filter(({ view }) => view.checkable).map(({ view }) => [view.cls, view.text, view.checked]),
      [
        ['android.widget.RadioButton', 'Phone +35988****456', false],
        ['android.widget.RadioButton', 'Email iv***n@example.com', false],
      ],
    );
    assert.equal(owner.find('Next')?.view.enabled, false);
    assert.equal(owner.find('Next')?.view.cls, 'android.widget.Button');
  });

  it('sends the code where it was reported to, and a right one opens the new password', async () => {
    const owner = await Owner.changing({ language: 'bg' });
    await owner.taps(owner.say('byEmail', maskedAddress(ACCOUNT.email)));
    await owner.taps(owner.say('next'));
    assert.equal(owner.sees(owner.say('code')), false);
    await owner.taps(owner.say('send'));
    assert.deepEqual(
      owner.phone.service.log.map(({ kind, by }) => [kind, by]),
      [['code-sent', 'email']],
    );
    await owner.submits(owner.code);
    assert.ok(owner.sees(owner.say('newPassword')));
  });

  it('needs no choice where only one contact is bound', async () => {
    const owner = await Owner.changing({ account: { email: undefined } });
    assert.ok(owner.sees(owner.say('willSend', maskedNumber(ACCOUNT.phone))));
    assert.ok(owner.sees('Send'));
  });

  it('can want a second code after the first, to the same contact or to the other one', async () => {
    for (const [secondCode, by, shown] of [
      ['same', 'email', maskedAddress(ACCOUNT.email)],
      ['other', 'phone', maskedNumber(ACCOUNT.phone)],
    ] as const) {
      const owner = await Owner.changing({ account: { secondCode } });
      await owner.taps(owner.say('byEmail', maskedAddress(ACCOUNT.email)));
      await owner.taps(owner.say('next'));
      await owner.taps(owner.say('send'));
      const first = owner.code;
      await owner.submits(first);
      assert.ok(owner.sees(owner.say('onceMore', shown)), secondCode);
      assert.equal(owner.sees('Submit'), false, 'it is sent by its own Send alone');
      await owner.taps(owner.say('send'));
      await owner.submits(first);
      assert.ok(owner.sees(owner.say('expiredCode')));
      await owner.submits(owner.code);
      assert.ok(owner.sees(owner.say('newPassword')));
      const sent = owner.phone.service.log.filter(({ kind }) => kind === 'code-sent');
      assert.deepEqual(
        sent.map((entry) => entry.by),
        ['email', by],
      );
    }
  });

  it('lets a minute pass before the next code', async () => {
    const owner = await Owner.changing({ account: { email: undefined } });
    await owner.taps('Send');
    const waiting = owner.nodes().find(({ view }) => /^Resend \(\d+\)$/.test(view.text ?? ''));
    assert.equal(waiting?.view.enabled, false);
    await owner.clock.sleep(60_000, 'a minute');
    const before = owner.code;
    await owner.taps('Send');
    assert.notEqual(owner.code, before);
    await owner.submits(before);
    assert.ok(owner.sees(owner.say('expiredCode')));
  });

  it('says in the page what is wrong with a code', async () => {
    const owner = await Owner.changing({ account: { email: undefined, codeValidMinutes: 5 } });
    await owner.taps('Send');
    await owner.taps('Submit');
    assert.deepEqual(owner.log, ['code-sent']);
    await owner.submits(owner.code === '111111' ? '222222' : '111111');
    assert.ok(owner.sees(owner.say('wrongCode')));
    await owner.clock.sleep(6 * 60_000, 'the code to expire');
    await owner.submits(owner.code);
    assert.ok(owner.sees(owner.say('expiredCode')));
    assert.deepEqual(owner.log, ['code-sent', 'code-checked wrong', 'code-checked expired']);
  });

  it('sends no more codes than the service does', async () => {
    const owner = await Owner.changing({ account: { email: undefined, codeLimit: 0 } });
    await owner.taps('Send');
    assert.ok(owner.sees(owner.text('passport_send_too_many_code')));
    assert.equal(owner.sees('Submit'), false);
  });

  it('is left out while the last one is valid', async () => {
    const owner = await Owner.changing({ release: '10', account: { identityCheckedMinutesAgo: 5 } });
    assert.equal(owner.page, 'ChangePasswordActivity');
  });

  it('is asked for again when the last one is too old', async () => {
    const owner = await Owner.changing({ account: { identityCheckedMinutesAgo: 11 } });
    assert.equal(owner.page, 'NotificationActivity');
  });

  for (const [why, spec, toast] of [
    ['Xiaomi gives no address for it', { faults: ['identity-url-failed'] }, 'get_identity_auth_url_failed'],
    [
      'no contact is bound',
      { account: { phone: undefined, email: undefined } },
      'get_identity_auth_url_failed',
    ],
    ['there is no network', { faults: ['network-down'] }, 'passport_error_network'],
  ] as const) {
    it(`does not begin when ${why}`, async () => {
      const owner = await Owner.changing({
        ...spec,
        ...('faults' in spec ? { faults: [...spec.faults] } : {}),
      } as Given);
      assert.equal(owner.phone.toast()?.text, owner.text(toast));
      assert.equal(owner.page, 'AccountSecurityActivity');
    });
  }

  it('can want a captcha before it sends, a new one after each mistake', async () => {
    const owner = await Owner.changing({ faults: ['identity-captcha'], account: { email: undefined } });
    const first = owner.phone.captcha;
    owner.writes(owner.say('captcha'), 'nonsense');
    await owner.taps('Send');
    assert.ok(owner.sees(owner.say('wrongCaptcha')));
    assert.ok(first && owner.phone.captcha && owner.phone.captcha !== first);
    assert.deepEqual(owner.log, []);
    owner.writes(owner.say('captcha'), owner.phone.captcha);
    await owner.taps('Send');
    assert.deepEqual(owner.log, ['code-sent']);
  });

  it('goes back to Account security with back, and nothing has changed', async () => {
    const owner = await Owner.changing();
    await owner.presses(BACK);
    assert.equal(owner.page, 'AccountSecurityActivity');
    await owner.taps('Change password');
    assert.equal(owner.page, 'NotificationActivity');
  });

  it('says nothing in the pseudo language that a language says', async () => {
    const owner = await Owner.changing({ language: 'pseudo' });
    const said = owner
      .nodes()
      .flatMap(({ view }) => (view.part?.startsWith('web') && view.text ? [view.text] : []));
    assert.ok(said.length > 4);
    for (const one of said) assert.match(one, /^〚.*〛$/);
    assert.equal(owner.phone.string('com.xiaomi.account', 'next'), undefined);
  });
});

describe('what is hidden of a contact', () => {
  it('is the middle', () => {
    assert.equal(maskedNumber('+359 888 123 456'), '+35988****456');
    assert.equal(maskedAddress('ivan.petrov@example.com'), 'iv***v@example.com');
    assert.equal(maskedAddress('i@example.com'), 'i***@example.com');
  });
});
