import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AccountPage } from '../../../pageobjects/web/account.page.ts';
import { CodePage, SendPage } from '../../../pageobjects/web/code.page.ts';
import type { WebLook } from '../../../pageobjects/web/look.ts';
import { MethodPage } from '../../../pageobjects/web/method.page.ts';
import { NewPasswordPage } from '../../../pageobjects/web/new-password.page.ts';
import { SuccessPage } from '../../../pageobjects/web/outcome.page.ts';
import { SignInPage } from '../../../pageobjects/web/sign-in.page.ts';
import { WebPage } from '../../../pageobjects/web/page.ts';
import type { WebControl, WebRead } from '../../../pageobjects/web/read.ts';
import { button, control, look } from '../../../pageobjects/web/web-look-story.ts';
import { Secret } from '../../secret.ts';
import type { RecoveryInput } from '../recovery.ts';
import { ResetSteps } from './reset-steps.ts';
import { siteStory, toolsStory } from './site-story.ts';

const EMAIL = 'lab@example.com';
const PHONE = '+359888123456';
const at = (id: string) => ({ element: { id } });
const account = control('text', { autocomplete: 'username', ...at('account') });
const code = control('text', { autocomplete: 'one-time-code', ...at('code') });
const next = button(at('next'));
const captcha = control('text', { name: 'icode', bounds: [100, 5000, 400, 5040], ...at('letters') });
const picture = control('picture', { bounds: [420, 5000, 520, 5040], ...at('picture') });
const passwords = [
  control('password', { name: 'password', ...at('first') }),
  control('password', { name: 're-password', ...at('second') }),
];
const radios = (words: string[], more: Partial<WebControl> = {}) =>
  words.map((label) => control('radio', { label, ...at(label), ...more }));
const refused = (reason: string) => ({ kind: 'refused', reason });
const person = (reason: string) => ({ kind: 'needs-person', reason });

function arrange({ input = {}, codes }: { input?: Partial<RecoveryInput>; codes?: string[] } = {}) {
  const site = siteStory();
  const story = toolsStory(site.done, codes ? { codes } : {});
  const steps = new ResetSteps(
    site.browser,
    {
      ...{ account: '6230001535', by: 'email', contact: EMAIL, newPassword: new Secret('Lab-pass7') },
      ...input,
    },
    story.tools,
    { site: 'https://account.example', language: 'en', serial: 'a1' },
  );
  const on = <P extends WebPage>(
    kind: new (browser: typeof site.browser, look: WebLook) => P,
    controls: WebControl[],
    more: Partial<WebRead> = {},
  ) => {
    const page = new kind(site.browser, look(controls, more));
    site.show(page.look);
    return page;
  };
  /** What was done since it was asked last. */
  const done = () => site.done.splice(0);
  return { steps, site, on, done, ...story, story };
}

suite('a page that did not come', () => {
  test('is looked for at three addresses, one after the other, and is then for a person', async () => {
    const { steps, done } = arrange();
    for (const path of ['/fe/service/forgetPassword', '/pass/forgetPassword', '/fe/service/login/password']) {
      assert.equal(await steps.another(), undefined);
      assert.deepEqual(done(), [
        '– open the page for a forgotten password',
        `open https://account.example${path}?_locale=en`,
      ]);
    }
    assert.deepEqual(await steps.another(), person('unknown-page'));
    assert.deepEqual(done(), []);
  });

  test('ends the reset by what its status says', async () => {
    const { steps, on, done } = arrange();
    const came = (more: Partial<WebRead>) => steps.another(on(WebPage, [], more));
    assert.deepEqual(await came({ httpStatus: 403 }), refused('access-denied'));
    assert.deepEqual(await came({ httpStatus: 503 }), refused('server'));
    assert.deepEqual(await came({ url: 'chrome-error://chromewebdata/' }), refused('network'));
    assert.equal(await came({ httpStatus: 404 }), undefined, 'nothing was handed in yet');
    done();
    steps.handed.note('account', look([]));
    assert.deepEqual(await came({ httpStatus: 404 }), refused('server'));
    assert.deepEqual(done(), []);
  });

  test('leaves open what became of a password that was submitted', async () => {
    const { steps, on } = arrange();
    steps.handed.note('password', look([]));
    const open = { kind: 'submitted', message: false };
    assert.deepEqual(await steps.another(on(WebPage, [], { httpStatus: 503 })), open);
    assert.deepEqual(await steps.complaint(on(WebPage, [])), open);
  });
});

