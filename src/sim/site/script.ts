/**
 * The script of today's site, as a browser runs it. Like the real one it draws everything itself, changes the
 * address without loading a page, learns what is typed from input events only, and keeps its elements while a
 * step lasts.
 */
export const script = String.raw`(() => {
'use strict';
const root = document.getElementById('root');
const fields = {};
let site, view = '', answer = { step: 'account', contacts: [] }, busy = false, menu = false, agreed = document.cookie.includes('agreed=1');
let update = () => {};
let counting;

const text = (name, value) => (site.words[name] || '').replace('%s', value === undefined ? '' : value);
function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return node;
}
const button = (label, onclick, kind) => h('button', { type: onclick ? 'button' : 'submit', role: 'button', class: 'mi-button' + (kind === '' ? '' : ' mi-button--primary'), onclick }, label);
function input(name, label, type, more) {
  const node = h('input', { class: 'mi-input__input', name, type: type || 'text', placeholder: label, 'aria-label': label, oninput: () => { fields[name] = node.value; }, ...more });
  node.value = fields[name] || '';
  return h('div', { class: 'mi-text-field' }, h('div', { class: 'mi-text-field__row' }, h('div', { class: 'mi-input' }, node)));
}
function captcha() {
  const place = h('div', {});
  let shown;
  return { place, show(number) {
    if (number === shown) return;
    shown = number;
    fields.icode = '';
    if (number === undefined) return place.replaceChildren();
    const field = input('icode', text('captcha'), 'text', { autocomplete: 'off' });
    const image = h('img', { class: 'mi-captcha__image', src: '/pass/getCode?icodeType=resetpwd&_=' + number, alt: text('captcha') });
    field.firstChild.append(image);
    place.replaceChildren(field);
  } };
}
function form(title, lead, children, submit, more) {
  const error = h('div', { class: 'mi-form__error', role: 'alert' });
  const picture = captcha();
  const buttons = submit ? [button(submit)] : [];
  update = () => {
    error.textContent = answer.error ? text(answer.error) : '';
    picture.show(answer.captcha);
    for (const one of card.querySelectorAll('button')) if (!one.dataset.counting) one.disabled = busy;
  };
  const card = h('form', { class: 'mi-card', novalidate: true, onsubmit: (event) => { event.preventDefault(); if (!busy) acts[view](); } },
    h('h2', { class: 'mi-card__title' }, title), lead && h('p', { class: 'mi-card__lead' }, lead), children, picture.place, error, buttons, more);
  return card;
}
const where = () => (answer.contacts[0] ? answer.contacts[0].masked : '');
const views = {
  login: () => form(text('sign-in'), undefined, [input('account', text('account')), input('password', text('password'), 'password')], text('sign-in'),
    h('div', { class: 'mi-links' }, h('a', { href: site.paths.forgot, onclick: (event) => { event.preventDefault(); start(); } }, text('forgot-password')))),
  account: () => form(text('reset-title'), text('reset-lead'), input('account', text('account')), text('next')),
  method: () => form(text('method-title'), text('method-lead'), answer.contacts.map(({ by, masked }) => h('label', { class: 'mi-radio' },
    h('input', { type: 'radio', name: 'method', value: by, checked: fields.method === by, onchange: () => { fields.method = by; } }), text(by, masked))), text('next')),
  send: () => form(text('method-title'), text(answer.again ? 'again-lead' : 'send-lead', where()), [], text('send')),
  code: () => {
    const resend = button(text('resend'), () => { if (!busy) post('send', {}).then(count); }, '');
    const count = () => {
      clearInterval(counting);
      let left = site.resendAfter;
      const tick = () => {
        resend.disabled = left > 0;
        if (left > 0) resend.dataset.counting = '1'; else { delete resend.dataset.counting; clearInterval(counting); }
        resend.textContent = left > 0 ? text('resend-in', left) : text('resend');
        left--;
      };
      tick();
      if (left >= 0) counting = setInterval(tick, 1000);
    };
    count();
    return form(text('method-title'), text('code-lead', where()), input('ticket', text('code'), 'text', { maxlength: 6, inputmode: 'numeric', autocomplete: 'one-time-code' }), text('submit'), resend);
  },
  password: () => form(text('new-title'), text('new-lead'), [input('password', text('new-password'), 'password', { autocomplete: 'new-password' }),
    input('rePassword', text('new-again'), 'password', { autocomplete: 'new-password' })], text('submit')),
  done: () => sheet(text('done-title'), text('done-lead'), button(text('back'), () => go('login'))),
  home: () => sheet(text('home-title'), text('home-lead', answer.signedIn), button(text('sign-out'), () => post('sign-out', {}).then(() => go('login')), '')),
};
function sheet(title, lead, action) {
  update = () => { action.disabled = busy; };
  return h('div', { class: 'mi-card mi-card--center' }, h('div', { class: 'mi-success', 'aria-hidden': 'true' }, '✓'),
    h('h2', { class: 'mi-card__title' }, title), h('p', { class: 'mi-card__lead' }, lead), action);
}
const acts = {
  login: () => post('sign-in', { account: fields.account, password: fields.password, icode: fields.icode }),
  account: () => post('next', { account: fields.account, icode: fields.icode }),
  method: () => post('choose', { method: fields.method }),
  send: () => post('send', {}),
  code: () => post('verify', { ticket: fields.ticket, icode: fields.icode }),
  password: () => post('set-password', { password: fields.password, again: fields.rePassword }),
};
const start = () => post('start', {});

async function post(action, body) {
  busy = true;
  update();
  try {
    const response = await fetch('/fe/api/' + action, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    answer = await response.json();
    busy = false;
    if (action === 'sign-in') { if (answer.signedIn && !answer.error && !answer.captcha) return go('home'); }
    else if (action !== 'sign-out' && (answer.step !== view || action === 'start')) return go(answer.step);
  } catch {
    busy = false;
    answer = { ...answer, error: 'error-network' };
  }
  update();
}

function go(next) {
  const path = next === 'login' ? site.paths.login : next === 'home' ? site.paths.home : site.paths.forgot + (next === 'account' ? '' : '/' + next);
  view = next;
  for (const name of ['password', 'rePassword', 'ticket', 'icode', 'method']) delete fields[name];
  if (next === 'login') answer = { step: 'account', contacts: [] };
  const address = path + '?_locale=' + site.locale;
  if (location.pathname + location.search !== address) history.pushState({ view }, '', address);
  render();
}

async function choose(locale) {
  menu = false;
  await load(locale);
  const query = new URLSearchParams(location.search);
  query.set('_locale', site.locale);
  history.replaceState({ view }, '', location.pathname + '?' + query);
  render();
}

function picker() {
  const list = h('ul', { class: 'mi-language-picker__menu', role: 'listbox' }, site.languages.map(({ locale, name }) =>
    h('li', { class: 'mi-language-picker__item', role: 'option', 'data-lang': locale, 'aria-selected': String(locale === site.locale), onclick: (event) => { event.stopPropagation(); choose(locale); } }, name)));
  const node = h('div', { class: 'mi-language-picker', role: 'button', tabindex: 0, 'aria-haspopup': 'listbox', 'aria-label': site.words.language, onclick: () => {
    menu = !menu;
    node.setAttribute('aria-expanded', String(menu));
    if (menu) node.append(list); else list.remove();
  } }, site.words.language + ' ···');
  return node;
}

function modal() {
  const close = (yes) => { if (yes) { agreed = true; document.cookie = 'agreed=1; path=/'; } node.remove(); };
  const node = h('div', { class: 'mi-modal', role: 'dialog', 'aria-modal': 'true' }, h('div', { class: 'mi-modal__panel' },
    h('h3', {}, text('agree-title')), h('p', {}, text('agree-lead')), button(text('agree'), () => close(true)), button(text('cancel'), () => close(false), '')));
  return node;
}

function render() {
  clearInterval(counting);
  menu = false;
  document.documentElement.lang = site.locale.replace('_', '-');
  document.title = text('site');
  const brand = h('div', { class: 'mi-layout__brand' });
  brand.innerHTML = site.logo;
  brand.append(text('site'));
  const card = views[view]();
  root.replaceChildren(h('header', { class: 'mi-layout__header' }, brand, picker()), h('main', { class: 'mi-layout__content' }, card),
    h('footer', { class: 'mi-layout__footer' }, ...['terms', 'privacy', 'faq'].map((name) => h('a', {}, text(name)))), site.agree && !agreed ? modal() : '');
  update();
}

async function load(locale) {
  site = await (await fetch('/fe/api/words' + (locale ? '?_locale=' + encodeURIComponent(locale) : location.search))).json();
}

addEventListener('popstate', () => location.reload());
load().then(async () => {
  const path = location.pathname;
  if (path === site.paths.home) {
    answer = await (await fetch('/fe/api/me')).json();
    return go(answer.signedIn ? 'home' : 'login');
  }
  return path.startsWith(site.paths.forgot) ? start() : go('login');
});
})();`;
