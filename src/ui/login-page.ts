import type { FastifyReply, FastifyRequest } from 'fastify';
import { html, type Html } from '../formats/html.ts';
import { Secret } from '../secret.ts';
import { audit, listOperators, logIn, logOut } from '../store/operators.ts';
import { originOf } from './access.ts';
import { pageOf, type Viewer } from './layout.ts';
import { sendPage, textIn, type PageRoute } from './routes.ts';
import { askingOf, cookieName, type ServedOptions } from './page-options.ts';
import type { PageWord } from './words/language.ts';

const HOURS = 12;

export function loginRoutes({ store, station, rules }: ServedOptions): PageRoute[] {
  const show = async (reply: FastifyReply, viewer: Viewer, wrong?: PageWord) => {
    const hasNoOperator = (await listOperators(store.pool)).length === 0;
    return sendPage(reply, loginPage(viewer, hasNoOperator ? 'login-no-operator' : wrong));
  };
  const leave = async (request: FastifyRequest, reply: FastifyReply) => {
    const name = cookieName(originOf(askingOf(request), rules).isSecure);
    const token = request.cookies[name];
    if (token !== undefined) await logOut(store.pool, token);
    await audit(store.pool, { station, operator: request.viewer.operator?.name ?? '', act: 'logout' });
    return reply.clearCookie(name, { path: '/' }).redirect('/login', 303);
  };
  return [
    { method: 'GET', url: '/login', needs: 'nothing', handle: (_, reply, viewer) => show(reply, viewer) },
    {
      method: 'POST',
      url: '/login',
      needs: 'nothing',
      rateLimit: { max: 10, timeWindow: '1 minute' },
      async handle(request, reply, viewer) {
        const { isSecure } = originOf(askingOf(request), rules);
        const name = textIn(request.body, 'name', 100);
        const login = await logIn(store.pool, name, new Secret(textIn(request.body, 'password')));
        if (!login) {
          await audit(store.pool, { station, operator: name, act: 'login-refused' });
          return show(reply.code(401), viewer, 'login-wrong');
        }
        await audit(store.pool, { station, operator: login.operator.name, act: 'login' });
        return reply
          .setCookie(cookieName(isSecure), login.token, {
            ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure, maxAge: HOURS * 3600 },
          })
          .redirect('/', 303);
      },
    },
    { method: 'POST', url: '/logout', needs: 'look', handle: leave },
  ];
}

export function loginPage(viewer: Viewer, wrong?: PageWord): string {
  const { say } = viewer;
  const field = (name: 'name' | 'password', word: PageWord): Html =>
    html`<label for="${name}">${say(word)}</label><input ${{ id: name, name, type: name === 'password' ? 'password' : 'text', autocomplete: name === 'password' ? 'current-password' : 'username', required: true, maxlength: 200, autofocus: name === 'name' }}>`;
  const body = html`<main class="one card"><h1>mi-unbind · ${say('login')}</h1>${wrong && html`<p class="bad" role="alert">${say(wrong)}</p>`}
<form class="fields" method="post" action="/login">${field('name', 'operator-name')}${field('password', 'operator-password')}<button class="btn main big" type="submit">${say('login')}</button></form></main>`;
  return pageOf({ title: say('login'), body, isBare: true }, viewer);
}
