import { missingField } from './ask.ts';
import type { Ask } from './ask.ts';
import { Uia2Error } from './errors.ts';
import { elementIdOf } from './gestures.ts';
import { press as pressKey } from './keys.ts';
import { inject, key, LONG_PRESS_MS, press, swipe, tap } from './touch.ts';
import type { Point } from './touch.ts';

/**
 * W3C actions become strokes of a finger and key presses on one time line, in steps of 20 ms as on the
 * server.
 */
const STEP_MS = 20;
/** ViewConfiguration: a finger that moves no further than this still taps. dp. */
const TOUCH_SLOP = 8;

interface Item {
  type: string;
  duration?: unknown;
  origin?: unknown;
  x?: number;
  y?: number;
  value?: string;
}
interface Source {
  type: string;
  id: string;
  parameters?: { pointerType?: string };
  actions: Item[];
}
/** Something that begins at a time, ms from the start. */
interface Happening {
  at: number;
  /** Keys go before touches of the same time. */
  run: () => Promise<void>;
}
interface Stroke {
  from: number;
  to: number;
  points: Point[];
}

const ITEM_TYPES: Record<string, readonly string[]> = {
  pointer: ['pointerMove', 'pointerUp', 'pointerDown', 'pointerCancel', 'pause'],
  key: ['keyUp', 'keyDown', 'pause'],
  none: ['pause'],
};
const POINTER_TYPES = ['mouse', 'pen', 'touch'];

const invalid = (message: string): Uia2Error => new Uia2Error('invalid argument', message);

export async function performActions(ask: Ask): Promise<null> {
  const sources = validSources(ask.body['actions']);
  const happenings: Happening[] = [];
  let end = 0;
  for (const source of sources.filter(({ type }) => type !== 'pointer'))
    end = Math.max(end, keys(ask, source, happenings));
  const strokes: Stroke[][] = [];
  for (const source of sources.filter(({ type }) => type === 'pointer')) {
    const finger = await fingerStrokes(ask, source);
    strokes.push(finger.strokes);
    end = Math.max(end, finger.end);
  }
  for (const stroke of oneFinger(ask, strokes))
    happenings.push({ at: stroke.from, run: () => perform(ask, stroke) });
  await play(
    ask,
    happenings.sort((a, b) => a.at - b.at),
    end,
  );
  return null;
}

async function play(ask: Ask, happenings: readonly Happening[], end: number): Promise<void> {
  const { clock } = ask.handset;
  const start = clock.now();
  const until = async (at: number): Promise<void> => {
    const left = at - (clock.now() - start);
    if (left > 0) await clock.sleep(left, 'W3C actions');
  };
  for (const { at, run } of happenings) {
    await until(at);
    await run();
  }
  await until(end);
  ask.moved();
}

function validSources(actions: unknown): Source[] {
  if (!Array.isArray(actions)) throw invalid(missingField('actions', 'W3CActionsModel'));
  const sources = actions as Source[];
  const ids = new Set<string>();
  for (const { id, type, parameters, actions: items } of sources) {
    for (const [field, value] of Object.entries({ type, id, actions: items })) {
      if (value === undefined || value === null) throw invalid(missingField(field, 'W3CItemModel'));
    }
    if (ids.has(id)) throw invalid(`The action id '${id}' has one one or more duplicates`);
    ids.add(id);
    const allowed = ITEM_TYPES[type];
    if (!allowed)
      throw invalid(
        `Only [pointer, key, none] values are supported for type key. '${type}' is passed instead for action '${id}'`,
      );
    const pointerType = parameters?.pointerType;
    if (pointerType !== undefined && !POINTER_TYPES.includes(pointerType)) {
      throw invalid(
        `Only [mouse, pen, touch] values are supported for pointerType key. '${pointerType}' is passed instead for action '${id}'`,
      );
    }
    const wrong = items.find((item) => !allowed.includes(item.type));
    if (wrong?.type === undefined && wrong) throw invalid(missingField('type', 'W3CGestureModel'));
    if (wrong) {
      throw invalid(
        `Only [${allowed.join(', ')}] item type values are supported for action type '${type}'. '${wrong.type}' is passed instead for action '${id}'`,
      );
    }
  }
  return sources.map((source) => ({ ...source, actions: withoutCancelled(source.actions) }));
}

/** A `pointerCancel` takes back the item before it. */
function withoutCancelled(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  for (const item of items) {
    if (item.type === 'pointerCancel') kept.pop();
    else kept.push(item);
  }
  return kept;
}

function durationOf(item: Item, id: string): number {
  const { duration } = item;
  if (typeof duration !== 'number')
    throw invalid(`Missing duration key for action item '${item.type}' of action with id '${id}'`);
  if (duration < 0)
    throw invalid(`duration key cannot be negative for action item '${item.type}' of action with id '${id}'`);
  return Math.ceil(duration / STEP_MS) * STEP_MS;
}

