import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Baseline, CodeRequest } from '../codes/source.ts';
import { SHOWN, StorySite, type WebPart } from './reset-password-story.ts';

const sinceOf = (request?: CodeRequest): Baseline['takenAt'] | undefined => request?.since.takenAt;

test('a button beside the code is pressed once, and noted before; an answer that never comes is not waited for', async () => {
  const site = new StorySite();
  const code = site.code();
  const send: WebPart = { role: 'button', id: 'send', bounds: [210, 0, 300, 40] };
  site.account(() => site.show([...code, send], SHOWN));
  const { outcome, request } = await site.reset();
  assert.deepEqual(outcome, { kind: 'changed', proof: 'sign-in' });
  assert.equal(site.presses('send'), 1);
  assert.ok(site.log.indexOf('code-requested') < site.log.indexOf('press send'));
  assert.equal(sinceOf(request), '2');
});

test('a card may send by itself: it is noted before it is pressed, and only once', async () => {
  const site = new StorySite();
  const card: WebPart = {
    role: 'card',
    id: 'card',
    text: 'i***n@example.com',
    press: () => site.show(site.code()),
  };
  site.account(() => site.show([card, { role: 'card', text: '+35***56' }], SHOWN));
  const { outcome, acts } = await site.reset();
  assert.deepEqual(outcome, { kind: 'changed', proof: 'sign-in' });
  assert.deepEqual(acts, ['code-requested', 'password-set', 'password-submitted']);
  assert.ok(site.log.indexOf('code-requested') < site.log.indexOf('press card'));
});

test('a site that sends unasked is counted, and its code is one that came since the start', async () => {
  const site = new StorySite();
  site.account(() => site.show(site.code(), SHOWN));
  const { outcome, acts, request } = await site.reset();
  assert.deepEqual(outcome, { kind: 'changed', proof: 'sign-in' });
  assert.equal(acts[0], 'code-requested');
  assert.equal(sinceOf(request), '1');
});

test('a press that fails after it was felt is not made again', async () => {
  const site = new StorySite();
  const lost = () => {
    throw new Error('stale element reference');
  };
  site.account(() => site.show(site.code(lost), SHOWN));
  const { outcome } = await site.reset();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'no-answer' });
  assert.equal(site.presses('hand-in'), 1);
});

test('a code that is refused is not typed again, and a program’s word for it counts', async () => {
  const site = new StorySite();
  site.account(() =>
    site.show(
      site.code(() => site.complain('⟦?⟧', ['code-expired'])),
      SHOWN,
    ),
  );
  assert.deepEqual((await site.reset()).outcome, { kind: 'refused', reason: 'code-expired' });
  assert.equal(site.log.filter((entry) => entry === 'type a secret').length, 1);
});

test('a success that the sign-in denies is unclear', async () => {
  const site = new StorySite();
  site.signIn = () =>
    site.show([
      { role: 'text', autocomplete: 'username' },
      { role: 'password' },
      { role: 'button', id: 'sign-in', press: () => site.complain('⟦no⟧') },
    ]);
  site.account(() => site.show(site.code(), SHOWN));
  const { outcome, marks } = await site.reset();
  assert.deepEqual(outcome, { kind: 'unclear' });
  assert.deepEqual(marks, []);
  assert.equal(site.presses('sign-in'), 1);
});

test('nothing more is pressed once the run is stopped', async () => {
  const site = new StorySite();
  const stop = new AbortController();
  site.account(() => {
    site.show([{ role: 'button', id: 'send' }], SHOWN);
    stop.abort(new Error('stopped'));
  });
  await assert.rejects(site.reset(stop.signal), /stopped/);
  assert.equal(site.presses('send'), 0);
});

test('Send beside a captcha is counted before it is pressed, and pressed once when its answer is lost', async () => {
  const site = new StorySite();
  const lost = () => (site.read = { ...SHOWN, requests: [0] });
  site.account(() =>
    site.show(
      [...site.captcha, { role: 'button', id: 'send', bounds: [0, 350, 200, 390], press: lost }],
      SHOWN,
    ),
  );
  const { outcome } = await site.reset(undefined, 'x7kp');
  assert.deepEqual(outcome, { kind: 'refused', reason: 'network' });
  assert.deepEqual(site.log.slice(-4), ['ask captcha', 'type x7kp', 'code-requested', 'press send']);
});

