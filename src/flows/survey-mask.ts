import { XMLSerializer } from '@xmldom/xmldom';
import { isPressable, windowIn, within, type PageSource, type SourceNode } from '../../pageobjects/look.ts';
import { locate } from '../../pageobjects/locator.ts';
import { showsName } from '../../pageobjects/masked-contact.ts';
import type { Label, LabelBook } from '../../pageobjects/label.ts';
import { ACCOUNT, CLOUD } from '../../pageobjects/page.ts';
import { readSource } from '../../pageobjects/read-source.ts';
import { SettingsPage } from '../../pageobjects/settings.page.ts';
import { isInWeb } from '../../pageobjects/web-step.ts';
import { ACCOUNT_MASK, MASK } from '../survey.ts';
import { pngSize } from '../formats/png.ts';
import type { Rectangle } from './paint-over.ts';

/** What tells words of the ROM from those of the phone's owner. */
export interface Owner {
  /** As the account list shows them. */
  accounts: readonly string[];
  book: LabelBook;
  /** The labels the book knows. */
  labels: readonly Label[];
}

export interface Masked {
  /** The page source with the owner's words masked, and nothing in it that a page does not ask about. */
  source: string;
  /** What is to be painted over in its picture. */
  covers: Rectangle[];
}

const SETTINGS = 'com.android.settings';
const SHOWN = ['text', 'content-desc', 'hint'];
// Of a node: what says where and what it is. The root has its size.
const KEPT =
  /^(class|package|resource-id|bounds|index|width|height|rotation|checkable|checked|clickable|enabled|focusable|focused|long-clickable|password|scrollable|selected|displayed)$/;
/** Where the ROM's own words stand. What stands elsewhere may be a name. */
const OF_THE_ROM =
  /^(android:id\/(button\d|up)|[\w.]+:id\/(\w*[tT]itle|\w*(agreement|policy|forget|rules|register|btn|button|_back)\w*))$/;
/** Where the owner's name or number stands (layouts of MIUI 8 to 10.3), and what is called so elsewhere. */
const OF_THE_OWNER = /:id\/\w*(nick|user_?name|user_?id|account_?name|phone|mobile|e?mail|avatar)\w*$/i;
// Digits, an address, or a mask of the phone's own.
const PERSONAL = /[\p{Nd}@*＊•●∗…]/u;

/**
 * The screens of one phone as they may be kept. On the pages of the account's apps and of Settings only what
 * is a label, or stands where the ROM's own words do and holds neither a digit nor a mask, is left; and
 * nowhere what is the owner's on another screen.
 */
export function maskScreens(looks: readonly PageSource[], owner: Owner): Masked[] {
  const masks = new Masks(owner, looks);
  return looks.map((look) => masks.of(look));
}

class Masks {
  readonly #owner: Owner;
  /** Names: nothing that holds one is left. */
  readonly #names = new Set<string>();
  /** Whatever else had to be masked on a page of the account: nothing equal is left. */
  readonly #words = new Set<string>();
  /** The account's row in Settings was not found on any screen; then the first row may be it. */
  readonly #firstRowIsOwners: boolean;

