import { childEnvironment } from '../src/config/config.ts';
import { openStore } from '../src/store/store.ts';
import { Secret } from '../src/secret.ts';
import { remind } from '../src/runs/owner/letters.ts';
import { openMailer } from '../src/runs/owner/mailer.ts';

/**
 * A station that reminds owners, a day each few milliseconds, until it is killed: `chaos-reminder.ts DATA_DIR
 * PORT DAY`. Says each day that it begins.
 */

const DAY = 24 * 60 * 60_000;
const [dataDir = '', port = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ dataDir, env: childEnvironment(), keepSeconds: 5 });
const mailer = openMailer(new Secret(`smtp://127.0.0.1:${port}`), 'Lab <lab@example.com>');
for (let now = Number(first); ; now += DAY) {
  process.stdout.write(`${now}\n`);
  await remind({
    ...{ store, mailer, check: undefined, hook: false, lab: 'Lab', onReminded: () => undefined },
    settings: { holdDays: 0, reminderDays: 1, letterTemplates: undefined },
    clock: { now: () => now, elapsed: () => now, sleep: () => Promise.resolve() },
    about: { operator: 'chaos', station: 'chaos', tool: 'chaos' },
  });
}
