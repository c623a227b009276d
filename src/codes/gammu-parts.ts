/** A row of gammu-smsd's inbox: one part of an SMS as it came over the air. */
export interface Row {
  id: number;
  sender: string;
  /** User data header in hex, with its length in front; empty for an SMS of one part. */
  udh: string;
  text: string;
  /** When its network got it, in seconds of a clock whose zone is unknown. */
  sent: number;
  /** How long ago it was stored, s. */
  age: number;
}

/** The message a row completes is its part with the lowest id, with the whole text. */
export interface Assembly {
  /** The message a row completes. Nothing for a row seen before and for a part while others are missing. */
  add(row: Row): Row | undefined;
}

// References are one byte for many senders: after so long the same one stands for another message, s.
const SAME_MESSAGE = 600;
// More rows than are ever looked at again.
const REMEMBERED = 1000;

/**
 * Joins the parts of long SMS, whatever order they are stored in. smsd 1.42 writes the whole text with the
 * first part and none with the others; where each part has its own, they are joined the same way.
 */
export function newAssembly(): Assembly {
  const seen = new Set<number>();
  const waiting = new Map<string, Map<number, Row>>();

  return {
    add(row) {
      if (seen.has(row.id)) return undefined;
      seen.add(row.id);
      if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);

      const part = partOf(row.udh);
      if (!part) return row;
      const key = [row.sender, part.reference, part.total].join();
      const parts = waiting.get(key) ?? new Map<number, Row>();
      for (const [number, { sent }] of parts)
        if (Math.abs(sent - row.sent) > SAME_MESSAGE) parts.delete(number);
      parts.set(part.number, row);
      waiting.set(key, parts);
      if (parts.size < part.total) return undefined;
      waiting.delete(key);
      const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, one]) => one);
      const first = inOrder.reduce((lowest, one) => (one.id < lowest.id ? one : lowest));
      return { ...first, age: row.age, text: inOrder.map(({ text }) => text).join('') };
    },
  };
}

/**
 * Which part of which message a row is, from its user data header (3GPP TS 23.040, 9.2.3.24): elements of
 * identifier, length, data. 00 is a concatenated message with a reference of one byte, 08 with one of two.
 * Nothing for any other header, and for a broken one.
 */
export function partOf(udh: string): { reference: string; total: number; number: number } | undefined {
  const bytes = Buffer.from(udh, 'hex');
  for (let at = 1; at + 1 < bytes.length; at += 2 + bytes[at + 1]!) {
    const size = { 0x00: 3, 0x08: 4 }[bytes[at]!];
    const data = bytes.subarray(at + 2, at + 2 + bytes[at + 1]!);
    if (size === undefined || data.length !== size) continue;
    const [total, number] = [data.at(-2)!, data.at(-1)!];
    if (number >= 1 && number <= total)
      return { reference: data.subarray(0, -2).toString('hex'), total, number };
  }
  return undefined;
}
