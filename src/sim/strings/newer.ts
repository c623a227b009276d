import type { RomLabels } from './strings.ts';

/** com.xiaomi.account: what newer releases have (official strings of 2024 and later). */
export const newerAccountStrings: RomLabels = {
  find_new_apk_version: {
    en: 'New version of Xiaomi Account found',
    bg: 'Има нова версия на Xiaomi Профил',
    ru: 'Доступна новая версия аккаунта Xiaomi',
    'zh-CN': '发现小米账号新版本',
  },
  update_apk_version_later: { en: 'Not now', bg: 'Не сега', ru: 'Не сейчас', 'zh-CN': '暂不更新' },
  update_apk_version_now: { en: 'Update', bg: 'Актуализирай', ru: 'Обновить', 'zh-CN': '立即更新' },
  passport_retry: { en: 'Retry', bg: 'Опитай отново', ru: 'Повторить', 'zh-CN': '重试' },
  account_and_password: { en: 'Password', bg: 'Парола', ru: 'Пароль', 'zh-CN': '账号密码' },
};

/** com.miui.cloudservice: what newer releases and tablets have. */
export const newerCloudStrings: RomLabels = {
  micloud_wipe_data_confirm_title_pad: {
    en: 'Keep synced data on this tablet?',
    bg: 'Да се запазят ли синхронизираните данни на този таблет?',
    ru: 'Оставить синхронизированные данные на этом планшете?',
    'zh-CN': '是否在平板上保留已同步的云服务数据？',
  },
  micloud_wipe_data_retain_pad: {
    en: 'Keep on tablet',
    bg: 'Запази на таблета',
    ru: 'Оставить на планшете',
    'zh-CN': '保留在平板上',
  },
  micloud_wipe_data_remove_pad: {
    en: 'Remove from tablet',
    bg: 'Премахни от таблета',
    ru: 'Удалить с планшета',
    'zh-CN': '从平板上删除',
  },
  retain_data_high_quality_photo_waring_title: {
    en: 'Keep photos in lower quality?',
    bg: 'Да се запазят ли снимките с по-ниско качество?',
    ru: 'Оставить фото в более низком качестве?',
    'zh-CN': '是否保留低画质照片？',
  },
  retain_data_high_quality_photo_waring_message: {
    en: 'Some photos are on this device in lower quality. The originals stay in the cloud.',
    bg: 'Някои снимки са на това устройство с по-ниско качество. Оригиналите остават в облака.',
    ru: 'Некоторые фото на этом устройстве в более низком качестве. Оригиналы остаются в облаке.',
    'zh-CN': '本机部分照片为低画质，原图保留在云端。',
  },
  wipe_data_query_progress_title: {
    en: 'Checking synced data…',
    bg: 'Проверка на синхронизираните данни…',
    ru: 'Проверка синхронизированных данных…',
    'zh-CN': '正在查询已同步的数据…',
  },
};

/** com.android.settings: the row of the account, where the number it was made with belongs to another person. */
export const newerSettingsStrings: RomLabels = {
  suggestion_for_phone_recycled: {
    en: 'Your phone number may belong to someone else now',
    bg: 'Телефонният ви номер може вече да е на друг',
    ru: 'Ваш номер телефона мог перейти к другому',
    'zh-CN': '您的手机号可能已被他人使用',
  },
};
