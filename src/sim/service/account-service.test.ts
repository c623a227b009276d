import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccountService, type CodeSending } from './account-service.ts';
import type { CodeMessage } from './post.ts';
import { parseSpec, type PhoneSpec } from '../spec.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ID = '6230001535';
const NEW = 'Better-pass2';
const asked: CodeSending = {
  account: ID,
  by: 'email',
  purpose: 'reset',
  serial: '',
  region: 'global',
  at: 0,
};

/** A service with one account and a post that keeps what it is given. */
function arrange(account: Partial<NonNullable<PhoneSpec['account']>> = {}, seed = 1) {
  const sent: CodeMessage[] = [];
  const service = new AccountService({ seed, post: { send: async (message) => void sent.push(message) } });
  const contacts = { phone: '+359888123456', email: 'ivan.petrov@example.com' };
  const { account: spec } = parseSpec({
    account: { id: ID, password: 'Right-pass1', ...contacts, ...account },
  });
  service.put(spec!, 0);
  const code = () => sent.at(-1)?.code ?? 'none';
  const verify = (typed: string, at = 0, changes: Partial<CodeSending> = {}) =>
    service.verifyCode({ account: ID, code: typed, purpose: 'reset', serial: '', at, ...changes }).kind;
  const change = (newPassword = NEW, at = 0, serial = '') =>
    service.changePassword({ account: ID, newPassword, serial, at, by: serial ? 'phone' : 'web' }).kind;
  const signsIn = (password: string) =>
    service.checkPassword({
      account: ID,
      password,
      serial: '',
      at: 0,
      captchaAfterWrong: false,
      secondFactor: false,
    }).kind === 'right';
  return { service, sent, code, verify, change, signsIn };
}

const wrong = (code: string) => (code === '111111' ? '222222' : '111111');

describe('a code', () => {
  it('has six digits, differs from the one before, and cannot be known from the account', async () => {
    const { service, sent } = arrange({ codeLimit: 100 });
    for (let i = 0; i < 100; i++) await service.requestCode(asked);
    assert.ok(sent.every(({ code }) => /^\d{6}$/.test(code)));
    assert.equal(new Set(sent.map(({ code }) => code)).size, 100);
    const other = arrange({}, 2);
    await other.service.requestCode(asked);
    assert.notEqual(other.code(), sent[0]?.code);
  });

  it('goes to the contact asked for, in the language asked for', async () => {
    const { service, sent } = arrange();
    assert.deepEqual(await service.requestCode({ ...asked, language: 'bg' }), {
      kind: 'sent',
      validMs: 10 * MINUTE,
    });
    await service.requestCode({ ...asked, by: 'phone' });
    assert.deepEqual(
      sent.map(({ by, to, language, account }) => [by, to, language, account]),
      [
        ['email', 'ivan.petrov@example.com', 'bg', ID],
        ['phone', '+359888123456', 'en', ID],
      ],
    );
  });

  it('is refused where there is no such contact or no such account', async () => {
    const { service, sent } = arrange({ email: undefined });
    assert.deepEqual(await service.requestCode(asked), { kind: 'no-contact' });
    assert.deepEqual(await service.requestCode({ ...asked, account: '99999' }), { kind: 'unknown-account' });
    assert.deepEqual(sent, []);
  });

  it('is right once', async () => {
    const { service, code, verify } = arrange();
    await service.requestCode(asked);
    assert.equal(verify(wrong(code())), 'wrong');
    assert.equal(verify(code()), 'right');
    assert.equal(verify(code()), 'expired');
  });

  it('expires with time, with a newer one, and after five wrong ones', async () => {
    const { service, code, verify } = arrange({ codeValidMinutes: 2 });
    await service.requestCode(asked);
    const first = code();
    assert.equal(verify(first, 2 * MINUTE), 'expired');
    await service.requestCode(asked);
    assert.equal(verify(first), 'expired');
    for (let i = 0; i < 5; i++) assert.equal(verify(wrong(code())), 'wrong');
    assert.equal(verify(code()), 'expired');
  });

  it('serves only what it was asked for', async () => {
    const { service, code, verify } = arrange();
    await service.requestCode({ ...asked, purpose: 'identity' });
    assert.equal(verify(code(), 0, { purpose: 'reset' }), 'expired');
    assert.equal(verify(code(), 0, { purpose: 'identity', serial: 'a1' }), 'right');
  });

  it('is sent 3 times in 24 hours, 5 times in China, or as often as the spec says', async () => {
    const times = async (region: 'global' | 'china', account = {}) => {
      const { service, sent } = arrange(account);
      for (let i = 0; i < 8; i++) await service.requestCode({ ...asked, region, at: i * MINUTE });
      assert.deepEqual(await service.requestCode({ ...asked, region, at: DAY - 1 }), { kind: 'limit' });
      assert.equal((await service.requestCode({ ...asked, region, at: 2 * DAY })).kind, 'sent');
      return sent.length - 1;
    };
    assert.deepEqual(
      [await times('global'), await times('china'), await times('china', { codeLimit: 2 })],
      [3, 5, 2],
    );
  });

  it('counts as sent when the post loses it', async () => {
    const service = new AccountService({
      post: { send: async ({ code }) => Promise.reject(new Error(`no server for ${code}`)) },
    });
    service.put(parseSpec({ account: { id: ID, password: 'x', email: 'a@example.com' } }).account!, 0);
    assert.equal((await service.requestCode(asked)).kind, 'sent');
    assert.deepEqual(
      service.log.map(({ kind, reason }) => [kind, reason]),
      [
        ['code-sent', undefined],
        ['code-lost', 'no server for [hidden]'],
      ],
    );
  });

  it('for the second step of a sign-in is sent once while it is good', () => {
    const { service, sent, code } = arrange();
    const attempt = {
      account: ID,
      password: 'Right-pass1',
      serial: 'a1',
      captchaAfterWrong: false,
      secondFactor: true,
    };
    for (const at of [0, MINUTE, 11 * MINUTE])
      assert.equal(service.checkPassword({ ...attempt, at }).kind, 'needs-code');
    assert.equal(sent.length, 2);
    assert.equal(sent[0]?.by, 'phone');
    assert.equal(
      service.checkCode({ account: ID, code: code(), serial: 'a1', at: 11 * MINUTE }).kind,
      'right',
    );
  });
});

