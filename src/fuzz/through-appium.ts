import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { adbOf, loadSettings } from '../config/config.ts';
import type { PhoneSession } from '../flows/session.ts';
import { phoneSession } from '../flows/start.ts';
import { helpersAreCurrent, type AppiumServer } from '../host/appium.ts';
import { closeSession, openSession } from '../host/session.ts';
import { startAdbServer } from '../live/adb-server.ts';
import { AdbServer, type Phone } from '../phone/adb.ts';
import { assertEligible, readFacts } from '../phone/facts.ts';
import { openAppium } from '../runs/appium.ts';
import { startWorld } from '../sim/world.ts';
import { ordered, PlainJournal, type Case, type Trial } from './trial.ts';

/** Longer than any flow that is worth a try here, ms. */
const LIMIT = 300_000;

/**
 * Tries cases through adb, Appium and WebdriverIO, in real time: what runs in this process alone is held
 * against them. The phones are in this process, so they are asked themselves.
 */
export async function throughAppium(
  cases: readonly Case[],
  atOnce: number,
  onTrial: (one: Case, trial: Trial) => void,
): Promise<void> {
  await startAdbServer();
  const folder = mkdtempSync(join(tmpdir(), 'mi-unbind-fuzz-'));
  const appium = await openAppium(loadSettings(), { log: join(folder, 'appium.log'), hide: [] });
  const left = [...cases];
  const work = async () => {
    for (let one = left.shift(); one; one = left.shift()) onTrial(one, await tried(one, appium));
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    await appium.stop();
    rmSync(folder, { recursive: true });
  }
}

async function tried({ phone: spec, order }: Case, appium: AppiumServer): Promise<Trial> {
  const server = new AdbServer(adbOf(loadSettings()));
  const plain = { pace: 'real', costs: 'none', screenshots: 'half' } as const;
  const world = await startWorld({
    phones: [{ ...spec, ...plain, helpers: spec.installDialog ? 'none' : 'current' }],
  });
  const [{ serial, phone: sim, traffic }] = world.phones as [(typeof world.phones)[number]];
  const journal = new PlainJournal();
  try {
    await server.connect(serial);
    const phone = server.phone(serial);
    const began = systemClock.elapsed();
    const end = await begun(phone, appium).then(
      ({ session, close }) => {
        const tools = { signal: AbortSignal.timeout(LIMIT), clock: systemClock, journal };
        return ordered(session, order, tools).finally(close);
      },
      (error: unknown) => ({ error }),
    );
    const { pages, steps } = journal;
    const asked = { looks: sim.looks.sources, requests: traffic.requests };
    return { sim, ...end, ms: systemClock.elapsed() - began, pages, steps, asked };
  } finally {
    await server.disconnect(serial).catch(() => undefined);
    await world.close();
  }
}

/** A session on the phone, where the phone may be touched and lets one begin. */
async function begun(
  phone: Phone,
  appium: AppiumServer,
): Promise<{ session: PhoneSession; close: () => Promise<void> }> {
  const facts = await readFacts(phone);
  assertEligible(phone.serial, facts);
  const opening = openSession({ appium, serial: phone.serial, prepared: helpersAreCurrent(facts.helpers) });
  const close = () => closeSession(opening);
  try {
    return { session: await phoneSession(phone, facts, opening), close };
  } catch (error) {
    await close();
    throw error;
  }
}
