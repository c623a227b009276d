import type { PageText } from './language.ts';

/** What the page of one list and the pictures of a record say. */
export const batch = {
  'back-to-lists': ['Lists', 'Списъци', '列表', 'Списки'],
  'open-batch': ['Open the list', 'Отвори списъка', '打开列表', 'Открыть список'],
  'of-done': ['of {all} done', 'от {all} готови', '已完成，共 {all}', 'из {all} готово'],
  progress: ['Progress', 'Напредък', '进度', 'Ход работы'],
  'batch-median': ['per phone, median', 'на телефон, медиана', '每部手机（中位数）', 'на телефон, медиана'],
  'batch-left': ['still to come', 'предстоят', '待处理', 'ещё впереди'],
  'batch-person': ['need a person', 'чакат човек', '需人工', 'ждут человека'],
  export: ['Export', 'Изнасяне', '导出', 'Выгрузка'],
  'no-batch': ['There is no such list.', 'Няма такъв списък.', '没有这样的列表。', 'Такого списка нет.'],
  'first-of': [
    'The first {n} of {all}. The export has all.',
    'Първите {n} от {all}. Изнесеното съдържа всички.',
    '显示前 {n} / {all}。导出包含全部。',
    'Первые {n} из {all}. В выгрузке все.',
  ],
  'no-pictures': [
    'This record has no pictures.',
    'Този протокол няма снимки.',
    '此记录没有图片。',
    'В этом протоколе нет снимков.',
  ],
  'back-to-records': ['Records', 'Протоколи', '记录', 'Протоколы'],
  day: ['Day', 'Ден', '日期', 'День'],
} satisfies Record<string, PageText>;
