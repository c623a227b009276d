import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { adbOf, loadSettings } from '../config/config.ts';
import { phoneSession } from '../flows/start.ts';
import { helpersAreCurrent, type AppiumServer } from '../host/appium.ts';
import { closeSession, openSession } from '../host/session.ts';
import { startAdbServer } from '../live/adb-server.ts';
import { AdbServer } from '../phone/adb.ts';
import { readFacts } from '../phone/facts.ts';
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
  const world = await startWorld({
    phones: [{ ...spec, pace: 'real', costs: 'none', helpers: 'current', screenshots: 'half' }],
  });
  const [{ serial, phone: sim, traffic }] = world.phones as [(typeof world.phones)[number]];
  const journal = new PlainJournal();
  try {
    await server.connect(serial);
    const phone = server.phone(serial);
    const facts = await readFacts(phone);
    const opening = openSession({ appium, serial, prepared: helpersAreCurrent(facts.helpers) });
    try {
      const session = await phoneSession(phone, facts, opening);
      const began = systemClock.elapsed();
      const signal = AbortSignal.timeout(LIMIT);
      const end = await ordered(session, order, { signal, clock: systemClock, journal });
      return {
        ...{ sim, ...end, ms: systemClock.elapsed() - began, pages: journal.pages, steps: journal.steps },
        asked: { looks: sim.looks.sources, requests: traffic.requests },
      };
    } finally {
      await closeSession(opening);
    }
  } finally {
    await server.disconnect(serial).catch(() => undefined);
    await world.close();
  }
}
