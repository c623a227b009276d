import type { RomLabels } from './strings.ts';

/** com.android.settings */
export const settingsStrings: RomLabels = {
  settings_label: { en: 'Settings', bg: 'Настройки', ru: 'Настройки', 'zh-CN': '设置' },
  search_settings: {
    en: 'Search settings',
    bg: 'Търсене в настройките',
    ru: 'Поиск настроек',
    'zh-CN': '搜索系统设置项',
  },

  xiaomi_account: {
    en: ['Mi Account', 'Xiaomi Account'],
    bg: ['Mi Профил', 'Xiaomi Профил'],
    ru: ['Mi аккаунт', 'Аккаунт Xiaomi'],
    'zh-CN': ['小米帐号', '小米账号'],
  },
  unlogin_account_title: {
    en: ['Sign in to Mi Account', 'Sign in to Xiaomi Account'],
    bg: ['Вход в Mi профил', 'Вход в Xiaomi профил'],
    ru: ['Вход в Mi аккаунт', 'Вход в аккаунт Xiaomi'],
    'zh-CN': ['登录小米帐号', '登录小米账号'],
  },
  account_login_hint: {
    en: 'Use cloud services, find your device and more',
    bg: 'Облачни услуги, намиране на устройство и още',
    ru: 'Облако, поиск устройства и другое',
    'zh-CN': '云服务、查找手机等',
  },
  login_account_summary_temp: {
    en: [
      'Mi Account, Mi Cloud and more',
      'Mi Account, Xiaomi Cloud and more',
      'Xiaomi Account, Xiaomi Cloud and more',
    ],
    bg: ['Mi профил, Mi Cloud и още', 'Mi профил, Xiaomi Cloud и още', 'Xiaomi профил, Xiaomi Cloud и още'],
    ru: [
      'Mi аккаунт, Mi Cloud и другое',
      'Mi аккаунт, Xiaomi Cloud и другое',
      'Аккаунт Xiaomi, Xiaomi Cloud и другое',
    ],
    'zh-CN': ['小米帐号、云服务等', '小米账号、云服务等'],
  },

  about_settings: { en: 'About phone', bg: 'За телефона', ru: 'О телефоне', 'zh-CN': '我的设备' },
  miui_updater: {
    en: 'System apps updater',
    bg: 'Актуализации на системните приложения',
    ru: 'Обновление системных приложений',
    'zh-CN': '系统应用更新',
  },
  security_status_title: {
    en: 'Security status',
    bg: 'Състояние на сигурността',
    ru: 'Состояние безопасности',
    'zh-CN': '安全状态',
  },

  header_category_wireless_networks: {
    en: 'Wireless & networks',
    bg: 'Безжични мрежи',
    ru: 'Беспроводные сети',
    'zh-CN': '无线和网络',
  },
  sim_management_title: {
    en: 'SIM cards & mobile networks',
    bg: 'SIM карти и мобилни мрежи',
    ru: 'SIM-карты и мобильные сети',
    'zh-CN': '双卡和移动网络',
  },
  wifi_settings: { en: 'Wi-Fi', 'zh-CN': 'WLAN' },
  bluetooth_settings: { en: 'Bluetooth', 'zh-CN': '蓝牙' },
  tether_settings_title_all: {
    en: 'Portable hotspot',
    bg: 'Преносима точка за достъп',
    ru: 'Точка доступа',
    'zh-CN': '个人热点',
  },
  vpn_settings_title: { en: 'VPN' },
  connection_and_sharing: {
    en: 'Connection & sharing',
    bg: 'Връзка и споделяне',
    ru: 'Подключение и общий доступ',
    'zh-CN': '连接与共享',
  },
  on: { en: 'On', bg: 'Вкл.', ru: 'Вкл.', 'zh-CN': '已开启' },
  off: { en: 'Off', bg: 'Изкл.', ru: 'Выкл.', 'zh-CN': '已关闭' },

  header_category_personal: { en: 'Personal', bg: 'Лични', ru: 'Персонализация', 'zh-CN': '个性化' },
  wallpaper_settings_title: { en: 'Wallpaper', bg: 'Тапет', ru: 'Обои', 'zh-CN': '壁纸' },
  theme_settings_title: { en: 'Themes', bg: 'Теми', ru: 'Темы', 'zh-CN': '个性主题' },
  display_settings: { en: 'Display', bg: 'Екран', ru: 'Экран', 'zh-CN': '显示' },
  sound_vibrate_settings: {
    en: 'Sound & vibration',
    bg: 'Звук и вибрация',
    ru: 'Звук и вибрация',
    'zh-CN': '声音与触感',
  },
  notification_center: {
    en: 'Notifications & status bar',
    bg: 'Известия и лента на състоянието',
    ru: 'Уведомления и строка состояния',
    'zh-CN': '通知与状态栏',
  },
  home_screen_settings: { en: 'Home screen', bg: 'Начален екран', ru: 'Рабочий стол', 'zh-CN': '桌面' },

  header_category_system: {
    en: 'System & device',
    bg: 'Система и устройство',
    ru: 'Система и устройство',
    'zh-CN': '系统和设备',
  },
  lock_screen_password: {
    en: 'Lock screen & password',
    bg: 'Заключване на екрана и парола',
    ru: 'Блокировка экрана и пароль',
    'zh-CN': '锁屏与密码',
  },
  passwords_and_security: {
    en: 'Passwords & security',
    bg: 'Пароли и сигурност',
    ru: 'Пароли и безопасность',
    'zh-CN': '密码与安全',
  },
  privacy_settings: {
    en: 'Privacy protection',
    bg: 'Защита на поверителността',
    ru: 'Защита конфиденциальности',
    'zh-CN': '隐私保护',
  },
  power_usage_summary_title: {
    en: 'Battery & performance',
    bg: 'Батерия и производителност',
    ru: 'Батарея и производительность',
    'zh-CN': '省电与电池',
  },
  storage_settings: { en: 'Storage', bg: 'Памет', ru: 'Память', 'zh-CN': '存储空间' },
  development_settings_title: {
    en: 'Developer options',
    bg: 'Опции за разработчици',
    ru: 'Для разработчиков',
    'zh-CN': '开发者选项',
  },
  keep_screen_on: { en: 'Stay awake', bg: 'Без заспиване', ru: 'Не выключать экран', 'zh-CN': '不锁定屏幕' },
  other_advanced_settings: {
    en: 'Additional settings',
    bg: 'Допълнителни настройки',
    ru: 'Расширенные настройки',
    'zh-CN': '更多设置',
  },

  header_category_apps: { en: 'Apps', bg: 'Приложения', ru: 'Приложения', 'zh-CN': '应用' },
  system_apps_title: {
    en: 'System app settings',
    bg: 'Настройки на системните приложения',
    ru: 'Системные приложения',
    'zh-CN': '系统应用设置',
  },
  applications_settings: {
    en: 'Manage apps',
    bg: 'Управление на приложенията',
    ru: 'Все приложения',
    'zh-CN': '应用管理',
  },
  xspace_settings: {
    en: 'Dual apps',
    bg: 'Двойни приложения',
    ru: 'Клонирование приложений',
    'zh-CN': '应用双开',
  },
  app_permissions: { en: 'Permissions', bg: 'Разрешения', ru: 'Разрешения', 'zh-CN': '授权管理' },
  app_lock: { en: 'App lock', bg: 'Заключване на приложения', ru: 'Защита приложений', 'zh-CN': '应用锁' },
  screen_time: { en: 'Screen time', bg: 'Време пред екрана', ru: 'Экранное время', 'zh-CN': '屏幕时间管理' },

  header_category_accounts: { en: 'Accounts', bg: 'Профили', ru: 'Аккаунты', 'zh-CN': '帐号' },
  google_settings_title: { en: 'Google' },
  account_sync_settings_title: {
    en: 'Accounts & sync',
    bg: 'Профили и синхронизиране',
    ru: 'Аккаунты и синхронизация',
    'zh-CN': '帐号与同步',
  },
  user_feedback: {
    en: 'Services & feedback',
    bg: 'Услуги и обратна връзка',
    ru: 'Службы и отзывы',
    'zh-CN': '服务与反馈',
  },

  usb_use: { en: 'Use USB to', bg: 'Използване на USB за', ru: 'Режим работы USB', 'zh-CN': 'USB 用途' },
  usb_use_charging_only: {
    en: 'No data transfer',
    bg: 'Без прехвърляне на данни',
    ru: 'Без передачи данных',
    'zh-CN': '仅限充电',
  },
  usb_use_file_transfers: {
    en: 'File transfer',
    bg: 'Прехвърляне на файлове',
    ru: 'Передача файлов',
    'zh-CN': '传输文件',
  },
  usb_use_photo_transfers: {
    en: 'Transfer photos',
    bg: 'Прехвърляне на снимки',
    ru: 'Передача фото',
    'zh-CN': '传输照片',
  },
};
