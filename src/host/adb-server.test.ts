import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { ensureAdbServer } from './adb-server.ts';
import { AdbServerError, formatError } from '../errors.ts';

let folder: string;
let adb: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adb-server-'));
  adb = join(folder, 'adb');
  await writeFile(
    adb,
    `#!/bin/sh\necho "$GIVEN$@" >> '${folder}/calls'\necho 'Android Debug Bridge version 1.0.41'\n`,
  );
  await chmod(adb, 0o755);
});
after(() => rm(folder, { recursive: true }));

/** Calls of the fake adb since the last look. */
async function calls(): Promise<string> {
  const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
  await rm(join(folder, 'calls'), { force: true });
  return text;
}

/** A server that does `answer` on each connection; resolves with its port. */
async function listen(t: TestContext, answer: (socket: Socket, asked: string) => void): Promise<number> {
  const server = createServer((socket) => socket.once('data', (data) => answer(socket, String(data))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('a running server of the same version is left alone', async (t) => {
  const port = await listen(t, (socket, asked) =>
    socket.end(asked === '000chost:version' ? 'OKAY00040029' : 'FAIL0000'),
  );
  await ensureAdbServer(adb, port, {});
  assert.equal(await calls(), 'version\n');
});

test('where no server runs, one is started on that port, in the environment it is given', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await ensureAdbServer(adb, port, { GIVEN: 'knows ' });
  assert.equal(await calls(), `knows -P ${port} start-server\n`);
});

test('a server of another version is not killed but reported', async (t) => {
  const port = await listen(t, (socket) => socket.end('OKAY00040028'));
  await assert.rejects(ensureAdbServer(adb, port, {}), (error) => {
    assert.ok(error instanceof AdbServerError);
    assert.equal(
      formatError(error),
      `The adb server on port ${port} cannot be used: it has version 40, and '${adb}' has version 41 and would kill it.\n→ set ANDROID_HOME to the SDK whose adb started it, or ANDROID_ADB_SERVER_PORT to a port of its own`,
    );
    return true;
  });
  assert.equal(await calls(), 'version\n');
});

test('another program on the port is reported', async (t) => {
  const port = await listen(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await assert.rejects(
    ensureAdbServer(adb, port, {}),
    /cannot be used: what listens there does not answer as an adb server does/,
  );
  assert.equal(await calls(), '');
});

test('an adb that cannot start a server is reported with the command to look into it', async () => {
  const broken = join(folder, 'broken');
  await writeFile(broken, '#!/bin/sh\nexit 1\n');
  await chmod(broken, 0o755);
  await assert.rejects(ensureAdbServer(broken, 1, {}), (error) => {
    assert.equal(
      formatError(error),
      `The adb server on port 1 cannot be used: '${broken} start-server' failed.\n→ run '${broken} -P 1 start-server' and read what it says`,
    );
    return true;
  });
});

for (const [what, said, hint] of [
  [
    'case e6: an adb that finds no home folder for its key',
    "Cannot mkdir '/srv/none/.android': No such file or directory",
    'adb keeps its key in the home folder: set HOME to a folder that exists and that you may write to, then run this again',
  ],
  [
    'an adb that cannot write its log',
    'cannot open /srv/none/adb.4321.log: No such file or directory',
    'adb writes its log into the folder for temporary files: set TMPDIR to a folder that you may write to, then run this again',
  ],
] as const)
  test(`${what} says so, with the way out`, async () => {
    const failing = join(folder, 'failing');
    const log = `adb F 11-30 03:38:57  3012  3012 adb_utils.cpp:316] ${said}`;
    await writeFile(failing, `#!/bin/sh\necho '* failed to start daemon' >&2\necho "${log}" >&2\nexit 1\n`);
    await chmod(failing, 0o755);
    await assert.rejects(ensureAdbServer(failing, 1, {}), (error) => {
      assert.equal(
        formatError(error),
        `The adb server on port 1 cannot be used: '${failing} start-server' failed: ${said}.\n→ ${hint}`,
      );
      return true;
    });
  });

test('an answer that is no version, and an adb that does not tell its own, are reported', async (t) => {
  const odd = await listen(t, (socket) => socket.end('OKAY0004zzzz'));
  await assert.rejects(
    ensureAdbServer(adb, odd, {}),
    (error) =>
      error instanceof AdbServerError &&
      /does not answer as an adb server does/.test(error.message) &&
      /set ANDROID_ADB_SERVER_PORT to a free port/.test(error.hint),
  );
  const broken = join(folder, 'mute');
  await writeFile(broken, '#!/bin/sh\nexit 1\n');
  await chmod(broken, 0o755);
  const port = await listen(t, (socket) => socket.end('OKAY00040029'));
  await assert.rejects(
    ensureAdbServer(broken, port, {}),
    (error) =>
      error instanceof AdbServerError &&
      error.message === `The adb server on port ${port} cannot be used: '${broken} version' failed.` &&
      error.hint === 'install platform-tools again',
  );
});
