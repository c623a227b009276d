/** Changes of one letter within which a word is as good as another one it may be taken for. */
const NEAR = 2;

/** The one of `words` that was meant, as far as a few letters show it. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((candidate) => ({ candidate, far: distance(word, candidate) }))
    .filter(({ candidate, far }) => far <= Math.min(NEAR, candidate.length - 2))
    .sort((one, other) => one.far - other.far);
  return best?.candidate;
}

/**
 * The one of `names`, in the form `WORD_WORD`, that `name` misspells. Each word has to be nearly the same:
 * SMTP_PASSWORD is no misspelt IMAP_PASSWORD, and a word of three letters is misspelt only by its letters'
 * order or number.
 */
export function misspelt(name: string, names: readonly string[]): string | undefined {
  const words = (text: string) => text.toUpperCase().replaceAll('-', '_').split('_');
  const given = words(name);
  const found = names.flatMap((candidate) => {
    const right = words(candidate);
    if (candidate === name) return [];
    // Nothing but the words' borders.
    if (right.join('') === given.join('')) return [{ candidate, far: 0 }];
    if (right.length !== given.length) return [];
    const far = right.map((word, at) => farFrom(given[at] ?? '', word));
    return far.some((one) => one === undefined)
      ? []
      : [{ candidate, far: far.reduce<number>((sum, one) => sum + (one ?? 0), 0) }];
  });
  return found.filter(({ far }) => far <= NEAR).sort((one, other) => one.far - other.far)[0]?.candidate;
}

/** Undefined where it is another word. */
function farFrom(given: string, word: string): number | undefined {
  const far = distance(given, word);
  const most = word.length < 7 ? 1 : NEAR;
  const isOther =
    word.length <= 3 &&
    given.length === word.length &&
    [...given].sort().join('') !== [...word].sort().join('');
  return far > most || isOther ? undefined : far;
}

/**
 * Damerau's, of strings in which no two neighbours are exchanged and changed: letters put in, left out,
 * changed, or exchanged.
 */
function distance(one: string, other: string): number {
  let [before, row] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const exchanged =
        one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
          ? (before[j - 2] ?? Infinity) + 1
          : Infinity;
      row.push(Math.min(changed, exchanged, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = above;
  }
  return row.at(-1) ?? 0;
}
