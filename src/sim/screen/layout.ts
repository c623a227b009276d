import Yoga, {
  Align,
  Direction,
  Edge,
  FlexDirection,
  Gutter,
  Justify,
  MeasureMode,
  Overflow,
  PositionType,
} from 'yoga-layout';
import type { Node as YogaNode } from 'yoga-layout';
import { fit, lineHeight, measure } from './fonts.ts';
import { boxOf, lookOf } from './theme.ts';
import type { Box, Node, Rect, Display, Style, View, Window } from './view.ts';
import { fillsWindow } from './widgets-dialog.ts';

/**
 * Finds the place of every view of a window, as flexbox. An activity reaches from the status bar to the
 * navigation bar or the keyboard, a dialog is a card at the bottom, the panel covers everything. Sets `max`
 * of each scrolling view and clamps its offset.
 */
export function layOut(window: Window, screen: Display, style: Style = {}): Node {
  const dp = screen.density / 160;
  const plan: Plan = { style, dp, low: screen.height < screen.width && screen.height < LOW * dp };
  const root = build(window.root, 'column', plan);
  const stage = Yoga.Node.create(config);
  stage.insertChild(root.yoga, 0);
  try {
    const bottom = keyboardUp(window, style) ? keyboardTop(screen) : screen.height - screen.navigationBar;
    const area = place(window, { root: root.yoga, stage, screen, bottom }, plan);
    stage.calculateLayout(area.width, area.height, style.rtl ? Direction.RTL : Direction.LTR);
    const node = settle(root, '0', area, { clip: area, window });
    // A root without any size still is a window.
    return (
      node ?? {
        view: window.root,
        window,
        path: `${window.serial}/0`,
        bounds: { ...area, width: 0, height: 0 },
        children: [],
      }
    );
  } finally {
    stage.freeRecursive();
  }
}

/** Whether the keyboard is on the screen: as the phone says, else while a field has the focus. */
export function keyboardUp(window: Window, style: Style): boolean {
  return style.keyboard ?? hasFocusedField(window.root);
}

/** y of the keyboard's upper edge, px. */
export function keyboardTop(screen: Display): number {
  return (
    screen.height -
    screen.navigationBar -
    Math.round(Math.min(252 * (screen.density / 160), screen.height * 0.42))
  );
}

/** What is typed into. */
export const isField = (view: View): boolean =>
  /(EditText|AutoCompleteTextView)$/.test(view.cls) || view.onText !== undefined;

function hasFocusedField(view: View): boolean {
  return (view.focused === true && isField(view)) || (view.children?.some(hasFocusedField) ?? false);
}

/** What is written on a view: its text, dots for a password, the hint while it is empty. */
export function shownText(view: View): string {
  const text = view.text ?? '';
  if (text === '') return view.hint ?? '';
  return view.password ? '•'.repeat([...text].length) : text;
}

interface Plan {
  style: Style;
  /** The screen is so low that titles stay small (Miuix: a phone that lies on its side). */
  low: boolean;
  /** px per dp */
  dp: number;
}

/** dp */
const LOW = 600;

function withSmallTitle(view: View): View {
  if (view.part !== 'largeTitle' && view.part !== 'rootTitle') return view;
  return { ...view, part: 'barTitle', look: {}, box: { grow: 0, padding: [2, 28, 6, 28], shrink: 1e-4 } };
}

/** A view with its yoga node. `line` is the row of a grid between it and its parent, which is no view. */
interface Built {
  view: View;
  yoga: YogaNode;
  line?: YogaNode;
  children: Built[];
}

const config = Yoga.Config.create();
config.setPointScaleFactor(1);

function place(
  window: Window,
  { root, stage, screen, bottom }: { root: YogaNode; stage: YogaNode; screen: Display; bottom: number },
  { style, dp }: Plan,
): Rect {
  if (window.kind === 'panel') {
    root.setFlexGrow(1);
    root.setFlexShrink(1);
    root.setMargin(Edge.Top, 0);
    return { x: 0, y: 0, width: screen.width, height: screen.height };
  }
  if (fillsWindow(window.root)) {
    root.setFlexGrow(1);
    root.setFlexShrink(1);
    return { x: 0, y: 0, width: screen.width, height: bottom };
  }
  const area = { x: 0, y: screen.statusBar, width: screen.width, height: bottom - screen.statusBar };
  root.setFlexShrink(1);
  if (window.kind === 'activity') root.setFlexGrow(1);
  else {
    stage.setJustifyContent(Justify.FlexEnd);
    if (style.era !== '10') root.setMargin(Edge.All, Math.round(12 * dp));
  }
  return area;
}

