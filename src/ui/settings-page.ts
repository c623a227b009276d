import type { ShownSetting } from '../config/shown.ts';
import type { LabNow, LabSettings } from '../runs/lab.ts';
import { html, type Content, type Html } from '../formats/html.ts';
import { mayDo, type Role, type StationOperator } from '../store/operators.ts';
import type { NamedPlace, SeenStation } from '../store/station-events.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language, type PageWord } from './words/language.ts';
import { SETTING_HELP } from './words/setting-help.ts';

export interface SettingsView {
  lab: LabNow;
  /** What of the lab is set where this page does not change it. */
  fixed: LabSettings;
  places: readonly NamedPlace[];
  stations: readonly SeenStation[];
  /** For who administers. */
  operators: readonly StationOperator[];
  settings: readonly ShownSetting[];
}

/** What may be changed here, and where the rest comes from. Each sees what the role allows. */
export function settingsPage(
  view: SettingsView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const administers = may(viewer, 'administer');
  const body = html`<div class="sets" id="sets" data-saved="${say('saved')}" data-logo="${say('logo-wrong')}"><h1>${say('settings')}</h1>
<div class="two">${browserOf(viewer)}${administers ? labForm(view, viewer) : labShown(view, viewer)}</div>
${placesOf(view, viewer)}<div class="two">${stationsOf(view, viewer)}${administers && operatorsOf(view, viewer)}</div>
${administers && settingsOf(view.settings, viewer)}</div>`;
  return pageOf(
    {
      title: say('settings'),
      page: 'settings',
      scripts: ['settings'],
      className: 'setspage',
      body,
      ...parts,
    },
    viewer,
  );
}

const may = ({ operator }: Viewer, role: Role) => operator !== undefined && mayDo(operator.role, role);

function browserOf({ say, language, theme, operator }: Viewer): Html {
  const option = (value: string, words: string, chosen: string, lang?: string) =>
    html`<option ${{ value, selected: value === chosen, lang }}>${words}</option>`;
  const languages = LANGUAGES.map((name) => option(name, LANGUAGE_NAMES[name], language, name));
  const looks = [
    option('auto', say('look-auto'), theme),
    option('light', say('light'), theme),
    option('dark', say('dark'), theme),
  ];
  const role: Role = operator?.role ?? 'look';
  return html`<section class="card"><h2>${say('this-browser')}</h2><p class="soft pad">${say('this-browser-more')}</p>
<form class="fields grid" method="get" action="/settings"><div><label for="s-lang">${say('language')}</label><select id="s-lang" name="lang" data-choice>${languages}</select></div><div><label for="s-theme">${say('look')}</label><select id="s-theme" name="theme" data-choice>${looks}</select></div><div><label for="s-sound">${say('sound')}</label><select id="s-sound"><option value="on">${say('on')}</option><option value="off">${say('off')}</option></select></div><noscript><button class="btn">${say('save')}</button></noscript></form>
<dl class="kv"><dt>${say('you-are')}</dt><dd dir="auto">${printable(operator?.name ?? '')}</dd><dt>${say('role')}</dt><dd>${say(`role.${role}`)}<span class="soft under">${say(`role-may.${role}`)}</span></dd></dl></section>`;
}

function labShown({ lab }: SettingsView, { say }: Viewer): Html {
  const rows: (readonly [PageWord, string])[] = [
    ['lab-name', lab.name],
    ['lab-address', lab.address],
  ];
  return html`<section class="card"><h2>${say('lab')}</h2><dl class="kv">${rows.map(([word, value]) => html`<dt>${say(word)}</dt><dd dir="auto">${value || '–'}</dd>`)}</dl>${lab.logo && logoOf(lab)}</section>`;
}

const logoOf = ({ name }: LabNow) => html`<p class="pad"><img class="logo" src="/logo" alt="${name}"></p>`;

