import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Resvg } from '@resvg/resvg-js';
import type { Browser } from 'webdriverio';
import { PageSource } from '../../pageobjects/look.ts';
import { instantClock } from '../clock.ts';
import type { MiUnbindError } from '../errors.ts';
import { pngSize } from '../formats/png.ts';
import { isBlack } from './drawn.ts';
import { Evidence } from './evidence.ts';
import { pictureOf } from './picture.ts';

/** A white screen of 100 × 200 px. */
const screen = Buffer.from(
  new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="200"><rect width="100" height="200" fill="#fff"/></svg>',
  )
    .render()
    .asPng(),
);
const browser = (takeScreenshot: () => Promise<string>) => ({ takeScreenshot }) as unknown as Browser;
const camera = browser(() => Promise.resolve(screen.toString('base64')));
const looking = (...nodes: string[]) =>
  new PageSource(
    `<hierarchy>${nodes.map((node) => `<node ${node.includes('class=') ? '' : 'class="a.View" '}package="com.example" ${node}/>`).join('')}</hierarchy>`,
  );

function evidence(t: TestContext): Evidence {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  t.after(() => rm(folder, { recursive: true }));
  return new Evidence(folder, instantClock());
}

/** Colour of one pixel, `#rrggbb`. */
function pixel(file: string, x: number, y: number): string {
  const { height } = pngSize(readFileSync(file));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><image x="${-x}" y="${-y}" width="100" height="${height}" href="data:image/png;base64,${readFileSync(file).toString('base64')}"/></svg>`;
  return `#${new Resvg(svg).render().pixels.subarray(0, 3).toString('hex')}`;
}

test('that the password is about to be submitted is on disk when the call returns', (t) => {
  const run = evidence(t);
  run.passwordSubmitted();
  assert.match(readFileSync(join(run.folder, 'timeline.jsonl'), 'utf8'), /"kind":"password-submitted"/);
  assert.equal(run.progress.passwordSubmitted, true);
});

test('a password field is painted over on its page and behind a dialog, not on the next full page', async (t) => {
  const run = evidence(t);
  const whole = 'bounds="[0,0][100,200]"';
  await run.page(
    'password dialog',
    looking(whole, 'password="true" text="secret" bounds="[10,50][90,60]"'),
    camera,
  );
  await run.page('progress', looking('bounds="[0,150][100,200]"'), camera);
  await run.page('account page', looking(whole), camera);
  await run.close({});
  assert.equal(pixel(join(run.folder, '01-password-dialog.png'), 50, 55), '#9aa0a6');
  assert.equal(pixel(join(run.folder, '01-password-dialog.png'), 50, 70), '#ffffff');
  assert.equal(pixel(join(run.folder, '02-progress.png'), 50, 55), '#9aa0a6');
  assert.equal(pixel(join(run.folder, '03-account-page.png'), 50, 55), '#ffffff');
  assert.doesNotMatch(readFileSync(join(run.folder, '01-password-dialog.xml'), 'utf8'), /secret/);
});

test('the picture of the page on which a flow ends is taken meanwhile, and what is kept next and the end wait for it', async (t) => {
  const run = evidence(t);
  const first = Promise.withResolvers<string>();
  let asked = 0;
  const slow = browser(() => (asked++ === 0 ? first.promise : Promise.resolve(screen.toString('base64'))));
  const look = looking('bounds="[0,0][100,200]"');
  run.lastPage('the end', look, slow, pictureOf(slow));
  assert.equal(run.shown, look.fingerprint, 'at once');
  const next = run.page('after it', look, slow);
  await setTimeout(1);
  assert.deepEqual([asked, run.events], [1, []]);
  first.resolve(screen.toString('base64'));
  await next;
  run.lastPage('the very end', look, slow, pictureOf(slow));
  await run.close({});
  const pictures = readdirSync(run.folder).filter((name) => name.endsWith('.png'));
  assert.deepEqual(pictures.sort(), ['01-the-end.png', '02-after-it.png', '03-the-very-end.png']);
});

