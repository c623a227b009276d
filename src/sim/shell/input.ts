import {
  exception,
  fail,
  unknown,
  type Command,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import { writeFile } from './filesystem.ts';
import { mayInjectEvents } from '../permissions.ts';

/** Names of android.view.KeyEvent that people type. */
const KEYS: Record<string, number> = {
  HOME: 3,
  BACK: 4,
  DPAD_UP: 19,
  DPAD_DOWN: 20,
  DPAD_LEFT: 21,
  DPAD_RIGHT: 22,
  DPAD_CENTER: 23,
  VOLUME_UP: 24,
  VOLUME_DOWN: 25,
  POWER: 26,
  TAB: 61,
  SPACE: 62,
  ENTER: 66,
  DEL: 67,
  MENU: 82,
  MOVE_HOME: 122,
  MOVE_END: 123,
  ESCAPE: 111,
  APP_SWITCH: 187,
  SLEEP: 223,
  WAKEUP: 224,
};
const SOURCES = ['touchscreen', 'keyboard', 'touchpad', 'mouse', 'dpad'];
const SWIPE_MS = 300;
/** Holding still this long is a long press (ViewConfiguration). */
const LONG_PRESS_MS = 500;

type Act = (phone: Context['phone'], argv: readonly string[]) => Promise<void> | void | undefined;

const ACTS: Record<string, { takes: [least: number, most: number]; act: Act }> = {
  tap: { takes: [2, 2], act: (phone, [x, y]) => phone.tap(Number(x), Number(y)) },
  swipe: { takes: [4, 5], act: (phone, argv) => swipe(phone, argv) },
  text: { takes: [1, Infinity], act: (phone, argv) => phone.type(argv.join(' ').replaceAll('%s', ' ')) },
  keyevent: {
    takes: [1, Infinity],
    async act(phone, argv) {
      for (const name of argv) if (!name.startsWith('--')) await phone.key(keyCode(name) ?? 0);
    },
  },
};

const input: Command = async (argv, context): Promise<CommandResult> => {
  const [verb = '', ...rest] = SOURCES.includes(argv[0] ?? '') ? argv.slice(1) : argv;
  const known = Object.hasOwn(ACTS, verb) ? ACTS[verb] : undefined;
  if (!known)
    return unknown(
      context,
      `input ${argv.join(' ')}`,
      fail(`Error: Unknown command: ${verb}\nUsage: input [<source>] <command> [<arg>...]`, 255),
    );
  const [least, most] = known.takes;
  if (rest.length < least || rest.length > most)
    return fail(`Error: Invalid arguments for command: ${verb}`, 255);
  if (verb === 'tap' || verb === 'swipe') {
    const wrong = rest.find((word) => !Number.isFinite(Number(word)));
    if (wrong !== undefined)
      return exception(verb, `java.lang.NumberFormatException: For input string: "${wrong}"`);
  }
  const wrongKey =
    verb === 'keyevent'
      ? rest.find((name) => !name.startsWith('--') && keyCode(name) === undefined)
      : undefined;
  if (wrongKey !== undefined)
    return unknown(
      context,
      `input ${argv.join(' ')}`,
      fail(`Error: Invalid arguments for command: ${verb}`, 255),
    );
  if (!mayInjectEvents(context.phone))
    return exception(verb, `java.lang.SecurityException: ${injectionDenied(context)}`);
  await known.act(context.phone, rest);
  return '';
};

function swipe(phone: Context['phone'], argv: readonly string[]): Promise<void> {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, ms = SWIPE_MS] = argv.map(Number);
  if (x1 === x2 && y1 === y2 && ms >= LONG_PRESS_MS) return phone.longPress(x1, y1, ms);
  return phone.swipe(
    [
      { x: x1, y: y1 },
      { x: x2, y: y2 },
    ],
    ms,
  );
}

function keyCode(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : KEYS[name.replace(/^KEYCODE_/, '')];
}

/** Android 13 worded it anew. */
function injectionDenied({ phone }: Context): string {
  return Number(phone.props.get('ro.build.version.sdk')) >= 33
    ? 'Injecting input events requires the caller (or the source of the instrumentation, if any) to have the INJECT_EVENTS permission.'
    : 'Injecting to another application requires INJECT_EVENTS permission';
}

export const inputCommands: CommandTable = {
  input,

  async screencap(argv, context) {
    const path = argv.find((word) => !word.startsWith('-'));
    const isPng = argv.includes('-p') || path?.endsWith('.png');
    if (!isPng)
      return unknown(
        context,
        `screencap ${argv.join(' ')}`,
        fail('usage: screencap [-hp] [-d display-id] [FILENAME]'),
      );
    await context.phone.takes('picture').catch(() => undefined);
    const png = await context.phone.screenshot();
    if (path === undefined) return { stdout: png };
    writeFile(context.phone, path, png);
    return '';
  },
};
