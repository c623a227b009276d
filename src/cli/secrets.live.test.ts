import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import type { PhoneSpec } from '../sim/spec.ts';
import { LiveRig, parseResult } from '../live/rig.ts';
import { proc, type ProgramEnd, type ProgramSurroundings } from '../live/program.ts';

/** Its plain part survives every way of quoting, so it is what is looked for, as it is and as base64. */
const CORE = 'Kanarie7Qx';
const CANARY = `${CORE}&"'\\%ß`;
const TRACES = [
  CORE,
  Buffer.from(CANARY).toString('base64').slice(0, 12),
  encodeURIComponent(CANARY).slice(0, 12),
];
/** The colour password fields are painted over with. */
const PAINT = [0x9a, 0xa0, 0xa6, 0xff];

const account = { id: '6230001777', password: CANARY, syncedData: ['contacts' as const] };
const phone: PhoneSpec = { pace: 'real', costs: 'none', helpers: 'current', screenshots: 'full' };

/** Files under a folder, its hidden ones included, in which a trace of the canary stands. */
function findTraces(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return TRACES.some((trace) => bytes.includes(trace));
    });
}

describe('a password', () => {
  let rig: LiveRig;
  let serial: string;
  /** Everything the runs of this file may write to. */
  let written: string;
  before(async () => {
    // The canary is given to the phone later: the file the phones are started from is no output.
    rig = await LiveRig.start([phone]);
    serial = rig.serials[0] ?? '';
    written = join(rig.folder, 'written');
    mkdirSync(join(written, 'tmp'), { recursive: true });
  });
  after(() => rig?.stop());

  /**
   * A run at the most talkative level, beside which the process table is read over and over. Its output is
   * kept as files too.
   */
  const watched = async (
    name: string,
    spec: PhoneSpec,
    args: string[],
    surroundings: ProgramSurroundings,
  ): Promise<ProgramEnd> => {
    await rig.put(serial, spec);
    const program = rig.start(
      ['sign-out', serial, '--data', 'keep', '--json', '--evidence', join(written, name), ...args],
      {
        ...surroundings,
        env: { LOG_LEVEL: 'debug', TMPDIR: join(written, 'tmp'), ...surroundings.env },
      },
    );
    const seen = new Set<string>();
    const inherited = new Set<string>();
    const watch = setInterval(() => {
      void promisify(execFile)('ps', ['-eo', 'args']).then(({ stdout }) => seen.add(stdout));
      const processes = program.processes();
      // A child that has not begun its own program yet looks like its parent for a moment.
      const own = processes.get(String(program.pid));
      for (const [pid, line] of processes)
        if (line !== own && proc(pid, 'environ').includes(CORE)) inherited.add(line);
    }, 200);
    const ended = await program.ended;
    clearInterval(watch);
    assert.ok(
      [...seen].some((table) => table.includes('appium')),
      'the process table was read while Appium ran',
    );
    assert.deepEqual(
      [...seen].filter((table) => table.includes(CORE)),
      [],
    );
    assert.deepEqual([...inherited], [], 'processes with the password in their environment');
    writeFileSync(join(written, `${name}.out`), ended.stdout);
    writeFileSync(join(written, `${name}.err`), ended.stderr);
    return ended;
  };

  it('that is right is in nothing that is written, in no process table and in no environment', async () => {
    const { stdout } = await watched('right', { ...phone, account }, ['--password-env', 'MI_PASSWORD'], {
      env: { MI_PASSWORD: CANARY },
    });
    const { outcome, evidence } = parseResult(stdout);
    assert.equal(outcome, 'signed-out');
    const logs = ['appium.log', 'wdio.log'].map((name) => readFileSync(join(evidence, name), 'utf8'));
    for (const log of logs)
      assert.match(log, /\/element\/[^/]+\/value/, 'the log tells that something was typed');
    assert.match(logs[0] ?? '', /\/value \*\*SECURE\*\*/);
    assert.deepEqual(findTraces(written), []);
  });

  it('that is wrong is nowhere either', async () => {
    const others = { ...phone, account: { ...account, password: 'Other-pass1' } };
    const { stdout } = await watched('wrong', others, ['--password-stdin'], { input: `${CANARY}\n` });
    assert.equal(parseResult(stdout).reason, 'wrong-password');
    assert.deepEqual(findTraces(written), []);
  });

  it('is painted over in every screenshot that shows its field, also behind a progress dialog', () => {
    const pages = ['right', 'wrong'].flatMap((name) => fieldsIn(join(written, name)));
    const named = (page: string) => pages.filter((one) => one.page === page);
    assert.ok(named('password dialog').length >= 2);
    assert.ok(named('progress').length >= 1, 'a progress dialog over the password dialog was seen');
    for (const { file, page, painted } of pages) assert.ok(painted, `${page}: ${file}`);
  });

  it('would be found: this check sees it in files, as it is and encoded, and sees a field that is not painted over', () => {
    assert.deepEqual(findTraces(written), []);
    const planted = join(written, 'tmp', 'deeper');
    mkdirSync(planted);
    const traces = {
      plain: `x${CANARY}x`,
      '.hidden': CORE,
      base64: Buffer.from(CANARY).toString('base64'),
      json: JSON.stringify({ a: CANARY }),
    };
    for (const [name, text] of Object.entries(traces)) writeFileSync(join(planted, name), text);
    assert.deepEqual(
      findTraces(written).sort(),
      Object.keys(traces)
        .map((name) => join(planted, name))
        .sort(),
    );
    const [first] = readdirSync(join(written, 'right')).map((run) => join(written, 'right', run));
    assert.equal(isPainted(join(first ?? '', '01-mi-account-page.png'), [100, 100, 900, 2000]), false);
  });
});

type Box = [left: number, top: number, right: number, bottom: number];

/**
 * The pages of the one run in a folder on whose screenshots a password field is to be seen: in front, or
 * through what lies over it.
 */
function fieldsIn(folder: string): { page: string; file: string; painted: boolean }[] {
  const run = join(folder, readdirSync(folder)[0] ?? '');
  const entries = readFileSync(join(run, 'timeline.jsonl'), 'utf8').trim().split('\n');
  let behind: Box | undefined;
  return entries.flatMap((line) => {
    const { kind, page, screenshot, source } = JSON.parse(line) as Record<
      'kind' | 'page' | 'screenshot' | 'source',
      string
    >;
    if (kind !== 'page') return [];
    const xml = readFileSync(join(run, source), 'utf8');
    const field = /<[^>]* password="true"[^>]*>/.exec(xml)?.[0];
    const bounds = (text: string) =>
      (/ bounds="\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]"/.exec(text) ?? []).slice(1).map(Number) as Box;
    if (field) behind = bounds(field);
    // A dialog of progress leaves the window under it on the screen; every other page takes its place.
    else if (page !== 'progress') behind = undefined;
    return behind ? [{ page, file: screenshot, painted: isPainted(join(run, screenshot), behind) }] : [];
  });
}

/** Whether nothing but paint is in the box. */
function isPainted(file: string, [left, top, right, bottom]: Box): boolean {
  const png = readFileSync(file);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const image = `<image width="${width}" height="${height}" href="data:image/png;base64,${png.toString('base64')}"/>`;
  const { pixels } = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`,
  ).render();
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      if (PAINT.some((value, channel) => pixels[at + channel] !== value)) return false;
    }
  }
  return true;
}
