import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  button,
  ChangeStory,
  field,
  radio,
  says,
  screens,
  toast,
  said,
  web,
  type Screen,
} from '../change-password-story.ts';
import { SHOWN, StorySite, type WebPart } from '../reset-password-story.ts';

const MAIL = 'mi***a@example.com';
const PHONE = '+35988****567';
const changed = { kind: 'changed', proof: 'message' };
const reset = { kind: 'changed', proof: 'sign-in' };
const person = (reason: string) => ({ kind: 'needs-person', reason });
const taps = (log: readonly string[], what: string) => log.filter((entry) => entry === what).length;

/** A phone on which the code has just been asked for, and what comes after the code was submitted. */
function afterTheCode(show: (next: () => void) => Screen[], given: Partial<ChangeStory> = {}): ChangeStory {
  const one = new ChangeStory();
  const { request, code } = screens(one.next);
  one.codesBefore.push('111111', '222222');
  one.show(request, code(), ...show(one.next));
  return Object.assign(one, given);
}
const more = (next: () => void, contact = MAIL, words = 'once more'): Screen => ({
  items: [web(says(`${words}: → ${contact}`), button('≫'))],
  taps: { '≫': next },
});
const end = (next: () => void): Screen[] => [screens(next).form(), screens(next).done];
const code = (next: () => void, contact = MAIL): Screen => ({
  items: [web(says(`sent: → ${contact}`), field(), button('× 60'), button('✓'))],
  taps: { '✓': next },
});

