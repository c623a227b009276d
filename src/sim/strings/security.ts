import type { RomLabels } from './strings.ts';

/**
 * com.miui.securitycenter: the question before an app is installed over adb. Names of the strings are
 * assumed.
 */
export const securityStrings: RomLabels = {
  install_dialog_title: {
    en: 'Install via USB',
    bg: 'Инсталиране през USB',
    ru: 'Установка через USB',
    'zh-CN': 'USB安装提示',
  },
  install_continue: { en: 'Install', bg: 'Инсталирай', ru: 'Установить', 'zh-CN': '继续安装' },
  install_reject: { en: 'Deny (%d)', bg: 'Отказ (%d)', ru: 'Отклонить (%d)', 'zh-CN': '禁止安装（%d）' },
};
