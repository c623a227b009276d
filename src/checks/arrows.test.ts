import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { test } from 'node:test';
import { roomOf, violations } from './arrows.ts';

const files = globSync(['{src,specs,pageobjects,bench}/**/*.ts', '*.ts']).map((file) =>
  file.replaceAll(sep, '/'),
);

test('the sources keep the house rules', () => {
  assert.ok(files.length > 20, 'the sources are found');
  assert.deepEqual(
    files.flatMap((file) => violations(file, readFileSync(file, 'utf8'))),
    [],
  );
});

test('a file belongs to the room it lies in', () => {
  assert.deepEqual(
    [
      'src/sim/screen/view.ts',
      'src/clock.ts',
      'pageobjects/web/login.page.ts',
      'specs/keep.spec.ts',
      'wdio.conf.ts',
    ].map(roomOf),
    ['sim', 'ground', 'pageobjects', 'specs', 'root'],
  );
});

const broken: [what: string, path: string, text: string, ...says: string[]][] = [
  [
    'HTML that does not escape',
    'src/report/page.ts',
    'export const row = (name: string) =>\n  `<td>${name}</td>`;',
    'src/report/page.ts:2 puts values into HTML that does not escape. Write html`…`, of src/formats/html.ts.',
  ],
  [
    'the sim importing a page',
    'src/sim/apps/app.ts',
    "import { ids } from '../../../pageobjects/mi-account.page.ts';",
    'src/sim/apps/app.ts imports pageobjects/mi-account.page.ts: sim may import the ground. Take what you need as a parameter, or move what both need to src/.',
  ],
  [
    'a type of the sim in a page',
    'pageobjects/mi-account.page.ts',
    "import type { View } from '../src/sim/screen/view.ts';",
    'pageobjects/mi-account.page.ts imports src/sim/screen/view.ts: pageobjects may import the ground. Take what you need as a parameter, or move what both need to src/.',
  ],
  [
    'an export from another room',
    'src/phone/serial.ts',
    "export * from '../flows/walk.ts';",
    'src/phone/serial.ts imports src/flows/walk.ts: phone may import the ground, host. Take what you need as a parameter, or move what both need to src/.',
  ],
  [
    'an import() of another room',
    'src/flows/sign-out.ts',
    "const sim = await import('../sim/phone/phone.ts');",
    'src/flows/sign-out.ts imports src/sim/phone/phone.ts: flows may import the ground, pageobjects, phone, host. Take what you need as a parameter, or move what both need to src/.',
  ],
  [
    'an import type of another room',
    'src/clock.ts',
    "export let phone: import('./sim/phone/phone.ts').Phone;",
    'src/clock.ts imports src/sim/phone/phone.ts: ground may import the ground. Take what you need as a parameter, or move what both need to src/.',
  ],
  [
    'a value where only types are allowed',
    'src/flows/reset.ts',
    "import { imap } from '../codes/imap/imap.ts';",
    "src/flows/reset.ts imports src/codes/imap/imap.ts: flows may import types only from codes. Write 'import type', or take the value as a parameter.",
  ],
  [
    'settings in a room',
    'src/flows/walk.ts',
    "import { loadSettings } from '../config/config.ts';",
    'src/flows/walk.ts imports src/config/config.ts: only doors (cli, library, wdio, ui, live, fuzz, checks, bench, root) read the settings. Take the value as a parameter.',
  ],
  [
    'an unknown room',
    'src/misc/a.ts',
    "import '../phone/adb.ts';",
    "src/misc/a.ts: the room 'misc' is not in the table of arrows. Add it to src/checks/arrows.ts, or move the file.",
  ],
  [
    'the environment read elsewhere',
    'src/host/tools.ts',
    'const path = process.env.PATH;',
    'src/host/tools.ts reads process.env: only src/config/config.ts does. Add a row to its table and take the value as a parameter.',
  ],
  [
    'a run that asks at the terminal',
    'src/runs/recovery.ts',
    "import { personHere } from '../cli/terminal-person.ts';\nprocess.stdin.resume();",
    'src/runs/recovery.ts imports src/cli/terminal-person.ts: runs may import the ground, flows, jobs, report, phone, codes, lock, letters, store, pageobjects, host, sim. Take what you need as a parameter, or move what both need to src/.',
    'src/runs/recovery.ts uses process.stdin: only doors ask and end. Take the person as a parameter, and give a result.',
  ],
  [
    'the browser global outside the specs',
    'pageobjects/page.ts',
    'await browser.back();',
    'pageobjects/page.ts uses browser: only specs use the browser global and expect. Take the browser as a parameter.',
  ],
  [
    'expect outside the specs',
    'pageobjects/page.ts',
    'await expect(this.button).toBeDisplayed();',
    'pageobjects/page.ts uses expect: only specs use the browser global and expect. Take the browser as a parameter.',
  ],
  [
    '@wdio/globals outside the specs',
    'src/flows/walk.ts',
    "import { browser } from '@wdio/globals';",
    'src/flows/walk.ts uses @wdio/globals: only specs use the browser global and expect. Take the browser as a parameter.',
  ],
  [
    'a pause',
    'specs/keep.spec.ts',
    'await browser.pause(500);',
    'specs/keep.spec.ts pauses: wait for what the phone shows, with the clock where time itself is meant.',
  ],
  [
    'a line past the door to the terminal',
    'src/cli/phones.ts',
    'process.stdout.write(line);',
    'src/cli/phones.ts writes to the terminal: only src/cli/terminal.ts does, which lets no text of others act on it. Use say, print or printJson.',
  ],
  [
    'a drawer for everything',
    'src/flows/utils.ts',
    '',
    "src/flows/utils.ts: a file is named after what it holds, not 'utils'. Rename it.",
  ],
  [
    'a folder that the plan does not have',
    'src/report/pages/run.ts',
    '',
    "src/report/pages: src/report has no folder 'pages'. Move the file up into src/report/, or add the folder to 'walls' in src/checks/arrows.ts.",
  ],
  [
    'a folder in a folder of a room',
    'src/sim/adb/wire/packet.ts',
    '',
    "src/sim/adb/wire: src/sim has no folder 'adb/wire'. Move the file up into src/sim/, or add the folder to 'walls' in src/checks/arrows.ts.",
  ],
  [
    'a file that is too long',
    'src/sim/phone/phone.ts',
    '// line\n'.repeat(361),
    "src/sim/phone/phone.ts: 361 lines, and 360 is the most. Split it by what it does; if it is a table, add it to 'tables' in src/checks/arrows.ts.",
  ],
];
for (const [what, path, text, ...says] of broken) {
  test(`${what} breaks the rules`, () => assert.deepEqual(violations(path, text), says));
}

