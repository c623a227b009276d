import type { Part } from './theme.ts';

/**
 * What an app puts on the simulated screen: a tree of views, made anew from the phone's state whenever
 * a person looks. The same tree is laid out (layout.ts), drawn (draw.ts), dumped as page source and tapped.
 */
export interface View {
  /** Android class name, e.g. `android.widget.Button`. */
  cls: string;
  /** Whose view it is, where that is another app than its window's. */
  package?: string;
  /** Resource id with its package, e.g. `com.xiaomi.account:id/logout_btn`. */
  id?: string;
  text?: string;
  /** content-desc */
  desc?: string;
  hint?: string;
  clickable?: boolean;
  longClickable?: boolean;
  checkable?: boolean;
  checked?: boolean;
  /** Missing means enabled. */
  enabled?: boolean;
  focusable?: boolean;
  focused?: boolean;
  selected?: boolean;
  password?: boolean;
  /** The field takes digits: the keyboard shows those. */
  digits?: boolean;
  /** Set on a view that scrolls vertically: its retained offset in px, kept by the screen. */
  scroll?: ScrollState;
  /** It scrolls where its content is too high, and is made anew: its window keeps the offset. */
  scrolls?: true;
  /** Tells this view from its siblings across redraws. Missing: its place among them. */
  key?: string;
  /** What this is in MIUI's design (theme.ts knows how it looks in each era); `box` and `look` go over it. */
  part?: Part;
  box?: Box;
  look?: Paint;
  /** Where it stands, px, in a window that nothing lays out. */
  placed?: Rect;
  children?: readonly View[];
  /** What the app does when the view is clicked. */
  onTap?: () => void;
  /** For an EditText: takes the whole new content. */
  onText?: (content: string) => void;
}

/**
 * Retained scroll position of one list. `max` is filled in by the layout (content height minus viewport, px).
 */
export interface ScrollState {
  offset: number;
  max: number;
}

/** Layout wishes. Lengths in dp. */
export interface Box {
  /** How children are placed. Missing: column. */
  flow?: 'column' | 'row' | 'stack' | 'grid';
  /** Missing: 'fill' across the parent's flow, 'wrap' along it. */
  width?: number | 'fill' | 'wrap';
  height?: number | 'fill' | 'wrap';
  maxWidth?: number;
  minHeight?: number;
  /** Share of the space left along the parent's flow. */
  grow?: number;
  /** How readily it gives way along the parent's flow where there is not enough room. Missing: not at all. */
  shrink?: number;
  /** One number for all sides, or [vertical, horizontal], or [top, end, bottom, start]. */
  padding?: number | [number, number] | [number, number, number, number];
  margin?: number | [number, number] | [number, number, number, number];
  gap?: number;
  /** Placement of the children across the flow. */
  align?: 'start' | 'center' | 'end' | 'stretch';
  /** Placement of the children along the flow. */
  justify?: 'start' | 'center' | 'end' | 'between';
  /** Children per row of a grid. */
  columns?: number;
  /** Lies over its parent, from edge to edge, and takes no room among its siblings. */
  float?: boolean;
}

/** Paint wishes. Colours as CSS hex. */
export interface Paint {
  background?: string;
  /** Corner radius, dp. */
  radius?: number;
  /** Which corners are rounded. Missing: all. */
  corners?: 'all' | 'top' | 'bottom' | 'none';
  color?: string;
  /** Text size, sp. */
  size?: number;
  weight?: 'regular' | 'medium' | 'bold' | 'light';
  textAlign?: 'start' | 'center' | 'end';
  maxLines?: number;
  /** Down to this size the text shrinks before it is broken into lines, sp. */
  minSize?: number;
  border?: string;
  /** Hairline under the view. */
  divider?: boolean;
  /** Colour of a bar into which what scrolls above it fades. */
  fade?: string;
  /** Name of a drawn pictogram (icons.ts). */
  icon?: string;
  /** Colour of the pictogram. Missing: white where the view has a background, else that of text. */
  tint?: string;
  opacity?: number;
  /** A picture that fills the view. */
  png?: Buffer;
  /** Letters drawn as a picture, as a captcha does: on the screen, but not in the tree. */
  letters?: string;
}

/**
 * One window of the phone, bottom to top: the activity, a dialog over it, the keyboard is drawn by draw.ts
 * itself.
 */
export interface Window {
  package: string;
  /** Fully qualified activity, for a window that is an activity or belongs to one. */
  activity?: string;
  /**
   * `activity` fills the screen, `dialog` lies at the bottom over a dim (as MIUI does), `panel` is the quick
   * panel.
   */
  kind: 'activity' | 'dialog' | 'panel';
  /** Instance number: grows each time a window opens, so elements of a closed one are stale. */
  serial: number;
  root: View;
  /** FLAG_SECURE: the screenshot shows black. */
  secure?: boolean;
}

/** px, relative to the screen's top left corner. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A view that has found its place. Views scrolled or clipped away entirely have no node. */
export interface Node {
  view: View;
  /** Visible part of the view on the screen. */
  bounds: Rect;
  /** The whole view, where it lies before clipping. Missing: the same as `bounds`. */
  frame?: Rect;
  /** Stable identity: window serial and path of keys, e.g. `7/0/list/3`. */
  path: string;
  window: Window;
  children: Node[];
  parent?: Node;
}

/** Screen in px; density in dpi (440 means 2.75 px per dp). Bars in px. */
export interface Display {
  width: number;
  height: number;
  density: number;
  statusBar: number;
  navigationBar: number;
}

/**
 * How the phone as a whole looks. Missing: the era of MIUI 14, left to right, keyboard up while a field has
 * the focus.
 */
export interface Style {
  /** `10` is the look of MIUI 10 to 12, `14` that of MIUI 12.5 to HyperOS. */
  era?: '10' | '14';
  rtl?: boolean;
  keyboard?: boolean;
  /** How many times as large as usual the letters are. */
  fontScale?: number;
}
