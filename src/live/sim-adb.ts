import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { framed } from '../host/adb-wire.ts';
import { Shell } from '../sim/shell/shell.ts';
import { SimPhone } from '../sim/phone/phone.ts';
import { identified } from '../sim/identity.ts';
import type { PhoneSpec } from '../sim/spec.ts';

export interface SimAdb {
  port: number;
  /** The settings with which a command finds this server. */
  env: { ANDROID_HOME: string; ANDROID_ADB_SERVER_PORT: string };
  /** What the server and its phones were asked, in order. */
  asked: string[];
  phones: ReadonlyMap<string, SimPhone>;
}

/** By serial: a phone that answers, or the state in which adb lists one that does not. */
type Attached = Readonly<Record<string, PhoneSpec | string>>;

/**
 * For tests: an adb server in this process, whose simulated phones answer in their shell. No program runs but
 * a script that says its version in place of adb.
 */
export async function startSimAdb(t: Pick<TestContext, 'after'>, attached: Attached): Promise<SimAdb> {
  const phones = new Map(
    Object.entries(attached).flatMap(([serial, spec]) =>
      typeof spec === 'string'
        ? []
        : [[serial, new SimPhone(identified({ pace: 'instant', ...spec }))] as const],
    ),
  );
  const list = Object.entries(attached)
    .map(([serial, spec]) => `${serial.padEnd(22)} ${typeof spec === 'string' ? spec : 'device'} usb:1-1\n`)
    .join('');
  const open = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((socket) => {
    open.add(socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket)));
    void serve(socket).catch(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sdk = mkdtempSync(join(tmpdir(), 'mi-unbind-sdk-'));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
    rmSync(sdk, { recursive: true });
  });
  const adb = join(sdk, 'platform-tools', 'adb');
  mkdirSync(join(sdk, 'platform-tools'));
  writeFileSync(adb, "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\n");
  chmodSync(adb, 0o755);
  const { port } = server.address() as AddressInfo;
  const env = { ANDROID_HOME: sdk, ANDROID_ADB_SERVER_PORT: String(port) };
  return { port, env, asked, phones };

  async function serve(socket: Socket): Promise<void> {
    let phone: SimPhone | undefined;
    for await (const request of requestsOf(socket)) {
      asked.push(request);
      const [, serial = ''] = /^host:transport:(.*)$/s.exec(request) ?? [];
      const [, address = ''] = /^host:(?:dis)?connect:(.*)$/s.exec(request) ?? [];
      if (request === 'host:version') return void socket.end(`OKAY${framed('0029')}`);
      if (request === 'host:devices-l') return void socket.end(`OKAY${framed(list)}`);
      if (request === 'host:track-devices-l') socket.write(`OKAY${framed(list)}`);
      else if (address !== '') return void socket.end(`OKAY${framed(`connected to ${address}`)}`);
      else if (serial !== '' && (phone = phones.get(serial))) socket.write('OKAY');
      else if (phone && request.startsWith('exec:')) {
        socket.write('OKAY');
        await run(phone, request.slice('exec:'.length), socket);
        return void socket.end();
      } else return void socket.end(`FAIL${framed('device not found')}`);
    }
  }
}

async function run(phone: SimPhone, line: string, socket: Socket): Promise<void> {
  const print = (chunk: string | Uint8Array) => void socket.write(chunk);
  const hungUp = new AbortController();
  socket.once('close', () => hungUp.abort(new Error('the host hung up')));
  await new Shell(phone).run(line, {
    ...{ stdin: Readable.from([]), stdout: print, stderr: print, signal: hungUp.signal },
  });
}

/** Each is its length as four hexadecimal digits, and itself. */
async function* requestsOf(socket: Socket): AsyncGenerator<string> {
  let held = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const end = 4 + parseInt(held.toString('latin1', 0, 4), 16);
      if (held.length < 4 || held.length < end) break;
      yield held.toString('utf8', 4, end);
      held = held.subarray(end);
    }
  }
}
