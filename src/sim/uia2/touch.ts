import { mayInjectEvents } from '../permissions.ts';
import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import type { AxNode } from './tree.ts';
import type { Rect } from '../screen/view.ts';

export interface Point {
  x: number;
  y: number;
}

/** ViewConfiguration.getLongPressTimeout */
export const LONG_PRESS_MS = 500;
/** ViewConfiguration.getDoubleTapTimeout */
const DOUBLE_TAP_MS = 300;
/** One step of UiDevice.swipe. */
export const SWIPE_STEP_MS = 5;

/** Every touch and key goes through here: the system refuses them when the shell may not inject events. */
export async function inject(ask: Ask, event: () => void | Promise<void>): Promise<void> {
  if (!mayInjectEvents(ask.handset)) {
    const why =
      ask.sdk >= 33
        ? 'Injecting input events requires the caller (or the source of the instrumentation, if any) to have the INJECT_EVENTS permission.'
        : 'Injecting to another application requires INJECT_EVENTS permission';
    throw new Uia2Error('unknown error', `java.lang.SecurityException: ${why}`);
  }
  ask.moved();
  await event();
}

export const tap = (ask: Ask, { x, y }: Point): Promise<void> => inject(ask, () => ask.handset.tap(x, y));

export const press = (ask: Ask, { x, y }: Point, ms: number): Promise<void> =>
  inject(ask, () => ask.handset.longPress(x, y, ms));

export const swipe = (ask: Ask, points: readonly Point[], ms: number): Promise<void> =>
  inject(ask, () => ask.handset.swipe(points, ms));

export const key = (ask: Ask, code: number): Promise<void> => inject(ask, () => ask.handset.key(code));

export async function doubleTap(ask: Ask, point: Point): Promise<void> {
  await tap(ask, point);
  await ask.handset.clock.sleep(DOUBLE_TAP_MS / 2, 'second tap');
  await tap(ask, point);
}

/** The centre as android.graphics.Rect counts it. */
export function centre({ x, y, width, height }: Rect): Point {
  return { x: x + Math.floor(width / 2), y: y + Math.floor(height / 2) };
}

/** Where a list stands after a gesture, compared with before. */
export interface Scrolled {
  moved: boolean;
  atStart: boolean;
  atEnd: boolean;
}

/** Swipes, waits for the list under it to come to rest, and tells what became of it. */
export async function scrollSwipe(
  ask: Ask,
  list: AxNode | undefined,
  points: readonly Point[],
  ms: number,
  ackMs: number,
): Promise<Scrolled> {
  const before = list?.node?.view.scroll?.offset;
  await swipe(ask, points, ms);
  await ask.idle(ackMs);
  const after = list?.node ? (await ask.look()).find(list.node)?.node?.view.scroll : undefined;
  if (before === undefined || !after) return { moved: false, atStart: true, atEnd: true };
  return { moved: after.offset !== before, atStart: after.offset <= 0, atEnd: after.offset >= after.max };
}
