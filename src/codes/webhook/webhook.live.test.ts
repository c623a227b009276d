import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite, test, type TestContext } from 'node:test';
import twilio from 'twilio';
import { freePort } from '../../port.ts';
import { Secret } from '../../secret.ts';
import type { InboxEvent, Message } from '../inbox.ts';
import { kannelMissing, startKannel } from '../../live/kannel.ts';
import { smsWebhookInbox } from './webhook.ts';
import { FakeMessageStore } from '../../live/message-store.ts';
import { assertSince } from '../../live/moment.ts';
import { presets, type Preset } from './presets.ts';

const secret = new Secret('s3cret+of/the=gateway');
const [from, to] = ['+10690329013', '+359888123456'];

/** An inbox that is followed, until the test is over. */
async function arrange(
  t: TestContext,
  preset: Preset,
  { store = new FakeMessageStore(), port = 0, publicUrl = '' } = {},
) {
  const listen = { host: '127.0.0.1', port: port || (await freePort()) };
  const [end, seen, events] = [new AbortController(), [] as Message[], [] as InboxEvent[]];
  let news = Promise.withResolvers<void>();
  const onEvent = (event: InboxEvent) => (events.push(event), news.resolve());
  const inbox = smsWebhookInbox({ listen, preset, secret, publicUrl, store, onEvent });
  const ended = inbox.follow(
    await inbox.position(),
    (message) => (seen.push(message), news.resolve()),
    end.signal,
  );
  const stop = async () => {
    end.abort();
    await ended;
    await inbox.close();
  };
  t.after(stop);
  return {
    inbox,
    store,
    seen,
    events,
    stop,
    port: listen.port,
    endpoint: `127.0.0.1:${listen.port}`,
    /** Resolves once this is true, which is looked at whenever something came or was reported. */
    async until(true_: () => boolean): Promise<void> {
      while (!true_()) {
        news = Promise.withResolvers();
        await news.promise;
      }
    },
  };
}

suite('Kannel', { skip: kannelMissing() }, () => {
  test('hands over texts of all kinds and lengths, whole and once', async (t) => {
    const { endpoint, seen, until } = await arrange(t, 'kannel');
    const kannel = await startKannel({ endpoint, secret });
    t.after(() => kannel.close());
    const texts = [
      'Your Mi Account verification code is 123456. This OTP expires in 1 day.',
      '【小米】234567（小米帐号验证码，请勿泄露）',
      'رمز التحقق من حساب Mi هو 345678 & لا تشاركه + 100%',
      `${'All parts of a long text come as one. '.repeat(6)}456789`,
      `${'这是一条很长的短信，分成几个部分发送。'.repeat(6)}567890`,
    ];
    const before = Date.now();
    for (const text of texts) await kannel.deliver({ from, to, text });
    await until(() => seen.length >= texts.length);
    // Kannel asks for several at once, so they come in any order.
    assert.deepEqual(seen.map(({ text }) => text).sort(), texts.toSorted());
    for (const message of seen) {
      assert.partialDeepStrictEqual(message, { from, to: [to] });
      assertSince(before, message.sentAt);
    }
  });

  test('delivers again what could not be kept, and what came while nobody listened', async (t) => {
    const first = await arrange(t, 'kannel');
    const { endpoint, port, store } = first;
    const kannel = await startKannel({ endpoint, secret });
    t.after(() => kannel.close());
    store.failures = 1;
    await kannel.deliver({ from, to, text: 'Code 123456' });
    await first.until(() => first.seen.length > 0);
    assert.deepEqual(
      first.events.map(({ kind }) => kind),
      ['connected', 'lost'],
    );
    await first.stop();

    await kannel.deliver({ from, to, text: 'Code 654321' });
    const second = await arrange(t, 'kannel', { store, port });
    await second.until(() => second.seen.length > 0);
    assert.deepEqual(
      store.kept.map(({ text }) => text),
      ['Code 123456', 'Code 654321'],
    );
  });
});

suite('Twilio', () => {
  const form = {
    MessageSid: 'SM0123',
    AccountSid: 'AC0',
    From: from,
    To: to,
    Body: '【小米】123456 & more',
    NumMedia: '0',
  };

  for (const publicUrl of ['https://sms.example.com/hook', 'https://sms.example.com:8443/hook?bench=1']) {
    test(`a request signed by Twilio's own package for '${publicUrl}' is taken`, async (t) => {
      const { endpoint, seen, until } = await arrange(t, 'twilio', { publicUrl });
      const url = `http://${endpoint}/sms`;
      const signature = twilio.getExpectedTwilioSignature(secret.reveal(), publicUrl, form);
      const headers = { 'x-twilio-signature': signature };
      const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
      assert.deepEqual([answer.status, await answer.text()], [200, '<Response/>']);
      await until(() => seen.length > 0);
      assert.partialDeepStrictEqual(seen[0], { from, to: [to], text: form.Body });
    });
  }

  test("what we sign, Twilio's own package finds genuine", () => {
    const publicUrl = 'https://sms.example.com/hook';
    const { headers, body } = presets.twilio.write(
      { from, to, text: form.Body },
      { secret, publicUrl, fields: [], parts: [], now: 0 },
    );
    const params = Object.fromEntries(new URLSearchParams(body));
    const given = headers['x-twilio-signature'];
    assert.ok(twilio.validateRequest(secret.reveal(), given, publicUrl, params));
    assert.ok(!twilio.validateRequest('another', given, publicUrl, params));
  });
});

test('a process takes the port over when the one that held it is killed', async (t) => {
  const port = await freePort();
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { Secret } from ${module('../../secret.ts')};
    import { smsWebhookInbox } from ${module('./webhook.ts')};
    import { FakeMessageStore } from ${module('../../live/message-store.ts')};
    const listen = { host: '127.0.0.1', port: ${port} };
    const inbox = smsWebhookInbox({ listen, preset: 'json', secret: new Secret('other'), store: new FakeMessageStore() });
    await inbox.position();
    console.log('listening');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');

  const { inbox, events, seen, until } = await arrange(t, 'json', { port });
  assert.match(events[0]!.what, /^another mi-unbind listens/);
  child.kill('SIGKILL');
  await until(() => events.length > 1);
  assert.match(events[1]!.what, /^listening on/);
  await inbox.send!({ from, to, text: 'Code 123456' });
  await until(() => seen.length > 0);
});
