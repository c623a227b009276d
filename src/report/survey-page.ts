import { join } from 'node:path';
import { html, type Content, type Html } from '../formats/html.ts';
import { writePrivate } from '../private-files.ts';
import type { LocatorFinding, Survey, SurveyPage, SurveyedPhone } from '../survey.ts';
import { moment, page as pageOf, upperFirst } from './page.ts';

/** Writes `index.html` into the folder of a survey. */
export function writeSurveyPage(folder: string, survey: Survey): string {
  const file = join(folder, 'index.html');
  writePrivate(file, renderSurveyPage(survey));
  return file;
}

type State = 'expected' | 'fallback' | 'missing';
const STATES: Record<State, readonly [mark: string, tone: string, words: string]> = {
  expected: ['✓', 'good', 'found as expected'],
  fallback: ['≈', 'fair', 'found in another way'],
  missing: ['✕', 'bad', 'missing'],
};
const stateOf = ({ found, expected }: LocatorFinding): State =>
  found === 'missing' ? 'missing' : expected ? 'expected' : 'fallback';

/** How many things of the pages that were seen were found, and how. */
export function countsOf({ locators }: Survey): Record<State, number> {
  const counts: Record<State, number> = { expected: 0, fallback: 0, missing: 0 };
  for (const finding of locators) if (finding.found !== 'page not seen') counts[stateOf(finding)]++;
  return counts;
}

export function verdictOf(survey: Survey): string {
  const { expected, fallback, missing } = countsOf(survey);
  const all = expected + fallback + missing;
  if (missing > 0) return `${missing} of ${all} things are missing`;
  return fallback > 0
    ? `${fallback} of ${all} things were found in another way`
    : `All ${all} things were found as expected`;
}

/** What a survey saw: every page with each thing on it and how it was found, what needs a change first. */
export function renderSurveyPage(survey: Survey): string {
  const counts = countsOf(survey);
  const tone = counts.missing > 0 ? 'bad' : counts.fallback > 0 ? 'fair' : 'good';
  const { phone, locators, pages } = survey;
  const verdict = verdictOf(survey);
  const title = [phone.release || 'unknown release', phone.region, phone.language]
    .filter(Boolean)
    .join(' · ');
  const changed = html`<p class="bad"><b>The account list after the survey is not the one before it.</b></p>`;
  const known = pages.filter((page) => page.known);
  const unknown = pages.filter((page) => !page.known);
  const body = html`<body>
<header class="${tone}"><h1>${verdict}</h1><p class="because">${title}</p>
${!survey.unchanged && changed}
<dl>${factsOf(phone, survey.at).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
<main>${known.map((page) => pageSection(page, locators))}
${unknown.map((page) => unknownSection(page))}
${listsOf(survey)}
</main>
<footer>Names, numbers, addresses and pictures of the phone's owner are masked in the page sources and painted over in the pictures; of the quick
panel, where notifications show, there is no picture. <a href="survey.json">survey.json</a></footer>
</body>`;
  return pageOf(`${title}: ${verdict}`, OWN_STYLE, body);
}

/** What stands below the pages, where there is something. */
function listsOf({ notLookedAt, faults, locators, missingLabels }: Survey): Content {
  const unseen = locators
    .filter(({ found }) => found === 'page not seen')
    .map(({ page }) => upperFirst(page));
  const together = (all: string[], why: string): Entry[] => (all.length > 0 ? [[all.join(', '), why]] : []);
  return [
    list(
      'Not looked at',
      notLookedAt.map(({ what, why }) => [upperFirst(what), why]),
    ),
    list(
      'What the phone lacks',
      faults.map(({ check, what, todo }) => [`${upperFirst(check)}: ${what}`, `→ ${todo}`]),
    ),
    list(
      'Pages that were not seen',
      together(unseen, 'they come up in a sign-out or a change of the password'),
    ),
    list(
      'Strings this release does not have',
      together(missingLabels, 'another way of the same thing may do without'),
    ),
  ];
}

