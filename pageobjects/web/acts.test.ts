import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Browser } from 'webdriverio';
import { Secret } from '../../src/secret.ts';
import { CodePage, SendPage } from './code.page.ts';
import { MethodPage } from './method.page.ts';
import { NewPasswordPage } from './new-password.page.ts';
import { AgreementPage, ErrorPage, NoPage, SuccessPage } from './outcome.page.ts';
import type { WebPage, WebPageClass } from './page.ts';
import type { WebControl, WebRead } from './read.ts';
import { button, control, look } from './web-look-story.ts';

const at = (id: string) => ({ element: { id } });
const code = control('text', { autocomplete: 'one-time-code', ...at('code') });
const first = control('text', { autocomplete: 'one-time-code' });
const row = (more: Partial<WebControl>): WebControl =>
  button({ bounds: [450, code.bounds[1], 550, code.bounds[3]], ...more });

/** A page on a browser that keeps what is done; `fails`: what its fields answer when something is typed. */
function page<P extends WebPage>(
  kind: WebPageClass<P>,
  controls: WebControl[],
  { more = {}, fails }: { more?: Partial<WebRead>; fails?: Error } = {},
) {
  const done: string[] = [];
  const scripts: (() => void)[] = [];
  const browser = {
    $: ({ id }: { id: string }) => ({
      click: async () => void done.push(`press ${id}`),
      setValue: async (text: string, { mask = false } = {}) => {
        if (fails) throw fails;
        done.push(`type ${id}: ${mask ? `[${text}]` : text}`);
      },
    }),
    keys: async (key: string) => void done.push(`key ${key}`),
    execute: async (script: () => void) => void scripts.push(script),
  } as unknown as Browser;
  return Object.assign(new kind(browser, look(controls, more)), { done, scripts });
}

suite('a page with a code', () => {
  test('presses Send alone on the page that sends one, and goes only to a contact that fits', async () => {
    const sends = page(SendPage, [button(at('send'))], { more: { masked: ['i***@example.com'] } });
    await sends.send();
    assert.deepEqual(sends.done, ['press send']);
    assert.equal(sends.goesTo('ivan@example.com'), true);
    assert.equal(sends.goesTo('maria@example.com'), false);
  });

  test('presses the one button that hands it in, and where none is certain the key', async () => {
    const certain = page(CodePage, [code, button(at('ok'))]);
    await certain.handIn();
    const twins = [button(at('one')), button(at('other'))];
    const uncertain = page(CodePage, [code, ...twins]);
    await uncertain.handIn();
    const enabled = page(CodePage, [code, twins[0]!, { ...twins[1]!, enabled: false }]);
    await enabled.handIn({ typed: true });
    assert.deepEqual(
      [certain.done, uncertain.done, enabled.done],
      [['press ok'], ['key Enter'], ['press one']],
    );
  });

  test('knows the button beside its field, also one that is drawn, for the one that sends', () => {
    const ok = button(at('ok'));
    const beside = (more: Partial<WebControl>) => page(CodePage, [code, row(more), ok]).sendButton();
    assert.ok(beside({}));
    assert.ok(beside({ role: 'link', text: 'again' }));
    assert.ok(beside({ role: 'card', text: 'again' }));
    for (const more of [
      { role: 'link', text: '' },
      { role: 'picture', text: 'again' },
      { popup: 'listbox' },
      { enabled: false },
    ])
      assert.equal(beside(more), undefined, JSON.stringify(more));
  });

  test('knows by its number, its name or what was pressed which of two below sends, and what both are called', () => {
    const two = (one: Partial<WebControl>) => {
      const of = page(CodePage, [code, button({ ...at('s'), ...one }), button({ ...at('h'), text: 'Go' })]);
      return of.buttons();
    };
    assert.deepEqual(two({ text: 'again in 59 s' }), { send: 'again in 59 s', submit: 'Go' });
    assert.deepEqual(two({ id: 'resend' }), { send: 'resend', submit: 'Go' });
    assert.deepEqual(two({ name: 'getVCode' }), { send: 'getVCode', submit: 'Go' });
    assert.deepEqual(two({ label: 'Say it' }), { send: 'Say it', submit: 'Go' });
    const known = page(CodePage, [code, button({ text: 'Go' }), button({ text: 'Mail' })]);
    assert.deepEqual(known.buttons({ send: 'Mail' }), { send: 'Mail', submit: 'Go' });
    assert.deepEqual(known.buttons({ submit: 'Mail' }), { send: 'Go', submit: 'Mail' });
  });

  test('is certain of a button that stands out by 60, and not by less', () => {
    const two = (colour: number) =>
      page(CodePage, [code, button({ colour: 200, text: 'a' }), button({ colour, text: 'b' })]).tellsSubmit();
    assert.equal(two(139), true);
    assert.equal(two(140), false);
  });

  test('presses nothing of another form, nor above its field', async () => {
    const above = button({ ...at('above'), bounds: [100, 0, 400, 40] });
    const other = button({ ...at('other'), form: 1 });
    const own = button({ ...at('own') });
    const of = page(CodePage, [above, code, other, own]);
    await of.handIn();
    assert.deepEqual(of.done, ['press own']);
    // What is drawn as a button, where there is no real one.
    const drawn = page(CodePage, [code, control('card', { ...at('card'), colour: 100 })]);
    await drawn.handIn();
    assert.deepEqual(drawn.done, ['press card']);
  });

  test('says whether a code is typed, and whether it stands in a form', () => {
    const of = (more: Partial<WebControl>) => page(CodePage, [{ ...first, ...more }]);
    assert.deepEqual([of({}).isFilled, of({ filled: true }).isFilled], [false, true]);
    assert.deepEqual([of({}).isInForm, of({ form: -1 }).isInForm], [true, false]);
  });
});

