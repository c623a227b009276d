import { html, type Content, type Html } from '../formats/html.ts';
import type { Bucket, Charts, Spread } from './charts-data.ts';
import { icon } from './icons.ts';
import { pageOf, type PageParts, type Viewer } from './layout.ts';
import { lookOf } from './lists-page.ts';
import { outcomeWord, shortReason } from './reason-words.ts';
import { WORDS, type PageWord } from './words/language.ts';

/** Numbers of today or of 30 days, each beside its bar. */
export function chartsPage(
  charts: Charts,
  period: 'today' | '30',
  viewer: Viewer,
  parts: Pick<PageParts, 'after' | 'stations'>,
): string {
  const { say } = viewer;
  const choice = (name: 'today' | '30', word: PageWord) =>
    html`<a ${{ class: 'btn', href: `/charts?period=${name}`, 'aria-current': name === period && 'true' }}>${say(word)}</a>`;
  const share = charts.total === 0 ? '' : ((100 * charts.out) / charts.total).toFixed(1);
  const kpi = (value: string | number, unit: string, word: PageWord) =>
    html`<div><b>${value}${unit !== '' && html` <small>${unit}</small>`}</b><span>${say(word)}</span></div>`;
  const body = html`<div class="charts"><header class="hd2"><h1>${say('charts')}</h1><div class="seg">${choice('today', 'today')}${choice('30', 'last-30')}</div></header>
<section class="card kpi">${kpi(charts.out, '', 'phones-signed-out')}${kpi(charts.lastHour, '', 'last-hour')}${kpi(charts.median === 0 ? '–' : charts.median.toFixed(1), charts.median === 0 ? '' : say('unit.s', { n: '' }).trim(), 'per-phone')}${kpi(share || '–', share && '%', 'ended-out')}</section>
${card(viewer, period === 'today' ? 'per-hour' : 'per-day', '', charts.total > 0 && columns(charts.buckets, viewer))}
${card(viewer, 'outcomes', say('of-phones', { n: charts.total, left: charts.total - charts.out }), charts.total > 0 && outcomesOf(charts, viewer))}
${card(viewer, 'by-release', say('out-phones'), charts.releases.length > 0 && spreads(charts.releases, 'n-phones', 'eight-of-ten', viewer))}
${card(viewer, 'code-time', say('code-time-more'), charts.codes.length > 0 && spreads(named(charts.codes, viewer), 'n-codes', 'nine-of-ten', viewer))}</div>`;
  return pageOf({ title: say('charts'), page: 'charts', className: 'chartspage', body, ...parts }, viewer);
}

function card({ say }: Viewer, title: PageWord, more: string, chart: Content): Html {
  return html`<section class="card"><h2>${say(title)}</h2>${more !== '' && html`<p class="soft pad">${more}</p>`}${chart || html`<p class="none">${say('no-data')}</p>`}</section>`;
}

// Columns that have room for a number each.
const ROOM = 24;

// Of a drawing, in its own units.
const HIGH = 200;

/** A column for each hour or day: signed out below, the rest on top. Its number stands above it. */
function columns(buckets: readonly Bucket[], { say }: Viewer): Html {
  const most = Math.max(1, ...buckets.map(({ out, other }) => out + other));
  // Of many, only the names' columns have room for their number.
  const isMany = buckets.length > ROOM;
  const bars = buckets.map(({ name, out, other, isOpen }) => {
    const number = isMany && name === '' ? '' : out + other || '';
    const [below, above] = [(HIGH * out) / most, (HIGH * other) / most];
    return html`<li ${{ class: isOpen ? 'nw' : '' }}><b>${number}</b><svg ${{ class: 'col', width: 44, height: HIGH, 'aria-hidden': 'true' }} viewBox="0 0 44 ${HIGH}" preserveAspectRatio="none"><rect class="x" x="1" width="42" y="${(HIGH - below - above).toFixed(1)}" height="${above.toFixed(1)}"></rect><rect class="o" x="1" width="42" y="${(HIGH - below).toFixed(1)}" height="${Math.max(0, below).toFixed(1)}"></rect></svg><span>${name}</span></li>`;
  });
  return html`<ol ${{ class: isMany ? 'cols many' : 'cols' }}>${bars}</ol><p class="leg"><span><i></i>${say('signed-out-legend')}</span><span><i class="x"></i>${say('not-out-legend')}</span><span><i class="w"></i>${say('open-legend')}</span></p>`;
}

function outcomesOf({ outcomes, total }: Charts, { language }: Viewer): Html {
  const most = Math.max(1, ...outcomes.map(({ count }) => count));
  const rows = outcomes.map(({ outcome, reason, state, count }) => {
    const look = lookOf({ state, outcome });
    const words =
      reason === '' ? outcomeWord(outcome, language) : shortReason({ outcome, reason }, language).what;
    return html`<li><span class="s ${look}">${icon(look)}${words}</span><svg class="hbar ${look}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * count) / most).toFixed(2)}" height="10"></rect></svg><b>${count}</b><span class="pc">${((100 * count) / total).toFixed(1)} %</span></li>`;
  });
  return html`<ul class="hb">${rows}</ul>`;
}

/** The median as a dot, and where most lie as a line. */
function spreads(all: readonly Spread[], count: PageWord, line: PageWord, { say }: Viewer): Html {
  const end = ceiling(Math.max(1, ...all.map(({ high }) => high)));
  const rows = all.map(({ name, median, low, high, count: n }) => {
    const at = (value: number) => (100 * value) / end;
    return html`<li><span>${name}</span><svg class="ax" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true"><line x1="${at(low).toFixed(2)}" x2="${at(high).toFixed(2)}" y1="12" y2="12"></line><rect x="${Math.max(0, at(median) - 0.8).toFixed(2)}" y="5" width="1.6" height="14"></rect></svg><b>${say('unit.s', { n: median.toFixed(1) })}</b><span class="n">${say(count, { n })}</span></li>`;
  });
  const scale = html`<li class="sc"><span></span><span class="scale"><span>0</span><span>${end / 2}</span><span>${end}</span></span></li>`;
  return html`<ul class="rg">${rows}${scale}</ul><p class="leg"><span><i></i>${say('median')}</span><span><i class="l"></i>${say(line)}</span></p>`;
}

/** Sources of codes in words of the page. */
function named(codes: readonly Spread[], { say }: Viewer): Spread[] {
  return codes.map((one) => {
    const word = `source.${one.name}`;
    return { ...one, name: word in WORDS ? say(word as PageWord) : one.name };
  });
}

/** A round number that is no smaller. */
function ceiling(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 10].map((times) => times * step).find((round) => round >= value) ?? value;
}