test('a picture that was begun beside the look is the one kept', async (t) => {
  const run = evidence(t);
  const none = browser(() => Promise.reject(new Error('one is enough')));
  await run.page('home', looking('bounds="[0,0][100,200]"'), none, Promise.resolve(screen));
  await run.close({});
  assert.equal(
    run.events.some((event) => 'drawn' in event),
    false,
  );
  assert.equal(pixel(join(run.folder, '01-home.png'), 50, 55), '#ffffff');
});

test('a message that lies over a password field stays readable', async (t) => {
  const run = evidence(t);
  await run.page(
    'password dialog',
    looking('bounds="[0,0][100,200]"', 'password="true" bounds="[10,150][90,160]"'),
    camera,
  );
  await run.page('message', looking('bounds="[0,140][100,200]"'), camera);
  await run.page('progress', looking('bounds="[0,180][100,200]"'), camera);
  await run.close({});
  assert.equal(pixel(join(run.folder, '02-message.png'), 50, 155), '#ffffff');
  assert.equal(
    pixel(join(run.folder, '03-progress.png'), 50, 155),
    '#9aa0a6',
    'the field is there again behind the next window',
  );
});

test('a window over a part of a field is not painted over, and the rest of the field is', async (t) => {
  const run = evidence(t);
  await run.page(
    'password dialog',
    looking('bounds="[0,0][100,200]"', 'password="true" bounds="[10,100][90,160]"'),
    camera,
  );
  await run.page('message', looking('bounds="[0,140][60,200]"'), camera);
  await run.close({});
  const file = join(run.folder, '02-message.png');
  const points: [number, number][] = [
    [50, 120],
    [50, 155],
    [80, 155],
  ];
  assert.deepEqual(
    points.map(([x, y]) => pixel(file, x, y)),
    ['#9aa0a6', '#ffffff', '#9aa0a6'],
  );
});

test('boxes are where they belong on a picture of another scale', async (t) => {
  const run = evidence(t);
  const source =
    '<hierarchy width="200"><node class="page" bounds="[0,0][200,400]"/><node class="password" password="true" bounds="[20,100][180,120]"/></hierarchy>';
  await run.page('web page', new PageSource(source), camera);
  await run.close({});
  assert.deepEqual(
    [55, 110].map((y) => pixel(join(run.folder, '01-web-page.png'), 50, y)),
    ['#9aa0a6', '#ffffff'],
  );
});

test('a page that refuses its picture keeps its source, and the run goes on', async (t) => {
  const run = evidence(t);
  await run.page(
    'secure page',
    looking('bounds="[0,0][100,200]"'),
    browser(() => Promise.reject(new Error('secure flag'))),
  );
  await run.close({ outcome: 'signed-out' });
  assert.equal(readFileSync(join(run.folder, '01-secure-page.xml'), 'utf8').includes('[0,0][100,200]'), true);
  assert.deepEqual(run.events[0], { ...run.events[0], drawn: true, screenshot: '01-secure-page.png' });
});

test('a page of which the phone gives a black picture is drawn from its masked source, and that is said', async (t) => {
  const black = Buffer.from(
    new Resvg(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="200"><rect width="100" height="200"/></svg>',
    )
      .render()
      .asPng(),
  );
  const run = evidence(t);
  run.know({ accounts: ['6230***535'] });
  const page = looking(
    'bounds="[0,0][100,200]"',
    'password="true" text="secret-pass" bounds="[10,50][90,70]"',
    'class="android.widget.Button" clickable="true" text="OK" bounds="[10,100][90,120]"',
    'text="6230001535" bounds="[10,150][90,170]"',
  );
  await run.page(
    'password dialog',
    page,
    browser(() => Promise.resolve(black.toString('base64'))),
  );
  await run.page('account page', page, camera);
  await run.close({});
  const [drawn, taken] = run.events;
  assert.ok(drawn?.kind === 'page' && drawn.drawn === true);
  assert.ok(taken?.kind === 'page' && taken.drawn === undefined);
  const file = join(run.folder, '01-password-dialog.png');
  assert.deepEqual(
    [
      [60, 60],
      [15, 105],
      [5, 190],
    ].map(([x, y]) => pixel(file, x!, y!)),
    ['#9aa0a6', '#eef1f6', '#ffffff'],
    'a field is covered, a button is a box, and the page is no black picture',
  );
  assert.equal(isBlack(screen), false);
  assert.equal(isBlack(readFileSync(file)), false);
});

