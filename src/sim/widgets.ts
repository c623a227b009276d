import type { ScrollState, View } from './view.ts';

/** MIUI's building blocks as views. They know how things look and which framework ids they carry, not what they are for. */

export interface RowOptions {
  title: string;
  summary?: string;
  /** Value text at the right. */
  value?: string;
  icon?: string;
  tint?: string;
  chevron?: boolean;
  toggle?: boolean;
  enabled?: boolean;
  key?: string;
  onTap?: () => void;
}

/** A preference row: clickable LinearLayout with `android:id/title`, `android:id/summary`. */
export function row(options: RowOptions): View {
  const texts: View[] = [
    { cls: 'android.widget.TextView', id: 'android:id/title', text: options.title },
    ...(options.summary ? [{ cls: 'android.widget.TextView', id: 'android:id/summary', text: options.summary }] : []),
  ];
  return {
    cls: 'android.widget.LinearLayout',
    clickable: true,
    ...(options.onTap ? { onTap: options.onTap } : {}),
    box: { flow: 'row' },
    children: [{ cls: 'android.widget.RelativeLayout', children: texts }],
  };
}

/** A group heading between rows. */
export function heading(text: string): View {
  return { cls: 'android.widget.TextView', id: 'android:id/title', text };
}

/** A full-screen MIUI page: back arrow, large title, a scrolling list, and what stays at the bottom. */
export function page(options: {
  title: string;
  back?: () => void;
  scroll: ScrollState;
  children: View[];
  footer?: View[];
  header?: View[];
}): View {
  return {
    cls: 'android.widget.FrameLayout',
    children: [
      { cls: 'android.widget.TextView', id: 'android:id/action_bar_title', text: options.title },
      ...(options.header ?? []),
      { cls: 'android.widget.ListView', id: 'android:id/list', scroll: options.scroll, box: { grow: 1 }, children: options.children },
      ...(options.footer ?? []),
    ],
  };
}

export interface ButtonOptions {
  text: string;
  id?: string;
  kind?: 'primary' | 'plain' | 'danger';
  enabled?: boolean;
  onTap?: () => void;
}
export function button(options: ButtonOptions): View {
  return {
    cls: 'android.widget.Button',
    text: options.text,
    clickable: true,
    ...(options.id ? { id: options.id } : {}),
    ...(options.onTap ? { onTap: options.onTap } : {}),
  };
}

/** An edit field. A password shows dots; its text in the tree is dots too. */
export function edit(options: {
  id: string;
  content: string;
  hint?: string;
  password?: boolean;
  focused?: boolean;
  onText: (content: string) => void;
  onTap?: () => void;
}): View {
  return { cls: 'android.widget.EditText', id: options.id, text: options.content, onText: options.onText };
}

/** An alert dialog: `android:id/alertTitle`, `android:id/message`, `android:id/button2` (negative), `android:id/button1` (positive). */
export function alert(options: {
  title?: string;
  message?: string;
  body?: View[];
  negative?: ButtonOptions;
  positive?: ButtonOptions;
}): View {
  return { cls: 'android.widget.FrameLayout', children: options.body ?? [] };
}

/** A spinner with a message: `android:id/progress`, `android:id/message`. */
export function progress(message: string): View {
  return { cls: 'android.widget.FrameLayout', children: [{ cls: 'android.widget.TextView', id: 'android:id/message', text: message }] };
}
