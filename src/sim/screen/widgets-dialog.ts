import type { View } from './view.ts';
import { button, label, sharing, view, type ButtonOptions } from './widgets.ts';

/**
 * Dialogs: alerts with the framework's ids, a spinner with its message, and the card of those that bring
 * their own ids.
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
 * `android:id/button1` (positive).
 */
export function alert(options: AlertOptions): View {
  const { title, message, body = [], negative, positive } = options;
  const buttons = [
    ...(negative ? [button({ id: 'android:id/button2', ...negative })] : []),
    ...(positive ? [button({ id: 'android:id/button1', kind: 'primary', ...positive })] : []),
  ];
  return dialog([
    ...(title ? [label('dialogTitle', title, 'android:id/alertTitle')] : []),
    ...(message ? [label('dialogMessage', message, 'android:id/message')] : []),
    ...body.map((one): View => (one.part === 'row' ? { ...one, part: 'dialogRow' } : one)),
    ...(buttons.length
      ? [
          view('android.widget.LinearLayout', 'dialogButtons', {
            id: 'android:id/buttonPanel',
            children: buttons.map(sharing),
          }),
        ]
      : []),
  ]);
}

/** The card of a dialog that brings its own ids. */
export function dialog(children: View[], id?: string): View {
  return view('android.widget.LinearLayout', 'dialog', { id, children });
}

/** A dialog's title with an id of its own, for dialogs that are no framework alert. */
export function dialogTitle(text: string, id = 'android:id/title'): View {
  return label('dialogTitle', text, id);
}

/** A spinner with a message: `android:id/progress`, `android:id/message`. */
export function progress(message: string): View {
  return view('android.widget.LinearLayout', 'waiting', {
    children: [spinner(), { ...label('title', message, 'android:id/message'), box: { grow: 1 } }],
  });
}

/** The turning ring alone: `android:id/progress`. */
function spinner(id = 'android:id/progress'): View {
  return view('android.widget.ProgressBar', 'spinner', { id });
}
