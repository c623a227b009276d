#!/usr/bin/env node
// @ts-check
// Plain JavaScript for whatever Node is on the PATH. The installed package holds the program as JavaScript. A
// checkout holds it as TypeScript, which needs Node 24: the package `node`, which npm ci installs, is one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = new URL('../src/cli/mi-unbind.ts', import.meta.url);
const isCheckout = existsSync(source);
const main = isCheckout ? source : new URL('../dist/src/cli/mi-unbind.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const least = isCheckout ? [24, 0] : [22, 18];
const isNewEnough = major > least[0] || (major === least[0] && minor >= least[1]);
const node = isNewEnough ? undefined : ownNode();

if (isNewEnough) {
  keepCompiled();
  await import(main.href);
} else if (node !== undefined) runWith(node);
else {
  console.error(tooOld());
  process.exit(2);
}

/** What is compiled is kept for the next start, which takes half as long then. The package itself may be read-only. */
function keepCompiled() {
  if (isCheckout) {
    module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
    return;
  }
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    // Appium is to find it too.
    // Written so that Node 14 reads it, to say that it is too old.
    if (process.env.NODE_COMPILE_CACHE === undefined)
      process.env.NODE_COMPILE_CACHE = join(caches, 'mi-unbind', 'node');
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  } catch {
    // A user without a name has no home.
  }
}

/** @param {string} node */
function runWith(node) {
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

/** Of a checkout. */
function ownNode() {
  if (!isCheckout) return undefined;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return ['node', 'node.exe'].map((name) => join(folder, 'bin', name)).find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

function tooOld() {
  const needs = `mi-unbind needs Node ${isCheckout ? '24' : '22.18'} or newer, and this is ${process.version}.`;
  const todo = isCheckout
    ? "run 'npm ci' in its folder, which installs one; after 'npm ci --ignore-scripts', run 'npm rebuild node'"
    : "install Node 24 from https://nodejs.org, or put 'npx --yes --package node@24 --' before the command: npm brings one";
  return `${needs}\n→ ${todo}`;
}
