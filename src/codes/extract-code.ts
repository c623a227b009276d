import { codeWords } from './code-words.ts';
import type { Message } from './inbox.ts';
import { isMonthOfYear, normalised, sixDigits, type SixDigits } from './six-digits.ts';

/** The code, or in plain words why none is taken: `no number of 6 digits`. */
export type Extracted = { code: string } | { none: string };

interface Place extends SixDigits {
  /** The line it stands in, and the one before it that says something. */
  line: string;
  previous: string;
}

/** A mail longer than this has a footer, with a postcode or the like in it. Characters. */
const SHORT = 300;
/** Six lines of a digit each, as a mail shows them that has a box for each. */
const DIGIT_A_LINE = /(?<=^|\n)(?<!(?:^|\n)\d\n)\d(?:\n\d){5}(?!\n\d(?:\n|$))(?=\n|$)/g;
/** What is longer, or has more numbers that could be a code, brings no code; looking further would only cost time. */
const LONGEST = 100_000;
const MOST_NUMBERS = 50;

/**
 * The one verification code of a message. It never guesses: where the best reason to take a number holds for two different ones,
 * none is taken, since a wrong code costs one of the few tries an account has in a day.
 */
export function extractCode({ channel, text }: Pick<Message, 'channel' | 'text'>): Extracted {
  if (text.length > LONGEST) return { none: 'the text is too long for a code' };
  const whole = normalised(text);
  const lines = whole
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
    .replace(DIGIT_A_LINE, (digits) => digits.replaceAll('\n', '\t'))
    .split('\n');
  const places = lines.flatMap((line, n): Place[] => {
    const previous = lines[n - 1] ?? '';
    return sixDigits(line, previous).map((found) => ({ ...found, line, previous }));
  });
  if (places.length === 0) return { none: `no number of 6 digits${/(?<!\d)\d{6}(?!\d)/.test(whole) ? ' that can be a code' : ''}` };
  if (places.length > MOST_NUMBERS) return { none: 'too many numbers of 6 digits' };
  if (lines.some((line) => namesAnotherNumber(line, places))) return { none: 'the code is no number of 6 digits' };

  const besideWord = places.filter(
    (place) => codeWords(sentence(place)).length > 0 || (isAlone(place) && codeWords(place.previous).length > 0),
  );
  const says = lines.some((line) => codeWords(line).length > 0);
  const ranks = [
    besideWord,
    places.filter(({ line }) => codeWords(line).length > 0),
    channel === 'sms' ? places.filter(isSigned) : [],
    places.filter(isAlone),
    says || whole.length <= SHORT ? places : [],
  ];
  const rank = ranks.find((rank) => rank.length > 0) ?? [];
  const best = new Set(rank.map(({ value }) => value));
  const [code] = best;
  if (code === undefined || (rank !== besideWord && best.size === 1 && isMonthOfYear(code)))
    return { none: 'a number of 6 digits, but no word for a code' };
  return best.size > 1 ? { none: 'two numbers could be the code' } : { code };
}

function sentence({ line, start, end }: Place): string {
  const before = line.slice(0, start).replace(/^.*[.!?。؟।۔]\s/u, '');
  const [after = ''] = line.slice(end).split(/[.!?。؟।۔](?:\s|$)/u);
  return `${before}${line.slice(start, end)}${after}`;
}

function isAlone({ line, start, end }: Place): boolean {
  return !/[\p{L}\p{N}]/u.test(line.slice(0, start) + line.slice(end));
}

/** `【小米】123456（…）` and `123456（…）【小米】`: the bracket names the sender in Chinese SMS. */
function isSigned({ line, start, end }: Place): boolean {
  return /】\s*$/u.test(line.slice(0, start)) || /^\s*(?:\([^()]*\))?\s*【/u.test(line.slice(end));
}

/** `Your code is 1234567`: whatever else the message holds, the code is that. A year is no code, and `code for 0888123456` not either. */
function namesAnotherNumber(line: string, places: readonly Place[]): boolean {
  return codeWords(line).some(({ end }) => {
    const named =
      /^[\s:=\p{Pd}"'«(]*(?:(?!(?:for|für|pour|para|per|voor|dla|för|для|за) )\p{L}{1,4}[\s:]+)?\p{Lu}{0,3}\p{Pd}?(?=\d{4})(?!(?:19|20)\d\d[./年\p{Pd}])/u.exec(
        line.slice(end, end + 40),
      );
    return named !== null && !places.some((place) => place.line === line && place.start === end + named[0].length);
  });
}
