import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { dovecotMissing, startDovecot } from './dovecot.ts';
import { kannelMissing, startKannel } from './kannel.ts';
import { freePort } from '../port.ts';
import { Secret } from '../secret.ts';

/**
 * For live tests: what lies between the account service and a code source in a lab. Mail goes by SMTP to a
 * mail server (Dovecot), SMS to an SMS gateway (Kannel), which calls our webhook.
 */
export interface LivePost {
  /** For `mi-unbind sim`: where it hands its messages over; any secret in SMS_SECRET will do. */
  simArgs: readonly string[];
  /** Settings of the sources `imap` and `sms-webhook`. */
  settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const MAILBOX = 'lab@example.com';

export function postMissing(): string | false {
  return dovecotMissing() || kannelMissing();
}

export async function startPost(secret: string): Promise<LivePost> {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-post-'));
  const webhook = await freePort();
  const [dovecot, kannel] = await Promise.all([
    startDovecot({ user: MAILBOX, password: secret }),
    startKannel({ endpoint: `127.0.0.1:${webhook}`, secret: new Secret(secret) }),
  ]);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, dovecot.ca);

  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData: (data, _session, answer) => {
      buffer(data)
        .then((mail) => dovecot.deliver(mail.toString('utf8')))
        .then(() => answer(), answer);
    },
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');

  /** The telephone network. */
  const network = createServer((request, response) => {
    void (async () => {
      const sms = (await json(request)) as { from: string; to: string; text: string };
      await kannel.deliver(sms);
    })().then(
      () => response.end(),
      () => response.writeHead(503).end(),
    );
  });
  network.listen(0, '127.0.0.1');
  await once(network, 'listening');

  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  return {
    simArgs: [
      '--mail',
      `smtp://127.0.0.1:${portOf(smtp.server)}`,
      '--sms',
      `http://127.0.0.1:${portOf(network)}/`,
      '--sms-secret-env',
      'SMS_SECRET',
    ],
    settings: {
      IMAP_URL: `imaps://${encodeURIComponent(MAILBOX)}@localhost:${dovecot.imapsPort}`,
      IMAP_PASSWORD: secret,
      IMAP_CA: ca,
      SMS_WEBHOOK_LISTEN: String(webhook),
      SMS_WEBHOOK_PRESET: 'kannel',
      SMS_WEBHOOK_SECRET: secret,
    },
    async close() {
      network.close();
      await new Promise<void>((closed) => smtp.close(closed));
      await Promise.all([dovecot.close(), kannel.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
