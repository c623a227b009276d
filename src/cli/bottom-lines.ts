import { fitting, painted, widthOf, wrapped } from './lines.ts';

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>;

interface Options {
  /** Whether colours are wanted there. */
  isStyled: boolean;
  /** Whether lines may change: at a terminal, where no questions are asked meanwhile. */
  isLive?: boolean;
}

/** Of a terminal that does not tell its size, as one within another program. */
const USUAL = { columns: 80, rows: 24 };

/**
 * Lines at the bottom of a terminal that change, below what is said for good. Each line takes one row,
 * however long it is, and they never take more rows than there are: what stands above the window cannot be
 * written over. Without a terminal they are not shown.
 *
 * Nothing that is written here acts on the terminal but what this class itself writes.
 */
export class BottomLines {
  readonly isLive: boolean;
  readonly #out: Out;
  readonly #isStyled: boolean;
  #shown: readonly string[] = [];
  #isStill = false;

  constructor(out: Out, { isStyled, isLive = out.isTTY }: Options) {
    this.#out = out;
    this.#isStyled = isStyled;
    this.isLive = isLive;
  }

  get rows(): number {
    return this.#out.rows || USUAL.rows;
  }

  /** For good, above the lines. Wrapped at a terminal; nothing is wrapped or cut elsewhere. */
  say(text: string): void {
    const lines = wrapped(painted(text, this.#isStyled), this.#out.isTTY ? this.#columns : undefined);
    if (this.#shown.length === 0) this.#out.write(`${lines}\n`);
    else
      this.#out.write(`${this.#back()}\x1b[0J${lines}\n${this.#shown.map((line) => `${line}\n`).join('')}`);
  }

  /** In place of those before. Nothing is cleared that is written anew, so that nothing flickers. */
  show(lines: readonly string[]): void {
    if (!this.isLive || this.#isStill || (lines.length === 0 && this.#shown.length === 0)) return;
    const cut = lines
      .slice(0, this.rows - 1)
      .map((line) => fitting(painted(line, this.#isStyled).replaceAll('\n', ' '), this.#columns - 1));
    this.#out.write(`${this.#back()}${cut.map((line) => `${line}\x1b[K\n`).join('')}\x1b[0J`);
    this.#shown = cut;
  }

  /** Takes the lines away while something is typed, until the result is called. */
  still(): () => void {
    this.show([]);
    this.#isStill = true;
    return () => void (this.#isStill = false);
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
