import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHOWN, StorySite, type WebPart } from './reset-password-story.ts';

/** What a reset on the site records of itself, step by step, what it asks of a person, and how it ends. */

interface Story {
  site: (site: StorySite) => void;
  /** What a person answers. */
  answer?: string;
  steps: string[];
  /** Asked of a person, in words. */
  asks?: string[];
  ends?: string;
  marks?: string[];
}

const BEGIN = ['open the page for a forgotten password', 'type the account'];
const CODE = ['wait for the code', 'type the code'];
const TYPED = 'type the new password twice';
const PROOF = [
  'submit the new password',
  'press the way back to the sign-in',
  'sign in with the new password',
];
const SET = [TYPED, ...PROOF];
const AGREEMENT = "the site asks for consent to its terms: read the picture, type 'yes' to agree";
const SPENT = { kind: 'spent', freeFrom: '2030-01-01T00:00:00.000Z' } as const;

const send = (press?: () => void): WebPart => ({ role: 'button', id: 'send', ...(press ? { press } : {}) });
const toCode = (site: StorySite) => site.account(() => site.show(site.code(), SHOWN));
const agreement = (site: StorySite) =>
  site.account(() =>
    site.show([
      { role: 'button', id: 'yes', dialog: true, press: () => site.show(site.code(), SHOWN) },
      { role: 'button', id: 'no', dialog: true, colour: 0, bounds: [0, 0, 9, 9] },
    ]),
  );
/** A sign-in that asks for a code of the second factor after the password. */
const asksFactor = (site: StorySite, accepted: () => void) => {
  site.signIn = () =>
    site.show([
      { role: 'text', autocomplete: 'username' },
      { role: 'password' },
      { role: 'button', id: 'sign-in', press: () => site.show(site.code(accepted)) },
    ]);
  toCode(site);
};
const FACTOR = ['ask a person: second-factor'];
const FACTOR_WORDS = ['the site asks for a code that was sent to the owner: type it'];

