import { adbOf } from '../../config/config.ts';
import { BusyError, CancelledError, StoreError } from '../../errors.ts';
import { AdbServer, type Phone } from '../../phone/adb.ts';
import { attachment, examinePhone } from '../../phone/doctor/doctor.ts';
import type { Finding } from '../../phone/doctor/finding.ts';
import { judgeClock, judgePhoneClock, sampleOf, type ClockSample } from './clock.ts';
import { fix, isMendable } from './fix.ts';
import { hold } from '../phone-hold.ts';
import { keepAsFound } from '../phone-leave.ts';
import type { Station } from '../station.ts';
import { examineHost, type HostReport } from './host.ts';

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
  /** Empty: all that are attached. */
  serials: readonly string[];
  /** Mend what is safe. */
  mend: boolean;
  signal: AbortSignal;
}

/** Looks at this computer and its phones. Throws CancelledError when it is stopped. */
export async function runDoctor(station: Station, task: DoctorTask): Promise<DoctorReport> {
  try {
    const host = await examineHost(station, task.signal);
    const clocks = [...host.clocks];
    const examined = await examineAll(station, task, host, clocks);
    const phones = examined.map((report) => ({
      ...report,
      findings: [...report.findings, ...clockOf(report.serial, clocks)],
    }));
    host.findings.push(judgeClock(clocks));
    const all = [...host.findings, ...phones.flatMap(({ findings }) => findings)];
    const count = (wanted: Finding['verdict']) => all.filter(({ verdict }) => verdict === wanted).length;
    const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') };
    return { ok: counts.fail === 0, host: host.findings, phones, counts };
  } catch (cause) {
    throw task.signal.aborted ? new CancelledError({ passwordSubmitted: false }) : cause;
  }
}

/** Of one phone, where it is known. */
function clockOf(serial: string, clocks: readonly ClockSample[]): Finding[] {
  const sample = clocks.find(({ of }) => of === serial);
  const finding = sample && judgePhoneClock(sample, clocks);
  return finding ? [finding] : [];
}

/** All at once: a phone that is silent holds up no other. `clocks` gets those of the phones. */
async function examineAll(
  station: Station,
  { serials, mend, signal }: DoctorTask,
  { adb, chromedriver }: HostReport,
  clocks: ClockSample[],
): Promise<PhoneReport[]> {
  // What is wrong with adb is said already.
  if (!adb) return [];
  const address = adbOf(station.settings);
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
      await readClock(phone, clocks, signal);
      const fixed =
        mend && isMendable(findings)
          ? await alone(phone, station, () => fix(phone, { path: adb.path, address }, findings))
          : [];
      return { serial, findings: fixed.length > 0 ? await examine() : findings, fixed };
    }),
  );
}

// A phone that hangs is reported by then, ms.
const CLOCK_LIMIT = 5000;

/** A phone that does not say has none to compare with. */
async function readClock(phone: Phone, clocks: ClockSample[], signal: AbortSignal): Promise<void> {
  const before = Date.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CLOCK_LIMIT)]);
  const said = await phone.shell('date +%s', limit).catch(() => '');
  // In the middle of the second that it tells.
  if (/^\d+\s*$/.test(said))
    clocks.push(sampleOf(phone.serial, Number(said) * 1000 + 500, before, Date.now()));
}

/**
 * Mends a phone on which no other run works. One whose other runs cannot be asked for is mended all the same.
 */
async function alone(phone: Phone, station: Station, mend: () => Promise<string[]>): Promise<string[]> {
  try {
    const held = await hold(phone, station);
    await keepAsFound(phone, held.phone, station);
    return await mend().finally(() => held.release());
  } catch (fault) {
    if (fault instanceof BusyError) return [`nothing was mended: ${fault.message} → ${fault.hint}`];
    if (fault instanceof StoreError) return mend();
    throw fault;
  }
}
