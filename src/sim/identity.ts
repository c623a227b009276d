import { createHash, randomInt } from 'node:crypto';
import { generator } from './time.ts';
import { parseSpec, type FullSpec, type PhoneSpec } from './spec.ts';

/** What tells one phone from another. */
export interface SimIdentity {
  /** Of everything random about it. */
  readonly seed: number;
  readonly serialno: string;
  readonly imei: string;
  readonly imei2: string;
}

/** As the spec says, and the rest made from its seed. */
export function identityOf({ seed = 1, ...spec }: FullSpec): SimIdentity {
  const serialno =
    spec.serialno ??
    Math.floor(generator(seed)() * 0xffffffff)
      .toString(16)
      .padStart(8, '0');
  const imei = spec.imei ?? imeiOf(serialno);
  return { seed, serialno, imei, imei2: spec.imei2 ?? imeiOf(`${imei}, SIM 2`) };
}

/**
 * An IMEI for a phone whose spec has none: 14 digits made from a text that is its own, and the check digit
 * after Luhn.
 */
export function imeiOf(own: string): string {
  const number = Number.parseInt(createHash('sha256').update(own).digest('hex').slice(0, 10), 16) % 1e8;
  const digits = `867320${String(number).padStart(8, '0')}`;
  const doubled = [...digits]
    .map(Number)
    .map((digit, i) => (i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2));
  return `${digits}${(10 - (doubled.reduce((sum, digit) => sum + digit) % 10)) % 10}`;
}

/** A seed for a phone whose spec has none, so that no two phones are one and the same. */
export const freshSeed = (): number => randomInt(1, 2 ** 31);

/** Throws a SpecError. */
export function identified(spec: PhoneSpec): PhoneSpec {
  parseSpec(spec);
  return { ...spec, seed: spec.seed ?? freshSeed() };
}

/** Throws a SpecError. */
export function sameAs(
  { spec, identity: { seed } }: { spec: FullSpec; identity: SimIdentity },
  next: PhoneSpec,
): PhoneSpec {
  parseSpec(next);
  if (next.seed !== undefined) return next;
  if (next.serialno !== undefined || next.imei !== undefined) return { ...next, seed };
  const { serialno, imei, imei2 } = spec;
  return {
    ...(serialno ? { serialno } : {}),
    ...(imei ? { imei } : {}),
    ...(imei2 ? { imei2 } : {}),
    ...next,
    seed,
  };
}