const stories: Record<string, Story> = {
  'the whole way': {
    site: (site) => site.account(() => site.show([send(() => site.show(site.code()))], SHOWN)),
    steps: [...BEGIN, 'press Send', ...CODE, ...SET],
    marks: ['confirmed'],
  },
  'a contact that is chosen': {
    site: (site) =>
      site.account(() =>
        site.show(
          [
            { role: 'card', id: 'card', text: 'i***n@example.com', press: () => site.show(site.code()) },
            { role: 'card', text: '+35***56' },
          ],
          SHOWN,
        ),
      ),
    steps: [...BEGIN, 'choose the e-mail address', ...CODE, ...SET],
    marks: ['confirmed'],
  },
  'a contact the site does not offer': {
    site: (site) =>
      site.account(() =>
        site.show(
          [
            { role: 'card', text: 'x***y@example.com' },
            { role: 'card', text: '+35***56' },
          ],
          { masked: ['x***y@example.com'] },
        ),
      ),
    steps: BEGIN,
    ends: 'refused no-contact',
  },
  'a question about terms that is agreed to': {
    site: agreement,
    answer: ' Yes ',
    steps: [...BEGIN, 'ask a person: agreement', ...CODE, ...SET],
    asks: [AGREEMENT],
    marks: ['confirmed'],
  },
  'a question about terms that is not agreed to': {
    site: agreement,
    answer: 'yesterday',
    steps: [...BEGIN, 'ask a person: agreement'],
    asks: [AGREEMENT],
    ends: 'needs-person agreement',
  },
  'letters in a picture': {
    site: (site) =>
      site.account(() => site.show([...site.captcha, { ...send(), bounds: [0, 350, 200, 390] }], SHOWN)),
    answer: 'x7kp',
    steps: [...BEGIN, 'ask a person: captcha', 'press Send'],
    asks: ['type the characters in the picture'],
    ends: 'needs-person no-answer',
  },
  'a puzzle that is not solved': {
    site: (site) =>
      site.account(() => site.show([{ role: 'puzzle', dialog: true, bounds: [0, 0, 100, 100] }])),
    steps: [...BEGIN, 'ask a person: captcha'],
    asks: [
      "the page wants a puzzle solved: do it in the browser's window (of this computer's with --headed), then type 'done' here",
    ],
    ends: 'needs-person captcha',
  },
  'a site that begins with its sign-in': {
    site: (site) =>
      site.show([
        { role: 'text', autocomplete: 'username' },
        { role: 'password' },
        { role: 'button', id: 'sign-in' },
        { role: 'link', id: 'forgot', address: '/pass/forgetPassword', press: () => toCode(site) },
      ]),
    steps: [BEGIN[0]!, 'press the link for a forgotten password', BEGIN[1]!, ...CODE, ...SET],
    marks: ['confirmed'],
  },
  'a second factor that is typed': {
    site: (site) => asksFactor(site, () => site.show([{ role: 'link', id: 'home' }])),
    answer: ' 271828 ',
    steps: [...BEGIN, ...CODE, ...SET, ...FACTOR],
    asks: FACTOR_WORDS,
    marks: ['confirmed'],
  },
  'a second factor that is wrong': {
    site: (site) => asksFactor(site, () => site.complain('⟦no⟧')),
    answer: '271828',
    steps: [...BEGIN, ...CODE, ...SET, ...FACTOR],
    asks: FACTOR_WORDS,
    ends: 'changed message',
  },
  'a second factor that is not known': {
    site: (site) => asksFactor(site, () => assert.fail('nothing is handed in')),
    steps: [...BEGIN, ...CODE, ...SET, ...FACTOR],
    asks: FACTOR_WORDS,
    ends: 'changed message',
  },
  'a code for which the budget is spent': {
    site: (site) => {
      site.answers['code-requested'] = SPENT;
      site.account(() => site.show([send(() => assert.fail('Send is pressed'))], SHOWN));
    },
    steps: BEGIN,
    ends: 'refused code-budget',
  },
  'a password that an earlier run has submitted': {
    site: (site) => {
      site.answers['password-set'] = { kind: 'done-before', at: SPENT.freeFrom };
      site.password = () =>
        site.show([
          ...[{ role: 'password' }, { role: 'password' }],
          { role: 'button', id: 'set', press: () => assert.fail('it is submitted') },
        ]);
      toCode(site);
    },
    steps: [...BEGIN, ...CODE, TYPED],
    ends: 'needs-person done-before',
  },
  'a sign-in for which the budget is spent': {
    site: (site) => {
      site.answers['password-submitted'] = SPENT;
      site.signIn = () =>
        site.show([
          ...[{ role: 'text', autocomplete: 'username' }, { role: 'password' }],
          { role: 'button', id: 'sign-in', press: () => assert.fail('it is submitted') },
        ]);
      toCode(site);
    },
    steps: [...BEGIN, ...CODE, ...SET],
    ends: 'changed message',
  },
};

for (const [what, { site: arrange, answer, steps, asks = [], ends, marks = [] }] of Object.entries(stories)) {
  test(`the journal records ${what}`, async () => {
    const site = new StorySite();
    arrange(site);
    const { outcome, marks: marked } = await site.reset(undefined, answer);
    assert.deepEqual(site.journalSteps, steps);
    assert.deepEqual(
      site.questions.map(({ prompt }) => prompt),
      asks,
    );
    const why = 'reason' in outcome ? outcome.reason : 'proof' in outcome ? outcome.proof : '';
    assert.equal(`${outcome.kind} ${why}`.trim(), ends ?? 'changed sign-in');
    assert.deepEqual(marked, marks);
    // The browser may be a phone's own: it is not left signed in.
    assert.equal(site.log.includes('forget the cookies'), ends === undefined);
  });
}
