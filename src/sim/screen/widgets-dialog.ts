import type { View } from './view.ts';
import { button, label, sharing, view, type ButtonOptions } from './widgets.ts';

/**
 * Dialogs: alerts, a spinner with its message, and the card of those that bring their own ids. Of Android's
 * framework, or of Miuix, which each app has in its own package.
 */

export interface AlertOptions {
  title?: string;
  message?: string;
  body?: View[];
  negative?: ButtonOptions;
  positive?: ButtonOptions;
}

/**
 * An alert dialog: `android:id/alertTitle`, `android:id/message`, `android:id/button2` (negative),
 * `android:id/button1` (positive). With `miuix` the ids of title and message are of that package, and the
 * card lies in a root that fills the window (dumps of MIUI 13 and HyperOS 3).
 */
export function alert(options: AlertOptions, miuix?: string): View {
  const { title, message, body = [], negative, positive } = options;
  const id = (name: string): string => `${miuix ?? 'android'}:id/${name}`;
  const buttons = [
    ...(negative ? [button({ id: 'android:id/button2', ...negative })] : []),
    ...(positive ? [button({ id: 'android:id/button1', kind: 'primary', ...positive })] : []),
  ];
  const head = title ? [label('dialogTitle', title, id('alertTitle'))] : [];
  const rows = body.filter(({ part }) => part === 'row');
  const content = [
    ...(message ? [label('dialogMessage', message, id('message'))] : []),
    ...(rows.length > 0 ? [choices(rows)] : body),
  ];
  const foot = buttons.length
    ? [
        view('android.widget.LinearLayout', 'dialogButtons', {
          id: id('buttonPanel'),
          children: buttons.map(sharing),
        }),
      ]
    : [];
  if (miuix === undefined) {
    const middle = content.length > 0 ? [scroller(content, 'android:id/scrollView')] : [];
    return card([...head, ...middle, ...foot]);
  }
  return inMiuix(miuix, [
    ...head.map((one) => panel(id('topPanel'), [one])),
    ...(content.length > 0 ? [scroller([panel(id('contentPanel'), content)])] : []),
    ...foot,
  ]);
}

/** The card of a dialog that brings its own ids, and scrolls as a whole. */
export function dialog(children: View[], id?: string): View {
  return card([scroller(children)], id);
}

const card = (children: View[], id?: string): View =>
  view('android.widget.LinearLayout', 'dialog', { id, children });

/** What gives way where a dialog is too high for the screen (AlertController: title and buttons stay in view). */
const scroller = (children: View[], id?: string): View =>
  view('android.widget.ScrollView', 'dialogPanel', { id, key: 'scroller', scrolls: true, children });

const choices = (rows: View[]): View =>
  view('android.widget.LinearLayout', 'dialogRows', {
    children: rows.map((one): View => ({ ...one, part: 'dialogRow' })),
  });

const panel = (id: string, children: View[]): View =>
  view('android.widget.LinearLayout', 'dialogPanel', { id, children });

/** What Miuix lays a dialog in: a touch on `dialog_dim_bg`, which can be pressed, is one beside the card. */
function inMiuix(miuix: string, children: View[]): View {
  const own = view('android.widget.LinearLayout', 'dialog', {
    box: { margin: 12, shrink: 1 },
    id: `${miuix}:id/parentPanel`,
    clickable: true,
    focusable: true,
    children,
  });
  return view('android.widget.FrameLayout', 'dialogRoot', {
    id: `${miuix}:id/dialog_root_view`,
    children: [
      view('android.view.View', 'dialogDim', { id: `${miuix}:id/dialog_dim_bg`, clickable: true }),
      own,
    ],
  });
}

/** A dialog's title with an id of its own, for dialogs that are no framework alert. */
export function dialogTitle(text: string, id = 'android:id/title'): View {
  return label('dialogTitle', text, id);
}

/**
 * A spinner with a message: `android:id/progress`, `android:id/message`. With `miuix` the message is of that
 * package, which has the percent beside it.
 */
export function progress(message: string, miuix?: string): View {
  const words = label('title', message, `${miuix ?? 'android'}:id/message`);
  const children = [spinner(), { ...words, box: { grow: 1 } }];
  if (miuix === undefined) return view('android.widget.LinearLayout', 'waiting', { children });
  const percent = view('android.widget.TextView', 'summary', {
    id: `${miuix}:id/progress_percent`,
    box: { width: 1, height: 1 },
  });
  const custom = view('android.widget.LinearLayout', 'waitingPanel', {
    id: 'android:id/custom',
    children: [...children, percent],
  });
  return inMiuix(miuix, [custom]);
}

/** The turning ring alone: `android:id/progress`. */
function spinner(id = 'android:id/progress'): View {
  return view('android.widget.ProgressBar', 'spinner', { id });
}

/** Whether the root of a window fills it, although what is seen of it is a card. */
export const fillsWindow = ({ id = '' }: View): boolean => id.endsWith(':id/dialog_root_view');

/** What is beside the card of such a dialog. */
export const isBeside = ({ id = '' }: View): boolean => id.endsWith(':id/dialog_dim_bg');
