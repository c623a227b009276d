import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { adbOf, settingsShown, type Settings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { JobAdmin } from '../jobs/admin.ts';
import { phonesOnWall } from '../jobs/phones-seen.ts';
import { AdbServer } from '../phone/adb.ts';
import { whyNoRoom } from '../host/room.ts';
import { readPage } from '../phone/touch.ts';
import { PhoneControls } from '../runs/control.ts';
import { adbPlace } from '../runs/phone-hold.ts';
import { kinds, sourceNames } from '../runs/code-sources.ts';
import { labSettings } from '../runs/lab.ts';
import { roomsOf, stationName } from '../runs/shelf.ts';
import type { JobStation } from '../runs/station.ts';
import { passwordCost } from '../runs/store.ts';
import { isHeld } from '../store/hold.ts';
import { listOperators } from '../store/operators.ts';
import type { Store } from '../store/store.ts';
import { isLoopback, servingRefusal } from './access.ts';
import type { ServedOptions } from './page-options.ts';
import { servePage } from './server.ts';
import { userName } from '../user.ts';
import { fileFault } from '../words/file-fault.ts';

export interface Listen {
  host: string;
  port: number;
}

export interface OpenPage {
  /** Where a browser finds it. */
  url: string;
  /** Whether a browser shows it. */
  isWatched(): boolean;
  close(): Promise<void>;
}

export interface PageWish {
  /** Missing: loopback, at the usual port or the next one that is free. */
  listen?: Listen | undefined;
  insecureHttp?: boolean | undefined;
  /** Code sources that have said whether they answer. */
  sources: ReadonlyMap<string, boolean>;
  onWatched: () => void;
  onAnswer?: ServedOptions['onAnswer'];
  onFault: (what: string) => void;
}

const USUAL_PORT = 7676;
// Ports above it that are tried where none was named.
const NEXT = 20;
// Parts of a station answer within, ms.
const ANSWER = 2000;

/** Serves the page of a station. Throws UsageError where it may not be served there, or cannot. */
export async function openPage(station: JobStation, store: Store, wish: PageWish): Promise<OpenPage> {
  const { settings } = station;
  const named = wish.listen ?? settings.stationListen;
  const host = named?.host ?? '127.0.0.1';
  const tls = tlsOf(settings);
  const refusal = servingRefusal({
    host,
    operators: (await listOperators(store.pool)).length > 0,
    isEncrypted: tls !== undefined,
    proxies: settings.stationProxy,
    isInsecureAllowed: wish.insecureHttp ?? false,
  });
  if (refusal) throw new UsageError(`The page is not served: ${refusal.why}.`, refusal.todo);
  const rules = { hosts: ownNames(settings), proxies: settings.stationProxy };
  const adb = new AdbServer(adbOf(settings));
  const controls = new PhoneControls({
    settings,
    store: () => station.store(),
    phone: (serial) => adb.phone(serial),
    names: (serial) => accountNames(store, { station: stationName(settings), serial }),
  });
  const page = await servePage({
    ...{ store, rules, tls, station: stationName(settings), user: userName() || 'operator' },
    uploads: join(settings.dataDir, 'uploads'),
    codeSources: sourceNames,
    recordsDir: settings.recordsDir,
    lab: labSettings(settings),
    settings: settingsShown,
    path: settings.path,
    screen: (serial, signal) => adb.phone(serial).picture(signal),
    page: (serial, signal) => readPage(adb.phone(serial), signal),
    controls,
    isBusy: (serial) => isHeld(store, serial, adbPlace(settings)),
    cost: (account) => passwordCost(store, settings, account),
    health: { check: () => healthOf(station, store, wish.sources), token: settings.stationMetricsToken },
    onWatched: wish.onWatched,
    onAnswer: wish.onAnswer,
    onFault: (fault) => wish.onFault(`the page: ${fault.message}`),
  });
  try {
    const port = await listening(page.app, named, host);
    return {
      url: `${tls ? 'https' : 'http'}://${inAddress(host)}:${port}/`,
      isWatched: () => page.live.size > 0,
      async close() {
        await controls.close();
        await page.close();
      },
    };
  } catch (cause) {
    await page.close();
    throw cause;
  }
}

/** Names of the account that a phone's order is for. */
async function accountNames(store: Store, at: { station: string; serial: string }): Promise<string[]> {
  const [phone] = await phonesOnWall(store, [at]);
  const job = phone?.work && (await new JobAdmin(store).show(phone.work.id));
  return job ? [job.order.account, ...(job.order.contact ? [job.order.contact] : [])] : [];
}

/** Listens where that was named, else at the usual port or the next one that is free. Gives the port. */
export async function listening(
  app: Pick<Awaited<ReturnType<typeof servePage>>['app'], 'listen' | 'addresses'>,
  named: Listen | undefined,
  host: string,
): Promise<number> {
  const first = named?.port ?? USUAL_PORT;
  for (let port = first; ; port++) {
    try {
      await app.listen({ host, port });
      const [address] = app.addresses();
      return typeof address === 'object' ? address.port : port;
    } catch (cause) {
      const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (named || !isTaken || port === first + NEXT) throw listenFault(cause, host, port);
    }
  }
}

function listenFault(cause: unknown, host: string, port: number): UsageError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new UsageError(
      `Port ${port} of ${host} is taken by another program, so the page cannot be served there.`,
      'stop that program, name another port with --listen (STATION_LISTEN), or leave the page out with --no-page',
    );
  const why = code === 'EACCES' ? `this user may not listen on port ${port}` : fileFault(cause);
  return new UsageError(
    `The page cannot be served at ${inAddress(host)}:${port}: ${why}.`,
    code === 'EACCES'
      ? 'take a port above 1023, with --listen (STATION_LISTEN)'
      : 'name an address of this computer with --listen (STATION_LISTEN); 0.0.0.0 is all of them',
  );
}

