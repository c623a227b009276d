import { join } from 'node:path';
import { xml } from '../formats/xml.ts';
import { privateFolder, writePrivate } from '../private-files.ts';
import { renderBatch } from './batch-page.ts';
import { endOf, whyOf, type Batch, type BatchRow } from './batch.ts';

/**
 * Writes the report as a page, a table, JSON and JUnit into a folder of its own in `folder`, and gives the
 * page.
 */
export function writeBatch(batch: Batch, { folder: records }: { folder: string }): string {
  const folder = join(records, `batch-${batch.name.replace(/[^\w.-]/g, '_')}`);
  privateFolder(folder);
  const files = {
    'batch.html': renderBatch(batch),
    'batch.csv': csv(batch),
    'batch.json': `${JSON.stringify(batch, null, 2)}\n`,
    'batch.xml': junit(batch),
  };
  for (const [name, text] of Object.entries(files)) writePrivate(join(folder, name), text);
  return join(folder, 'batch.html');
}

const COLUMNS: Record<string, (row: BatchRow) => string> = {
  serial: ({ serial }) => serial,
  imei: ({ imei }) => imei,
  reference: ({ reference }) => reference,
  state: ({ state }) => state,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  what_to_do: whyOf,
  retry_from: ({ retryFrom }) => retryFrom,
  model: ({ model }) => model,
  release: ({ release }) => release,
  region: ({ region }) => region,
  attempts: ({ attempts }) => String(attempts),
  started_at: ({ startedAt }) => startedAt,
  ended_at: ({ endedAt }) => endedAt,
  seconds: ({ durationMs }) => (durationMs / 1000).toFixed(1),
  job: ({ job }) => job,
  record: ({ record }) => record,
  // In the words of the page and the terminal.
  result: endOf,
  checklist: ({ checklist }) => checklist,
};

/**
 * For a spreadsheet: with the mark by which Excel knows UTF-8, and no cell that it would take for a formula.
 */
export function csv({ rows }: Batch): string {
  const lines = rows.map((row) => Object.values(COLUMNS).map((value) => cell(value(row))));
  return `\uFEFF${[Object.keys(COLUMNS), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')}`;
}

function cell(value: string): string {
  // Spreadsheets also take full-width signs for the start of a formula.
  const plain = /^[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** For CI: a test case for each phone. */
export function junit({ name, at, rows }: Batch): string {
  const kinds = rows.map(kindOf);
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  const time = rows.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const totals = `tests="${rows.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mi-unbind" ${totals}>
<testsuite name="${xml(name)}" ${totals} time="${(time / 1000).toFixed(1)}" timestamp="${at.slice(0, 19)}">
${rows.map((row) => testcase(name, row)).join('\n')}
</testsuite>
</testsuites>
`;
}

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

/** Skipped: it has come to no end yet, or was called off. */
function kindOf({ state, outcome }: BatchRow): Kind {
  if (state === 'done') return 'passed';
  if (state === 'parked') return outcome === 'error' ? 'error' : 'failure';
  return state === 'needs-person' ? 'failure' : 'skipped';
}

function testcase(batch: string, row: BatchRow): string {
  const kind = kindOf(row);
  const title = [row.serial || row.imei, row.reference].filter(Boolean).join(' · ');
  const why = whyOf(row);
  const message = xml([endOf(row), why].filter(Boolean).join(': '));
  const type = kind === 'skipped' ? '' : ` type="${xml(row.reason || row.outcome)}"`;
  const verdict = kind === 'passed' ? '' : `<${kind} message="${message}"${type}/>`;
  const evidence = row.record ? `<system-out>${xml(`${row.record}/record.html`)}</system-out>` : '';
  return `<testcase classname="mi-unbind.${xml(batch)}" name="${xml(title)}" time="${(row.durationMs / 1000).toFixed(1)}">${verdict}${evidence}</testcase>`;
}
