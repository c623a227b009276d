import { extractCode, type Extracted } from './extract-code.ts';
import type { Message } from './inbox.ts';
import { bodyOf, type Body } from './mail-body.ts';

/** What is read apart from the rest of the program: words of strangers. */
export type Work = { raw: Uint8Array } | { message: Pick<Message, 'channel' | 'text' | 'unread'> };
export type ReadingResult = Body | Extracted;

export async function perform(work: Work): Promise<ReadingResult> {
  return 'raw' in work ? bodyOf(work.raw) : extractCode(work.message);
}
