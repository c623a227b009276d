import { isSound } from '../../formats/imei.ts';
import type { Line } from './columns.ts';
import type { Order } from '../job.ts';
import { saying, type Saying } from './sayings.ts';

/**
 * A number a spreadsheet shows in short, as it is written to CSV: `3.56938E+14`, in some countries with a
 * comma.
 */
const SCIENTIFIC = /^\d(?:[.,](\d+))?E\+?(\d+)$/i;
/** Digits a spreadsheet keeps of a number. */
const KEPT = 15;

/**
 * What mDNS puts into the name of a phone that it finds a second time: `adb-1a2b3c4d-AbCdEf
 * (2)._adb-tls-connect._tcp`.
 */
const TWICE = / \(\d+\)(?=\._adb)/;

/** What a line calls a phone by. */
export interface NamedPhone {
  /** A line with both is known by its serial. */
  phone: Order['phone'];
  /** All its names, to see whether another line is the same phone. */
  names: readonly string[];
}

/** The phone a line names; undefined where it names none that could be one. */
export function phoneOf(line: Line): NamedPhone | undefined {
  const imeis = imeisOf(line);
  const serial = withoutApostrophe(line.text('serial'));
  const [imei, imei2] = imeis ?? [];
  if (serial === '') {
    if (imeis?.length === 0) line.problem('serial', saying('phone-missing'));
    return imei === undefined
      ? undefined
      : { phone: imei2 === undefined ? { imei } : { imei, imei2 }, names: imeis ?? [] };
  }
  const fault = serialFault(line, serial);
  if (fault !== undefined) line.problem('serial', fault);
  if (fault !== undefined || imeis === undefined) return undefined;
  if (typeof line.raw('serial') === 'number') line.warning('serial', saying('serial-number'));
  return { phone: { serial }, names: [serial, ...imeis] };
}

function serialFault(line: Line, serial: string): Saying | undefined {
  const value = line.raw('serial');
  // Hexadecimal with one E, such as 5000e006, is a number to a spreadsheet.
  const isWorkedOut = typeof value === 'number' && /0{4}$/.test(String(value));
  if (isMangled(line, 'serial') || isWorkedOut) return saying('serial-lost');
  if (/\s/.test(serial.replace(TWICE, ''))) return saying('serial-space');
  return undefined;
}

/** Whether a value has become a number in short or a date, so that it may not be what was written. */
export function isMangled(line: Line, column: Parameters<Line['text']>[0]): boolean {
  const value = line.raw(column);
  if (value instanceof Date) return true;
  return typeof value === 'number'
    ? Math.abs(value) >= 10 ** KEPT
    : /^\d+([.,]\d+)?E\+\d+$/i.test(line.text(column));
}

/** The IMEIs of both columns, each of which may hold two; undefined where one is none. */
function imeisOf(line: Line): string[] | undefined {
  const found = (['imei', 'imei2'] as const).map((column) => {
    const text = withoutApostrophe(line.text(column));
    const parts = text === '' ? [] : twoIn(text);
    const read = parts.map((part) => imeiOf(line, column, part));
    return read.some((one) => one === undefined) ? undefined : (read as string[]);
  });
  const [first, second] = found;
  return first === undefined || second === undefined ? undefined : [...new Set([...first, ...second])];
}

/** The parts of a cell with two IMEIs, also where their names stand in it: `IMEI1: … / IMEI2: …`. */
function twoIn(text: string): string[] {
  const plain = text.replace(/imei\s*(?:no\.?|sv)?\s*\(?[12]?\)?\s*[:=]/gi, ' ').trim();
  const parts = plain.split(/[\s/,;|&+]+/).filter(Boolean);
  // What is left of one after its dashes is no IMEI: 35-693803 564380-9.
  return parts.length > 1 && parts.every((part) => part.replaceAll('-', '').length >= 14) ? parts : [plain];
}

function imeiOf(line: Line, column: 'imei' | 'imei2', text: string): string | undefined {
  if (line.raw(column) instanceof Date) {
    line.problem(column, saying('imei-date'));
    return undefined;
  }
  const short = SCIENTIFIC.exec(text);
  const whole = short ? unfolded(text, short) : text.replace(/[.,]0+$/, '');
  if (whole === undefined) {
    line.problem(column, saying('imei-lost'));
    return undefined;
  }
  const digits = whole.replace(/[\s/-]/g, '');
  const fault = imeiFault(digits);
  if (fault !== undefined) line.problem(column, fault);
  return fault === undefined ? digits : undefined;
}

/** All digits, where the short form still has them. */
function unfolded(text: string, [, decimals = '', exponent = '']: RegExpExecArray): string | undefined {
  if (decimals.length !== KEPT - 1 || Number(exponent) !== KEPT - 1) return undefined;
  return `${text.charAt(0)}${decimals}`;
}

function imeiFault(digits: string): Saying | undefined {
  if (!/^\d+$/.test(digits)) return saying('imei-digits');
  if (digits.length === 14) {
    return isSound(`0${digits}`) ? saying('imei-zero') : saying('imei-14');
  }
  if (digits.length === 16) return saying('imeisv');
  if (digits.length !== 15) return saying('imei-length', { count: digits.length });
  return isSound(digits) ? undefined : saying('imei-check');
}

/** A spreadsheet's sign that what follows is text. */
const withoutApostrophe = (text: string) => text.replace(/^['’]/, '');
