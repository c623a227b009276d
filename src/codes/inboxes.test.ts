import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantClock } from '../clock.ts';
import { FakeMessageStore } from '../live/message-store.ts';
import { freePort } from '../port.ts';
import { Secret } from '../secret.ts';
import { gammuInbox } from './gammu.ts';
import { httpInbox } from './http-inbox.ts';
import { imapInbox } from './imap/imap.ts';
import type { Inbox } from './inbox.ts';
import { phoneSmsInbox } from './phone-sms.ts';
import { smtpInbox } from './smtp.ts';
import { smsWebhookInbox } from './webhook/webhook.ts';

/** What every inbox keeps to, whichever kind it is. Nothing listens where these look. */
const clock = instantClock();
const inboxes: Record<string, (port: number) => Inbox> = {
  gammu: (port) => gammuInbox({ url: new Secret(`postgres://u:p@127.0.0.1:${port}/smsd`), clock }),
  'http-inbox': (port) => httpInbox({ url: `http://127.0.0.1:${port}`, clock }),
  imap: (port) => imapInbox({ url: `imap://u@127.0.0.1:${port}`, password: new Secret('p'), clock }),
  'phone-sms': () =>
    phoneSmsInbox({
      phone: {
        serial: 'abc',
        shell: (_command, signal) =>
          Promise.reject((signal?.reason as Error | undefined) ?? new Error('no phone')),
      },
      clock,
    }),
  'sms-webhook': (port) =>
    smsWebhookInbox({
      listen: { host: '127.0.0.1', port },
      preset: 'generic',
      secret: new Secret('s3cret'),
      store: new FakeMessageStore(),
      clock,
    }),
  smtp: (port) => smtpInbox({ listen: { host: '127.0.0.1', port } }),
};
const stopped = () => AbortSignal.abort(new Error('enough'));
/** These listen themselves, and answer from what they hold. */
const OWN = ['smtp'];

for (const [name, open] of Object.entries(inboxes)) {
  test(`${name}: what is asked after a stop ends with the stop, and follows nothing`, async (t) => {
    const inbox = open(await freePort());
    t.after(() => inbox.close());
    assert.equal(inbox.name, name);
    const delivered: unknown[] = [];
    await inbox.follow({}, (message) => delivered.push(message), stopped());
    assert.deepEqual(delivered, []);
    if (OWN.includes(name)) return;
    await assert.rejects(inbox.position(stopped()), /enough/);
    await assert.rejects(inbox.check(stopped()), /enough/);
    if (inbox.serverTime) await assert.rejects(inbox.serverTime(stopped()), /enough/);
    if (inbox.send)
      await assert.rejects(
        inbox.send({ from: 'a@b.c', to: 'd@e.f', text: '123456' }, stopped()),
        /enough|aborted/,
      );
  });
}
