import type { Clock } from '../clock.ts';
import type { ReadyPhone } from '../jobs/queue.ts';
import type { AttachedPhone, Phone } from '../phone/adb.ts';
import { obstacle } from '../phone/adb-state.ts';
import { readIdentity } from '../phone/imei.ts';
import { readSecondImei } from '../phone/second-imei.ts';

// A phone that was just plugged in may not answer yet, ms before it is asked again.
const PAUSES = [500, 2000, 5000];
// One that still starts has its telephone last, and then tells its IMEI: until then it is ready without, ms.
const ASK_AGAIN = 30_000;

export interface ReadyOptions {
  phone: (serial: string) => Phone;
  /**
   * Gets the phones that can be worked on whenever there are others. `settled`: of none the IMEI is still
   * being asked for.
   */
  onChange: (ready: ReadyPhone[], settled: boolean) => void;
  signal: AbortSignal;
  clock: Clock;
}

/** A phone since it was plugged in. */
interface Asked {
  transport: string;
  ready?: ReadyPhone;
}

/**
 * Takes the phones as adb lists them, and gives each as soon as it has given its IMEI or refused it: one that
 * hangs holds up no other.
 */
export function readyPhones({
  phone,
  onChange,
  signal,
  clock,
}: ReadyOptions): (attached: readonly AttachedPhone[]) => void {
  const asked = new Map<string, Asked>();
  const announce = () => {
    const ready = [...asked.values()].flatMap((one) => one.ready ?? []);
    onChange(ready, ready.length === asked.size);
  };
  return (attached) => {
    // Of two with one serial it is not known which one a command would reach.
    const fit = attached.filter((phone) => obstacle(phone, attached) === undefined);
    const talking = new Map(fit.map(({ serial, transport }) => [serial, transport]));
    for (const [serial, { transport }] of asked) if (talking.get(serial) !== transport) asked.delete(serial);
    for (const [serial, transport] of talking) if (!asked.has(serial)) void ask(serial, transport);
    announce();
  };

  async function ask(serial: string, transport: string): Promise<void> {
    const one: Asked = { transport };
    asked.set(serial, one);
    const isHere = () => asked.get(serial) === one && !signal.aborted;
    for (let tries = 0; isHere(); tries++) {
      const answer = await readIdentity(phone(serial), signal).then(
        (identity): ReadyPhone => ({ serial, ...identity }),
        () => undefined,
      );
      // A list may name the phone by either.
      const imei2 = answer?.imei && (await readSecondImei(phone(serial), signal).catch(() => undefined));
      if (answer && imei2 && imei2 !== answer.imei) answer.imei2 = imei2;
      if (!isHere()) return;
      const settled = answer !== undefined || tries >= PAUSES.length;
      if (settled && (!one.ready || answer?.imei)) {
        one.ready = answer ?? { serial };
        announce();
      }
      if (answer?.imei) return;
      await clock
        .sleep(settled ? ASK_AGAIN : (PAUSES[tries] ?? ASK_AGAIN), 'the phone to tell its IMEI', signal)
        .catch(() => undefined);
    }
  }
}
