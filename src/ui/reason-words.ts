import { dayOrTime } from '../words/local-time.ts';
import { outcomeInWords, whyInWords, type Why } from '../reasons.ts';
import { ERROR_WORDS, OTHER_ERROR, OUTCOME_WORDS, REASON_WORDS, type ShortReason } from './words/reasons.ts';
import { LANGUAGES, type Language } from './words/language.ts';

const at = (language: Language) => LANGUAGES.indexOf(language);

/** What happened and the one thing to do, as a tile has room for it. */
export function shortReason(
  { outcome, reason = '' }: { outcome: string; reason?: string },
  language: Language,
): { what: string; todo: string } {
  const known: Pick<ShortReason, 'what' | 'todo'> | undefined = REASON_WORDS[reason] ?? ERROR_WORDS[reason];
  if (!known && outcome !== 'error' && reason === '')
    return { what: outcomeWord(outcome, language), todo: OTHER_ERROR.todo[at(language)] ?? '' };
  const { what, todo } = known ?? OTHER_ERROR;
  return { what: what[at(language)] ?? '', todo: todo[at(language)] ?? '' };
}

/** An outcome in a few words. */
export function outcomeWord(outcome: string, language: Language): string {
  const line = OUTCOME_WORDS[outcome];
  return line?.[at(language)] ?? outcomeInWords(outcome)[0];
}

/** What errors say of themselves is English: elsewhere their kind is said, and they stand below. */
function errorInShort(reason: string, language: Language): { what: string; todo: string } {
  const { what, todo } = ERROR_WORDS[reason] ?? REASON_WORDS[reason] ?? OTHER_ERROR;
  return { what: what[at(language)] ?? '', todo: todo[at(language)] ?? '' };
}

/** What an error says of itself, where that is not said already; empty where there is none. */
export function inItsOwnWords({ message = '', hint = '' }: Why, language: Language): string {
  return language === 'en' ? '' : [message, hint].filter(Boolean).join(' → ');
}

/** The whole sentence and what to do. */
export function fullReason(why: Why, language: Language): { what: string; todo: string } {
  const { reason = '', message } = why;
  if (language !== 'en' && message) return errorInShort(reason, language);
  const own = REASON_WORDS[reason]?.full[at(language) - 1];
  const from = why.retryFrom ? ` (${dayOrTime(why.retryFrom)})` : '';
  const words = own === undefined ? whyInWords(why) : `${own}${from}`;
  const [what = '', ...todo] = words.split(' → ');
  return { what, todo: todo.join(' → ') };
}
