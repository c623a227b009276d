/** Test files that run in one process, each as a suite of its own. */
export interface Group {
  name: string;
  files: readonly string[];
}

/** What a test file may use of the process it shares: it changes nothing there. */
const READ_ONLY = ['execPath', 'platform', 'cwd', 'pid', 'arch', 'version', 'versions', 'hrtime', 'cpuUsage'];
const CHANGES = [
  new RegExp(`(?<![-\\w])process(\\.(?!(${READ_ONLY.join('|')})\\b)|\\[)`),
  /\bglobalThis\b|\bmock\.(timers|module)\b/,
  // Waits more than it works, and others would wait with it.
  /\bconcurrency: \d/,
];
// Runs command lines in this process: its folder, its settings and what it prints are theirs.
const COMMANDS = /\/live\/command\.ts'/;
const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
const ZONE = /\/live\/zone\.ts'/;

/** Whether a test file may change what other files in its process see. */
function needsOwnProcess(text: string): boolean {
  const code = text.replace(STRING, "''");
  return COMMANDS.test(text) || CHANGES.some((change) => change.test(code));
}

/** `src/flows`, `src`, `bench`. */
const roomOf = (file: string) => file.replaceAll('\\', '/').split('/').slice(0, -1).slice(0, 2).join('/');

/**
 * The files of a room share a process: starting one and loading the same modules costs more than most of their
 * tests. A file that needs its own process has one; those that name a time zone share with each other.
 * In the order of their first files.
 */
export function groupsOf(files: readonly string[], textOf: (file: string) => string): Group[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const text = textOf(file);
    const name = needsOwnProcess(text) ? file : `${roomOf(file)}${ZONE.test(text) ? ', in one zone' : ''}`;
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups].map(([name, files]) => ({ name, files }));
}
