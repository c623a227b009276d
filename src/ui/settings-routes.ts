import type { MultipartFile } from '@fastify/multipart';
import { isPicture } from '../formats/png.ts';
import { labNow, LARGEST_LOGO } from '../runs/lab.ts';
import { auditNames, readAudit, type AuditEntry } from '../store/audit.ts';
import { storeFault } from '../store/fault.ts';
import { keepLab } from '../store/lab.ts';
import { audit, listOperators, mayDo } from '../store/operators.ts';
import { namePlace, placesOf, seenStations } from '../store/station-events.ts';
import { auditPage } from './audit-page.ts';
import type { Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import type { ServedOptions } from './page-options.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { settingsPage } from './settings-page.ts';
import { stationsFor } from './wall-routes.ts';

// Acts on one page.
const AT_ONCE = 100;
const LONGEST = 120;

export function settingsRoutes(options: ServedOptions, live: LiveEvents): PageRoute[] {
  const { store, station, lab: fixed } = options;
  const note = (viewer: Viewer, act: string, about: Record<string, unknown>) =>
    audit(store.pool, { station, operator: viewer.operator?.name ?? '', act, about });

  return [
    {
      method: 'GET',
      url: '/settings',
      needs: 'look',
      async handle(_, reply, viewer) {
        const administers = viewer.operator !== undefined && mayDo(viewer.operator.role, 'administer');
        const view = {
          ...{ fixed, lab: await labNow(fixed, store), places: await placesOf(store.pool) },
          stations: await seenStations(store.pool),
          operators: administers ? await listOperators(store.pool) : [],
          settings: administers ? options.settings() : [],
        };
        return sendPage(reply, settingsPage(view, viewer, await around()));
      },
    },
    {
      method: 'POST',
      url: '/settings/lab',
      needs: 'administer',
      async handle(request, reply, viewer) {
        const [name, address] = ['name', 'address'].map((field) =>
          textIn(request.body, field, LONGEST).trim(),
        );
        const isOff = textIn(request.body, 'logo') === 'none';
        // What a setting says is not changed here.
        await keepLab(store.pool, {
          ...(fixed.name === '' && !isOff && name !== undefined && { name }),
          ...(fixed.address === '' && !isOff && address !== undefined && { address }),
          ...(isOff && { logo: Buffer.alloc(0) }),
        });
        await note(viewer, 'lab', isOff ? { logo: 'none' } : { name, address });
        return reply.send({});
      },
    },
    {
      method: 'POST',
      url: '/settings/logo',
      needs: 'administer',
      bodyLimit: LARGEST_LOGO + 10_000,
      async handle(request, reply, viewer) {
        const file = request.isMultipart() ? await request.file().catch(() => undefined) : undefined;
        const logo = file && (await contentOf(file));
        if (!logo || fixed.logo !== '' || logo.length > LARGEST_LOGO || !isPicture(logo))
          return reply.code(400).send({ error: viewer.say('logo-wrong') });
        await keepLab(store.pool, { logo });
        await note(viewer, 'lab', { bytes: logo.length });
        return reply.send({});
      },
    },
    {
      method: 'POST',
      url: '/settings/places',
      needs: 'operate',
      async handle(request, reply, viewer) {
        const [of, phone] = [textIn(request.body, 'station', 100), textIn(request.body, 'phone', 200)];
        if (!(await placesOf(store.pool)).some((one) => one.station === of && one.phone === phone))
          return reply.code(404).send({});
        await namePlace(store.pool, of, phone, '');
        await note(viewer, 'unplace', { of, phone });
        await live.refresh();
        return reply.send({});
      },
    },
    {
      method: 'GET',
      url: '/audit',
      needs: 'administer',
      async handle(request, reply, viewer) {
        const [operator, act] = [textIn(request.query, 'operator', 100), textIn(request.query, 'act', 60)];
        const before = /^\d{1,18}$/.exec(textIn(request.query, 'before'))?.[0] ?? '';
        const found = await readAudit(store.pool, {
          ...{ operator: operator || undefined, act: act || undefined, before: before || undefined },
          limit: AT_ONCE + 1,
        });
        const view = {
          ...{ entries: found.slice(0, AT_ONCE), isMore: found.length > AT_ONCE },
          ...(await auditNames(store.pool)),
          references: await referencesOf(found),
          wish: { operator, act, before },
        };
        return sendPage(reply, auditPage(view, viewer, await around()));
      },
    },
  ];

  async function referencesOf(entries: readonly AuditEntry[]): Promise<Map<string, string>> {
    const jobs = entries.flatMap(({ about }) => (typeof about.job === 'string' ? about.job : []));
    const found = store.pool.query<{ id: string; reference: string }>(
      "select id, coalesce(wish ->> 'reference', '') as reference from mi_unbind.job where id::text = any($1)",
      [jobs],
    );
    return new Map((await found.catch(storeFault)).rows.map(({ id, reference }) => [id, reference]));
  }

  async function around() {
    const { after } = await live.view('');
    return { after, stations: await stationsFor(store) };
  }
}

/** Its bytes; undefined where it is larger than an upload may be. */
async function contentOf(file: MultipartFile): Promise<Buffer | undefined> {
  return file.toBuffer().catch(() => undefined);
}
