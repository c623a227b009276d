import { html, type Content, type Html } from '../formats/html.ts';
import type { LabelFinding, RomCheck, RomPage, RomThing } from '../rom/check.ts';
import { page as pageOf, upperFirst } from './page.ts';
import { countOf, isRomSound, missingWords, romCounts, romVerdict, VERDICTS } from './rom-words.ts';

/** What the apps of a ROM hold of each page object: what needs a change first. */
export function renderRomPage(check: RomCheck): string {
  const verdict = romVerdict(check);
  const { gone } = romCounts(check);
  const tone = isRomSound(check) ? 'good' : gone > 0 || check.unread.length > 0 ? 'bad' : 'fair';
  const there = check.pages.filter((one) => !isAside(one));
  const aside = check.pages.filter(isAside);
  const body = html`<body>
<header class="${tone}"><h1>${verdict}</h1><p class="because">The apps of a ROM, read without a phone</p>
<dl>${check.apps.map(({ package: name, version, languages }) => html`<div><dt>${name}</dt><dd>${version || 'no version'} · ${countOf(languages.length + 1, 'language')}</dd></div>`)}</dl></header>
<main>${there.toSorted((one, other) => faultsOf(other) - faultsOf(one)).map(section)}
${list(
  'Files that could not be read',
  check.unread.map(({ file, why }) => [file, why]),
)}
${list(
  'Apps that were not given',
  check.notGiven.map((name) => [name, 'its pages were not checked']),
)}
${list(
  'Pages with nothing to check',
  aside.map(({ page, verdict: why }) => [upperFirst(page), VERDICTS[why][2]]),
)}
</main>
<footer>An id or a label that is in an app may still not be on the screen: a survey of a phone says what is.</footer>
</body>`;
  return pageOf(`ROM: ${verdict}`, STYLE, body);
}

const isAside = ({ verdict }: RomPage): boolean =>
  verdict !== 'there' && verdict !== 'gone' && verdict !== 'other-way';
const faultsOf = ({ things }: RomPage): number =>
  things.reduce((sum, { verdict }) => sum + (verdict === 'gone' ? 100 : verdict === 'other-way' ? 1 : 0), 0);

function section({ page, things, layout, apart }: RomPage): Html {
  const held = layout && html`<p class="layout">${layout.name} holds ${layout.holds.join(', ')}</p>`;
  const away =
    apart.length > 0 &&
    html`<p class="layout fair">Not in a layout with the page itself: ${apart.join(', ')}</p>`;
  return html`<section><h2>${upperFirst(page)}</h2>${held}${away}<table>${things.map(row)}</table></section>
`;
}

function row({ locator, verdict, by, wanted, layouts, ids, labels }: RomThing): Html {
  const [mark, tone, words] = VERDICTS[verdict];
  const found = by === '' ? `wanted: ${wanted}` : by;
  const places = layouts.length > 0 && html`<br><span>${layouts.slice(0, 6).join(', ')}</span>`;
  const lost = [
    ...ids.map((one) => ({ name: one.id, ...one })),
    ...labels.map((one) => ({ name: one.label, ...one })),
  ]
    .filter(({ state }) => state === 'gone')
    .map(({ name }) => name);
  const missing = lost.length > 0 && by !== '' && html`<br><span>not in this ROM: ${lost.join(', ')}</span>`;
  return html`<tr class="${tone}"><td>${mark}</td><th>${locator}</th><td>${words}</td><td class="by">${found}${places}${languages(labels)}${missing}</td></tr>`;
}

function languages(labels: readonly LabelFinding[]): Content {
  const there = labels.filter(({ state }) => state === 'there');
  return there.map(({ label, wordings, missing }, place) => {
    const own = Object.keys(wordings).length;
    const lacks = missing.length > 0 ? `; ${missingWords(there[place]!)}` : '';
    return html`<br><span>${label}: ${countOf(own, 'wording')}, “${wordings['default'] ?? Object.values(wordings)[0] ?? ''}”${lacks}</span>`;
  });
}

function list(title: string, entries: readonly (readonly [what: string, why: string])[]): Content {
  if (entries.length === 0) return '';
  return html`<section><h2>${title}</h2><ul>${entries.map(([what, why]) => html`<li>${what}<br><span>${why}</span></li>`)}</ul></section>`;
}

const STYLE = `
header{background:#fff;border-bottom:1px solid var(--line);padding:28px 40px 20px;border-top:6px solid var(--tone)}
.because{margin:2px 0 0;font-size:18px}
dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:20px 0 0}dd{overflow-wrap:anywhere}
main{padding:12px 40px}h2{margin:0 0 8px;font-size:18px}
section{padding:24px 0;border-bottom:1px solid var(--line);overflow-x:auto}
.layout{margin:0 0 8px;color:var(--soft);overflow-wrap:anywhere}.layout.fair{color:var(--tone)}
table{border-collapse:collapse;width:100%}td,th{padding:6px 14px 6px 0;text-align:left;font-weight:400;border-top:1px solid var(--line);vertical-align:top}
td:first-child{color:var(--tone,var(--soft));font-weight:700;width:1em}th{font-weight:600;white-space:nowrap}td:nth-child(3){color:var(--tone,var(--soft));white-space:nowrap}
.by{overflow-wrap:anywhere}.by span,li span{color:var(--soft);font-size:13px}
ul{margin:0;padding-left:18px}li{margin:4px 0;overflow-wrap:anywhere}
footer{padding:16px 40px 40px;color:var(--soft);font-size:13px}
@media(max-width:700px){header,main,footer{padding-left:16px;padding-right:16px}table,tbody,tr,.by{display:block}tr{border-top:1px solid var(--line);padding:6px 0}td,th{display:inline-block;border:0;padding:0 8px 0 0;white-space:normal!important}td.by{display:block}}
`;
