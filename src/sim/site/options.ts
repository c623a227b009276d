import { z } from 'zod';
import { parsed } from '../spec.ts';
import { locales } from './text.ts';

/** What a visitor does on the site, besides opening its pages. */
export const actions = ['next', 'choose', 'send', 'verify', 'set-password', 'sign-in'] as const;
export type Action = (typeof actions)[number];

const schema = z.strictObject({
  /** `react`: today's site, one page that changes. `form`: that of 2016 to 2018, a page for each step. */
  shape: z.enum(['react', 'form']).default('react'),
  /** Missing: as the address, a cookie, or the browser says. */
  language: z.enum(locales).optional(),
  region: z.enum(['global', 'china']).default('global'),
  /** When a picture with letters is asked for. */
  captcha: z.enum(['never', 'after-next', 'after-code']).default('never'),
  /** A question about the user agreement lies over the first page. */
  agree: z.boolean().default(false),
  /** How the request for a phone's lock is answered; all but `answers` tell no state. */
  lock: z
    .enum(['answers', 'captcha', 'busy', 'page', 'sign-in', 'rate-limit', 'other-shape', 'other-phone'])
    .default('answers'),
  pace: z.enum(['real', 'instant']).default('real'),
  seed: z.int().default(1),
  /** The server does it and closes the connection without an answer. */
  dropAnswer: z.enum(actions).optional(),
  /** The server closes the connection and does nothing. */
  dropRequest: z.enum(actions).optional(),
});

/** The web site as one writes it: everything has a default. */
export type SiteOptions = z.input<typeof schema>;
export type SiteSettings = z.output<typeof schema>;

/** Throws a SpecError. */
export function parseSite(given: unknown): SiteSettings {
  return parsed(schema, given, 'web site the simulator can be');
}
