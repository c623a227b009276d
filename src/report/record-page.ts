import { html, raw, type Content, type Html } from '../formats/html.ts';
import { localTimeBeside } from '../words/local-time.ts';
import { outcomeInWords } from '../reasons.ts';
import { fact, moment, page as pageOf, upperFirst } from './page.ts';
import type { PhoneRecord } from './record.ts';
import { actOn, ENGLISH_SHEET, type SheetSay, type SheetWord } from './sheet-words.ts';

/**
 * The record on one sheet of A4. `sha256` is that of its `record.json`. What is signed is English; a page may show it in
 * another language.
 */
export function renderRecord(record: PhoneRecord, sha256: string, words: SheetSay = ENGLISH_SHEET): string {
  if (record.forgets) return renderForgetting(record, sha256);
  if (record.prunes) return renderPruning(record, sha256);
  if (record.supplements) return renderSupplement(record, sha256);
  const { phone, account } = record;
  const { say } = words;
  const [, tone] = outcomeInWords(record.outcome);
  const number = say('record', { n: record.seq });
  const title = `${number} · ${phone.serial || say('no-phone')}`;
  const body = html`<body class="${tone}"><article>
${labOf(record)}<header><p class="top"><span>${say('title')}</span><span>${number}</span></p>
<h1>${upperFirst(words.outcome(record.outcome))}</h1>${proofOf(record, words)}</header>
<section class="facts">
${facts(words, 'phone', [
  ['model', phone.model],
  ['serial', phone.serial],
  ['imei', phone.imei],
  ['release', [phone.release, phone.region].filter(Boolean).join(' · ')],
  ['language', phone.language],
])}
${facts(words, 'order', [
  ['reference', record.reference],
  ['account-listed', account.listed],
  ['account-on-phone', account.onPhone],
  ['synced', words.data(record)],
  ['consent', record.ownerConsent],
])}
${facts(words, 'run', [
  ['began', moment(record.startedAt)],
  ['ended', moment(record.endedAt)],
  ['on-phone', seconds(record.durationMs, words)],
  ['operator-station', [record.operator, record.station].filter(Boolean).join(', ')],
  [
    'job',
    [record.job, record.batch, record.attempt > 1 ? say('attempt', { n: record.attempt }) : '']
      .filter(Boolean)
      .join(' · '),
  ],
])}
</section>
${factsOf(record, words)}
<section class="done"><h2>${say('done')}</h2>
${actsOf(record, words)}
${filmOf(record, words)}
${driftOf(record, words)}
</section>
<section class="erasure"><h2>${say('erasure')}</h2>
<p>${say('erasure-more')}</p>
<dl>${ERASURE.map((name) => html`<div><dt>${say(name)}</dt><dd></dd></div>`)}</dl></section>
<section class="sign"><p>${say('date')}</p><p>${say('name')}</p><p>${say('signature')}</p></section>
<footer>${hashesOf(record, sha256, words)}
${record.signedBy && html`<p>${around(say('signed-with'), html`<code>${record.signedBy}</code>`)}</p>`}
<p>${record.tool} · ${say('evidence', { n: record.evidence.length })} · mi-unbind report verify</p></footer>
</article></body>`;
  return pageOf(title, OWN_STYLE, body, { lang: words.lang });
}

const seconds = (ms: number, { say }: SheetSay) => say('seconds', { n: (ms / 1000).toFixed(1) });

/** A text with something in its one place. */
function around(text: string, inside: Html): Html {
  const [before, after] = text.split(/\{\w+\}/);
  return html`${before ?? ''}${inside}${after ?? ''}`;
}

/** Who does the work. */
function labOf({ lab }: PhoneRecord): Content {
  if (!lab || (lab.name === '' && lab.address === '' && lab.logo === '')) return '';
  const logo = lab.logo !== '' && html`<img src="evidence/${lab.logo}" alt="">`;
  return html`<div class="lab"><p><b dir="auto">${lab.name}</b>${lab.address !== '' && html`<br><span dir="auto">${lab.address}</span>`}</p>${logo}</div>
`;
}

