import { html, type Content, type Html } from '../formats/html.ts';
import type { LabNow } from '../runs/lab.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import type { JobState } from '../jobs/job.ts';
import { labelOf } from './labels.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { lookOf } from './lists-page.ts';
import { outcomeWord, shortReason } from './reason-words.ts';
import { pictureInWords } from './run-words.ts';
import type { RecordElsewhere } from './records-elsewhere.ts';
import type { RecordRow } from './record-shelf.ts';
import { OUTCOME_WORDS } from './words/reasons.ts';

export interface RecordsView {
  rows: readonly RecordRow[];
  all: number;
  /** What lies at other stations. */
  elsewhere: readonly RecordElsewhere[];
  chosen: RecordRow | undefined;
  wish: { search: string; period: string; outcome: string; day: string };
  lab: LabNow;
}

/** The search, the records that fit, and the sheet of one of them. */
export function recordsPage(
  view: RecordsView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const body = html`<div class="recs"><h1 class="vh">${say('records')}</h1>${searchOf(view, viewer)}<section class="card scroll" tabindex="0" aria-label="${say('records')}">${tableOf(view, viewer)}<p class="pg">${say('shown-of', { n: view.rows.length, all: view.all })}</p>${elsewhereOf(view.elsewhere, viewer)}</section>${view.chosen && sheetOf(view.chosen, view.lab, viewer)}</div>`;
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
  return html`<form class="flt" id="filter" method="get" action="/records"><label class="srch"><span class="vh">${say('search-records')}</span><input ${{ name: 'search', value: wish.search, placeholder: say('search-records'), maxlength: 80 }}></label><label><span class="vh">${say('period')}</span><select name="period">${option('today', say('today'), wish.period)}${option('30', say('last-30'), wish.period)}${option('all', say('all-days'), wish.period)}</select></label><label><span class="vh">${say('day')}</span><input ${{ type: 'date', name: 'day', value: wish.day }}></label><label><span class="vh">${say('outcome')}</span><select name="outcome">${option('', say('all-outcomes'), wish.outcome)}${Object.keys(OUTCOME_WORDS).map((name) => option(name, outcomeWord(name, language), wish.outcome))}</select></label><button class="btn" type="submit">${icon('search')}${say('search')}</button><span class="grow"></span>${labels}</form>`;
}

const lookOfRecord = ({ state, outcome }: Pick<RecordRow, 'state' | 'outcome'>) =>
  outcome === 'finished-by-hand' ? 'person' : lookOf({ state: state as JobState, outcome });

