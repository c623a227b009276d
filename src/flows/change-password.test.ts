import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import {
  button,
  ChangeStory,
  field,
  id,
  line,
  picture,
  said,
  says,
  screens,
  story,
  toast,
  web,
  type Item,
  type Screen,
  type Screens,
} from './change-password-story.ts';
import { WAKE } from './entry.ts';

const changed = { kind: 'changed', proof: 'message' };
const count = (log: readonly string[], what: string) => log.filter((entry) => entry === what).length;

test('changes the password, in this order and nothing twice', async () => {
  const one = story((all) => [
    all.home,
    all.account,
    all.security,
    all.empty,
    all.choice,
    all.request,
    all.code(),
    all.form(),
    all.done,
  ]);
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log, [
    'open',
    `tap ${said('account_security')}`,
    `tap ${said('change_password')}`,
    'baseline',
    'tap ✉ mi***a@example.com',
    'tap →',
    'baseline',
    'ledger code-requested',
    'tap ≫',
    'wait for the code',
    'type into EditText 1',
    'tap ✓',
    'type into input_new_pwd_view',
    'type into confirm_pwd_view',
    'ledger password-set',
    'keep',
    'tap OK',
    'back',
  ]);
});

test('wakes the screen again after the wait for the code', async () => {
  const one = story((all) => [all.code(), all.form(), all.done]);
  await one.change();
  assert.deepEqual(one.shell, [WAKE, WAKE]);
});

test('goes on from any page a broken run left behind', async () => {
  const steps = ['account', 'security', 'choice', 'request', 'code', 'form'] as const;
  for (const [from, name] of steps.entries()) {
    const one = story((all) => {
      const way = [all.account, all.security, all.choice, all.request, all.code(), all.form()];
      return [...way.slice(from), all.done];
    });
    assert.deepEqual((await one.change()).outcome, changed, name);
  }
});

test('a code that was requested already is waited for, and Send is not pressed', async () => {
  const { outcome, log } = await story((all) => [all.code(), all.form(), all.done]).change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(0, 3), ['baseline', 'wait for the code', 'type into EditText 1']);
  assert.equal(count(log, 'ledger code-requested'), 0);
});

/**
 * A code page that an earlier run has left open, on which Send stands beside the field and can be pressed.
 */
const sendable = (all: Screens): Screen => {
  const row = { bounds: '[0,5000][500,5080]' };
  return {
    ...all.code(),
    items: [
      web(
        says('→ mi***a@example.com'),
        field(row),
        button('↻', { bounds: '[520,5000][900,5080]' }),
        button('✓'),
      ),
    ],
  };
};
const LEFT = { source: 'story', takenAt: '', position: { inbox: 7 } };

test('the code that an earlier run asked for is taken up where its page is still open, and Send left alone', async () => {
  for (const page of [(all: Screens) => all.code(), sendable]) {
    const one = story((all) => [page(all), all.form(), all.done]);
    one.left = LEFT;
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, changed);
    assert.deepEqual(log.slice(0, 3), ['wait for the code of before', 'type into EditText 1', 'tap ✓']);
  }
});

test('where it has not come another one is sent, once', async () => {
  const one = new ChangeStory();
  const all = screens(one.next);
  one.show({ ...sendable(all), taps: { '↻': one.next } }, all.code(), all.form(), all.done);
  one.left = LEFT;
  one.leftCame = false;
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(0, 5), [
    'wait for the code of before',
    'baseline',
    'ledger code-requested',
    'tap ↻',
    'wait for the code',
  ]);
});

test('a check that begins anew has nothing to do with the code of an earlier run', async () => {
  const one = story((all) => [all.security, all.code(), all.form(), all.done]);
  one.left = LEFT;
  const { log } = await one.change();
  assert.deepEqual(log.slice(1, 3), ['baseline', 'wait for the code']);
});

test('the form may be a web page, and the check left out', async () => {
  const { outcome, log } = await story((all) => [all.security, all.webForm(), all.done]).change();
  assert.deepEqual(outcome, changed);
  assert.deepEqual(log.slice(1, -1), [
    'type into EditText 1',
    'type into EditText 2',
    'ledger password-set',
    'keep',
    'tap ✓',
  ]);
});

test('back on Account security without a word is taken for done', async () => {
  assert.deepEqual(
    (await story((all) => [all.security, all.form(), all.security]).change()).outcome,
    changed,
  );
});

test('a telephone number is chosen by the digits that are seen', async () => {
  const one = story((all) => [
    all.choice,
    { ...all.request, items: [web(says('→ +35988****567'), button('≫'))] },
    all.form(),
    all.done,
  ]);
  const { log } = await one.change({ by: 'phone', contact: '0881234567' });
  assert.ok(log.includes('tap ☎ +35988****567'), log.join());
});

