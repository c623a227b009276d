import { masked } from '../codes/addresses.ts';
import { html, type Content, type Html } from '../formats/html.ts';
import type { Job, JobState } from '../jobs/job.ts';
import type { ListFinding } from '../jobs/list/findings.ts';
import { rowsInShort } from '../jobs/list/findings.ts';
import { mayDo } from '../store/operators.ts';
import { localTime } from '../words/local-time.ts';
import { printable } from '../words/printable.ts';
import { columnInWords, findingInWords, valueInWords } from './finding-words.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import type { DroppedList } from './list-uploads.ts';
import { outcomeWord } from './reason-words.ts';
import type { TileState } from './tile.ts';
import type { PageWord } from './words/language.ts';

export const JOB_STATES: readonly JobState[] = [
  ...(['waiting', 'running', 'unrecorded', 'needs-person', 'parked', 'held', 'done', 'cancelled'] as const),
];

export interface ListsView {
  list: DroppedList | undefined;
  /** One was asked for that is no longer kept. */
  isGone?: boolean;
  jobs: readonly Job[];
  /** How many orders fit the filter; the newest of them are `jobs`. */
  all: number;
  batches: readonly string[];
  filter: { batch: string; state: string };
  /** What stands in the form of a new order; missing: it is closed. */
  order: { serial: string; reference: string } | undefined;
}

export function listsPage(
  view: ListsView,
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const { list } = view;
  const may = viewer.operator !== undefined && mayDo(viewer.operator.role, 'operate');
  const body = html`<div ${{ class: 'lists', id: 'lists', 'data-list': list?.id ?? '', 'data-large': say('too-large') }}><h1 class="vh">${say('lists')}</h1>
${list && headOf(list, viewer)}${may && dropOf(list !== undefined, viewer)}<p class="bad" id="fault" role="alert">${view.isGone && say('list-gone')}</p>
${list ? [findingsOf(list, viewer), previewOf(list, viewer)] : [may && orderForm(view.order, viewer), ordersOf(view, viewer)]}</div>
${list && may && goOf(list, viewer)}`;
  return pageOf(
    { title: say('lists'), page: 'lists', scripts: ['lists'], className: 'listspage', body, ...parts },
    viewer,
  );
}

function headOf({ name, rows, orders, findings }: DroppedList, { say }: Viewer): Html {
  const count = (kind: ListFinding['kind']) =>
    new Set(findings.filter((one) => one.kind === kind).map(({ row }) => row)).size;
  const total = (className: string, drawing: 'done' | 'fail' | 'warn', n: number, word: PageWord) =>
    html`<div class="s ${className}">${icon(drawing)}<b>${n}</b> ${say(word)}</div>`;
  return html`<header class="card fh">${icon('file')}<div><p class="h1" dir="auto">${printable(name)}</p><p class="soft">${say('rows-read', { n: rows })} ${say('list-kept')}</p></div><span class="grow"></span><div class="tot">${total('done', 'done', orders.length, 'ready')}${total('fail', 'fail', count('problem'), 'to-correct')}${total('per', 'warn', count('warning'), 'to-check')}</div></header>`;
}

function dropOf(isAgain: boolean, { say }: Viewer): Html {
  const words = isAgain
    ? html`<p>${say('drop-again')}</p>`
    : html`<div><h2>${say('drop-title')}</h2><p class="soft">${say('drop-text')}</p></div>`;
  return html`<form ${{ class: isAgain ? 'drop' : 'drop first', id: 'drop', method: 'post', action: '/lists', enctype: 'multipart/form-data' }}>${icon('file')}${words}<span class="grow"></span><label ${{ class: isAgain ? 'btn' : 'btn main big' }}>${say('choose-file')}<input class="vh" type="file" id="file" name="file" accept=".csv,.json,.xlsx,.txt"></label></form>`;
}

// Findings that are shown; of more, the rest is in the list's own file.
const MOST = 500;

