import { nearest } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';

/**
 * What other programs and test suites hand over, held against its types. A program in JavaScript has nothing else that would: with
 * `acount` for `account` any account would be signed out.
 */

/** What a field takes, in words, and whether a value is such a thing. */
type Kind = readonly [fits: string, is: (value: unknown) => boolean];

const oneOf = (...words: readonly string[]): Kind => [
  words.map((word) => `'${word}'`).join(' or '),
  (value) => typeof value === 'string' && words.includes(value),
];
const text: Kind = ['a text', (value) => typeof value === 'string'];
const yesOrNo: Kind = ['true or false', (value) => typeof value === 'boolean'];
const secret: Kind = [
  'a Secret: new Secret(text)',
  (value) => typeof (value as { reveal?: unknown } | null)?.reveal === 'function',
];
const texts: Kind = [
  'a list of texts',
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
];
const object = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const milliseconds: Kind = ['a number of milliseconds', (value) => typeof value === 'number' && value > 0];
const data = oneOf('keep', 'delete');
const by = oneOf('phone', 'email');
const via = oneOf('intent', 'settings');

const common = {
  evidence: text,
  signal: ['an AbortSignal', (value: unknown) => value instanceof AbortSignal],
  onEvent: ['a function', (value: unknown) => typeof value === 'function'],
} as const;
const onPhone = { account: text, strictAccount: yesOrNo, anotherAccount: yesOrNo, keepHelpers: yesOrNo };
const withCode = { codeSource: text, by, contact: text };
const newPassword = { newPassword: secret, saveTo: text };

interface Form {
  /** What its fields are called. Missing: those of an order. */
  isOptions?: true;
  must: Readonly<Record<string, Kind>>;
  may: Readonly<Record<string, Kind>>;
}

export const FORMS = {
  signOut: { must: { serial: text, data }, may: { ...common, ...onPhone, password: secret, via } },
  changePassword: {
    must: { serial: text, ...withCode },
    may: { ...common, ...onPhone, ...newPassword, prove: yesOrNo },
  },
  resetPassword: {
    must: { account: text, ...withCode },
    may: {
      ...{ ...common, ...newPassword, anotherAccount: yesOrNo },
      ...{ browser: text, language: text, headed: yesOrNo },
    },
  },
  recover: {
    must: { serial: text, data, ...withCode },
    may: { ...common, ...onPhone, ...newPassword, web: yesOrNo, headed: yesOrNo },
  },
  signOutMiAccount: { must: { data }, may: { password: secret, via, name: text, timeoutMs: milliseconds } },
  miCode: { must: { by, address: text }, may: { timeoutMs: milliseconds } },
  MiUnbindService: {
    isOptions: true,
    must: {},
    may: {
      sims: [
        'a list of phones, or a function that gives them',
        (value: unknown) => typeof value === 'function' || (Array.isArray(value) && value.every(object)),
      ],
      phones: [
        "'attached' or a list of serials",
        (value: unknown) => value === 'attached' || texts[1](value),
      ],
      ...{ played: texts, codes: text, hide: texts },
      settings: ['an object: settings by their names', object],
    },
  },
} satisfies Record<string, Form>;

/** Throws a UsageError where it is none. No value is in it: it may be a password. */
export function wellFormed(command: keyof typeof FORMS, order: unknown): void {
  const { must, may, isOptions }: Form = FORMS[command];
  const refuse = (what: string, todo: string): never => {
    throw new UsageError(`${command}: ${what}.`, todo);
  };
  if (order === null || typeof order !== 'object')
    return refuse(`there ${isOptions ? 'are no options' : 'is no order'}`, 'hand an object over');
  const given = Object.entries(order).filter(([, value]) => value !== undefined);
  const fields = new Map(Object.entries({ ...must, ...may }));
  for (const [name, value] of given) {
    const [fits, is] =
      fields.get(name) ??
      refuse(isOptions ? `there is no option '${name}'` : `an order has no '${name}'`, instead(name, fields));
    if (!is(value)) refuse(`'${name}' does not fit`, `it takes ${fits}`);
  }
  for (const [name, [fits]] of Object.entries(must))
    if (!given.some(([one]) => one === name)) refuse(`'${name}' is missing`, `it takes ${fits}`);
}

function instead(name: string, fields: ReadonlyMap<string, unknown>): string {
  const names = [...fields.keys()];
  const meant = nearest(name, names);
  const all = `has ${names.join(', ')}`;
  return meant === undefined ? `it ${all}` : `did you mean '${meant}'? It ${all}`;
}
