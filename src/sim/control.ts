import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SpecError, withoutPassword, type PhoneSpec, type SmsSpec } from './spec.ts';
import type { PostSettings } from './service/post-office.ts';
import type { SiteOptions } from './site/options.ts';
import type { Site } from './site/site.ts';
import type { World, WorldPhone } from './world.ts';

export interface Control {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const HELP =
  'POST /phones (a spec) · GET /phones · GET, PUT (a spec), DELETE /phones/SERIAL · POST /phones/SERIAL/unplug, plug, reboot, authorize, clear-lock, sms ({ from, text }) · GET, PUT (its options) /site · GET, PUT (its settings) /post · GET /unknown';

/**
 * A loopback door through which other processes arrange the phones of a world and read what they and the
 * account service saw. JSON both ways; an error is `{ "error": "…" }`. For the tests of one machine: it
 * trusts every client that reaches it.
 */
export async function startControl(world: World, port = 0): Promise<Control> {
  const server = createServer((request, response) => void respond(world, request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let status = 200;
  let body: unknown;
  try {
    body = await answer(world, request);
  } catch (error) {
    status = error instanceof SpecError ? 400 : error instanceof Refusal ? error.status : 500;
    body = { error: (error as Error).message };
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
}

async function answer(world: World, request: IncomingMessage): Promise<unknown> {
  const [, room, name, act] = (request.url ?? '').split('?')[0]!.split('/').map(decodeURIComponent);
  const asked = `${request.method} ${room}${name ? '/SERIAL' : ''}${act ? `/${act}` : ''}`;
  switch (asked) {
    case 'GET unknown':
      return world.phones.flatMap(({ serial, unknown }) => unknown.map((one) => ({ serial, ...one })));
    case 'GET site':
      return siteOf(world);
    case 'PUT site':
      return existingSite(world).set((await json(request)) as SiteOptions);
    case 'GET post':
      return { settings: world.post.settings, log: world.post.log };
    case 'PUT post':
      return world.post.set((await json(request)) as PostSettings);
    case 'GET phones':
      return world.phones.map(({ serial }) => ({ serial }));
    case 'POST phones':
      return { serial: (await world.addPhone((await json(request)) as PhoneSpec)).serial };
    case 'GET phones/SERIAL':
      return witness(find(world, name));
    case 'PUT phones/SERIAL':
      return void find(world, name).reset((await json(request)) as PhoneSpec);
    case 'DELETE phones/SERIAL':
      return world.removePhone(find(world, name).serial);
    case 'POST phones/SERIAL/unplug':
      return find(world, name).unplug();
    case 'POST phones/SERIAL/plug':
      return find(world, name).plug();
    case 'POST phones/SERIAL/reboot':
      return find(world, name).reboot();
    case 'POST phones/SERIAL/authorize':
      return find(world, name).authorize();
    case 'POST phones/SERIAL/clear-lock':
      return world.accounts.locks.clear(find(world, name).phone.identity.imei);
    case 'POST phones/SERIAL/sms':
      return find(world, name).phone.receiveSms((await json(request)) as SmsSpec);
    default:
      throw new Refusal(
        404,
        `The simulator does not know "${request.method} ${request.url}". It knows: ${HELP}.`,
      );
  }
}

function find(world: World, serial: string | undefined): WorldPhone {
  const found = world.phones.find((one) => one.serial === serial);
  if (found) return found;
  const known = world.phones.map((one) => one.serial).join(', ') || 'none';
  throw new Refusal(404, `There is no simulated phone "${serial}". There are: ${known}.`);
}

/** What the body says; whether it is a spec or an SMS is for the phone to judge. */
async function json(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  try {
    return JSON.parse(body || '{}') as unknown;
  } catch (error) {
    throw new Refusal(
      400,
      `The body is no JSON: ${(error as Error).message}. Send a spec like {"release":"14","language":"bg"}.`,
    );
  }
}

function existingSite({ site }: World): Site {
  if (site) return site;
  throw new Refusal(404, "This world has no web site. Start it with one: 'mi-unbind sim --site'.");
}

/** The web site as an onlooker sees it, and what only the person in front of it could read. */
function siteOf(world: World): unknown {
  const { url, settings, log, lockLog, waited, captcha } = existingSite(world);
  const service = world.accounts.log.filter(({ serial }) => serial === '');
  return { url, settings, log, lockLog, waited, service, owner: captcha ? { captcha } : {} };
}

/** The phone and its account as an onlooker sees them, and what only the account's owner could read. */
function witness({ serial, phone, traffic }: WorldPhone): unknown {
  const { account, spec: own } = phone;
  const id = own.account?.id;
  return {
    serial,
    serialno: phone.serialno,
    imeis: [phone.imei, phone.imei2],
    spec: withoutPassword(own),
    account: account
      ? { id: account.id, nickname: account.nickname, signedIn: true, findDevice: phone.findDevice }
      : null,
    events: phone.events,
    waited: phone.waited,
    ownTime: phone.ownTime,
    looks: phone.looks,
    traffic,
    unknown: phone.unknown,
    service: phone.service.log.filter((entry) => entry.serial === phone.serialno),
    owner: {
      ...(id ? phone.service.secretsOfOwner(id) : {}),
      ...(phone.captcha ? { captcha: phone.captcha } : {}),
    },
  };
}
