/**
 * A text as one word of a shell command: nothing in it is read as shell. Each text that is put into a command
 * for a phone goes through here. NUL would end the command, and nothing on a phone holds one: it is left out.
 */
export function shellWord(text: string): string {
  const whole = text.replaceAll('\0', '');
  return /^[\w.,:/@%+=-]+$/.test(whole) ? whole : `'${whole.replaceAll("'", String.raw`'\''`)}'`;
}
