import { BadAnswerError } from '../errors.ts';
import { shellWord } from '../words/shell-word.ts';
import type { Phone } from './adb.ts';

/** What a person does on a phone's screen from a page, px of the screen. */
export type Gesture =
  | { kind: 'tap'; x: number; y: number }
  | { kind: 'swipe'; x: number; y: number; toX: number; toY: number; ms: number }
  | { kind: 'text'; text: string }
  | { kind: 'key'; key: PhoneKey };

const KEYS = { back: 4, home: 3, recent: 187, enter: 66, delete: 67 };
export type PhoneKey = keyof typeof KEYS;
export const isPhoneKey = (key: string): key is PhoneKey => Object.hasOwn(KEYS, key);

/** `input text` takes nothing else: it looks its characters up on a keyboard of the phone. */
export const isTypable = (text: string): boolean => /^[\x20-\x7e]{1,200}$/.test(text);

const FILE = '/data/local/tmp/mi-unbind-page.xml';
const KEYBOARD = '@@mi-unbind:keyboard';

/** Does it on the phone. Throws as the phone's shell does, without what was typed. */
export async function touch(phone: Phone, gesture: Gesture, signal?: AbortSignal): Promise<void> {
  try {
    await phone.shell(commandOf(gesture), signal);
  } catch (fault) {
    signal?.throwIfAborted();
    throw gesture.kind === 'text' ? new Error('The phone took no text.') : fault;
  }
}

export function commandOf(gesture: Gesture): string {
  switch (gesture.kind) {
    case 'tap':
      return `input tap ${gesture.x} ${gesture.y}`;
    case 'swipe':
      return `input swipe ${gesture.x} ${gesture.y} ${gesture.toX} ${gesture.toY} ${gesture.ms}`;
    case 'text':
      // It reads %s as a blank, so the two never stand in one word.
      return gesture.text
        .split(/(?<=%)(?=s)/)
        .map((part) => `input text ${shellWord(part.replaceAll(' ', '%s'))}`)
        .join('; ');
    case 'key':
      return `input keyevent ${KEYS[gesture.key]}`;
  }
}

/** The page in front, as accessibility sees it, and whether a keyboard lies over it. */
export interface SeenPage {
  source: string;
  hasKeyboard: boolean;
}

/**
 * Reads the page in front with what Android itself has for it, and leaves no file. Undefined where it cannot: another
 * program holds UI automation, or the page never rests.
 */
export async function readPage(phone: Phone, signal?: AbortSignal): Promise<SeenPage | undefined> {
  const dump = `rm -f ${FILE}; uiautomator dump ${FILE} >/dev/null 2>&1; cat ${FILE} 2>/dev/null; rm -f ${FILE}`;
  const answer = await phone
    .shell(`${dump}; echo ${KEYBOARD}; dumpsys input_method | grep mInputShown`, signal)
    .catch((fault: unknown) => {
      if (fault instanceof BadAnswerError) return '';
      throw fault;
    });
  const [source = '', keyboard = ''] = answer.split(KEYBOARD);
  if (!source.includes('</hierarchy>')) return undefined;
  return { source: source.trim(), hasKeyboard: keyboard.includes('mInputShown=true') };
}
