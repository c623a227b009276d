/**
 * What both shapes of the site look like. The faces come with the site: a host need not have Chinese ones.
 */

const faces = `
@font-face { font-family: 'Site'; src: url(/fonts/regular.ttf); font-weight: 400 }
@font-face { font-family: 'Site'; src: url(/fonts/medium.ttf); font-weight: 500 900 }
@font-face { font-family: 'Site Han'; src: url(/fonts/han.ttf); unicode-range: U+2E80-9FFF, U+FF00-FFEF }
* { box-sizing: border-box }
html, body { margin: 0; height: 100% }
body { font: 15px/1.5 'Site', 'Site Han', sans-serif; color: #333; -webkit-text-size-adjust: 100% }
input, button { font: inherit; color: inherit }
a { color: #ff6700; text-decoration: none; cursor: pointer }`;

export const logo =
  '<svg width="44" height="44" viewBox="0 0 44 44" aria-hidden="true"><rect width="44" height="44" rx="13" fill="#ff6700"/><path d="M11 31V15h10.5q5.5 0 5.5 5.5V31h-4.4V21q0-2-2-2h-5.2v12zM18.6 22.6H23V31h-4.4zM29.6 15H34v16h-4.4z" fill="#fff"/></svg>';

export const reactStyle = `${faces}
body { background: #f7f8f9 }
#root { min-height: 100%; display: flex; flex-direction: column }
.mi-layout__header { display: flex; align-items: center; justify-content: space-between; padding: 18px 40px; background: #fff }
.mi-layout__brand { display: flex; align-items: center; gap: 12px; font-size: 18px; font-weight: 500; color: #191919 }
.mi-layout__content { flex: 1; display: flex; align-items: center; justify-content: center; padding: 32px 16px }
.mi-card { width: 440px; max-width: 100%; background: #fff; border-radius: 16px; padding: 40px 40px 36px; box-shadow: 0 6px 32px rgba(0, 0, 0, .05) }
.mi-card__title { margin: 0 0 10px; font-size: 26px; line-height: 1.3; font-weight: 500; color: #191919 }
.mi-card__lead { margin: 0 0 24px; color: #7a7a7a; overflow-wrap: anywhere }
.mi-text-field { margin-bottom: 16px }
.mi-text-field__row { display: flex; gap: 12px; align-items: center }
.mi-input { flex: 1; min-width: 0; background: #f5f6f7; border: 1px solid transparent; border-radius: 10px }
.mi-input:focus-within { border-color: #ff6700; background: #fff }
.mi-input__input { width: 100%; height: 52px; padding: 0 16px; border: 0; outline: 0; background: none; text-overflow: ellipsis }
.mi-input__input::placeholder { color: #a3a3a3 }
.mi-captcha__image { height: 52px; border-radius: 10px; background: #f5f6f7 }
.mi-radio { display: flex; align-items: center; gap: 12px; padding: 15px 16px; margin-bottom: 12px; border: 1px solid #ececec; border-radius: 10px; cursor: pointer }
.mi-radio input { width: 18px; height: 18px; margin: 0; accent-color: #ff6700 }
.mi-form__error { min-height: 22px; margin: -6px 0 8px; color: #f04142; font-size: 13px }
.mi-button { display: block; width: 100%; min-height: 52px; padding: 8px 16px; border: 0; border-radius: 26px; background: #f0f0f0; font-size: 16px; cursor: pointer }
.mi-button--primary { background: #ff6700; color: #fff }
.mi-button[disabled] { opacity: .45; cursor: default }
.mi-button + .mi-button { margin-top: 12px }
.mi-links { display: flex; justify-content: space-between; margin-top: 20px; font-size: 14px }
.mi-success { width: 64px; height: 64px; margin: 0 auto 20px; border-radius: 50%; background: #ff6700; color: #fff; font-size: 34px; line-height: 64px; text-align: center }
.mi-card--center { text-align: center }
.mi-language-picker { position: relative; padding: 6px 10px; color: #7a7a7a; cursor: pointer; border-radius: 8px }
.mi-language-picker__menu { position: absolute; right: 0; top: 100%; z-index: 3; margin: 4px 0 0; padding: 8px 0; min-width: 160px; list-style: none; background: #fff; border-radius: 12px; box-shadow: 0 8px 32px rgba(0, 0, 0, .14) }
.mi-language-picker__item { padding: 9px 20px; color: #333 }
.mi-language-picker__item[aria-selected=true] { color: #ff6700 }
.mi-layout__footer { padding: 20px; text-align: center; font-size: 13px; color: #a3a3a3 }
.mi-layout__footer a { margin: 0 10px; color: #8a8a8a }
.mi-modal { position: fixed; inset: 0; z-index: 5; display: flex; align-items: center; justify-content: center; padding: 20px; background: rgba(0, 0, 0, .45) }
.mi-modal__panel { width: 400px; max-width: 100%; background: #fff; border-radius: 20px; padding: 28px }
.mi-modal__panel h3 { margin: 0 0 12px; font-size: 19px; line-height: 1.35; font-weight: 500 }
.mi-modal__panel p { margin: 0 0 22px; color: #7a7a7a }
.mi-loading { margin: auto; width: 36px; height: 36px; border: 3px solid #f0f0f0; border-top-color: #ff6700; border-radius: 50%; animation: turn .8s linear infinite }
@keyframes turn { to { transform: rotate(360deg) } }
@media (max-width: 600px) {
  body { background: #fff }
  .mi-layout__header { padding: 14px 20px }
  .mi-layout__content { align-items: flex-start; padding: 20px 24px }
  .mi-card { box-shadow: none; padding: 0; border-radius: 0 }
}`;