suite('a page with ways to get a code', () => {
  test('presses the choice, and goes on by the button below the last', async () => {
    const choices = ['i***@example.com', '+359***56'].map((label) =>
      control('radio', { label, ...at(label) }),
    );
    const of = page(MethodPage, [
      choices[0]!,
      button({ ...at('between'), bounds: [100, choices[0]!.bounds[3] + 1, 400, choices[1]!.bounds[1] - 1] }),
      choices[1]!,
      button(at('next')),
    ]);
    await of.choose(choices[1]!);
    await of.next();
    assert.deepEqual(of.done, ['press +359***56', 'press next']);
  });

  test('offers a button with an address as a choice where it is one of several, or hands nothing in', () => {
    const masked = (text: string, type = '') => button({ text, type });
    const offers = (...controls: WebControl[]) =>
      MethodPage.isOn(look(controls)) && page(MethodPage, controls).choice('ivan@example.com') !== undefined;
    assert.equal(offers(masked('Send to i***@example.com', 'submit')), false);
    assert.equal(offers(masked('i***@example.com', 'submit'), masked('+359***56', 'submit')), true);
    const card = control('card', { text: '+359***56' });
    assert.equal(offers(masked('i***@example.com', 'submit'), card), false);
    assert.equal(offers(masked('i***@example.com'), card), true);
  });
});

suite('a question over a page', () => {
  const dialog = (count: number) =>
    Array.from({ length: count }, (_, nth) =>
      button({ dialog: true, ...at(`${nth}`), colour: nth === 0 ? 220 : 100 }),
    );
  test('asks where it can be answered in two ways, and is agreed to by what stands out', async () => {
    assert.equal(page(AgreementPage, dialog(1)).asks, false);
    const two = page(AgreementPage, dialog(2));
    assert.equal(two.asks, true);
    await two.agree();
    assert.deepEqual(two.done, ['press 0']);
  });
});