/** An entry of the chain that says which records were removed. */
function renderForgetting(record: PhoneRecord, sha256: string): string {
  const places = (record.forgets ?? []).map(({ seq }) => `record ${seq}`).join(', ');
  const body = html`<body class="fair"><article>
<header><p class="top"><span>Personal data removed</span><span>Record ${record.seq}</span></p>
<h1>Forgotten</h1>
<p>The pages, pictures and page sources of ${places} were removed on ${moment(record.endedAt)}.</p></header>
<section class="facts">
${plainFacts('Order', [['Reference', record.reference]])}
${plainFacts('Removed by', [['Operator, station', [record.operator, record.station].filter(Boolean).join(', ')]])}
</section>
<footer>${hashesOf(record, sha256)}
<p>${record.tool} · mi-unbind report verify</p></footer>
</article></body>`;
  return pageOf(`Record ${record.seq} · forgotten`, OWN_STYLE, body);
}

/** An entry of the chain that says which pictures were removed because of their age. */
function renderPruning(record: PhoneRecord, sha256: string): string {
  const prunes = record.prunes ?? [];
  const files = prunes.reduce((sum, one) => sum + one.files.length, 0);
  const places = prunes.map(({ seq }) => `record ${seq}`).join(', ');
  const body = html`<body class="fair"><article>
<header><p class="top"><span>Pictures and page sources removed</span><span>Record ${record.seq}</span></p>
<h1>Pruned</h1>
<p>${files} pictures and page sources of ${places} were removed on ${moment(record.endedAt)}. Their facts, steps and hashes stay.</p></header>
<section class="facts">
${plainFacts('Removed by', [['Operator, station', [record.operator, record.station].filter(Boolean).join(', ')]])}
</section>
<footer>${hashesOf(record, sha256)}
<p>${record.tool} · the names of the files are in record.json · mi-unbind report verify</p></footer>
</article></body>`;
  return pageOf(`Record ${record.seq} · pruned`, OWN_STYLE, body);
}

/** An entry of the chain that says what became known after a record was sealed. */
function renderSupplement(record: PhoneRecord, sha256: string): string {
  const [base] = record.supplements ?? [];
  const to = base
    ? `record ${base.seq}`
    : 'the record of this job, which is on another station or not yet written';
  const { phone } = record;
  const body = html`<body class="fair"><article>
<header><p class="top"><span>Became known later</span><span>Record ${record.seq}</span></p>
<h1>Supplement</h1>
<p>It belongs to ${to}, which stays as it was sealed.</p></header>
<section class="facts">
${plainFacts('Phone', [
  ['Model', phone.model],
  ['Serial', phone.serial],
  ['IMEI', phone.imei],
])}
${plainFacts('Order', [
  ['Reference', record.reference],
  ['Job', [record.job, record.batch].filter(Boolean).join(' · ')],
])}
${plainFacts('Written', [
  ['At', moment(record.endedAt)],
  ['Operator, station', [record.operator, record.station].filter(Boolean).join(', ')],
])}
</section>
${factsOf(record, ENGLISH_SHEET)}
<footer>${hashesOf(record, sha256)}
<p>${record.tool} · mi-unbind report verify</p></footer>
</article></body>`;
  return pageOf(`Record ${record.seq} · supplement`, OWN_STYLE, body);
}

function hashesOf({ previous }: PhoneRecord, sha256: string, { say } = ENGLISH_SHEET): Html {
  const before = previous || say('hash-none');
  return html`<p>${say('hash-this')} <code>${sha256}</code><br>${say('hash-before')} <code>${before}</code></p>`;
}

function driftOf({ drift }: PhoneRecord, { say }: SheetSay): Content {
  if (drift.length === 0) return '';
  return html`<p class="soft">${raw(say(drift.length === 1 ? 'drift-one' : 'drift-many', { n: drift.length }))}</p>`;
}

const ERASURE: readonly SheetWord[] = [
  'erasure.method',
  'erasure.standard',
  'erasure.tool',
  'erasure.verification',
  'erasure.by',
  'erasure.date',
];

/** What the verdict stands on, or what happened and what to do. */
function proofOf(record: PhoneRecord, words: SheetSay): Content {
  const { outcome, verifiedAt } = record;
  const { say } = words;
  if (verifiedAt) return html`<p>${say('verified', { at: moment(verifiedAt) })}</p>`;
  if (outcome === 'cleared-by-owner') return html`<p>${say('cleared')}</p>`;
  if (outcome === 'return-to-sender') return html`<p>${say('return')}</p>`;
  const { what, todo } = words.why(record);
  if (what === '') return html`<p>${say(outcome === 'changed' ? 'signed-in-still' : 'not-verified')}</p>`;
  const said = [sentence(what), ...(outcome === 'finished-by-hand' ? [say('not-verified')] : [])].join(' ');
  return [html`<p>${said}</p>`, todo !== '' && html`<p class="todo">→ ${sentence(todo)}</p>`];
}

