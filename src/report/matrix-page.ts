import type { Drift } from '../events.ts';
import { html, type Content, type Html } from '../formats/html.ts';
import { page, seconds, upperFirst } from './page.ts';

/** One deed on one phone: what was done, on what, and how it ended. */
export interface MatrixCell {
  /** What was done, in words. */
  flow: string;
  release: string;
  region: string;
  language: string;
  /** Of the screens of a sign-out. Missing: as the release has it. */
  order?: string;
  /** Missing: it did not run. */
  result?: { passed: boolean; ms: number; message?: string };
  drift: readonly Drift[];
  /** Its page, as seen from the matrix. Missing: there is none. */
  page?: string;
}

type State = 'green' | 'fell-back' | 'failed' | 'missing';

/** State by state: its mark, what it is called, and what that means. */
const STATES: Record<State, readonly [mark: string, name: string, meaning: string]> = {
  green: ['✓', 'green', 'did what it should'],
  'fell-back': ['≈', 'fell back', 'did what it should; something was not found in the first of its ways'],
  failed: ['✕', 'failed', 'did not do what it should'],
  missing: ['–', 'did not run', 'no result: its worker ended before'],
};

export function stateOf({ result, drift }: MatrixCell): State {
  if (!result) return 'missing';
  if (!result.passed) return 'failed';
  return drift.length > 0 ? 'fell-back' : 'green';
}

export const stateInWords = (state: State): string => STATES[state][1];

/** How many cells are in each state. */
function totalsOf(cells: readonly MatrixCell[]): Record<State, number> {
  const totals: Record<State, number> = { green: 0, 'fell-back': 0, failed: 0, missing: 0 };
  for (const cell of cells) totals[stateOf(cell)]++;
  return totals;
}

/** The totals as a sentence. */
export function matrixInWords(cells: readonly MatrixCell[]): string {
  const totals = Object.entries(totalsOf(cells)).filter(([, count]) => count > 0);
  return (
    totals.map(([state, count]) => `${count} ${STATES[state as State][1]}`).join(', ') || 'nothing was to run'
  );
}

/**
 * One table for each flow: a column for each release, a row for each language. Every cell leads to its
 * evidence.
 */
export function renderMatrixPage(cells: readonly MatrixCell[]): string {
  const totals = totalsOf(cells);
  const bad = totals.failed + totals.missing;
  const tone = bad > 0 || cells.length === 0 ? 'bad' : totals['fell-back'] > 0 ? 'fair' : 'good';
  const ofAll = (count: number, words: string) => (count > 0 ? [`${count} of ${cells.length} ${words}`] : []);
  const faults = [...ofAll(totals.failed, 'failed'), ...ofAll(totals.missing, 'did not run')].join(', ');
  const verdict =
    cells.length === 0 ? 'Nothing was to run' : faults || `All ${cells.length} did what they should`;
  const flows = [...new Set(cells.map(({ flow }) => flow))];
  const time = cells.reduce((sum, { result }) => sum + (result?.ms ?? 0), 0);
  const body = html`<body>
<header class="${tone}"><h1>${verdict}</h1>
<ul class="legend">${(Object.keys(STATES) as State[]).map((state) => legendOf(state, totals[state]))}<li class="time">${seconds(time)} on the phones</li></ul></header>
<main>${flows.map((flow) => flowTable(flow, cells, flows))}</main>
${failures(cells)}${drifts(cells)}
<footer>A column is a release, a row a language on the ROM that is sold with it. Pseudo is a language that no person speaks: each label shows the name
of its string. A click on a cell opens what was seen; where a dot stands, nothing was to be done.</footer>
</body>`;
  return page(verdict, OWN_STYLE, body);
}

function legendOf(state: State, count: number): Html {
  const [mark, name, meaning] = STATES[state];
  const words = html`<i class="${state}">${mark}</i><b>${count}</b> ${name}`;
  const list = { green: '', missing: '', failed: '#failed', 'fell-back': '#fell-back' }[state];
  return html`<li title="${meaning}">${list && count > 0 ? html`<a href="${list}">${words}</a>` : words}</li>`;
}

