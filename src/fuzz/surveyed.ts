import type { Clock } from '../clock.ts';
import { phoneSession } from '../flows/start.ts';
import { bundle, drawnPictures } from '../flows/survey-bundle.ts';
import { readDumps } from '../flows/survey-dumps.ts';
import { writeSurvey } from '../flows/survey-folder.ts';
import { describePhone } from '../flows/survey-phone.ts';
import { survey } from '../flows/survey.ts';
import { readFacts } from '../phone/facts.ts';
import type { SimPhone } from '../sim/phone/phone.ts';
import type { Survey } from '../survey.ts';
import { browserOf, phoneOf } from './in-process.ts';
import { PlainJournal } from './trial.ts';

/** The account of a phone that is surveyed. */
export const account = {
  id: '6230001535',
  password: 'Sim-pass-1',
  nickname: 'Mira Petrova',
  phone: '+359881234567',
  email: 'mira@example.com',
};

/** Surveys a simulated phone in this process, into a folder, and makes its bundle. */
export async function surveyed(
  sim: SimPhone,
  clock: Clock,
  folder: string,
  { isDrawn = false } = {},
): Promise<{ survey: Survey; zip: Uint8Array }> {
  const { signal } = new AbortController();
  const { browser } = await browserOf(sim, clock, signal);
  const phone = phoneOf(sim, sim.serialno);
  const facts = await readFacts(phone);
  const session = await phoneSession(phone, facts, browser);
  const observed = await survey(session, { deep: true, signal, clock, journal: new PlainJournal() });
  const about = { at: '2026-01-05T09:00:00.000Z', deep: true, faults: [] };
  const written = await writeSurvey(folder, observed, session.labels, {
    ...about,
    phone: await describePhone(phone, facts, signal),
  });
  const pictures = isDrawn ? await drawnPictures(folder, written) : new Map<string, Buffer>();
  const { zip } = bundle(folder, written, { dumps: await readDumps(phone, signal), by: '0.1.0', pictures });
  return { survey: written, zip };
}
