import QRCode from 'qrcode';
import { html, type Content, type Html } from '../formats/html.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { outcomeWord, shortReason } from './reason-words.ts';
import type { RecordRow } from './record-shelf.ts';
import { OUTCOME_WORDS } from './words/reasons.ts';

export interface RecordsView {
  rows: readonly RecordRow[];
  all: number;
  chosen: RecordRow | undefined;
  wish: { search: string; period: string; outcome: string };
  lab: string;
}

/** The search, the records that fit, and the sheet of one of them. */
export function recordsPage(
  view: RecordsView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const body = html`<div class="recs"><h1 class="vh">${say('records')}</h1>${searchOf(view, viewer)}<section class="card scroll" tabindex="0" aria-label="${say('records')}">${tableOf(view, viewer)}<p class="pg">${say('shown-of', { n: view.rows.length, all: view.all })}</p></section>${view.chosen && sheetOf(view.chosen, view.lab, viewer)}</div>`;
  return pageOf(
    { title: say('records'), page: 'records', scripts: ['records'], className: 'recspage', body, ...parts },
    viewer,
  );
}

function searchOf({ wish, rows }: RecordsView, { say, language }: Viewer): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option ${{ value, selected: value === chosen }}>${words}</option>`;
  const labels =
    rows.length > 0 &&
    html`<a class="btn" href="/labels?size=62&of=${rows.map(({ folder }) => folder).join(',')}">${icon('print')}${say('print-labels')}</a>`;
  return html`<form class="flt" id="filter" method="get" action="/records"><label class="srch"><span class="vh">${say('search-records')}</span><input ${{ name: 'search', value: wish.search, placeholder: say('search-records'), maxlength: 80 }}></label><label><span class="vh">${say('period')}</span><select name="period">${option('today', say('today'), wish.period)}${option('30', say('last-30'), wish.period)}${option('all', say('all-days'), wish.period)}</select></label><label><span class="vh">${say('outcome')}</span><select name="outcome">${option('', say('all-outcomes'), wish.outcome)}${Object.keys(OUTCOME_WORDS).map((name) => option(name, outcomeWord(name, language), wish.outcome))}</select></label><button class="btn" type="submit">${icon('search')}${say('search')}</button><span class="grow"></span>${labels}</form>`;
}

const lookOf = ({ state, outcome }: RecordRow) =>
  outcome === 'finished-by-hand' || state === 'needs-person'
    ? 'person'
    : state === 'done'
      ? 'done'
      : state === 'parked'
        ? 'fail'
        : 'queue';

function tableOf({ rows, chosen, wish }: RecordsView, { say, language }: Viewer): Content {
  if (rows.length === 0) return html`<p class="none">${say('no-records')}</p>`;
  const query = new URLSearchParams(wish).toString();
  const lines = rows.map((row) => {
    const look = lookOf(row);
    const why = row.reason === '' ? '' : `: ${shortReason(row, language).what}`;
    return html`<tr ${{ class: row.folder === chosen?.folder ? 'chosen' : '' }}><td class="no">${row.seq}</td><td><a href="${`/records?${query}&show=${encodeURIComponent(row.folder)}`}"><b dir="auto">${printable(row.reference || row.serial)}</b></a></td><td class="md" dir="auto">${printable(row.model)}</td><td class="sr">${printable(row.serial)}</td><td><span class="s ${look}">${icon(look)}${outcomeWord(row.outcome, language)}${why}</span></td><td class="en num">${localTime(row.endedAt).slice(5, 16)}</td><td class="tk num">${Math.round(row.durationMs / 1000)} s</td></tr>`;
  });
  return html`<table class="rt"><thead><tr><th class="no">${say('record')}</th><th>${say('reference')}</th><th class="md">${say('model')}</th><th class="sr">${say('serial')}</th><th>${say('outcome')}</th><th class="en num">${say('ended')}</th><th class="tk num">${say('took')}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

function sheetOf(row: RecordRow, lab: string, viewer: Viewer): Html {
  const { say } = viewer;
  const at = (name: string) => `/records/${encodeURIComponent(row.folder)}/${name}`;
  return html`<div class="pre"><section class="card"><div class="bar2"><a class="btn main" href="${at('record.html')}" target="_blank">${icon('records')}${say('open-sheet')}</a><a class="btn" href="${at('record.pdf')}">PDF</a><a class="btn" href="${at('record.json')}">JSON</a></div><div class="sheetbox"><iframe ${{ src: at('record.html'), title: say('sheet'), sandbox: 'allow-same-origin' }}></iframe></div></section>
<section class="card"><h2>${say('label-62')}</h2><div class="lbx">${labelOf(row, lab, viewer)}<div class="tx"><p class="soft">${say('label-text')}</p><p class="acts"><a class="btn" id="label" href="/labels?size=62&of=${row.folder}">${icon('print')}${say('print-label')}</a><a class="btn" href="/labels?size=a4&of=${row.folder}">${say('label-a4')}</a></p></div></div></section></div>`;
}

/** What the QR code of a label holds: the reference and the hash of the record, a line each. */
const qrText = ({ reference, sha256 }: RecordRow): string => `${reference}\n${sha256}`;

function labelOf(row: RecordRow, lab: string, { language }: Viewer): Html {
  const isDone = row.state === 'done';
  return html`<div class="label">${qrOf(qrText(row))}<div><b dir="auto">${printable(row.reference || row.serial)}</b><span dir="auto">${printable(row.model)}</span><span class="o">${isDone ? '✓ ' : ''}${outcomeWord(row.outcome, language)}</span><span>${localTime(row.endedAt).slice(0, 10)}</span><span dir="auto">${printable(lab)}</span></div></div>`;
}

/** Black squares on white, as one path. */
function qrOf(text: string): Html {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  const squares = Array.from(data, (isDark, at) =>
    isDark ? `M${at % size} ${Math.floor(at / size)}h1v1h-1z` : '',
  ).join('');
  return html`<svg class="qr" role="img" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" aria-label="QR"><path d="${squares}"></path></svg>`;
}

export interface LabelsView {
  rows: readonly RecordRow[];
  size: '62' | 'a4';
  lab: string;
  hasLogo: boolean;
}

/** Labels alone on their paper. */
export function labelsPage({ rows, size, lab, hasLogo }: LabelsView, viewer: Viewer): string {
  const { say } = viewer;
  const logo = hasLogo && size === 'a4' && html`<img class="logo" src="/logo" alt="${lab}">`;
  const body = html`<main class="labels s${size}"><p class="bar2"><button class="btn main" type="button" id="print">${icon('print')}${say('press-print')}</button><a class="btn" href="/records">${say('records')}</a>${logo}</p><h1 class="vh">${say(size === '62' ? 'label-62' : 'label-a4')}</h1><div class="paper">${rows.map((row) => labelOf(row, lab, viewer))}</div></main>`;
  return pageOf(
    {
      title: say('print-labels'),
      isBare: true,
      styles: [size === '62' ? 'label-62' : 'label-a4'],
      scripts: ['labels'],
      body,
    },
    viewer,
  );
}