function labForm({ lab, fixed }: SettingsView, { say }: Viewer): Html {
  const note = (isFixed: boolean, name: string) =>
    isFixed && html`<p class="soft">${say('fixed-by', { name })}</p>`;
  const field = (name: 'name' | 'address', word: PageWord, setting: string) => {
    const isFixed = fixed[name] !== '';
    return html`<div><label for="lab-${name}">${say(word)}</label><input ${{ id: `lab-${name}`, name, value: lab[name], maxlength: 120, disabled: isFixed, autocomplete: 'off', dir: 'auto' }}>${note(isFixed, setting)}</div>`;
  };
  const isFixed = fixed.logo !== '';
  const file = html`<div><label for="lab-logo">${say('lab-logo')}</label><input ${{ id: 'lab-logo', type: 'file', accept: 'image/png', disabled: isFixed }}>${note(isFixed, 'LAB_LOGO')}</div>`;
  const remove =
    lab.logo &&
    !isFixed &&
    html`<button class="btn" type="button" id="remove-logo">${say('remove-logo')}</button>`;
  return html`<section class="card"><h2>${say('lab')}</h2><p class="soft pad">${say('lab-more')}</p><form class="fields" id="lab" method="post" action="/settings/lab">${field('name', 'lab-name', 'LAB_NAME')}${field('address', 'lab-address', 'LAB_ADDRESS')}${file}<p class="acts"><button class="btn main" type="submit">${say('save')}</button>${remove}</p></form>${lab.logo && logoOf(lab)}</section>`;
}

function placesOf({ places }: SettingsView, viewer: Viewer): Html {
  const { say } = viewer;
  const isOpen = may(viewer, 'operate');
  const many = new Set(places.map(({ station }) => station)).size > 1;
  const rows = places.map(
    ({ station, phone, name }) =>
      html`<li><b dir="auto">${printable(name)}</b><span class="soft">${printable(phone)}${many && html`<br>${printable(station)}`}</span>${isOpen && html`<button ${{ class: 'btn', type: 'button', 'data-place': phone, 'data-of': station, 'aria-label': `${say('remove-place')} ${printable(name)}` }}>${say('remove-place')}</button>`}</li>`,
  );
  const list: Content =
    rows.length === 0 ? html`<p class="none">${say('no-places')}</p>` : html`<ul class="plcs">${rows}</ul>`;
  return html`<section class="card"><h2>${say('places')}</h2><p class="soft pad">${say('places-more')}</p>${list}</section>`;
}

function stationsOf({ stations }: SettingsView, { say, home }: Viewer): Html {
  const rows = stations.map(({ name, url, alive }) => {
    const page = html`<span class="soft">${printable(url)}</span>`;
    return html`<li><span class="s ${alive ? 'done' : 'gone'}">${icon(alive ? 'done' : 'gone')}<b dir="auto">${printable(name)}</b></span> ${say(alive ? 'at-work' : 'away')}${name !== home && url !== '' && html`<span class="grow"></span>${page}`}</li>`;
  });
  return html`<section class="card"><h2>${say('stations')}</h2><ul class="rows">${rows}</ul></section>`;
}

function operatorsOf({ operators }: SettingsView, { say }: Viewer): Html {
  const rows = operators.map(
    ({ name, role }) =>
      html`<li>${icon('person')}<b dir="auto">${printable(name)}</b> <span class="soft">${say(`role.${role}`)}</span></li>`,
  );
  const list: Content =
    rows.length === 0
      ? html`<p class="soft pad">${say('no-operators')}</p>`
      : html`<ul class="rows">${rows}</ul>`;
  return html`<section class="card"><h2>${say('operators')}</h2>${list}<p class="bar2"><a class="btn" href="/operators">${icon('person')}${say('change-operators')}</a><a class="btn" href="/audit">${icon('records')}${say('read-audit')}</a></p></section>`;
}

/** English where another language does not have it. */
function helpOf(name: string, help: string, language: Language): Content {
  const own = SETTING_HELP[name]?.[LANGUAGES.indexOf(language) - 1];
  return own ?? html`<span lang="en">${help}</span>`;
}

function settingsOf(all: readonly ShownSetting[], { say, language }: Viewer): Html {
  const rows = all.map(({ name, value, isSecret, isSet, from, help }) => {
    const shown = isSecret ? say(isSet ? 'set' : 'not-set') : value || '–';
    return html`<tr ${{ class: from === 'default' ? 'dim' : '' }}><td><code>${name}</code><span class="soft under">${helpOf(name, help, language)}</span></td><td class="val" dir="auto">${isSecret ? html`<i>${shown}</i>` : printable(shown)}</td><td>${say(`from.${from}`)}</td></tr>`;
  });
  return html`<details class="card all"><summary>${say('all-settings')}</summary><p class="soft pad">${say('all-settings-more')}</p><table class="set"><thead><tr><th>${say('setting')}</th><th>${say('value')}</th><th>${say('comes-from')}</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}
