import type { ListFaultCode } from '../../jobs/list/sayings.ts';
import type { PageText } from './language.ts';

/** Why a file is no list, and what to do. */
export const LIST_FAULT_WORDS: Readonly<Record<ListFaultCode, PageText>> = {
  rows: [
    'The list has more than {most} rows. Split it into several lists.',
    'Списъкът има повече от {most} реда. Разделете го на няколко.',
    '列表超过 {most} 行。请拆分为多个列表。',
    'В списке больше {most} строк. Разделите его на несколько.',
  ],
  large: [
    'The workbook unfolds to more than a list of phones can be. Save the list alone in a new file.',
    'Таблицата е по-голяма, отколкото списък с телефони може да е. Запишете само списъка в нов файл.',
    '工作簿展开后过大，不像手机列表。请将列表单独另存为新文件。',
    'Книга больше, чем может быть список телефонов. Сохраните один список в новый файл.',
  ],
  workbook: [
    'This cannot be read as an Excel workbook. Save it anew as XLSX or CSV UTF-8.',
    'Не се чете като таблица на Excel. Запишете я отново като XLSX или CSV UTF-8.',
    '无法作为 Excel 工作簿读取。请另存为 XLSX 或 CSV UTF-8。',
    'Не читается как книга Excel. Сохраните её заново как XLSX или CSV UTF-8.',
  ],
  'old-workbook': [
    'This is a workbook of Excel before 2007, or one with a password. Save it anew as XLSX without a password.',
    'Това е таблица отпреди Excel 2007 или с парола. Запишете я отново като XLSX без парола.',
    '这是 Excel 2007 之前的工作簿，或有密码。请另存为无密码的 XLSX。',
    'Это книга Excel старше 2007 или с паролем. Сохраните её заново как XLSX без пароля.',
  ],
  sheets: [
    'Several sheets are lists of phones: {sheets}. Leave one of them in the file.',
    'Няколко листа са списъци с телефони: {sheets}. Оставете във файла само един.',
    '有多个工作表是手机列表：{sheets}。请在文件中只保留一个。',
    'Несколько листов — списки телефонов: {sheets}. Оставьте в файле один.',
  ],
  'no-sheet': [
    'The workbook has no sheet. Save it anew as XLSX or CSV UTF-8.',
    'В таблицата няма лист. Запишете я отново като XLSX или CSV UTF-8.',
    '工作簿中没有工作表。请另存为 XLSX 或 CSV UTF-8。',
    'В книге нет листа. Сохраните её заново как XLSX или CSV UTF-8.',
  ],
  binary: [
    'This is neither text nor an Excel workbook. Save the list as XLSX or CSV UTF-8.',
    'Това не е нито текст, нито таблица на Excel. Запишете списъка като XLSX или CSV UTF-8.',
    '既不是文本也不是 Excel 工作簿。请将列表另存为 XLSX 或 CSV UTF-8。',
    'Это не текст и не книга Excel. Сохраните список как XLSX или CSV UTF-8.',
  ],
  encoding: [
    'The list is not in UTF-8 (first in line {line}). Save it anew as XLSX or CSV UTF-8.',
    'Списъкът не е в UTF-8 (първо на ред {line}). Запишете го отново като XLSX или CSV UTF-8.',
    '列表不是 UTF-8（首次出现在第 {line} 行）。请另存为 XLSX 或 CSV UTF-8。',
    'Список не в UTF-8 (впервые в строке {line}). Сохраните его заново как XLSX или CSV UTF-8.',
  ],
  quote: [
    'A quotation mark is wrong (line {line}). Put the value in quotation marks, and write each one inside it twice.',
    'Една кавичка е грешна (ред {line}). Сложете стойността в кавички, а всяка кавичка в нея пишете два пъти.',
    '引号有误（第 {line} 行）。请将值放入引号中，其中的每个引号写两次。',
    'Кавычка не на месте (строка {line}). Возьмите значение в кавычки, а каждую кавычку внутри пишите дважды.',
  ],
  json: [
    'This is not valid JSON. Write an array of objects: [{ "serial": "…", "account": "…", "data": "keep" }]',
    'Това не е валиден JSON. Напишете масив от обекти: [{ "serial": "…", "account": "…", "data": "keep" }]',
    '不是有效的 JSON。请写对象数组：[{ "serial": "…", "account": "…", "data": "keep" }]',
    'Это не верный JSON. Напишите массив объектов: [{ "serial": "…", "account": "…", "data": "keep" }]',
  ],
  'json-array': [
    'This is not an array of objects. Write one object for each phone.',
    'Това не е масив от обекти. Напишете по един обект за всеки телефон.',
    '不是对象数组。请为每部手机写一个对象。',
    'Это не массив объектов. Напишите по одному объекту на каждый телефон.',
  ],
  'json-entry': [
    'Entry {row} holds no text under "{column}". Write each value as a text in quotation marks.',
    'В запис {row} под „{column}“ няма текст. Напишете всяка стойност като текст в кавички.',
    '第 {row} 条的“{column}”不是文本。请将每个值写成带引号的文本。',
    'В записи {row} под «{column}» не текст. Пишите каждое значение текстом в кавычках.',
  ],
  empty: [
    'The list is empty. Begin it with a heading over each column.',
    'Списъкът е празен. Започнете го със заглавие над всяка колона.',
    '列表为空。请在每列上方写标题。',
    'Список пуст. Начните его с заголовка над каждым столбцом.',
  ],
  headings: [
    'The first row names none of the columns. Put a heading over each: serial or imei, account, password, data.',
    'Първият ред не назовава нито една колона. Сложете заглавие над всяка: serial или imei, account, password, data.',
    '第一行没有列标题。请在每列上方写标题：serial 或 imei、account、password、data。',
    'В первой строке нет названий столбцов. Поставьте над каждым: serial или imei, account, password, data.',
  ],
};
