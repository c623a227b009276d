import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { WebControl, WebRead } from '../../../pageobjects/web/read.ts';
import { button, control, look } from '../../../pageobjects/web/web-look-story.ts';
import { Secret } from '../../secret.ts';
import { proveBySignIn, verdictOf } from './sign-in.ts';
import { siteStory, toolsStory } from './site-story.ts';

const at = (id: string) => ({ element: { id } });
const account = control('text', { autocomplete: 'username', ...at('account') });
const password = control('password', at('password'));
const next = button(at('next'));
const code = control('text', { autocomplete: 'one-time-code', ...at('code') });
const go = button(at('go'));
const captcha = control('text', { name: 'icode', bounds: [100, 5000, 400, 5040], ...at('letters') });
const picture = control('picture', { bounds: [420, 5000, 520, 5040], ...at('picture') });
const SIGN_IN = [account, password, next];
const HOME = { url: 'https://account.example/home', document: 2, texts: ['Welcome'] };
const OPEN = ['open https://account.example/fe/service/login/password?_locale=en'];
const TYPED = ['– sign in with the new password', 'type account: 6230001535', 'type password: [Lab-pass7]'];
const SUBMITTED = ['enter password-submitted 6230001535 a1', 'press next'];

/** A site whose sign-in page answers each press with the next page. */
async function signIn(
  pages: [WebControl[], Partial<WebRead>?][],
  {
    answers = [],
    shown = false,
    spent = false,
  }: { answers?: string[]; shown?: boolean; spent?: boolean } = {},
) {
  const site = siteStory(look([], { url: 'about:blank', ready: false }));
  const { tools, ...story } = toolsStory(site.done);
  if (spent) Object.assign(story, { ledger: { kind: 'spent', freeFrom: '' } });
  const turn = () => {
    const [controls, more] = pages.shift() ?? [SIGN_IN];
    site.show(look(controls, more));
  };
  site.onUrl = turn;
  site.onPress = turn;
  if (shown) turn();
  const asking = {
    ...tools,
    person: {
      ask: async ({ what, prompt }: { what: string; prompt: string }) => (
        site.done.push(`ask ${what}: ${prompt}`),
        answers.shift()
      ),
    },
    ...(spent && {
      ledger: { ...tools.ledger, enter: async () => ({ kind: 'spent' as const, freeFrom: '' }) },
    }),
  };
  const proof = await proveBySignIn(
    site.browser,
    { account: '6230001535', password: new Secret('Lab-pass7'), shown },
    asking,
    { site: 'https://account.example', language: 'en', serial: 'a1' },
  );
  return { proof, done: site.done, ms: tools.clock.elapsed() };
}

