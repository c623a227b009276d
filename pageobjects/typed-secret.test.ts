import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import type { Browser } from 'webdriverio';
import { TakenOverError } from '../src/errors.ts';
import { Secret } from '../src/secret.ts';
import type { LabelBook } from './label.ts';
import { Page } from './page.ts';
import type { PageSource } from './look.ts';
import type { WebControl } from './web/read.ts';
import type { WebLook } from './web/look.ts';
import { WebPage } from './web/page.ts';

const PASSWORD = 'Canary-77-typed';

/** A field that cannot be set; the fault quotes what was to be typed, as WebdriverIO's holds the request. */
function field(given: unknown[]) {
  return {
    setValue: async (...words: unknown[]) => {
      given.push(words);
      const fault = new Error(`WebDriverError: Cannot set the element to '${PASSWORD}'`);
      throw Object.assign(fault, { request: { body: { text: PASSWORD } } });
    },
  };
}

test('a password that cannot be typed on the phone is in no fault, and was masked for the log', async () => {
  class Form extends Page {
    submit(secret: Secret): Promise<void> {
      return this.type(field(given) as never, secret);
    }
  }
  const given: unknown[] = [];
  const form = new Form({} as Browser, {} as PageSource, {} as LabelBook);
  await assert.rejects(form.submit(new Secret(PASSWORD)), (error: Error) => {
    assert.match(error.message, /Cannot set the element to/);
    assert.ok(!inspect(error, { depth: 9 }).includes(PASSWORD));
    return true;
  });
  assert.deepEqual(given, [[PASSWORD, { mask: true }]]);
});

test("that the phone is another run's by now is said as it is, on the phone and on the web", async () => {
  const taken = new TakenOverError('p1');
  const refused = { setValue: () => Promise.reject(taken) };
  class Form extends Page {
    submit(secret: Secret): Promise<void> {
      return this.type(refused as never, secret);
    }
  }
  const form = new Form({} as Browser, {} as PageSource, {} as LabelBook);
  await assert.rejects(form.submit(new Secret(PASSWORD)), taken);
  const browser = { execute: async () => undefined, $: () => refused } as unknown as Browser;
  const page = new WebPage(browser, {} as WebLook);
  await assert.rejects(page.typeSecret({ element: {} } as WebControl, new Secret(PASSWORD)), taken);
});

test('a password that cannot be typed on a web page is in no fault; its field is drawn as dots before', async () => {
  const given: unknown[] = [];
  const browser = {
    execute: async () => void given.push('dots'),
    $: () => field(given),
  } as unknown as Browser;
  const page = new WebPage(browser, {} as WebLook);
  await assert.rejects(
    page.typeSecret({ element: {} } as WebControl, new Secret(PASSWORD)),
    (error: Error) => {
      assert.match(error.message, /Cannot set the element to/);
      assert.ok(!inspect(error, { depth: 9 }).includes(PASSWORD));
      return true;
    },
  );
  assert.deepEqual(given, ['dots', [PASSWORD, { mask: true }]]);
});
