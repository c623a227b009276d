import { UsageError } from '../../errors.ts';

const AS_TEXT =
  "format the column as Text (in Excel: Ctrl-1 → Text) and enter the values anew, or read them in with 'From Text/CSV'";
const ANEW = 'format the column as Text and enter it anew';

/**
 * What may be said of a list, in English; `{name}` is a place for a value. The page has its own words for each, in the
 * language of who reads it.
 */
export const SAYINGS = {
  'note.encoding':
    'it is not in UTF-8, and its headings make sense as {encoding}: see whether its letters are right',
  'note.heading': 'the heading is in row {row}; what stands above it is not read',
  'note.sheet': "the sheet '{sheet}' is read, and not {others}",
  'note.hidden-sheet': "the sheet '{sheet}' is hidden in the workbook, and is read",
  'note.hidden-rows': 'rows that a filter hides are read too: {rows}',
  'column-missing': 'there is no such column, and it is needed',
  'column-missing-near': 'there is no such column, and it is needed: is it {near}?',
  slipped:
    '{values} values under {headings} headings: a value that holds the delimiter needs quotation marks around it',
  'column-twice': 'there are two such columns: leave one',
  'read-as': 'it is read as {column}',
  'not-read': 'not read: {heading} is the column {column}',
  'no-heading': 'column {at} has values and no heading: it is not read',
  foreign: 'no column of ours: it is not read',
  'foreign-near': 'no column of ours: it is not read. Did you mean {near}?',
  'foreign-password': 'no column of ours: did you mean {near}?',
  'no-phone': 'there is no phone in it',
  'letters-guessed': 'its letters depend on the encoding: save the list anew, in UTF-8',
  'others-read': "it holds passwords, and others on this computer can read it: chmod 600 '{file}'",
  'names-here':
    "a list from a browser names no file or variable of the station's computer: write the password, or use 'mi-unbind bulk' there",
  'no-password':
    'none is given: where the phone asks for it, Cancel is pressed, and the phone is left as it was',
  'recover-only': 'a code source or contact is given, and used only with recover here',
  'no-email': 'this is no e-mail address: write one, and no name with it',
  'no-letter': 'there is no letter in it: write one of {words}',
  'by-email': 'the contact is an e-mail address: write email, or give the other contact',
  'by-phone': 'the contact is a telephone number: write phone, or give the other contact',
  'write-account': 'write the id, e-mail address or telephone number',
  'write-contact': 'write the e-mail address or telephone number',
  'no-account': 'this is no id, e-mail address or telephone number',
  'no-contact': 'this is no e-mail address or telephone number',
  shortened: `a spreadsheet shortened a number: ${ANEW}`,
  'one-of': 'write {words}',
  'one-of-near': 'write {words}: did you mean {near}?',
  'same-phone': '{unit} {row} is this phone already: leave one of them',
  'another-password':
    '{unit} {row} has another password for this account: one of them is wrong, and wrong tries count',
  'recovered-twice': '{unit} {row} may recover the same account: each recovery changes its password again',
  'phone-missing': 'give the serial of the phone, or its IMEI',
  'serial-number': `it is a number, which loses the zeros it begins with and an E in it: ${AS_TEXT}`,
  'serial-lost': `a spreadsheet took it for a number, and digits are lost: ${AS_TEXT}`,
  'serial-space': "it holds a space: write it as 'mi-unbind phones' lists it",
  'imei-date': `a spreadsheet took it for a date: ${AS_TEXT}`,
  'imei-lost': `a spreadsheet shortened it, and the last digits are lost: ${AS_TEXT}`,
  'imei-digits': 'an IMEI is 15 digits: dial *#06# on the phone to see it',
  'imei-zero': `14 digits: the 0 it begins with is lost: ${AS_TEXT}`,
  'imei-14': '14 digits: the last one, the check digit, is missing. Write all 15 that *#06# shows',
  imeisv: '16 digits: that is an IMEISV. Write the IMEI, the 15 digits that *#06# shows',
  'imei-length': '{count} digits, and an IMEI has 15: dial *#06# on the phone to see it',
  'imei-check': 'its check digit does not fit: a digit is wrong. Dial *#06# on the phone to see it',
  'password-twice': '{column} is filled in too: leave one of them',
  'password-source': '{fault}',
  'password-number':
    'it is a number, which loses the zeros it begins with: format the column as Text if it has any',
  'password-letter': 'it holds a space or a letter Xiaomi takes in no password: see whether it is right',
  'password-control': 'it {fault}',
  'password-lost': 'it {fault}',
  'password-blanks': 'it {fault}',
  'password-ends': 'it {fault}',
  'date-taken': `a spreadsheet took it for a date: ${ANEW} if it was none`,
  'formula-open':
    'the workbook holds a formula and not its value: open it in a spreadsheet and save it, or enter the value itself',
  'too-narrow':
    'a column was too narrow to show it, and # stands in its place: make it wider, and save the list anew',
  'formula-error': 'a formula of the spreadsheet found no value: enter the value itself',
  'no-name': 'no phone is called so: enter it anew',
} as const;

export type SayingCode = keyof typeof SAYINGS;
export type SayingValues = Readonly<Record<string, string | number>>;

/** What is said of a list, before it is said in a language. */
export interface Saying {
  code: SayingCode;
  values: SayingValues;
}

export const saying = (code: SayingCode, values: SayingValues = {}): Saying => ({ code, values });

/** A text with its values in their places. */
export const filled = (text: string, values: SayingValues): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

/** In English, as the terminal shows it. */
export const inEnglish = ({ code, values }: Saying): string => filled(SAYINGS[code], values);

/** Why a file is no list of phones as a whole. */
export type ListFaultCode =
  | 'rows'
  | 'large'
  | 'workbook'
  | 'old-workbook'
  | 'sheets'
  | 'no-sheet'
  | 'binary'
  | 'encoding'
  | 'quote'
  | 'json'
  | 'json-array'
  | 'json-entry'
  | 'empty'
  | 'headings';

/** A file that is no list. Its message is for the terminal; the page says it by its code. */
export class ListError extends UsageError {
  readonly fault: ListFaultCode;
  readonly values: SayingValues;

  constructor(
    { fault, values = {} }: { fault: ListFaultCode; values?: SayingValues },
    message: string,
    hint: string,
  ) {
    super(message, hint);
    this.fault = fault;
    this.values = values;
  }
}