test('a source that refuses the login is reported before anything is pressed', async () => {
  for (const from of ['choice', 'request'] as const) {
    const one = story((all) => [all[from]]);
    one.code = undefined;
    await assert.rejects(one.change(), /refuses the login/);
    assert.deepEqual(one.log, ['baseline']);
  }
});

test('a budget that is spent presses nothing', async () => {
  const one = story((all) => [all.request]);
  one.spentUntil = '2030-01-01T00:00:00.000Z';
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'code-budget', retryFrom: one.spentUntil });
  assert.ok(!log.includes('tap ≫'));
});

test('a contact the account does not offer gets no code', async () => {
  for (const page of ['choice', 'request'] as const) {
    const { outcome, log } = await story((all) => [all[page]]).change({ contact: 'other@example.com' });
    assert.deepEqual(outcome, { kind: 'refused', reason: 'no-contact' }, page);
    assert.deepEqual(
      log.filter((entry) => entry.startsWith('tap')),
      [],
    );
  }
});

test('a page that does not say whom it sends the code to is not trusted', async () => {
  const { outcome, log } = await story((all) => [
    { ...all.request, items: [web(says('→'), button('≫'))] },
  ]).change();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'unknown-page' });
  assert.ok(!log.some((entry) => entry.startsWith('tap') || entry.startsWith('ledger')), log.join());
});

test('what a page says while it works is no refusal', async () => {
  const one = story((all) => [
    all.request,
    all.code(),
    { ...all.code(says('…')), looks: 4 },
    all.webForm(),
    { ...all.webForm(says('…')), looks: 4 },
    all.done,
  ]);
  assert.deepEqual((await one.change()).outcome, changed);
});

test('Send that is not answered is pressed once and left to a person', async () => {
  const one = story((all) => [{ ...all.request, taps: {} }]);
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(count(log, 'tap ≫'), 1);
});

test('Send that is answered by words only has reached the limit', async () => {
  for (const word of ['… 24 …', said('passport_send_too_many_code')]) {
    const one = new ChangeStory();
    const { request } = screens(one.next);
    one.show(request, { items: [web(says('→ mi***a@example.com'), says(word), button('≫'))] });
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, { kind: 'refused', reason: 'code-limit' });
    assert.equal(count(log, 'tap ≫'), 1);
  }
});

test('a code page that stays and says something has not accepted the code', async () => {
  const { outcome, log } = await story((all) => [all.request, all.code(), all.code(says('✗'))]).change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'wrong-code' });
  assert.equal(count(log, 'tap ✓'), 1);
});

test('no second code is sent by a button that may be Submit or Send again', async () => {
  const one = story((all) => [
    all.request,
    { items: [web(says('→ mi***a@example.com'), field(), button('✓'), button('↻'))] },
  ]);
  const { outcome, log } = await one.change();
  assert.equal(outcome.kind, 'needs-person');
  assert.deepEqual(
    log.filter((entry) => entry.startsWith('tap')),
    ['tap ≫'],
  );
});

test('Submit is pressed also where it comes first, and Send counts seconds no longer', async () => {
  const code = (again: string): Item[] => [
    web(says('→ mi***a@example.com'), field(), button('✓'), button(again)),
  ];
  const one = new ChangeStory();
  const { request, form, done } = screens(one.next);
  let looks = 0;
  const counting: Screen = {
    get items() {
      return code(looks++ < 2 ? '↻ 9' : '↻');
    },
    taps: { '✓': one.next },
  };
  one.show(request, counting, form(), done);
  const { outcome, log } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.ok(!log.includes('tap ↻'), log.join());
});

test('what the phone has against a password is reported, and the password marked', async () => {
  for (const [name, reason] of [
    ['inconsistent_pwd', 'mismatch'],
    ['same_new_and_old_pwd', 'same-password'],
    ['risky_pwd_not_allow', 'risky-password'],
    ['passport_password_req_notice', 'weak-password'],
  ] as const) {
    const one = story((all) => [
      all.form(),
      all.form(line(said(name), { 'resource-id': id('error_status') })),
    ]);
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, { kind: 'refused', reason });
    // One that the account has already is not rejected.
    const marked = reason === 'same-password' ? [] : ['kept rejected'];
    assert.deepEqual(log.slice(log.indexOf('keep'), log.indexOf('back')), ['keep', 'tap OK', ...marked]);
  }
});

