import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { loadSettings } from '../src/config/config.ts';
import type { PhoneSpec } from '../src/sim/spec.ts';
import { startLab } from './lab.ts';
import { signOutOurs } from './ours.ts';

const PASSWORD = 'Bench-pass-1';
// What is closed is closed at once; the other side may take a moment, ms.
const SETTLE = 500;
/** Sign-outs after which everything that is opened once is open. */
const WARM = 3;
/** File descriptors by which a count may differ from the one after the warm-up. */
const SLACK = 4;

await new Command('soak')
  .description(
    'Signs one simulated phone out again and again on one Appium, and counts file descriptors (Linux). Fails when they grow.',
  )
  .option('--rounds <n>', 'how often', '60')
  .action(async ({ rounds }: { rounds: string }) => {
    const settings = loadSettings();
    const phone: PhoneSpec = {
      release: '14',
      pace: 'instant',
      helpers: 'current',
      account: { id: '6230001535', password: PASSWORD, nickname: 'Mira', syncedData: [] },
    };
    const lab = await startLab(phone, mkdtempSync(join(tmpdir(), 'mi-unbind-soak-')), settings);
    const counts: Count[] = [];
    try {
      const target = {
        appium: lab.appium,
        adbPort: settings.adbServerPort,
        serial: lab.serial,
        password: PASSWORD,
        via: 'intent' as const,
      };
      for (let round = 1; round <= Number(rounds); round++) {
        await lab.reset();
        await signOutOurs(target, () => Promise.resolve());
        await pause(SETTLE);
        counts.push(count());
        const last = counts.at(-1);
        process.stdout.write(`${String(round).padStart(4)}  ours ${last?.ours}  Appium ${last?.appium}\n`);
      }
    } finally {
      await lab.close();
    }
    const [first, last] = [counts[WARM - 1], counts.at(-1)];
    if (first && last && (last.ours - first.ours > SLACK || last.appium - first.appium > SLACK)) {
      process.stdout.write('They grow.\n');
      process.exitCode = 1;
    }
  })
  .parseAsync();

type Count = Record<'ours' | 'appium', number>;

/** File descriptors of this process and of its Appium. */
function count(): Count {
  const appium = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isOurAppium(pid));
  return {
    ours: readdirSync('/proc/self/fd').length,
    appium: appium === undefined ? 0 : readdirSync(`/proc/${appium}/fd`).length,
  };
}

function isOurAppium(pid: string): boolean {
  try {
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('appium');
  } catch {
    return false;
  }
}
