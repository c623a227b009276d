import { InvalidArgumentError } from 'commander';

export const SERIAL_HELP = "the phone's serial, as 'mi-unbind phones' lists it";

/** A serial as a command line gives it: an empty variable is none. */
export function serialGiven(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}