function build(given: View, flow: NonNullable<Box['flow']>, plan: Plan): Built {
  const view = plan.low ? withSmallTitle(given) : given;
  const box = boxOf(view, plan.style);
  const yoga = Yoga.Node.create(config);
  size(yoga, view, box, flow, plan.dp);
  const inner = box.flow ?? 'column';
  arrange(yoga, box, inner, plan.dp);
  const children = (view.children ?? []).map((child) => build(child, inner, plan));
  if (inner === 'grid') fillGrid(yoga, children, box, plan.dp);
  else children.forEach((child, i) => yoga.insertChild(child.yoga, i));
  if (inner === 'stack') {
    // The first child gives a stack its size, the others lie over it.
    for (const child of children.slice(1)) child.yoga.setPositionType(PositionType.Absolute);
  }
  if (view.scroll) {
    yoga.setOverflow(Overflow.Scroll);
    yoga.setFlexShrink(1);
    for (const child of children) child.yoga.setFlexShrink(0);
  }
  if (children.length === 0) measureText(yoga, view, plan);
  return { view, yoga, children };
}

function size(yoga: YogaNode, view: View, box: Box, flow: NonNullable<Box['flow']>, dp: number): void {
  const px = (value: number): number => Math.round(value * dp);
  const alongRow = flow === 'row';
  for (const side of ['width', 'height'] as const) {
    const wish = box[side];
    const along = (side === 'width') === alongRow;
    if (typeof wish === 'number') yoga[side === 'width' ? 'setWidth' : 'setHeight'](px(wish));
    else if (wish === 'fill' && flow === 'stack') yoga[side === 'width' ? 'setWidth' : 'setHeight']('100%');
    else if (wish === 'fill' && along) share(yoga, 1, alongRow);
    else if (wish === 'fill') yoga.setAlignSelf(Align.Stretch);
    else if (wish === 'wrap' && !along) yoga.setAlignSelf(Align.FlexStart);
  }
  if (flow === 'stack' && box.width === undefined) yoga.setWidth('100%');
  if (box.grow) share(yoga, box.grow, alongRow);
  else if (alongRow && typeof box.width !== 'number') yoga.setFlexShrink(1);
  if (box.shrink) yoga.setFlexShrink(box.shrink);
  if (box.float) {
    yoga.setPositionType(PositionType.Absolute);
    for (const side of sides) yoga.setPosition(side, 0);
  }
  if (box.maxWidth) yoga.setMaxWidth(px(box.maxWidth));
  if (box.minHeight) yoga.setMinHeight(px(box.minHeight));
  edges(box.padding).forEach((value, i) => yoga.setPadding(sides[i]!, px(value)));
  edges(box.margin).forEach((value, i) => yoga.setMargin(sides[i]!, px(value)));
}

/**
 * In a row, shares are shares of the whole; in a column what a view needs comes first, so that a list gives
 * way to what is below it.
 */
function share(yoga: YogaNode, grow: number, alongRow: boolean): void {
  yoga.setFlexGrow(grow);
  yoga.setFlexShrink(1);
  if (alongRow) yoga.setFlexBasis(0);
}

const sides = [Edge.Top, Edge.End, Edge.Bottom, Edge.Start] as const;

function edges(wish: Box['padding']): readonly number[] {
  if (wish === undefined) return [];
  if (typeof wish === 'number') return [wish, wish, wish, wish];
  return wish.length === 2 ? [wish[0], wish[1], wish[0], wish[1]] : wish;
}

const aligns = { start: Align.FlexStart, center: Align.Center, end: Align.FlexEnd, stretch: Align.Stretch };
const justifies = {
  start: Justify.FlexStart,
  center: Justify.Center,
  end: Justify.FlexEnd,
  between: Justify.SpaceBetween,
};

function arrange(yoga: YogaNode, box: Box, flow: NonNullable<Box['flow']>, dp: number): void {
  yoga.setFlexDirection(flow === 'row' ? FlexDirection.Row : FlexDirection.Column);
  if (box.align) yoga.setAlignItems(aligns[box.align]);
  if (box.justify) yoga.setJustifyContent(justifies[box.justify]);
  if (box.gap) yoga.setGap(Gutter.All, Math.round(box.gap * dp));
}

