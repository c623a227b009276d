import type { ListFinding } from '../jobs/list/findings.ts';
import { filled, inEnglish, type ListError } from '../jobs/list/sayings.ts';
import { LANGUAGES, type Language, type Say } from './words/language.ts';
import { FINDING_WORDS, OWN_ENGLISH } from './words/findings.ts';
import { LIST_FAULT_WORDS } from './words/list-faults.ts';

/** What is wrong with a part of a list, and what to do. */
export function findingInWords(finding: ListFinding, language: Language): string {
  const { code } = finding;
  const own = language === 'en' ? OWN_ENGLISH[code] : FINDING_WORDS[code][LANGUAGES.indexOf(language) - 1];
  return own === undefined ? inEnglish(finding) : filled(own, finding.values);
}

/** Its column: of several that would do, each. */
export const columnInWords = ({ code, column }: ListFinding): string =>
  code.startsWith('column-missing') ? column.replace(' or ', ' / ') : column;

/** Its value as it may be shown; what stands in place of one is a word of the page. */
export function valueInWords({ value }: ListFinding, say: Say): string {
  if (value === 'empty') return say('value-empty');
  return value === '[hidden]' ? say('value-hidden') : value;
}

/** Why a file is no list of phones, and what to do; it quotes nothing of what is in the file. */
export const faultInWords = ({ fault, values }: ListError, language: Language): string =>
  filled(LIST_FAULT_WORDS[fault][LANGUAGES.indexOf(language)] ?? '', values);
