import { extractCode } from '../src/codes/extract-code.ts';
import { everyHostile, type Hostile } from '../src/codes/hostile-messages.ts';
import { readMail } from '../src/codes/mail.ts';

const arrival = { id: '', stream: '', number: 1, receivedAt: 0 };

async function read(hostile: Hostile): Promise<void> {
  if (hostile.kind === 'text') extractCode({ channel: 'sms', text: hostile.text });
  else extractCode(await readMail(hostile.raw, arrival));
}

/**
 * How long the slowest message takes that is made to take long, processor time, ms. Each is read three times,
 * and its best time counts.
 */
export async function worstMessages(): Promise<{ messages: number; ms: number; what: string }> {
  let messages = 0;
  let worst = { ms: 0, what: '' };
  for (const length of [20_000, 1_000_000]) {
    for (const hostile of everyHostile(length)) {
      messages++;
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const before = process.cpuUsage();
        await read(hostile);
        times.push(process.cpuUsage(before).user / 1000);
      }
      const ms = Math.min(...times);
      if (ms > worst.ms) worst = { ms, what: `${length} characters, ${hostile.what}` };
    }
  }
  return { messages, ...worst };
}