test('a page in dark colours is no black picture', () => {
  const dark = new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="600"><rect width="300" height="600"/><rect x="9" y="300" width="1" height="1" fill="#fff"/></svg>',
  );
  assert.equal(isBlack(Buffer.from(dark.render().asPng())), false);
});

test('a field and a code are painted over wherever they stand', async (t) => {
  const run = evidence(t);
  const field = 'class="android.widget.EditText" text="918273" bounds="[10,50][90,60]"';
  await run.page(
    'code page',
    looking('bounds="[0,0][100,200]"', field, 'text="code: 564 738" bounds="[10,100][90,110]"'),
    camera,
  );
  await run.close({});
  const file = join(run.folder, '01-code-page.png');
  assert.deepEqual(
    [55, 105, 150].map((y) => pixel(file, 50, y)),
    ['#9aa0a6', '#9aa0a6', '#ffffff'],
  );
  assert.doesNotMatch(readFileSync(join(run.folder, '01-code-page.xml'), 'utf8'), /918273|564/);
});

test('a picture for a person is readable by its owner alone', (t) => {
  const run = evidence(t);
  const files = [run.picture('captcha', screen), run.picture('captcha', screen)];
  assert.notEqual(files[0], files[1]);
  for (const file of files) {
    assert.deepEqual(readFileSync(file), screen);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  }
});

const full = { skip: existsSync('/dev/full') ? false : 'only Linux has a disk that is always full' };

for (const [what, file] of [
  ['the timeline', 'timeline.jsonl'],
  ['a page source', '01-account-page.xml'],
  ['a picture', '01-account-page.png'],
] as const) {
  test(`a full disk under ${what} ends the run in words while nothing is submitted`, full, async (t) => {
    const run = evidence(t);
    symlinkSync('/dev/full', join(run.folder, file));
    const fails = async () => {
      await run.page('account page', looking('bounds="[0,0][100,200]"'), camera);
      // Pictures and sources are written beside the run: the first step after the fault is the last.
      for (;;) {
        run.step('tap Sign out');
        await setTimeout(1);
      }
    };
    await assert.rejects(fails, (error: MiUnbindError) => {
      assert.deepEqual([error.code, error.exitCode], ['folder', 2]);
      assert.match(
        error.message,
        /^The folder of evidence '.*' cannot take what a run writes: the disk is full\.$/,
      );
      assert.match(error.mayHaveRun ?? '', /The password had not been submitted/);
      return true;
    });
    assert.equal(await run.close({ outcome: 'error' }), 'the disk is full');
  });

  test(
    `a full disk under ${what} stops no run whose password is out, and is reported at its end`,
    full,
    async (t) => {
      const run = evidence(t);
      run.passwordSubmitted();
      rmSync(join(run.folder, file), { force: true });
      symlinkSync('/dev/full', join(run.folder, file));
      await run.page('account page', looking('bounds="[0,0][100,200]"'), camera);
      run.step('wait');
      assert.equal(await run.close({ outcome: 'signed-out' }), 'the disk is full');
      assert.equal(run.events.length, 3);
    },
  );
}

test('a picture for a person that cannot be written is said', full, (t) => {
  const run = evidence(t);
  symlinkSync('/dev/full', join(run.folder, 'captcha-1.png'));
  assert.throws(() => run.picture('captcha', screen), /the disk is full/);
});

