import type { RomLabels } from './strings.ts';

/** com.xiaomi.account: the new password. No one who read the ROM names the two hints. */
export const passwordStrings: RomLabels = {
  passport_new_pwd_hint: { en: 'New password', bg: 'Нова парола', ru: 'Новый пароль', 'zh-CN': '新密码' },
  passport_confirm_pwd_hint: {
    en: 'Confirm password',
    bg: 'Потвърдете паролата',
    ru: 'Подтвердите пароль',
    'zh-CN': '确认密码',
  },
  passport_password_req_notice: {
    en: 'Use 8–16 characters with at least two of letters, digits and symbols.',
    bg: 'Използвайте 8–16 знака с поне два вида от букви, цифри и символи.',
    ru: 'Используйте 8–16 знаков и не менее двух видов: буквы, цифры, символы.',
    'zh-CN': '8-16个字符，至少包含字母、数字、符号中的两种',
  },
  inconsistent_pwd: {
    en: "Passwords don't match",
    bg: 'Паролите не съвпадат',
    ru: 'Пароли не совпадают',
    'zh-CN': '两次输入的密码不一致',
  },
  same_new_and_old_pwd: {
    en: 'New password is the same as the old one',
    bg: 'Новата парола съвпада със старата',
    ru: 'Новый пароль совпадает со старым',
    'zh-CN': '新密码不能与旧密码相同',
  },
  pwd_width_phone_number_or_mail_num: {
    en: "Password can't contain your phone number, email or account ID",
    bg: 'Паролата не може да съдържа телефона, имейла или ID на профила',
    ru: 'Пароль не должен содержать номер телефона, почту или ID',
    'zh-CN': '密码不能包含手机号、邮箱或帐号ID',
  },
  risky_pwd_not_allow: {
    en: 'This password is too risky. Choose another one.',
    bg: 'Тази парола е твърде рискована. Изберете друга.',
    ru: 'Слишком ненадёжный пароль. Выберите другой.',
    'zh-CN': '该密码风险较高，请更换',
  },
  passport_setting: { en: 'Setting…', bg: 'Настройване…', ru: 'Настройка…', 'zh-CN': '正在设置…' },
};