test('the account is typed and handed in, once a person has read the captcha', async () => {
  const { steps, on, done, story } = arrange();
  assert.equal(await steps.giveAccount(on(AccountPage, [account, next])), undefined);
  assert.deepEqual(done(), ['– type the account', 'type account: 6230001535', 'press next']);
  assert.equal(steps.handed.step, 'account');
  story.answers = ['ab1', undefined];
  const asked = on(AccountPage, [account, captcha, picture, next]);
  assert.equal(await steps.giveAccount(asked), undefined);
  assert.deepEqual(done(), [
    '– type the account',
    'type account: 6230001535',
    '– ask a person: captcha',
    'ask captcha: type the characters in the picture',
    'type letters: ab1',
    'press next',
  ]);
  assert.deepEqual(await steps.giveAccount(asked), person('captcha'));
  assert.ok(!done().includes('press next'));
});

test('the link for a forgotten password is pressed', async () => {
  const { steps, on, done } = arrange();
  const link = control('link', { address: 'https://x/forgetPassword', ...at('forgot') });
  await steps.forgot(on(SignInPage, [account, passwords[0]!, link]));
  assert.deepEqual(done(), ['– press the link for a forgotten password', 'press forgot']);
});

test('nothing is handed in once the run is stopped', async () => {
  const { steps, on, done, stop } = arrange();
  stop.abort(new Error('stopped'));
  await assert.rejects(steps.giveAccount(on(AccountPage, [account, next])), /stopped/);
  assert.equal(steps.handed.step, undefined);
  assert.ok(!done().includes('press next'));
});

suite('the way to a code', () => {
  test('is that of the contact, and is handed in by a button of its own', async () => {
    for (const [contact, label, what] of [
      [EMAIL, 'la***@example.com', 'e-mail address'],
      [PHONE, '+359***456', 'telephone number'],
    ] as const) {
      const { steps, on, done } = arrange({ input: { contact } });
      const page = on(MethodPage, [...radios(['la***@example.com', '+359***456']), next]);
      assert.equal(steps.mayChoose(page), true);
      assert.equal(await steps.choose(page), undefined);
      assert.deepEqual(done(), [`– choose the ${what}`, `press ${label}`, 'press next']);
      assert.equal(steps.handed.step, 'method');
      assert.equal(steps.mayChoose(page), false);
    }
  });

  test('that may send a code by itself is counted before it is pressed', async () => {
    const { steps, on, done, story } = arrange();
    const cards = [
      control('card', { text: 'la***@example.com', ...at('mail') }),
      control('card', { text: '+359***456', ...at('phone') }),
    ];
    assert.equal(await steps.choose(on(MethodPage, cards)), undefined);
    assert.deepEqual(done(), [
      '– choose the e-mail address',
      'find the baseline',
      'enter code-requested 6230001535 a1 1',
      'press mail',
    ]);
    const { steps: barred, on: onAnother, done: doneThere, story: other } = arrange();
    other.ledger = { kind: 'spent', freeFrom: '2026-03-02T10:00:00.000Z' };
    assert.deepEqual(await barred.choose(onAnother(MethodPage, cards)), {
      ...refused('code-budget'),
      retryFrom: '2026-03-02T10:00:00.000Z',
    });
    assert.ok(!doneThere().includes('press mail'));
    assert.equal(story.ledger.kind, 'entered');
  });

  test('that the page does not offer is no contact of the account; a page that names none is for a person', async () => {
    const { steps, on } = arrange({ input: { contact: 'else@example.org' } });
    assert.deepEqual(
      await steps.choose(on(MethodPage, radios(['la***@example.com', '+359***456']))),
      refused('no-contact'),
    );
    assert.deepEqual(await steps.choose(on(MethodPage, radios(['one', 'two']))), person('unknown-page'));
  });

  test('is pressed alone where the code is sent from the same page', async () => {
    const { steps, on, done } = arrange();
    const page = on(MethodPage, [...radios(['la***@example.com', '+359***456']), code, next]);
    assert.equal(await steps.choose(page), undefined);
    assert.deepEqual(done(), ['– choose the e-mail address', 'press la***@example.com']);
    assert.equal(steps.handed.step, undefined);
    const ticked = radios(['la***@example.com'], { checked: true });
    const chosen = on(MethodPage, [...ticked, ...radios(['+359***456']), code, next]);
    assert.equal(steps.mayChoose(chosen), false);
  });
});

