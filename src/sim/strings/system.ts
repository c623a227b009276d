import type { RomLabels } from './strings.ts';

/** android: the framework's own buttons. */
export const frameworkStrings: RomLabels = {
  ok: { en: 'OK', 'zh-CN': '确定' },
  cancel: { en: 'Cancel', bg: 'Отказ', ru: 'Отмена', 'zh-CN': '取消' },
  anr_application_process: {
    en: "%1$s isn't responding",
    bg: '%1$s не реагира',
    ru: 'Приложение %1$s не отвечает',
    'zh-CN': '%1$s没有响应',
  },
  force_close: { en: 'Close app', bg: 'Затваряне', ru: 'Закрыть', 'zh-CN': '关闭应用' },
  wait: { en: 'Wait', bg: 'Изчакване', ru: 'Подождать', 'zh-CN': '等待' },
};

/** com.android.incallui */
export const callStrings: RomLabels = {
  card_title_incoming_call: {
    en: 'Incoming call',
    bg: 'Входящо повикване',
    ru: 'Входящий вызов',
    'zh-CN': '来电',
  },
  description_target_answer: { en: 'Answer', bg: 'Отговор', ru: 'Ответить', 'zh-CN': '接听' },
  description_target_decline: { en: 'Decline', bg: 'Отхвърляне', ru: 'Отклонить', 'zh-CN': '拒接' },
};

/** com.android.permissioncontroller */
export const permissionStrings: RomLabels = {
  permission_warning_template: {
    en: 'Allow %1$s to access this device’s location?',
    bg: 'Да се разреши ли на %1$s достъп до местоположението?',
    ru: 'Разрешить приложению %1$s доступ к местоположению?',
    'zh-CN': '是否允许%1$s获取此设备的位置信息？',
  },
  grant_dialog_button_allow: { en: 'Allow', bg: 'Разрешаване', ru: 'Разрешить', 'zh-CN': '允许' },
  grant_dialog_button_deny: { en: 'Deny', bg: 'Отказ', ru: 'Запретить', 'zh-CN': '拒绝' },
};

/** com.miui.systemAdSolution */
export const advertStrings: RomLabels = { app_name: { en: 'msa', 'zh-CN': '智能服务' } };

/** com.miui.cloudservice */
export const cloudStrings: RomLabels = {
  micloud_wipe_data_confirm_title: {
    en: 'Keep synced data on this device?',
    bg: 'Да се запазят ли синхронизираните данни на това устройство?',
    ru: 'Оставить синхронизированные данные на этом устройстве?',
    'zh-CN': '是否在手机上保留已同步的云服务数据？',
  },
  micloud_wipe_data_retain: { en: 'Keep', bg: 'Запази', ru: 'Оставить', 'zh-CN': '保留在手机上' },
  micloud_wipe_data_remove: { en: 'Remove', bg: 'Премахване', ru: 'Удалить', 'zh-CN': '从手机上删除' },
  button_cancel: { en: 'Cancel', bg: 'Отказ', ru: 'Отмена', 'zh-CN': '取消' },
  contacts: { en: 'Contacts', bg: 'Контакти', ru: 'Контакты', 'zh-CN': '联系人' },
  messages: { en: 'Messages', bg: 'Съобщения', ru: 'Сообщения', 'zh-CN': '短信' },
  callLog: { en: 'Call log', bg: 'Обаждания', ru: 'Вызовы', 'zh-CN': '通话记录' },
  gallery: { en: 'Gallery', bg: 'Галерия', ru: 'Галерея', 'zh-CN': '相册' },
  notes: { en: 'Notes', bg: 'Бележки', ru: 'Заметки', 'zh-CN': '便签' },
  browser: { en: 'Browser', bg: 'Браузър', ru: 'Браузер', 'zh-CN': '浏览器' },
  wifi: { en: 'Wi-Fi', 'zh-CN': 'WLAN' },
  recordings: { en: 'Recordings', bg: 'Записи', ru: 'Записи', 'zh-CN': '录音' },
};