test('a password is never marked as rejected for an answer that is not understood', async () => {
  const web = story((all) => [all.webForm(), all.webForm(says('✗'))]);
  const left = story((all) => {
    const said5 = line(said('same_new_and_old_pwd'), { 'resource-id': id('error_status') });
    return [all.form(said5), { ...all.form(said5), taps: {} }];
  });
  const network = story((all) => [all.form(), all.form(line(said('passport_error_network')))]);
  const silence = story((all) => [all.form(), { items: [web_('…')] }]);
  for (const one of [web, left, network, silence]) {
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, { kind: 'unclear' });
    assert.ok(!log.includes('kept rejected'));
  }
});

test('a web page that did not load is fetched once more, and then the network is the reason', async () => {
  const failed: Item[] = [
    line(said('passport_error_network')),
    button('↻', { 'resource-id': id('btn_retry') }),
  ];
  const one = new ChangeStory();
  const all = screens(one.next);
  one.show({ items: failed, taps: { '↻': one.next } }, all.form(), all.done);
  const mended = await one.change();
  assert.deepEqual(mended.outcome, changed);
  const { outcome, log } = await story(() => [{ items: failed }, { items: failed }]).change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'network' });
  assert.equal(log.filter((entry) => entry.startsWith('tap')).length, 1);
});

test('before anything was submitted a network that is down is refused as such', async () => {
  const { outcome } = await story((all) => [
    { items: [toast(said('passport_error_network')), ...all.security.items] },
  ]).change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'network' });
});

test('a check that cannot begin is reported', async () => {
  const { outcome } = await story((all) => [
    all.security,
    { items: [toast(said('get_identity_auth_url_failed')), ...all.security.items] },
  ]).change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'identity-check' });
});

test('a captcha is shown to a person, typed, and Send pressed then', async () => {
  const withCaptcha = (all: Screens): Screen => ({
    ...all.request,
    items: [web(says('→ mi***a@example.com'), picture(), field(), button('≫'))],
  });
  const one = story((all) => [withCaptcha(all), all.code(), all.form(), all.done]);
  one.answer = 'x7kp';
  const { outcome, log, questions } = await one.change();
  assert.deepEqual(outcome, changed);
  assert.equal(questions[0]?.picture, '/evidence/captcha.png');
  assert.deepEqual(log.slice(0, 5), [
    'ask captcha',
    'type into EditText 1',
    'baseline',
    'ledger code-requested',
    'tap ≫',
  ]);

  const unanswered = await story((all) => [withCaptcha(all)]).change();
  assert.deepEqual(unanswered.outcome, { kind: 'needs-person', reason: 'captcha' });
  assert.deepEqual(unanswered.log, ['ask captcha']);
});

test('a form that stays closed does not like the password, and nothing is kept', async () => {
  const closed = (all: Screens): Screen => {
    const [page] = all.webForm().items;
    return {
      items: [
        web(
          ...(page?.inside ?? []).map((item) => (item.text === '✓' ? { ...item, enabled: 'false' } : item)),
        ),
      ],
    };
  };
  const { outcome, log } = await story((all) => [closed(all)]).change();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'weak-password' });
  assert.ok(!log.includes('keep'));
});

test('a keyboard that swallows characters is noticed before anything is submitted', async () => {
  const { outcome, log } = await story((all) => [all.form()]).change({
    newPassword: new Secret('neu-Wort12'),
  });
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'keyboard' });
  assert.ok(!log.includes('ledger password-set') && !log.includes('keep'));
});

test('the password of before, or an unknown page, is for a person', async () => {
  const dialog: Screen = {
    items: [
      field({ 'resource-id': id('input_pwd_view'), password: 'true' }),
      button('OK', { 'resource-id': id('passport_confirm') }),
    ],
  };
  for (const screen of [dialog, { items: [web_('…'), button('?')] }]) {
    const { outcome, log } = await story((all) => [all.security, screen]).change();
    assert.deepEqual(outcome, { kind: 'needs-person', reason: 'unknown-page' });
    if (screen === dialog) assert.ok(!log.includes('back'));
    assert.deepEqual(
      log.filter((entry) => /^(tap|type)/.test(entry)),
      [`tap ${said('change_password')}`],
    );
  }
});

test('a stranger between any two pages is answered with Back and nothing else', async () => {
  for (const place of [1, 2, 3, 4, 5]) {
    const one = story((all) => {
      const way = [all.security, all.choice, all.request, all.code(), all.form(), all.done];
      return way.toSpliced(place, 0, all.stranger);
    });
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, place === 5 ? { kind: 'unclear' } : changed, `before page ${place}`);
    assert.equal(count(log, 'back'), place === 5 ? 0 : 2);
    assert.equal(count(log, 'tap ≫'), 1);
  }
});

function web_(text: string): Item {
  return web(says(text), button('?'), button('!'), button('…'));
}
