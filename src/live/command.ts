import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { forgetSettings } from '../config/config.ts';
import { MiUnbindError } from '../errors.ts';
import { openProgram } from '../cli/program.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** What it was refused with. */
  error?: MiUnbindError;
}

/** For tests: what this process writes from now on. What the test runner itself writes are Buffers. */
export function overhear(t: TestContext): { stdout: string; stderr: string; end(): void } {
  const caught = (['stdout', 'stderr'] as const).map((name) => {
    const write = process[name].write.bind(process[name]) as (chunk: unknown) => boolean;
    const keep = (chunk: unknown) => {
      if (Buffer.isBuffer(chunk)) return write(chunk);
      said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      return true;
    };
    return t.mock.method(process[name], 'write', keep);
  });
  const said = { stdout: '', stderr: '', end: () => caught.forEach(({ mock }) => mock.restore()) };
  return said;
}

/** How many texts the command line that runs now has written to stdout. */
export function textsSaid(): number {
  const { mock } = process.stdout.write as Partial<ReturnType<TestContext['mock']['fn']>>;
  return mock?.calls.filter(({ arguments: [chunk] }) => typeof chunk === 'string').length ?? 0;
}

/** What the command line that runs now has said to people so far. */
export function saidSoFar(): string {
  const { mock } = process.stderr.write as Partial<ReturnType<TestContext['mock']['fn']>>;
  const texts = mock?.calls.map(({ arguments: [chunk] }) => (typeof chunk === 'string' ? chunk : ''));
  return (texts ?? []).join('');
}

/** For tests: runs a command line in this process; gives what it says. */
export async function run(t: TestContext, ...words: string[]): Promise<Ran> {
  const said = overhear(t);
  process.exitCode = undefined;
  const result = (code: number) => ({ code, stdout: said.stdout, stderr: said.stderr });
  try {
    const answered = await (await openProgram(() => undefined, words)).run(words);
    return result(answered ?? Number(process.exitCode ?? 0));
  } catch (error) {
    if (!(error instanceof MiUnbindError)) throw error;
    return { ...result(error.exitCode), error };
  } finally {
    process.exitCode = undefined;
    said.end();
  }
}

/**
 * For a test file: a temporary folder that is the working folder until its end, with these settings in it, and
 * none in the environment.
 */
export function workFolder(name: string, settings: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), `mi-unbind-${name}-`));
  const home = process.cwd();
  process.chdir(folder);
  forgetSettings();
  const given = { DATA_DIR: 'data', EVIDENCE_DIR: 'runs', RECORDS_DIR: 'records', ...settings };
  writeFileSync(
    '.env',
    Object.entries(given)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
    {
      mode: 0o600,
    },
  );
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  return folder;
}