function tableOf({ rows, chosen, wish }: RecordsView, { say, language }: Viewer): Content {
  if (rows.length === 0) return html`<p class="none">${say('no-records')}</p>`;
  const query = new URLSearchParams(wish).toString();
  const lines = rows.map((row) => {
    const look = lookOfRecord(row);
    const why = row.reason === '' ? '' : `: ${shortReason(row, language).what}`;
    return html`<tr ${{ class: row.folder === chosen?.folder ? 'chosen' : '' }}><td class="no">${row.seq}</td><td class="ref"><a href="${`/records?${query}&show=${encodeURIComponent(row.folder)}`}"><b dir="auto">${printable(row.reference || row.serial)}</b></a></td><td class="md" dir="auto">${printable(row.model)}</td><td class="sr">${printable(row.serial)}</td><td class="oc"><span class="s ${look}">${icon(look)}${outcomeWord(row.outcome, language)}${why}</span></td><td class="en num">${localTime(row.endedAt).slice(5, 16)}</td><td class="tk num">${say('unit.s', { n: Math.round(row.durationMs / 1000) })}</td></tr>`;
  });
  return html`<table class="rt"><thead><tr><th class="no">${say('record')}</th><th>${say('reference')}</th><th class="md">${say('model')}</th><th class="sr">${say('serial')}</th><th>${say('outcome')}</th><th class="en num">${say('ended')}</th><th class="tk num">${say('took')}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

/** Their sheets are on the page of their own station. */
function elsewhereOf(rows: readonly RecordElsewhere[], { say, language }: Viewer): Content {
  if (rows.length === 0) return '';
  const lines = rows.map((row) => {
    const look = lookOfRecord(row);
    const name = printable(row.reference || row.serial);
    const why = row.reason === '' ? '' : `: ${shortReason(row, language).what}`;
    const at = `/records?period=all&search=${encodeURIComponent(row.reference || row.serial)}`;
    const link =
      row.url === ''
        ? html`<b dir="auto">${name}</b>`
        : html`<a ${{ href: '/records', rel: 'noreferrer', 'data-there': row.url, 'data-path': at }}><b dir="auto">${name}</b></a>`;
    return html`<tr><td class="ref">${link}</td><td class="at2" dir="auto">${printable(row.station)}</td><td class="md" dir="auto">${printable(row.model)}</td><td class="oc"><span class="s ${look}">${icon(look)}${outcomeWord(row.outcome, language)}${why}</span></td><td class="en num">${localTime(row.endedAt).slice(5, 16)}</td><td class="tk num">${say('unit.s', { n: Math.round(row.durationMs / 1000) })}</td></tr>`;
  });
  return html`<h2 class="else">${say('records-elsewhere')}</h2><p class="soft pad">${say('records-elsewhere-more')}</p><table class="rt"><thead><tr><th>${say('reference')}</th><th>${say('station')}</th><th class="md">${say('model')}</th><th>${say('outcome')}</th><th class="en num">${say('ended')}</th><th class="tk num">${say('took')}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

function sheetOf(row: RecordRow, lab: LabNow, viewer: Viewer): Html {
  const { say } = viewer;
  const at = (name: string) => `/records/${encodeURIComponent(row.folder)}/${name}`;
  // In the language of this page, whatever another tab has chosen since.
  const said = (name: string) => `${at(name)}?lang=${viewer.language}`;
  return html`<div class="pre"><section class="card"><div class="bar2"><a class="btn main" href="${said('sheet')}" target="_blank">${icon('records')}${say('open-sheet')}</a><a class="btn" href="${said('record.pdf')}">PDF</a><a class="btn" href="${at('pictures')}">${say('pictures')}</a><a class="btn" href="${at('record.json')}">JSON</a>${viewer.language !== 'en' && html`<a class="btn" href="${at('record.html')}" target="_blank">${say('as-signed')}</a>`}</div><div class="sheetbox"><iframe ${{ src: said('sheet'), title: say('sheet'), sandbox: 'allow-same-origin' }}></iframe></div></section>
<section class="card"><h2>${say('label-62')}</h2><div class="lbx">${labelOf(row, lab, viewer)}<div class="tx"><p class="soft">${say('label-text')}</p><p class="acts"><a class="btn" id="label" href="/labels?size=62&of=${row.folder}">${icon('print')}${say('print-label')}</a><a class="btn" href="/labels?size=a4&of=${row.folder}">${say('label-a4')}</a></p></div></div></section></div>`;
}

/** The pictures of a record in full size, with what was done on each. */
export function picturesPage(
  row: RecordRow,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const name = printable(row.reference || row.serial);
  const figures = row.pictures.map((file) => {
    const address = `/records/${encodeURIComponent(row.folder)}/evidence/${encodeURIComponent(file)}`;
    const caption = pictureInWords(file, viewer.language);
    return html`<figure class="card"><a href="${address}" target="_blank"><img ${{ src: address, alt: caption, loading: 'lazy' }}></a><figcaption>${caption}</figcaption></figure>`;
  });
  const body = html`<div class="sets"><header class="hd2"><h1 dir="auto">${name}</h1><span class="soft">${say('pictures')}</span><span class="grow"></span><a class="btn" href="${`/records?period=all&show=${encodeURIComponent(row.folder)}`}">${icon('back')}${say('back-to-records')}</a></header>${figures.length === 0 ? html`<p class="none">${say('no-pictures')}</p>` : html`<div class="pics">${figures}</div>`}</div>`;
  return pageOf({ title: name, page: 'records', className: 'recspage', body, ...parts }, viewer);
}
