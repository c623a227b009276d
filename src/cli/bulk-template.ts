import { Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { columnsInWords, FORMATS, listTemplate } from '../jobs/list/template.ts';
import { printRaw, say } from './terminal.ts';

export function bulkTemplateCommand(): Command {
  return new Command('template')
    .description('a list to start from, on stdout: mi-unbind bulk template > phones.csv')
    .addOption(
      new Option('--format <name>', 'the kind of file; the columns of xlsx keep IMEIs as they are')
        .choices(FORMATS)
        .default('csv'),
    )
    .action(({ format }: { format: (typeof FORMATS)[number] }) => {
      if (format === 'xlsx' && process.stdout.isTTY)
        throw new UsageError(
          'A workbook cannot be shown at a terminal.',
          'send it to a file: mi-unbind bulk template --format xlsx > phones.xlsx',
        );
      printRaw(listTemplate(format));
      say(`The columns; serial or imei, account and data are needed, in any order:\n${columnsInWords()}`);
    });
}
