import { html, type Content, type Html } from '../formats/html.ts';
import { ROLES, SHORTEST_PASSWORD, type StationOperator } from '../store/operators.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';

/** Who may log in: for who administers. A password is given here and shown nowhere. */
export function operatorsPage(
  operators: readonly StationOperator[],
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const rows = operators.map((one, nth) => rowOf(one, nth, viewer));
  const list: Content =
    rows.length === 0 ? html`<p class="none">${say('no-operators')}</p>` : html`<ul class="ops">${rows}</ul>`;
  const body = html`<div class="sets" id="operators" data-saved="${say('password-changed')}"><header class="hd2"><h1>${say('operators')}</h1><span class="grow"></span><a class="btn" href="/audit">${icon('records')}${say('read-audit')}</a><a class="btn" href="/settings">${icon('back')}${say('settings')}</a></header>
<section class="card"><h2>${say('may-log-in')}</h2>${list}</section>${addForm(operators.length === 0, viewer)}</div>`;
  return pageOf(
    {
      title: say('operators'),
      page: 'settings',
      scripts: ['operators'],
      className: 'setspage',
      body,
      ...parts,
    },
    viewer,
  );
}

function rowOf({ name, role }: StationOperator, nth: number, { say, operator, isLoggedIn }: Viewer): Html {
  const shown = printable(name);
  const isSelf = isLoggedIn && operator?.name === name;
  return html`<li data-name="${name}"><span class="who">${icon('person')}<b dir="auto">${shown}</b>${isSelf && html`<span class="soft">${say('you')}</span>`}</span>
<span class="acts"><label class="vh" for="role-${nth}">${`${say('role')}: ${shown}`}</label><select ${{ id: `role-${nth}`, 'data-role': role }}>${roleOptions(role, say)}</select>
<button ${{ class: 'btn', type: 'button', 'data-open': `password-${nth}`, 'aria-expanded': 'false', 'aria-label': `${say('change-password')}: ${shown}` }}>${say('change-password')}</button>
<button ${{ class: 'btn', type: 'button', 'data-remove': true, 'data-sure': say('remove-sure', { name: shown }), 'aria-label': `${say('remove-operator')}: ${shown}` }}>${say('remove-operator')}</button></span>
<form ${{ class: 'fields pw', id: `password-${nth}`, hidden: true }}>${passwordField(`new-${nth}`, say)}<button class="btn main" type="submit">${say('save')}</button></form></li>`;
}

const roleOptions = (chosen: string, say: Viewer['say']) =>
  ROLES.map(
    (role) => html`<option ${{ value: role, selected: role === chosen }}>${say(`role.${role}`)}</option>`,
  );

function passwordField(id: string, say: Viewer['say']): Html {
  return html`<label for="${id}">${say('operator-password')}</label><input ${{ id, type: 'password', autocomplete: 'new-password', required: true, minlength: SHORTEST_PASSWORD, maxlength: 200, 'aria-describedby': `${id}-rule` }}><p class="soft" id="${`${id}-rule`}">${say('password-rule', { n: SHORTEST_PASSWORD })}</p>`;
}

/** The first one administers: from then on everyone has to log in, and another role could add no one. */
function addForm(isFirst: boolean, { say }: Viewer): Html {
  const roles = isFirst
    ? html`<option value="administer" selected>${say('role.administer')}</option>`
    : roleOptions('operate', say);
  const may = ROLES.map((role) => html`<dt>${say(`role.${role}`)}</dt><dd>${say(`role-may.${role}`)}</dd>`);
  return html`<div class="two"><section class="card"><h2>${say('add-operator')}</h2>${isFirst && html`<p class="soft pad">${say('first-operator')}</p>`}<form class="fields" id="add"><label for="add-name">${say('operator-name')}</label><input id="add-name" required maxlength="40" autocomplete="off" spellcheck="false" dir="auto"><label for="add-role">${say('role')}</label><select id="add-role">${roles}</select>${passwordField('add-password', say)}<button class="btn main" type="submit">${say('add-operator')}</button></form></section>
<section class="card"><h2>${say('roles')}</h2><dl class="kv">${may}</dl></section></div>`;
}
