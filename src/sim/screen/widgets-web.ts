import type { ScrollState, View } from './view.ts';
import { view } from './widgets.ts';

/**
 * HTML as an Android WebView shows it to accessibility: roles become classes, names become texts, and there
 * are no resource ids where the page has none (Chromium: AXRoleToAndroidClassName,
 * WebContentsAccessibility.setAccessibilityNodeInfoText since 2017).
 */

/** A WebView with one document. The outer node is the view, the inner one the document. */
export function webView(options: {
  title: string;
  step: string;
  /** Of the view, where the app gives it one. */
  id?: string;
  scroll: ScrollState;
  children: View[];
}): View {
  const { title, step, id, scroll, children } = options;
  const body = view('android.view.View', 'webBody', { key: step, children });
  const root = view('android.webkit.WebView', 'webRoot', {
    key: 'document',
    text: title,
    focusable: true,
    scroll,
    children: [body],
  });
  return view('android.webkit.WebView', 'webView', { id, key: 'web', children: [root] });
}

export const webHeading = (text: string): View => view('android.view.View', 'webHeading', { text });
export const webLine = (text: string): View => view('android.view.View', 'webText', { text });
export const webError = (text: string): View => view('android.view.View', 'webError', { key: 'error', text });

/** The picture of a captcha: its letters are drawn, and nothing else knows them. */
export const webCaptcha = (name: string, letters: string): View =>
  view('android.widget.Image', 'captcha', { text: name, look: { letters } });

export function webRadio(options: { text: string; checked: boolean; onTap: () => void }): View {
  return view('android.widget.RadioButton', 'webRadio', {
    ...options,
    clickable: true,
    focusable: true,
    checkable: true,
  });
}

export function webButton(options: { text: string; enabled?: boolean; onTap: () => void }): View {
  const { text, enabled, onTap } = options;
  const tap = enabled === false ? undefined : onTap;
  return view('android.widget.Button', 'webButton', {
    text,
    enabled,
    clickable: true,
    focusable: true,
    onTap: tap,
  });
}

export interface WebEditOptions {
  content: string;
  /** The placeholder. */
  hint: string;
  password?: boolean;
  digits?: boolean;
  focused: boolean;
  key: string;
  onText: (content: string) => void;
  onTap: () => void;
}
export function webEdit(options: WebEditOptions): View {
  const { content, password, ...rest } = options;
  const text = password ? '•'.repeat([...content].length) : content;
  return view('android.widget.EditText', 'webEdit', {
    ...rest,
    text,
    password,
    clickable: true,
    focusable: true,
  });
}
