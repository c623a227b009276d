import log from 'loglevel';
import { formatError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { say } from './terminal.ts';

const OF_A_DISK = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'];

/**
 * WebdriverIO writes its log through a stream of its own, whose errors nothing handles, so on a full disk Node
 * would end the program in the middle of a run. A write that a disk refuses is said once, and the run goes
 * on; every other fault ends the program, as Node does.
 */
export function outliveFullLogs(): void {
  let isSaid = false;
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    if (!isOfALog(error)) {
      say(formatError(error));
      process.exit(1);
    }
    // Without its file WebdriverIO's logger prints to stdout, page sources and all.
    for (const logger of Object.values(log.getLoggers())) logger.setLevel('silent', false);
    if (!isSaid) say(`A log cannot be written any more: ${fileFault(error)}.\n→ free space for EVIDENCE_DIR`);
    isSaid = true;
  });
}

function isOfALog({ path, syscall, code = '' }: NodeJS.ErrnoException): boolean {
  return path?.endsWith('wdio.log') === true || (syscall === 'write' && OF_A_DISK.includes(code));
}
