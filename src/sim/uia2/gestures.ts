import { missingField, typedField } from './ask.ts';
import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { findOne, toBy } from './find.ts';
import type { Match } from './find.ts';
import { centre, doubleTap, LONG_PRESS_MS, press, scrollSwipe, swipe, tap } from './touch.ts';
import type { Point, Scrolled } from './touch.ts';
import { descendants } from './tree.ts';
import type { AxNode } from './tree.ts';
import type { Rect } from '../screen/view.ts';

/** Default speeds of UiObject2, dp per second. */
const SPEEDS = { drag: 2500, swipe: 5000, scroll: 5000, fling: 7500 } as const;
/** ViewConfiguration.getScaledMinimumFlingVelocity, dp per second. */
const MINIMUM_FLING = 50;
const SCROLL_TIMEOUT_MS = 1000;
const FLING_TIMEOUT_MS = 5000;
/** The finger rests before it lifts, so a scroll does not turn into a fling. */
const SCROLL_REST_MS = 250;
const DIRECTIONS = ['LEFT', 'RIGHT', 'UP', 'DOWN'] as const;
type Direction = (typeof DIRECTIONS)[number];

const illegal = (message: string): Uia2Error =>
  new Uia2Error('invalid argument', `java.lang.IllegalArgumentException: ${message}`);

export const ELEMENT_KEY = 'element-6066-11e4-a52e-4f735466cecf';

/** The id in a JSON element reference, W3C or older. */
export function elementIdOf(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined;
  const { [ELEMENT_KEY]: w3c, ELEMENT: old, element } = reference as Record<string, unknown>;
  return [w3c, old, element].find((id): id is string => typeof id === 'string' && id.trim() !== '');
}

export async function click(ask: Ask): Promise<null> {
  await tap(ask, await target(ask, 'Click'));
  return null;
}

export async function doubleClick(ask: Ask): Promise<null> {
  await doubleTap(ask, await target(ask, 'Double click'));
  return null;
}

export async function longClick(ask: Ask): Promise<null> {
  const duration = Math.trunc(ask.optional('duration', 'number') ?? LONG_PRESS_MS);
  const point = await target(ask, 'Long click');
  if (duration < 0) throw illegal('Long click duration cannot be negative');
  await press(ask, point, duration);
  return null;
}

export async function drag(ask: Ask): Promise<null> {
  const end = point(ask.required('end', 'object', 'DragModel'));
  const offset = ask.optional('start', 'object');
  const element = await origin(ask);
  if (!element && !offset)
    throw illegal('The starting point coordinates must be provided if element is not set');
  const start = element
    ? offset
      ? within(boundsOf(element), offset)
      : centre(boundsOf(element))
    : point(offset!);
  await move(ask, [start, end], 'drag');
  return null;
}

export async function swipeGesture(ask: Ask): Promise<null> {
  const percent = ask.required('percent', 'number', 'SwipeModel');
  const direction = directionOf(ask, 'Swipe');
  const { area } = await areaOf(ask, 'swipe');
  if (percent < 0 || percent > 1) throw illegal('Percent must be between 0.0f and 1.0f');
  await move(ask, across(area, direction, percent), 'swipe');
  return null;
}

/** True when the list can go on in this direction. */
export async function scroll(ask: Ask): Promise<boolean> {
  const percent = ask.required('percent', 'number', 'ScrollModel');
  const direction = directionOf(ask, 'Scroll');
  const { area, list } = await areaOf(ask, 'scroll');
  if (percent < 0) throw illegal('Percent must be greater than 0.0f');
  for (let left = percent; left > 0; left -= 1) {
    const points = across(area, reverse(direction), Math.min(left, 1));
    const ms = durationOf(ask, points, 'scroll') + SCROLL_REST_MS;
    if (!goesOn(await scrollSwipe(ask, list, points, ms, SCROLL_TIMEOUT_MS), direction)) return false;
  }
  return true;
}

export async function fling(ask: Ask): Promise<boolean> {
  const direction = directionOf(ask, 'Fling');
  const { area, list } = await areaOf(ask, 'fling');
  const speed = ask.optional('speed', 'number');
  const minimum = Math.trunc(MINIMUM_FLING * (ask.handset.screen.density / 160));
  if (speed !== undefined && speed < minimum)
    throw illegal(`Speed ${speed} is less than the minimum fling velocity ${minimum}`);
  const points = across(area, reverse(direction), 1);
  return goesOn(
    await scrollSwipe(ask, list, points, durationOf(ask, points, 'fling'), FLING_TIMEOUT_MS),
    direction,
  );
}

/** Checked, but nothing here can be pinched: the handset feels one finger. */
export async function pinch(ask: Ask): Promise<null> {
  const percent = ask.required('percent', 'number', 'PinchModel');
  await areaOf(ask, 'pinch');
  if (percent < 0 || percent > 1) throw illegal('Percent must be between 0.0f and 1.0f');
  ask.handset.ignorant('uiautomator2', 'pinch');
  return null;
}

/** Where a click goes: centre of the element, or `offset` from its corner, or `offset` on the screen. */
async function target(ask: Ask, name: string): Promise<Point> {
  const element = (await origin(ask)) ?? (await located(ask));
  const offset = ask.optional('offset', 'object');
  if (!element && !offset) throw illegal(`${name} offset coordinates must be provided if element is not set`);
  if (!element) return point(offset!);
  return offset ? within(boundsOf(element), offset) : centre(boundsOf(element));
}

