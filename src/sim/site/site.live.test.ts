import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { remote, type Browser } from 'webdriverio';
import { AccountService } from '../service/account-service.ts';
import type { SiteOptions } from './options.ts';
import { startSite, type Site } from './site.ts';
import { parseSpec } from '../spec.ts';
import { PATIENCE, waitUntil } from '../../live/wait.ts';

const ID = '6230001535';
const NEW = 'Better-pass2';
const chromium = '/usr/bin/chromium';
const chromedriver = '/usr/bin/chromedriver';
const missing = [chromium, chromedriver].find((file) => !existsSync(file));

/** Where the two shapes have what a person looks for. */
const shapes = {
  react: {
    login: '/fe/service/login/password',
    home: '/fe/service/account',
    forgot: '.mi-links a',
    account: 'input[name=account]',
    code: 'input[name=ticket]',
    submit: '.mi-card button[type=submit]',
    error: '[role=alert]',
    back: '.mi-card--center button',
    user: 'input[name=account]',
    signIn: '.mi-card button[type=submit]',
  },
  form: {
    login: '/pass/serviceLogin',
    home: '/pass/auth/security/home',
    forgot: '.links a',
    account: 'input#user[name=id]',
    code: 'input[name=tickt]',
    submit: '#submit_button',
    error: '.err_tip',
    back: 'a.btn',
    user: '#username',
    signIn: '#login-button',
  },
} as const;

describe('the web site in Chromium', { skip: missing ? `${missing} is not installed` : false }, () => {
  let site: Site;
  let browser: Browser;
  let code = '';
  const service = new AccountService({ post: { send: async (message) => void (code = message.code) } });

  before(async () => {
    site = await startSite(service);
    browser = await remote({
      logLevel: 'error',
      capabilities: {
        browserName: 'chrome',
        'wdio:enforceWebDriverClassic': true,
        'wdio:chromedriverOptions': { binary: chromedriver },
        'goog:chromeOptions': {
          binary: chromium,
          args: [
            '--headless=new',
            '--no-sandbox',
            '--disable-gpu',
            '--disable-dev-shm-usage',
            '--lang=en-GB',
          ],
        },
      },
    });
  });
  after(async () => {
    await browser?.deleteSession();
    await site?.close();
  });

  async function arrange(options: SiteOptions): Promise<(typeof shapes)['react' | 'form']> {
    site.set({ pace: 'instant', ...options });
    const { account } = parseSpec({
      account: { id: ID, password: 'Right-pass1', phone: '+359888123456', email: 'ivan@example.com' },
    });
    service.put(account!, Date.now());
    await browser.deleteCookies();
    return shapes[site.settings.shape];
  }
  const see = async (selector: string) => {
    const element = browser.$(selector);
    await element.waitForDisplayed({ timeout: PATIENCE, timeoutMsg: `waited for ${selector}` });
    return element;
  };
  const gone = (selector: string) =>
    waitUntil(browser, `the end of ${selector}`, async () => !(await browser.$(selector).isExisting()));
  const click = async (selector: string): Promise<void> => (await see(selector)).click();
  const write = async (selector: string, text: string): Promise<void> => (await see(selector)).setValue(text);
  const says = (selector: string, text: RegExp) =>
    waitUntil(browser, `${selector} to say ${String(text)}`, async () =>
      text.test(await browser.$(selector).getText()),
    );

  async function toNewPassword(at: (typeof shapes)['react' | 'form']): Promise<void> {
    await write(at.account, ID);
    await click(at.submit);
    await click('input[name=method][value=email]');
    await click(at.submit);
    await gone('input[name=method]');
    code = '';
    await click(at.submit);
    await see(at.code);
    await write(at.code, code);
    await click(at.submit);
    await see('input[type=password]');
  }
  async function newPassword(first: string, second: string, submit: string): Promise<void> {
    const [one, two] = await browser.$$('input[type=password]').getElements();
    await one?.setValue(first);
    await two?.setValue(second);
    await click(submit);
  }

  for (const shape of ['react', 'form'] as const) {
    it(`resets a password by a code in a mail, from sign-in to sign-in (${shape})`, async () => {
      const at = await arrange({ shape });
      await browser.url(`${site.url}${at.login}`);
      await click(at.forgot);
      await toNewPassword(at);
      await newPassword(NEW, `${NEW}x`, at.submit);
      await says(at.error, /not the same/);
      await newPassword(NEW, NEW, at.submit);
      await click(at.back);
      await write(at.user, 'ivan@example.com');
      await write('input[name=password]', 'Right-pass1');
      await click(at.signIn);
      await says(at.error, /Wrong account or password/);
      await write('input[name=password]', NEW);
      await click(at.signIn);
      await waitUntil(browser, at.home, async () => (await browser.getUrl()).includes(at.home));
      await says('body', /You are signed in[^]*6230\*\*\*35/);
      assert.deepEqual(
        service.log.slice(-3).map(({ kind, right }) => [kind, right]),
        [
          ['password-changed', undefined],
          ['password', false],
          ['password', true],
        ],
      );
    });

    it(`shows a picture of letters that a person can answer (${shape})`, async () => {
      const at = await arrange({ shape, captcha: 'after-next' });
      await browser.url(`${site.url}/pass/forgetPassword`);
      await write(at.account, ID);
      await click(at.submit);
      const picture = await see('img[src^="/pass/getCode"]');
      await waitUntil(browser, 'the picture', () =>
        browser.execute(
          (image) => (image as unknown as { naturalWidth: number }).naturalWidth === 280,
          picture,
        ),
      );
      await write('input[name=icode]', site.captcha ?? '');
      await click(at.submit);
      await see('input[name=method]');
    });
  }

  it('changes its language in the menu and back, and what is typed stays', async () => {
    const at = await arrange({ shape: 'react' });
    await browser.url(`${site.url}/fe/service/forgetPassword`);
    await write(at.account, ID);
    for (const [locale, title] of [
      ['zh_CN', /^重置密码$/],
      ['bg_BG', /^Нулиране на паролата$/],
      ['en', /^Reset password$/],
    ] as const) {
      await click('.mi-language-picker');
      await click(`li[data-lang=${locale}]`);
      await says('h2', title);
      assert.match(await browser.getUrl(), new RegExp(`_locale=${locale}$`));
    }
    assert.equal(await browser.$(at.account).getValue(), ID);
  });

  it('changes its language at the foot of the page and back (form)', async () => {
    await arrange({ shape: 'form' });
    await browser.url(`${site.url}/pass/forgetPassword?_locale=ru_RU`);
    await says('.title', /Сброс пароля/);
    await click('.lang-select-li[data-lang=zh_CN]');
    await says('.title', /重置密码/);
    await click('.lang-select-li[data-lang=en]');
    await says('.title', /Reset password/);
  });

  it('lies under a question about the user agreement until that is answered', async () => {
    const at = await arrange({ agree: true });
    await browser.url(`${site.url}${at.login}`);
    await click('[role=dialog] .mi-button--primary');
    await gone('[role=dialog]');
    await click(at.forgot);
    await see(at.account);
    assert.equal(await browser.$('[role=dialog]').isExisting(), false);
  });

  it('says that the network failed when the answer to the new password is lost, though it is set', async () => {
    const at = await arrange({ dropAnswer: 'set-password' });
    service.log.length = 0;
    await browser.url(`${site.url}/fe/service/forgetPassword`);
    await toNewPassword(at);
    await newPassword(NEW, NEW, at.submit);
    await says(at.error, /Network error/);
    assert.equal(service.log.filter(({ kind }) => kind === 'password-changed').length, 1);
  });
});
