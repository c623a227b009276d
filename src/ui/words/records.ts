import type { PageText } from './language.ts';

/** What the pages of records and labels say. */
export const records = {
  'search-records': [
    'Reference, serial, IMEI or record number',
    'Номер, сериен №, IMEI или № на протокол',
    '编号、序列号、IMEI 或记录号',
    'Номер, серийный №, IMEI или № протокола',
  ],
  search: ['Search', 'Търси', '搜索', 'Искать'],
  today: ['Today', 'Днес', '今天', 'Сегодня'],
  'last-30': ['Last 30 days', 'Последните 30 дни', '最近 30 天', 'Последние 30 дней'],
  'all-days': ['All days', 'Всички дни', '全部日期', 'Все дни'],
  period: ['Period', 'Период', '时段', 'Период'],
  'all-outcomes': ['All outcomes', 'Всички резултати', '全部结果', 'Все результаты'],
  outcome: ['Outcome', 'Резултат', '结果', 'Результат'],
  record: ['Record', 'Протокол', '记录', 'Протокол'],
  ended: ['Ended', 'Край', '结束', 'Конец'],
  took: ['Took', 'Време', '用时', 'Время'],
  'no-records': [
    'There are no such records.',
    'Няма такива протоколи.',
    '没有这样的记录。',
    'Таких протоколов нет.',
  ],
  'shown-of': ['{n} shown of {all}', 'Показани {n} от {all}', '显示 {n} / {all}', 'Показано {n} из {all}'],
  sheet: ['Sheet', 'Лист', '记录页', 'Лист'],
  'as-signed': ['As signed', 'Подписаният (EN)', '签名原件（英文）', 'Подписанный (EN)'],
  'open-sheet': ['Open the sheet', 'Отвори листа', '打开记录页', 'Открыть лист'],
  'print-labels': ['Print labels', 'Печат на етикети', '打印标签', 'Печать этикеток'],
  'print-label': ['Print the label', 'Печат на етикет', '打印标签', 'Печать этикетки'],
  'label-62': ['Label, 62 × 29 mm', 'Етикет, 62 × 29 mm', '标签 62 × 29 毫米', 'Этикетка, 62 × 29 мм'],
  'label-a4': ['A4 sheet of labels', 'Лист A4 с етикети', 'A4 标签页', 'Лист A4 с этикетками'],
  'label-text': [
    'The code holds the reference and the hash of the record.',
    'Кодът съдържа номера и хеша на протокола.',
    '二维码包含编号和记录的哈希值。',
    'Код содержит номер и хеш протокола.',
  ],
  'press-print': ['Print', 'Печат', '打印', 'Печать'],
  'records-elsewhere': ['At other stations', 'На други станции', '其他工位的记录', 'На других станциях'],
  'records-elsewhere-more': [
    'Sheet, pictures and label are on the page of that station.',
    'Листът, снимките и етикетът са на страницата на онази станция.',
    '记录页、图片和标签在该工位的页面上。',
    'Лист, снимки и этикетка — на странице той станции.',
  ],
} satisfies Record<string, PageText>;