suite('a code', () => {
  test('is counted, and asked for by Send where the page names the contact', async () => {
    const { steps, on, done } = arrange();
    assert.equal(await steps.ask(on(SendPage, [next], { masked: ['la***@example.com'] })), undefined);
    assert.deepEqual(done(), [
      'find the baseline',
      'enter code-requested 6230001535 a1 1',
      '– press Send',
      'press next',
    ]);
    assert.deepEqual([steps.handed.step, steps.round.requested, steps.round.counted], ['send', true, true]);
  });

  test('is not asked for where it goes elsewhere, or was spent', async () => {
    const { steps, on, done, story } = arrange();
    const elsewhere = on(SendPage, [next], { masked: ['el***@example.org'] });
    assert.deepEqual(await steps.ask(elsewhere), refused('no-contact'));
    story.ledger = { kind: 'done-before', at: '' };
    const here = on(SendPage, [next], { masked: ['la***@example.com'] });
    assert.deepEqual(await steps.ask(here), person('done-before'));
    assert.deepEqual([steps.round.requested, steps.round.counted], [false, false]);
    assert.ok(!done().includes('press next'));
  });

  test('that the site has sent by itself is counted alone, and looked for from where it began', async () => {
    const { steps, on, done } = arrange();
    assert.equal(await steps.ask(on(CodePage, [code, next], { masked: ['la***@example.com'] })), undefined);
    assert.deepEqual(done(), ['enter code-requested 6230001535 a1 1']);
    assert.deepEqual([steps.handed.step, steps.round.requested], [undefined, true]);
  });

  test('is waited for up to five minutes, typed unseen and handed in', async () => {
    const { steps, on, done, site } = arrange();
    const page = on(CodePage, [code, next]);
    assert.equal(await steps.giveCode(page), undefined);
    assert.deepEqual(done(), ['– wait for the code', `wait 300000 ms for a code to ${EMAIL}`]);
    site.show(look([{ ...code, filled: true }, next]));
    assert.equal(await steps.giveCode(page), undefined);
    assert.deepEqual(done(), ['– type the code', 'type code: [482913]', 'press next']);
    assert.equal(steps.handed.step, 'code');
  });

  test('that the page has lost is typed again, and one that went by itself is handed in', async () => {
    const { steps, on, done, site } = arrange();
    const page = on(CodePage, [code, next]);
    await steps.giveCode(page);
    done();
    assert.equal(await steps.giveCode(page), undefined);
    assert.equal(steps.handed.step, undefined);
    assert.deepEqual(done(), ['– type the code', 'type code: [482913]']);
    site.show(look([code, next], { requests: [200] }));
    assert.equal(await steps.giveCode(page), undefined);
    assert.equal(steps.handed.step, 'code');
    assert.deepEqual(done(), ['– type the code', 'type code: [482913]']);
  });

  test('is not asked for a third time, nor at a contact the order does not have', async () => {
    const { steps, on, done } = arrange({ input: { others: [PHONE] } });
    const elsewhere = on(SendPage, [next], { masked: ['el***@example.org'] });
    assert.deepEqual(await steps.begin(elsewhere), person('second-code-contact'));
    await steps.findBaseline();
    const { since } = steps.round;
    done();
    assert.equal(await steps.begin(on(SendPage, [next], { masked: ['+359***456'] })), undefined);
    assert.deepEqual(done(), ['– the site asks for another code']);
    assert.deepEqual(
      [steps.round.contact, steps.round.since, steps.round.requested, steps.handed.step],
      [PHONE, since, false, 'again'],
    );
    assert.deepEqual(await steps.ask(elsewhere), person('second-code-contact'));
    assert.deepEqual(
      await steps.begin(on(SendPage, [next], { masked: ['+359***456'] })),
      person('third-code'),
    );
  });

  test('of a second contact that is chosen is counted as the second, before anything is pressed', async () => {
    const { steps, on, done, story } = arrange();
    const page = on(MethodPage, [...radios(['la***@example.com', '+359***456']), next]);
    assert.equal(await steps.begin(page), undefined);
    assert.deepEqual(done(), [
      '– the site asks for another code',
      'find the baseline',
      'enter code-requested 6230001535 a1 2',
    ]);
    const { steps: spent, on: there, story: other } = arrange();
    other.ledger = { kind: 'spent', freeFrom: '' };
    const offers = there(MethodPage, [...radios(['la***@example.com', '+359***456']), next]);
    assert.deepEqual(await spent.begin(offers), person('second-code-budget'));
    assert.equal(story.ledger.kind, 'entered');
  });
});

