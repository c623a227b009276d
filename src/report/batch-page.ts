import { html, type Content, type Html } from '../formats/html.ts';
import { outcomeInWords } from '../reasons.ts';
import { endOf, toneOf, whyOf, type Batch, type BatchRow } from './batch.ts';
import { moment, page, seconds, upperFirst } from './page.ts';

/** A batch on paper or screen: the totals, then what a person has to see to, then every phone. */
export function renderBatch(batch: Batch): string {
  const { name, at, head, rows, medianMs, slowest } = batch;
  const done = rows.filter((row) => toneOf(row) === 'good');
  const open = rows.filter((row) => toneOf(row) !== 'good');
  const tone = open.some((row) => toneOf(row) === 'bad') ? 'bad' : open.length > 0 ? 'fair' : 'good';
  const facts: [string, string][] = [
    ['Phones', String(rows.length)],
    ...batch.outcomes.map(({ outcome, phones }): [string, string] => [
      upperFirst(outcome === 'waiting' ? 'not begun' : outcomeInWords(outcome)[0]),
      String(phones),
    ]),
    ...(medianMs > 0 ? ([['Time, median', seconds(medianMs)]] as [string, string][]) : []),
    ...(slowest
      ? ([['Slowest', `${seconds(slowest.durationMs)}, ${slowest.serial}`]] as [string, string][])
      : []),
  ];
  const verdict = `${done.length} of ${rows.length} done`;
  const body = html`<body>
<header class="${tone}"><p class="soft">${name}</p><h1>${verdict}</h1>
<div class="bar">${rows.map((row) => html`<i class="${toneOf(row)}"></i>`)}</div>
<dl>${facts.map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}</dl></header>
<main>
${open.length > 0 && [html`<h2>To be seen to</h2>`, table(OPEN, open.map(openRow))]}
${batch.drift.length > 0 && [html`<h2>Pages that differ from what was expected</h2>`, driftTable(batch)]}
${done.length > 0 && [html`<h2>Done</h2>`, table(DONE, done.map(doneRow))]}
</main>
<footer>${moment(at)} · a sign-out is no data sanitisation · <a href="batch.csv">CSV</a> · <a href="batch.json">JSON</a> · <a href="batch.xml">JUnit</a>${headOf(head)}</footer>
</body>`;
  return page(`${name} · ${verdict}`, OWN_STYLE, body);
}

const OPEN = ['Phone', 'Reference', 'Outcome', 'Why, and what to do'];
const DONE = ['Phone', 'Reference', 'Outcome', 'Model', 'Release', 'Ended', 'Took'];

/** The newest record, to be noted where those who can change the records cannot change it. */
function headOf({ seq, sha256, key, signature }: Batch['head']): Content {
  if (seq === 0) return '';
  const signed = signature && html`<br>Signed with key <code>${key}</code>: <code>${signature}</code>`;
  return html`<br>Newest record: ${seq}, SHA-256 <code>${sha256}</code>${signed}`;
}

type Cell = { shown: Content; class?: string };
const text = (shown: string): Cell => ({ shown });

function table(headings: readonly string[], rows: readonly Cell[][]): Html {
  const head = headings.map((heading) => html`<th>${heading}</th>`);
  const cellOf = (cell: Cell) => html`<td dir="auto" class="${cell.class}">${cell.shown}</td>`;
  const body = rows.map(
    (cells) =>
      html`<tr>${cells.map(cellOf)}</tr>
`,
  );
  return html`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function phoneCell({ serial, imei, record }: BatchRow): Cell {
  const name = serial || imei;
  const linked = record ? html`<a href="../${record}/record.html">${name}</a>` : name;
  return { shown: [linked, serial && imei && html`<small>${imei}</small>`], class: 'phone' };
}

function outcomeCell(row: BatchRow): Cell {
  return { shown: upperFirst(endOf(row)), class: `verdict ${toneOf(row)}` };
}

/** What a person still has to do on the phone. */
const leftOf = ({ checklist }: BatchRow): Content =>
  checklist !== '' && html`<small class="left">Still to do: ${checklist}</small>`;

function openRow(row: BatchRow): Cell[] {
  const why = { shown: [upperFirst(whyOf(row)), leftOf(row)] };
  return [phoneCell(row), text(row.reference), outcomeCell(row), why];
}

function doneRow(row: BatchRow): Cell[] {
  const { reference, model, release, region, endedAt, durationMs } = row;
  const on = text([release, region].filter(Boolean).join(' · '));
  const times = [moment(endedAt), seconds(durationMs)].map((shown) => ({ shown, class: 'number' }));
  const end = outcomeCell(row);
  const outcome = { ...end, shown: [end.shown, leftOf(row)] };
  return [phoneCell(row), text(reference), outcome, text(model), on, ...times];
}

function driftTable({ drift }: Batch): Html {
  const rows = drift.map(({ page: where, locator, wanted, found, release, phones, advice }): Cell[] => [
    { shown: phones, class: 'number' },
    { shown: release, class: 'phone' },
    { shown: html`${where}<small>${locator}</small>` },
    { shown: html`<small>not ${wanted}</small>but ${found}` },
    text(advice),
  ]);
  return table(['Phones', 'Release', 'Page, thing', 'Found by', 'Advice'], rows);
}

const OWN_STYLE = `
@page{size:A4;margin:14mm}
body{-webkit-print-color-adjust:exact;print-color-adjust:exact}
header{background:#fff;border-bottom:1px solid var(--line);padding:24px 40px 20px;border-top:6px solid var(--tone)}
.soft,small,footer{color:var(--soft)}p{margin:0}dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:16px 0 0}
.bar{display:flex;height:8px;margin-top:14px;border-radius:4px;overflow:hidden;background:var(--line)}.bar i{flex:1;background:var(--tone)}
main{padding:8px 40px}h2{font-size:17px;font-weight:650;margin:24px 0 8px}
table{width:100%;border-collapse:collapse;background:#fff;border:1px solid var(--line);font-size:14px}
th{text-align:left;font-weight:400;font-size:12px;color:var(--soft)}th,td{padding:7px 12px;vertical-align:top}tr+tr td,tbody td{border-top:1px solid var(--line)}
td{text-align:left;overflow-wrap:anywhere}.phone,.verdict{white-space:nowrap}.verdict{color:var(--tone);font-weight:550}.number{font-variant-numeric:tabular-nums;white-space:nowrap}
small{display:block;font-size:12px;font-weight:400}small.left{white-space:normal;min-width:120px}code{overflow-wrap:anywhere;font:12px ui-monospace,Menlo,Consolas,monospace}footer{padding:16px 40px 40px;font-size:13px}
@media screen and (max-width:700px){header,main,footer{padding-left:16px;padding-right:16px}table,tbody,tr,td{display:block}thead{display:none}td{padding:2px 12px}tr{padding:8px 0}tr+tr td,tbody td{border-top:0}tbody tr+tr{border-top:1px solid var(--line)}.phone,.verdict{white-space:normal}td:empty{display:none}}
@media print{body{background:#fff;font-size:9.5pt}header,main,footer{padding-left:0;padding-right:0}table,small,dt,th,footer,code{font-size:8.5pt}th,td{padding:1.2mm 2mm}tr{break-inside:avoid}thead{display:table-header-group}h2{break-after:avoid}}
`;