const kept: [what: string, path: string, text: string][] = [
  ['the ground floor', 'src/sim/phone/phone.ts', "import { systemClock } from '../clock.ts';"],
  ['a package', 'src/sim/phone/phone.ts', "import { z } from 'zod';"],
  [
    'a type where types are allowed',
    'src/flows/reset.ts',
    "import type { CodeSource } from '../codes/source.ts';",
  ],
  [
    'the flow in a spec',
    'specs/keep.spec.ts',
    "import { signOut } from '../src/flows/sign-out.ts';\nawait expect(browser).toHaveText('x');",
  ],
  [
    'everything in a door',
    'src/cli/demo.ts',
    "import '../sim/phone/phone.ts';\nimport '../flows/walk.ts';\nimport '../config/config.ts';",
  ],
  [
    'several rooms and the settings in a live test',
    'src/phone/adb.live.test.ts',
    "import '../config/config.ts';\nimport '../sim/phone/phone.ts';",
  ],
  [
    'a browser that was handed in',
    'pageobjects/page.ts',
    'export const back = (browser: { back(): void }) => browser.back();',
  ],
  [
    'a browser that is a field',
    'pageobjects/page.ts',
    'class Page { constructor(browser: B) { this.browser = browser; } back() { return this.browser.back(); } }',
  ],
  ['a stream that pauses', 'src/sim/stream.ts', 'socket.pause();'],
  ['a long test', 'src/sim/phone/phone.test.ts', '// line\n'.repeat(580)],
  ['a file of the longest length', 'src/sim/phone/phone.ts', '// line\n'.repeat(360)],
];
for (const [what, path, text] of kept) {
  test(`${what} keeps the rules`, () => assert.deepEqual(violations(path, text), []));
}