/** Adds key presses; returns when the source ends. */
function keys(ask: Ask, { id, actions }: Source, into: Happening[]): number {
  const held = new Set<number>();
  let at = 0;
  for (const item of actions) {
    if (item.type === 'pause') {
      at += durationOf(item, id);
      continue;
    }
    if (typeof item.value !== 'string')
      throw invalid(`Missing value key for action item '${item.type}' of action with id '${id}'`);
    const codePoint = item.value.codePointAt(0);
    if (codePoint === undefined)
      throw invalid(`value key cannot be empty for action item '${item.type}' of action with id '${id}'`);
    if (item.type === 'keyUp') into.push({ at, run: async () => void held.delete(codePoint) });
    else into.push({ at, run: () => keyDown(ask, codePoint, held) });
  }
  return at;
}

async function keyDown(ask: Ask, codePoint: number, held: Set<number>): Promise<void> {
  const pressed = pressKey(codePoint, held);
  if (pressed.kind === 'unknown') {
    throw invalid(
      `KeyCharacterMap.getEvents is unable to synthesize KeyEvent sequence out of '${codePoint}' key code. Consider applying a patch to ` +
        'UiAutomator2 server code or try to synthesize the necessary key event(s) for it manually',
    );
  }
  if (pressed.kind === 'key') await key(ask, pressed.code);
  if (pressed.kind === 'text') await inject(ask, () => ask.handset.type(pressed.text));
}

async function fingerStrokes(ask: Ask, { id, actions }: Source): Promise<{ strokes: Stroke[]; end: number }> {
  const strokes: Stroke[] = [];
  let at = 0;
  let place: Point | undefined;
  let down: Stroke | undefined;
  const last: Record<string, number> = {};
  for (const [index, item] of actions.entries()) {
    if (item.type === 'pause') at += durationOf(item, id);
    else if (item.type === 'pointerMove') {
      at += durationOf(item, id);
      place = await destination(ask, id, item, index, place);
      down?.points.push(place);
    } else {
      if (last[item.type] === at || (item.type === 'pointerDown' && down)) {
        throw invalid(
          `You cannot perform two or more '${item.type}' actions without a pause between them at ${at}ms in '${id}' chain`,
        );
      }
      if (!place) {
        const what = `Action item '${item.type}' #${index + 1} of the action '${id}'`;
        throw invalid(`${what} should be preceded with at least one item having absolute coordinates`);
      }
      last[item.type] = at;
      if (item.type === 'pointerDown') down = { from: at, to: at, points: [place] };
      else if (down) {
        strokes.push({ ...down, to: at });
        down = undefined;
      }
    }
  }
  return { strokes, end: at };
}

async function destination(
  ask: Ask,
  id: string,
  item: Item,
  index: number,
  from: Point | undefined,
): Promise<Point> {
  const { origin = 'viewport', x, y } = item;
  if (origin === 'viewport') {
    if (typeof x === 'number' && typeof y === 'number') return { x, y };
    throw invalid(
      `Both coordinates must be be set for action item '${item.type}' #${index + 1} of action '${id}'`,
    );
  }
  if (origin === 'pointer') {
    if (from) return { x: from.x + (x ?? 0), y: from.y + (y ?? 0) };
    throw invalid(
      `Action item '${item.type}' #${index + 1} of action '${id}' should be preceded with at least one item containing absolute coordinates`,
    );
  }
  const elementId = typeof origin === 'string' ? origin : elementIdOf(origin);
  if (elementId === undefined)
    throw invalid(
      `An unknown element '${String(origin)}' is set for action item '${item.type}' of action '${id}'`,
    );
  const { bounds } = (await ask.session.elements.get(elementId, ask)).ax.node ?? { bounds: undefined };
  if (!bounds)
    throw invalid(
      `The element with id '${elementId}' has zero width/height in the action item ${item.type} of action '${id}'`,
    );
  return { x: bounds.x + bounds.width / 2 + (x ?? 0), y: bounds.y + bounds.height / 2 + (y ?? 0) };
}

/** The handset feels one finger. Where several touch at once, the first one counts. */
function oneFinger(ask: Ask, fingers: readonly Stroke[][]): Stroke[] {
  const [first = [], ...others] = fingers;
  const overlaps = others
    .flat()
    .some((stroke) => first.some(({ from, to }) => from < stroke.to && stroke.from < to));
  if (!overlaps) return fingers.flat();
  ask.handset.ignorant('uiautomator2', 'several fingers at once');
  return first;
}

async function perform(ask: Ask, { from, to, points }: Stroke): Promise<void> {
  const start = points[0]!;
  const slop = TOUCH_SLOP * (ask.handset.screen.density / 160);
  if (points.some(({ x, y }) => Math.hypot(x - start.x, y - start.y) > slop))
    await swipe(ask, points, to - from);
  else if (to - from < LONG_PRESS_MS) await tap(ask, start);
  else await press(ask, start, to - from);
}
