import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { lookAtPage } from '../../pageobjects/web/look.ts';
import { SignInPage } from '../../pageobjects/web/sign-in.page.ts';
import { waitUntil } from '../live/wait.ts';
import { LiveWeb, owner, webMissing } from '../live/web.ts';
import { pngSize } from '../formats/png.ts';

let web: LiveWeb;
before(async () => {
  if (!webMissing) web = await LiveWeb.start();
});
after(() => web?.stop());

const DONE = { kind: 'changed', proof: 'sign-in' };
const ALL = ['code-requested', 'password-set', 'password-submitted'];

for (const shape of ['react', 'form'] as const) {
  suite(`the site in the shape '${shape}'`, { skip: webMissing }, () => {
    test('a code by e-mail resets the password, which then signs in; nothing secret is written', async () => {
      const run = await web.reset({ shape, post: { decoyMail: 'after', delayMs: 300 } });
      assert.deepEqual(run.outcome, DONE);
      assert.deepEqual(run.acts, ALL);
      assert.equal(run.password, 'confirmed');
      assert.deepEqual(run.site, ['next', 'choose', 'send', 'verify', 'set-password', 'sign-in']);
      assert.deepEqual(run.service, ['code-sent', 'code-checked', 'password-changed', 'password']);
      assert.deepEqual(run.leaks, []);
      assert.ok(run.events.every((event) => event.kind !== 'page' || event.screenshot));
    });

    test('a code by SMS goes to the only contact, once the agreement is accepted, in whatever language the site speaks', async () => {
      const spec = { email: undefined };
      const run = await web.reset({
        shape,
        by: 'phone',
        account: owner.id,
        spec,
        language: 'zh_CN',
        agree: true,
        person: () => 'yes',
      });
      assert.deepEqual(run.outcome, DONE);
      assert.ok(!run.pages.includes('web way to get a code'), 'where to is not asked');
      assert.deepEqual(
        run.questions.map(({ what }) => what),
        ['agreement'],
      );
    });

    test('a captcha is shown to a person, and what they read is typed', async () => {
      const captcha = shape === 'react' ? 'after-code' : 'after-next';
      const run = await web.reset({ shape, captcha, person: () => web.site.captcha });
      assert.deepEqual(run.outcome, DONE);
      const [{ what, picture = '' } = {}, ...more] = run.questions;
      assert.equal(what, 'captcha');
      assert.deepEqual(more, []);
      assert.ok(pngSize(readFileSync(picture)).width < 400);
      assert.equal(statSync(picture).mode & 0o777, 0o600);
      assert.equal(run.service.filter((kind) => kind === 'code-checked').length, 1);
    });

    test('a captcha that is not read is for a person', async () => {
      const run = await web.reset({ shape, captcha: 'after-next' });
      assert.deepEqual(run.outcome, { kind: 'needs-person', reason: 'captcha' });
      assert.deepEqual(run.acts, []);
    });

    test('the agreement is not accepted without a yes', async () => {
      const { outcome } = await web.reset({
        shape,
        agree: true,
        person: () => (shape === 'react' ? 'no' : undefined),
      });
      assert.deepEqual(outcome, { kind: 'needs-person', reason: 'agreement' });
    });

    test('another language is chosen on the page of sign-in, and the first one again; then the password is reset', async () => {
      web.site.set({ shape, pace: 'instant' });
      const { browser } = web;
      await browser.deleteAllCookies();
      const page = async () => new SignInPage(browser, await lookAtPage(browser));
      const becomes = (language: RegExp) =>
        waitUntil(browser, `the language ${language.source}`, async () =>
          language.test((await lookAtPage(browser)).read.language),
        );
      await browser.url(
        `${web.site.url}${shape === 'react' ? '/fe/service/login/password' : '/pass/serviceLogin'}?_locale=ru_RU`,
      );
      await becomes(/^ru/);
      for (const tag of ['zh_CN', 'ru_RU']) {
        if ((await page()).languages.length === 0) await (await page()).openLanguages();
        assert.equal(await (await page()).chooseLanguage(tag), true);
        await becomes(new RegExp(`^${tag.slice(0, 2)}`));
        assert.equal((await page()).isDisplayed, true);
      }
      // The menu of the site has set another language in a cookie: the page still speaks the one asked for.
      const { outcome, events } = await web.reset({ shape, cookies: true });
      assert.deepEqual(outcome, DONE);
      assert.ok(events.some((event) => event.kind === 'page'));
      assert.match((await lookAtPage(browser)).read.language, /^bg/);
    });
  });
}

test(
  'a page is read as a person sees it: what lies over all of it, pictures drawn as a ground, bars, and what is said',
  { skip: webMissing },
  async () => {
    const { browser } = web;
    const show = async (html: string) => {
      await browser.url(
        `data:text/html;charset=utf-8,${encodeURIComponent(`<!doctype html><style>body,p{margin:0}.bar{position:fixed;bottom:0}${html}`)}`,
      );
      return lookAtPage(browser);
    };
    const plain = await show(
      `.letters{width:90px;height:40px;background:url(data:image/png;base64,AA)}</style><p>⟦said⟧</p><form><input name=a><button>⟦go⟧</button></form>
     <input name=b><div class=letters></div><div class=bar><button>⟦bar⟧</button></div><input type=radio value=EMAIL name=r><input type=radio value=PHONE name=r checked>
     <div role=radio aria-checked=true aria-label=⟦own⟧>⟦own⟧</div><div role=radio aria-checked=false aria-label=⟦not⟧>⟦not⟧</div>`,
    );
    const of = (wanted: string) =>
      plain.read.controls.find(({ role, text }) => role === wanted || text === wanted);
    assert.deepEqual(plain.read.texts, ['⟦said⟧']);
    assert.deepEqual([of('⟦go⟧')?.type, of('⟦go⟧')?.fixed, of('⟦bar⟧')?.fixed], ['submit', false, true]);
    assert.match(of('radio')?.hint ?? '', /EMAIL/);
    const radios = plain.read.controls.filter(({ role }) => role === 'radio');
    assert.deepEqual(
      radios.map(({ checked }) => checked),
      [false, true, true, false],
    );
    assert.deepEqual(
      of('picture')
        ?.bounds.map((_, at, all) => (all[at] ?? 0) - (all[at - 2] ?? all[at] ?? 0))
        .slice(2),
      [90, 40],
    );
    const covered = await show(
      `.over{position:fixed;inset:0;background:#fff}</style><input name=a><button>⟦go⟧</button><div class=over><button>⟦yes⟧</button><button>⟦no⟧</button></div>`,
    );
    assert.deepEqual(
      covered.front.map(({ text, dialog }) => [text, dialog]),
      [
        ['⟦yes⟧', true],
        ['⟦no⟧', true],
      ],
    );
    assert.equal(
      (await show('.app{position:fixed;inset:0}</style><div class=app><input><button>⟦go⟧</button></div>'))
        .hasDialog,
      false,
    );
  },
);
