import type { PageText } from './language.ts';

export const lists = {} satisfies Record<string, PageText>;
