/** Preloaded into a child process: it ends when the process that started it is gone, however that ended. Needs an IPC channel. */
process.on('disconnect', () => process.exit());
process.channel?.unref();
