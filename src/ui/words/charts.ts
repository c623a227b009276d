import type { PageText } from './language.ts';

export const charts = {} satisfies Record<string, PageText>;