const sentence = (words: string) => upperFirst(words).replace(/[^.!?…。！？]$/, '$&.');

/** What else is known, and what a person still has to do about it. */
function factsOf({ facts: all }: PhoneRecord, words: SheetSay): Content {
  if (all.length === 0) return '';
  const known = all.filter(({ value }) => value !== '');
  const open = all.flatMap(({ todo }) => todo ?? []);
  const cells = known.map(({ name, value }) => fact(words.factName(name), words.factValue(value)));
  const boxes = open.map((todo) => html`<li dir="auto">${words.task(todo)}</li>`);
  const shown = [cells.length > 0 && html`<dl>${cells}</dl>`, boxes.length > 0 && html`<ul>${boxes}</ul>`];
  return html`<section class="more">${shown}</section>`;
}

function actsOf({ acts, byOperators = [], startedAt }: PhoneRecord, words: SheetSay): Content {
  const { say } = words;
  const all = [...acts.map((act) => ({ ...act, operator: '' })), ...byOperators];
  if (all.length === 0) return '';
  const sorted = all.toSorted((one, other) => one.at.localeCompare(other.at));
  const left = Math.max(0, sorted.length - MOST_ACTS);
  const reported = sorted.slice(left).map(({ at, act, operator }) => {
    const earlier = operator === '' && at < startedAt ? say('earlier-attempt') : '';
    const by = operator !== '' && html` ${say('by')} <bdi>${operator}</bdi>`;
    return html`<span><b>${actOn(words, act)}</b>${by} ${localTimeBeside(at, startedAt, { seconds: true })}${earlier}</span>`;
  });
  const more = left > 0 && html`<span>${say('acts-left', { n: left })}</span>`;
  return html`<p class="acts">${more}${reported}</p>`;
}

// As the sheet has room for.
const MOST_ACTS = 12;

