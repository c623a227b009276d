import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Zippable } from 'fflate';
import { programFolder } from '../own-files.ts';

/** The survey of a simulated phone that comes with the project. It is of before surveys named their ways. */
export const RECORDED = join(programFolder, 'recorded/simulated-hyperos-3');

/** Its pages and facts, as a bundle holds them. */
export const recordedFiles: Readonly<Zippable> = Object.fromEntries(
  readdirSync(RECORDED)
    .filter((name) => /\.(xml|json)$/.test(name))
    .map((name) => [`phone/${name}`, readFileSync(join(RECORDED, name))]),
);
