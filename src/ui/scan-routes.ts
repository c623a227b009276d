import { phonesOnWall } from '../jobs/phones-seen.ts';
import { JobAdmin } from '../jobs/admin.ts';
import type { Viewer } from './layout.ts';
import type { ServedOptions } from './page-options.ts';
import { textIn, type PageRoute } from './routes.ts';
import { byPlace, tileOf, type Tile } from './tile.ts';
import { pathOf, placeOf } from './wall-page.ts';

/** What a scan leads to: a page, a phone that waits for its order, or nothing. */
interface Found {
  to?: string;
  /** The serial of a phone without an order: its reference is scanned next. */
  order?: string;
  text?: string;
  link?: { href: string; text: string };
}

/** Where what was scanned is: on the wall, in a list, or in the records. */
export function scanRoutes({ store }: ServedOptions): PageRoute[] {
  return [
    {
      method: 'GET',
      url: '/scan',
      needs: 'look',
      async handle(request, reply, viewer) {
        const what = textIn(request.query, 'what', 80).trim();
        const found = await lookUp(what, textIn(request.query, 'for', 200), viewer);
        if (!String(request.headers.accept).includes('json')) return reply.redirect(found.to ?? '/');
        return reply.send(found);
      },
    },
  ];

  async function lookUp(what: string, serial: string, viewer: Viewer): Promise<Found> {
    const { say } = viewer;
    const tiles = (await phonesOnWall(store))
      .map((phone) => tileOf(phone, undefined, Date.now()))
      .sort(byPlace);
    const tile = tiles.find((one) => isCalled(one, what));
    if (serial !== '' && !tile) return { to: addOrder({ serial, reference: what }) };
    if (tile?.state === 'order')
      return { order: tile.phone.serial, text: say('scan.order', { what, place: placeOf(tile) }) };
    if (tile) return { to: pathOf(tile) };
    const job = what === '' ? undefined : await new JobAdmin(store).newestOf(what);
    // What has not ended has no record yet: its list says where it stands.
    if (job?.endedAt) return { to: `/records?search=${encodeURIComponent(what)}` };
    if (job) return { to: `/batch?name=${encodeURIComponent(job.batch)}` };
    return {
      text: say('scan.none', { what }),
      link: { href: addOrder({ reference: what }), text: say('add-order') },
    };
  }
}

const addOrder = (values: Record<string, string>) =>
  `/lists?${new URLSearchParams({ add: '1', ...values }).toString()}`;

function isCalled({ phone }: Tile, what: string): boolean {
  const wanted = what.toLowerCase();
  const names = [phone.serial, phone.imei, phone.imei2, phone.work?.reference];
  return wanted !== '' && names.some((name) => name?.toLowerCase() === wanted);
}
