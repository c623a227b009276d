import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';

/** A person reads them in records, in events of a station and in faults; records of other versions hold them. */
const ON_PHONES = [
  ...['Account security page', 'Keep or Remove page', 'Mi Account page', 'Settings', 'quick panel'],
  ...['Mi Pay dialog', 'Remove account dialog', 'dialog about unsynced items'],
  ...['dialog about the quality of photos', 'dialog about a new version of the account app'],
  ...['message that the attempt failed', 'progress', 'progress of an unknown kind'],
  ...['choice of phone or e-mail', 'cards of phone and e-mail', 'page before the code is sent'],
  ...['verification code page', 'message about the identity check', 'second factor dialog'],
  ...['new password page', 'new password web page', 'web page after the new password'],
  ...['message that the password is changed', 'captcha in a web page', 'password dialog'],
  ...['page for an SMS code', 'web page that did not load', 'web page that is not there yet'],
];
const ON_THE_SITE = [
  ...['web sign-in', 'web account to reset', 'web way to get a code', 'web send a code', 'web code'],
  ...['web new password', 'web success', 'web agreement', 'web captcha', 'web page that did not come'],
  ...['web error'],
];

async function titlesIn(pattern: string): Promise<string[]> {
  const files = globSync(pattern, { cwd: import.meta.dirname });
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, import.meta.url).href) as Promise<Record<string, unknown>>),
  );
  const classes = new Set(
    modules.flatMap((one) => Object.values(one)).filter((one) => typeof one === 'function'),
  );
  return [...classes]
    .flatMap((one) => (Object.hasOwn(one, 'title') ? [(one as unknown as { title: string }).title] : []))
    .sort();
}

test('each page of a phone and of the site is called by the name that records know', async () => {
  assert.deepEqual(
    await titlesIn('*.page.ts'),
    [...ON_PHONES].filter((one) => !/^web page that/.test(one)).sort(),
  );
  assert.deepEqual(
    await titlesIn('web-step.ts'),
    ON_PHONES.filter((one) => /^web page that/.test(one)).sort(),
  );
  assert.deepEqual(await titlesIn('web/*.page.ts'), [...ON_THE_SITE].sort());
});
