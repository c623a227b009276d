import type { Box, Look, ScrollState, View } from './view.ts';
import type { Part } from './theme.ts';

/** MIUI's building blocks as views. They know which classes and framework ids they carry; how they look is theme.ts's business. */

export interface RowOptions {
  title: string;
  summary?: string;
  /** Value text at the right. */
  value?: string;
  icon?: string;
  /** Colour of the plate behind the pictogram. */
  tint?: string;
  chevron?: boolean;
  toggle?: boolean;
  enabled?: boolean;
  key?: string;
  onTap?: () => void;
}

/** Drops what was left out, so that options can be passed on under exactOptionalPropertyTypes. */
function view(cls: string, part: Part, rest: { [K in keyof View]?: View[K] | undefined } = {}): View {
  const made: Record<string, unknown> = { cls, part };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) made[name] = value;
  return made as unknown as View;
}

const label = (part: Part, text: string, id?: string): View => view('android.widget.TextView', part, { text, id });
const picture = (part: Part, look?: Look): View => view('android.widget.ImageView', part, { look });

/** A preference row: clickable LinearLayout with `android:id/title`, `android:id/summary`. */
export function row(options: RowOptions): View {
  const { title, summary, value, icon, tint, toggle } = options;
  const chevron = options.chevron ?? (toggle === undefined && options.onTap !== undefined);
  const texts = [label('title', title, 'android:id/title'), ...(summary ? [label('summary', summary, 'android:id/summary')] : [])];
  return view('android.widget.LinearLayout', 'row', {
    key: options.key,
    clickable: options.enabled !== false,
    focusable: true,
    enabled: options.enabled,
    onTap: options.enabled === false ? undefined : options.onTap,
    children: [
      ...(icon
        ? [view('android.widget.ImageView', 'rowIcon', { id: 'android:id/icon', look: { icon, background: tint ?? '#8FA3BF' } })]
        : []),
      view('android.widget.RelativeLayout', 'rowTexts', { children: texts }),
      ...(value ? [label('value', value)] : []),
      ...(toggle === undefined
        ? []
        : [
            view('android.widget.CheckBox', 'toggle', {
              id: 'android:id/checkbox',
              checkable: true,
              checked: toggle,
              enabled: options.enabled,
            }),
          ]),
      ...(chevron ? [picture('chevron')] : []),
    ],
  });
}

/** A row with MIUI's sliding button. */
export function switchRow(options: Omit<RowOptions, 'toggle' | 'chevron' | 'value'> & { checked: boolean }): View {
  const { checked, ...rest } = options;
  return row({ ...rest, toggle: checked });
}

/** A group heading between rows. */
export function heading(text: string): View {
  return label('heading', text, 'android:id/title');
}

/** Rows that belong together. In the list of a page they become the list's own children, as in MIUI; elsewhere a box of its own. */
export function card(children: View[]): View {
  return view('android.widget.LinearLayout', 'card', { children });
}

/** The big title under the action bar. */
export function largeTitle(text: string, id = 'android:id/action_bar_title'): View {
  return label('largeTitle', text, id);
}

export interface PageOptions {
  title: string;
  back?: () => void;
  scroll: ScrollState;
  children: View[];
  footer?: View[];
  header?: View[];
  /** Resource id of the list. Missing: `android:id/list`. */
  listId?: string;
  listClass?: string;
  /** `bar` writes the title beside the back arrow. Missing: the large title. */
  titleAt?: 'bar' | 'large';
  /** What stands at the end of the action bar. */
  actions?: View[];
  /** What the back arrow is called, in the phone's language. */
  backDesc?: string;
}

/** A full-screen MIUI page: back arrow, large title, a scrolling list, and what stays at the bottom. */
export function page(options: PageOptions): View {
  const { title, back, scroll, children, footer, header = [], actions = [], titleAt = 'large' } = options;
  const arrow =
    back && view('android.widget.ImageView', 'back', { id: 'android:id/up', clickable: true, desc: options.backDesc, onTap: back });
  const inBar = titleAt === 'bar' && label('barTitle', title, 'android:id/action_bar_title');
  const bar = [...(arrow ? [arrow] : []), inBar || gap(), ...actions];
  return view('android.widget.FrameLayout', 'page', {
    children: [
      ...(arrow || inBar || actions.length
        ? [view('android.widget.FrameLayout', 'actionBar', { id: 'android:id/action_bar', key: 'bar', children: bar })]
        : []),
      ...(inBar || !title ? [] : [label(arrow ? 'largeTitle' : 'rootTitle', title, 'android:id/action_bar_title')]),
      ...header,
      list({ scroll, children, id: options.listId, cls: options.listClass }),
      ...(footer?.length ? [view('android.widget.LinearLayout', 'footer', { key: 'footer', children: footer })] : []),
    ],
  });
}