  constructor(owner: Owner, looks: readonly PageSource[]) {
    this.#owner = owner;
    const settings = looks.filter((look) => look.package === SETTINGS);
    this.#firstRowIsOwners = owner.accounts.length > 0 && !settings.some((look) => this.#accountRow(look));
    for (const look of looks.filter(({ package: app }) => app === ACCOUNT)) {
      for (const node of look.nodes) {
        const shown = [node.text, node.desc].filter((text) => text.trim().length > 1);
        for (const text of shown) if (OF_THE_OWNER.test(node.id)) this.#names.add(text.trim());
        for (const text of shown)
          if (!isInWeb(node) && !this.#isLeft(text, node)) this.#words.add(text.trim());
      }
    }
  }

  of(look: PageSource): Masked {
    const document = readSource(look.source);
    const [root, ...elements] = Array.from(document.getElementsByTagName('*'));
    const row = this.#rowOfOwner(look);
    const covers: Rectangle[] = [];
    for (const attribute of root ? Array.from(root.attributes) : [])
      if (!KEPT.test(attribute.name)) root?.removeAttribute(attribute.name);
    for (const [place, element] of elements.entries()) {
      const node = look.nodes[place];
      if (!node) continue;
      const hidden = SHOWN.filter((name) => {
        const text = element.getAttribute(name) ?? '';
        if (text === '' || this.#isLeft(text, node, row.includes(node))) return false;
        element.setAttribute(name, this.#showsAccount(text) ? ACCOUNT_MASK : MASK);
        return true;
      });
      for (const { name } of Array.from(element.attributes))
        if (!KEPT.test(name) && !SHOWN.includes(name)) element.removeAttribute(name);
      if (hidden.length > 0 || node.secret || isPicture(node, row)) covers.push(node.bounds);
    }
    return { source: new XMLSerializer().serializeToString(document), covers };
  }

  /** Whether these words of a node are the ROM's. */
  #isLeft(text: string, node: SourceNode, inRow = false): boolean {
    if (OF_THE_OWNER.test(node.id)) return false;
    if (this.#isLabel(text)) return true;
    const trimmed = text.trim();
    if (inRow || PERSONAL.test(text) || this.#words.has(trimmed) || this.#showsAccount(text)) return false;
    if ([...this.#names].some((name) => holds(trimmed, name))) return false;
    if (isInWeb(node) || node.cls === 'android.webkit.WebView') return true;
    const app = node.package;
    if (app !== ACCOUNT && app !== CLOUD && app !== SETTINGS) return false;
    return OF_THE_ROM.test(node.id) || (app !== SETTINGS && node.cls === 'android.widget.Button');
  }

  #isLabel(text: string): boolean {
    const { book, labels } = this.#owner;
    // A string with a place for another text may be anything.
    return labels.some(
      (label) => !/%(\d+\$)?[-#]*[sS]/.test(book.text(label) ?? '') && book.matches(label, text),
    );
  }

  #showsAccount(text: string): boolean {
    return this.#owner.accounts.some((account) => showsName(text, account));
  }

  #accountRow(look: PageSource): SourceNode | undefined {
    const { book, accounts } = this.#owner;
    return locate(SettingsPage.locators['accountRow'] ?? [], look, book, accounts[0])?.node;
  }

  /** Everything in the row of Settings that shows the account. */
  #rowOfOwner(look: PageSource): readonly SourceNode[] {
    if (look.package !== SETTINGS) return [];
    const first = look.nodes.find((node) => node.id === 'android:id/title' && isPressable(node));
    const shown = this.#accountRow(look) ?? (this.#firstRowIsOwners ? first : undefined);
    const box = shown && [shown, ...within(shown)].find(({ clickable }) => clickable);
    return box ? look.nodes.filter((node) => node === box || within(node).includes(box)) : [];
  }
}

/**
 * It may show the owner's face: a picture on a page of the account that is not a row's icon, or any in the
 * account's row.
 */
function isPicture(node: SourceNode, row: readonly SourceNode[]): boolean {
  const picture = /Image(View)?$/.test(node.cls) || /avatar/i.test(node.id);
  const icon = node.id === '' || node.id === 'android:id/icon' || node.id === 'android:id/up';
  return picture && (row.includes(node) || ((node.package === ACCOUNT || node.package === CLOUD) && !icon));
}

/** As a word or several, not as a part of one. */
function holds(text: string, name: string): boolean {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

/**
 * The covers in the scale of the picture, and all beside a window that does not fill the screen: what shows
 * there is another page.
 */
export function coversOn(png: Buffer, look: PageSource, covers: readonly Rectangle[]): Rectangle[] {
  const { width, height } = pngSize(png);
  const scale = look.width === undefined ? 1 : width / look.width;
  const onPicture = (bounds: Rectangle) =>
    bounds.map((px) => Math.round(px * scale)) as [number, number, number, number];
  const [left, top, right, bottom] = onPicture(windowIn(look)?.bounds ?? [0, 0, 0, 0]);
  const fills = right - left > 0.99 * width && bottom - top > 0.8 * height;
  const around: Rectangle[] = [
    [0, 0, width, top],
    [0, bottom, width, height],
    [0, top, left, bottom],
    [right, top, width, bottom],
  ];
  return [...covers.map(onPicture), ...(fills ? [] : around)].filter(
    (box) => box[2] > box[0] && box[3] > box[1],
  );
}
