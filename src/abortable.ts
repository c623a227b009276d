/**
 * The work's own result, or a rejection with the signal's reason `graceMs` after it was aborted. What the
 * work does later is ignored. For work that may hang: a phone that does not answer must not delay the
 * end of a run that is stopped.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal, graceMs = 0): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const leave = () => reject(signal.reason);
  const stop = () => {
    if (graceMs === 0) leave();
    else timer = setTimeout(leave, graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