/** A scrolling list of rows and headings that takes the room that is left. `id` is `android:id/list` when missing. */
export function list(options: { scroll: ScrollState; children: View[]; id?: string | undefined; cls?: string | undefined }): View {
  const { scroll, children, id = 'android:id/list', cls = 'android.widget.ListView' } = options;
  return view(cls, 'list', { id, key: 'list', scroll, children: grouped(children) });
}

const gap = (): View => ({ cls: 'android.view.View', box: { grow: 1 } });

/** MIUI has no view for a group of rows in a list: the first and the last row of each draw its rounded corners. */
function grouped(children: readonly View[]): View[] {
  const groups = children.flatMap((child, i): View[][] => {
    if (child.part === 'card') return [[...(child.children ?? [])]];
    if (child.part !== 'row') return [[child]];
    if (children[i - 1]?.part === 'row') return [];
    const end = children.findIndex((other, at) => at > i && other.part !== 'row');
    return [children.slice(i, end < 0 ? undefined : end)];
  });
  return groups.flatMap((group) =>
    group.map((child, i): View => {
      if (child.part !== 'row') return child;
      const first = group[i - 1]?.part !== 'row';
      const last = group[i + 1]?.part !== 'row';
      return { ...child, part: first && last ? 'rowOnly' : first ? 'rowFirst' : last ? 'rowLast' : 'rowMiddle' };
    }),
  );
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
  return view('android.widget.Button', `${kind}Button`, { text, id, enabled, clickable: true, focusable: true, onTap });
}

/** Two buttons side by side. */
export function twoButtons(left: ButtonOptions, right: ButtonOptions): View {
  return view('android.widget.LinearLayout', 'buttons', { children: [left, right].map((one) => sharing(button(one))) });
}

const sharing = (one: View): View => ({ ...one, box: { ...one.box, grow: 1 } });

export interface EditOptions {
  id: string;
  content: string;
  hint?: string;
  password?: boolean;
  focused?: boolean;
  onText: (content: string) => void;
  onTap?: () => void;
}

