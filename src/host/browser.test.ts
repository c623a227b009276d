import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openHostBrowser, openPhoneBrowser } from './browser.ts';
import { HostToolError, SessionError } from '../errors.ts';
import { startFakeWebdriver, type Answers } from './webdriver-fake.ts';

const INSTALL =
  'install both, e.g. apt-get install chromium chromium-driver, or set CHROMEDRIVER to the program';
// Of a program that is a script here.
const ENV = { PATH: '/usr/bin:/bin' };
const CDP = 'POST /session/s1/goog/cdp/execute';
const failed = (message: string) => ({
  status: 500,
  value: { error: 'session not created', message, stacktrace: '' },
});
const windows = process.platform === 'win32' && 'programs are written as scripts here';

/** A folder of the test's own. */
function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'browser-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A chromedriver of a few lines: it says on which port a driver listens, and stays. */
async function driver(t: TestContext, answers: Answers = {}, first = '') {
  const server = await startFakeWebdriver(t, answers);
  const folder = folderOf(t);
  const program = join(folder, 'chromedriver');
  const notes = join(folder, 'notes');
  const lines = [
    `#!/bin/sh`,
    `echo "$TMPDIR" >> '${notes}'`,
    `echo "$MARK $@" >> '${notes}'`,
    first,
    `echo 'Starting ChromeDriver 120 on port 9'`,
    `echo 'ChromeDriver was started successfully on port ${server.port}.'`,
    'exec sleep 60',
  ];
  writeFileSync(program, lines.join('\n'));
  chmodSync(program, 0o755);
  const noted = () => readFileSync(notes, 'utf8').trim().split('\n');
  return { ...server, folder, program, noted };
}
const capabilitiesOf = (body: unknown) =>
  (body as { capabilities: { alwaysMatch: Record<string, unknown> } }).capabilities.alwaysMatch;

test(
  'a browser is opened by the driver on the path, quiet and with a profile of its own',
  { skip: windows },
  async (t) => {
    const { folder, find, asked, noted } = await driver(t);
    const web = await openHostBrowser({ path: folder, env: { ...ENV, MARK: 'mark' } });
    const [temporary = '', started] = noted();
    assert.equal(started, 'mark --port=0');
    assert.ok(existsSync(temporary));
    const wanted = capabilitiesOf(find('POST /session')?.body);
    assert.equal(wanted['browserName'], 'chrome');
    const { args, prefs, binary } = wanted['goog:chromeOptions'] as Record<string, unknown>;
    assert.ok((args as string[]).includes(`--user-data-dir=${join(temporary, 'profile')}`));
    for (const wish of [
      '--headless=new',
      '--disable-quic',
      '--remote-debugging-pipe',
      '--window-size=1100,900',
    ])
      assert.ok((args as string[]).includes(wish), wish);
    assert.deepEqual(prefs, { 'net.network_prediction_options': 2 });
    assert.equal(binary, undefined);
    assert.deepEqual(
      asked.filter(({ what }) => what === CDP).map(({ body }) => body),
      [
        { cmd: 'Network.enable', params: {} },
        { cmd: 'Network.setExtraHTTPHeaders', params: { headers: { Connection: 'close' } } },
      ],
    );
    await web.close();
    assert.ok(find('DELETE /session/s1'));
    assert.ok(!existsSync(temporary));
  },
);

test(
  'a window is shown where it is wished, and the Chromium of the path is taken',
  { skip: windows },
  async (t) => {
    const { folder, program, find } = await driver(t);
    writeFileSync(join(folder, 'chromium'), '#!/bin/sh\n', { mode: 0o755 });
    const web = await openHostBrowser({ path: folder, env: ENV, chromedriver: program, headed: true });
    await web.close();
    const { args, binary } = capabilitiesOf(find('POST /session')?.body)['goog:chromeOptions'] as Record<
      string,
      unknown
    >;
    assert.ok(!(args as string[]).includes('--headless=new'));
    assert.equal(binary, join(folder, 'chromium'));
  },
);