async function origin(ask: Ask): Promise<Match | undefined> {
  const id = elementIdOf(ask.optional('origin', 'object'));
  return id === undefined ? undefined : ask.session.elements.get(id, ask);
}

async function located(ask: Ask): Promise<Match | undefined> {
  const locator = ask.optional('locator', 'object');
  if (!locator) return undefined;
  const [strategy, selector] = ['strategy', 'selector'].map((field) => {
    const value = typedField(locator, field, 'string');
    if (value === undefined) throw new Uia2Error('invalid argument', missingField(field, 'FindElementModel'));
    return value;
  });
  const by = toBy(strategy!, selector!);
  const contextId = typedField(locator, 'context', 'string')?.trim();
  const context = contextId ? await ask.session.elements.get(contextId, ask) : undefined;
  if (!context) await ask.idle();
  const found = await findOne(ask, by, context);
  if (!found) throw new Uia2Error('no such element');
  return found;
}

/** Nothing can be done with a toast but read it: its node is not on the screen. */
export function boundsOf({ ax }: Match): Rect {
  if (!ax.node) throw new Uia2Error('stale element reference');
  return ax.node.bounds;
}

/** Area of a gesture with the list in it: the element but for a tenth on each side, or `area` of the body. */
async function areaOf(ask: Ask, name: string): Promise<{ area: Rect; list: AxNode | undefined }> {
  const element = await origin(ask);
  if (element) {
    const { x, y, width, height } = boundsOf(element);
    const [dx, dy] = [Math.floor(width * 0.1), Math.floor(height * 0.1)];
    return {
      area: { x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy },
      list: await listAt(ask, centre(element.ax.node!.bounds)),
    };
  }
  const given = ask.optional('area', 'object');
  if (!given) throw illegal(`The ${name} area coordinates must be provided if element is not set`);
  const [x, y, width, height] = ['left', 'top', 'width', 'height'].map((field) =>
    Math.trunc(number(given, field, 'RectModel')),
  );
  const area = { x: x!, y: y!, width: width!, height: height! };
  if (area.width < 0 || area.height < 0)
    throw illegal(`Rectangle ${area.width < 0 ? 'width' : 'height'} must not be negative`);
  return { area, list: await listAt(ask, centre(area)) };
}

/** The innermost scrolling node at a point. */
async function listAt(ask: Ask, { x, y }: Point): Promise<AxNode | undefined> {
  return [...descendants((await ask.look()).active())].findLast(({ node }) => {
    if (!node?.view.scroll) return false;
    const { bounds } = node;
    return x >= bounds.x && y >= bounds.y && x < bounds.x + bounds.width && y < bounds.y + bounds.height;
  });
}

function directionOf(ask: Ask, name: string): Direction {
  const wanted = ask.required('direction', 'string', `${name}Model`).toUpperCase();
  const direction = DIRECTIONS.find((known) => known === wanted);
  if (!direction) throw illegal(`${name} direction must be one of [${DIRECTIONS.join(', ')}]`);
  return direction;
}

const reverse = (direction: Direction): Direction =>
  (({ LEFT: 'RIGHT', RIGHT: 'LEFT', UP: 'DOWN', DOWN: 'UP' }) as const)[direction];

const goesOn = ({ moved, atStart, atEnd }: Scrolled, direction: Direction): boolean =>
  moved && (direction === 'DOWN' ? !atEnd : direction === 'UP' ? !atStart : false);

/** From one edge of the area towards the other, `percent` of the way: Gestures.swipeRect. */
function across({ x, y, width, height }: Rect, direction: Direction, percent: number): Point[] {
  const middle = centre({ x, y, width, height });
  const dx = Math.trunc(width * percent);
  const dy = Math.trunc(height * percent);
  if (direction === 'LEFT') return [{ x: x + width, y: middle.y }, { x: x + width - dx, y: middle.y }]; // prettier-ignore
  if (direction === 'RIGHT') return [{ x, y: middle.y }, { x: x + dx, y: middle.y }]; // prettier-ignore
  if (direction === 'UP') return [{ x: middle.x, y: y + height }, { x: middle.x, y: y + height - dy }]; // prettier-ignore
  return [{ x: middle.x, y }, { x: middle.x, y: y + dy }]; // prettier-ignore
}

function durationOf(ask: Ask, [from, to]: readonly Point[], name: keyof typeof SPEEDS): number {
  const speed = ask.optional('speed', 'number') ?? SPEEDS[name] * (ask.handset.screen.density / 160);
  if (speed < 0) throw illegal('Speed cannot be negative');
  return speed === 0 ? 0 : Math.round((Math.hypot(to!.x - from!.x, to!.y - from!.y) / speed) * 1000);
}

const move = (ask: Ask, points: readonly Point[], name: keyof typeof SPEEDS): Promise<void> =>
  swipe(ask, points, durationOf(ask, points, name));

function number(from: Record<string, unknown>, field: string, model: string): number {
  const value = typedField(from, field, 'number');
  if (value === undefined) throw new Uia2Error('invalid argument', missingField(field, model));
  return value;
}

function point(from: Record<string, unknown>): Point {
  return { x: Math.trunc(number(from, 'x', 'PointModel')), y: Math.trunc(number(from, 'y', 'PointModel')) };
}

function within(bounds: Rect, offset: Record<string, unknown>): Point {
  const { x, y } = point(offset);
  return { x: bounds.x + x, y: bounds.y + y };
}