suite('a page that is the end of something', () => {
  test('leads back by what stands out, else by its button; a bar and a menu are no way', async () => {
    const pressed = async (...controls: WebControl[]) => {
      if (!SuccessPage.isOn(look(controls))) return 'none';
      const of = page(SuccessPage, controls);
      await of.back();
      return of.done.join();
    };
    const link = control('link', { ...at('link') });
    const grey = button({ ...at('grey'), colour: 0 });
    assert.equal(await pressed(link, button(at('ok'))), 'press ok');
    assert.equal(await pressed(link, grey), 'press grey');
    assert.equal(await pressed({ ...link, colour: 10 }, grey), 'press link');
    assert.equal(await pressed(link), 'none');
    for (const more of [{ fixed: true }, { popup: 'menu' }, { language: 'en' }])
      assert.equal(await pressed(button({ ...at('ok'), ...more })), 'none', JSON.stringify(more));
  });

  test('is none with a field, a masked address, an error, an HTTP error, or while it is loaded', () => {
    const on = (more: Partial<WebRead> = {}, ...others: WebControl[]) =>
      SuccessPage.isOn(look([button(), ...others], more));
    assert.equal(on(), true);
    assert.equal(on({ httpStatus: 399 }), true);
    assert.equal(on({ httpStatus: 400 }), false);
    assert.equal(on({ masked: ['i***@example.com'] }), false);
    assert.equal(on({ errors: [{ text: 'no', hints: [] }] }), false);
    assert.equal(on({ ready: false }), false);
    assert.equal(on({ url: 'chrome-error://x/' }), false);
    assert.equal(on({}, control('text')), false);
    assert.equal(on({}, control('slider')), false);
    assert.equal(on({}, button({ dialog: true })), false);
  });

  test('is an error with an HTTP status of one and nothing to fill in, and no page where none came', () => {
    assert.equal(ErrorPage.isOn(look([], { httpStatus: 400 })), true);
    assert.equal(ErrorPage.isOn(look([], { httpStatus: 399 })), false);
    assert.equal(ErrorPage.isOn(look([control('text')], { httpStatus: 500 })), false);
    assert.equal(NoPage.isOn(look([], { url: 'chrome-error://x/' })), true);
    assert.equal(NoPage.isOn(look([])), false);
  });
});

test('each page has a name of its own', () => {
  assert.deepEqual(
    [SendPage, CodePage, MethodPage, NewPasswordPage, SuccessPage, AgreementPage, NoPage, ErrorPage].map(
      ({ title }) => title,
    ),
    [
      ...['web send a code', 'web code', 'web way to get a code', 'web new password', 'web success'],
      ...['web agreement', 'web page that did not come', 'web error'],
    ],
  );
});

suite('a secret', () => {
  const passwords = ['first', 'second'].map((id) => control('password', at(id)));

  test('is typed unseen: the page draws its fields as dots first, once', async () => {
    const of = page(NewPasswordPage, [...passwords, button(at('ok'))]);
    await of.fillIn(new Secret('Lab-pass7'));
    await of.handIn();
    assert.deepEqual(of.done, ['type first: [Lab-pass7]', 'type second: [Lab-pass7]', 'press ok']);
    assert.equal(of.scripts.length, 2);
    const sheets: string[] = [];
    const before = { document: globalThis.document, CSSStyleSheet: globalThis.CSSStyleSheet };
    try {
      Object.assign(globalThis, {
        document: { adoptedStyleSheets: ['own'] },
        CSSStyleSheet: class {
          replaceSync(text: string) {
            sheets.push(text);
          }
        },
      });
      for (const script of of.scripts) script();
      assert.deepEqual(sheets, ['input { -webkit-text-security: disc !important }']);
      const [own, ...added] = (globalThis.document as unknown as { adoptedStyleSheets: unknown[] })
        .adoptedStyleSheets;
      assert.deepEqual([own, added.length], ['own', 1]);
    } finally {
      Object.assign(globalThis, before);
    }
  });

  test('stands in no fault of its typing', async () => {
    const fails = new Error('element not interactable: {"text":"Lab-pass7"}');
    const of = page(NewPasswordPage, passwords, { fails });
    await assert.rejects(of.fillIn(new Secret('Lab-pass7')), (error: Error) => {
      assert.match(error.message, /element not interactable/);
      assert.doesNotMatch(error.message, /Lab-pass7/);
      return true;
    });
  });
});
