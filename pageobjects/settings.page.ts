import { isOfDialog, isPressable, only, within, type SourceNode } from './look.ts';
import { ids, type Landmark, type Locator, type Way } from './locator.ts';
import { showsName } from './masked-contact.ts';
import { label } from './label.ts';
import { BUTTON, Page } from './page.ts';

const SETTINGS = 'com.android.settings';

/**
 * The list of MIUI's Settings. Its rows carry no ids of their own, so the account's is known by the phone's
 * own labels.
 */
export class SettingsPage extends Page {
  static readonly title = 'Settings';
  static readonly landmark: Landmark = { package: [SETTINGS] };
  static readonly locators: Record<string, Locator> = {
    accountRow: [
      // Global: the row's title. China: the title is the owner's nickname, and the line under it is always
      // the same; until the nickname is there, both say that no account is signed in
      // (XiaomiAccountInfoController). From MIUI 14 on the server may word that line.
      {
        label: label(
          SETTINGS,
          'xiaomi_account',
          'login_account_summary_temp',
          'unlogin_account_title',
          'account_login_hint',
          'suggestion_for_phone_recycled',
          'unlogin_account_summary',
        ),
        row: true,
      },
      {
        structure: {
          is: "the only row that shows the account's name",
          find: (look, name) => (name ? rowNaming(look.nodes, name) : undefined),
        },
      },
    ],
  };

  /**
   * The account's row, if it is in view; `accountName` is what the row shows at its right on Global releases.
   */
  accountRow(accountName?: string): SourceNode | undefined {
    return this.seen('accountRow', accountName);
  }

  /** On a tablet the list has a page beside it, which scrolls too; a dialog that scrolls is no list. */
  protected override get list(): SourceNode | undefined {
    const headers = this.look.byId(`${SETTINGS}:id/scroll_headers`);
    return headers ?? this.look.nodes.find((node) => node.scrollable && !isOfDialog(node));
  }

  /** It has things to press, is no dialog, and has no list that may hold the row. */
  get isInner(): boolean {
    return !this.isList && !this.isDialog && this.look.nodes.some(isPressable);
  }

  /** A dialog of the same app, with answers as no list of Settings has. */
  get isDialog(): boolean {
    return this.look.nodes.some((node) => isOfDialog(node) || isAnswer(node));
  }

  async openAccount(accountName?: string): Promise<void> {
    const row = this.accountRow(accountName);
    if (row) await this.at(row).click();
  }
}

const isAnswer = ({ id, cls }: SourceNode): boolean => id.startsWith(BUTTON) || cls.endsWith('.Button');

function rowNaming(nodes: readonly SourceNode[], name: string): SourceNode | undefined {
  const naming = nodes.filter((node) => showsName(node.text, name) && isPressable(node));
  const rows = new Map(
    naming.map((node) => [[node, ...within(node)].find(({ clickable }) => clickable), node]),
  );
  return only([...rows.values()]);
}

const SYSTEM_UI = 'com.android.systemui';
const WORDS = [
  ...label(
    SYSTEM_UI,
    'accessibility_settings',
    'accessibility_quick_settings_settings',
    'accessibility_desc_settings',
  ),
  ...label(SETTINGS, 'settings_label'),
];
const TILE: Way = { label: WORDS, inside: ids('miui.systemui.plugin', 'qs_tile') };
/** Names as in AOSP's SystemUI; the shortcut from MIUI 12 on. */
const GEAR: Locator = [
  {
    ...TILE,
    id: ids(SYSTEM_UI, 'settings_button', 'settings_button_container', 'notification_shade_shortcut'),
  },
  { label: WORDS },
];

/**
 * The panel pulled down from the top edge, with the gear that opens Settings; in the control centre of HyperOS a
 * tile among others. Where both are in view the tile is meant: the icon over notifications may open their own
 * settings.
 */
export class QuickPanel extends Page {
  static readonly title = 'quick panel';
  static readonly landmark: Landmark = { package: [SYSTEM_UI], ways: GEAR };
  static readonly locators: Record<string, Locator> = { gear: GEAR, tile: [TILE] };

  async openSettings(): Promise<void> {
    await this.element(this.seen('tile') ? 'tile' : 'gear').click();
  }
}