/** An edit field. A password shows dots; its text in the tree is dots too. */
export function edit(options: EditOptions): View {
  const { id, content, hint, password, focused = false, onText, onTap } = options;
  const text = password ? '•'.repeat([...content].length) : content;
  return view('android.widget.EditText', 'edit', {
    id,
    text,
    hint,
    password,
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
  return view('android.widget.FrameLayout', 'editBox', { id: options.id, key: options.key, children: [field, ...(options.end ?? [])] });
}

/** The eye in a password field. */
export function eye(options: { id?: string; open: boolean; desc?: string; onTap: () => void }): View {
  const { id, open, desc, onTap } = options;
  return view('android.widget.ImageView', 'eye', { id, desc, clickable: true, onTap, look: { icon: open ? 'eye' : 'eye-off' } });
}

export interface AlertOptions {
  title?: string;
  message?: string;
  body?: View[];
  negative?: ButtonOptions;
  positive?: ButtonOptions;
}

/** An alert dialog: `android:id/alertTitle`, `android:id/message`, `android:id/button2` (negative), `android:id/button1` (positive). */
export function alert(options: AlertOptions): View {
  const { title, message, body = [], negative, positive } = options;
  const buttons = [
    ...(negative ? [button({ id: 'android:id/button2', ...negative })] : []),
    ...(positive ? [button({ id: 'android:id/button1', kind: 'primary', ...positive })] : []),
  ];
  return dialog([
    ...(title ? [label('dialogTitle', title, 'android:id/alertTitle')] : []),
    ...(message ? [label('dialogMessage', message, 'android:id/message')] : []),
    ...body,
    ...(buttons.length
      ? [view('android.widget.LinearLayout', 'dialogButtons', { id: 'android:id/buttonPanel', children: buttons.map(sharing) })]
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

export function spinner(id = 'android:id/progress'): View {
  return view('android.widget.ProgressBar', 'spinner', { id });
}

export interface TextOptions {
  id?: string;
  text: string;
  part?: 'text' | 'caption' | 'error' | 'title' | 'summary' | 'dialogTitle' | 'dialogMessage' | 'heading';
  key?: string;
  look?: Look;
  box?: Box;
}
export function text(options: TextOptions): View {
  const { part = 'text', ...rest } = options;
  return view('android.widget.TextView', part, rest);
}

/** Blue text that is tapped like a link. */
export function link(options: { id?: string; text: string; desc?: string; look?: Look; box?: Box; onTap?: () => void }): View {
  return view('android.widget.TextView', 'link', { ...options, clickable: true });
}

/** A check box with its words. */
export function checkBox(options: { id?: string; text: string; checked: boolean; onTap?: () => void }): View {
  return view('android.widget.CheckBox', 'checkBox', { ...options, clickable: true, checkable: true });
}

/** A pictogram (icons.ts), in `tint`, or white on a `plate`. `size` in dp. */
export function image(options: {
  id?: string;
  icon: string;
  desc?: string;
  tint?: string;
  plate?: string;
  size?: number;
  onTap?: () => void;
}): View {
  const { id, icon, desc, tint, plate, size = 24, onTap } = options;
  const look = { icon, ...(tint ? { tint } : {}), ...(plate ? { background: plate, radius: size * 0.29 } : {}) };
  const box = { width: size, height: size, ...(plate ? { padding: size * 0.2 } : {}) };
  return view('android.widget.ImageView', 'image', { id, desc, clickable: onTap && true, onTap, look, box });
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
  return cell(options, 'iconPlate', 'iconText');
}

function cell(options: Parameters<typeof iconCell>[0], plate: Part, name: Part): View {
  const { icon, tint = '#8FA3BF', text, iconId, textId, id, key, onTap } = options;
  return view('android.widget.LinearLayout', 'iconCell', {
    id,
    key,
    clickable: onTap && true,
    onTap,
    children: [view('android.widget.ImageView', plate, { id: iconId, look: { icon, background: tint } }), label(name, text, textId)],
  });
}

/** Cells side by side. */
export function grid(children: View[], options: { id?: string; columns?: number; cls?: string } = {}): View {
  const { id, columns, cls = 'android.widget.GridLayout' } = options;
  return view(cls, 'grid', { id, children, box: columns ? { columns } : undefined });
}

/** The field that opens a search. */
export function searchBar(options: { hint: string; id?: string; onTap?: () => void }): View {
  const { hint, id, onTap } = options;
  return view('android.widget.LinearLayout', 'searchBar', {
    id,
    clickable: true,
    onTap,
    children: [picture('searchIcon'), label('searchText', hint, 'android:id/input')],
  });
}

export interface AvatarOptions {
  title: string;
  subtitle?: string;
  /** `row` lays the picture beside the texts, `center` above them. Missing: center. */
  shape?: 'row' | 'center';
  id?: string;
  avatarId?: string;
  titleId?: string;
  subtitleId?: string;
  desc?: string;
  key?: string;
  chevron?: boolean;
  onTap?: () => void;
}

/** Who is signed in: a round picture with name and number. */
export function avatarHeader(options: AvatarOptions): View {
  const { title, subtitle, shape = 'center', id, key, onTap } = options;
  const beside = shape === 'row';
  const face = view('android.widget.ImageView', beside ? 'smallAvatar' : 'avatar', { id: options.avatarId, desc: options.desc });
  const name = label(beside ? 'title' : 'avatarTitle', title, options.titleId);
  const number = subtitle ? [label(beside ? 'summary' : 'avatarSubtitle', subtitle, options.subtitleId)] : [];
  const texts = beside ? [view('android.widget.LinearLayout', 'rowTexts', { children: [name, ...number] })] : [name, ...number];
  return view('android.widget.LinearLayout', beside ? 'avatarRow' : 'avatarHeader', {
    id,
    key,
    clickable: onTap && true,
    onTap,
    children: [face, ...texts, ...(beside && options.chevron !== false && onTap ? [picture('chevron')] : [])],
  });
}
