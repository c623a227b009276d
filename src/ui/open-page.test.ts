import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { freePort, releasePort } from '../port.ts';
import { healthOf, listening, ownNames, tlsOf } from './open-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-open-'));
after(() => rmSync(folder, { recursive: true }));

suite('where the page listens', () => {
  /** A server, of which these ports are taken; `fault`: what every other one says. */
  function serverWith(taken: readonly number[], fault?: string) {
    const tried: { host: string; port: number }[] = [];
    const app = {
      listen(at: { host: string; port: number }) {
        tried.push(at);
        const code = taken.includes(at.port) ? 'EADDRINUSE' : fault;
        if (code) return Promise.reject(Object.assign(new Error(`listen ${code}`), { code }));
        return Promise.resolve('');
      },
      addresses: () => [{ address: '127.0.0.1', family: 'IPv4', port: 40_000 }],
    };
    return { app: app as unknown as Parameters<typeof listening>[0], tried };
  }
  const range = (from: number, count: number) => Array.from({ length: count }, (_, nth) => from + nth);

  test('is the usual port, or the next of twenty that is free', async () => {
    const first = serverWith([]);
    assert.equal(await listening(first.app, undefined, '127.0.0.1'), 40_000, 'the one that the server has');
    assert.deepEqual(first.tried, [{ host: '127.0.0.1', port: 7676 }]);
    const third = serverWith([7676, 7677]);
    await listening(third.app, undefined, '127.0.0.1');
    assert.deepEqual(
      third.tried.map(({ port }) => port),
      [7676, 7677, 7678],
    );
    const last = serverWith(range(7676, 20));
    await listening(last.app, undefined, '127.0.0.1');
    assert.equal(last.tried.at(-1)?.port, 7696);
    const none = serverWith(range(7676, 21));
    await assert.rejects(listening(none.app, undefined, '127.0.0.1'), {
      message: 'Port 7696 of 127.0.0.1 is taken by another program, so the page cannot be served there.',
    });
    assert.equal(none.tried.length, 21);
  });

  test('is the port that was named, and no other one', async () => {
    const named = { host: '10.0.0.5', port: 9000 };
    const taken = serverWith([9000]);
    const refused = listening(taken.app, named, named.host);
    await assert.rejects(refused, UsageError);
    await assert.rejects(refused, {
      message: 'Port 9000 of 10.0.0.5 is taken by another program, so the page cannot be served there.',
      hint: 'stop that program, name another port with --listen (STATION_LISTEN), or leave the page out with --no-page',
    });
    assert.deepEqual(taken.tried, [named]);
  });

  test('is said where it cannot be, with what to name instead', async () => {
    const faults: [code: string, host: string, port: number, message: string, hint: string][] = [
      [
        ...(['EACCES', '127.0.0.1', 80] as const),
        'The page cannot be served at 127.0.0.1:80: this user may not listen on port 80.',
        'take a port above 1023, with --listen (STATION_LISTEN)',
      ],
      [
        ...(['EADDRNOTAVAIL', 'fe80::1', 9000] as const),
        'The page cannot be served at [fe80::1]:9000: this computer has no such address.',
        'name an address of this computer with --listen (STATION_LISTEN); 0.0.0.0 is all of them',
      ],
    ];
    for (const [code, host, port, message, hint] of faults) {
      const { app, tried } = serverWith([], code);
      await assert.rejects(listening(app, { host, port }, host), { message, hint });
      await assert.rejects(listening(app, undefined, host), UsageError);
      assert.equal(tried.length, 2, 'another port would not help');
    }
  });
});