export const formStyle = `${faces}
body { background: #f9f9f9; font-size: 14px }
.wrapper { width: 854px; max-width: 100%; margin: 0 auto; padding: 40px 0 20px }
.wrap { background: #fff; border: 1px solid #e5e5e5; padding: 38px 24px 56px; min-height: 520px }
.logo { text-align: center }
.title { margin: 14px 0 26px; font-size: 26px; line-height: 1.3; font-weight: 400; text-align: center; color: #333 }
form, .panel { width: 358px; max-width: 100%; margin: 0 auto }
.lead { margin: 0 0 18px; color: #757575; overflow-wrap: anywhere }
.label { display: block; margin-bottom: 14px; padding: 0 12px; border: 1px solid #e0e0e0 }
.label:focus-within { border-color: #ff6700 }
.label input { width: 100%; height: 46px; border: 0; outline: 0; background: none }
.inputcode { display: flex; gap: 10px }
.inputcode .label { flex: 1; min-width: 0 }
.icode_image { height: 48px; border: 1px solid #e0e0e0 }
.method { display: flex; gap: 10px; align-items: center; padding: 12px 4px; border-bottom: 1px solid #eee; cursor: pointer }
.method input { accent-color: #ff6700 }
.err_tip { min-height: 21px; margin: 4px 0 10px; color: #ff6700; font-size: 13px }
.btn { display: block; width: 100%; min-height: 50px; border: 0; background: #ff6700; color: #fff; font-size: 15px; text-align: center; cursor: pointer; padding: 8px }
.btn_gray { margin-top: 12px; background: #f0f0f0; color: #555 }
a.btn { line-height: 34px }
.links { margin-top: 16px; text-align: center; font-size: 13px }
.links a { color: #757575 }
.lang-select-list { margin: 22px 0 0; padding: 0; list-style: none; text-align: center; font-size: 13px; color: #757575 }
.lang-select-li { display: inline; padding: 0 10px; cursor: pointer }
.lang-select-li + .lang-select-li { border-left: 1px solid #ddd }
.lang-select-li a { color: inherit }
.lang-select-li.current { color: #ff6700 }
.nf-intro { margin-top: 10px; text-align: center; font-size: 12px; color: #aaa }
.popup { position: fixed; inset: 0; display: flex; align-items: center; justify-content: center; padding: 16px; background: rgba(0, 0, 0, .5) }
.popup_panel { width: 380px; max-width: 100%; padding: 24px; background: #fff }
.popup_panel h3 { margin: 0 0 10px; font-weight: 500; font-size: 17px }
@media (max-width: 600px) { .wrapper { padding: 0 0 20px } .wrap { border: 0; min-height: 0; padding: 28px 20px 32px } body { background: #fff } }`;
