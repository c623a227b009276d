import { z } from 'zod';
import { unknown, type LockAnswer } from './lock-status.ts';

/** An HTTP answer, its body read to the end. */
export interface HttpAnswer {
  status: number;
  /** Empty where the server names none. */
  contentType: string;
  body: string;
}

/** How a provider's JSON is read. Returns undefined where it has another shape. */
export type ReadBody = (body: unknown) => LockAnswer | undefined;

/**
 * From an HTTP answer of any provider. Only a complete answer in the provider's own shape, for this IMEI, tells a
 * state; anything else is `unknown` with its reason.
 */
export function readAnswer(
  { status, contentType, body }: HttpAnswer,
  imei: string,
  read: ReadBody,
): LockAnswer {
  if (status >= 300 && status < 400)
    return unknown(
      'the server sends the request elsewhere (a redirect), which may lead to a sign-in',
      'refused',
    );
  if (asksForCaptcha(body)) return unknown('the server asks for a captcha', 'captcha');
  if (status === 429) return unknown('the server takes no more requests for now (status 429)', 'refused');
  if (status === 401 || status === 403)
    return unknown(`the server refuses the request (status ${status})`, 'refused');
  if (status !== 200) return unknown(`the server answers with status ${status}`, 'refused');
  if (/html|xml/i.test(contentType)) return unknown('the server answers with a web page', 'refused');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return unknown(
      /^\s*</.test(body) ? 'the server answers with a web page' : 'the answer is no JSON',
      'refused',
    );
  }
  if (reportsFault(parsed)) return unknown('the answer reports a fault');
  if (imeisIn(parsed).some((other) => other !== imei)) return unknown('the answer is for another IMEI');
  return read(parsed) ?? unknown('the answer has another shape than the one that is known');
}

/** A picture to type, a slider, a code of the account service that says so (87001). Error texts are short. */
function asksForCaptcha(body: string): boolean {
  return /captcha|验证码|"code"\s*:\s*"?87001\b/i.test(body.slice(0, 64_000));
}

/** An answer with status 200 that says by itself that it is none, in the forms that services have for it. */
function reportsFault(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return false;
  const { error, errors, success, ok, status } = body as Record<string, unknown>;
  const isSaid = (value: unknown) => Boolean(value) && !(Array.isArray(value) && value.length === 0);
  const isNo = (value: unknown) =>
    value === false || /^(false|no|0)$/i.test(typeof value === 'string' ? value : '');
  const isBad = /^(error|fail(ed|ure)?|denied|invalid|pending|processing|not.?found)$/i;
  return (
    isSaid(error) ||
    isSaid(errors) ||
    isNo(success) ||
    isNo(ok) ||
    (typeof status === 'string' && isBad.test(status))
  );
}

/** Every value that is an IMEI by its form, or by the name it has, at any depth. */
function imeisIn(value: unknown, name = '', depth = 0): string[] {
  if (depth > 8) return [];
  if (typeof value === 'string' || typeof value === 'number') {
    // Services part its digits.
    const text = String(value).replace(/[\s/.-]/g, '');
    return /^\d{14,16}$/.test(text) && (/imei|^id$/i.test(name) || typeof value === 'string') ? [text] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => imeisIn(inner, key, depth + 1));
}

const XIAOMI = z.object({
  result: z.string().optional(),
  code: z.number().optional(),
  description: z.string().optional(),
  reason: z.string().optional(),
  data: z.unknown().optional(),
});
/** `approved`, and hints at the owner (`phone`, `email`), are dropped here. */
const LOCK = z.object({ locked: z.boolean(), lost: z.boolean().optional() });

/** The server's own words, as its clients know them, and what they mean. */
const REFUSALS: readonly (readonly [RegExp, string, LockAnswer['refusal']?])[] = [
  [/imei\s*参数错误/i, 'Xiaomi does not take this number for an IMEI'],
  [/设备不存在/, 'Xiaomi knows no phone with this IMEI'],
  [/未找到设备信息/, 'Xiaomi has no details of a phone with this IMEI'],
  [/系统繁忙/, "Xiaomi's server is busy", 'refused'],
];

/** The answer of Xiaomi's public page for the activation lock. */
export const readXiaomi: ReadBody = (body) => {
  const answer = XIAOMI.safeParse(body);
  if (!answer.success) return undefined;
  const { result, code, description = '', reason = '', data } = answer.data;
  const said = REFUSALS.find(([words]) => words.test(`${description} ${reason}`));
  if (said) return unknown(said[1], said[2]);
  const good = [
    ...(result === undefined ? [] : [result === 'ok']),
    ...(code === undefined ? [] : [code === 0]),
  ];
  if (good.includes(false)) return unknown('Xiaomi does not tell, and gives no reason that is known');
  const lock = LOCK.safeParse(data);
  if (good.length === 0 || !lock.success) return undefined;
  const { locked, lost } = lock.data;
  return { state: locked ? 'on' : 'off', ...(lost !== undefined && { lost }) };
};

/** Where a bought service's JSON says whether the lock is on, and perhaps whether the phone is lost. */
export interface LockPaths {
  /** Keys with dots between them; a number leads into a list. */
  locked: string;
  lost?: string | undefined;
}

/** The answer of a bought service. */
export const readService =
  ({ locked, lost }: LockPaths): ReadBody =>
  (body) => {
    const on = truth(at(body, locked));
    const reported = lost === undefined ? undefined : truth(at(body, lost));
    if (on === undefined || (lost !== undefined && reported === undefined)) return undefined;
    return { state: on ? 'on' : 'off', ...(reported !== undefined && { lost: reported }) };
  };

function at(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const isOwn = value !== null && typeof value === 'object' && Object.hasOwn(value, key);
    return isOwn ? (value as Record<string, unknown>)[key] : undefined;
  }, body);
}

const YES = ['on', 'yes', 'true', 'locked', 'lost'];
const NO = ['off', 'no', 'false', 'unlocked', 'clean'];

/** A truth value, or one of the words that services write for it; anything else is none. */
function truth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}
