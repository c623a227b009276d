import { type Line, PASSWORDS } from './columns.ts';
import { type Column, columnNames } from './headings.ts';
import { NO_VALUE } from './workbook.ts';

/** An error in place of a value, in the languages of spreadsheets: #N/A, #REF!, #WERT!, #NV. */
const ERROR = /^#(?:[\p{L}\d/_. ]+[!?]|(?:N\/?A|N\/?D|N\/?V|N\/?T|I\/T|YOK|BRAK|HIÁNYZIK|Н\/Д)[.!]?)$/iu;
const PLAIN_ERROR = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/;
/** What a column too narrow for its number shows. */
const TOO_NARROW = /^#{3,}$/;
/** No phone is called so. */
const NAMES: readonly Column[] = ['serial', 'imei', 'imei2'];

const AS_TEXT = 'format the column as Text and enter it anew';

/**
 * Finds what a spreadsheet has put in place of a value; true where the line has a problem by that. The lab's
 * own words (reference, consent) are warned of where they became a number or a date, as they still tell one
 * order from another.
 */
export function findBroken(line: Line): boolean {
  const broken = columnNames.filter((column) => {
    const fault = faultOf(line, column);
    if (fault !== undefined) line.problem(column, fault);
    return fault !== undefined;
  });
  for (const column of ['reference', 'owner_consent'] as const) {
    if (line.raw(column) instanceof Date)
      line.warning(column, `a spreadsheet took it for a date: ${AS_TEXT} if it was none`);
    else if (/^\d+([.,]\d+)?E\+\d+$/i.test(line.text(column)))
      line.warning(column, `a spreadsheet shortened a number: ${AS_TEXT}`);
  }
  return broken.length > 0;
}

function faultOf(line: Line, column: Column): string | undefined {
  const text = line.text(column);
  if (text === NO_VALUE)
    return 'the workbook holds a formula and not its value: open it in a spreadsheet and save it, or enter the value itself';
  if (TOO_NARROW.test(text))
    return 'a column was too narrow to show it, and # stands in its place: make it wider, and save the list anew';
  // A password may look like an error of a language that is not known here.
  if ((PASSWORDS.some((one) => one === column) ? PLAIN_ERROR : ERROR).test(text))
    return 'a formula of the spreadsheet found no value: enter the value itself';
  return NAMES.includes(column) && text.startsWith('#') ? 'no phone is called so: enter it anew' : undefined;
}
