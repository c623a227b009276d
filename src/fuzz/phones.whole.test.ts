import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pageNames } from '../sim/quirks.ts';
import { parseSpec, questionNames, releaseNames, surpriseNames } from '../sim/spec.ts';
import { isRightToLeft } from '../sim/strings/strings.ts';
import { cases } from './phones.ts';
import type { Case } from './trial.ts';

/** As many as `npm run fuzz` tries. */
const PHONES = 2000;
const SEED = 1;

const phones = fc.sample(cases, { seed: SEED, numRuns: PHONES }).map(({ phone, order }) => ({
  ...parseSpec(phone),
  asked: order,
}));
type Phone = (typeof phones)[number];

const has = (fault: Phone['faults'][number]) => (phone: Phone) => phone.faults.includes(fault);
const meets = (dialog: Phone['surprises'][number]['dialog']) => (phone: Phone) =>
  phone.surprises.some((one) => one.dialog === dialog);

/** What the random phones are to have, and whether one has it. */
const KINDS: Record<string, (phone: Phone) => boolean> = {
  ...Object.fromEntries(releaseNames.map((name) => [name, ({ release }: Phone) => release === name])),
  ...Object.fromEntries(surpriseNames.map((name) => [name, meets(name)])),
  ...Object.fromEntries(
    pageNames
      .filter((name) => name !== 'identity' && name !== 'new-password')
      .map((name) => [`${name} late`, ({ quirks }: Phone) => quirks.late[name] !== undefined]),
  ),
  ...Object.fromEntries(
    (['miui10', 'password-first', 'miui6', 'asks-first'] as const).map((name) => [
      `order ${name}`,
      ({ order }: Phone) => order === name,
    ]),
  ),
  ...Object.fromEntries(
    questionNames.map((name) => [`${name} asked first`, ({ order }: Phone) => order?.[0] === name]),
  ),
  'a question left out': ({ order }) => typeof order === 'object' && order.length < questionNames.length,
  'a China phone': ({ region }) => region === 'china',
  'pseudo language': ({ language }) => language === 'pseudo',
  'right to left': ({ language }) => isRightToLeft(language),
  'a language without words': ({ language }) => language === 'sw',
  'renamed ids': ({ quirks }) => Object.values(quirks.ids).some((id) => id !== ''),
  'missing ids': ({ quirks }) => Object.values(quirks.ids).includes(''),
  'doubled dialogs': ({ quirks }) => quirks.doubled.length > 0,
  'toasts instead of dialogs': ({ quirks }) => quirks.messages === 'toast',
  'a wrong page after Back: home': ({ quirks: { backs, backsTo } }) => backs.length > 0 && backsTo === 'home',
  'a wrong page after Back: Settings': ({ quirks: { backs, backsTo } }) =>
    backs.length > 0 && backsTo === 'settings',
  'a keyboard that loses letters': ({ quirks }) => quirks.swallows !== undefined,
  'a security keyboard': has('secure-keyboard'),
  rotated: ({ orientation }) => orientation === 'landscape',
  'small screen': ({ display }) => (display?.width ?? 1080) < 1000,
  'small screen on its side with large letters': ({ display, orientation, fontScale }) =>
    (display?.width ?? 1080) < 1000 && orientation === 'landscape' && fontScale > 1.5,
  'large screen': ({ display }) => (display?.width ?? 0) > 1400,
  tablet: ({ tablet }) => tablet,
  'tablet on its side': ({ tablet, orientation }) => tablet && orientation === 'landscape',
  'large letters': ({ fontScale }) => fontScale === 1.6,
  'slow phone': ({ pace }) => pace === 'slow',
  'slow pages': has('slow'),
  'password prompt of the SDK': ({ passwordPrompt }) => passwordPrompt === 'sdk',
  'no password at the prompt of the SDK': ({ passwordPrompt, account }) =>
    passwordPrompt === 'sdk' && account?.hasPassword === false,
  'captcha at once': has('captcha-at-once'),
  'captcha in a web page': (phone) => has('captcha-web')(phone) && phone.passwordPrompt === 'sdk',
  'second factor': has('second-factor'),
  'second factor on a page': has('second-factor-page'),
  'question about photos': ({ photoQuality, account }) =>
    photoQuality && (account?.syncedData.length ?? 0) > 0,
  'recycled number': ({ phoneRecycled }) => phoneRecycled,
  'maintenance mode': ({ user }) => user === 110,
  'second space 10': ({ user }) => user === 10,
  'second space 11': ({ user }) => user === 11,
  'dual apps': ({ dualApps }) => dualApps,
  managed: ({ managed }) => managed,
  'Google account': ({ otherAccounts }) => otherAccounts.some(({ type }) => type === 'com.google'),
  'install denied': ({ installDialog }) => installDialog === 'denied',
  'install asked': ({ installDialog }) => installDialog === true,
  'no account': ({ account }) => account === undefined,
  'no row in Settings': has('no-account-row'),
  'locked after a password change': ({ account }) => account?.passwordChangedDaysAgo === 1,
  'screen off': ({ screen }) => screen === 'off',
  'screen locked': ({ screen }) => screen === 'locked',
  'control centre': ({ panel }) => panel === 'control-centre',
  'an icon that leads to the settings of notifications': ({ panel }) => panel === 'notifications',
  'account named by its address': ({ shows }) => shows.list === 'email',
  'keep, with the right password': ({ asked }) => asked.data === 'keep' && asked.password === 'right',
  'delete, with a wrong one': ({ asked }) => asked.data === 'delete' && asked.password === 'wrong',
  'delete, without one': ({ asked }) => asked.data === 'delete' && asked.password === 'none',
  'through Settings': ({ asked }) => asked.via === 'settings',
};

test(`of ${PHONES} random phones some have each of what phones of the world have`, () => {
  const counts = Object.entries(KINDS).map(
    ([name, has]) => [name, phones.filter((phone) => has(phone)).length] as const,
  );
  assert.deepEqual(
    counts.filter(([, count]) => count < 4),
    [],
    'drawn too seldom to find anything',
  );
  const plain = phones.filter((phone) => phone.surprises.length + phone.faults.length === 0);
  assert.ok(plain.length > PHONES / 10, 'not all are full of troubles');
});

test('the same seed draws the same phones, another one others', () => {
  const drawn = (seed: number): Case[] => fc.sample(cases, { seed, numRuns: 20 });
  assert.deepEqual(drawn(7), drawn(7));
  assert.notDeepEqual(drawn(7), drawn(8));
});
