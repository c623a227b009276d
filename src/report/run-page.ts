import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One thing the timeline tells: a page with its files, or something done on it. */
export type RunEntry =
  | { at: string; kind: 'page'; page: string; package: string; screenshot: string; source: string }
  | { at: string; kind: 'step' | 'password-submitted'; what: string };

/** What the page says about the run as a whole. */
export interface RunSummary {
  serial: string;
  release: string;
  region: string;
  language: string;
  outcome: string;
  reason?: string;
  retryFrom?: string;
  data: string;
  via: string;
  passwordSubmitted: boolean;
  durationMs: number;
  message?: string;
  hint?: string;
}

/** Writes `index.html` into the evidence folder: the screenshots side by side, each with what was done on it. */
export function writeRunPage(folder: string, entries: readonly RunEntry[], run: RunSummary): string {
  const file = join(folder, 'index.html');
  writeFileSync(file, renderRunPage(entries, run));
  return file;
}

const VERDICTS: Record<string, readonly [mark: string, tone: string]> = {
  'signed-out': ['Signed out', 'good'],
  'already-signed-out': ['Was signed out already', 'good'],
  cancelled: ['Cancelled', 'fair'],
  refused: ['Refused', 'bad'],
  'needs-person': ['Needs a person', 'fair'],
};

export function renderRunPage(entries: readonly RunEntry[], run: RunSummary): string {
  const [verdict, tone] = VERDICTS[run.outcome] ?? ['Ended without an outcome', 'bad'];
  const because = [run.reason?.replaceAll('-', ' '), run.retryFrom && `try again from ${run.retryFrom}`].filter(Boolean).join(' · ');
  const facts: [string, string][] = [
    ['Phone', run.serial],
    ['Release', [run.release, run.region].filter(Boolean).join(' · ')],
    ['Language', run.language],
    ['Synced data', run.data === 'keep' ? 'kept on the phone' : 'removed from the phone'],
    ['Way in', run.via === 'intent' ? 'account page opened directly' : 'through Settings'],
    ['Password', run.passwordSubmitted ? 'submitted once' : 'not submitted'],
    ['Time', `${(run.durationMs / 1000).toFixed(1)} s`],
  ];
  const start = entries[0] ? Date.parse(entries[0].at) : 0;
  const offset = (at: string) => `${((Date.parse(at) - start) / 1000).toFixed(1)} s`;
  const frames: string[] = [];
  let open: { head: string; steps: string[] } | undefined;
  const close = () => {
    if (open) frames.push(`<li>${open.head}<ol>${open.steps.join('')}</ol></li>`);
  };
  for (const entry of entries) {
    if (entry.kind === 'page') {
      close();
      const picture = `<a href="${html(entry.screenshot)}"><img src="${html(entry.screenshot)}" alt="Screenshot: ${html(entry.page)}" loading="lazy"></a>`;
      const source = `<a class="source" href="${html(entry.source)}">page source</a>`;
      open = {
        head: `<figure>${picture}<figcaption><b>${html(entry.page)}</b><span>${offset(entry.at)} · ${source}</span></figcaption></figure>`,
        steps: [],
      };
    } else {
      open ??= { head: '<figure class="none"><div>before the first look</div></figure>', steps: [] };
      open.steps.push(`<li${entry.kind === 'password-submitted' ? ' class="once"' : ''}>${html(entry.what)}</li>`);
    }
  }
  close();
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(verdict)} · ${html(run.serial)}</title><style>${STYLE}</style></head><body>
<header class="${tone}"><h1>${html(verdict)}</h1>${because ? `<p class="because">${html(because)}</p>` : ''}
${run.message ? `<p class="message">${html(run.message)}${run.hint ? `<br><span>→ ${html(run.hint)}</span>` : ''}</p>` : ''}
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${html(value)}</dd></div>`).join('')}</dl></header>
<main><ol class="film">${frames.join('\n')}</ol></main>
<footer>The verdict is read from the phone's own account list. Password fields are painted over.
<a href="timeline.jsonl">timeline</a> · <a href="result.json">result</a> · <a href="appium.log">Appium log</a></footer>
</body></html>
`;
}

/** Text from the phone is data. */
function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{--ink:#15181d;--soft:#667080;--line:#e4e7ec;--ground:#f5f6f8;--good:#0b8a4b;--fair:#b36a00;--bad:#c62828}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,"Segoe UI",Roboto,sans-serif}
header{background:#fff;border-bottom:1px solid var(--line);padding:28px 40px 20px;border-top:6px solid var(--tone)}
.good{--tone:var(--good)}.fair{--tone:var(--fair)}.bad{--tone:var(--bad)}
h1{margin:0;font-size:30px;font-weight:650;letter-spacing:-.01em;color:var(--tone)}
.because{margin:2px 0 0;font-size:18px}.message{margin:12px 0 0;max-width:70ch}.message span{color:var(--soft)}
dl{display:flex;flex-wrap:wrap;gap:10px 36px;margin:20px 0 0}dt{color:var(--soft);font-size:12px}dd{margin:0;font-weight:550}
.film{list-style:none;display:flex;flex-wrap:wrap;gap:36px 28px;margin:0;padding:32px 40px}
.film>li{width:236px}figure{margin:0}img{width:100%;display:block;border-radius:20px;border:1px solid #d5d9e0;box-shadow:0 8px 24px #1b24380f;background:#fff}
figcaption{margin-top:12px;display:flex;flex-direction:column}figcaption span{color:var(--soft);font-size:13px}
.none div{aspect-ratio:1080/2340;display:grid;place-items:center;border:1px dashed #c5cad3;border-radius:20px;color:var(--soft)}
.film ol{list-style:none;margin:8px 0 0;padding:0}.film ol li{padding:5px 0 5px 18px;position:relative;border-top:1px solid var(--line);font-size:14px}
.film ol li::before{content:"→";position:absolute;left:0;color:var(--soft)}.film ol li.once{font-weight:600}.film ol li.once::after{content:" once";color:var(--soft);font-weight:400}
a{color:inherit;text-underline-offset:2px}footer{padding:8px 40px 40px;color:var(--soft);font-size:13px}
@media(max-width:600px){header,.film,footer{padding-left:16px;padding-right:16px}.film>li{width:calc(50% - 14px)}}
`;
