/** Test files that run in one process, each as a suite of its own. */
export interface Group {
  name: string;
  files: readonly string[];
}

/** What a test file may use of the process it shares: it changes nothing there. */
const READ_ONLY = ['execPath', 'platform', 'cwd', 'pid', 'arch', 'version', 'versions', 'hrtime'];
const CHANGES = [
  new RegExp(`\\bprocess(\\.(?!(${READ_ONLY.join('|')})\\b)|\\[)`),
  /\bglobalThis\b|\bmock\.(timers|module)\b/,
  // Runs command lines in this process: its folder, its settings and what it prints are theirs.
  /\/live\/command\.ts'/,
];
const ZONE = /\/live\/zone\.ts'/;

/** Whether a test file may change what other files in its process see. */
const needsOwnProcess = (text: string): boolean => CHANGES.some((change) => change.test(text));

/** `src/flows`, `src`, `bench`. */
const roomOf = (file: string) => file.replaceAll('\\', '/').split('/').slice(0, -1).slice(0, 2).join('/');

/**
 * The files of a room share a process: starting one and loading the same modules costs more than most of their
 * tests. A file that needs its own process has one; those that name a time zone share with each other.
 */
export function groupsOf(files: readonly string[], textOf: (file: string) => string): Group[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const text = textOf(file);
    const name = needsOwnProcess(text) ? file : `${roomOf(file)}${ZONE.test(text) ? ', in one zone' : ''}`;
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups]
    .map(([name, files]) => ({ name, files }))
    .toSorted((a, b) => b.files.length - a.files.length);
}