test('a captcha beside Send that is not read costs no code', async () => {
  const site = new StorySite();
  site.account(() =>
    site.show([...site.captcha, { role: 'button', id: 'send', bounds: [0, 350, 200, 390] }], SHOWN),
  );
  const { outcome, acts } = await site.reset();
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'captcha' });
  assert.deepEqual([acts, site.presses('send')], [[], 0]);
});

test('the new password is entered and kept when it is typed, and before it is submitted', async () => {
  const site = new StorySite();
  site.account(() => site.show(site.code(), SHOWN));
  await site.reset();
  const from = site.log.indexOf('type a secret', site.log.indexOf('press hand-in'));
  assert.deepEqual(site.log.slice(from, from + 5), [
    'type a secret',
    'type a secret',
    'password-set',
    'keep',
    'press set',
  ]);
});

test('the password the account has, as the page marks it, is not rejected', async () => {
  const site = new StorySite();
  site.password = () =>
    site.show([
      { role: 'password' },
      { role: 'password' },
      { role: 'button', id: 'set', press: () => site.complain('⟦x⟧', ['error-same']) },
    ]);
  site.account(() => site.show(site.code(), SHOWN));
  const { outcome, marks } = await site.reset();
  assert.deepEqual([outcome, marks], [{ kind: 'refused', reason: 'same-password' }, []]);
});

test('a captcha beside the new password has it submitted again once the site has answered, never when the answer is lost', async () => {
  for (const [status, times] of [
    [200, 2],
    [0, 1],
    [502, 1],
  ] as const) {
    const site = new StorySite();
    const form: WebPart[] = [{ role: 'password' }, { role: 'password' }, ...site.captcha];
    const answer = () => (site.presses('set') > 1 ? site.success() : (site.read = { requests: [status] }));
    const press = () => (status === 200 ? answer() : (site.read = { requests: [status] }));
    site.password = () =>
      site.show([...form, { role: 'button', id: 'set', bounds: [0, 350, 200, 390], press }]);
    site.browser.url = async (address: string) => {
      if (address.includes('login')) site.signIn();
    };
    site.account(() => site.show(site.code(), SHOWN));
    const { outcome } = await site.reset(undefined, 'x7kp');
    assert.deepEqual(outcome, { kind: 'changed', proof: 'sign-in' }, String(status));
    assert.equal(site.presses('set'), times, String(status));
  }
});

test('a code page with two buttons that look alike never has Send pressed again: the key hands the code in, in a form a person does', async () => {
  for (const form of [-1, 0]) {
    const site = new StorySite();
    const again: WebPart = { role: 'button', id: 'again', text: '⟦a⟧', form };
    const [field, submit] = site.code() as [WebPart, WebPart];
    const keys: string[] = [];
    Object.assign(site.browser, { keys: async (key: string) => (keys.push(key), site.password()) });
    const send: WebPart = {
      role: 'button',
      id: 'send',
      press: () => site.show([{ ...field, form }, again, { ...submit, text: '⟦b⟧', form }], SHOWN),
    };
    site.account(() => site.show([send], SHOWN));
    const { outcome, acts } = await site.reset();
    assert.deepEqual(
      outcome,
      form === -1 ? { kind: 'changed', proof: 'sign-in' } : { kind: 'needs-person', reason: 'unknown-page' },
    );
    assert.deepEqual(keys, form === -1 ? ['Enter'] : []);
    assert.equal(site.presses('again') + site.presses('hand-in'), 0);
    assert.equal(acts.filter((act) => act === 'code-requested').length, 1);
  }
});

test('what a page says for a moment, marked as nothing, is a refusal where the page stays', async () => {
  const site = new StorySite();
  const says = () => (site.read = { ...SHOWN, requests: [200], texts: ['⟦no⟧'] });
  site.account(() => site.show(site.code(says), { ...SHOWN, texts: [] }));
  assert.deepEqual((await site.reset()).outcome, { kind: 'refused', reason: 'wrong-code' });

  const other = new StorySite();
  const refuses = () => (other.read = { requests: [200], texts: ['⟦no⟧'] });
  other.password = () =>
    other.show([{ role: 'password' }, { role: 'password' }, { role: 'button', id: 'set', press: refuses }]);
  other.browser.url = async (address: string) => {
    if (address.includes('login')) other.signIn();
  };
  other.account(() => other.show(other.code(), SHOWN));
  const { outcome, marks } = await other.reset();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'same-password' });
  assert.deepEqual(marks, ['confirmed']);
});

