import { Parser } from 'htmlparser2';
import { declarationsOf, rulesOf, type Declarations } from './mail-style.ts';

/** Deeper than any mail is. */
const DEEPEST = 256;
/** More than any mail has. */
const MOST_ELEMENTS = 10_000;

/**
 * `bdo` shows its digits in another order than they are written. Of a head only the title is text; a head
 * that is never closed holds the body.
 */
const dropped = new Set(
  'title img template object iframe select textarea bdo script style noembed noframes'.split(' '),
);
const blocks = new Set(
  (
    'html address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'
  ).split(' '),
);
/** What a person sees of a drawing. */
const drawn = new Set(['text', 'tspan', 'textpath']);

interface Frame {
  name: string;
  kind: 'block' | 'cell' | 'inline';
  /** Hidden with all that is in it. */
  hidden: boolean;
  /** Bare text in it is not seen; elements in it can be. */
  invisible: boolean;
  tiny: boolean;
  clear: boolean;
  pre: boolean;
  drawing: boolean;
}

const ROOT: Frame = {
  name: '',
  kind: 'block',
  hidden: false,
  invisible: false,
  tiny: false,
  clear: false,
  pre: false,
  drawing: false,
};

/**
 * The text a person sees of an HTML mail: a line for each block, a tab behind each cell of a row and each box
 * for a digit. What is not displayed is left out, as are addresses of links, images and all markup: 6-digit
 * colours and ids in them look like codes. One pass, in steps that grow with the length alone; `count` gets
 * their number. Empty where there are more elements, or more inside another, than in any mail.
 */
export function visibleText(html: string, count: (steps: number) => void = () => undefined): string {
  const frames: Frame[] = [ROOT];
  const rules = new Map<string, Declarations>();
  const written = lines();
  let sheet = '';
  let elements = 0;
  let tooMuch = false;
  const top = () => frames.at(-1) ?? ROOT;

  const parser = new Parser({
    onopentag(name, attributes) {
      count(1 + frames.length / DEEPEST);
      if (name === 'br') return written.line();
      const style = new Map([...rulesFor(attributes, rules), ...declarationsOf(attributes['style'] ?? '')]);
      const frame = frameOf(name, attributes, style, top());
      frames.push(frame);
      if (frames.length > DEEPEST || ++elements > MOST_ELEMENTS) {
        tooMuch = true;
        parser.pause();
      }
      if (frame.kind === 'block' && !frame.hidden) written.line();
    },
    ontext(text) {
      count(text.length);
      const frame = top();
      if (frame.name === 'style') sheet += text;
      if (!frame.hidden && !frame.invisible && !frame.tiny && !frame.clear && !isUndrawn(frame))
        written.text(text, frame.pre);
    },
    onclosetag(name) {
      if (name === 'br') return;
      const frame = frames.length > 1 ? frames.pop() : undefined;
      if (!frame) return;
      if (name === 'style') {
        for (const [selector, declarations] of rulesOf(sheet, count)) rules.set(selector, declarations);
        sheet = '';
      }
      if (frame.hidden) return;
      if (frame.kind === 'block') written.line();
      if (frame.kind === 'cell') written.text('\t', true);
    },
  });
  parser.write(html);
  if (tooMuch) return '';
  parser.end();
  return written.done();
}

const isUndrawn = ({ drawing, name }: Frame) => drawing && !drawn.has(name);

function frameOf(name: string, attributes: Record<string, string>, style: Declarations, above: Frame): Frame {
  const display = style.get('display') ?? '';
  const drawing = above.drawing ? name !== 'foreignobject' : name === 'svg';
  const visibility = style.get('visibility') ?? attributes['visibility'];
  const size = style.get('font-size');
  const colour = style.get('color') ?? style.get('-webkit-text-fill-color');
  return {
    name,
    kind: kindOf(name, display, drawing && name === 'text'),
    hidden:
      above.hidden || dropped.has(name) || attributes['hidden'] !== undefined || isHidden(display, style),
    invisible: visibility === undefined ? above.invisible : /^(hidden|collapse)\b/.test(visibility),
    // Trap: mail layouts set `font-size:0` on a cell to close gaps and give its contents their size back.
    tiny: size === undefined ? above.tiny : isTiny(size),
    clear:
      colour === undefined
        ? above.clear
        : /^(?:transparent\b|rgba\((?:[^,)]{1,9},){3} ?0?(?:\.0{1,9}|0)\))/.test(colour),
    pre: above.pre || name === 'pre',
    drawing,
  };
}

function kindOf(name: string, display: string, isDrawnText: boolean): Frame['kind'] {
  // A box for each digit.
  if (name === 'td' || name === 'th' || isDrawnText || /^inline-(?:block|flex|table|grid)/.test(display))
    return 'cell';
  if (blocks.has(name)) return display.startsWith('inline') ? 'cell' : 'block';
  return 'inline';
}

/** Hidden with all that is in it, or shown in another order than it is written. */
function isHidden(display: string, style: Declarations): boolean {
  const says = (property: string, pattern: RegExp) => pattern.test(style.get(property) ?? '');
  return (
    /^none\b/.test(display) ||
    says('unicode-bidi', /override/) ||
    says('flex-direction', /reverse/) ||
    says('flex-flow', /reverse/) ||
    says('order', /^-?[1-9]/) ||
    says('transform', /scalex?\(\s*-|rotate\(\s*-?180/) ||
    says('opacity', /^0?(?:\.0{1,9}|0)%?$/) ||
    says('text-indent', /^-\d{3}/) ||
    (says('position', /^(?:absolute|fixed)/) &&
      ['left', 'top', 'right'].some((side) => says(side, /^-\d{3}/))) ||
    (says('overflow', /^hidden/) &&
      ['max-height', 'height', 'max-width', 'width'].some((side) => says(side, /^0(?:\D|$)/)))
  );
}

function isTiny(size: string): boolean {
  return parseFloat(size) === 0 || /^(?:0?\.\d{1,9}|1(?:\.0{1,9})?)(?:px|pt)\b/.test(size);
}

/** Most classes an element is looked up by. */
const MOST_CLASSES = 20;

function rulesFor(
  { class: classes = '', id }: Record<string, string>,
  rules: Map<string, Declarations>,
): [string, string][] {
  if (rules.size === 0) return [];
  const names = classes.split(/\s+/, MOST_CLASSES).map((name) => `.${name}`);
  return [...names, ...(id === undefined ? [] : [`#${id}`])].flatMap((name) => [
    ...(rules.get(name.toLowerCase()) ?? []),
  ]);
}

/** Lines as they are written, each without the blanks around it; those that are empty are left out. */
function lines() {
  const done: string[] = [];
  let pieces: string[] = [];
  let blank = false;
  const line = () => {
    const whole = pieces.join('').trim();
    if (whole !== '') done.push(whole);
    pieces = [];
    blank = false;
  };
  return {
    line,
    text(text: string, asItIs: boolean) {
      if (asItIs) {
        const [first = '', ...more] = text.split('\n');
        pieces.push(first);
        for (const one of more) {
          line();
          pieces.push(one);
        }
        blank = false;
        return;
      }
      // Not U+200B: it has no width, and stands between the digits of a code.
      const one = text.replace(/[ \t\r\n\f]+/g, ' ');
      pieces.push(blank && one.startsWith(' ') ? one.slice(1) : one);
      if (one !== '') blank = one.endsWith(' ');
    },
    done() {
      line();
      return done.join('\n');
    },
  };
}
