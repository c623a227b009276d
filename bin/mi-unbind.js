#!/usr/bin/env node
// @ts-check
// Plain JavaScript for whatever Node is on the PATH: the program itself is TypeScript and needs Node 24,
// which the dependency `node` installs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/cli/mi-unbind.ts', import.meta.url);
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  // What is compiled is kept for the next start, which takes half as long then.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
  await import(main.href);
} else {
  const node = ownNode();
  if (node === undefined) {
    console.error(
      `mi-unbind needs Node 24 or newer, and this is ${process.version}.\n→ run 'npm ci' in its folder, which installs one; after 'npm ci --ignore-scripts', run 'npm rebuild node'`,
    );
    process.exit(2);
  }
  // By the channel the child notices when this process is gone, however it was ended, and ends too.
  const preload = new URL('../src/host/end-with-parent.ts', import.meta.url).href;
  const child = spawn(node, ['--import', preload, fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // The child ends cleanly and this one with it. Ctrl-C in a terminal reaches both; a signal to this process
  // alone is passed on.
  process.on('SIGINT', () => process.platform === 'win32' || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return ['node', 'node.exe'].map((name) => join(folder, 'bin', name)).find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}
