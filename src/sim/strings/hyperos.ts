import type { RomLabels } from './strings.ts';

/**
 * com.xiaomi.account: what MIUI 10.3 and 14 do not show. The names are of MIUI 6 to 10.2; the endings of the
 * two about the data are made up.
 */
export const otherAccountStrings: RomLabels = {
  alert_title_remove_account: {
    en: 'Remove account?',
    bg: 'Премахване на профила?',
    ru: 'Удалить аккаунт?',
    'zh-CN': '移除帐号？',
  },
  remove_account_notice: {
    en: [
      'Choose what happens to synced data on this device.',
      'You will be signed out, and Find device will be turned off.',
    ],
    bg: [
      'Изберете какво да стане със синхронизираните данни на това устройство.',
      'Ще бъдете отписани и „Намиране на устройство“ ще се изключи.',
    ],
    ru: [
      'Выберите, что сделать с синхронизированными данными на устройстве.',
      'Вы выйдете из аккаунта, поиск устройства будет отключён.',
    ],
    'zh-CN': ['请选择如何处理本机上已同步的数据。', '将退出登录，并关闭查找手机。'],
  },
  account_user_details: {
    en: 'User details',
    bg: 'Данни за потребителя',
    ru: 'Профиль',
    'zh-CN': '个人资料',
  },
  account_protection: {
    en: 'Account protection',
    bg: 'Защита на профила',
    ru: 'Защита аккаунта',
    'zh-CN': '帐号保护',
  },
  remove_account_keep_data: {
    en: 'Keep data on device',
    bg: 'Запазване на данните',
    ru: 'Сохранить данные',
    'zh-CN': '保留数据',
  },
  remove_account_wipe_data: {
    en: 'Wipe data from device',
    bg: 'Изтриване на данните',
    ru: 'Стереть данные',
    'zh-CN': '清除数据',
  },
};

/** com.android.systemui: the lock screen, by AOSP's names. */
export const keyguardStrings: RomLabels = {
  keyguard_unlock: {
    en: 'Swipe up to unlock',
    bg: 'Плъзнете нагоре за отключване',
    ru: 'Проведите вверх для разблокировки',
    'zh-CN': '上滑解锁',
  },
  kg_pin_instructions: {
    en: 'Enter your PIN',
    bg: 'Въведете своя ПИН код',
    ru: 'Введите PIN-код',
    'zh-CN': '请输入PIN码',
  },
  emergency_call: {
    en: 'Emergency call',
    bg: 'Спешно повикване',
    ru: 'Экстренный вызов',
    'zh-CN': '紧急呼叫',
  },
  kg_back: { en: 'Back', bg: 'Назад', ru: 'Назад', 'zh-CN': '返回' },
  keyguard_accessibility_pin_area: {
    en: 'PIN area',
    bg: 'Област за ПИН кода',
    ru: 'PIN-код',
    'zh-CN': 'PIN 码区域',
  },
  kg_wrong_pin: { en: 'Wrong PIN', bg: 'Грешен ПИН код', ru: 'Неверный PIN-код', 'zh-CN': 'PIN码错误' },
};
