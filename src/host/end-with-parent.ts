import { rmSync } from 'node:fs';

/**
 * Preloaded into a child process: it ends when the process that started it is gone, however that ended, and
 * takes the folder along that its own address names (`end-with-parent.ts?folder=PATH`). Needs an IPC channel.
 */
const folder = new URL(import.meta.url).searchParams.get('folder');
process.on('disconnect', () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  process.exit();
});
process.channel?.unref();
