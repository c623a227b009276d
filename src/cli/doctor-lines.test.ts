import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fail, found, ok, warn, type Finding } from '../phone/doctor/finding.ts';
import type { DoctorReport, PhoneReport } from '../runs/doctor/doctor.ts';
import { doctorLines } from './doctor-lines.ts';
import { painted } from './lines.ts';

const NODE = found('Node', ok('24.21.0'));
const LOCKED = found('lock', fail('the screen is locked', 'a run cannot unlock it', 'unlock it'));
const LOW = found('battery', warn('14 %', 'it may go out', 'charge it'));
const FULL = found('battery', ok('80 %, charging'));
const phone = (serial: string, findings: Finding[], fixed: string[] = []): PhoneReport => ({
  serial,
  findings,
  fixed,
});

function report(host: Finding[], phones: PhoneReport[]): DoctorReport {
  const all = [...host, ...phones.flatMap(({ findings }) => findings)];
  const count = (wanted: Finding['verdict']) => all.filter(({ verdict }) => verdict === wanted).length;
  const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') };
  return { ok: counts.fail === 0, host, phones, counts };
}

const shown = (host: Finding[], phones: PhoneReport[]) =>
  doctorLines(report(host, phones)).map((line) => painted(line, false));
const many = (count: number, findings: Finding[], from = 1) =>
  Array.from({ length: count }, (_, at) => phone(`p${at + from}`, findings));

describe('what the doctor found', () => {
  test('of one phone: each check, faults first, then warnings, then what is in order', () => {
    assert.deepEqual(shown([NODE], [phone('p1', [FULL, { ...LOW, check: 'stay awake' }, LOCKED])]), [
      'This computer',
      '  ✔ Node        24.21.0',
      '',
      'p1',
      ...['  ✖ lock        the screen is locked', '      a run cannot unlock it', '      → unlock it'],
      ...['  ! stay awake  14 %', '      it may go out', '      → charge it'],
      '  ✔ battery     80 %, charging',
      '',
      '2 in order, 1 warning, 1 fault',
    ]);
  });

  test('of 12 phones: a fault that several have once, with their names, and what is in order counted', () => {
    const phones = [
      ...many(8, [FULL, found('lock', ok('unlocked'))]),
      ...many(2, [LOW, found('lock', ok('unlocked'))], 9),
      phone('p11', [FULL, LOCKED]),
      phone('p12', [LOW, LOCKED]),
    ];
    assert.deepEqual(shown([NODE, { ...LOW, check: 'evidence' }], phones), [
      'This computer',
      ...['  ! evidence  14 %', '      it may go out', '      → charge it'],
      '  ✔ 1 in order besides',
      '',
      '12 phones',
      '  ✖ lock      the screen is locked',
      ...['      p11, p12', '      a run cannot unlock it', '      → unlock it'],
      ...['  ! battery   14 %', '      p9, p10, p12', '      it may go out', '      → charge it'],
      '  ✔ p1, p2, p3, p4, p5, p6, p7, p8: in order',
      "  19 checks in order; 'mi-unbind doctor SERIAL' lists those of one phone",
      '',
      '20 in order, 4 warnings, 2 faults',
    ]);
  });

  test('of more than 12 phones with one fault: 12 names, and the number of the others', () => {
    const lines = shown([NODE], many(15, [LOCKED]));
    const names = Array.from({ length: 12 }, (_, at) => `p${at + 1}`).join(', ');
    assert.ok(lines.includes(`      ${names} and 3 more`));
    assert.equal(lines.filter((line) => line.includes('the screen is locked')).length, 1);
    assert.ok(!lines.some((line) => line.endsWith(': in order')));
  });

  test('of two phones with the same check and another finding: both', () => {
    const lines = shown([NODE], [phone('p1', [LOW]), phone('p2', [{ ...LOW, what: '9 %' }])]);
    assert.deepEqual(
      lines.filter((line) => line.includes(' % ') || / \d+ %$/.test(line)),
      ['  ! battery  14 %', '  ! battery  9 %'],
    );
  });

  test('of what was mended: the phone is named where there are several', () => {
    assert.ok(shown([NODE], [phone('p1', [FULL], ['screen woken'])]).includes('  + screen woken'));
    const two = shown([NODE], [phone('p1', [FULL], ['screen woken']), phone('p2', [FULL])]);
    assert.ok(two.includes('  + p1: screen woken'));
  });
});
