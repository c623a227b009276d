import { isTypedInto, within, type SourceNode } from './look.ts';
import { ids, type Landmark, type Locator } from './locator.ts';
import type { Label } from './label.ts';
import { ACCOUNT, CANCEL, Page } from './page.ts';

const WEB_VIEW = 'android.webkit.WebView';

/**
 * A page of Xiaomi's site inside the account app (NotificationActivity; on HyperOS
 * PassportJsbWebViewActivity). Its nodes carry no ids, and its words are the server's, in any language:
 * things are known by class, order and place alone.
 */
export class WebStep extends Page {
  static readonly landmark: Landmark = { package: [ACCOUNT], ways: [{ cls: [WEB_VIEW] }] };
  static readonly labels: readonly Label[] = CANCEL;

  get fields(): readonly SourceNode[] {
    return this.#inside(({ cls }) => isTypedInto(cls));
  }

  get radios(): readonly SourceNode[] {
    return this.#inside(({ cls }) => cls === 'android.widget.RadioButton');
  }

  /**
   * Buttons that may go on: none with the phone's word for Cancel. Where a page has no real buttons, what
   * else can be pressed and has words.
   */
  get buttons(): readonly SourceNode[] {
    const real = this.#inside(({ cls }) => cls === 'android.widget.Button');
    return (real.length > 0 ? real : this.links.filter((link) => words(link) !== '')).filter(
      (button) => !this.says(button, CANCEL),
    );
  }

  /**
   * The button that goes on from what is filled in: the last of the first row below it. Help and similar
   * buttons stand further down.
   */
  protected onward(below: SourceNode | undefined): SourceNode | undefined {
    const beneath = this.buttons.filter(({ bounds }) => !below || bounds[1] >= below.bounds[3]);
    const [first] = beneath.toSorted((one, other) => one.bounds[1] - other.bounds[1]);
    return first && beneath.findLast((button) => inOneRow(button, first));
  }

  get pictures(): readonly SourceNode[] {
    return this.#inside(({ cls }) => cls === 'android.widget.Image' || cls === 'android.widget.ImageView');
  }

  /** Links and similar things, which are no buttons for the phone. */
  get links(): readonly SourceNode[] {
    return this.#inside(({ cls, clickable }) => cls === 'android.view.View' && clickable);
  }

  /**
   * What the page says beside its controls, and toasts over it. A text that was not there before may be an
   * error.
   */
  get texts(): readonly string[] {
    return [...this.lines, ...this.look.toasts].filter((text) => text !== '');
  }

  /** The same without toasts, which go. */
  get lines(): readonly string[] {
    return this.said.map(words).filter((text) => text !== '');
  }

  protected get said(): readonly SourceNode[] {
    return this.#inside(
      ({ cls, clickable }) => !clickable && /^android\.(view\.View|widget\.TextView)$/.test(cls),
    );
  }

  /** Nothing on it to read or press yet. */
  get isEmpty(): boolean {
    return [this.fields, this.radios, this.buttons, this.links].every((nodes) => nodes.length === 0);
  }

  protected async press(node: SourceNode): Promise<void> {
    await this.atClass(node).click();
  }

  #inside(fits: (node: SourceNode) => boolean): readonly SourceNode[] {
    return this.look.nodes.filter((node) => fits(node) && isInWeb(node));
  }
}

/** The web page was not fetched: the app's own page in its place (PassportJsbWebViewActivity). */
export class WebErrorPage extends Page {
  static readonly title = 'web page that did not load';
  static readonly occasional = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT],
    ways: [{ id: ids(ACCOUNT, 'network_error_layout', 'btn_retry') }],
  };
  static readonly locators: Record<string, Locator> = { retry: [{ id: ids(ACCOUNT, 'btn_retry') }] };

  get canRetry(): boolean {
    return this.seen('retry') !== undefined;
  }

  async retry(): Promise<void> {
    await this.element('retry').click();
  }
}

/** The web page is still being fetched. */
export class EmptyWebPage extends WebStep {
  static readonly title = 'web page that is not there yet';
}

export const words = ({ text, desc }: SourceNode): string => text || desc;

/** They stand side by side. */
export function inOneRow(one: SourceNode, other: SourceNode): boolean {
  const middle = ({ bounds: [, top, , bottom] }: SourceNode) => (top + bottom) / 2;
  const spans = ({ bounds: [, top, , bottom] }: SourceNode, y: number) => top <= y && y <= bottom;
  return spans(one, middle(other)) || spans(other, middle(one));
}

export function isInWeb(node: SourceNode): boolean {
  return within(node).some(({ cls }) => cls === WEB_VIEW);
}