describe('a second code on the phone', () => {
  test('is entered before its own Send, has its own baseline, and gets no code of before', async () => {
    const one = afterTheCode((next) => [more(next), code(next), ...end(next)]);
    one.codesBefore.splice(1, 0, '111111');
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, changed);
    assert.deepEqual(log.slice(0, 13), [
      ...['baseline', 'ledger code-requested', 'tap ≫', 'wait for the code', 'type into EditText 1', 'tap ✓'],
      ...['baseline', 'ledger code-requested 2', 'tap ≫'],
      // The message of before comes once more, and is passed over.
      ...['wait for the code', 'wait for the code', 'type into EditText 1', 'tap ✓'],
    ]);
    assert.deepEqual(
      one.waits.map(({ since }) => since.takenAt),
      ['1', '2', '2'],
    );
    assert.ok(one.journalSteps.includes('the phone asks for another code'));
  });

  test('that the budget does not have is for a person, and nothing is pressed for it', async () => {
    for (const page of [
      (next: () => void) => more(next),
      (next: () => void): Screen => ({
        items: [web(says('once more?'), radio(`☎ ${PHONE}`), radio(`✉ ${MAIL}`), button('→'))],
        taps: { '→': next },
      }),
    ]) {
      const { outcome, log } = await afterTheCode((next) => [page(next)], { budget: 1 }).change();
      assert.deepEqual(outcome, person('second-code-budget'));
      assert.equal(log.at(-1), 'ledger code-requested 2');
    }
  });

  test('is sent to the contact that is chosen anew', async () => {
    const one = afterTheCode((next) => [
      {
        items: [web(says('once more?'), radio(`☎ ${PHONE}`), radio(`✉ ${MAIL}`), button('→'))],
        taps: { '→': next },
      },
      more(next),
      code(next),
      ...end(next),
    ]);
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, changed);
    assert.deepEqual([taps(log, 'ledger code-requested 2'), taps(log, 'tap ≫')], [1, 2]);
    assert.ok(log.indexOf('ledger code-requested 2') < log.indexOf(`tap ✉ ${MAIL}`));
  });

  test('to another contact is sent where the order has that one, else it is for a person', async () => {
    const pages = (next: () => void) => [more(next, PHONE), code(next, PHONE), ...end(next)];
    const known = afterTheCode(pages);
    assert.deepEqual((await known.change({ others: ['+359881234567'] })).outcome, changed);
    assert.deepEqual(
      known.waits.map(({ address }) => address),
      ['mira@example.com', '+359881234567'],
    );
    const unknown = await afterTheCode(pages).change();
    assert.deepEqual(unknown.outcome, person('second-code-contact'));
    assert.equal(taps(unknown.log, 'tap ≫'), 1);
  });

  test('that the phone sends unasked to another contact is counted, and looked for from the first one on', async () => {
    const one = afterTheCode((next) => [code(next, PHONE), ...end(next)]);
    const { outcome, log } = await one.change({ others: ['+359881234567'] });
    assert.deepEqual(outcome, changed);
    assert.deepEqual([taps(log, 'ledger code-requested 2'), taps(log, 'tap ≫')], [1, 1]);
    assert.deepEqual(
      one.waits.map(({ since }) => since.takenAt),
      ['1', '1'],
    );
  });

  test('is the last: a third one is for a person', async () => {
    const one = afterTheCode((next) => [more(next), code(next), more(next, MAIL, 'and once more')]);
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, person('third-code'));
    assert.equal(taps(log, 'tap ≫'), 2);
  });

  test('is not what a wrong code brings back: the same form, with or without a word', async () => {
    const one = new ChangeStory();
    const { request } = screens(one.next);
    const same = (...words: string[]): Screen => ({
      items: [web(says(`→ ${MAIL}`), ...words.map((word) => says(word)), button('≫'))],
      taps: { '≫': () => assert.fail('Send is pressed again') },
    });
    const pages: [Screen, object][] = [
      [same('✗ 5'), { kind: 'refused', reason: 'wrong-code' }],
      [same(), person('no-answer')],
      [screens(one.next).code(says('✗')), { kind: 'refused', reason: 'wrong-code' }],
      [
        { ...request, items: [...request.items, toast(said('passport_wrong_vcode'))], taps: {} },
        { kind: 'refused', reason: 'wrong-code' },
      ],
    ];
    for (const [page, outcome] of pages) {
      const ended = await afterTheCode(() => [page]).change();
      assert.deepEqual(ended.outcome, outcome, JSON.stringify(page.items));
      assert.equal(taps(ended.log, 'ledger code-requested 2'), 0);
    }
  });

  test('is not a form that is shown for a moment only', async () => {
    const one = afterTheCode((next) => [{ ...more(next), looks: 3 }, ...end(next)]);
    const { outcome, log } = await one.change();
    assert.deepEqual([outcome, taps(log, 'tap ≫')], [changed, 1]);
    assert.ok(!one.journalSteps.includes('the phone asks for another code'));
  });

  test('that an earlier run asked for before it broke off is taken up, and no other one is sent', async () => {
    const left = { source: 'story', takenAt: '', position: { inbox: 7 } };
    const one = Object.assign(new ChangeStory(), { left });
    one.show(code(one.next, PHONE), ...end(one.next));
    const { outcome, log } = await one.change({ others: ['+359881234567'] });
    assert.deepEqual(outcome, changed);
    assert.deepEqual(log.slice(0, 3), ['wait for the code of before', 'type into EditText 1', 'tap ✓']);
    assert.equal(one.waits[0]?.address, '+359881234567');
  });

  test('after one that an earlier run asked for is the second all the same', async () => {
    const one = Object.assign(new ChangeStory(), {
      left: { source: 'story', takenAt: '', position: { inbox: 7 } },
    });
    one.codesBefore.push('111111');
    one.show(code(one.next), more(one.next), code(one.next), ...end(one.next));
    const { outcome, log } = await one.change();
    assert.deepEqual(outcome, changed);
    assert.deepEqual(
      log.filter((entry) => entry.startsWith('ledger code')),
      ['ledger code-requested 2'],
    );
  });
});

