import type { Clock } from '../clock.ts';
import type { ReadyPhone } from '../jobs/queue.ts';
import type { AttachedPhone, Phone } from '../phone/adb.ts';
import { readImei } from '../phone/imei.ts';

// A phone that was just plugged in may not answer yet, ms before it is asked again.
const PAUSES = [500, 2000, 5000];

export interface ReadyOptions {
  phone: (serial: string) => Phone;
  /** Gets the phones that can be worked on whenever there are others. `settled`: of none the IMEI is still being asked for. */
  changed: (ready: ReadyPhone[], settled: boolean) => void;
  signal: AbortSignal;
  clock: Clock;
}

/** A phone since it was plugged in. */
interface Asked {
  ready?: ReadyPhone;
}

/** Takes the phones as adb lists them, and tells each as soon as it has given its IMEI or refused it: one that hangs holds up no other. */
export function readyPhones({ phone, changed, signal, clock }: ReadyOptions): (attached: readonly AttachedPhone[]) => void {
  const asked = new Map<string, Asked>();
  const tell = () => {
    const ready = [...asked.values()].flatMap((one) => one.ready ?? []);
    changed(ready, ready.length === asked.size);
  };
  return (attached) => {
    const talking = attached.filter(({ state }) => state === 'device').map(({ serial }) => serial);
    for (const serial of asked.keys()) if (!talking.includes(serial)) asked.delete(serial);
    for (const serial of talking) if (!asked.has(serial)) void ask(serial);
    tell();
  };

  async function ask(serial: string): Promise<void> {
    const one: Asked = {};
    asked.set(serial, one);
    const isHere = () => asked.get(serial) === one && !signal.aborted;
    const imei = await answerOf(serial, isHere);
    if (!isHere()) return;
    one.ready = imei === undefined ? { serial } : { serial, imei };
    tell();
  }

  async function answerOf(serial: string, isHere: () => boolean): Promise<string | undefined> {
    for (const ms of PAUSES) {
      try {
        return await readImei(phone(serial), signal);
      } catch {
        if (isHere()) await clock.sleep(ms, 'the phone to answer', signal).catch(() => undefined);
        if (!isHere()) return undefined;
      }
    }
    return readImei(phone(serial), signal).catch(() => undefined);
  }
}
