import { stripVTControlCharacters } from 'node:util';

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>;

/** Of a terminal that does not tell its size, as one within another program. */
const USUAL = { columns: 80, rows: 24 };

/**
 * Lines at the bottom of a terminal that change, below what is said for good. Each line takes one row,
 * however long it is, and they never take more rows than there are: what stands above the window cannot be
 * written over. Without a terminal they are not shown.
 */
export class BottomLines {
  readonly #out: Out;
  #shown: readonly string[] = [];

  constructor(out: Out) {
    this.#out = out;
  }

  get isLive(): boolean {
    return this.#out.isTTY;
  }

  get rows(): number {
    return this.#out.rows || USUAL.rows;
  }

  /** For good, above the lines. */
  say(text: string): void {
    if (this.#shown.length === 0) this.#out.write(`${text}\n`);
    else this.#out.write(`${this.#back()}\x1b[0J${text}\n${this.#shown.map((line) => `${line}\n`).join('')}`);
  }

  /** In place of those before. Nothing is cleared that is written anew, so that nothing flickers. */
  show(lines: readonly string[]): void {
    if (!this.isLive || (lines.length === 0 && this.#shown.length === 0)) return;
    const cut = lines.slice(0, this.rows - 1).map((line) => fitting(line, this.#columns - 1));
    this.#out.write(`${this.#back()}${cut.map((line) => `${line}\x1b[K\n`).join('')}\x1b[0J`);
    this.#shown = cut;
  }

  get #columns(): number {
    return this.#out.columns || USUAL.columns;
  }

  /**
   * To where the lines begin. In a window that has become narrower a line takes more rows than when it was
   * written.
   */
  #back(): string {
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.#columns)),
      0,
    );
    return rows > 0 ? `\r\x1b[${Math.min(rows, this.rows - 1)}A` : '';
  }
}

// Letters that take two columns, and marks that take none, as near as Unicode's properties in a pattern come
// to it.
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60]/u;
const NONE = /[\p{M}\p{Cf}]/u;

/** Columns a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of stripVTControlCharacters(text))
    width += NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}

/** Not wider than so many columns. Styles are let go of where there is no room. */
export function fitting(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let [cut, width] = ['', 0];
  for (const letter of stripVTControlCharacters(text)) {
    width += widthOf(letter);
    if (width > columns - 1) break;
    cut += letter;
  }
  return `${cut}…`;
}

/** At least so many columns. */
export const padded = (text: string, columns: number) =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));
