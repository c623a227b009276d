import { adbOf, type Settings } from '../config.ts';
import { CancelledError } from '../errors.ts';
import { AdbServer } from '../phone/adb.ts';
import { attachment, examinePhone } from '../phone/doctor.ts';
import type { Finding } from '../phone/doctor-finding.ts';
import { fix } from './doctor-fix.ts';
import { examineHost, type HostReport } from './doctor-host.ts';

export interface DoctorReport {
  /** No check failed. */
  ok: boolean;
  host: Finding[];
  phones: PhoneReport[];
  counts: Record<Finding['verdict'], number>;
}

export interface PhoneReport {
  serial: string;
  findings: Finding[];
  /** What was mended, and what could not be. */
  fixed: string[];
}

export interface DoctorTask {
  settings: Settings;
  /** Empty: all that are attached. */
  serials: readonly string[];
  /** Mend what is safe. */
  mend: boolean;
  signal: AbortSignal;
}

/** Looks at this computer and its phones. Throws CancelledError when it is stopped. */
export async function runDoctor(task: DoctorTask): Promise<DoctorReport> {
  try {
    const host = await examineHost(task.settings, task.signal);
    const phones = await examineAll(task, host);
    const all = [...host.findings, ...phones.flatMap(({ findings }) => findings)];
    const count = (wanted: Finding['verdict']) => all.filter(({ verdict }) => verdict === wanted).length;
    const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') };
    return { ok: counts.fail === 0, host: host.findings, phones, counts };
  } catch (cause) {
    throw task.signal.aborted ? new CancelledError({ passwordSubmitted: false }) : cause;
  }
}

/** All at once: a phone that is silent holds up no other. */
async function examineAll({ settings, serials, mend, signal }: DoctorTask, { adb, chromedriver }: HostReport): Promise<PhoneReport[]> {
  // What is wrong with adb is said already.
  if (!adb) return [];
  const address = adbOf(settings);
  const server = new AdbServer(address);
  const attached = await server.phones();
  const wanted = new Set(serials.length > 0 ? serials : attached.map(({ serial }) => serial));
  return Promise.all(
    [...wanted].map(async (serial): Promise<PhoneReport> => {
      const lost = attachment(serial, attached);
      if (lost) return { serial, findings: [lost], fixed: [] };
      const phone = server.phone(serial);
      const examine = () => examinePhone(phone, { signal, chromedriver });
      const findings = await examine();
      const fixed = mend ? await fix(phone, { path: adb.path, address }, findings) : [];
      return { serial, findings: fixed.length > 0 ? await examine() : findings, fixed };
    }),
  );
}
