import type { FastifyReply, FastifyRequest } from 'fastify';
import { secretFault } from '../config/secret-text.ts';
import { Secret } from '../secret.ts';
import {
  addOperator,
  audit,
  isOperatorName,
  listOperators,
  removeOperator,
  ROLES,
  setPassword,
  setRole,
  SHORTEST_PASSWORD,
  unlessLast,
  type OperatorChange,
  type Role,
} from '../store/operators.ts';
import type { Viewer } from './layout.ts';
import type { LiveEvents } from './live-events.ts';
import { operatorsPage } from './operators-page.ts';
import type { ServedOptions } from './page-options.ts';
import { entryOf, sendPage, textIn, type PageRoute } from './routes.ts';
import { stationsFor } from './wall-routes.ts';
import type { PageWord } from './words/language.ts';

/** Who may log in, for who administers. What the command does, the page does, but for locking all out. */
export function operatorsRoutes({ store, station }: ServedOptions, live: LiveEvents): PageRoute[] {
  const { pool } = store;
  const note = (viewer: Viewer, act: string, about: Record<string, unknown>) =>
    audit(pool, { station, operator: viewer.operator?.name ?? '', act: `operator-${act}`, about });

  const change: Readonly<
    Record<string, (name: string, request: FastifyRequest) => Promise<OperatorChange | PageWord>>
  > = {
    role: (name, request) => {
      const role = roleIn(request);
      return role
        ? unlessLast(pool, name, role, (to) => setRole(to, { name, role }))
        : Promise.resolve('went-wrong');
    },
    async password(name, request) {
      const password = passwordIn(request);
      if (!password) return 'password-short';
      return (await setPassword(pool, name, password)) ? 'changed' : 'unknown';
    },
    remove: (name) => unlessLast(pool, name, undefined, (to) => removeOperator(to, name)),
  };

  return [
    {
      method: 'GET',
      url: '/operators',
      needs: 'administer',
      async handle(_, reply, viewer) {
        const { after } = await live.view('');
        const around = { after, stations: await stationsFor(store) };
        return sendPage(reply, operatorsPage(await listOperators(pool), viewer, around));
      },
    },
    {
      method: 'POST',
      url: '/operators',
      needs: 'administer',
      async handle(request, reply, viewer) {
        const name = textIn(request.body, 'name', 100).trim();
        const [role, password] = [roleIn(request), passwordIn(request)];
        const isFirst = (await listOperators(pool)).length === 0;
        if (!isOperatorName(name) || !role) return refuse(reply, viewer, 'operator-name-wrong');
        if (!password) return refuse(reply, viewer, 'password-short');
        if (isFirst && role !== 'administer') return refuse(reply, viewer, 'first-operator');
        if (!(await addOperator(pool, { name, role }, password)))
          return refuse(reply, viewer, 'operator-known');
        await note(viewer, 'add', { name, role });
        return reply.send({});
      },
    },
    {
      method: 'POST',
      url: '/operators/:act',
      needs: 'administer',
      async handle(request, reply, viewer) {
        const [act, name] = [textIn(request.params, 'act', 20), textIn(request.body, 'name', 100)];
        const work = entryOf(change, act);
        if (!work) return reply.code(404).send({ error: viewer.say('not-found') });
        const became = await work(name, request);
        if (became === 'unknown') return refuse(reply, viewer, 'operator-gone', 404);
        if (became === 'last') return refuse(reply, viewer, 'operator-last', 409);
        if (became !== 'changed') return refuse(reply, viewer, became);
        await note(viewer, act, { name, ...(act === 'role' && { role: roleIn(request) }) });
        return reply.send({});
      },
    },
  ];
}

const refuse = (reply: FastifyReply, { say }: Viewer, word: PageWord, status = 400) =>
  reply.code(status).send({ error: say(word, { n: SHORTEST_PASSWORD }) });

const roleIn = ({ body }: FastifyRequest): Role | undefined =>
  ROLES.find((role) => role === textIn(body, 'role', 20));

/** Undefined where it is too short, or holds what no password field takes. */
function passwordIn({ body }: FastifyRequest): Secret | undefined {
  const password = textIn(body, 'password', 201);
  const length = [...password].length;
  const isFit = length >= SHORTEST_PASSWORD && password.length <= 200 && secretFault(password) === undefined;
  return isFit ? new Secret(password) : undefined;
}
