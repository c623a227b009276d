import { xml } from '../formats/xml.ts';
import type { RomCheck, RomPage, RomThing } from '../rom/check.ts';
import { isFault, thingWords, VERDICTS } from './rom-words.ts';

/** For CI: a suite for each page object, a test case for each thing on it, one for each file that was not read. */
export function romJunit({ pages, unread }: RomCheck): string {
  const suites = [
    ...pages.map(({ page, things }) =>
      suite(
        page,
        things.map((thing) => caseOf(page, thing)),
      ),
    ),
    ...(unread.length > 0
      ? [
          suite(
            'files',
            unread.map(({ file, why }) => testcase('files', file, 'failure', why)),
          ),
        ]
      : []),
  ];
  const count = (what: RegExp) => suites.join('').match(what)?.length ?? 0;
  const totals = `tests="${count(/<testcase /g)}" failures="${count(/<failure /g)}" skipped="${count(/<skipped /g)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mi-unbind rom check" ${totals}>
${suites.join('\n')}
</testsuites>
`;
}

function suite(name: string, cases: readonly string[]): string {
  const all = cases.join('\n');
  const count = (what: RegExp) => all.match(what)?.length ?? 0;
  return `<testsuite name="${xml(name)}" tests="${cases.length}" failures="${count(/<failure /g)}" errors="0" skipped="${count(/<skipped /g)}">
${all}
</testsuite>`;
}

function caseOf(page: RomPage['page'], thing: RomThing): string {
  const { verdict, locator } = thing;
  if (isFault(verdict)) return testcase(page, locator, 'failure', thingWords(thing, page));
  return verdict === 'there'
    ? testcase(page, locator)
    : testcase(page, locator, 'skipped', VERDICTS[verdict][2]);
}

function testcase(page: string, name: string, kind?: 'failure' | 'skipped', message = ''): string {
  const verdict = kind === undefined ? '' : `<${kind} message="${xml(message)}"/>`;
  return `<testcase classname="rom.${xml(page)}" name="${xml(name)}">${verdict}</testcase>`;
}
