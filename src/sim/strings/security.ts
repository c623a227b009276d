import type { RomLabels } from './strings.ts';

/** com.miui.securitycenter: the question before an app is installed over adb. */
export const securityStrings: RomLabels = {
  install_title: {
    en: 'Install via USB',
    bg: 'Инсталиране през USB',
    ru: 'Установка через USB',
    'zh-CN': 'USB安装提示',
  },
  install_desc: {
    en: 'An app is being installed via USB. Continue?',
    bg: 'Инсталира се приложение през USB. Да продължи ли?',
    ru: 'Приложение устанавливается через USB. Продолжить?',
    'zh-CN': '正在通过USB安装此应用，是否继续？',
  },
  continue_install: { en: 'Install', bg: 'Инсталирай', ru: 'Установить', 'zh-CN': '继续安装' },
  reject_countdown: { en: 'Deny (%d)', bg: 'Отказ (%d)', ru: 'Отклонить (%d)', 'zh-CN': '拒绝（%d）' },
  pm_remember_choice: {
    en: "Don't ask again after denying",
    bg: 'Не питай отново след отказ',
    ru: 'Больше не спрашивать после отказа',
    'zh-CN': '拒绝后下次安装不再提示',
  },
  adb_input_title: {
    en: 'USB debugging (Security settings)',
    bg: 'Отстраняване на грешки през USB (настройки за защита)',
    ru: 'Отладка по USB (Настройки безопасности)',
    'zh-CN': 'USB调试（安全设置）',
  },
  adb_input_warning_1: {
    en: 'A computer will be able to tap and type on this phone.',
    bg: 'Компютър ще може да докосва и пише на този телефон.',
    ru: 'Компьютер сможет нажимать и вводить текст на этом телефоне.',
    'zh-CN': '电脑将可以在此手机上点击和输入。',
  },
  adb_input_warning_2: {
    en: 'It will be able to grant permissions to apps.',
    bg: 'Ще може да дава разрешения на приложения.',
    ru: 'Он сможет выдавать разрешения приложениям.',
    'zh-CN': '电脑将可以授予应用权限。',
  },
  adb_input_warning_3: {
    en: 'Do this only with a computer that you trust.',
    bg: 'Правете го само с компютър, на който имате доверие.',
    ru: 'Делайте это только с компьютером, которому доверяете.',
    'zh-CN': '请仅在信任的电脑上使用。',
  },
  adb_next_step: { en: 'Next step', bg: 'Следваща стъпка', ru: 'Далее', 'zh-CN': '下一步' },
  adb_accept: { en: 'Accept', bg: 'Приемам', ru: 'Принять', 'zh-CN': '接受' },
  adb_reject: { en: 'Reject', bg: 'Отказ', ru: 'Отклонить', 'zh-CN': '拒绝' },
  adb_login_xiaomi_account: {
    en: 'Sign in to your Xiaomi Account first',
    bg: 'Първо влезте в своя Xiaomi Профил',
    ru: 'Сначала войдите в аккаунт Xiaomi',
    'zh-CN': '请先登录小米账号',
  },
  adb_install_no_network: {
    en: 'Connect to the internet first',
    bg: 'Първо се свържете с интернет',
    ru: 'Сначала подключитесь к интернету',
    'zh-CN': '请先连接网络',
  },
};
