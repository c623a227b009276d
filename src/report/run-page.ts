import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecoveryResult, RunEvent, RunResult } from '../events.ts';
import { html, type Html } from '../formats/html.ts';
import { writePrivate } from '../private-files.ts';
import { dataInWords, endInWords, whyInWords } from '../reasons.ts';
import { fact, page as pageOf, seconds, upperFirst } from './page.ts';

/**
 * Writes `index.html` into the evidence folder: the screenshots side by side, each with what was done on it.
 */
export function writeRunPage(
  folder: string,
  events: readonly RunEvent[],
  run: RunResult | RecoveryResult,
): string {
  const file = join(folder, 'index.html');
  // Runs that share one Appium have no log of their own.
  writePrivate(file, renderRunPage(events, run, existsSync(join(folder, 'appium.log'))));
  return file;
}

export function renderRunPage(
  events: readonly RunEvent[],
  run: RunResult | RecoveryResult,
  ownLog = false,
): string {
  const [words, tone] = endInWords(run);
  const verdict = upperFirst(words);
  const because = run.message ? '' : whyInWords(run);
  const facts: (readonly [string, string])[] = [
    ...(run.serial ? ([['Phone', run.serial]] as const) : []),
    ...(run.release ? ([['Release', [run.release, run.region].filter(Boolean).join(' · ')]] as const) : []),
    ...(run.language ? ([['Language', run.language]] as const) : []),
    ...('data' in run ? factsOfSignOut(run) : factsOfRecovery(run)),
    ['Time', seconds(run.durationMs)],
  ];
  // Specs leave results without them.
  const also = [
    ...(run.warnings ?? []).map((warning) => fact('See to', warning)),
    ...(run.facts ?? []).map(({ name, value, todo }) =>
      fact(name, html`${value}${todo && html`<small>→ ${todo}</small>`}`),
    ),
  ];
  const body = html`<body>
<header class="${tone}"><h1>${verdict}</h1>${because !== '' && html`<p class="because">${because}</p>`}
${run.message && html`<p class="message">${run.message}${run.hint && html`<br><span>→ ${run.hint}</span>`}</p>`}
<dl>${facts.map(([name, value]) => fact(name, value))}</dl>${also.length > 0 && html`<dl class="also">${also}</dl>`}</header>
<main><ol class="film">${filmOf(events).map(renderFrame)}</ol></main>
<footer>${'data' in run ? SIGN_OUT_PROVEN : RECOVERY_PROVEN}
<a href="timeline.jsonl">timeline</a> · <a href="result.json">result</a>${ownLog && html` · <a href="appium.log">Appium log</a>`}</footer>
</body>`;
  return pageOf(`${verdict} · ${run.serial}`, OWN_STYLE, body);
}

const SIGN_OUT_PROVEN = html`The verdict is read from the phone's own account list. Password fields are painted over.`;
const RECOVERY_PROVEN = html`A new password is confirmed when the account service has accepted it. Passwords and codes are painted over.`;

const PROOFS: Record<string, string> = {
  message: "nothing but the page's own message",
  'sign-in': 'a sign-in on the site',
  'sign-out': 'the sign-out',
};

function factsOfSignOut({
  outcome,
  data,
  dataAnswer,
  via,
  passwordSubmitted,
}: RunResult): [string, string][] {
  return [
    ['Synced data', dataInWords(outcome, data, dataAnswer)],
    ['Way in', via === 'intent' ? 'account page opened directly' : 'through Settings'],
    ['Password', passwordSubmitted ? 'submitted once' : 'not submitted'],
  ];
}

const ASKED = ['not asked for', 'asked for once', 'asked for twice'];

function factsOfRecovery({
  by,
  codeSource,
  codeRequested,
  codesRequested = codeRequested ? 1 : 0,
  newPassword,
  savedTo,
  proof,
}: RecoveryResult): [string, string][] {
  return [
    [
      'Code',
      `${ASKED[codesRequested] ?? `asked for ${codesRequested} times`}, by ${by === 'phone' ? 'SMS' : 'e-mail'}, from ${codeSource}`,
    ],
    [
      'New password',
      savedTo ? `${newPassword}, kept in ${savedTo === 'store' ? 'the store' : savedTo}` : newPassword,
    ],
    ...(proof ? ([['Proven by', PROOFS[proof] ?? proof]] as [string, string][]) : []),
  ];
}

/** One page as it was seen, and what was done on it. What comes before the first look has no page. */
export interface Frame {
  page?: Extract<RunEvent, { kind: 'page' }>;
  /** Since the start of the run. */
  after: string;
  steps: Exclude<RunEvent, { kind: 'page' }>[];
}

export function filmOf(events: readonly RunEvent[]): Frame[] {
  const start = Date.parse(events[0]?.at ?? '');
  const film: Frame[] = [];
  for (const event of events) {
    const after = seconds(Date.parse(event.at) - start);
    if (event.kind === 'page') film.push({ page: event, after, steps: [] });
    else (film.at(-1) ?? (film[0] = { after, steps: [] })).steps.push(event);
  }
  return film;
}

function renderFrame({ page, after, steps }: Frame): Html {
  const done = steps.map(
    ({ kind, what }) => html`<li ${{ class: kind === 'password-submitted' && 'once' }}>${what}</li>`,
  );
  if (!page) return html`<li class="lead">before the first look<ol>${done}</ol></li>`;
  const { page: name, screenshot, drawn, source } = page;
  const picture = screenshot
    ? html`<a href="${screenshot}"><img src="${screenshot}" alt="${drawn ? 'Drawn from the page source' : 'Screenshot'}: ${name}" loading="lazy"></a>`
    : html`<div class="blank">the phone refused a picture</div>`;
  return html`<li><figure>${picture}<figcaption><b>${name}</b><span>${after} · <a href="${source}">page source</a>${drawn && ', from which the picture is drawn: the phone gives none of this page'}</span></figcaption></figure><ol>${done}</ol></li>
`;
}

const OWN_STYLE = `
header{background:#fff;border-bottom:1px solid var(--line);padding:28px 40px 20px;border-top:6px solid var(--tone)}
.because{margin:2px 0 0;font-size:18px}.message{margin:12px 0 0;max-width:70ch}.message span{color:var(--soft)}
dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:20px 0 0}
.also{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px 28px;margin-top:16px;padding-top:16px;border-top:1px solid var(--line)}.also dd{font-weight:400}.also small{display:block;color:var(--soft);font-size:13px}
.film{list-style:none;display:flex;flex-wrap:wrap;gap:36px 28px;margin:0;padding:32px 40px}
.film>li{width:236px}.film>li.lead{width:130px;color:var(--soft)}img{width:100%;display:block;border-radius:20px;border:1px solid #d5d9e0;box-shadow:0 8px 24px #1b24380f;background:#fff}
figcaption{margin-top:12px;display:flex;flex-direction:column}figcaption span{color:var(--soft);font-size:13px}
.blank{aspect-ratio:1080/2340;display:grid;place-items:center;border:1px dashed #c5cad3;border-radius:20px;color:var(--soft)}
.film ol{list-style:none;margin:8px 0 0;padding:0}.film ol li{padding:5px 0 5px 18px;position:relative;border-top:1px solid var(--line);font-size:14px}
.film ol li::before{content:"→";position:absolute;left:0;color:var(--soft)}.film ol li.once{font-weight:600}.film ol li.once::after{content:" once";color:var(--soft);font-weight:400}
footer{padding:8px 40px 40px;color:var(--soft);font-size:13px}
@media(max-width:600px){header,.film,footer{padding-left:16px;padding-right:16px}.film>li{width:calc(50% - 14px)}}
`;
