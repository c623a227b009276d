import { fill, inLanguage, isRightToLeft, pseudo, translated, type RomLabels } from './strings.ts';

/**
 * Words of Xiaomi's web pages inside com.xiaomi.account. They come from the server, so the phone has no
 * string resource for them: it cannot be asked what "Next" is called there.
 */
const words = {
  title: { en: 'Xiaomi Account', bg: 'Xiaomi Профил', ru: 'Аккаунт Xiaomi', 'zh-CN': '小米账号' },
  verify: {
    en: 'Verify your identity',
    bg: 'Потвърдете самоличността си',
    ru: 'Подтвердите личность',
    'zh-CN': '验证身份',
  },
  choose: {
    en: 'To protect your account, choose how to get a verification code.',
    bg: 'За да защитим профила ви, изберете как да получите код за потвърждение.',
    ru: 'В целях безопасности выберите, как получить код подтверждения.',
    'zh-CN': '为保护帐号安全，请选择验证方式',
  },
  byPhone: { en: 'Phone %s', bg: 'Телефон %s', ru: 'Телефон %s', 'zh-CN': '手机 %s' },
  byEmail: { en: 'Email %s', bg: 'Имейл %s', ru: 'Эл. почта %s', 'zh-CN': '邮箱 %s' },
  next: { en: 'Next', bg: 'Напред', ru: 'Далее', 'zh-CN': '下一步' },
  willSend: {
    en: 'A verification code will be sent to %s',
    bg: 'Ще изпратим код за потвърждение до %s',
    ru: 'Код подтверждения будет отправлен на %s',
    'zh-CN': '验证码将发送至 %s',
  },
  onceMore: {
    en: 'For your security, verify once more. Another verification code will be sent to %s',
    bg: 'За вашата сигурност потвърдете още веднъж. Ще изпратим нов код за потвърждение до %s',
    ru: 'В целях безопасности подтвердите ещё раз. Новый код подтверждения будет отправлен на %s',
    'zh-CN': '为了您的帐号安全，请再次验证。新的验证码将发送至 %s',
  },
  sent: {
    en: 'A verification code was sent to %s',
    bg: 'Изпратихме код за потвърждение до %s',
    ru: 'Код подтверждения отправлен на %s',
    'zh-CN': '验证码已发送至 %s',
  },
  send: { en: 'Send', bg: 'Изпращане', ru: 'Отправить', 'zh-CN': '发送' },
  resend: {
    en: 'Resend (%d)',
    bg: 'Ново изпращане (%d)',
    ru: 'Отправить снова (%d)',
    'zh-CN': '重新发送（%d）',
  },
  code: { en: 'Verification code', bg: 'Код за потвърждение', ru: 'Код подтверждения', 'zh-CN': '验证码' },
  submit: { en: 'Submit', bg: 'Изпрати', ru: 'Готово', 'zh-CN': '提交' },
  captchaImage: {
    en: 'Picture with characters',
    bg: 'Картинка със символи',
    ru: 'Картинка с символами',
    'zh-CN': '图片验证码',
  },
  captcha: {
    en: 'Characters in the picture',
    bg: 'Символите от картинката',
    ru: 'Символы с картинки',
    'zh-CN': '请输入图片中的字符',
  },
  wrongCaptcha: {
    en: 'Wrong characters',
    bg: 'Грешни символи',
    ru: 'Неверные символы',
    'zh-CN': '图片验证码错误',
  },
  wrongCode: {
    en: 'Incorrect verification code',
    bg: 'Неправилен код за потвърждение',
    ru: 'Неверный код',
    'zh-CN': '验证码不正确',
  },
  expiredCode: {
    en: 'The verification code has expired. Request a new one.',
    bg: 'Кодът за потвърждение е изтекъл. Поискайте нов.',
    ru: 'Срок действия кода истёк. Запросите новый.',
    'zh-CN': '验证码已过期，请重新获取',
  },
  network: { en: 'Network error', bg: 'Грешка в мрежата', ru: 'Ошибка сети', 'zh-CN': '网络错误' },
  server: { en: 'System error', bg: 'Системна грешка', ru: 'Системная ошибка', 'zh-CN': '系统错误' },
  setPassword: {
    en: 'Set new password',
    bg: 'Задайте нова парола',
    ru: 'Задайте новый пароль',
    'zh-CN': '设置新密码',
  },
  newPassword: { en: 'New password', bg: 'Нова парола', ru: 'Новый пароль', 'zh-CN': '新密码' },
  again: { en: 'Enter it again', bg: 'Въведете отново', ru: 'Введите ещё раз', 'zh-CN': '再次输入' },
  rules: {
    en: '8 to 16 characters, with at least two of letters, digits and symbols',
    bg: 'От 8 до 16 знака, поне два вида от букви, цифри и символи',
    ru: 'От 8 до 16 знаков, не менее двух видов: буквы, цифры, символы',
    'zh-CN': '8-16位，至少包含字母、数字、符号中的两种',
  },
  noIdentity: {
    en: 'Verify your identity again',
    bg: 'Потвърдете отново самоличността си',
    ru: 'Подтвердите личность ещё раз',
    'zh-CN': '请重新验证身份',
  },
  different: {
    en: 'The passwords differ',
    bg: 'Паролите са различни',
    ru: 'Пароли не совпадают',
    'zh-CN': '两次输入的密码不一致',
  },
  same: {
    en: 'This is the current password',
    bg: 'Това е текущата парола',
    ru: 'Это текущий пароль',
    'zh-CN': '新密码不能与旧密码相同',
  },
  personal: {
    en: 'The password must not contain your phone number or email',
    bg: 'Паролата не може да съдържа телефона или имейла ви',
    ru: 'Пароль не должен содержать номер телефона или почту',
    'zh-CN': '密码不能包含手机号或邮箱',
  },
  risky: {
    en: 'This password is not safe enough',
    bg: 'Тази парола не е сигурна',
    ru: 'Этот пароль ненадёжен',
    'zh-CN': '密码安全性过低',
  },
} as const satisfies RomLabels;

export type WebWord = keyof typeof words;
export const webWords = translated('web', words);

/**
 * What the page says in the phone's language, placeholders filled; English where the server has no such
 * language. A masked number or address keeps its order in a language that runs the other way.
 */
export function webText(name: WebWord, language: string, ...values: (string | number)[]): string {
  const text = String(inLanguage(webWords[name] ?? words[name], language));
  const kept = isRightToLeft(language)
    ? values.map((value) => (typeof value === 'string' ? `\u202a${value}\u202c` : value))
    : values;
  return fill(language === 'pseudo' ? `〚${pseudo(name, text).slice(1, -1)}〛` : text, kept);
}
