import { html, type Content, type Html } from '../formats/html.ts';
import { toneOf, type Batch, type BatchRow } from './batch.ts';
import { ENGLISH_BATCH, type BatchSay, type BatchWord } from './batch-words.ts';
import { moment, page, upperFirst } from './page.ts';

/** A batch on paper or screen: the totals, then what a person has to see to, then every phone. */
export function renderBatch(batch: Batch, words: BatchSay = ENGLISH_BATCH): string {
  const { say } = words;
  const { name, at, head, rows, medianMs, slowest } = batch;
  const done = rows.filter((row) => toneOf(row) === 'good');
  const open = rows.filter((row) => toneOf(row) !== 'good');
  const tone = open.some((row) => toneOf(row) === 'bad') ? 'bad' : open.length > 0 ? 'fair' : 'good';
  const facts: [string, string][] = [
    [say('phones'), String(rows.length)],
    ...batch.outcomes.map(({ outcome, phones }): [string, string] => [
      upperFirst(outcome === 'waiting' ? say('not-begun') : words.outcome(outcome)),
      String(phones),
    ]),
    ...(medianMs > 0 ? ([[say('median'), seconds(medianMs, words)]] as [string, string][]) : []),
    ...(slowest
      ? ([[say('slowest'), `${seconds(slowest.durationMs, words)}, ${slowest.serial}`]] as [string, string][])
      : []),
  ];
  const verdict = say('verdict', { n: done.length, all: rows.length });
  const body = html`<body>
<header class="${tone}"><p class="soft">${name}</p><h1>${verdict}</h1>
<div class="bar">${rows.map((row) => html`<i class="${toneOf(row)}"></i>`)}</div>
<dl>${facts.map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}</dl></header>
<main>
${
  open.length > 0 && [
    html`<h2>${say('open')}</h2>`,
    table(
      OPEN,
      open.map((row) => openRow(row, words)),
      words,
    ),
  ]
}
${batch.drift.length > 0 && [html`<h2>${say('drift')}</h2>`, driftTable(batch, words)]}
${
  done.length > 0 && [
    html`<h2>${say('done')}</h2>`,
    table(
      DONE,
      done.map((row) => doneRow(row, words)),
      words,
    ),
  ]
}
</main>
<footer>${moment(at)} · ${say('no-erasure')} · <a href="batch.csv">CSV</a> · <a href="batch.json">JSON</a> · <a href="batch.xml">JUnit</a>${headOf(head, words)}</footer>
</body>`;
  return page(`${name} · ${verdict}`, OWN_STYLE, body, { lang: words.lang });
}

const seconds = (ms: number, { say }: BatchSay) => say('seconds', { n: (ms / 1000).toFixed(1) });

const OPEN: readonly BatchWord[] = ['phone', 'reference', 'outcome', 'why'];
const DONE: readonly BatchWord[] = ['phone', 'reference', 'outcome', 'model', 'release', 'ended', 'took'];

/** The newest record, to be noted where those who can change the records cannot change it. */
function headOf({ seq, sha256, key, signature }: Batch['head'], { say }: BatchSay): Content {
  if (seq === 0) return '';
  const signed = signature && html`<br>${say('signed-with')} <code>${key}</code>: <code>${signature}</code>`;
  return html`<br>${say('newest', { n: seq })} <code>${sha256}</code>${signed}`;
}

type Cell = { shown: Content; class?: string };
const text = (shown: string): Cell => ({ shown });

function table(headings: readonly BatchWord[], rows: readonly Cell[][], { say }: BatchSay): Html {
  const head = headings.map((heading) => html`<th>${say(heading)}</th>`);
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

function outcomeCell(row: BatchRow, words: BatchSay): Cell {
  return { shown: upperFirst(words.end(row)), class: `verdict ${toneOf(row)}` };
}

/** What a person still has to do on the phone. */
const leftOf = (row: BatchRow, words: BatchSay): Content =>
  row.checklist !== '' &&
  html`<small class="left">${words.say('left', { what: words.checklist(row) })}</small>`;

function openRow(row: BatchRow, words: BatchSay): Cell[] {
  const why = { shown: [upperFirst(words.why(row)), leftOf(row, words)] };
  return [phoneCell(row), text(row.reference), outcomeCell(row, words), why];
}

function doneRow(row: BatchRow, words: BatchSay): Cell[] {
  const { reference, model, release, region, endedAt, durationMs } = row;
  const on = text([release, region].filter(Boolean).join(' · '));
  const times = [moment(endedAt), seconds(durationMs, words)].map((shown) => ({ shown, class: 'number' }));
  const end = outcomeCell(row, words);
  const outcome = { ...end, shown: [end.shown, leftOf(row, words)] };
  return [phoneCell(row), text(reference), outcome, text(model), on, ...times];
}

function driftTable({ drift }: Batch, words: BatchSay): Html {
  const { say } = words;
  const rows = drift.map(({ page: where, locator, wanted, found, release, phones, advice }): Cell[] => [
    { shown: phones, class: 'number' },
    { shown: release, class: 'phone' },
    { shown: html`${words.pageName(where)}<small>${locator}</small>` },
    { shown: html`<small>${say('not-by', { what: wanted })}</small>${say('but-by', { what: found })}` },
    // For who mends the program: it is in its language.
    { shown: html`<span lang="en">${advice}</span>` },
  ]);
  return table(['phones', 'release', 'thing', 'found-by', 'advice'], rows, words);
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
