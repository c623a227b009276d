import { html, raw } from '../../formats/html.ts';
import { script } from './script.ts';
import type { SiteSettings } from './options.ts';
import { languageNames, wordsOf, type SiteLocale } from './text.ts';
import { logo, reactStyle } from './style.ts';

/** Addresses of today's site, as far as they are known; those of the steps after the first are made up. */
export const reactPaths = {
  login: '/fe/service/login/password',
  forgot: '/fe/service/forgetPassword',
  home: '/fe/service/account',
} as const;

/** The page that all these addresses bring: empty until its script has asked for the words. */
export function reactShell(): string {
  return html`<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Xiaomi Account</title>
<style>${raw(reactStyle)}</style></head>
<body><div id="root"><div class="mi-loading"></div></div>
<script>${raw(script)}</script></body></html>`.text;
}

/** What the script asks for when it starts and when another language is chosen. */
export function reactWords(locale: SiteLocale, { agree, pace }: SiteSettings) {
  return {
    locale,
    words: wordsOf(locale),
    languages: languageNames,
    agree,
    resendAfter: pace === 'real' ? 60 : 0,
    logo,
    paths: reactPaths,
  };
}
