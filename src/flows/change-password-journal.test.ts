import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../secret.ts';
import {
  button,
  type ChangeStory,
  field,
  id,
  picture,
  said,
  says,
  story,
  toast,
  web,
  type Screen,
  type Screens,
} from './change-password-story.ts';
import type { RecoveryInput } from './recovery.ts';

/** What a password change on the phone records of itself, step by step, and what it leaves typed where. */

interface Story {
  shows: (all: Screens) => Screen[];
  input?: Partial<RecoveryInput>;
  given?: Partial<Pick<ChangeStory, 'left' | 'leftCame' | 'answer'>>;
  steps: string[];
  ends?: string;
  typed?: [what: string, on: string];
}

const LEFT = { source: 'story', takenAt: '', position: { inbox: 7 } };
const TYPED: [string, string] = ['a new password', 'new password page'];
const FORM = ['type the new password into both fields', 'submit the new password'];
const CODE = ['type the code', 'submit the code'];
const again = (times: number, ...steps: string[]) => Array.from({ length: times }, () => steps).flat();
/** Send stands beside the field, and can be pressed. */
const sendable = (all: Screens): Screen => ({
  ...all.code(),
  items: [
    web(
      says('→ mi***a@example.com'),
      field({ bounds: '[0,5000][500,5080]' }),
      button('↻', { bounds: '[520,5000][900,5080]' }),
      button('✓'),
    ),
  ],
});
const captcha = (all: Screens): Screen => ({
  ...all.request,
  items: [web(says('→ mi***a@example.com'), picture(), field(), button('≫'))],
});
const factor: Screen = {
  items: [
    ...['passport_vcode', 'vcode_prompt'].map((one) => field({ 'resource-id': id(one) })),
    button('OK', { 'resource-id': id('passport_confirm') }),
  ],
};

const stories: Record<string, Story> = {
  'the whole way': {
    shows: (all) => [
      ...[all.home, all.account, all.security, all.choice, all.request, all.code(), all.form(), all.done],
    ],
    steps: [
      'open the account page',
      'tap Account security',
      'tap Change password',
      'choose the e-mail address',
      'press Send',
      'wait for the code',
      ...CODE,
      ...FORM,
    ],
    typed: TYPED,
  },
  'a telephone number that is chosen': {
    shows: (all) => [
      all.choice,
      { ...all.request, items: [web(says('→ +35988****567'), button('≫'))] },
      all.form(),
      all.done,
    ],
    input: { by: 'phone', contact: '0881234567' },
    steps: ['choose the telephone number', 'press Send', ...FORM],
    typed: TYPED,
  },
  'a form that is a web page': {
    shows: (all) => [all.security, all.webForm(), all.done],
    steps: ['tap Change password', ...FORM],
    typed: ['a new password', 'new password web page'],
  },
  'a code that an earlier run has asked for': {
    shows: (all) => [sendable(all), all.form(), all.done],
    given: { left: LEFT },
    steps: ['wait for the code of an earlier run', ...CODE, ...FORM],
    typed: TYPED,
  },
  'a code of an earlier run that has not come': {
    shows: (all) => [
      { ...sendable(all), taps: { '↻': all.stranger.taps!['back']! } },
      all.code(),
      all.form(),
      all.done,
    ],
    given: { left: LEFT, leftCame: false },
    steps: [
      'wait for the code of an earlier run',
      'it has not come',
      'press Send',
      'wait for the code',
      ...CODE,
      ...FORM,
    ],
    typed: TYPED,
  },
  'a captcha that is read': {
    shows: (all) => [{ ...captcha(all), taps: {} }],
    given: { answer: 'x7kp' },
    steps: ['type what the person read in the captcha', 'press Send'],
    ends: 'needs-person no-answer',
    typed: ['the characters of a captcha', 'page before the code is sent'],
  },
  'a code that is wrong': {
    shows: (all) => [all.code(), all.code(says('✗'))],
    steps: ['wait for the code', ...CODE],
    ends: 'refused wrong-code',
    typed: ['a code', 'verification code page'],
  },
  'a keyboard that swallows a character': {
    shows: (all) => [all.form()],
    input: { newPassword: new Secret('neu-Wort12') },
    steps: [FORM[0]!, 'type it again: a field held another number of characters'],
    ends: 'needs-person keyboard',
    typed: TYPED,
  },
  'a keyboard that swallows a character on a web page': {
    shows: (all) => [all.webForm()],
    input: { newPassword: new Secret('neu-Wort12') },
    steps: [FORM[0]!, 'type it again: a field held another number of characters'],
    ends: 'needs-person keyboard',
    typed: ['a new password', 'new password web page'],
  },
  'a code of the second factor': {
    shows: (all) => [all.security, factor],
    given: { answer: '271828' },
    steps: ['tap Change password', 'type the code of the second factor'],
    ends: 'needs-person no-answer',
    typed: ['a code', 'second factor dialog'],
  },
  'a page of another app that does not go away': {
    shows: (all) => [all.security, { ...all.stranger, taps: {} }],
    steps: [
      'tap Change password',
      ...again(3, 'press Back: a page of com.android.updater is in the way', 'open the account page'),
    ],
    ends: 'needs-person unknown-page',
  },
  'an account page without a row for Account security': {
    shows: () => [{ items: [button('⎋', { 'resource-id': id('logout_btn') })] }],
    steps: ['open the Account security page'],
    ends: 'needs-person no-answer',
  },
  'a phone that is led back in vain': {
    shows: () => [
      {
        items: [toast(said('passport_error_network')), button('b', { 'resource-id': 'android:id/button1' })],
        taps: {
          b: () => {
            throw new Error('socket hang up');
          },
        },
      },
    ],
    steps: ['the phone could not be led back to its account page'],
    ends: 'refused network',
  },
};

for (const [what, { shows, input, given, steps, ends = 'changed', typed }] of Object.entries(stories)) {
  test(`the journal records ${what}`, async () => {
    const one = Object.assign(story(shows), given);
    const { outcome } = await one.change(input);
    assert.deepEqual(one.journalSteps, steps);
    assert.equal([outcome.kind, 'reason' in outcome && outcome.reason].filter(Boolean).join(' '), ends);
    assert.deepEqual(one.progress.typed && [one.progress.typed.what, one.progress.typed.on], typed);
  });
}

test('a person is asked in words for a captcha, with its picture, and for a second factor', async () => {
  const read = Object.assign(
    story((all) => [captcha(all)]),
    { answer: 'x7kp' },
  );
  await read.change();
  const asked = Object.assign(
    story((all) => [all.security, factor]),
    { answer: '271828' },
  );
  await asked.change();
  assert.deepEqual(
    [...read.questions, ...asked.questions],
    [
      { what: 'captcha', prompt: 'Type the characters in the picture', picture: '/evidence/captcha.png' },
      { what: 'second-factor', prompt: "Type the code that was sent to the account's owner" },
    ],
  );
});