function fillGrid(yoga: YogaNode, children: Built[], box: Box, dp: number): void {
  const columns = box.columns ?? 4;
  const [first] = children;
  for (let at = 0; at < children.length; at += columns) {
    const line = Yoga.Node.create(config);
    line.setFlexDirection(FlexDirection.Row);
    if (box.gap) line.setGap(Gutter.Column, Math.round((box.gap * dp) / 2));
    for (let i = 0; i < columns; i++) {
      const child = children[at + i];
      const cell = child?.yoga ?? blank(first?.yoga);
      cell.setFlexGrow(1);
      cell.setFlexShrink(1);
      cell.setFlexBasis(0);
      if (child) child.line = line;
      line.insertChild(cell, i);
    }
    yoga.insertChild(line, yoga.getChildCount());
  }
}

/**
 * The place of a missing cell. It is padded as the others are: what is shared among the cells is the room
 * beside their padding.
 */
function blank(like: YogaNode | undefined): YogaNode {
  const cell = Yoga.Node.create(config);
  for (const side of [Edge.Start, Edge.End]) cell.setPadding(side, like?.getPadding(side).value ?? 0);
  return cell;
}

function measureText(yoga: YogaNode, view: View, { style, dp }: Plan): void {
  const text = shownText(view);
  const look = lookOf(view, style);
  if (text === '' && !isField(view)) {
    if (look.icon && boxOf(view, style).width === undefined) yoga.setWidth(Math.round(24 * dp));
    if (look.icon && boxOf(view, style).height === undefined) yoga.setHeight(Math.round(24 * dp));
    return;
  }
  const sp = dp * (style.fontScale ?? 1);
  const px = (look.size ?? 15) * sp;
  const weight = look.weight ?? 'regular';
  yoga.setMeasureFunc((width, mode) => {
    const room = mode === MeasureMode.Undefined ? Infinity : width;
    const { lines, size } = fit(text, room, {
      size: px,
      weight,
      maxLines: look.maxLines,
      minSize: look.minSize && look.minSize * sp,
    });
    const widest = Math.ceil(Math.max(0, ...lines.map((line) => measure(line, size, weight))));
    return {
      width:
        mode === MeasureMode.Exactly ? width : mode === MeasureMode.AtMost ? Math.min(widest, width) : widest,
      height: Math.round(lines.length * size * lineHeight),
    };
  });
}

function settle(
  built: Built,
  step: string,
  origin: { x: number; y: number },
  { clip, window, parent }: { clip: Rect; window: Window; parent?: Node },
): Node | undefined {
  const { view, yoga, line } = built;
  const frame: Rect = {
    x: origin.x + (line?.getComputedLeft() ?? 0) + yoga.getComputedLeft(),
    y: origin.y + (line?.getComputedTop() ?? 0) + yoga.getComputedTop(),
    width: yoga.getComputedWidth(),
    height: yoga.getComputedHeight(),
  };
  if (view.scroll) {
    view.scroll.max = Math.max(0, contentHeight(built) - frame.height);
    view.scroll.offset = Math.min(Math.max(0, view.scroll.offset), view.scroll.max);
  }
  const bounds = intersection(frame, clip);
  if (!bounds) return undefined;
  const node: Node = {
    view,
    bounds,
    frame,
    window,
    path: parent ? `${parent.path}/${step}` : `${window.serial}/${view.key ?? step}`,
    children: [],
  };
  if (parent) node.parent = parent;
  const inner = { x: frame.x, y: frame.y - (view.scroll?.offset ?? 0) };
  built.children.forEach((child, i) => {
    const settled = settle(child, child.view.key ?? String(i), inner, { clip: bounds, window, parent: node });
    if (settled) node.children.push(settled);
  });
  return node;
}

function contentHeight({ yoga, children }: Built): number {
  const ends = children.map(
    (child) =>
      (child.line?.getComputedTop() ?? 0) +
      child.yoga.getComputedTop() +
      child.yoga.getComputedHeight() +
      child.yoga.getComputedMargin(Edge.Bottom),
  );
  return Math.round(Math.max(0, ...ends) + yoga.getComputedPadding(Edge.Bottom));
}

function intersection(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