test('a computer without a chromedriver says what to install', async () => {
  await assert.rejects(
    openHostBrowser({ path: '', env: {} }),
    new HostToolError('A browser is needed, and no chromedriver is on the PATH.', INSTALL),
  );
});

test(
  'a browser that does not start is reported in one line, and nothing is left of its driver',
  { skip: windows },
  async (t) => {
    const { folder, noted } = await driver(t, { 'POST /session': failed('no chrome binary\nat trace') });
    await assert.rejects(
      openHostBrowser({ path: folder, env: ENV }),
      (error) =>
        error instanceof HostToolError &&
        /^The browser does not start: .*no chrome binary$/.test(error.message) &&
        error.hint === INSTALL,
    );
    assert.ok(!existsSync(noted()[0] ?? ''));
  },
);

test('a browser that may send a form twice is not used', { skip: windows }, async (t) => {
  const { folder, noted } = await driver(t, { [CDP]: failed('unknown command') });
  await assert.rejects(
    openHostBrowser({ path: folder, env: ENV }),
    /The browser does not start: the browser does not take Network\.enable \(500\)/,
  );
  assert.ok(!existsSync(noted()[0] ?? ''));
});

test(
  'a driver that ends at once is started once more, and reported where it ends again',
  { skip: windows },
  async (t) => {
    const once = await driver(t, {}, `[ $(wc -l < "$0.tries") -ge 1 ] || { echo >> "$0.tries"; exit 1; }`);
    writeFileSync(`${once.program}.tries`, '');
    const web = await openHostBrowser({ path: once.folder, env: ENV });
    await web.close();
    assert.equal(once.noted().length, 4);
    const always = await driver(t, {}, 'exit 1');
    await assert.rejects(
      openHostBrowser({ path: always.folder, env: ENV }),
      new HostToolError(`'${always.program}' ends at once when it is started.`, INSTALL),
    );
    assert.deepEqual(
      always.noted().filter((line, place) => place % 2 === 0 && existsSync(line)),
      [],
    );
    assert.ok(readdirSync(always.folder).includes('notes'));
  },
);

const phone = (port: number) => ({
  appium: { port, adbPort: 5038, aliases: true },
  serial: 'abc',
  prepared: true,
  chromedriver: '/opt/chromedriver',
});

test("the phone's Chrome is taken as it runs, by the chromedriver that fits it", async (t) => {
  const server = await startFakeWebdriver(t);
  const web = await openPhoneBrowser(phone(server.port));
  const wanted = capabilitiesOf(server.find('POST /session')?.body);
  assert.deepEqual(
    [
      wanted['browserName'],
      wanted['appium:chromedriverExecutable'],
      wanted['appium:chromeOptions'],
      wanted['appium:udid'],
    ],
    ['Chrome', '/opt/chromedriver', { androidUseRunningApp: true }, 'abc'],
  );
  assert.equal(server.asked.filter(({ what }) => what === CDP).length, 2);
  await web.close();
  assert.ok(server.find('DELETE /session/s1'));
});

test('an older Chrome on the phone that takes no headers is used all the same', async (t) => {
  const server = await startFakeWebdriver(t, { [CDP]: failed('unknown command') });
  await (await openPhoneBrowser(phone(server.port))).close();
});

test('a chromedriver that does not fit Chrome on the phone is reported as that, and any other fault as its own', async (t) => {
  for (const said of [
    'This version of ChromeDriver only supports Chrome version 99',
    'No Chromedriver found',
  ]) {
    const server = await startFakeWebdriver(t, { 'POST /session': failed(said) });
    await assert.rejects(
      openPhoneBrowser(phone(server.port)),
      (error) =>
        error instanceof HostToolError &&
        error.message === "The chromedriver does not fit Chrome on the phone 'abc'." &&
        /install the chromedriver of the version that Chrome on the phone has/.test(error.hint),
    );
  }
  const server = await startFakeWebdriver(t, { 'POST /session': failed('socket hang up') });
  await assert.rejects(openPhoneBrowser(phone(server.port)), SessionError);
});
