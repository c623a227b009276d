import { html, type Content, type Html } from '../formats/html.ts';
import type { JobState } from '../jobs/job.ts';
import type { Batch, BatchRow } from '../report/batch.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { JOB_STATES, lookOf } from './lists-page.ts';
import { outcomeWord, shortReason } from './reason-words.ts';
import { checklistNames } from './run-words.ts';
import type { TileState } from './tile.ts';

export interface BatchView {
  batch: Batch;
  filter: { state: string; outcome: string };
}

// Rows that are shown; an export has all.
const MOST = 500;

/** One list: how far it is, how its phones ended, and each of them. */
export function batchPage(
  { batch, filter }: BatchView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const { name, rows } = batch;
  const fit = rows.filter(
    ({ state, outcome }) =>
      (filter.state === '' || state === filter.state) &&
      (filter.outcome === '' || outcome === filter.outcome),
  );
  const body = html`<div class="sets batch"><header class="hd2"><h1 dir="auto">${printable(name)}</h1><span class="grow"></span><a class="btn" href="/lists">${icon('back')}${say('back-to-lists')}</a></header>
${numbersOf(batch, viewer)}
<div class="two"><section class="card"><h2>${say('progress')}</h2>${progressOf(rows, viewer)}</section><section class="card"><h2>${say('outcomes')}</h2>${outcomesOf(batch, viewer)}</section></div>
${filterOf(batch, filter, viewer)}<section class="card scroll" tabindex="0" aria-label="${say('orders')}">${tableOf(fit.slice(0, MOST), viewer)}${fit.length > MOST && html`<p class="pg">${say('first-of', { n: MOST, all: fit.length })}</p>`}</section></div>`;
  return pageOf(
    { title: printable(name), page: 'lists', scripts: ['settings'], className: 'setspage', body, ...parts },
    viewer,
  );
}

const DONE: readonly JobState[] = ['done'];
const PERSON: readonly JobState[] = ['needs-person', 'held', 'parked'];
const LEFT: readonly JobState[] = ['waiting', 'running', 'unrecorded'];
const countOf = (rows: readonly BatchRow[], states: readonly JobState[]) =>
  rows.filter(({ state }) => states.includes(state)).length;

function numbersOf({ rows, medianMs }: Batch, { say }: Viewer): Html {
  const kpi = (value: Content, words: string) => html`<div><b>${value}</b><span>${words}</span></div>`;
  const median =
    medianMs > 0
      ? html`${(medianMs / 1000).toFixed(1)} <small>${say('unit.s', { n: '' }).trim()}</small>`
      : '–';
  return html`<section class="card kpi">${kpi(countOf(rows, DONE), say('of-done', { all: rows.length }))}${kpi(countOf(rows, LEFT), say('batch-left'))}${kpi(countOf(rows, PERSON), say('batch-person'))}${kpi(median, say('batch-median'))}</section>`;
}

const isOwnWord = (look: TileState) => look === 'cleared' || look === 'return';

/** A bar with a part for each state, and what the parts are. */
function progressOf(rows: readonly BatchRow[], { say }: Viewer): Html {
  const looks = [...Map.groupBy(rows, (row) => JSON.stringify([row.state, lookOf(row)])).values()];
  const at = ([row]: readonly BatchRow[]) => (row ? JOB_STATES.indexOf(row.state) : 0);
  const counts = looks
    .toSorted((one, other) => at(one) - at(other))
    .flatMap(([row, ...more]) => (row ? [{ state: row.state, look: lookOf(row), n: more.length + 1 }] : []));
  let from = 0;
  const parts = counts.map(({ look, n }) => {
    const part = html`<rect class="${look}" x="${from}" width="${n}" height="10"></rect>`;
    from += n;
    return part;
  });
  const words = counts.map(
    ({ state, look, n }) =>
      html`<li><span class="s ${look}">${icon(look)}${say(isOwnWord(look) ? `state.${look}` : `job.${state}`)}</span><span class="grow"></span><b>${n}</b></li>`,
  );
  return html`<svg class="prog" viewBox="0 0 ${Math.max(1, rows.length)} 10" preserveAspectRatio="none" aria-hidden="true">${parts}</svg><ul class="rows">${words}</ul>`;
}

