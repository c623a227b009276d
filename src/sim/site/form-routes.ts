import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cookie, type SiteContext } from './context.ts';
import { formPage, formPaths, type FormView } from './form.ts';
import { actions } from './options.ts';
import { reactPaths } from './react.ts';
import { signOut, startOver, type Fields, type Visit } from './recovery.ts';

/**
 * The site of 2016 to 2018: an action is a form that is sent, and its answer the next page. Today's site
 * sends these addresses to its own.
 */
export function addFormRoutes(app: FastifyInstance, desk: SiteContext): void {
  const { login, forgot, home } = formPaths;
  const show = (request: FastifyRequest, reply: FastifyReply, page: FormView['page'], visit: Visit) => {
    const { locale, answer, typed: account = '' } = visit;
    desk.opened(request, visit);
    const html = formPage({
      page,
      locale,
      answer,
      account,
      settings: desk.settings,
      agreed: cookie(request, 'agreed') === '1',
    });
    return reply.type('text/html').header('cache-control', 'no-store').send(html);
  };
  const today = (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const [, query] = request.url.split('?');
    return reply.redirect(query === undefined ? path : `${path}?${query}`);
  };

  app.get(login, (request, reply) => {
    if (desk.settings.shape === 'react') return today(request, reply, reactPaths.login);
    const visit = desk.visit(request, reply);
    startOver(visit);
    return show(request, reply, 'login', visit);
  });
  app.get(`${login}/again`, (request, reply) => show(request, reply, 'login', desk.visit(request, reply)));
  app.get(forgot, (request, reply) => {
    if (desk.settings.shape === 'react') return today(request, reply, reactPaths.forgot);
    const visit = desk.visit(request, reply);
    startOver(visit);
    visit.typed = undefined;
    return show(request, reply, 'account', visit);
  });
  app.get(`${forgot}/:step`, (request, reply) => {
    const visit = desk.visit(request, reply);
    if ((request.params as Fields).step !== visit.step) return reply.redirect(forgot);
    return show(request, reply, visit.step, visit);
  });
  app.get(home, (request, reply) => {
    const visit = desk.visit(request, reply);
    return visit.signedIn ? show(request, reply, 'home', visit) : reply.redirect(login);
  });
  app.post(`${forgot}/:action`, async (request, reply) => {
    const visit = desk.visit(request, reply);
    const action = actions.find((one) => one === (request.params as Fields).action);
    const { id, user, tickt, 're-password': again, ...rest } = (request.body ?? {}) as Fields;
    if (!action) {
      signOut(visit);
      return reply.redirect(login, 303);
    }
    const answer = await desk.perform(
      visit,
      action,
      { ...rest, account: id ?? user, ticket: tickt, again },
      reply,
    );
    if (!answer) return reply;
    if (action !== 'sign-in') return reply.redirect(`${forgot}/${answer.step}`, 303);
    return reply.redirect(answer.signedIn && !answer.error ? home : `${login}/again`, 303);
  });
}
