import { rmSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { isCompiled, programFolder } from '../own-files.ts';

/**
 * Preloaded into a child process: it ends when the process that started it is gone, however that ended, and
 * takes the folder along that its own address names (`end-with-parent.ts?folder=PATH`). Needs an IPC channel.
 * What it compiles is kept for the next start: at its end, or at a message, since a child that is killed writes
 * nothing. From that message on it says again and again what it holds in memory (`{ rss }`, bytes).
 */
const EACH = 10_000;
// Of the installed package, NODE_COMPILE_CACHE says where: it may be read-only.
if (!isCompiled) enableCompileCache(join(programFolder, 'node_modules/.cache/node'));
const folder = new URL(import.meta.url).searchParams.get('folder');
const end = () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  process.exit();
};
process.on('disconnect', end);
// It may have ended before this was loaded.
if (process.send && !process.connected) end();
process.on('message', () => {
  flushCompileCache();
  const say = () => process.send?.({ rss: process.memoryUsage.rss() });
  say();
  setInterval(say, EACH).unref();
});
process.channel?.unref();
