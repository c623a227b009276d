import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { nearest } from '../config/nearest.ts';

/** What people call an option that takes a secret. */
const SECRET_OPTION =
  /^(?:--(?!no-)(?:[a-z]+-)*(?:password|passwort|passwd|passphrase|pass|pwd|pw|secret|token|pin)(=.*)?|-p(.*))$/is;

/**
 * The error of a command line on which a secret is given as it is; undefined where there is none. It is
 * looked for before the command line is parsed, so that no other error comes first, and none quotes it.
 */
export function secretOnCommandLine(
  words: readonly string[],
  commands: readonly Command[],
): UsageError | undefined {
  const options = commands.flatMap((command) => command.options);
  const isOurs = (word: string) =>
    options.some(({ short, long }) => [short, long].includes(word.replace(/=.*$/s, '')));
  // What follows the name of an option that takes a value is its value, and what follows -- is no option.
  const end = words.indexOf('--');
  const at = words.findIndex(
    (word, index) => (end < 0 || index < end) && isSecretOption(word) && !isOurs(word),
  );
  if (at < 0) return undefined;
  const [, short] = /^-p(.*)$/s.exec(words[at] ?? '') ?? [];
  const [, long] = /^--[^=]*=(.*)$/s.exec(words[at] ?? '') ?? [];
  const isGiven =
    (long ?? short ?? '') !== '' || (words[at + 1] !== undefined && !words[at + 1]?.startsWith('-'));
  const name = (words[at] ?? '').replace(/=.*$/s, '').replace(/^-p.*$/s, '-p');
  const ways = waysFor(options.map((option) => option.long ?? ''));
  if (!isGiven) return new UsageError(`There is no option '${name}'.`, ways);
  return new UsageError(
    `A secret on the command line (${name}) is refused: other users of this computer can read it there, and it is in your shell's history now.`,
    `${ways}; take the line out of the history (bash: history -d NUMBER), or change that password`,
  );
}

/** Misspelt too: what follows it is no less in the history. */
function isSecretOption(word: string): boolean {
  if (SECRET_OPTION.test(word)) return true;
  const [, name = ''] = /^--(?!no-)([a-z-]+)(?:=|$)/i.exec(word) ?? [];
  return nearest(name.toLowerCase(), ['password', 'new-password']) !== undefined;
}

/**
 * The words for an option that none of the commands has, with the one that was meant; undefined where there
 * is none.
 */
export function unknownOption(words: readonly string[], called: readonly Command[]): string | undefined {
  const options = called.flatMap((command) => command.options).flatMap(({ long }) => long ?? []);
  const end = words.indexOf('--');
  const names = words
    .slice(0, end < 0 ? words.length : end)
    .flatMap((word) => /^--[^=]+/.exec(word)?.[0] ?? []);
  const unknown = names.find((name) => name !== '--help' && !options.includes(name));
  if (unknown === undefined) return undefined;
  const meant = nearest(unknown, options);
  return `Unknown option '${unknown}'${meant === undefined ? '.' : `\n(Did you mean ${meant}?)`}`;
}

/** Help for a command that there is not. */
export function unknownHelp(words: readonly string[], program: Command): UsageError | undefined {
  const [help, name] = words;
  const names = program.commands.map((command) => command.name());
  if (help !== 'help' || name === undefined || name === 'help' || names.includes(name)) return undefined;
  const meant = nearest(name, names);
  return new UsageError(
    `Unknown command '${name}'${meant === undefined ? '.' : `\n(Did you mean ${meant}?)`}`,
    "see 'mi-unbind --help'",
  );
}

function waysFor(options: readonly string[]): string {
  const names = ['--password-env NAME', '--password-stdin', '--no-password', '--new-password-env NAME'];
  const ways = names.filter((name) => options.includes(name.replace(' NAME', '')));
  if (ways.length === 0)
    return 'no option takes one: a list has password_env and password_file, and settings are in the environment or .env';
  return `give ${ways.length === 1 ? ways[0] : `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}`}`;
}

/** The words of commander's error about a command line, without the value of an option. */
export function commanderWords(message: string): string {
  const words = message
    .replace(/^error: /, '')
    .replace(/(unknown option '[^'=]*)=[^\n]*'/s, "$1'")
    .replace(/[^.)?]$/, '$&.');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
