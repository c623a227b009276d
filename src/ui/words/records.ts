import type { PageText } from './language.ts';

export const records = {} satisfies Record<string, PageText>;