test('all of it is readable by its owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const parent = evidence(t).folder;
  const run = new Evidence(join(parent, 'deep', 'run'), instantClock());
  await run.page('account page', looking('bounds="[0,0][100,200]"'), camera);
  assert.equal(await run.close({}), undefined);
  assert.deepEqual(readdirSync(run.folder).sort(), [
    '01-account-page.png',
    '01-account-page.xml',
    'result.json',
    'timeline.jsonl',
  ]);
  for (const file of readdirSync(run.folder))
    assert.equal(statSync(join(run.folder, file)).mode & 0o777, 0o600, file);
  for (const folder of [run.folder, join(parent, 'deep')])
    assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
});

test("the account's id is painted over on its page and behind a dialog, and the words of the page are left in its source", async (t) => {
  const run = evidence(t);
  run.know({ accounts: ['6230***535'] });
  const id = 'text="6230 0015 35" bounds="[10,50][90,60]"';
  await run.page(
    'account page',
    looking('bounds="[0,0][100,200]"', id, 'text="Sign out" bounds="[10,100][90,110]"'),
    camera,
  );
  await run.page('progress', looking('bounds="[0,150][100,200]"'), camera);
  await run.close({});
  for (const file of ['01-account-page.png', '02-progress.png'])
    assert.deepEqual(
      [55, 105].map((y) => pixel(join(run.folder, file), 50, y)),
      ['#9aa0a6', '#ffffff'],
      file,
    );
  const source = readFileSync(join(run.folder, '01-account-page.xml'), 'utf8');
  assert.match(source, /text="Sign out"/);
  assert.doesNotMatch(source, /6230|0015/);
  assert.equal(run.masked('element "6230***535" is gone'), 'element "•••" is gone');
});

test('what shines through around the first window of a run is painted over: its page was not seen', async (t) => {
  const run = evidence(t);
  await run.page('password dialog', looking('bounds="[0,150][100,200]"'), camera);
  await run.close({});
  assert.deepEqual(
    [50, 170].map((y) => pixel(join(run.folder, '01-password-dialog.png'), 50, y)),
    ['#9aa0a6', '#ffffff'],
  );
});

test('behind a dialog is covered what was covered on any page before, whichever of them it is', async (t) => {
  const run = evidence(t);
  await run.page(
    'account page',
    looking('bounds="[0,0][100,200]"', 'text="6230001535" bounds="[10,50][90,60]"'),
    camera,
  );
  await run.page('keep or remove', looking('bounds="[0,0][100,200]"'), camera);
  await run.page('password dialog', looking('bounds="[0,150][100,200]"'), camera);
  await run.close({});
  assert.equal(pixel(join(run.folder, '02-keep-or-remove.png'), 50, 55), '#ffffff');
  assert.equal(pixel(join(run.folder, '03-password-dialog.png'), 50, 55), '#9aa0a6');
});

test('behind a dialog of Miuix, whose root fills the screen, is covered what lies beside its card', async (t) => {
  const run = evidence(t);
  const app = 'resource-id="com.xiaomi.account:id/';
  const dialog = new PageSource(
    `<hierarchy width="100" height="200"><node package="com.xiaomi.account" ${app}dialog_root_view" bounds="[0,0][100,200]"><node package="com.xiaomi.account" ${app}dialog_dim_bg" bounds="[0,0][100,200]"/><node package="com.xiaomi.account" ${app}parentPanel" bounds="[0,150][100,200]"/></node></hierarchy>`,
  );
  await run.page(
    'account page',
    looking('bounds="[0,0][100,200]"', 'text="6230001535" bounds="[10,50][90,60]"'),
    camera,
  );
  await run.page('progress', dialog, camera);
  await run.close({});
  assert.deepEqual(
    [55, 170].map((y) => pixel(join(run.folder, '02-progress.png'), 50, y)),
    ['#9aa0a6', '#ffffff'],
  );
});
