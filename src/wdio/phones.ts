import { join } from 'node:path';
import { adbOf, childEnvironment, readSecret, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { ensureAdbServer } from '../host/adb-server.ts';
import { helpersAreCurrent, startAppium, type AppiumServer } from '../host/appium.ts';
import { capabilities } from '../host/session.ts';
import { ensureHostTools } from '../host/tools.ts';
import { AdbServer } from '../phone/adb.ts';
import { obstacle } from '../phone/adb-state.ts';
import { readFacts } from '../phone/facts.ts';
import { freePort } from '../port.ts';
import { attached } from '../runs/attached.ts';
import { Openings } from '../runs/openings.ts';
import { startSims } from '../runs/sims.ts';
import { holdForSpecs } from '../runs/specs-phone.ts';
import { openStation, type Station } from '../runs/station.ts';
import { startControl } from '../sim/control.ts';
import { readRecording, type Recording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import { Secret } from '../secret.ts';
import { fileFault } from '../words/file-fault.ts';
import { RIG, type PhoneRig } from './rig.ts';

/** What the first process of a run of WebdriverIO starts, and ends. */

export interface PhonesWanted {
  settings: Settings;
  sims: readonly PhoneSpec[];
  /** Missing: none. */
  phones: 'attached' | readonly string[] | undefined;
  /** Files of surveys that are played back. */
  played: readonly string[];
  /** Variables of the environment that hold secrets. */
  hide: readonly string[];
  /** Folder of this run. */
  evidence: string;
  say: (line: string) => void;
}

export interface RunningPhones extends AsyncDisposable {
  /** What WebdriverIO needs for each of them. */
  capabilities: object[];
}

/** Environment variables that the workers get, and nothing else that is started. */
const SECRETS = ['PHONE_PASSWORD'];

/** What must stand in no log: passwords of simulated accounts, and what these variables hold. */
export function secretsOf(sims: readonly PhoneSpec[], variables: readonly string[]): Secret[] {
  const named = [...SECRETS, ...variables].flatMap((name) => readSecret(name) ?? []);
  return [...sims.flatMap(({ account }) => (account ? new Secret(account.password) : [])), ...named];
}

/** Throws where a phone cannot be had, with everything ended again. */
export async function startPhones(wanted: PhonesWanted): Promise<RunningPhones> {
  const { say } = wanted;
  const open = new Openings((what, fault) =>
    say(`! ${what} could not be closed: ${(fault as Error).message}`),
  );
  try {
    return {
      capabilities: await started(wanted, open),
      [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
    };
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw error;
  }
}

async function started(wanted: PhonesWanted, open: Openings): Promise<object[]> {
  const { settings, sims, played, evidence } = wanted;
  const adb = adbOf(settings);
  const env = childEnvironment({}, SECRETS);
  const { adb: program } = await ensureHostTools(['adb'], { ...settings, env });
  await ensureAdbServer(program.path, adb, env);
  const server = new AdbServer(adb);
  const rigs: Pick<PhoneRig, 'serial' | 'control' | 'hold'>[] = [];
  if (sims.length + played.length > 0) rigs.push(...(await simulated(sims, wanted, open)));
  const serials = await serialsOf(wanted, server);
  if (serials.length > 0) {
    const station = openStation(settings);
    await open.add('the database', Promise.resolve(station), async (one) => one[Symbol.asyncDispose]());
    for (const serial of serials) rigs.push(await held(serial, server, { station, say: wanted.say, open }));
  }
  if (rigs.length === 0)
    throw new UsageError(
      'The service has no phone.',
      "give it sims: [{ release: '14' }] or played: ['BUNDLE.zip'], or attach a phone and give it phones: 'attached'",
    );
  const appium = await open.add(
    'Appium',
    startAppium({
      ...{ port: settings.appiumPort, adbPort: adb, log: join(evidence, 'appium.log') },
      env: childEnvironment({ ANDROID_HOME: program.androidHome }, SECRETS),
      level: settings.logLevel === 'debug' ? 'debug' : 'info',
      hide: secretsOf(sims, wanted.hide),
    }),
    (one) => one.stop(),
  );
  const about = { adb, evidence, phones: rigs.length };
  return Promise.all(
    rigs.map(async (rig, index) => ({
      ...(await capabilitiesOf(rig.serial, server, appium)),
      [RIG]: { ...about, ...rig, index } satisfies PhoneRig,
    })),
  );
}

async function simulated(
  sims: readonly PhoneSpec[],
  { settings, played, say }: PhonesWanted,
  open: Openings,
): Promise<Pick<PhoneRig, 'serial' | 'control' | 'hold'>[]> {
  const recordings = await Promise.all(played.map(async (file) => ({ recording: await recordingAt(file) })));
  const starting = startSims(sims, settings, {
    onUnknown: say,
    played: recordings.map((one) => ({ ...one, own: { pace: 'instant' as const } })),
  });
  const { world } = await open.add('the phones', starting, (one) =>
    Promise.resolve(one[Symbol.asyncDispose]()),
  );
  const { url: control } = await open.add('their control', startControl(world), (one) => one.close());
  return world.phones.map(({ serial }) => ({ serial, control, hold: '' }));
}

async function recordingAt(file: string): Promise<Recording> {
  try {
    return await readRecording(file);
  } catch (cause) {
    throw new UsageError(
      `'${file}' cannot be played: ${fileFault(cause)}.`,
      "name a ZIP that 'mi-unbind survey --bundle' made, or the folder of a survey",
    );
  }
}

/** Those that adb can work with; what keeps another one from that is said. */
async function serialsOf({ phones = [], say }: PhonesWanted, server: AdbServer): Promise<readonly string[]> {
  if (phones !== 'attached') return phones;
  const listed = await server.phones();
  return listed.flatMap((phone) => {
    const trouble = obstacle(phone, listed);
    if (trouble) say(`! ${phone.serial} is left out: ${trouble.what} → ${trouble.todo}`);
    return trouble ? [] : [phone.serial];
  });
}

async function held(
  serial: string,
  server: AdbServer,
  { station, say, open }: { station: Station; say: PhonesWanted['say']; open: Openings },
): Promise<Pick<PhoneRig, 'serial' | 'control' | 'hold'>> {
  const { hold } = await open.add(
    serial,
    holdForSpecs(await attached(server, serial), station),
    async (one) => {
      for (const warning of await one.end()) say(`! ${warning}`);
    },
  );
  return { serial, control: '', hold };
}

async function capabilitiesOf(serial: string, server: AdbServer, appium: AppiumServer): Promise<object> {
  const { helpers } = await readFacts(await attached(server, serial));
  const { protocol, hostname, port, path } = appium;
  const prepared = helpersAreCurrent(helpers);
  return {
    ...{ protocol, hostname, port, path },
    ...capabilities({ serial, appium, prepared }, await freePort()),
  };
}
