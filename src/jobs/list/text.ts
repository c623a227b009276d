import { isUtf8 } from 'node:buffer';
import { markOf, utf16Of } from '../../config/secret-text.ts';
import { knownIn } from './headings.ts';
import { ListError } from './sayings.ts';

export const PROPER = "in Excel: 'Save as' → 'CSV UTF-8 (Comma delimited)' or 'Excel Workbook (*.xlsx)'";

/**
 * Encodings of one country, with what people call them. Each byte means a letter in most of them, so the
 * headings have to decide.
 */
const NATIONAL: Readonly<Record<string, string>> = {
  gb18030: 'GBK (Chinese)',
  big5: 'Big5 (Chinese)',
  'windows-1251': 'Windows-1251 (Cyrillic)',
  'windows-1252': 'Windows-1252 (Western)',
  'windows-1250': 'Windows-1250 (Central European)',
  'windows-1254': 'Windows-1254 (Turkish)',
  'windows-1256': 'Windows-1256 (Arabic)',
  'windows-1253': 'Windows-1253 (Greek)',
  shift_jis: 'Shift JIS (Japanese)',
  'euc-kr': 'EUC-KR (Korean)',
  'koi8-r': 'KOI8-R (Cyrillic)',
};

export interface ListText {
  text: string;
  /** What people call the encoding, where it had to be guessed by the headings. */
  guessed?: string;
}

/**
 * The text of a list: UTF-8, UTF-16, or an encoding of one country in which its headings are columns of ours.
 * Throws a UsageError where that cannot be known.
 */
export function textOfList(bytes: Buffer, file: string): ListText {
  const utf16 =
    { 'utf-16le': 'utf-16le', 'utf-16be': 'utf-16be', 'utf-8': undefined }[markOf(bytes) ?? 'utf-8'] ??
    utf16Of(bytes);
  if (utf16 !== undefined) return { text: new TextDecoder(utf16).decode(bytes) };
  if (bytes.includes(0))
    throw new ListError(
      { fault: 'binary' },
      `'${file}' is neither text nor an Excel workbook.`,
      `save it anew, ${PROPER}`,
    );
  if (isUtf8(bytes)) return { text: new TextDecoder().decode(bytes) };
  const guess = byHeadings(bytes);
  if (guess !== undefined) return guess;
  let [line, start] = [1, 0];
  for (
    let end = bytes.indexOf(10);
    end >= 0 && isUtf8(bytes.subarray(start, end));
    end = bytes.indexOf(10, start)
  ) {
    [line, start] = [line + 1, end + 1];
  }
  throw new ListError(
    { fault: 'encoding', values: { line } },
    `'${file}' is not in UTF-8 (first in line ${line}), so its letters cannot be known for sure: it was saved in an encoding of one country.`,
    `save it anew, ${PROPER}`,
  );
}

/** The one encoding in which headings that are no ASCII name most of our columns. */
function byHeadings(bytes: Buffer): ListText | undefined {
  const scored = Object.keys(NATIONAL).flatMap((name) => {
    const text = decoded(bytes, name);
    if (text === undefined) return [];
    const lines = text
      .split(/\r\n|\n|\r/, 30)
      .map((line) => line.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
    const known = Math.max(
      0,
      ...lines.map((cells) => knownIn(cells.filter((cell) => /[^\p{ASCII}]/u.test(cell)))),
    );
    return [{ name, text, known }];
  });
  const [best, next] = scored.toSorted((one, other) => other.known - one.known);
  if (best === undefined || best.known === 0) return undefined;
  // Two encodings that say the same of all letters are one.
  if (next?.known === best.known && next.text !== best.text) return undefined;
  return { text: best.text, guessed: NATIONAL[best.name] ?? best.name };
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