function findingsOf({ findings }: DroppedList, { say, language }: Viewer): Content {
  if (findings.length === 0) return '';
  const sorted = findings.toSorted((a, b) => a.kind.localeCompare(b.kind) || a.row - b.row);
  const groups = [
    ...Map.groupBy(sorted, ({ kind, column, value, code, values }) =>
      JSON.stringify([kind, column, value, code, values]),
    ).values(),
  ];
  const lines = groups.slice(0, MOST).map((group) => {
    const [first] = group;
    if (!first) return '';
    const isProblem = first.kind === 'problem';
    const place = group.every(({ row }) => row === 0)
      ? say('whole-list')
      : rowsInShort(
          group.map(({ row }) => row),
          (n) => ` (${say('rows-in-all', { n })})`,
        ).spans;
    return html`<tr><td><span class="s ${isProblem ? 'fail' : 'per'}">${icon(isProblem ? 'fail' : 'warn')}${say(isProblem ? 'correct' : 'check')}</span></td><td class="rw" data-name="${say('row')}">${place}</td><td><b>${columnInWords(first)}</b></td><td dir="auto">${valueInWords(first, say)}</td><td class="to" dir="auto">${upperFirst(findingInWords(first, language))}</td></tr>`;
  });
  return html`<section class="card scroll" tabindex="0" aria-label="${say('what-to-correct')}"><h2>${say('what-to-correct')}</h2><table class="fi"><thead><tr><th><span class="vh">${say('state')}</span></th><th>${say('row')}</th><th>${say('column')}</th><th>${say('value')}</th><th>${say('what-is-wrong')}</th></tr></thead><tbody>${lines}</tbody></table></section>`;
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const COLUMNS = ['serial', 'imei', 'account', 'password', 'data', 'if_forgotten', 'reference'] as const;
// Rows of the list that are shown.
const SHOWN = 60;

/** Rows with findings and their neighbours. */
function previewOf({ findings, lines }: DroppedList, { say }: Viewer): Content {
  const wrong = new Set(findings.map(({ row }) => row));
  const near = lines.filter(({ row }) => wrong.has(row) || wrong.has(row - 1) || wrong.has(row + 1));
  const shown = (near.length > 0 ? near : lines).slice(0, SHOWN);
  const cell = (row: number, column: string, text: string) => {
    const found = findings.find((one) => one.row === row && one.column === column);
    return html`<td ${{ class: found ? (found.kind === 'problem' ? 'c-fail' : 'c-warn') : '', dir: 'auto' }}>${text}</td>`;
  };
  const body = shown.map(({ row, cells }, at) => {
    const gap = at > 0 && (shown[at - 1]?.row ?? 0) < row - 1;
    const values: Record<string, string> = {
      ...cells,
      account: cells.account ? masked(cells.account) : '',
      password: cells.password ? say('given') : '',
    };
    return html`${gap && html`<tr class="gap"><td colspan="8">…</td></tr>`}<tr><td class="rw">${row}</td>${COLUMNS.map((column) => cell(row, column, values[column] ?? ''))}</tr>`;
  });
  return html`<section class="card scroll" tabindex="0" aria-label="${say('the-list')}"><h2>${say('the-list')}</h2><p class="soft pad">${say('the-list-more')}</p><table class="pv"><thead><tr><th>${say('row')}</th>${COLUMNS.map((column) => html`<th>${column}</th>`)}</tr></thead><tbody>${body}</tbody></table></section>`;
}

function goOf({ orders, lines }: DroppedList, { say }: Viewer): Html {
  const n = orders.length;
  return html`<div class="go"><div><p>${say('start-note', { left: Math.max(0, lines.length - n) })}</p><span class="grow"></span><button class="btn" type="button" id="discard">${say('discard')}</button><button ${{ class: 'btn main big', type: 'button', id: 'start', disabled: n === 0, 'data-started': say('started') }}>${say('start-phones', { n })}</button></div></div>`;
}

function orderForm(order: ListsView['order'], { say }: Viewer): Html {
  const field = (name: string, word: PageWord, { value = '', type = 'text', required = true } = {}) =>
    html`<div><label for="o-${name}">${say(word)}</label><input ${{ id: `o-${name}`, name, value, type, required, maxlength: 200, autocomplete: 'off' }}></div>`;
  return html`<details ${{ class: 'card new', open: order !== undefined }}><summary>${say('add-order')}</summary><form class="fields grid" id="order" action="/orders" method="post">${field('phone', 'serial-or-imei', { value: order?.serial })}${field('account', 'account')}${field('password', 'password', { type: 'password', required: false })}<div><label for="o-data">${say('synced-data')}</label><select id="o-data" name="data"><option value="keep">${say('keep')}</option><option value="delete">${say('delete')}</option></select></div>${field('reference', 'reference', { value: order?.reference, required: false })}<button class="btn main" type="submit">${say('add')}</button></form></details>`;
}

function ordersOf({ jobs, all, batches, filter }: ListsView, viewer: Viewer): Html {
  const { say } = viewer;
  const option = (value: string, words: string, chosen: string) =>
    html`<option ${{ value, selected: value === chosen }}>${words}</option>`;
  const filters = html`<form class="flt" id="filter" method="get" action="/lists"><h2>${say('orders')}</h2><label><span class="vh">${say('list')}</span><select name="batch">${[option('', say('all-lists'), filter.batch), ...batches.map((name) => option(name, name, filter.batch))]}</select></label><label><span class="vh">${say('state')}</span><select name="state">${[option('', say('all-states'), filter.state), ...JOB_STATES.map((state) => option(state, say(`job.${state}`), filter.state))]}</select></label><noscript><button class="btn">${say('search')}</button></noscript>${filter.batch !== '' && html`<a class="btn" href="/batch?name=${filter.batch}">${icon('charts')}${say('open-batch')}</a>`}</form>`;
  const rows = jobs.map((job) => orderRow(job, viewer));
  const table =
    rows.length === 0
      ? html`<p class="none">${say('no-orders')}</p>`
      : html`<table class="rt"><thead><tr><th>${say('reference')}</th><th>${say('phone')}</th><th>${say('account')}</th><th>${say('list')}</th><th>${say('state')}</th><th>${say('outcome')}</th><th>${say('ended')}</th></tr></thead><tbody>${rows}</tbody></table>`;
  const rest = all > rows.length && html`<p class="pg">${say('shown-of', { n: rows.length, all })}</p>`;
  return html`${filters}<section class="card scroll" tabindex="0" aria-label="${say('orders')}">${table}${rest}</section>`;
}

/** How a state looks: also the name of its icon. */
const LOOKS: Readonly<Record<JobState, TileState>> = {
  ...{ waiting: 'queue', running: 'work', unrecorded: 'work', done: 'done' },
  ...{ parked: 'fail', 'needs-person': 'person', held: 'held', cancelled: 'gone' },
};

/** How a job looks with its end: what was not verified on the phone is not green. */
export function lookOf({
  state,
  outcome = '',
}: {
  state: JobState;
  outcome?: string | undefined;
}): TileState {
  if (state === 'done' && outcome === 'cleared-by-owner') return 'cleared';
  return state === 'needs-person' && outcome === 'return-to-sender' ? 'return' : LOOKS[state];
}

function orderRow(job: Job, { say, language }: Viewer): Html {
  const { order, state, end } = job;
  const phone = 'serial' in order.phone ? order.phone.serial : order.phone.imei;
  const look = lookOf({ state, outcome: end?.outcome });
  const where =
    job.station && job.serial
      ? html`<a href="/phones/${job.station}/${job.serial}">${printable(order.reference || phone)}</a>`
      : printable(order.reference);
  return html`<tr><td class="ref"><b dir="auto">${where}</b></td><td class="sr">${printable(job.serial || phone)}</td><td class="ac">${masked(order.account)}</td><td class="li" dir="auto"><a href="/batch?name=${job.batch}">${printable(job.batch)}</a></td><td class="st2"><span class="s ${look}">${icon(look)}${say(`job.${state}`)}</span></td><td class="oc">${end ? outcomeWord(end.outcome, language) : ''}</td><td class="en num">${job.endedAt ? localTime(job.endedAt).slice(5, 16) : ''}</td></tr>`;
}