/** A cell may be in a script of another direction than its neighbours. */
function plainFacts(
  heading: string,
  rows: readonly (readonly [Content, string])[],
  unknown = 'not known',
): Html {
  const cells = rows.map(
    ([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value || html`<i>${unknown}</i>`}</dd>`,
  );
  return html`<div><h2>${heading}</h2><dl>${cells}</dl></div>`;
}

function facts({ say }: SheetSay, heading: SheetWord, rows: readonly (readonly [SheetWord, string])[]): Html {
  return plainFacts(
    say(heading),
    // Words of our own: nothing in them is to be escaped.
    rows.map(([word, value]) => [raw(say(word)), value]),
    say('not-known'),
  );
}

/**
 * As many pages as two rows of the sheet hold, or one of larger pictures. As many steps as stand below one,
 * where one row is enough.
 */
const MOST = 18;
const FEW = 6;
const ROW = MOST / 2;
const STEPS = 3;

function filmOf({ steps: all, startedAt }: PhoneRecord, words: SheetSay): Content {
  const { say } = words;
  if (all.length === 0) return html`<p class="soft">${say('nothing-done')}</p>`;
  const steps = all.filter(({ page }) => page !== '');
  const before = all.flatMap(({ page, done }) => (page === '' ? done.map(words.step) : []));
  const lead =
    before.length > 0 &&
    html`<p class="soft lead" dir="auto">${say('before-look', { steps: before.join(', ') })}</p>`;
  const left = Math.max(0, steps.length - MOST);
  const shown = left === 0 ? steps : [...steps.slice(0, ROW), ...steps.slice(-ROW)];
  const began = Date.parse(startedAt || (steps[0]?.at ?? ''));
  const frames = shown.map(({ at, page, screenshot, done }) => {
    const picture = screenshot
      ? html`<img src="evidence/${screenshot}" alt="">`
      : html`<div class="blank"></div>`;
    const after = seconds(Math.max(0, Date.parse(at) - began), words);
    const did = done.map(words.step);
    const some =
      did.length > STEPS
        ? [...did.slice(0, STEPS - 1), say('steps-more', { n: did.length - STEPS + 1 })]
        : did;
    const list = (shown.length > ROW ? [] : some).map((what) => html`<em dir="auto">${what}</em>`);
    return html`<li>${picture}<b dir="auto">${words.pageName(page)}</b><span>${after}</span>${list}</li>`;
  });
  const size = shown.length > ROW ? ' two' : shown.length <= FEW ? ' few' : '';
  return [
    lead,
    html`<ol class="film${size}">${frames}</ol>`,
    left > 0 && html`<p class="soft">${say('pages-left', { n: left })}</p>`,
  ];
}

const OWN_STYLE = `
@page{size:A4;margin:11mm 14mm}
body{font-size:9.5pt;line-height:1.4;-webkit-print-color-adjust:exact;print-color-adjust:exact}
article{background:#fff;width:210mm;min-height:297mm;margin:24px auto;padding:11mm 14mm;box-shadow:0 8px 24px #1b24380f;display:flex;flex-direction:column;gap:4.5mm}
article>*{flex-shrink:0}
@media print{body{background:#fff}.done{flex-shrink:1;min-height:0;overflow:hidden}article{width:auto;height:272mm;min-height:0;margin:0;padding:0;box-shadow:none}}
p,h2,dl,ol{margin:0;padding:0}.soft,i,dt,span{color:var(--soft)}i{font-style:normal;font-weight:400}
header{border-top:1.2mm solid var(--tone);padding-top:3.5mm}.top{display:flex;justify-content:space-between;margin-bottom:2mm}
.lab{display:flex;justify-content:space-between;align-items:center;gap:7mm;font-size:8.5pt;line-height:1.35;overflow-wrap:anywhere}.lab img{max-height:11mm;max-width:60mm;object-fit:contain}
h1{font-size:24pt;line-height:1.15}header h1~p{margin-top:1mm;font-size:10.5pt}header .todo{font-weight:550}
.more dl{display:grid;grid-template-columns:1fr 1fr 1fr;gap:0 7mm}.more ul{list-style:none;margin:1.5mm 0 0;padding:0}.more li{padding:.6mm 0 .6mm 5mm;position:relative}.more li::before{content:"";position:absolute;left:0;top:1.3mm;width:2.6mm;height:2.6mm;border:.3mm solid var(--ink);border-radius:.5mm}
h2{font-size:10pt;font-weight:650;margin-bottom:1.5mm}
p.soft{font-size:7.5pt;margin-top:1.5mm}
.facts{display:grid;grid-template-columns:1fr 1fr 1fr;gap:7mm}.facts dl{border-top:.25mm solid var(--line)}
dt{font-size:7.5pt;padding-top:1.4mm}dd{line-height:1.3;text-align:left;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden}
.acts{display:flex;flex-wrap:wrap;gap:1mm 8mm;margin-bottom:3mm}.acts b{color:var(--ink);font-weight:550}
p.lead{margin:0 0 1.5mm}
.film{list-style:none;display:grid;grid-template-columns:repeat(9,1fr);gap:3mm 2.5mm}
.film li{font-size:6.5pt;line-height:1.3;display:flex;flex-direction:column;min-width:0;overflow-wrap:anywhere;max-height:66mm;overflow:hidden}
.film img,.blank{width:100%;aspect-ratio:9/19.5;object-fit:contain;border:.25mm solid #d5d9e0;border-radius:1.6mm;background:#fff;margin-bottom:1mm}.blank{border-style:dashed}
.few{grid-template-columns:repeat(6,1fr);gap:4mm}.few li{font-size:7.5pt;max-height:92mm}
.two li{max-height:33mm}.two img,.two .blank{width:auto;height:23mm;align-self:flex-start}
.film b{font-weight:600}.film em{font-style:normal}.film em::before{content:"→ ";color:var(--soft)}
.erasure{border:.25mm solid var(--line);border-radius:2mm;padding:3mm 4mm;margin-top:auto}.erasure dl{display:grid;grid-template-columns:repeat(3,1fr);gap:0 7mm}
.erasure dd{height:6mm;border-bottom:.25mm solid #c5cad3}
.sign{display:grid;grid-template-columns:1fr 2fr 2fr;gap:7mm;padding-top:5.5mm}.sign p{border-top:.25mm solid var(--ink);padding-top:1mm;font-size:7.5pt;color:var(--soft)}
footer{font-size:7pt;line-height:1.5;color:var(--soft)}footer p+p{margin-top:.5mm}code{font:6.8pt ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--ink)}
@media screen and (max-width:820px){article{width:auto;min-height:0;margin:0;padding:16px;box-shadow:none}.facts,.more dl,.sign,.erasure dl{grid-template-columns:1fr}.film,.film.few{grid-template-columns:repeat(3,1fr)}.film li,.few li,.two li{max-height:none}code{overflow-wrap:anywhere}dt,footer,.sign p,p.soft,.few li,.film li{font-size:9pt}}
`;
