import { html, raw, type Attributes, type Content, type Html } from '../../formats/html.ts';
import type { SiteAnswer, SiteStep } from './recovery.ts';
import type { SiteSettings } from './options.ts';
import { formStyle, logo } from './style.ts';
import { languageNames, wordsOf, type SiteLocale, type Word } from './text.ts';

/** Addresses of the site of 2016 to 2018; those of the steps after the first are made up. */
export const formPaths = {
  login: '/pass/serviceLogin',
  forgot: '/pass/forgetPassword',
  home: '/pass/auth/security/home',
} as const;

type Page = SiteStep | 'login' | 'home';

/** What one of its pages shows. What was typed comes back with an error, passwords and codes not. */
export interface FormView {
  page: Page;
  locale: SiteLocale;
  answer: SiteAnswer;
  account: string;
  settings: SiteSettings;
  agreed: boolean;
}

/**
 * One page as the server of those years wrote it: every step a page of its own, every button a form that is
 * sent.
 */
export function formPage(view: FormView): string {
  const { locale, page, settings, agreed } = view;
  const t = (name: Word, value = ''): string => wordsOf(locale)[name].replace('%s', () => value);
  const { title, body } = pages[page](view, t);
  return html`<!DOCTYPE html>
<html lang="${locale.replace('_', '-')}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${t('site')}</title>
<style>${raw(formStyle)}</style></head>
<body><div class="wrapper"><div class="wrap"><div class="logo">${raw(logo)}</div><h4 class="title">${title}</h4>${body}</div>
<ul class="lang-select-list">${languageNames.map(
    ({ locale: one, name }) =>
      html`<li class="lang-select-li${one === locale ? ' current' : ''}" data-lang="${one}"><a href="javascript:void(0)">${name}</a></li>`,
  )}</ul>
<p class="nf-intro">${t('terms')} · ${t('privacy')} · ${t('faq')}</p></div>
${settings.agree && !agreed && popup(t)}
<script>
document.querySelectorAll('.lang-select-li').forEach(function (li) {
  li.onclick = function () { var q = new URLSearchParams(location.search); q.set('_locale', li.dataset.lang); location.search = q; };
});
</script></body></html>`.text;
}

type Translate = (name: Word, value?: string) => string;

const field = (name: string, label: string, more: Attributes = {}): Html =>
  html`<label class="label"><input name="${name}" placeholder="${label}" aria-label="${label}" ${more}></label>`;

function form(
  action: string,
  t: Translate,
  { answer }: FormView,
  body: Content,
  submit: string,
  id = 'forgetpwd_form',
): Html {
  const picture =
    answer.captcha &&
    html`<div class="inputcode">${field('icode', t('captcha'), { autocomplete: 'off' })}<img class="icode_image" alt="${t('captcha')}" src="/pass/getCode?icodeType=resetpwd&amp;_=${answer.captcha}"></div>`;
  const button = html`<input type="submit" class="btn" id="${id === 'forgetpwd_form' ? 'submit_button' : 'login-button'}" value="${submit}">`;
  return html`<form id="${id}" method="post" action="${formPaths.forgot}/${action}">${body}${picture}
<div class="err_tip" role="alert">${answer.error && t(answer.error)}</div>${button}</form>`;
}

const lead = (text: string): Html => html`<p class="lead">${text}</p>`;
const masked = ({ contacts: [first] }: SiteAnswer): string => first?.masked ?? '';

const pages: Record<Page, (view: FormView, t: Translate) => { title: string; body: Content }> = {
  login: (view, t) => ({
    title: t('sign-in'),
    body: [
      form(
        'sign-in',
        t,
        view,
        [
          field('user', t('account'), { id: 'username', value: view.account }),
          field('password', t('password'), { id: 'pwd', type: 'password' }),
        ],
        t('sign-in'),
        'login-main-form',
      ),
      html`<div class="links"><a href="${formPaths.forgot}?_locale=${view.locale}">${t('forgot-password')}</a></div>`,
    ],
  }),
  account: (view, t) => ({
    title: t('reset-title'),
    body: form(
      'next',
      t,
      view,
      [lead(t('reset-lead')), field('id', t('account'), { id: 'user', value: view.account })],
      t('next'),
    ),
  }),
  method: (view, t) => {
    const choices = view.answer.contacts.map(
      ({ by, masked: value }) =>
        html`<label class="method"><input type="radio" name="method" value="${by}"> ${t(by, value)}</label>`,
    );
    return {
      title: t('method-title'),
      body: form('choose', t, view, [lead(t('method-lead')), choices], t('next')),
    };
  },
  send: (view, t) => ({
    title: t('method-title'),
    body: form(
      'send',
      t,
      view,
      lead(t(view.answer.again ? 'again-lead' : 'send-lead', masked(view.answer))),
      t('send'),
    ),
  }),
  code: (view, t) => ({
    title: t('method-title'),
    body: [
      form(
        'verify',
        t,
        view,
        [
          lead(t('code-lead', masked(view.answer))),
          field('tickt', t('code'), { maxlength: 6, autocomplete: 'off' }),
        ],
        t('submit'),
      ),
      html`
<form method="post" action="${formPaths.forgot}/send"><button class="btn btn_gray" id="resend_button">${t('resend')}</button></form>`,
    ],
  }),
  password: (view, t) => ({
    title: t('new-title'),
    body: form(
      'set-password',
      t,
      view,
      [
        lead(t('new-lead')),
        field('password', t('new-password'), { type: 'password' }),
        field('re-password', t('new-again'), { type: 'password' }),
      ],
      t('submit'),
    ),
  }),
  done: ({ locale }, t) => ({
    title: t('done-title'),
    body: html`<div class="panel">${lead(t('done-lead'))}<a class="btn" href="${formPaths.login}?_locale=${locale}">${t('back')}</a></div>`,
  }),
  home: ({ answer }, t) => ({
    title: t('home-title'),
    body: html`<div class="panel">${lead(t('home-lead', answer.signedIn ?? ''))}<form method="post" action="${formPaths.forgot}/sign-out"><button class="btn btn_gray">${t('sign-out')}</button></form></div>`,
  }),
};

const popup = (t: Translate): Html =>
  html`<div class="popup" role="dialog"><div class="popup_panel"><h3>${t('agree-title')}</h3>${lead(t('agree-lead'))}
<button class="btn" onclick="document.cookie='agreed=1; path=/'; this.closest('.popup').remove()">${t('agree')}</button>
<button class="btn btn_gray" onclick="this.closest('.popup').remove()">${t('cancel')}</button></div></div>`;
