import { isFrame, isTypedInto } from './look.ts';
import { ids, type Landmark, type Structure } from './locator.ts';
import { label } from './label.ts';
import { ACCOUNT, CLOUD, FIND_DEVICE, Page } from './page.ts';

/** The account's apps work: a spinner, with or without a text. */
export class BusyPage extends Page {
  static readonly title = 'progress';
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD, FIND_DEVICE],
    ways: [
      {
        // The framework's, that of the passport SDK, and Miuix's percent in each app's own package.
        id: [
          'android:id/progress',
          `${ACCOUNT}:id/progress`,
          ...[ACCOUNT, CLOUD, FIND_DEVICE].flatMap((owner) => ids(owner, 'progress_percent')),
        ],
        label: [
          ...label(ACCOUNT, 'passport_checking_account', 'removing_account', 'passport_setting'),
          ...[ACCOUNT, CLOUD].flatMap((owner) => label(owner, 'wipe_data_query_progress_title')),
        ],
      },
    ],
  };
}

const NO_CONTROLS: Structure = {
  is: 'a page with nothing to press',
  find: ({ nodes }) => {
    const controls = nodes.some((node) => {
      const { cls, id, clickable, scrollable } = node;
      return (
        (clickable && !isFrame(node)) ||
        scrollable ||
        /\.(Button|WebView)$/.test(cls) ||
        isTypedInto(cls) ||
        /:id\/button\d$/.test(id)
      );
    });
    return controls ? undefined : nodes[0];
  },
};

/**
 * A page that no other rule knows, with a spinner or with nothing to press.
 */
export class IdlePage extends Page {
  static readonly title = 'progress of an unknown kind';
  static readonly vague = true;
  static readonly landmark: Landmark = {
    package: [ACCOUNT, CLOUD, FIND_DEVICE],
    ways: [{ cls: ['android.widget.ProgressBar'] }, { structure: NO_CONTROLS }],
  };

  /** It says that something is under way. */
  get spins(): boolean {
    return this.look.nodes.some(({ cls }) => cls === 'android.widget.ProgressBar');
  }
}
