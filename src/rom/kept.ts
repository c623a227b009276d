import { z } from 'zod';
import { boundedJson } from '../formats/bounded-json.ts';
import type { RomCheck, RomVerdict } from './check.ts';

const text = z.string();
const texts = z.array(text);
const state = z.enum(['there', 'gone', 'not-given']);
const label = z.object({
  ...{ label: text, state, layouts: texts, missing: texts },
  wordings: z.record(text, text),
});
const thing = z.object({
  locator: text,
  verdict: z.enum([
    'there',
    'other-way',
    'gone',
    'needs-phone',
    'not-in-rom',
    'not-given',
  ] satisfies RomVerdict[]),
  ...{ by: text, wanted: text, layouts: texts },
  ids: z.array(z.object({ id: text, state, layouts: texts })),
  labels: z.array(label),
});
const schema = z.object({
  version: z.literal(1),
  apps: z.array(
    z.object({ package: text, version: text, languages: texts, files: texts, nameless: z.boolean() }),
  ),
  notGiven: texts,
  layouts: z.record(text, z.array(z.object({ cls: text, id: text, labels: texts }))),
  unread: z.array(z.object({ file: text, why: text })),
  pages: z.array(
    z.object({
      page: text,
      verdict: thing.shape.verdict,
      layout: z.object({ name: text, holds: texts }).optional(),
      apart: texts,
      things: z.array(thing),
      reads: z.array(label),
    }),
  ),
});

/** Of a check with every page in a hundred languages. */
const LIMITS = { values: 1_000_000, depth: 20 } as const;

/** A check of a ROM as its JSON was kept. Throws an error in words where it is none. */
export function keptCheck(json: Buffer): RomCheck {
  const { data, error } = schema.safeParse(boundedJson(json, LIMITS));
  if (data) return { ...data, pages: data.pages.map((page) => ({ ...page, layout: page.layout })) };
  const [first] = error.issues;
  throw new RangeError(`${first?.path.join('.') || 'its first value'}: ${first?.message}`);
}
