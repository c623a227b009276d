/** android.view.KeyEvent codes of the keys WebDriver puts into Unicode's private use area (W3CKeyCode). */
const KEY_CODES = new Map<number, number>([
  [0xe001, 121],
  [0xe002, 259],
  [0xe003, 67],
  [0xe004, 61],
  [0xe005, 28],
  [0xe006, 66],
  [0xe007, 66],
  [0xe00b, 127],
  [0xe00c, 111],
  [0xe00d, 62],
  [0xe00e, 92],
  [0xe00f, 93],
  [0xe010, 123],
  [0xe011, 3],
  [0xe012, 21],
  [0xe013, 19],
  [0xe014, 22],
  [0xe015, 20],
  [0xe016, 124],
  [0xe017, 112],
  [0xe018, 74],
  [0xe019, 70],
  ...Array.from({ length: 10 }, (_, digit): [number, number] => [0xe01a + digit, 144 + digit]),
  [0xe024, 155],
  [0xe025, 157],
  [0xe026, 159],
  [0xe027, 156],
  [0xe028, 158],
  [0xe029, 154],
  ...Array.from({ length: 12 }, (_, f): [number, number] => [0xe031 + f, 131 + f]),
  [0xe040, 211],
]);
const SHIFT = 0xe008;
/** Shift, control, alt, meta: held down, they change other keys. */
const META_KEYS = new Set([SHIFT, 0xe009, 0xe00a, 0xe03d]);
const RELEASE_ALL = 0xe000;

export type KeyPress =
  { kind: 'key'; code: number } | { kind: 'text'; text: string } | { kind: 'none' } | { kind: 'unknown' };

/** What pressing the key of a code point does while `held` keys are down; keeps `held` up to date. */
export function press(codePoint: number, held: Set<number>): KeyPress {
  if (codePoint === RELEASE_ALL) held.clear();
  if (META_KEYS.has(codePoint)) held.add(codePoint);
  if (codePoint === RELEASE_ALL || META_KEYS.has(codePoint)) return { kind: 'none' };
  const code = KEY_CODES.get(codePoint);
  if (code !== undefined) return { kind: 'key', code };
  if (codePoint === 0x0a) return { kind: 'key', code: 66 };
  // Android's virtual keyboard has the printable ASCII characters only.
  if (codePoint < 0x20 || codePoint > 0x7e) return { kind: 'unknown' };
  const text = String.fromCodePoint(codePoint);
  return { kind: 'text', text: held.has(SHIFT) ? text.toUpperCase() : text };
}
