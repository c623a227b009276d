import type { PageText } from './language.ts';

/** What the page of charts says. */
export const charts = {
  'phones-signed-out': ['phones signed out', 'отписани телефони', '部手机已退出', 'телефонов вышло'],
  'per-phone': ['per phone, median', 'на телефон, медиана', '每部手机（中位数）', 'на телефон, медиана'],
  'ended-out': ['ended signed out', 'завършиха отписани', '成功退出', 'завершились выходом'],
  'per-hour': ['Phones per hour', 'Телефони на час', '每小时手机数', 'Телефонов в час'],
  'per-day': ['Phones per day', 'Телефони на ден', '每天手机数', 'Телефонов в день'],
  outcomes: ['Outcomes', 'Резултати', '结果', 'Результаты'],
  'of-phones': [
    'Phones: {n}. Not signed out: {left}.',
    'Телефони: {n}. Неотписани: {left}.',
    '手机：{n}。未退出：{left}。',
    'Телефонов: {n}. Не вышли: {left}.',
  ],
  'by-release': [
    'Seconds per phone, by release',
    'Секунди на телефон по версия',
    '各系统版本每部用时（秒）',
    'Секунд на телефон по версиям',
  ],
  'out-phones': ['Signed-out phones', 'Отписани телефони', '已退出的手机', 'Вышедшие телефоны'],
  'code-time': [
    'Time waiting for codes',
    'Време в чакане на кодове',
    '等待验证码的时间',
    'Время ожидания кодов',
  ],
  'code-time-more': [
    'Median, and how long 9 of 10 took at most. Last 7 days.',
    'Медиана и най-много за 9 от 10. Последните 7 дни.',
    '中位数，以及 10 个中 9 个的最长时间。最近 7 天。',
    'Медиана и сколько заняли 9 из 10. За 7 дней.',
  ],
  'signed-out-legend': ['signed out', 'отписани', '已退出', 'вышли'],
  'not-out-legend': ['not signed out', 'неотписани', '未退出', 'не вышли'],
  'open-legend': ['not over yet', 'още тече', '尚未结束', 'ещё идёт'],
  median: ['median', 'медиана', '中位数', 'медиана'],
  'eight-of-ten': ['8 of 10 phones', '8 от 10 телефона', '10 部中 8 部', '8 из 10 телефонов'],
  'nine-of-ten': ['9 of 10 codes', '9 от 10 кода', '10 个中 9 个', '9 из 10 кодов'],
  'n-phones': [
    '{n} phone|{n} phones',
    '{n} телефон|{n} телефона',
    '{n} 部',
    '{n} телефон|{n} телефона|{n} телефонов|{n} телефона',
  ],
  'n-codes': ['{n} code|{n} codes', '{n} код|{n} кода', '{n} 个', '{n} код|{n} кода|{n} кодов|{n} кода'],
  'no-data': [
    'Nothing has ended yet.',
    'Още нищо не е завършило.',
    '尚无结束的任务。',
    'Пока ничего не завершилось.',
  ],
} satisfies Record<string, PageText>;