describe('a second code on the site', () => {
  const AGAIN = { ...SHOWN, texts: ['⟦once more⟧ i***n@example.com'] };
  const FIRST = { ...SHOWN, texts: ['⟦→⟧ i***n@example.com'] };
  const send = (press?: () => void): WebPart => ({ role: 'button', id: 'send', ...(press ? { press } : {}) });

  /** A site that shows this once the first code was handed in. */
  function siteThen(then: (site: StorySite) => void, given: Partial<StorySite> = {}): StorySite {
    const site = Object.assign(new StorySite(), given);
    site.codes.push('111111', '222222');
    const first = send(() =>
      site.show(
        site.code(() => then(site)),
        SHOWN,
      ),
    );
    site.account(() => site.show([first], FIRST));
    return site;
  }
  const secondSend = (site: StorySite, read = AGAIN) =>
    site.show([send(() => site.show(site.code(), read))], read);

  test('is entered before its own Send, with its own baseline and code', async () => {
    const site = siteThen((one) => secondSend(one));
    site.codes.splice(1, 0, '111111');
    const { outcome, acts, waits } = await site.reset();
    assert.deepEqual(outcome, reset);
    assert.deepEqual(acts.slice(0, 2), ['code-requested', 'code-requested 2']);
    assert.equal(site.presses('send'), 2);
    const [first, second, ...copies] = waits.map(({ since }) => since.takenAt);
    assert.notEqual(first, second);
    assert.deepEqual(copies, [second]);
    assert.ok(site.journalSteps.includes('the site asks for another code'));
  });

  test('that the budget does not have is for a person, and nothing is pressed for it', async () => {
    const choice = (site: StorySite) =>
      site.show(
        [
          { role: 'radio', id: 'mail', label: 'i***n@example.com' },
          { role: 'radio', id: 'phone', label: '+35***56' },
          { role: 'button', id: 'next' },
        ],
        { masked: ['i***n@example.com', '+35***56'], texts: ['⟦once more⟧'] },
      );
    for (const then of [(site: StorySite) => secondSend(site), choice]) {
      const site = siteThen(then, { budget: 1 });
      const { outcome, acts } = await site.reset();
      assert.deepEqual([outcome, acts.at(-1)], [person('second-code-budget'), 'code-requested 2']);
      assert.deepEqual([site.presses('send'), site.presses('next'), site.presses('mail')], [1, 1, 0]);
    }
  });

  test('to another contact is sent where the order has that one, else it is for a person', async () => {
    const phone = { masked: ['+35***56'], texts: ['⟦→⟧ +35***56'] };
    const known = siteThen((one) => secondSend(one, phone), { others: ['+359888123456'] });
    const { outcome, waits } = await known.reset();
    assert.deepEqual(
      [outcome, waits.map(({ address }) => address)],
      [reset, ['ivan@example.com', '+359888123456']],
    );
    const unknown = siteThen((one) => secondSend(one, phone));
    assert.deepEqual((await unknown.reset()).outcome, person('second-code-contact'));
    assert.equal(unknown.presses('send'), 1);
  });

  test('is the last: a third one is for a person', async () => {
    const third = (site: StorySite) => site.show([send()], { ...SHOWN, texts: ['⟦3⟧ i***n@example.com'] });
    const site = siteThen((one) =>
      one.show(
        [
          send(() =>
            one.show(
              one.code(() => third(one)),
              AGAIN,
            ),
          ),
        ],
        AGAIN,
      ),
    );
    assert.deepEqual((await site.reset()).outcome, person('third-code'));
    assert.equal(site.presses('send'), 2);
  });

  test('is not what a wrong code brings back: the same form, or one that complains', async () => {
    const same = siteThen((one) => one.show([send()], FIRST));
    assert.deepEqual((await same.reset()).outcome, person('no-answer'));
    const complains = siteThen((one) => {
      one.show([send()], AGAIN);
      one.complain('⟦✗⟧');
    });
    assert.deepEqual((await complains.reset()).outcome, { kind: 'refused', reason: 'wrong-code' });
    const stays = siteThen((one) => one.complain('⟦✗⟧'));
    assert.deepEqual((await stays.reset()).outcome, { kind: 'refused', reason: 'wrong-code' });
    for (const site of [same, complains, stays]) assert.equal(site.presses('send'), 1);
  });
});
