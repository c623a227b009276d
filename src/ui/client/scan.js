// What a barcode scanner types, by the position of its keys, so that no keyboard layout garbles it.

// Characters of one scan come faster than any hand, ms apart, and are at least so many.
const FAST = 35;
const LEAST = 6;

const PLAIN = { Minus: '-', Period: '.', Slash: '/', Space: ' ', Comma: ',', Semicolon: ';', Equal: '=' };
const SHIFTED = { Minus: '_', Semicolon: ':', Equal: '+', Slash: '?', Comma: '<', Period: '>' };
const DIGITS = ')!@#$%^&*(';

/** The character of a key on the keyboard that scanners take for theirs; undefined for any other key. */
function characterOf({ code, shiftKey }) {
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return shiftKey && code.startsWith('Digit') ? DIGITS[Number(digit)] : digit;
  if (code === 'NumpadSubtract') return '-';
  return shiftKey ? SHIFTED[code] : PLAIN[code];
}

/** Follows keys and gives what was scanned. A burst is a scan wherever it lands. */
export class Scans {
  #text = '';
  #last = -Infinity;
  #field;
  #before = '';

  /** The scan that this key ends; undefined while there is none. `field`: what has the focus. */
  key(event, field, now = event.timeStamp) {
    const isFast = now - this.#last < FAST;
    this.#last = now;
    if (event.key === 'Enter' || event.code === 'NumpadEnter') {
      const text = isFast && this.#text.length >= LEAST ? this.#text : undefined;
      if (text !== undefined && this.#field && 'value' in this.#field) this.#field.value = this.#before;
      this.#text = '';
      return text;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
    const character = characterOf(event);
    if (character === undefined) return undefined;
    if (!isFast || this.#text === '') {
      this.#text = '';
      this.#field = field;
      this.#before = field && 'value' in field ? field.value : '';
    }
    this.#text += character;
    return undefined;
  }
}
