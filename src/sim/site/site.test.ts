import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AccountService } from '../service/account-service.ts';
import { formPaths } from './form.ts';
import type { SiteOptions } from './options.ts';
import type { SiteAnswer } from './recovery.ts';
import { locales, wordsOf } from './text.ts';
import { startSite, type Site } from './site.ts';
import { parseSpec, SpecError, type PhoneSpec } from '../spec.ts';

const ID = '6230001535';
const NEW = 'Better-pass2';

let code = '';
const service = new AccountService({ post: { send: async (message) => void (code = message.code) } });
let site: Site;
before(async () => (site = await startSite(service)));
after(() => site.close());
beforeEach(() => arrange());

function arrange(options: SiteOptions = {}, account: Partial<NonNullable<PhoneSpec['account']>> = {}): void {
  site.set({ pace: 'instant', ...options });
  const { account: spec } = parseSpec({
    account: {
      id: ID,
      password: 'Right-pass1',
      phone: '+359888123456',
      email: 'ivan@example.com',
      ...account,
    },
  });
  service.put(spec!, Date.now());
}

/** One browser: it keeps its cookies. */
function browser() {
  const cookies = new Map<string, string>();
  const open = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(site.url + path, {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, cookie },
    });
    for (const one of response.headers.getSetCookie())
      cookies.set(...(one.split(';')[0]!.split('=') as [string, string]));
    return response;
  };
  const post = async (action: string, body: object = {}): Promise<SiteAnswer> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return (await (await open(`/fe/api/${action}`, init)).json()) as SiteAnswer;
  };
  const send = async (action: string, fields: Record<string, string> = {}) => {
    const sent = await open(`${formPaths.forgot}/${action}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    return (await open(sent.headers.get('location') ?? '/nowhere')).text();
  };
  return { open, post, send };
}

/** As far as the new password is asked for. */
async function atNewPassword() {
  const one = browser();
  await one.post('next', { account: ID });
  await one.post('choose', { method: 'email' });
  await one.post('send');
  await one.post('verify', { ticket: code });
  return one;
}

const signsIn = async (password: string) =>
  (await browser().post('sign-in', { account: ID, password })).signedIn !== undefined;

describe('a reset', () => {
  it('leads from the account to a password that signs in', async () => {
    const { post } = browser();
    const steps = [
      await post('next', { account: 'ivan@example.com' }),
      await post('choose', { method: 'phone' }),
      await post('send'),
      await post('verify', { ticket: code }),
      await post('set-password', { password: NEW, again: NEW }),
    ];
    assert.deepEqual(
      steps.map(({ step, error }) => error ?? step),
      ['method', 'send', 'code', 'password', 'done'],
    );
    assert.deepEqual(steps[0]?.contacts, [
      { by: 'phone', masked: '+359***56' },
      { by: 'email', masked: 'iva***@example.com' },
    ]);
    assert.deepEqual([await signsIn('Right-pass1'), await signsIn(NEW)], [false, true]);
  });

  it('asks for no method where only one contact is bound', async () => {
    arrange({}, { phone: undefined });
    assert.deepEqual(await browser().post('next', { account: ID }), {
      step: 'send',
      contacts: [{ by: 'email', masked: 'iva***@example.com' }],
    });
  });

  it('can want a second code, to the same contact or to the other one, on both shapes of the site', async () => {
    for (const [secondCode, masked] of [
      ['same', 'iva***@example.com'],
      ['other', '+359***56'],
    ] as const) {
      arrange({}, { secondCode });
      const { post } = browser();
      await post('next', { account: ID });
      await post('choose', { method: 'email' });
      await post('send');
      const first = code;
      const more = await post('verify', { ticket: first });
      assert.deepEqual([more.step, more.again, more.contacts[0]?.masked], ['send', true, masked]);
      await post('send');
      assert.equal((await post('verify', { ticket: first })).error, 'error-expired-code');
      assert.equal((await post('verify', { ticket: code })).step, 'password');
    }
    arrange({ shape: 'form' }, { secondCode: 'same' });
    const { send } = browser();
    await send('next', { id: ID });
    await send('choose', { method: 'email' });
    assert.match(await send('send'), /name="tickt"/);
    assert.ok((await send('verify', { tickt: code })).includes('verify once more'));
  });

  it('does nothing for a step that is not its own', async () => {
    const { post } = browser();
    assert.equal((await post('set-password', { password: NEW, again: NEW })).step, 'account');
    await post('next', { account: ID });
    assert.equal((await post('verify', { ticket: code })).step, 'method');
    assert.equal(await signsIn('Right-pass1'), true);
  });

  it('says what is wrong with what is typed, and stays', async () => {
    const { post } = browser();
    const errors = [
      await post('next', { account: '' }),
      await post('next', { account: 'nobody@example.com' }),
      (await post('next', { account: ID }), await post('choose')),
      (await post('choose', { method: 'email' }),
      await post('send'),
      await post('verify', { ticket: code === '111111' ? '2' : '111111' })),
    ];
    assert.deepEqual(
      errors.map(({ step, error }) => [step, error]),
      [
        ['account', 'error-empty'],
        ['account', 'error-unknown-account'],
        ['method', 'error-empty'],
        ['code', 'error-wrong-code'],
      ],
    );
    const old = code;
    await post('send');
    assert.equal((await post('verify', { ticket: old })).error, 'error-expired-code');
    await post('send');
    assert.deepEqual(await post('send').then(({ step, error }) => [step, error]), ['code', 'error-limit']);
  });

  it('says why a new password is not taken', async () => {
    arrange({}, { formerPasswords: ['Former-pass1'] });
    const { post } = await atNewPassword();
    const refused = {
      'error-empty': '',
      'error-weak': 'short',
      'error-same': 'Right-pass1',
      'error-personal': `x${ID}`,
      'error-reused': 'Former-pass1',
    };
    for (const [error, password] of Object.entries(refused))
      assert.equal((await post('set-password', { password, again: password })).error, error);
    assert.equal((await post('set-password', { password: NEW, again: 'other' })).error, 'error-mismatch');
  });

  it('is each browser’s own', async () => {
    await browser().post('next', { account: ID });
    assert.equal((await browser().post('choose', { method: 'email' })).step, 'account');
  });
});

describe('a captcha', () => {
  it('comes after Next when it is reported to, another after a wrong answer, and not again', async () => {
    arrange({ captcha: 'after-next' });
    const { open, post } = browser();
    const first = await post('next', { account: ID });
    assert.deepEqual([first.step, first.error, typeof first.captcha], ['account', undefined, 'number']);
    const picture = await open('/pass/getCode');
    assert.equal(picture.headers.get('content-type'), 'image/png');
    assert.deepEqual([...new Uint8Array(await picture.arrayBuffer()).slice(1, 4)], [0x50, 0x4e, 0x47]);
    const second = await post('next', { account: ID, icode: 'zzzz' });
    assert.equal(second.error, 'error-wrong-captcha');
    assert.notEqual(second.captcha, first.captcha);
    assert.deepEqual(
      await post('next', { account: ID, icode: site.captcha?.toUpperCase() }).then(({ step, captcha }) => [
        step,
        captcha,
      ]),
      ['method', undefined],
    );
  });

  it('comes after the code when it is reported to, before that is looked at', async () => {
    arrange({ captcha: 'after-code' });
    const { post } = browser();
    await post('next', { account: ID });
    await post('choose', { method: 'email' });
    await post('send');
    assert.equal(typeof (await post('verify', { ticket: code })).captcha, 'number');
    assert.equal((await post('verify', { ticket: code, icode: site.captcha })).step, 'password');
  });

  it('the phone has brought about is asked for at the sign-in too', async () => {
    service.checkPassword({
      account: ID,
      password: 'x',
      serial: 'a1',
      at: 0,
      captchaAfterWrong: true,
      secondFactor: false,
    });
    const { post } = browser();
    const asked = await post('sign-in', { account: ID, password: 'Right-pass1' });
    assert.deepEqual([asked.error, typeof asked.captcha], [undefined, 'number']);
    assert.ok(
      (
        await post('sign-in', {
          account: ID,
          password: 'Right-pass1',
          icode: service.secretsOfOwner(ID).captcha,
        })
      ).signedIn,
    );
  });
});

describe('a lost connection', () => {
  const change = { password: NEW, again: NEW };

  it('after the new password was set leaves it set', async () => {
    arrangeFault({ dropAnswer: 'set-password' });
    const { post } = await atNewPassword();
    await assert.rejects(post('set-password', change));
    await assert.rejects(post('set-password', change), 'a browser that sends it again hears nothing either');
    assert.equal(service.log.filter(({ kind }) => kind === 'password-changed').length, 1);
    assert.equal(await signsIn(NEW), true);
  });

  it('before the new password was set leaves the old one', async () => {
    arrangeFault({ dropRequest: 'set-password' });
    const { post } = await atNewPassword();
    await assert.rejects(post('set-password', change));
    assert.equal(await signsIn('Right-pass1'), true);
    assert.deepEqual(
      site.log.filter(({ dropped }) => dropped).map(({ kind, dropped, step }) => [kind, dropped, step]),
      [['set-password', 'request', undefined]],
    );
  });

  function arrangeFault(options: SiteOptions): void {
    arrange(options);
    service.log.length = 0;
  }
});

describe('the site', () => {
  it('speaks the language of the address, of its options, or of the browser', async () => {
    const words = async (path: string, headers = {}) =>
      (
        (await (await browser().open(`/fe/api/words${path}`, { headers })).json()) as {
          words: { next: string };
        }
      ).words.next;
    assert.equal(await words('?_locale=bg_BG'), 'Напред');
    assert.equal(await words('?_locale=xx_YY', { 'accept-language': 'ru' }), 'Next');
    assert.equal(await words('', { 'accept-language': 'ru-RU,ru;q=0.9' }), 'Далее');
    arrange({ language: 'zh_CN' });
    assert.equal(await words('', { 'accept-language': 'ru' }), '下一步');
  });

  it('has words for everything in every language', () => {
    for (const locale of locales) {
      for (const [name, text] of Object.entries(wordsOf(locale))) {
        assert.ok(text.trim() !== '', `${locale} ${name}`);
        assert.equal(text.includes('%s'), wordsOf('en')[name as 'next'].includes('%s'), `${locale} ${name}`);
      }
    }
  });

  it('has the old shape too, in which a reset is forms and pages', async () => {
    arrange({ shape: 'form' });
    const { open, send } = browser();
    const first = await (await open(`${formPaths.forgot}?_locale=zh_CN`)).text();
    assert.match(first, /<form id="forgetpwd_form" method="post"/);
    assert.match(first, /<input name="id"[^>]* id="user"/);
    assert.match(first, /class="lang-select-li current" data-lang="zh_CN"/);
    const unknown = await send('next', { id: 'x"<b>' });
    assert.match(unknown, /该帐号不存在/);
    assert.match(unknown, /value="x&#34;&#60;b&#62;"/);
    assert.match(await send('next', { id: ID }), /value="email"/);
    assert.match(await send('choose', { method: 'email' }), /iva\*\*\*@example\.com/);
    assert.match(await send('send'), /<input name="tickt"/);
    assert.match(await send('verify', { tickt: code }), /<input name="re-password"/);
    assert.match(await send('set-password', { password: NEW, 're-password': NEW }), /返回登录/);
    assert.match(await send('sign-in', { user: ID, password: 'wrong-1' }), /用户名或密码不正确/);
    assert.match(await send('sign-in', { user: ID, password: NEW }), /已登录/);
  });

  it('sends the addresses the phone knows to where they are today', async () => {
    const { headers } = await browser().open(`${formPaths.forgot}?_locale=bg_BG`);
    assert.equal(headers.get('location'), '/fe/service/forgetPassword?_locale=bg_BG');
  });

  it('notes what was done, without passwords, codes and accounts', async () => {
    const { post } = await atNewPassword();
    await post('set-password', { password: NEW, again: NEW });
    assert.deepEqual(
      site.log.map(({ kind }) => kind),
      ['next', 'choose', 'send', 'verify', 'set-password'],
    );
    assert.doesNotMatch(JSON.stringify(site.log), new RegExp(`${code}|${NEW}|${ID}|ivan`));
  });

  it('takes no time at pace instant, and refuses options it does not know', () => {
    assert.equal(site.waited, 0);
    assert.throws(() => site.set({ shape: 'vue' } as never), SpecError);
    assert.equal(site.settings.shape, 'react');
  });
});
