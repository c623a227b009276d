import { facts } from '../sim/releases-facts.ts';
import { releases, traitsOf } from '../sim/releases.ts';
import { faultNames, parseSpec, releaseNames, surpriseNames } from '../sim/spec.ts';
import { languages } from '../sim/strings/strings.ts';

/** Columns before what is listed. */
const INDENT = 12;

/** What simulated phones there are, and what of them is known of real ones. */
export function simList() {
  return {
    releases: releaseNames.map((release) => {
      const { name, android, models } = releases[release];
      const regions = Object.fromEntries(
        (['global', 'china'] as const).map((region) => {
          const { order, entryRow, passwordForm } = traitsOf(parseSpec({ release, region }));
          return [region, { model: models[region].model, order, entryRow, passwordForm }];
        }),
      );
      return { release, name, android, regions };
    }),
    languages,
    surprises: surpriseNames,
    faults: faultNames,
    facts,
  };
}

/** The same for people, at most `width` columns wide. */
export function simListText({ releases: rows, ...list }: ReturnType<typeof simList>, width = 100): string {
  const table = rows.flatMap(({ release, name, android, regions }) =>
    Object.entries(regions).map(([region, { model, order, entryRow, passwordForm }], i) => [
      ...(i === 0 ? [release, name, android] : ['', '', '']),
      region,
      model,
      String(order),
      entryRow,
      passwordForm,
    ]),
  );
  return [
    ...columns([['--release', 'name', 'Android', 'region', 'model', 'order', 'row', 'password'], ...table]),
    '',
    ...wrapped(
      'order:      the screens of a sign-out; row: where Settings has the account; password: the form for a new one. A spec may say otherwise.',
      width,
    ),
    '',
    ...wrapped(`--language  ${list.languages.join(', ')}`, width),
    ...wrapped(`surprises   ${list.surprises.join(', ')}`, width),
    ...wrapped(`faults      ${list.faults.join(', ')}`, width),
    '',
    ...wrapped(
      'facts:      proven ones were read from a ROM, from Android or from what a phone printed; for the assumed ones no source was found, a real phone may differ; the tolerated ones no phone is known to do.',
      width,
    ),
    ...list.facts.flatMap(({ fact, standing, source }) => [
      ...wrapped(`${standing.padEnd(INDENT)}${fact}`, width),
      ...wrapped(`${' '.repeat(INDENT)}source: ${source}`, width),
    ]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** docs/simulator-facts.md, as `npm run docs:simulator` writes it. */
export function simPage({ releases: rows, facts: known, ...list }: ReturnType<typeof simList>): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const table = (head: readonly string[], body: readonly (readonly string[])[]) =>
    [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.map(cell).join(' | ')} |`);
  return [
    '# What is known of real phones, and which phones are simulated',
    '',
    '<!-- Written by `npm run docs:simulator` from src/sim/spec.ts, releases.ts and releases-facts.ts. -->',
    '',
    '`mi-unbind sim --list` prints the same. A spec (`--spec FILE`) may say otherwise than a release does.',
    '',
    ...table(
      ['--release', 'name', 'Android', 'region', 'model', 'order', 'row', 'password'],
      rows.flatMap(({ release, name, android, regions }) =>
        Object.entries(regions).map(([region, { model, order, entryRow, passwordForm }]) => [
          ...[release, name, android, region, model, String(order), entryRow, passwordForm],
        ]),
      ),
    ),
    '',
    `Languages: ${list.languages.join(', ')}.`,
    '',
    `Surprises: ${list.surprises.join(', ')}.`,
    '',
    `Faults: ${list.faults.join(', ')}.`,
    '',
    '## Proven and assumed',
    '',
    '`proven`: read from a ROM, from Android or from what a real phone printed. `assumed`: no source was found, a real phone may differ.',
    '`tolerated`: no phone is known to do it; flows have to stand it all the same.',
    '',
    ...table(
      ['what the simulated phone does', 'standing', 'source'],
      known.map(({ fact, standing, source }) => [fact, standing, source]),
    ),
    '',
  ].join('\n');
}

function columns(table: readonly (readonly string[])[]): string[] {
  const wide = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  return table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(wide[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Broken between words; all lines but the first are set in. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [at, word] of text.split(' ').entries()) {
    const longer = at === 0 ? word : `${line} ${word}`;
    if (longer.length <= width || line.trim() === '') line = longer;
    else {
      lines.push(line);
      line = `${' '.repeat(INDENT)}${word}`;
    }
  }
  return [...lines, line];
}