const inAddress = (host: string) => (host.includes(':') ? `[${host}]` : host);

/** Certificate and key, where both are given and fit each other. */
export function tlsOf({
  stationTlsCert,
  stationTlsKey,
}: Partial<Pick<Settings, 'stationTlsCert' | 'stationTlsKey'>>): { cert: string; key: string } | undefined {
  if (!stationTlsCert && !stationTlsKey) return undefined;
  if (!stationTlsCert || !stationTlsKey)
    throw new UsageError(
      `The page has a ${stationTlsCert ? 'certificate and no key' : 'key and no certificate'}.`,
      'set both, STATION_TLS_CERT and STATION_TLS_KEY',
    );
  const cert = pemOf(stationTlsCert, 'STATION_TLS_CERT');
  const key = pemOf(stationTlsKey, 'STATION_TLS_KEY');
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isMismatch = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH';
    throw new UsageError(
      isMismatch
        ? 'STATION_TLS_KEY is not the key of the certificate in STATION_TLS_CERT.'
        : 'The certificate or the key of the page cannot be read as PEM.',
      'give both as PEM, the key without a passphrase',
    );
  }
  return { cert, key };
}

function pemOf(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `The file '${file}' cannot be read: ${fileFault(cause)}.`,
      `name another one with ${setting}, or let this user read it`,
    );
  }
}

/** Names under which this computer is reached, besides its addresses. */
export function ownNames({ stationHosts }: Pick<Settings, 'stationHosts'>, host = hostname()): string[] {
  const short = host.split('.')[0] ?? host;
  return [...new Set([host, short, `${short}.local`, ...stationHosts])];
}

/** Whether the parts of the station answer. */
export async function healthOf(
  station: Pick<JobStation, 'settings' | 'drives'>,
  { pool }: Pick<Store, 'pool'>,
  sources: PageWish['sources'],
): Promise<Record<string, boolean>> {
  const answers = (work: Promise<unknown>) => {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, ANSWER, false).unref());
    const came = work.then(
      () => true,
      () => false,
    );
    return Promise.race([came, late]);
  };
  const [database, adb, appium] = await Promise.all([
    answers(pool.query('select')),
    answers(new AdbServer(adbOf(station.settings)).phones()),
    station.drives(),
  ]);
  // One that is set up counts as up until it says otherwise; a person is asked on the page.
  const isSetUp = (name: string) => kinds[name]?.isConfigured(station.settings) ?? name === 'person';
  const known = sourceNames
    .filter(isSetUp)
    .map((name) => [`code-source ${name}`, sources.get(name) ?? true] as const);
  const disk = whyNoRoom(roomsOf(station.settings)) === undefined;
  return { database, adb, appium, disk, ...Object.fromEntries(known) };
}

/** Where other computers find the page; its own address where only this one does. */
export function addressFor(url: string): string {
  const parsed = new URL(url);
  if (isLoopback(parsed.hostname.replace(/^\[|\]$/g, '')) || parsed.hostname === 'localhost') return url;
  if (!['0.0.0.0', '[::]'].includes(parsed.hostname)) return url;
  const own = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return own ? url.replace(parsed.hostname, own.address) : url;
}
