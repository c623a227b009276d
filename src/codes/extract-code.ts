import { wordsIn } from './code-words.ts';
import type { Message } from './inbox.ts';
import { isMonthOfYear, normalised, sixDigits, type SixDigits } from './six-digits.ts';

/** The code, or in plain words why none is taken: `no number of 6 digits`. */
export type Extracted = { code: string } | { none: string };

/**
 * Called with the number of characters a step looks at. The tests hold the sum against the length of the
 * message.
 */
export type Count = (characters: number) => void;

type Channel = Message['channel'];

interface Place extends SixDigits {
  /** Which line it stands in. */
  row: number;
  /** What is read of the line before and behind it, and of the line before that one. */
  before: string;
  behind: string;
  previous: string;
  /**
   * Below the mark of a signature or in the words of list software. Only a word for a code beside it makes it
   * one.
   */
  footer: boolean;
}

/** An SMS longer than this says what its number is. */
const SHORT = 300;
/** Six lines of a digit each, as a mail shows them that has a box for each. */
const DIGIT_A_LINE = /(?<=^|\n)(?<!(?:^|\n)\d\n)\d(?:\n\d){5}(?!\n\d(?:\n|$))(?=\n|$)/g;
/**
 * What is longer, or has more numbers that could be a code, brings no code; looking further would only cost
 * time.
 */
const LONGEST = 100_000;
const MOST_NUMBERS = 50;
/** The same for numbers that only have its shape. */
const MOST_SHAPES = 300;
/** Characters of a line that are read on each side of a number. A sentence is shorter. */
const REACH = 300;

/** What mail programs and list software put between a message and what is theirs. */
const SIGNATURE = /^(?:--|_{4,}|-{4,}|={4,}|\*{4,}|~{4,})$/;
const LIST_WORDS =
  /unsubscribe|mailing list|listinfo|you received this (?:message|e?-?mail)|\bcaution\b|outside (?:of )?(?:the|your) organi[sz]ation|\bexternal e?-?mail|scanned (?:by|for|\d)|virus|abmelden|abbestellen|désabonner|désinscri|cancelar (?:la )?suscripci|отписа|отпис|退订|退訂|配信停止/iu;

/**
 * The one verification code of a message: the number beside words for a code, or else the only number of the
 * whole message that could be one. It never guesses: where the best reason to take a number holds for two
 * different ones, none is taken, since a wrong code costs one of the few tries an account has in a day.
 */
export function extractCode(
  { channel, text, unread }: Pick<Message, 'channel' | 'text' | 'unread'>,
  count: Count = () => undefined,
): Extracted {
  if (unread !== undefined) return { none: unread };
  if (text.length > LONGEST) return { none: 'the text is too long for a code' };
  const whole = normalised(text);
  count(text.length + whole.length);
  if (whole.length > 2 * LONGEST) return { none: 'the text is too long for a code' };
  const lines = linesOf(whole);
  const read = placesIn(lines, count);
  if ('none' in read) return read;
  const { places, others } = read;
  if (places.length === 0)
    return {
      none: `no number of 6 digits${others || /(?<!\d)\d{6}(?!\d)/.test(whole) ? ' that can be a code' : ''}`,
    };
  if (
    lines.some((line, row) =>
      namesAnotherNumber(
        line,
        places.filter((one) => one.row === row),
        channel,
        count,
      ),
    )
  )
    return { none: 'the code is not a number of 6 digits' };

  const near = (text: string) => {
    count(text.length);
    return wordsIn(text, channel);
  };
  const isBesideWord = (place: Place) =>
    near(sentence(place)).codes.length > 0 ||
    (isAlone(place) && near(place.previous.slice(-REACH)).codes.length > 0);
  const besideWord = places.filter(isBesideWord);
  const inLine = () => places.filter((place) => !place.footer && near(lineOf(place)).codes.length > 0);
  const signed = () => (channel === 'sms' ? places.filter(isSigned) : []);
  const only = () =>
    new Set(places.map(({ value }) => value)).size === 1
      ? places.filter((place) => !place.footer && isUnsaid(place, near))
      : [];
  const ranks = [
    () => besideWord,
    inLine,
    signed,
    () => only().filter((place) => mayStandAlone(place, channel, whole, near)),
  ];
  const rank = firstOf(ranks);
  const best = new Set(rank.map(({ value }) => value));
  const [code] = best;
  if (code === undefined || (rank !== besideWord && best.size === 1 && isMonthOfYear(code)))
    return places.length > 1 && new Set(places.filter(isAlone).map(({ value }) => value)).size > 1
      ? { none: 'two numbers could be the code' }
      : { none: 'a number of 6 digits, but no word for a code' };
  return best.size > 1 ? { none: 'two numbers could be the code' } : { code };
}

function firstOf(ranks: readonly (() => Place[])[]): Place[] {
  for (const places of ranks) {
    const found = places();
    if (found.length > 0) return found;
  }
  return [];
}