suite('the certificate of the page', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('is none where none is named', () => {
    assert.equal(tlsOf({}), undefined);
    assert.equal(tlsOf({ stationTlsCert: '', stationTlsKey: '' }), undefined);
  });

  test('needs its key, and a key its certificate', () => {
    const hint = 'set both, STATION_TLS_CERT and STATION_TLS_KEY';
    const one = file('one.pem', '');
    assert.throws(() => tlsOf({ stationTlsCert: one }), {
      ...{ name: 'UsageError', message: 'The page has a certificate and no key.', hint },
    });
    assert.throws(() => tlsOf({ stationTlsKey: one }), {
      ...{ message: 'The page has a key and no certificate.', hint },
    });
  });

  test('and its key are files that can be read, and PEM', () => {
    const text = file('text.pem', 'no certificate');
    const gone = join(folder, 'gone.pem');
    assert.throws(() => tlsOf({ stationTlsCert: gone, stationTlsKey: text }), {
      message: `The file '${gone}' cannot be read: it does not exist.`,
      hint: 'name another one with STATION_TLS_CERT, or let this user read it',
    });
    assert.throws(() => tlsOf({ stationTlsCert: text, stationTlsKey: folder }), {
      message: `The file '${folder}' cannot be read: it is a folder.`,
      hint: 'name another one with STATION_TLS_KEY, or let this user read it',
    });
    assert.throws(() => tlsOf({ stationTlsCert: text, stationTlsKey: text }), {
      message: 'The certificate or the key of the page cannot be read as PEM.',
      hint: 'give both as PEM, the key without a passphrase',
    });
  });
});

test('a computer is reached under its name, the first part of it, that with .local, and what a setting adds', () => {
  assert.deepEqual(ownNames({ stationHosts: ['wall.example.com', 'lab7'] }, 'lab7.example.com'), [
    ...['lab7.example.com', 'lab7', 'lab7.local', 'wall.example.com'],
  ]);
  assert.deepEqual(ownNames({ stationHosts: [] }, 'lab7'), ['lab7', 'lab7.local']);
});

suite('whether a station is well', () => {
  const answers = { query: () => Promise.resolve({ rows: [] }) };
  const settings = {
    ...loadSettings({}),
    ...{
      dataDir: join(folder, 'data'),
      evidenceDir: join(folder, 'runs'),
      recordsDir: join(folder, 'records'),
    },
    imapUrl: new URL('imaps://mail.example') as never,
  };
  const health = async ({
    query = answers.query as () => Promise<unknown>,
    drives = true,
    port = 0,
    more = {},
    sources = new Map<string, boolean>(),
  }) =>
    healthOf(
      { settings: { ...settings, adbServerPort: port, ...more }, drives: () => Promise.resolve(drives) },
      { pool: { query } } as never,
      sources,
    );

  test('is said of each part, and a source of codes that is set up is up until it says otherwise', async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('OKAY0000'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const well = { database: true, adb: true, appium: true, disk: true };
    assert.deepEqual(await health({ port }), {
      ...well,
      'code-source imap': true,
      'code-source person': true,
    });
    const said = new Map([
      ['imap', false],
      ['gammu', true],
    ]);
    assert.deepEqual(await health({ port, sources: said, drives: false }), {
      ...{ ...well, appium: false, 'code-source imap': false, 'code-source person': true },
    });
    const away = await health({ port, query: () => Promise.reject(new Error('gone')) });
    assert.equal(away['database'], false);
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'own'));
    const full = await health({ port, more: { evidenceDir: join(folder, 'file') } });
    assert.deepEqual([full['disk'], full['adb']], [false, true]);
  });

  test('is no longer waited for than a part may take', async (t) => {
    const port = await freePort();
    t.after(() => releasePort(port));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let found: Record<string, boolean> | undefined;
    void health({ port, query: () => new Promise(() => undefined) }).then((parts) => (found = parts));
    const settled = async () => {
      for (let left = 20; left > 0; left--) await turn();
      return found?.['database'];
    };
    t.mock.timers.tick(1999);
    assert.equal(await settled(), undefined);
    t.mock.timers.tick(1);
    assert.equal(await settled(), false);
  });
});
