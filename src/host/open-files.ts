import { HostToolError } from '../errors.ts';

/**
 * File descriptors of the process that has most of them, this one: it was seen to hold 35 and 15 for each
 * phone that is worked on. Half of what is asked for is for what was not seen.
 */
const [FIRST, EACH] = [64, 32];

export function openFilesNeeded(phones: number): number {
  return FIRST + EACH * phones;
}

/**
 * How many files a process may have open here, so far as the system says. Node has raised it to what the
 * system allows.
 */
export function openFilesAllowed(): number | undefined {
  // Else it looks up names of the network. Its types do not know it yet.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const limit = Number(userLimits?.open_files?.soft);
  return Number.isNaN(limit) ? undefined : limit;
}

/**
 * Throws before anything is begun that would break off in the middle, where it is not certain what has been
 * done.
 */
export function assertOpenFiles(phones: number, allowed: number | undefined = openFilesAllowed()): void {
  const needed = openFilesNeeded(phones);
  if (allowed === undefined || allowed >= needed) return;
  const what = phones === 1 ? 'one phone needs' : `${phones} phones at once need`;
  const fewer =
    phones === 1 ? '' : `, or give --parallel ${Math.max(1, Math.floor((allowed - FIRST) / EACH))}`;
  throw new HostToolError(
    `A program may open ${allowed} files on this computer, and ${what} ${needed}.`,
    `${raise(needed)}${fewer}`,
  );
}

export function raise(needed: number): string {
  return `raise the limit to ${needed} or more: 'ulimit -n ${needed}', 'nofile' in /etc/security/limits.conf, LimitNOFILE= of the service`;
}
