import type { Box, Paint, View } from './view.ts';
import type { Part } from './theme.ts';

/**
 * MIUI's building blocks as views: texts, buttons, fields, pictures. Rows and pages are in widgets-page.ts,
 * dialogs in widgets-dialog.ts. They know which classes and framework ids they carry; how they look is
 * theme.ts's business.
 */

/** Drops what was left out, so that options can be passed on under exactOptionalPropertyTypes. */
export function view(cls: string, part: Part, rest: { [K in keyof View]?: View[K] | undefined } = {}): View {
  const made: Record<string, unknown> = { cls, part };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) made[name] = value;
  return made as unknown as View;
}

export const label = (part: Part, text: string, id?: string): View =>
  view('android.widget.TextView', part, { text, id });

export const picture = (part: Part, look?: Paint): View => view('android.widget.ImageView', part, { look });

export interface TextOptions {
  id?: string;
  text: string;
  part?: 'text' | 'caption' | 'error' | 'title' | 'summary' | 'dialogTitle' | 'dialogMessage' | 'heading';
  key?: string;
  look?: Paint;
  box?: Box;
}
export function text(options: TextOptions): View {
  const { part = 'text', ...rest } = options;
  return view('android.widget.TextView', part, rest);
}

/** Blue text that is tapped like a link. */
export function link(options: {
  id?: string;
  text: string;
  desc?: string;
  look?: Paint;
  box?: Box;
  onTap?: () => void;
}): View {
  return view('android.widget.TextView', 'link', { ...options, clickable: true });
}

export interface ButtonOptions {
  text: string;
  id?: string;
  kind?: 'primary' | 'plain' | 'danger';
  enabled?: boolean;
  onTap?: () => void;
}
export function button(options: ButtonOptions): View {
  const { text, id, kind = 'plain', enabled } = options;
  const onTap = enabled === false ? undefined : options.onTap;
  return view('android.widget.Button', `${kind}Button`, {
    text,
    id,
    enabled,
    clickable: true,
    focusable: true,
    onTap,
  });
}

/** Two buttons side by side. */
export function twoButtons(left: ButtonOptions, right: ButtonOptions): View {
  return view('android.widget.LinearLayout', 'buttons', {
    children: [left, right].map((one) => sharing(button(one))),
  });
}

/** A view that takes an equal share of its row. */
export const sharing = (one: View): View => ({ ...one, box: { ...one.box, grow: 1 } });

export interface EditOptions {
  id: string;
  content: string;
  hint?: string;
  password?: boolean;
  digits?: boolean;
  focused?: boolean;
  /** Missing: `android.widget.EditText`. */
  cls?: string;
  onText: (content: string) => void;
  onTap?: () => void;
}

/** An edit field. A password shows dots; its text in the tree is dots too. */
export function edit(options: EditOptions): View {
  const { id, content, hint, password, digits, focused = false, onText, onTap } = options;
  const { cls = 'android.widget.EditText' } = options;
  const text = password ? '•'.repeat([...content].length) : content;
  return view(cls, 'edit', {
    id,
    text,
    hint,
    password,
    digits,
    focused,
    clickable: true,
    focusable: true,
    longClickable: true,
    onText,
    onTap,
  });
}

/** A field on its plate, with what stands at its end (an eye, a picture). */
export function editBox(field: View, options: { id?: string; end?: View[]; key?: string } = {}): View {
  return view('android.widget.FrameLayout', 'editBox', {
    id: options.id,
    key: options.key,
    children: [field, ...(options.end ?? [])],
  });
}

/** The eye in a password field. */
export function eye(options: { id?: string; open: boolean; desc?: string; onTap: () => void }): View {
  const { id, open, desc, onTap } = options;
  return view('android.widget.ImageView', 'eye', {
    id,
    desc,
    clickable: true,
    onTap,
    look: { icon: open ? 'eye' : 'eye-off' },
  });
}

/** A check box with its words. */
export function checkBox(options: { id?: string; text: string; checked: boolean; onTap?: () => void }): View {
  return view('android.widget.CheckBox', 'checkBox', { ...options, clickable: true, checkable: true });
}

/** A cell of a grid: a pictogram on a plate with its name under it. */
export function iconCell(options: {
  icon: string;
  tint?: string;
  text: string;
  iconId?: string;
  textId?: string;
  id?: string;
  key?: string;
  onTap?: () => void;
}): View {
  const { icon, tint = '#8FA3BF', text, iconId, textId, id, key, onTap } = options;
  return view('android.widget.LinearLayout', 'iconCell', {
    id,
    key,
    clickable: onTap && true,
    onTap,
    children: [
      view('android.widget.ImageView', 'iconPlate', { id: iconId, look: { icon, background: tint } }),
      label('iconText', text, textId),
    ],
  });
}

/** Cells side by side. */
export function grid(children: View[], options: { id?: string; columns?: number; cls?: string } = {}): View {
  const { id, columns, cls = 'android.widget.GridLayout' } = options;
  return view(cls, 'grid', { id, children, box: columns ? { columns } : undefined });
}