suite('a sign-in with the new password', () => {
  test('is accepted where it leads to another page, and the browser then forgets it', async () => {
    const { proof, done } = await signIn([[SIGN_IN], [[next], HOME]]);
    assert.equal(proof, 'accepted');
    assert.deepEqual(done, [...OPEN, ...TYPED, ...SUBMITTED, 'forget who is signed in']);
  });

  test('opens no page where the browser already goes to it', async () => {
    const { done } = await signIn([[SIGN_IN], [[next], HOME]], { shown: true });
    assert.deepEqual(done, [...TYPED, ...SUBMITTED, 'forget who is signed in']);
  });

  test('is refused where the page stays with an error, marks a field, or says something new for 3 s', async () => {
    for (const [controls, more] of [
      [SIGN_IN, { requests: [200], errors: [{ text: 'no', hints: [] }] }],
      // The answer is not known, but the error was not there before.
      [SIGN_IN, { errors: [{ text: 'no', hints: [] }] }],
      [[account, { ...password, invalid: true }, next], { requests: [200] }],
      [SIGN_IN, { requests: [200], texts: ['that was wrong'] }],
    ] as [WebControl[], Partial<WebRead>][]) {
      const { proof, done } = await signIn([[SIGN_IN], [controls, more]]);
      assert.equal(proof, 'refused', JSON.stringify(more));
      assert.deepEqual(done, [...OPEN, ...TYPED, ...SUBMITTED], 'it is submitted once');
    }
  });

  test('proves nothing where its answer was lost, or the server has a fault', async () => {
    for (const more of [
      { requests: [0] },
      { requests: [503] },
      { requests: [403], errors: [{ text: 'no', hints: [] }] },
    ])
      assert.equal((await signIn([[SIGN_IN], [SIGN_IN, more]])).proof, 'unknown', JSON.stringify(more));
    assert.equal((await signIn([[SIGN_IN], [[], { url: 'chrome-error://x/' }]])).proof, 'unknown');
    assert.equal((await signIn([[SIGN_IN], [[], { httpStatus: 502, document: 2 }]])).proof, 'unknown');
  });

  test('proves nothing where the page stays as it is, and ends within half a minute', async () => {
    const { proof, done, ms } = await signIn([[SIGN_IN], [SIGN_IN]]);
    assert.equal(proof, 'unknown');
    assert.deepEqual(done, [...OPEN, ...TYPED, ...SUBMITTED]);
    assert.ok(ms >= 30_000 && ms < 40_000, String(ms));
  });

  test('goes to the older page where that of today does not come, and to no third', async () => {
    const gone: [WebControl[], Partial<WebRead>] = [[], { httpStatus: 404 }];
    const older = 'open https://account.example/pass/serviceLogin?_locale=en';
    const second = await signIn([gone, [SIGN_IN, { document: 2 }], [[next], { ...HOME, document: 3 }]]);
    assert.equal(second.proof, 'accepted');
    assert.deepEqual(second.done.slice(0, 2), [...OPEN, older]);
    const none = await signIn([gone, [[], { url: 'chrome-error://x/' }]]);
    assert.deepEqual([none.proof, none.done], ['unknown', [...OPEN, older]]);
  });

  test('is not submitted where the account has no try left, or a captcha was not read', async () => {
    const spent = await signIn([[SIGN_IN]], { spent: true });
    assert.deepEqual([spent.proof, spent.done], ['unknown', [...OPEN, ...TYPED]]);
    const unread = await signIn([[[account, password, captcha, picture, next]]]);
    assert.equal(unread.proof, 'unknown');
    assert.ok(!unread.done.includes('press next'));
  });

  test('is submitted again where the site answers with a captcha, and a person reads it', async () => {
    const asks: WebControl[] = [account, password, captcha, picture, next];
    const { proof, done } = await signIn(
      [[SIGN_IN], [asks, { requests: [200] }], [[next], { ...HOME, requests: [200] }]],
      { answers: ['ab1'] },
    );
    assert.equal(proof, 'accepted');
    assert.deepEqual(done, [
      ...[...OPEN, ...TYPED, ...SUBMITTED, ...TYPED],
      '– ask a person: captcha',
      'ask captcha: type the characters in the picture',
      'type letters: ab1',
      ...[...SUBMITTED, 'forget who is signed in'],
    ]);
  });

  test('hands in the code that the site asks for where a person has it, once', async () => {
    const asked: [WebControl[], Partial<WebRead>] = [
      [code, go],
      { document: 2, url: 'https://account.example/identity' },
    ];
    const factor = [
      '– ask a person: second-factor',
      'ask second-factor: the site asks for a code that was sent to the owner: type it',
    ];
    const right = await signIn([[SIGN_IN], asked, [[next], { ...HOME, document: 3 }]], {
      answers: [' 123456 '],
    });
    assert.equal(right.proof, 'accepted');
    assert.deepEqual(right.done.slice(-5), [
      ...factor,
      'type code: [123456]',
      'press go',
      'forget who is signed in',
    ]);
    const wrong = await signIn(
      [[SIGN_IN], asked, [asked[0], { ...asked[1], requests: [200], errors: [{ text: 'no', hints: [] }] }]],
      { answers: ['123456'] },
    );
    assert.deepEqual(
      [wrong.proof, wrong.done.slice(-4)],
      ['unknown', [...factor, 'type code: [123456]', 'press go']],
    );
    const none = await signIn([[SIGN_IN], asked]);
    assert.deepEqual([none.proof, none.done.slice(-2)], ['unknown', factor]);
  });

  test('proves nothing where the site asks for more than a person answers', async () => {
    const radios = ['la***@example.com', '+359***456'].map((label) => control('radio', { label }));
    for (const [controls, more] of [
      [[...radios, next], { document: 2 }],
      [[next], { document: 2, masked: ['la***@example.com'] }],
    ] as [WebControl[], Partial<WebRead>][]) {
      const { proof, ms } = await signIn([
        [SIGN_IN],
        [controls, { ...more, url: 'https://account.example/x/verify' }],
      ]);
      assert.equal(proof, 'unknown');
      assert.ok(ms < 8000, 'it is known at once');
    }
    assert.equal((await signIn([[SIGN_IN], [[next], { ...HOME, httpStatus: 400 }]])).proof, 'unknown');
    // A page at an address that asks for more is no account that is signed in.
    for (const url of ['https://account.example/login/next', 'https://account.example/twoFactor'])
      assert.equal((await signIn([[SIGN_IN], [[next], { ...HOME, url }]])).proof, 'unknown', url);
  });
});

suite('what became of a new password', () => {
  const of = async (...[proof, message]: [Parameters<typeof verdictOf>[0], boolean]) => {
    const marks: string[] = [];
    const outcome = await verdictOf(proof, message, async (state) => void marks.push(state));
    return [outcome, ...marks];
  };
  for (const [proof, message, outcome, mark] of [
    ['accepted', true, { kind: 'changed', proof: 'sign-in' }, 'confirmed'],
    ['accepted', false, { kind: 'changed', proof: 'sign-in' }, 'confirmed'],
    ['unknown', true, { kind: 'changed', proof: 'message' }, undefined],
    ['unknown', false, { kind: 'unclear' }, undefined],
    ['refused', true, { kind: 'unclear' }, undefined],
    ['refused', false, { kind: 'refused', reason: 'network' }, 'rejected'],
  ] as const)
    test(`is ${outcome.kind} where the sign-in is ${proof} and the page ${message ? 'has said that it was taken' : 'has said nothing'}`, async () =>
      assert.deepEqual(await of(proof, message), mark === undefined ? [outcome] : [outcome, mark]));
});
