import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  button,
  ChangeStory,
  field,
  line,
  radio,
  said,
  says,
  toast,
  web,
  type Item,
  type Screen,
} from './change-password-story.ts';

/**
 * Pages of the identity check in shapes the phone's server may give them: what is proven of them is their
 * kinds of nodes alone.
 */

const MAIL = 'mi***a@example.com';
const PHONE = '+35988****567';
const changed = { kind: 'changed', proof: 'message' };

/** Side by side in the row of the first. */
function row(...items: Item[]): Item[] {
  const [, top, , bottom] = (items[0]?.bounds ?? '').match(/\d+/g) ?? [];
  return items.map((item, place) => ({
    ...item,
    bounds: `[${60 + place * 100},${top}][${150 + place * 100},${bottom}]`,
  }));
}
const view = (text: string, inside: Item[] = []): Item => ({ ...says(text), clickable: 'true', inside });
const wrong = (what: string) => () => assert.fail(`${what} is pressed`);

interface Shapes {
  choice?: Item[];
  request?: Item[];
  code?: Item[];
  form?: Item[];
}

/** A whole change, with the pages given; `✓` leads on from each of them. */
async function check({
  choice = [radio(PHONE), radio(MAIL), button('✓')],
  request = [says(MAIL), button('✓')],
  code = [says(MAIL), field(), button('✓')],
  form = [field({ password: 'true' }), field({ password: 'true' }), button('✓')],
}: Shapes) {
  const story = new ChangeStory();
  const security: Screen = {
    items: [
      line(said('account_security_info_pref_title')),
      line(said('change_password'), { clickable: 'true' }),
    ],
    taps: { [said('change_password')]: story.next },
  };
  const pages = [choice, request, code, form]
    .filter((items) => items.length > 0)
    .map((items): Screen => ({
      items: [web(...items)],
      taps: { '✓': story.next, [`✓ ${MAIL}`]: story.next, '✗': wrong('another button') },
    }));
  story.show(security, ...pages, {
    items: [toast(said('set_success')), ...security.items],
    taps: { back: story.next },
  });
  const { outcome, log } = await story.change();
  return { outcome, log, sent: log.filter((entry) => entry === 'ledger code-requested').length };
}

test('a choice is recognised by its row, by the lines in their order, or by what the phone calls its kind', async () => {
  for (const choice of [
    [radio('⟦a⟧'), says(PHONE), radio('⟦b⟧'), says(MAIL), button('✓')],
    [says(PHONE), radio('⟦a⟧'), says(MAIL), radio('⟦b⟧'), button('✓')],
    [...row(radio('⟦a⟧'), says(PHONE)), ...row(radio('⟦b⟧'), says(MAIL)), button('✓')],
    [radio(said('account_user_phone')), radio(said('account_user_email')), button('✓')],
  ]) {
    const { outcome, log } = await check({ choice });
    assert.deepEqual(outcome, changed);
    assert.ok(log.includes('tap ⟦b⟧') || log.includes(`tap ${said('account_user_email')}`), log.join());
  }
});

test('a choice that shows nothing of its contact is for a person', async () => {
  const { outcome, sent } = await check({ choice: [radio('⟦1⟧'), radio('⟦2⟧'), button('✓')] });
  assert.deepEqual(outcome, { kind: 'needs-person', reason: 'unknown-page' });
  assert.equal(sent, 0);
});

test('what goes on stands in the first row below, and does not say Cancel', async () => {
  for (const shapes of [
    { choice: [button('✗'), radio(PHONE), radio(MAIL), button('✓'), button('✗')] },
    { choice: [radio(PHONE), radio(MAIL), ...row(button('✓'), button(said('cancel')))] },
    { request: [says(MAIL), button('✓'), button('✗')] },
    { request: [says(MAIL), ...row(button(said('cancel')), button('✓'))] },
    { code: [says(MAIL), field(), ...row(button('✓'), button(said('cancel')))] },
    { form: [field({ password: 'true' }), field({ password: 'true' }), button('✓'), button('✗')] },
    {
      form: [
        ...row(field({ password: 'true' }), button('✗')),
        ...row(field({ password: 'true' }), button('✗')),
        button('✓'),
      ],
    },
  ]) {
    const { outcome, sent } = await check(shapes);
    assert.deepEqual(outcome, changed, JSON.stringify(shapes));
    assert.equal(sent, 1);
  }
});

test('a page without real buttons is used by what else can be pressed', async () => {
  const { outcome } = await check({
    choice: [radio(PHONE), radio(MAIL), view('✓')],
    request: [says(MAIL), view('✓')],
    code: [says(MAIL), field(), view('✓')],
    form: [field({ password: 'true' }), field({ password: 'true' }), view('✓')],
  });
  assert.deepEqual(outcome, changed);
});

test('a card may send by itself: it is counted before it is pressed, and nothing is sent after it', async () => {
  for (const [choice, tapped] of [
    [[button(`✗ ${PHONE}`), button(`✓ ${MAIL}`)], `tap ✓ ${MAIL}`],
    [[view(`✗ ${PHONE}`), view(`✓ ${MAIL}`)], `tap ✓ ${MAIL}`],
  ] as const) {
    const { outcome, log, sent } = await check({ choice: [...choice], request: [] });
    assert.deepEqual(outcome, changed);
    assert.equal(sent, 1);
    assert.ok(log.indexOf('ledger code-requested') < log.indexOf(tapped));
  }
  const { outcome, sent } = await check({ choice: [button(`✗ ${PHONE}`), button(`✓ ${MAIL}`)] });
  assert.deepEqual([outcome, sent], [changed, 1]);
});

test('a field for each digit gets one', async () => {
  const { outcome, log } = await check({
    code: [says(MAIL), ...row(...[1, 2, 3, 4, 5, 6].map(() => field())), button('✓')],
  });
  assert.deepEqual(outcome, changed);
  assert.equal(log.filter((entry) => /^type into EditText [1-6]$/.test(entry)).length, 6 + 2);
});

test('a page of thanks after the new password is no answer, and no refusal', async () => {
  const story = new ChangeStory();
  const form: Screen = {
    items: [web(field({ password: 'true' }), field({ password: 'true' }), button('✓'))],
    taps: { '✓': story.next },
  };
  story.show(
    { items: [web(radio(MAIL), button('→'))], taps: { '→': story.next } },
    { items: [web(says(MAIL), button('≫'))], taps: { '≫': story.next } },
    { items: [web(says(MAIL), field(), button('✓'))], taps: { '✓': story.next } },
    form,
    { items: [web(says('⟦thanks⟧'), button('⟦done⟧'))] },
  );
  const { outcome, log } = await story.change();
  assert.deepEqual(outcome, { kind: 'unclear' });
  assert.ok(!log.some((entry) => entry.includes('rejected')));
});