/** com.miui.home: the labels are the apps' own. */
export const launcherStrings: RomLabels = {
  app_phone: { en: 'Phone', bg: 'Телефон', ru: 'Телефон', 'zh-CN': '电话' },
  app_messages: { en: 'Messages', bg: 'Съобщения', ru: 'Сообщения', 'zh-CN': '短信' },
  app_browser: { en: 'Browser', bg: 'Браузър', ru: 'Браузер', 'zh-CN': '浏览器' },
  app_camera: { en: 'Camera', bg: 'Камера', ru: 'Камера', 'zh-CN': '相机' },
  app_gallery: { en: 'Gallery', bg: 'Галерия', ru: 'Галерея', 'zh-CN': '相册' },
  app_contacts: { en: 'Contacts', bg: 'Контакти', ru: 'Контакты', 'zh-CN': '联系人' },
  app_notes: { en: 'Notes', bg: 'Бележки', ru: 'Заметки', 'zh-CN': '便签' },
  app_security: { en: 'Security', bg: 'Сигурност', ru: 'Безопасность', 'zh-CN': '手机管家' },
  app_settings: { en: 'Settings', bg: 'Настройки', ru: 'Настройки', 'zh-CN': '设置' },
  app_calculator: { en: 'Calculator', bg: 'Калкулатор', ru: 'Калькулятор', 'zh-CN': '计算器' },
};

/** com.android.systemui: quick panel, and the dialog of a low battery */
export const systemUiStrings: RomLabels = {
  accessibility_desc_settings: { en: 'Settings', bg: 'Настройки', ru: 'Настройки', 'zh-CN': '设置' },
  accessibility_settings: { en: 'Settings', bg: 'Настройки', ru: 'Настройки', 'zh-CN': '设置' },
  accessibility_control_center: {
    en: 'Control centre',
    bg: 'Контролен център',
    ru: 'Центр управления',
    'zh-CN': '控制中心',
  },
  quick_settings_wifi_label: { en: 'Wi-Fi', 'zh-CN': 'WLAN' },
  quick_settings_bluetooth_label: { en: 'Bluetooth', 'zh-CN': '蓝牙' },
  quick_settings_cellular_label: {
    en: 'Mobile data',
    bg: 'Мобилни данни',
    ru: 'Мобильный интернет',
    'zh-CN': '移动数据',
  },
  quick_settings_flashlight_label: { en: 'Torch', bg: 'Фенерче', ru: 'Фонарик', 'zh-CN': '手电筒' },
  quick_settings_mute_label: { en: 'Mute', bg: 'Без звук', ru: 'Без звука', 'zh-CN': '静音' },
  quick_settings_airplane_label: {
    en: 'Aeroplane mode',
    bg: 'Самолетен режим',
    ru: 'Режим полёта',
    'zh-CN': '飞行模式',
  },
  quick_settings_lock_label: { en: 'Lock screen', bg: 'Заключване', ru: 'Блокировка', 'zh-CN': '锁屏' },
  quick_settings_rotation_label: {
    en: 'Lock orientation',
    bg: 'Ориентация',
    ru: 'Ориентация',
    'zh-CN': '方向锁定',
  },

  battery_low_title: {
    en: 'Low battery',
    bg: 'Изтощена батерия',
    ru: 'Низкий заряд батареи',
    'zh-CN': '电量不足',
  },
  battery_low_message: {
    en: '%d%% left. Turn on Battery saver?',
    bg: 'Остават %d%%. Да се включи ли режимът за пестене?',
    ru: 'Осталось %d%%. Включить энергосбережение?',
    'zh-CN': '剩余%d%%电量，是否开启省电模式？',
  },
  battery_saver_on: { en: 'Turn on', bg: 'Включване', ru: 'Включить', 'zh-CN': '开启' },
};

/** com.android.updater */
export const updaterStrings: RomLabels = {
  update_title: {
    en: 'Update available',
    bg: 'Налична е актуализация',
    ru: 'Доступно обновление',
    'zh-CN': '发现新版本',
  },
  update_message: {
    en: 'A new system version is ready to be installed.',
    bg: 'Нова версия на системата е готова за инсталиране.',
    ru: 'Новая версия системы готова к установке.',
    'zh-CN': '新的系统版本已准备好安装。',
  },
  update_later: { en: 'Later', bg: 'По-късно', ru: 'Позже', 'zh-CN': '稍后' },
  update_now: { en: 'Update now', bg: 'Актуализиране', ru: 'Обновить', 'zh-CN': '立即更新' },
};
