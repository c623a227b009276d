import { oneLine } from '../words/printable.ts';
import type { Finding } from '../phone/doctor/finding.ts';
import type { DoctorReport, PhoneReport } from '../runs/doctor/doctor.ts';
import { padded, style, widthOf } from './lines.ts';

const MARKS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✖'] } as const;
const ORDER: readonly Finding['verdict'][] = ['fail', 'warn', 'ok'];

/** Phones that are named in a line; more are counted. */
const NAMED = 12;

const counted = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;

/**
 * What the doctor found, for people: what is to be mended first. One phone shows every check; of several,
 * what is in order is counted, and a fault that several have stands once.
 */
export function doctorLines({ host, phones, counts: { ok, warn, fail } }: DoctorReport): string[] {
  const isMany = phones.length > 1;
  const groups = [{ serial: 'This computer', findings: host, fixed: [] }, ...(isMany ? [] : phones)];
  const findings = [...host, ...phones.flatMap((phone) => phone.findings)];
  const width = Math.max(...findings.map(({ check }) => widthOf(check)));
  return [
    ...groups.flatMap(({ serial, findings, fixed }) => [
      style('bold', oneLine(serial)),
      ...fixed.map((what) => `  + ${what}`),
      ...(isMany ? notInOrder(findings, width) : sorted(findings).flatMap((one) => linesOf(one, width))),
      '',
    ]),
    ...(isMany ? [...linesOfMany(phones, width), ''] : []),
    `${ok} in order, ${counted(warn, 'warning')}, ${counted(fail, 'fault')}`,
  ];
}

const sorted = (findings: readonly Finding[]) =>
  findings.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));

function notInOrder(findings: readonly Finding[], width: number): string[] {
  const open = sorted(findings).filter(({ verdict }) => verdict !== 'ok');
  const rest = findings.length - open.length;
  return [
    ...open.flatMap((one) => linesOf(one, width)),
    `  ${style('green', '✔')} ${rest} in order${open.length > 0 ? ' besides' : ''}`,
  ];
}

function linesOfMany(phones: readonly PhoneReport[], width: number): string[] {
  const fixed = phones.flatMap(({ serial, fixed }) => fixed.map((what) => `  + ${oneLine(serial)}: ${what}`));
  const all = phones.flatMap(({ serial, findings }) => findings.map((finding) => ({ serial, finding })));
  const open = all.filter(({ finding }) => finding.verdict !== 'ok');
  const same = Map.groupBy(open, ({ finding }) => JSON.stringify(finding));
  const groups = [...same.values()].toSorted(
    ([a], [b]) => ORDER.indexOf(a!.finding.verdict) - ORDER.indexOf(b!.finding.verdict),
  );
  const withFault = new Set(open.map(({ serial }) => serial));
  const fine = phones.filter(({ serial }) => !withFault.has(serial)).map(({ serial }) => serial);
  return [
    style('bold', `${phones.length} phones`),
    ...fixed,
    ...groups.flatMap((group) =>
      linesOf(group[0]!.finding, width, namesOf(group.map(({ serial }) => serial))),
    ),
    ...(fine.length > 0 ? [`  ${style('green', '✔')} ${namesOf(fine)}: in order`] : []),
    `  ${all.length - open.length} checks in order; 'mi-unbind doctor SERIAL' lists those of one phone`,
  ];
}

function namesOf(serials: readonly string[]): string {
  const more = serials.length - NAMED;
  const named = serials.slice(0, NAMED).map(oneLine).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** One line; what is not in order says of which phones, why it matters and what to do. */
function linesOf(finding: Finding, width: number, phones?: string): string[] {
  const [format, mark] = MARKS[finding.verdict];
  const line = `  ${style(format, mark)} ${padded(oneLine(finding.check), width)}  ${oneLine(finding.what)}`;
  if (finding.verdict === 'ok') return [line];
  return [
    line,
    ...(phones === undefined ? [] : [`      ${phones}`]),
    `      ${style('dim', finding.why)}`,
    `      → ${finding.todo}`,
  ];
}
