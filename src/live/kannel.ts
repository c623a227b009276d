import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../port.ts';
import type { Secret } from '../secret.ts';
import { KANNEL_QUERY } from '../codes/webhook/kannel.ts';

/**
 * For live tests and measurements: Debian's Kannel, bearerbox and smsbox, in a temporary folder and on ports
 * of its own.
 */
export interface Kannel {
  /**
   * Lets an SMS come in from the network, in as many parts as its length asks for. Kannel hands it on by
   * itself.
   */
  deliver(sms: { from: string; to: string; text: string }): Promise<void>;
  /** Ends it and takes the folder away. */
  close(): Promise<void>;
}

const bearerbox = '/usr/sbin/bearerbox';
const smsbox = '/usr/sbin/smsbox';
// A slow computer takes a second or two to start it, ms.
const START_LIMIT = 120_000;

/** Why there can be no Kannel here, for `skip`; false where there can. */
export function kannelMissing(): string | false {
  const missing = [bearerbox, smsbox].filter((program) => !existsSync(program));
  return missing.length > 0 && `not installed: ${missing.join(', ')} (Debian: kannel)`;
}

/**
 * Its services call `/sms` at `endpoint`, which is `HOST:PORT`; what is not taken is tried again each second.
 */
export async function startKannel({
  endpoint,
  secret,
}: {
  endpoint: string;
  secret: Secret;
}): Promise<Kannel> {
  const folder = mkdtempSync(join(tmpdir(), 'kannel-'));
  const [admin, boxes, network, sendSms] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const file = join(folder, 'kannel.conf');
  // Mode 700 is the folder's: the secret stands in the file.
  writeFileSync(file, configuration({ admin, boxes, network, sendSms, endpoint, secret }));
  const children: ChildProcess[] = [];
  let reference = 0;

  try {
    await start(bearerbox, 'Start-up done');
    await start(smsbox, 'Connected to bearerbox');
  } catch (error) {
    await close();
    throw error;
  }
  return { deliver, close };

  async function start(program: string, started: string): Promise<void> {
    const child = spawn(program, ['-v', '1', file], {
      cwd: folder,
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    const said: string[] = [];
    // It is read on to the end, or Kannel would wait for a full pipe.
    const lines = createInterface(child.stderr).on('line', (line) => said.length < 100 && said.push(line));
    const limit = AbortSignal.timeout(START_LIMIT);
    const over = once(child, 'close', { signal: limit }).then(() => true);
    while (!said.some((line) => line.includes(started))) {
      if (await Promise.race([over, once(lines, 'line', { signal: limit }).then(() => false)]))
        throw new Error(`${program} ended before it was ready. It said:\n${said.join('\n')}`);
    }
  }

  /**
   * As an SMSC does: UCS-2 where the text asks for it, and a header in front of each part where there are
   * several (3GPP TS 23.040, 9.2.3.24.1).
   */
  async function deliver({ from, to, text }: { from: string; to: string; text: string }): Promise<void> {
    const unicode = /[^\x20-\x7e\n]/.test(text);
    const [whole, part] = unicode ? [70, 67] : [160, 153];
    const parts = text.length <= whole ? [text] : (text.match(new RegExp(`.{1,${part}}`, 'gs')) ?? []);
    reference = (reference + 1) % 256;
    for (const [at, piece] of parts.entries()) {
      const bytes = unicode ? Buffer.from(piece, 'utf16le').swap16() : Buffer.from(piece);
      const header =
        parts.length > 1 ? `&udh=${escaped(Buffer.from([5, 0, 3, reference, parts.length, at + 1]))}` : '';
      const query = new URLSearchParams({
        username: 'network',
        password: 'network',
        from,
        to,
        coding: unicode ? '2' : '0',
      }).toString();
      const answer = await fetch(`http://127.0.0.1:${network}/?${query}&text=${escaped(bytes)}${header}`);
      const said = await answer.text();
      if (said !== 'Sent.') throw new Error(`Kannel did not take the SMS from the network: ${said}`);
    }
  }

  async function close(): Promise<void> {
    // Asked kindly, bearerbox takes its time.
    for (const child of children)
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'close');
    rmSync(folder, { recursive: true });
  }
}

function escaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

interface Configured {
  admin: number;
  boxes: number;
  network: number;
  sendSms: number;
  endpoint: string;
  secret: Secret;
}

/** A % in a get-url is written twice. */
function configuration({ admin, boxes, network, sendSms, endpoint, secret }: Configured): string {
  return `
group = core
admin-port = ${admin}
admin-password = admin
admin-allow-ip = 127.0.0.1
smsbox-port = ${boxes}
box-allow-ip = 127.0.0.1

group = smsc
smsc = http
smsc-id = network
system-type = kannel
port = ${network}
smsc-username = network
smsc-password = network
connect-allow-ip = 127.0.0.1
send-url = "http://127.0.0.1:9/"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendSms}
http-request-retry = 60
http-queue-delay = 1

group = sms-service
keyword = default
get-url = "http://${endpoint}/sms?secret=${encodeURIComponent(secret.reveal()).replaceAll('%', '%%')}&${KANNEL_QUERY}"
max-messages = 0
`;
}
