import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAdbServer } from '../host/adb-server.ts';
import { adbOf, childEnvironment, type Settings } from '../config/config.ts';
import { findAdb } from '../host/tools.ts';
import type { ListedOrder } from '../jobs/job.ts';
import { rowsInWords } from '../jobs/list/findings.ts';
import { listKey } from '../jobs/list/list.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { ReadyPhone } from '../jobs/queue.ts';
import { AdbServer } from '../phone/adb.ts';
import { obstacle } from '../phone/adb-state.ts';
import { readImei } from '../phone/imei.ts';
import { readSecondImei } from '../phone/second-imei.ts';
import { openStation } from '../runs/station.ts';

/** A phone may take so long to tell its IMEIs, ms. */
const PATIENCE = 10_000;

const ALL = 1_000_000;

/**
 * What a dry run says of a list: which of its phones are attached now, which rows have no password, and which
 * are held. Begins nothing.
 */
export async function aboutList(
  orders: readonly ListedOrder[],
  batch: string,
  settings: Settings,
): Promise<string[]> {
  const [attached, held] = await Promise.all([attachedNow(settings), heldRows(orders, batch, settings)]);
  return [...inWords(orders, attached), ...held];
}

/** `attached`: or why it is not known. */
export function inWords(orders: readonly ListedOrder[], attached: readonly ReadyPhone[] | string): string[] {
  const bare = orders.filter(({ order, password }) => password === undefined && order.ifForgotten === 'stop');
  const without = bare.length === 0 ? [] : [`without a password: ${rowsOf(bare)}`];
  if (typeof attached === 'string')
    return [`which phones are attached is not known: ${attached}`, ...without];
  const matches = orders.map((listed) => ({
    listed,
    phone: attached.find((phone) => isMeant(listed.order.phone, phone)),
  }));
  const here = matches.filter(({ phone }) => phone !== undefined);
  const absent = matches.filter(({ phone }) => phone === undefined).map(({ listed }) => listed);
  const twice = [...Map.groupBy(here, ({ phone }) => phone?.serial)].filter(([, rows]) => rows.length > 1);
  return [
    here.length === 0 ? 'attached now: none' : `attached now: ${rowsOf(here.map(({ listed }) => listed))}`,
    ...(absent.length === 0 ? [] : [`not attached: ${rowsOf(absent)}`]),
    ...absent.flatMap((listed) => otherCase(listed, attached)),
    ...twice.map(
      ([serial, rows]) =>
        `${rowsOf(rows.map(({ listed }) => listed))} are one phone, ${serial}: leave one of them`,
    ),
    ...without,
  ];
}

function isMeant(phone: ListedOrder['order']['phone'], { serial, imei, imei2 }: ReadyPhone): boolean {
  if ('serial' in phone) return phone.serial === serial;
  const known = [imei, imei2].filter((one) => one !== undefined);
  return known.includes(phone.imei) || (phone.imei2 !== undefined && known.includes(phone.imei2));
}

function otherCase({ order: { phone }, row }: ListedOrder, attached: readonly ReadyPhone[]): string[] {
  if (!('serial' in phone)) return [];
  const near = attached.find(({ serial }) => serial.toLowerCase() === phone.serial.toLowerCase());
  return near === undefined
    ? []
    : [`row ${row}: its serial is written otherwise: '${near.serial}' is attached`];
}

const rowsOf = (some: readonly Pick<ListedOrder, 'row'>[]) => rowsInWords(some.map(({ row }) => row));

/** No adb is installed and no server started elsewhere for a look. */
async function attachedNow(settings: Settings): Promise<ReadyPhone[] | string> {
  const adb = findAdb(settings);
  if (!adb) return 'adb is not installed';
  try {
    await ensureAdbServer(adb.path, adbOf(settings), childEnvironment());
    const server = new AdbServer(adbOf(settings));
    const all = await server.phones();
    const fit = all.filter((phone) => obstacle(phone, all) === undefined);
    return await Promise.all(
      fit.map(async ({ serial }): Promise<ReadyPhone> => {
        const signal = AbortSignal.timeout(PATIENCE);
        const asked = [readImei, readSecondImei].map((read) =>
          read(server.phone(serial), signal).catch(() => undefined),
        );
        const [imei, imei2] = await Promise.all(asked);
        return { serial, ...(imei && { imei }), ...(imei2 && { imei2 }) };
      }),
    );
  } catch (error) {
    return (error as Error).message;
  }
}

/** Of a store that is there already: none is made for a look. */
async function heldRows(
  orders: readonly ListedOrder[],
  batch: string,
  settings: Settings,
): Promise<string[]> {
  if (!settings.databaseUrl && !existsSync(join(settings.dataDir, 'postgres'))) return [];
  await using station = openStation(settings);
  try {
    const jobs = await new JobAdmin(await station.store()).list({ batch, state: 'held', limit: ALL });
    const keys = new Set(jobs.map(({ order }) => listKey(order)));
    const held = orders.filter(({ order }) => keys.has(listKey(order)));
    return held.length === 0 ? [] : [`held: ${rowsOf(held)}; 'mi-unbind jobs list --state held' says why`];
  } catch (error) {
    return [`which rows are held is not known: ${(error as Error).message}`];
  }
}
