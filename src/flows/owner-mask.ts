import { XMLSerializer, type Element } from '@xmldom/xmldom';
import { within, withoutCodes, type PageSource, type SourceNode } from '../../pageobjects/look.ts';
import { locate } from '../../pageobjects/locator.ts';
import type { Label, LabelBook } from '../../pageobjects/label.ts';
import { ACCOUNT, CLOUD } from '../../pageobjects/page.ts';
import { readSource } from '../../pageobjects/read-source.ts';
import { SettingsPage } from '../../pageobjects/settings.page.ts';
import { BadAnswerError } from '../errors.ts';
import { MASK } from '../survey.ts';
import type { Rectangle } from './paint-over.ts';
import { personalSpans, withoutPersonal } from './personal.ts';
import { KNOWN_LABELS } from './recorded.ts';

const SETTINGS = 'com.android.settings';
/** Of a node: what says where and what it is, and never whose. */
const TECHNICAL =
  /^(class|package|resource-id|bounds|index|width|height|rotation|checkable|checked|clickable|enabled|focusable|focused|long-clickable|password|scrollable|selected|displayed)$/;
/**
 * Where the owner's own name stands on the account's pages (layouts of MIUI 8 to 10.3), and what is called so
 * elsewhere.
 */
const OWNERS_NAME = /:id\/\w*(nick|user_?name|account_?name|display_?name)\w*$/i;
const OWNERS_PLACE = /:id\/\w*(nick|user_?(name|id)|account_?(name|id)|display_?name)\w*$/i;
const OWNERS_FACE = /avatar|user_?icon|head_?(icon|image|photo)/i;
/** Each name is searched for in each text, so there is a limit to both. A phone has an owner or two. */
const MOST_NAMES = 100;
const LONGEST_NAME = 1000;
/** Pieces of one number or address that lie in views of their own. */
const PIECE = /^[\s\p{L}\p{N}@＠.+*•_()-]{1,40}$/u;

export interface Masked {
  source: string;
  /** What is to be painted over in its picture. */
  covers: Rectangle[];
}

/**
 * The screens of a run as they may be kept: without the account's id, numbers, addresses and its owner's
 * name. Everything else is left, so that one can see why a run ended as it did; of a sentence with a number
 * in it the rest is left in the page source.
 */
export class OwnerMask {
  readonly #accounts = new Set<string>();
  readonly #names = new Set<string>();
  #book: LabelBook | undefined;
  #labels: readonly Label[] = [];

  /** `accounts`: as the phone and the list name them. `book`: the words of the phone's own pages. */
  know({ accounts = [], book }: { accounts?: readonly string[]; book?: LabelBook }): void {
    for (const account of accounts) if (account.trim() !== '') this.#accounts.add(account.trim());
    if (!book) return;
    this.#book = book;
    this.#labels = KNOWN_LABELS.filter((label) => book.text(label) !== undefined);
  }