function flowTable(flow: string, all: readonly MatrixCell[], flows: readonly string[]): Html {
  const cells = all.filter((cell) => cell.flow === flow);
  // The same columns and rows in every table, so that they can be compared.
  const releases = [...new Set(all.map(({ release }) => release))];
  const rows = new Map(all.map((cell) => [rowOf(cell), cell]));
  const groups = new Map<string, MatrixCell[]>();
  for (const row of rows.values()) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  const { green, 'fell-back': fellBack } = totalsOf(cells);
  const systems = [...new Set(releases.map((release) => releaseInWords(release)[0]))];
  const span = (system: string) => releases.filter((release) => releaseInWords(release)[0] === system).length;
  const rowFor = (row: MatrixCell) => {
    const found = releases.map((release) =>
      cells.find((cell) => cell.release === release && rowOf(cell) === rowOf(row)),
    );
    return html`<tr><th>${rowInWords(row)}</th>${found.map(cellBox)}</tr>
`;
  };
  const bodies = [...groups].map(
    ([group, members]) =>
      html`<tbody><tr><th colspan="${releases.length + 1}" class="group">${group}</th></tr>
${members.map(rowFor)}</tbody>
`,
  );
  return html`<section><h2>${flow}</h2><p>${flows.length > 1 && `${green + fellBack} of ${cells.length}`}</p><table>
<thead><tr><td></td>${systems.map((system) => html`<th colspan="${span(system)}">${system}</th>`)}</tr>
<tr><td></td>${releases.map((release) => html`<th>${releaseInWords(release)[1]}</th>`)}</tr></thead>
${bodies}</table></section>
`;
}

function cellBox(cell: MatrixCell | undefined): Html {
  if (!cell) return html`<td></td>`;
  const state = stateOf(cell);
  const [mark, name] = STATES[state];
  const title = `${phoneInWords(cell)}: ${name}${cell.result ? `, ${seconds(cell.result.ms)}` : ''}`;
  const box = html`<i class="${state}">${mark}</i>`;
  const linked = cell.page ? html`<a href="${cell.page}" aria-label="${title}">${box}</a>` : box;
  return html`<td title="${title}">${linked}</td>`;
}

function failures(cells: readonly MatrixCell[]): Content {
  const rows = cells
    .filter((cell) => stateOf(cell) === 'failed')
    .map((cell) => {
      const where = html`${cell.flow}<br><span>${phoneInWords(cell)}</span>`;
      const named = cell.page ? html`<a href="${cell.page}">${where}</a>` : where;
      return html`<li><div>${named}</div><pre>${cell.result?.message ?? 'it said nothing'}</pre></li>
`;
    });
  return (
    rows.length > 0 && html`<section class="list" id="failed"><h2>What failed</h2><ol>${rows}</ol></section>`
  );
}

/** What was found in another way, each once, with what to change. */
function drifts(cells: readonly MatrixCell[]): Content {
  const found = new Map<string, { drift: Drift; cells: MatrixCell[] }>();
  for (const cell of cells) {
    for (const drift of cell.drift) {
      const key = [drift.page, drift.locator, drift.wanted, drift.found].join('\n');
      found.set(key, { drift, cells: [...(found.get(key)?.cells ?? []), cell] });
    }
  }
  const rows = [...found.values()].map(({ drift, cells: where }) => {
    const releases = [...new Set(where.map(({ release }) => releaseInWords(release).join(' ')))].join(', ');
    const count = `${where.length} ${where.length === 1 ? 'cell' : 'cells'}`;
    return html`<li><div>${upperFirst(drift.page)}: ${drift.locator}<br><span>${releases}; ${count}</span></div>
<p>${drift.advice}<br><span>not by ${drift.wanted}, but by ${drift.found}</span></p></li>
`;
  });
  return (
    rows.length > 0 &&
    html`<section class="list" id="fell-back"><h2>What fell back</h2><ol>${rows}</ol></section>`
  );
}

