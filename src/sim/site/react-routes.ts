import type { FastifyInstance } from 'fastify';
import { actions } from './options.ts';
import { reactPaths, reactShell, reactWords } from './react.ts';
import { signOut, startOver, type Fields } from './recovery.ts';
import type { SiteContext } from './context.ts';
import { formPaths } from './form.ts';

/** Today's site: one page behind all addresses, and what its script asks for. */
export function addReactRoutes(app: FastifyInstance, desk: SiteContext): void {
  const { login, forgot, home } = reactPaths;
  app.get('/', (_request, reply) =>
    reply.redirect(desk.settings.shape === 'react' ? login : formPaths.login),
  );
  for (const path of [login, forgot, `${forgot}/:step`, home]) {
    app.get(path, (request, reply) => {
      if (desk.settings.shape !== 'react') return reply.code(404).type('text/plain').send('Not Found');
      desk.opened(request, desk.visit(request, reply));
      return reply.type('text/html').send(reactShell());
    });
  }
  app.get('/fe/api/words', async (request, reply) => {
    const visit = desk.visit(request, reply);
    await desk.wait(300, 'page script');
    return reactWords(visit.locale, desk.settings);
  });
  app.get('/fe/api/me', (request, reply) => desk.visit(request, reply).answer);
  app.post('/fe/api/:action', async (request, reply) => {
    const visit = desk.visit(request, reply);
    const { action } = request.params as Fields;
    if (action === 'start') return startOver(visit);
    if (action === 'sign-out') return signOut(visit);
    const known = actions.find((one) => one === action);
    if (!known) return reply.code(404).send();
    return (await desk.perform(visit, known, request.body as Fields, reply)) ?? reply;
  });
}