function linesOf(whole: string): string[] {
  return whole
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
    .replace(DIGIT_A_LINE, (digits) => digits.replaceAll('\n', '\t'))
    .split('\n');
}

/** `others`: something has the shape of a code, and is said to be something else. */
function placesIn(
  lines: readonly string[],
  count: Count,
): { places: Place[]; others: boolean } | { none: string } {
  const places: Place[] = [];
  let shapes = 0;
  let footer = false;
  for (const [n, line] of lines.entries()) {
    count(line.length);
    const previous = lines[n - 1] ?? '';
    if (SIGNATURE.test(line)) footer = true;
    for (const { isElse, ...found } of sixDigits(line, previous)) {
      count(REACH);
      if (++shapes > MOST_SHAPES) return { none: 'too many numbers of 6 digits' };
      if (isElse) continue;
      const before = line.slice(Math.max(0, found.start - REACH), found.start);
      const behind = line.slice(found.end, found.end + REACH);
      places.push({
        ...found,
        row: n,
        before,
        behind,
        previous,
        footer: footer || LIST_WORDS.test(before + behind),
      });
    }
  }
  return places.length > MOST_NUMBERS
    ? { none: 'too many numbers of 6 digits' }
    : { places, others: shapes > places.length };
}

function sentence({ before, behind, value }: Place): string {
  const [after = ''] = behind.split(/[.!?。؟।۔](?:\s|$)/u, 1);
  return `${before.split(/[.!?。؟।۔]\s/u).at(-1)}${value}${after}`;
}

const lineOf = ({ before, behind, value }: Place) => `${before}${value}${behind}`;

function isAlone({ before, behind }: Place): boolean {
  return !/[\p{L}\p{N}]/u.test(before + behind);
}

/** `【小米】123456（…）` and `123456（…）【小米】`: the bracket names the sender in Chinese SMS. */
function isSigned({ before, behind }: Place): boolean {
  return /】\s*$/u.test(before) || /^\s{0,9}(?:\([^()]{0,200}\))?\s{0,9}【/u.test(behind);
}

/**
 * `is 048213`, `048213 is`: in a language whose words for a code are known, a sentence that says what a
 * number is would use one.
 */
const SAID_BEFORE = /(?<!\p{L})(?:is|are|was|es|est|ist|é|è|adalah|jest|je|är|er|это|є|е|είναι)[ :]{0,3}$/iu;
const SAID_BEHIND = /^ ?(?:is|was|es|est|ist|é|è|adalah|jest|je|är|er|это|є|е|είναι)(?!\p{L})/iu;

/** Neither said to be something else, nor beside a word that only looks like one for a code. */
function isUnsaid(place: Place, near: (text: string) => { lookAlike: boolean }): boolean {
  if (SAID_BEFORE.test(place.before) || SAID_BEHIND.test(place.behind)) return false;
  return (
    !near(sentence(place)).lookAlike && !(isAlone(place) && near(place.previous.slice(-REACH)).lookAlike)
  );
}

/**
 * Without a word for a code beside it: on a line of its own, behind a label in a language not known here, or
 * anywhere in a short SMS.
 */
function mayStandAlone(
  place: Place,
  channel: Channel,
  whole: string,
  near: (text: string) => { codes: unknown[] },
): boolean {
  if (isAlone(place)) return true;
  const says = near(whole).codes.length > 0;
  if (channel === 'sms') return says || whole.length <= SHORT;
  return !says && /^\P{Nd}{1,80}: ?$/u.test(place.before) && !/[\p{L}\p{N}]/u.test(place.behind);
}

/** Digits behind a word for a code, from that word on. */
const NUMBER = /\d{4,}/g;
/** What may stand between the word and its number. `code for 0888123456` says whom it is for. */
const LINK =
  /^[\s:=\p{Pd}"'«(]{0,9}(?:(?!(?:for|für|pour|para|per|voor|dla|för|для|за) )\p{L}{1,4}[\s:]{1,4})?\p{Lu}{0,3}\p{Pd}?$/u;

/** `Your code is 1234567`: whatever else the message holds, the code is that. A year is no code. */
function namesAnotherNumber(line: string, places: readonly Place[], channel: Channel, count: Count): boolean {
  let numbers = 0;
  for (const { 0: digits, index } of line.matchAll(NUMBER)) {
    if (++numbers > MOST_SHAPES) return false;
    const before = line.slice(Math.max(0, index - 60), index);
    const behind = line.slice(index + digits.length, index + digits.length + 8);
    if (/^(?:19|20)\d\d$/.test(digits) && /^[./年\p{Pd}]/u.test(behind)) continue;
    count(before.length);
    const word = wordsIn(before, channel).codes.at(-1);
    if (word && LINK.test(before.slice(word.end)) && !places.some(({ start }) => start === index))
      return true;
  }
  return false;
}