  of(look: PageSource): Masked {
    const document = readSource(look.source);
    const elements = Array.from(document.getElementsByTagName('*')).slice(1);
    const row = this.#rowOfOwner(look);
    for (const node of look.nodes) this.#learn(node);
    const split = this.#piecesOf(look.nodes);
    const covers: Rectangle[] = [];
    for (const [place, element] of elements.entries()) {
      const node = look.nodes[place];
      if (!node) continue;
      const isOwners = row.has(node) || split.has(node) || OWNERS_PLACE.test(node.id);
      if (this.#mask(element, node, isOwners) || isFace(node, row)) covers.push(node.bounds);
    }
    return { source: new XMLSerializer().serializeToString(document), covers };
  }

  /**
   * A text of ours as it may be kept, e.g. the words of an error that quotes what a phone shows. Serials and
   * paths are left.
   */
  words(text: string): string {
    return withoutPersonal(text, this.#owner, 'hiding');
  }

  get #owner() {
    return { accounts: [...this.#accounts], names: this.#names };
  }

  /** True when something that is seen was masked. */
  #mask(element: Element, node: SourceNode, isOwners: boolean): boolean {
    let isSeen = false;
    for (const { name, value } of Array.from(element.attributes)) {
      if (value === '' || TECHNICAL.test(name)) continue;
      // The page source has codes covered already, which cuts a number that is written in groups.
      const shown = name === 'text' ? node.text : name === 'content-desc' ? node.desc : value;
      const whole = isOwners && !this.#isLabel(shown);
      const left = whole ? MASK : withoutPersonal(shown, this.#owner);
      if (left === shown) continue;
      element.setAttribute(name, withoutCodes(left));
      // A description is not drawn, but where nothing else says what the view shows.
      if (
        name === 'text' ||
        name === 'hint' ||
        (name === 'content-desc' && element.getElementsByTagName('*').length === 0)
      )
        isSeen = true;
    }
    return isSeen;
  }

  #learn({ id, text, package: app }: SourceNode): void {
    const name = text.trim();
    if (
      app === ACCOUNT &&
      OWNERS_NAME.test(id) &&
      [...name].length > 1 &&
      /\p{L}/u.test(name) &&
      !this.#isLabel(name)
    )
      this.#names.add(name);
    if (name.length > LONGEST_NAME && this.#names.has(name))
      throw new BadAnswerError({ asked: "its owner's name", came: `${name.length} characters` });
    if (this.#names.size > MOST_NAMES)
      throw new BadAnswerError({ asked: "its owner's name", came: `more than ${MOST_NAMES} of them` });
  }

  #isLabel(text: string): boolean {
    const book = this.#book;
    // A string with a place for another text may be anything.
    return (
      book !== undefined &&
      this.#labels.some(
        (label) => !/%(\d+\$)?[-#]*[sS]/.test(book.text(label) ?? '') && book.matches(label, text),
      )
    );
  }

  /** Everything in the row of Settings that shows the account: in China its owner's name. */
  #rowOfOwner(look: PageSource): Set<SourceNode> {
    if (look.package !== SETTINGS || !this.#book) return new Set();
    const [account] = this.#accounts;
    const shown = locate(SettingsPage.locators['accountRow'] ?? [], look, this.#book, account)?.node;
    const box = shown && [shown, ...within(shown)].find(({ clickable }) => clickable);
    return new Set(box ? look.nodes.filter((node) => node === box || within(node).includes(box)) : []);
  }

  /**
   * Views that show one number or address together: each digit, or the part after the @, in one of its own.
   */
  #piecesOf(nodes: readonly SourceNode[]): Set<SourceNode> {
    const found = new Set<SourceNode>();
    let run: SourceNode[] = [];
    const end = () => {
      if (run.length > 1) for (const node of spanning(run)) found.add(node);
      run = [];
    };
    for (const node of nodes.filter(({ text }) => text.trim() !== '')) {
      if (PIECE.test(node.text) && !this.#isLabel(node.text)) run.push(node);
      else end();
    }
    end();
    return found;
  }
}

/** Of views that follow one another, those that an address or a number goes through. */
function spanning(run: readonly SourceNode[]): SourceNode[] {
  const starts: number[] = [];
  let joined = '';
  for (const { text } of run) {
    starts.push(joined.length);
    joined += text.trim();
  }
  const ends = starts
    .map((start, place) => starts[place + 1] ?? joined.length)
    .map((end, place) => [starts[place] ?? 0, end] as const);
  return personalSpans(joined).flatMap(({ from, to }) => {
    const touched = run.filter((_, place) => (ends[place]?.[0] ?? 0) < to && (ends[place]?.[1] ?? 0) > from);
    // A heading over a whole address is none of its pieces.
    const isWhole = touched.some(({ text }) => /@.+\.\p{L}{2,}/u.test(text) && /[^@]@/.test(text));
    return touched.length > 1 && !isWhole ? touched : [];
  });
}

/** It may show the owner's face: on a page of the account, or in the account's row. */
function isFace(node: SourceNode, row: ReadonlySet<SourceNode>): boolean {
  const isPicture = /Image(View)?$/.test(node.cls) || OWNERS_FACE.test(node.id);
  if (row.has(node)) return isPicture;
  return isPicture && OWNERS_FACE.test(node.id) && (node.package === ACCOUNT || node.package === CLOUD);
}
