import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { storeEnds } from '../live/store-ends.ts';
import { LiveProgram } from '../live/program.ts';
import { freePort } from '../port.ts';

describe('a station for other computers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const env = { DATA_DIR: join(folder, 'data'), EVIDENCE_DIR: join(folder, 'runs'), STATION: 'Sofia 1' };
  before(() => {
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  });
  after(async () => {
    await storeEnds(join(folder, 'data'));
    rmSync(folder, { recursive: true, force: true });
  });
  const operator = { ...env, OPERATOR_PASSWORD: 'lange-Kanarie-Reihe' };

  it('is refused without TLS, and with it served to who logs in, with a log for machines', async () => {
    const port = await freePort();
    const listen = ['station', '--listen', `0.0.0.0:${port}`, '--log', 'json'];
    const add = [
      'station',
      'operator',
      'add',
      'Mira',
      '--role',
      'look',
      '--password-env',
      'OPERATOR_PASSWORD',
    ];
    assert.equal((await new LiveProgram(add, { env: operator }).ended).code, 0);
    const clear = await new LiveProgram(listen, { env }).ended;
    assert.equal(clear.code, 2);
    assert.match(clear.stderr, /in clear.*STATION_TLS_CERT.*--insecure-http/);
    const station = new LiveProgram(listen, {
      env: { ...env, STATION_TLS_CERT: cert, STATION_TLS_KEY: key, STATION_METRICS_TOKEN: 'Kanarie-token-7' },
    });
    await station.says('Its page: https://');
    const asked = (path: string, body?: string) =>
      new Promise<{ status: number; cookie: string }>((resolve, reject) => {
        const headers =
          body === undefined
            ? {}
            : { origin: `https://127.0.0.1:${port}`, 'content-type': 'application/x-www-form-urlencoded' };
        const of = request(
          {
            host: '127.0.0.1',
            port,
            path,
            rejectUnauthorized: false,
            method: body === undefined ? 'GET' : 'POST',
            headers,
          },
          (answer) => {
            answer.resume();
            resolve({ status: answer.statusCode ?? 0, cookie: String(answer.headers['set-cookie'] ?? '') });
          },
        );
        of.on('error', reject).end(body);
      });
    assert.equal((await asked('/')).status, 401);
    assert.equal((await asked('/login', 'name=Mira&password=wrong-Kanarie')).status, 401);
    const { status, cookie } = await asked('/login', 'name=Mira&password=lange-Kanarie-Reihe');
    assert.equal(status, 303);
    assert.match(
      cookie,
      /^__Host-mi-unbind=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    await station.says('"status":303');
    station.signal('SIGINT');
    const { code, stderr } = await station.ended;
    assert.equal(code, 0, stderr);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const { at, level } of lines) {
      assert.match(String(at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.match(String(level), /^(info|warn|error)$/);
    }
    assert.ok(
      lines.some(({ what }) => what === 'stopping; once more to stop at once'),
      'words are plain',
    );
    const answers = lines
      .filter(({ kind }) => kind === 'page')
      .map(({ method, route, status: said }) => [method, route, said]);
    assert.deepEqual(answers, [
      ['GET', '/', 401],
      ['POST', '/login', 401],
      ['POST', '/login', 303],
    ]);
    assert.doesNotMatch(stderr, /Kanarie|__Host-mi-unbind/, 'no password, no token and no login is in it');
  });
});
