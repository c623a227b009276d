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
};
