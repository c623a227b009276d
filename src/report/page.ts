import { localTime } from '../words/local-time.ts';
import { html, raw, type Content, type Html } from '../formats/html.ts';

/**
 * A page as a file holds it. `style`: its own, besides what every page looks like. `body` is its `<body>`.
 */
export function page(title: string, style: string, body: Html, { lang = 'en' } = {}): string {
  return html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${raw(STYLE + style)}</style></head>${body}</html>
`.text;
}

/** A name and a value. The value may be in a script of another direction than its neighbours. */
export function fact(name: string, value: Content): Html {
  return html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`;
}

/** An ISO time for people, to the second. */
export const moment = (iso: string): string => localTime(iso, { seconds: true });

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What every page looks like. Fonts of the system, with those that have Chinese and Arabic. */
const STYLE = `
:root{--ink:#15181d;--soft:#667080;--line:#e4e7ec;--ground:#f5f6f8;--good:#0b8a4b;--fair:#b36a00;--bad:#c62828}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","Noto Sans Arabic","Geeza Pro",sans-serif}
.good{--tone:var(--good)}.fair{--tone:var(--fair)}.bad{--tone:var(--bad)}
h1{margin:0;font-size:30px;font-weight:650;letter-spacing:-.01em;color:var(--tone)}
dt{color:var(--soft);font-size:12px}dd{margin:0;font-weight:550}figure{margin:0}
a{color:inherit;text-underline-offset:2px}`;
