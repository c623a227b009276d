import { z } from 'zod';
import { databaseConfig, type DatabaseUrlFault } from './database-url.ts';
import { Secret } from '../secret.ts';

/** What settings may hold, each as it is read from the environment. */

export const text = z.string().optional();
export const secret = z
  .string()
  .transform((value) => new Secret(value))
  .optional();
/** As Standard Webhooks write one: `whsec_` and 24 to 64 bytes in base64. */
export const hookSecret = z
  .string()
  .refine((value) => {
    const key = Buffer.from(value.replace('whsec_', ''), 'base64');
    return value === `whsec_${key.toString('base64')}` && key.length >= 24 && key.length <= 64;
  })
  .transform((value) => new Secret(value))
  .optional();
/** Makes one, in every shell. */
export const MAKE_HOOK_SECRET = `node -p "'whsec_'+crypto.randomBytes(32).toString('base64')"`;
/** A comma between two. */
export const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );
/** An address to listen on: `PORT` of loopback, or `HOST:PORT`. */
export const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]:|[\w.-]+:)?\d{1,5}$/)
  .transform((value) => {
    const at = value.lastIndexOf(':');
    return {
      host: at < 0 ? '127.0.0.1' : value.slice(0, at).replace(/^\[|\]$/g, ''),
      port: Number(value.slice(at + 1)),
    };
  })
  .refine(({ port }) => port <= 65_535)
  .optional();
export const url = (...schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)))
    .optional();
/** An address that may hold a password, or is as good as one: any program that knows a hook's may call it. */
const secretUrl = (...schemes: string[]) =>
  url(...schemes).transform((value) => (value === undefined ? undefined : new Secret(value)));
export const databaseUrl = z
  .string()
  .superRefine((value, context) => {
    try {
      databaseConfig(value);
    } catch (fault) {
      const { message, hint } = fault as DatabaseUrlFault;
      context.addIssue({ code: 'custom', message: `${message}; ${hint}` });
    }
  })
  .transform((value) => new Secret(value))
  .optional();
export const mailUrl = secretUrl('smtp', 'smtps');
export const hookUrl = secretUrl('http', 'https');
/** A switch, as people write it. */
export const flag = z
  .enum(['yes', 'true', 'on', '1', 'no', 'false', 'off', '0'])
  .transform((value) => ['yes', 'true', 'on', '1'].includes(value));
/** A host without the brackets of an IPv6 address. */
export function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
export const port = (least: 0 | 1) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(65_535));