test('the account is handed in again where a question lay over its page and nothing came of it, and never Send', async () => {
  const site = new StorySite();
  const question: WebPart[] = [
    { role: 'button', id: 'no', dialog: true, bounds: [0, 500, 90, 540] },
    {
      role: 'button',
      id: 'yes',
      dialog: true,
      bounds: [100, 500, 190, 540],
      press: () => site.account(() => site.show(site.code(), SHOWN)),
    },
  ];
  site.account(() => site.show(question));
  const { outcome } = await site.reset(undefined, 'yes');
  assert.deepEqual(outcome, { kind: 'changed', proof: 'sign-in' });
  assert.equal(site.presses('next'), 2);
});

test('a code is typed again into a page that was drawn anew under it, and handed in once', async () => {
  const site = new StorySite();
  let drawn = 0;
  const field = (): WebPart => ({
    role: 'text',
    longest: 6,
    mode: 'numeric',
    set filled(_typed: boolean) {
      if (drawn++ === 0) site.parts = [field(), ...site.code().slice(1)];
      else Object.defineProperty(this, 'filled', { value: true });
    },
    get filled() {
      return false;
    },
  });
  site.account(() => site.show([field(), ...site.code().slice(1)], SHOWN));
  assert.deepEqual((await site.reset()).outcome, { kind: 'changed', proof: 'sign-in' });
  assert.equal(site.presses('hand-in'), 1);
});

test('a sign-in that says something new and stays is a refusal too: what was lost on its way was not done', async () => {
  const site = new StorySite();
  site.password = () =>
    site.show([
      { role: 'password' },
      { role: 'password' },
      { role: 'button', id: 'set', press: () => (site.read = { requests: [0] }) },
    ]);
  site.browser.url = async (address: string) => {
    if (address.includes('login')) site.signIn(() => (site.read = { requests: [200], texts: ['⟦no⟧'] }));
  };
  site.account(() => site.show(site.code(), SHOWN));
  const { outcome, marks } = await site.reset();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'network' });
  assert.deepEqual(marks, ['rejected']);
});

test('what a person has answered is not asked again while it goes, and Send beside a captcha is not pressed again while it is under way', async () => {
  const site = new StorySite();
  const { execute } = site.browser;
  let looks = 0;
  const later = (script: { name: string }) => {
    if (site.presses('yes') > 0 && ++looks === 4) site.show(site.code(), SHOWN);
    return (execute as (script: { name: string }) => Promise<unknown>)(script);
  };
  Object.assign(site.browser, { execute: later });
  site.account(() =>
    site.show([
      { role: 'button', id: 'yes', dialog: true },
      { role: 'button', id: 'no', dialog: true, colour: 0, bounds: [0, 0, 9, 9] },
    ]),
  );
  assert.deepEqual((await site.reset(undefined, 'yes')).outcome, { kind: 'changed', proof: 'sign-in' });
  assert.deepEqual(
    [site.presses('yes'), site.log.filter((entry) => entry === 'ask agreement').length],
    [1, 1],
  );

  const silent = new StorySite();
  silent.account(() =>
    silent.show([...silent.captcha, { role: 'button', id: 'send', bounds: [0, 350, 200, 390] }], SHOWN),
  );
  assert.deepEqual((await silent.reset(undefined, 'x7kp')).outcome, {
    kind: 'needs-person',
    reason: 'no-answer',
  });
  assert.equal(silent.presses('send'), 1);
});

test('an unknown page is for a person', async () => {
  const site = new StorySite();
  site.show([{ role: 'link', id: 'elsewhere' }]);
  assert.deepEqual((await site.reset()).outcome, { kind: 'needs-person', reason: 'unknown-page' });
});

test('a browser that dies is reported in one line, with what had been done', async () => {
  const site = new StorySite();
  site.account(() => {
    throw new Error('invalid session id\nwith all that was asked');
  });
  await assert.rejects(site.reset(), (error: Error & { mayHaveRun?: string }) => {
    assert.equal(error.message, 'The browser failed in the middle of the run: invalid session id.');
    assert.match(error.mayHaveRun ?? '', /had not been submitted/);
    return true;
  });
});
