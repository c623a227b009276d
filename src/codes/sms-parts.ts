import type { Clock } from '../clock.ts';
import type { KeptMessage } from '../store/messages.ts';

/**
 * How long the parts of one SMS may be apart, ms. What is there then is handed on: the code may stand in it.
 */
const PATIENCE = 20_000;

/**
 * Joins long SMS whose parts a gateway hands over one by one, in whatever order. A message without parts is
 * handed on at once. A joined one has the id of the part that came last.
 */
export function joinsParts(
  deliver: (message: KeptMessage) => void,
  clock: Clock,
  signal: AbortSignal,
): (message: KeptMessage) => void {
  const waiting = new Map<string, Map<number, KeptMessage>>();

  return (message) => {
    const { part, from, to } = message;
    if (!part) return deliver(message);
    const key = JSON.stringify([from, to, part.reference, part.total]);
    const parts = waiting.get(key) ?? new Map<number, KeptMessage>();
    parts.set(part.number, message);
    if (parts.size === part.total) return handOn(key, parts);
    if (waiting.has(key)) return;
    waiting.set(key, parts);
    void clock.sleep(PATIENCE, 'the other parts of an SMS', signal).then(
      () => waiting.get(key) === parts && handOn(key, parts),
      () => undefined,
    );
  };

  function handOn(key: string, parts: ReadonlyMap<number, KeptMessage>): void {
    waiting.delete(key);
    const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    const last = inOrder.reduce((latest, one) => (one.id > latest.id ? one : latest));
    // A gap is not a place where two halves of a number meet.
    const isWhole = inOrder.length === last.part?.total;
    deliver({ ...last, text: inOrder.map(({ text }) => text).join(isWhole ? '' : ' … ') });
  }
}
