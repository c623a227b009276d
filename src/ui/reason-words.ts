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

/** The whole sentence and what to do. What errors say of themselves is English in every language. */
export function fullReason(why: Why, language: Language): { what: string; todo: string } {
  const own = why.message ? undefined : REASON_WORDS[why.reason ?? '']?.full[at(language) - 1];
  const from = why.retryFrom ? ` (${dayOrTime(why.retryFrom)})` : '';
  const words = own === undefined ? whyInWords(why) : `${own}${from}`;
  const [what = '', ...todo] = words.split(' → ');
  return { what, todo: todo.join(' → ') };
}