function outcomesOf({ rows }: Batch, viewer: Viewer): Html {
  const ended = rows.filter(({ endedAt }) => endedAt !== '');
  if (ended.length === 0) return html`<p class="none">${viewer.say('no-data')}</p>`;
  const groups = [
    ...Map.groupBy(ended, (row) => JSON.stringify([row.outcome, row.reason, lookOf(row)])).values(),
  ].sort((one, other) => other.length - one.length);
  const most = groups[0]?.length ?? 1;
  const lines = groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const look = lookOf(first);
    return [
      html`<li><span class="s ${look}">${icon(look)}${endOf(first, viewer)}</span><svg class="hbar ${look}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * group.length) / most).toFixed(2)}" height="10"></rect></svg><b>${group.length}</b><span class="pc">${((100 * group.length) / ended.length).toFixed(1)} %</span></li>`,
    ];
  });
  return html`<ul class="hb">${lines}</ul>`;
}

/** How a phone ended: its reason in short, else its outcome. */
function endOf({ outcome, reason, endedAt }: BatchRow, { language }: Viewer): string {
  if (endedAt === '') return '';
  return reason === '' ? outcomeWord(outcome, language) : shortReason({ outcome, reason }, language).what;
}

function filterOf({ name, rows }: Batch, filter: BatchView['filter'], { say, language }: Viewer): Html {
  const option = (value: string, words: string, chosen: string) =>
    html`<option ${{ value, selected: value === chosen }}>${words}</option>`;
  const states = JOB_STATES.filter((state) => countOf(rows, [state]) > 0 || state === filter.state);
  const outcomes = [...new Set(rows.filter(({ endedAt }) => endedAt !== '').map(({ outcome }) => outcome))];
  const file = (kind: string, words: string) =>
    html`<a class="btn" href="/batch/${kind}?name=${name}&lang=${language}">${words}</a>`;
  return html`<form class="flt" id="filter" method="get" action="/batch"><input type="hidden" name="name" value="${name}"><h2>${say('orders')}</h2><label><span class="vh">${say('state')}</span><select name="state">${[option('', say('all-states'), filter.state), ...states.map((state) => option(state, say(`job.${state}`), filter.state))]}</select></label><label><span class="vh">${say('outcome')}</span><select name="outcome">${[option('', say('all-outcomes'), filter.outcome), ...outcomes.map((one) => option(one, outcomeWord(one, language), filter.outcome))]}</select></label><noscript><button class="btn">${say('search')}</button></noscript><span class="grow"></span><span class="soft">${say('export')}</span>${file('csv', 'CSV')}${file('json', 'JSON')}${file('xml', 'JUnit')}${file('pdf', 'PDF')}</form>`;
}

function tableOf(rows: readonly BatchRow[], viewer: Viewer): Content {
  const { say, language } = viewer;
  if (rows.length === 0) return html`<p class="none">${say('no-orders')}</p>`;
  const lines = rows.map((row) => {
    const look = lookOf(row);
    const name = printable(row.reference || row.serial || row.imei);
    const named = row.record
      ? html`<a href="/records?period=all&show=${row.record}"><b dir="auto">${name}</b></a>`
      : html`<b dir="auto">${name}</b>`;
    const why = row.endedAt !== '' && row.reason !== '' ? shortReason(row, language).todo : '';
    return html`<tr><td class="ref">${named}</td><td class="sr">${printable(row.serial || row.imei)}</td><td class="md" dir="auto">${printable([row.model, row.release].filter(Boolean).join(' · '))}</td><td class="st2"><span class="s ${look}">${icon(look)}${say(`job.${row.state}`)}</span></td><td class="oc">${endOf(row, viewer)}${row.state !== 'done' && why !== '' && html`<span class="soft under">${why}</span>`}${
      row.checklist !== '' &&
      html`<span class="soft under">${say('checklist')}: ${printable(checklistNames(row.checklist, language))}</span>`
    }</td><td class="en num">${row.endedAt && localTime(row.endedAt).slice(5, 16)}</td><td class="tk num">${row.durationMs > 0 && say('unit.s', { n: Math.round(row.durationMs / 1000) })}</td></tr>`;
  });
  return html`<table class="rt"><thead><tr><th>${say('reference')}</th><th class="sr">${say('phone')}</th><th class="md">${say('model')}</th><th>${say('state')}</th><th>${say('outcome')}</th><th class="en num">${say('ended')}</th><th class="tk num">${say('took')}</th></tr></thead><tbody>${lines}</tbody></table>`;
}