function factsOf(phone: SurveyedPhone, at: string): [string, string][] {
  const { model, android, build, screen, adbInput, adbInstall, apps, helpers, signedIn } = phone;
  return [
    ['Model', model],
    ['Build', build],
    ['Android', android],
    ['Screen', screen],
    ['Mi Account', signedIn ? 'signed in' : 'no account is signed in'],
    ['USB debugging (Security settings)', adbInput || 'no such switch'],
    ['Install via USB', adbInstall || 'no such switch'],
    ...Object.entries(apps).map(([name, version]): [string, string] => [name, version || 'not there']),
    ["Appium's helpers", Object.values(helpers).filter(Boolean).join(', ') || 'not installed'],
    ['Surveyed', moment(at)],
  ];
}

function pageSection(page: SurveyPage, locators: readonly LocatorFinding[]): Html {
  const own = locators.filter((finding) => finding.page === page.page);
  const rows = own.map((finding) => {
    const [mark, tone, words] = STATES[stateOf(finding)];
    const by = finding.by === '' ? 'on none of the screens' : finding.by;
    return html`<tr class="${tone}"><td title="${words}">${mark}</td><th>${finding.locator}</th><td>${words}</td><td class="by">${by}</td></tr>`;
  });
  return html`<section><div><h2>${upperFirst(page.page)}</h2><table>${rows}</table></div>${pictures(page)}</section>
`;
}

function unknownSection(page: SurveyPage): Html {
  const words = page.things.map(({ text, id }) => text || id).filter(Boolean);
  return html`<section><div class="fair"><h2>${upperFirst(page.page)}</h2><p><b>No page object knows it.</b> On it: ${words.join(' · ')}</p></div>${pictures(page)}</section>
`;
}

function pictures({ page, screens }: SurveyPage): Html {
  const frames = screens.map(({ source, screenshot }) => {
    const picture = screenshot
      ? html`<a href="${screenshot}"><img src="${screenshot}" alt="Screenshot: ${page}" loading="lazy"></a>`
      : html`<div class="blank">no picture</div>`;
    return html`<figure>${picture}<figcaption><a href="${source}">page source</a></figcaption></figure>`;
  });
  return html`<div class="film">${frames}</div>`;
}

type Entry = readonly [what: string, why: string];

function list(title: string, entries: readonly Entry[]): Content {
  if (entries.length === 0) return '';
  const items = entries.map(([what, why]) => html`<li>${what}<br><span>${why}</span></li>`);
  return html`<section class="list"><h2>${title}</h2><ul>${items}</ul></section>`;
}

const OWN_STYLE = `
header{background:#fff;border-bottom:1px solid var(--line);padding:28px 40px 20px;border-top:6px solid var(--tone)}
.because{margin:2px 0 0;font-size:18px}
dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:20px 0 0}
main{padding:12px 40px}h2{margin:0 0 8px;font-size:18px}
section{display:flex;gap:32px;justify-content:space-between;align-items:flex-start;padding:24px 0;border-bottom:1px solid var(--line)}
section>div:first-child{flex:1 1 520px;min-width:0}
table{border-collapse:collapse;width:100%}td,th{padding:6px 14px 6px 0;text-align:left;font-weight:400;border-top:1px solid var(--line);vertical-align:top}
td:first-child{color:var(--tone);font-weight:700;width:1em}th{font-weight:600;white-space:nowrap}td:nth-child(3){color:var(--tone);white-space:nowrap}.by{font-size:13px;color:var(--soft);overflow-wrap:anywhere}
.film{display:flex;flex-wrap:wrap;gap:12px;flex:0 1 500px}figure{width:112px}img{width:100%;display:block;border-radius:10px;border:1px solid #d5d9e0;background:#fff}
figcaption{font-size:12px;color:var(--soft);margin-top:4px}.blank{aspect-ratio:1080/2340;display:grid;place-items:center;border:1px dashed #c5cad3;border-radius:10px;color:var(--soft);font-size:12px}
.list{display:block}.list ul{margin:0;padding-left:18px}.list li{margin:4px 0;overflow-wrap:anywhere}.list span{color:var(--soft);font-size:13px}
footer{padding:16px 40px 40px;color:var(--soft);font-size:13px}
@media(max-width:900px){section{display:block}.film{margin-top:16px}header,main,footer{padding-left:16px;padding-right:16px}}
`;
