import { type Line, PASSWORDS } from './columns.ts';
import { type Column, columnNames } from './headings.ts';
import { saying, type SayingCode } from './sayings.ts';
import { NO_VALUE } from './workbook.ts';

/** An error in place of a value, in the languages of spreadsheets: #N/A, #REF!, #WERT!, #NV. */
const ERROR = /^#(?:[\p{L}\d/_. ]+[!?]|(?:N\/?A|N\/?D|N\/?V|N\/?T|I\/T|YOK|BRAK|HIÁNYZIK|Н\/Д)[.!]?)$/iu;
const PLAIN_ERROR = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/;
/** What a column too narrow for its number shows. */
const TOO_NARROW = /^#{3,}$/;
/** No phone is called so. */
const NAMES: readonly Column[] = ['serial', 'imei', 'imei2'];

/**
 * Finds what a spreadsheet has put in place of a value; true where the line has a problem by that. The lab's
 * own words (reference, consent) are warned of where they became a number or a date, as they still tell one
 * order from another.
 */
export function findBroken(line: Line): boolean {
  const broken = columnNames.filter((column) => {
    const fault = faultOf(line, column);
    if (fault !== undefined) line.problem(column, saying(fault));
    return fault !== undefined;
  });
  for (const column of ['reference', 'owner_consent'] as const) {
    if (line.raw(column) instanceof Date) line.warning(column, saying('date-taken'));
    else if (/^\d+([.,]\d+)?E\+\d+$/i.test(line.text(column))) line.warning(column, saying('shortened'));
  }
  return broken.length > 0;
}

function faultOf(line: Line, column: Column): SayingCode | undefined {
  const text = line.text(column);
  if (text === NO_VALUE) return 'formula-open';
  if (TOO_NARROW.test(text)) return 'too-narrow';
  // A password may look like an error of a language that is not known here.
  if ((PASSWORDS.some((one) => one === column) ? PLAIN_ERROR : ERROR).test(text)) return 'formula-error';
  return NAMES.includes(column) && text.startsWith('#') ? 'no-name' : undefined;
}