suite('a new password', () => {
  test('is entered and kept before it is submitted, once, and marked by how it ended', async () => {
    const { steps, on, done } = arrange();
    await steps.mark('rejected');
    assert.deepEqual(done(), [], 'it was never submitted');
    const page = on(NewPasswordPage, [...passwords, next]);
    assert.equal(await steps.givePassword(page), undefined);
    const typed = ['– type the new password twice', 'type first: [Lab-pass7]', 'type second: [Lab-pass7]'];
    const submits = ['– submit the new password', 'press next'];
    assert.deepEqual(done(), [
      ...typed,
      'enter password-set 6230001535 a1',
      'keep [Lab-pass7] of 6230001535',
      ...submits,
    ]);
    assert.equal(steps.handed.step, 'password');
    await steps.givePassword(page);
    assert.deepEqual(done(), [...typed, ...submits]);
    await steps.mark('confirmed');
    assert.deepEqual(done(), ['mark 7 confirmed']);
  });

  test('is neither kept nor submitted where the ledger forbids it', async () => {
    const { steps, on, done, story } = arrange();
    story.ledger = { kind: 'done-before', at: '' };
    assert.deepEqual(
      await steps.givePassword(on(NewPasswordPage, [...passwords, next])),
      person('done-before'),
    );
    assert.ok(!done().some((one) => /keep|submit|press/.test(one)));
    await steps.mark('confirmed');
    assert.deepEqual(done(), []);
  });

  test('that is refused is said by its mark, its place on the page, or itself; else it is doubted', async () => {
    const of = (controls: WebControl[], more: Partial<WebRead> = {}, newPassword = 'Lab-pass7') => {
      const { steps, on } = arrange({ input: { newPassword: new Secret(newPassword) } });
      steps.handed.note('password', look(controls));
      return steps.passwordRefused(on(NewPasswordPage, controls, more));
    };
    const marked = (hint: string) => ({ errors: [{ text: 'no', hints: [hint] }] });
    const [first, second] = passwords as [WebControl, WebControl];
    assert.deepEqual(await of(passwords, { requests: [503] }), { kind: 'submitted', message: false });
    assert.deepEqual(await of(passwords, { requests: [403] }), refused('access-denied'));
    assert.deepEqual(await of(passwords, marked('same_pwd')), refused('same-password'));
    assert.deepEqual(await of([first, { ...second, invalid: true }]), refused('mismatch'));
    assert.deepEqual(await of(passwords, {}, 'abcdefgh'), refused('weak-password'));
    assert.deepEqual(await of(passwords), { kind: 'doubted' });
  });

  test('that was taken leads back to the sign-in', async () => {
    const { steps, on, done } = arrange();
    assert.deepEqual(await steps.finish(on(SuccessPage, [next])), { kind: 'submitted', message: true });
    assert.deepEqual(done(), ['– press the way back to the sign-in', 'press next']);
  });
});

test('what a complaint means is said by the step it answers', async () => {
  const { steps, on } = arrange();
  const complains = (more: Partial<WebRead> = {}, controls: WebControl[] = []) =>
    steps.complaint(on(WebPage, controls, { errors: [{ text: 'no', hints: [] }], ...more }));
  for (const [step, reason] of [
    ['account', 'unknown-account'],
    ['method', 'no-contact'],
    ['send', 'code-limit'],
    ['code', 'wrong-code'],
    ['again', 'server'],
  ] as const) {
    steps.handed.note(step, look([]));
    assert.deepEqual(await complains(), refused(reason), step);
  }
  steps.handed.note('code', look([]));
  assert.deepEqual(
    await complains({ errors: [{ text: 'no', hints: ['expired'] }] }),
    refused('code-expired'),
  );
  steps.handed.note('send', look([]));
  assert.deepEqual(await complains({}, [captcha, picture]), person('captcha'));
  assert.deepEqual(await complains({ requests: [503] }, [captcha, picture]), refused('server'));
});