describe('a new password', () => {
  it('is taken for ten minutes after a right code, where that code was typed', async () => {
    const { service, code, verify, change } = arrange();
    assert.equal(change(), 'no-identity');
    await service.requestCode(asked);
    verify(code(), 0, { serial: 'a1' });
    assert.equal(service.identityValid(ID, 'a1', 0), true);
    assert.equal(change(NEW, 0, 'b2'), 'no-identity');
    assert.equal(change(NEW, 10 * MINUTE, 'a1'), 'no-identity');
    assert.equal(change(NEW, 0, 'a1'), 'changed');
  });

  it('needs no code soon after the owner has proved who they are', () => {
    assert.equal(arrange({ identityCheckedMinutesAgo: 3 }).change(), 'changed');
    assert.equal(arrange({ identityCheckedMinutesAgo: 10 }).change(), 'no-identity');
  });

  it('takes the place of the old one until the account is put back', () => {
    const { service, change, signsIn } = arrange({ identityCheckedMinutesAgo: 0 });
    change();
    assert.deepEqual([signsIn('Right-pass1'), signsIn(NEW)], [false, true]);
    service.put(service.get(ID)!, 0);
    assert.deepEqual([signsIn('Right-pass1'), signsIn(NEW)], [true, false]);
  });

  const refused: [password: string, kind: string][] = [
    ['Right-pass1', 'same'],
    ['Short-1', 'weak'],
    ['Seventeen-chars-1', 'weak'],
    ['OnlyLetters', 'weak'],
    ['12345678901', 'weak'],
    ['x6230001535', 'personal'],
    ['x359888123456', 'personal'],
    ['x888123456', 'personal'],
    ['Ivan.Petrov1', 'personal'],
    ['Former-pass1', 'reused'],
  ];
  for (const [password, kind] of refused) {
    it(`is refused as ${kind}: ${password}`, () => {
      const { change, signsIn } = arrange({
        identityCheckedMinutesAgo: 0,
        formerPasswords: ['Former-pass1'],
      });
      assert.equal(change(password), kind);
      assert.equal(signsIn('Right-pass1'), true);
    });
  }

  it('locks Find device for three days, for as many as the spec says, or not at all', () => {
    const lockedOn = (day: number, account = {}) => {
      const { service, change } = arrange({ identityCheckedMinutesAgo: 0, ...account });
      change();
      return service.turnOffFindDevice(ID, 'a1', day * DAY);
    };
    assert.deepEqual([lockedOn(2.9), lockedOn(3)], [3, undefined]);
    assert.deepEqual([lockedOn(6.9, { lockDays: 7 }), lockedOn(0, { lockDays: 0 })], [7, undefined]);
  });
});

describe('the account service', () => {
  it('finds an account by id, mail address and phone number, with or without the country', () => {
    const { service } = arrange();
    for (const name of [ID, ' IVAN.petrov@example.com', '+359 888 123 456', '00359888123456', '0888123456'])
      assert.equal(service.find(name)?.id, ID, name);
    for (const name of ['', '3456', 'petrov@example.com', '+44888123456'])
      assert.equal(service.find(name), undefined, name);
  });

  it('notes what happened without passwords and codes', async () => {
    const { service, code, verify, change } = arrange();
    await service.requestCode({ ...asked, serial: 'a1' });
    const typed = [code(), wrong(code()), NEW];
    verify(wrong(code()));
    verify(code());
    change('short');
    change();
    assert.deepEqual(
      service.log.map(({ kind, by, purpose, right, reason }) =>
        [kind, by, purpose, right, reason].filter((one) => one !== undefined),
      ),
      [
        ['code-sent', 'email', 'reset'],
        ['code-checked', 'reset', false, 'wrong'],
        ['code-checked', 'reset', true],
        ['password-refused', 'web', 'weak'],
        ['password-changed', 'web'],
      ],
    );
    for (const one of typed) assert.doesNotMatch(JSON.stringify(service.log), new RegExp(one));
  });
});