const rowOf = ({ region, language, order }: MatrixCell) => [region, language, order].join(' ');
const groupOf = ({ region, order }: MatrixCell) =>
  order ? 'Another order of screens, Pseudo' : upperFirst(region);
const rowInWords = ({ language, order }: MatrixCell) =>
  order ? orderInWords(order) : languageInWords(language);

/** `MIUI` `12.5`, `HyperOS` `1`. */
function releaseInWords(release: string): readonly [system: string, number: string] {
  const [, hyper] = /^hyperos(.*)$/.exec(release) ?? [];
  return hyper === undefined ? ['MIUI', release] : ['HyperOS', hyper];
}

/** The orders are called after a release that has them, or after what they are. */
function orderInWords(order: string): string {
  const [, system, number] = /^(miui|hyperos)(\d+)$/.exec(order) ?? [];
  return number
    ? `As ${releaseInWords(system === 'miui' ? number : order).join(' ')}`
    : upperFirst(order.replaceAll('-', ' '));
}

function languageInWords(language: string): string {
  if (language === 'pseudo') return 'Pseudo';
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  } catch {
    // It is no language tag.
    return language;
  }
}

export function phoneInWords(cell: MatrixCell): string {
  const { release, region, language, order } = cell;
  return [
    releaseInWords(release).join(' '),
    upperFirst(region),
    languageInWords(language),
    ...(order ? [orderInWords(order)] : []),
  ].join(' · ');
}

const OWN_STYLE = `
header{position:sticky;top:0;z-index:1;background:#fff;border-bottom:1px solid var(--line);border-top:6px solid var(--tone);padding:18px 40px 14px;display:flex;flex-wrap:wrap;align-items:baseline;gap:8px 40px}
h1{font-size:26px}h2{margin:0;font-size:16px;font-weight:600}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:6px 28px;margin:0;padding:0}.legend li{color:var(--soft);white-space:nowrap}.legend b{color:var(--ink);margin-left:8px;font-weight:600}.legend a{text-decoration:none}
i{display:inline-grid;place-items:center;width:32px;height:22px;border-radius:5px;font:600 12px/1 system-ui,sans-serif}
i.green{background:#dcf0e5;color:var(--good)}i.fell-back{background:#fdeacb;color:var(--fair)}i.failed{background:var(--bad);color:#fff}
i.missing{color:var(--soft);background:repeating-linear-gradient(45deg,#e9ecf0 0 3px,#f5f6f8 3px 6px)}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(370px,1fr));gap:32px 20px;padding:32px 40px;align-items:start}
section>p{margin:0 0 8px;color:var(--soft);font-size:13px;min-height:1.45em}
table{border-collapse:collapse}th{font-weight:400;text-align:left;font-size:13px;white-space:nowrap}
thead th{color:var(--soft);text-align:center;padding:0 2px 4px}thead tr:first-child th{border-bottom:1px solid var(--line);padding-bottom:2px}
tbody th{padding:0 14px 0 0}th.group{color:var(--soft);font-size:12px;padding:10px 0 3px}
td{padding:1px 2px;text-align:center;height:24px}tbody td:empty::before{content:"·";color:#c5cad3}td a{display:block;text-decoration:none}td a:hover i,td a:focus i{outline:2px solid var(--ink);outline-offset:-2px}
.list{margin:0 40px 32px;scroll-margin-top:90px}.list ol{list-style:none;margin:10px 0 0;padding:0}
.list li{display:grid;grid-template-columns:minmax(220px,1fr) 3fr;gap:4px 32px;padding:12px 0;border-top:1px solid var(--line)}
.list span{color:var(--soft);font-size:13px}.list p,.list pre{margin:0}.list pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
footer{padding:0 40px 40px;color:var(--soft);font-size:13px}
@media(max-width:600px){header,main,footer{padding-left:16px;padding-right:16px}main{grid-template-columns:1fr}.list{margin:0 16px 32px}.list li{grid-template-columns:1fr}i{width:26px}}
@media print{header{position:static}section,.list li{break-inside:avoid}i,header{-webkit-print-color-adjust:exact;print-color-adjust:exact}main{grid-template-columns:1fr 1fr}}
`;
