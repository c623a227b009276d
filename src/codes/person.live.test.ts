import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const isScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
const skip = isScript
  ? false
  : 'script of util-linux, which makes a terminal, is not installed (apt-get install bsdutils)';

const folder = mkdtempSync(join(tmpdir(), 'person-'));
after(() => rmSync(folder, { recursive: true }));

const PROGRAM = `
import { personSource, terminalAsker } from '${pathToFileURL(join(import.meta.dirname, 'person.ts')).href}';
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const source = personSource({ ask: terminalAsker() });
try {
  const since = await source.baseline();
  const wait = { since, address: 'ivan@example.com', timeoutMs: Number(process.argv[2]), signal: stop.signal };
  for (let code = 0; code < 2; code++) console.log('got', (await source.waitForCode(wait)).code.reveal().split('').join('.'));
} catch (error) {
  console.log('error', error.message);
}
`;

/** The program at a terminal of its own. Ends by itself. */
function atTerminal(timeoutMs: number) {
  const program = join(folder, 'ask.mjs');
  writeFileSync(program, PROGRAM);
  const command = `'${process.execPath}' --disable-warning=ExperimentalWarning '${program}' ${timeoutMs}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  return {
    type: (text: string) => void child.stdin.write(text),
    /** Resolves when it has said this, from where it was last waited for. */
    async says(words: string): Promise<void> {
      while (!said.includes(words)) {
        const over = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          ended.then(() => true),
        ]);
        if (over && !said.includes(words))
          assert.fail(`It ended without saying '${words}'. It said:\n${said}`);
      }
      said = said.slice(said.indexOf(words) + words.length);
    },
    ended,
    rest: () => said,
  };
}

describe('a person at a terminal', { skip }, () => {
  it('types a code, is asked again after nonsense, and for the next one', async () => {
    const terminal = atTerminal(300_000);
    await terminal.says('Code sent to i***@example.com (5 min left): ');
    terminal.type('hm\n');
    await terminal.says('That is no code. A code has 6 digits');
    await terminal.says('left): ');
    terminal.type('123 456\n');
    await terminal.says('got 1.2.3.4.5.6');
    await terminal.says('left): ');
    terminal.type('65432x\u007f1\n');
    await terminal.says('got 6.5.4.3.2.1');
    await terminal.ended;
  });

  it('interrupts with Ctrl-C', async () => {
    const terminal = atTerminal(300_000);
    await terminal.says('left): ');
    terminal.type('12\u0003');
    await terminal.says('error interrupted');
    await terminal.ended;
  });

  it('leaves by the deadline with nothing left open', async () => {
    const terminal = atTerminal(300);
    await terminal.says("\nerror No verification code came to 'person' within 0 s: nothing was typed in.");
    await terminal.ended;
  });

  it('closes the terminal with Ctrl-D', async () => {
    const terminal = atTerminal(300_000);
    await terminal.says('left): ');
    terminal.type('\u0004');
    await terminal.says('the terminal was closed');
    await terminal.ended;
  });
});

it('without a terminal nobody is asked', () => {
  const program = join(folder, 'ask.mjs');
  writeFileSync(program, PROGRAM);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, '1000'],
    {
      encoding: 'utf8',
      input: '123456\n',
    },
  );
  assert.match(stdout, /^error The code source 'person' cannot be used: there is no terminal/);
  assert.equal(stderr, '');
});
