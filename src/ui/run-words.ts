import type { Fact } from '../events.ts';
import { dataWord } from '../reasons.ts';
import { ENGLISH_BATCH, type BatchSay } from '../report/batch-words.ts';
import { ENGLISH_SHEET, inPlace, type SheetSay } from '../report/sheet-words.ts';
import { fullReason, outcomeWord } from './reason-words.ts';
import { FACT_NAMES, FACT_TASKS, FACT_VALUES } from './words/facts.ts';
import { LANGUAGES, sayIn, type Language } from './words/language.ts';
import { PAGE_NAMES, STEP_WORDS } from './words/run.ts';
import { BATCH_IN, DATA_IN, SHEET_IN } from './words/sheet.ts';

/** Runs and records speak English; these say it in the language of the page. What has no words stays as it is. */

type Others = readonly [bg: string, zh: string, ru: string];

function own<T extends string | undefined>(
  line: Others | undefined,
  language: Language,
  otherwise: T,
): string | T {
  return line?.[LANGUAGES.indexOf(language) - 1] ?? otherwise;
}

/** A step of a run. */
export function stepInWords(what: string, language: Language): string {
  if (language === 'en') return what;
  for (const [step, ...line] of STEP_WORDS)
    if (step.test(what)) return what.replace(step, own(line, language, what));
  return what;
}

/** What a run calls a page of the phone. */
export function pageInWords(name: string, language: Language): string {
  const app = /^page of (.+)$/.exec(name)?.[1];
  if (app !== undefined)
    return own([`страница на ${app}`, `${app} 的页面`, `страница ${app}`], language, name);
  return own(PAGE_NAMES[name], language, name);
}

/** The page that the file of a picture is named after. */
export function pictureInWords(file: string, language: Language): string {
  const name = file.replace(/^\d+-|(-\d+)?\.png$/g, '').replaceAll('-', ' ');
  const page = Object.keys(PAGE_NAMES).find((one) => plain(one) === plain(name));
  return page === undefined ? name : pageInWords(page, language);
}

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, ' ')
    .trim();

export const factName = (name: string, language: Language): string => own(FACT_NAMES[name], language, name);

export const taskInWords = (todo: string, language: Language): string =>
  own(FACT_TASKS[todo], language, todo);

/** Values of facts are put together of parts. */
export function factValue(value: string, language: Language): string {
  if (language === 'en') return value;
  return value
    .split(/(; | · )/)
    .map((part) =>
      FACT_VALUES.reduce((text, [known, ...line]) => text.replace(known, own(line, language, '$&')), part),
    )
    .join('');
}

/** Names of what a person still has to do on the phone, as a list has them. */
export const checklistOf = (facts: readonly Fact[] = [], language: Language): string[] =>
  facts.flatMap(({ name, todo }) => (todo ? [factName(name, language)] : []));

/** Says the sheet of a record in a language of the page. */
export function sheetIn(language: Language): SheetSay {
  if (language === 'en') return ENGLISH_SHEET;
  return {
    lang: language,
    say: (word, values) => inPlace(own(SHEET_IN[word], language, ''), values),
    outcome: (outcome) => outcomeWord(outcome, language),
    why: (record) => fullReason(record, language),
    data: ({ outcome, data, dataAnswer }) => own(DATA_IN[dataWord(outcome, data, dataAnswer)], language, ''),
    factName: (name) => factName(name, language),
    factValue: (value) => factValue(value, language),
    task: (todo) => taskInWords(todo, language),
    step: (what) => stepInWords(what, language),
    pageName: (name) => pageInWords(name, language),
  };
}

/** Says the page of a list on paper in a language of the page. */
export function batchIn(language: Language): BatchSay {
  if (language === 'en') return ENGLISH_BATCH;
  const say: BatchSay['say'] = (word, values) => inPlace(own(BATCH_IN[word], language, ''), values);
  return {
    ...{ lang: language, say },
    outcome: (outcome) => outcomeWord(outcome, language),
    end: ({ outcome, state }) =>
      state === outcome ? sayIn(language)(`job.${state}`) : outcomeWord(outcome, language),
    why(row) {
      const { what, todo } =
        row.reason === '' && row.message === '' ? { what: '', todo: '' } : fullReason(row, language);
      return [what, todo].filter(Boolean).join(' → ');
    },
    checklist: (row) => checklistNames(row.checklist, language),
    pageName: (name) => pageInWords(name, language),
  };
}

/** The same of a list that stands as `Screen lock; SIM`. */
export const checklistNames = (checklist: string, language: Language): string =>
  checklist
    .split('; ')
    .map((name) => factName(name, language))
    .join(', ');
