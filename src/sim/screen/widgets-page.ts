import type { ScrollState, View } from './view.ts';
import { label, picture, view } from './widgets.ts';

/** Full-screen pages: preference rows, the list they scroll in, and what stands around it. */

export interface RowOptions {
  title: string;
  summary?: string;
  /** Value text at the right. */
  value?: string;
  /** Ids in the frame at the end of the row: of the value, and of the arrow. Missing: neither has one. */
  frame?: { valueId: string; arrowId: string };
  icon?: string;
  /** Colour of the plate behind the pictogram. */
  tint?: string;
  chevron?: boolean;
  /** State of a check box. MIUI's theme draws that of a preference as a sliding button. */
  toggle?: boolean;
  enabled?: boolean;
  key?: string;
  onTap?: () => void;
}

/** A preference row: clickable LinearLayout with `android:id/title`, `android:id/summary`. */
export function row(options: RowOptions): View {
  const { title, summary, value, frame, icon, tint, toggle } = options;
  const chevron = options.chevron ?? (toggle === undefined && options.onTap !== undefined);
  const texts = [
    label('title', title, 'android:id/title'),
    ...(summary ? [label('summary', summary, 'android:id/summary')] : []),
  ];
  return view('android.widget.LinearLayout', 'row', {
    key: options.key,
    clickable: options.enabled !== false,
    focusable: true,
    enabled: options.enabled,
    onTap: options.enabled === false ? undefined : options.onTap,
    children: [
      ...(icon
        ? [
            view('android.widget.ImageView', 'rowIcon', {
              id: 'android:id/icon',
              look: { icon, background: tint ?? '#8FA3BF' },
            }),
          ]
        : []),
      view('android.widget.RelativeLayout', 'rowTexts', { children: texts }),
      ...(value ? [frame ? inFrame(label('value', value, frame.valueId)) : label('value', value)] : []),
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
      ...(chevron ? [{ ...picture('chevron'), ...(frame ? { id: frame.arrowId } : {}) }] : []),
    ],
  });
}

const inFrame = (value: View): View => ({
  cls: 'android.widget.LinearLayout',
  id: 'android:id/widget_frame',
  children: [value],
});

/** A row with MIUI's sliding button. */
export function switchRow(
  options: Omit<RowOptions, 'toggle' | 'chevron' | 'value'> & { checked: boolean },
): View {
  const { checked, ...rest } = options;
  return row({ ...rest, toggle: checked });
}

/** A group heading between rows. */
export function heading(text: string): View {
  return label('heading', text, 'android:id/title');
}

/**
 * Rows that belong together. In the list of a page they become the list's own children, as in MIUI; elsewhere
 * a box of its own.
 */
export function card(children: View[]): View {
  return view('android.widget.LinearLayout', 'card', { children });
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
    back &&
    view('android.widget.ImageView', 'back', {
      id: 'android:id/up',
      clickable: true,
      desc: options.backDesc,
      onTap: back,
    });
  const inBar = titleAt === 'bar' && label('barTitle', title, 'android:id/action_bar_title');
  const bar = [...(arrow ? [arrow] : []), inBar || gap(), ...actions];
  return view('android.widget.FrameLayout', 'page', {
    children: [
      ...(arrow || inBar || actions.length
        ? [
            view('android.widget.FrameLayout', 'actionBar', {
              id: 'android:id/action_bar',
              key: 'bar',
              children: bar,
            }),
          ]
        : []),
      ...(inBar || !title
        ? []
        : [label(arrow ? 'largeTitle' : 'rootTitle', title, 'android:id/action_bar_title')]),
      ...header,
      list({ scroll, children, id: options.listId, cls: options.listClass }),
      ...(footer?.length
        ? [view('android.widget.LinearLayout', 'footer', { key: 'footer', children: footer })]
        : []),
    ],
  });
}

/**
 * A scrolling list of rows and headings that takes the room that is left. `id` is `android:id/list` when
 * missing.
 */
export function list(options: {
  scroll: ScrollState;
  children: View[];
  id?: string | undefined;
  cls?: string | undefined;
}): View {
  const { scroll, children, id = 'android:id/list', cls = 'android.widget.ListView' } = options;
  return view(cls, 'list', { id, key: 'list', scroll, children: grouped(children) });
}

const gap = (): View => ({ cls: 'android.view.View', box: { grow: 1 } });

/**
 * MIUI has no view for a group of rows in a list: the first and the last row of each draw its rounded
 * corners.
 */
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
      return {
        ...child,
        part: first && last ? 'rowOnly' : first ? 'rowFirst' : last ? 'rowLast' : 'rowMiddle',
      };
    }),
  );
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
  const face = view('android.widget.ImageView', beside ? 'smallAvatar' : 'avatar', {
    id: options.avatarId,
    desc: options.desc,
  });
  const name = label(beside ? 'title' : 'avatarTitle', title, options.titleId);
  const number = subtitle ? [label(beside ? 'summary' : 'avatarSubtitle', subtitle, options.subtitleId)] : [];
  const texts = beside
    ? [view('android.widget.LinearLayout', 'rowTexts', { children: [name, ...number] })]
    : [name, ...number];
  return view('android.widget.LinearLayout', beside ? 'avatarRow' : 'avatarHeader', {
    id,
    key,
    clickable: onTap && true,
    onTap,
    children: [face, ...texts, ...(beside && options.chevron !== false && onTap ? [picture('chevron')] : [])],
  });
}
