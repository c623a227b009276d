import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSettings } from '../config/config.ts';
import type { JobEnd } from '../jobs/job.ts';
import { headOf } from '../report/chain.ts';
import { forgetRecords } from '../report/forget.ts';
import { writeRecord } from '../report/record.ts';
import { run, workFolder } from '../live/command.ts';
import { pdfOf, printPdf } from './report-pdf.ts';
import { stationKey } from '../runs/station-key.ts';
import { listedJob } from '../live/job.ts';

const folder = workFolder('report');

const END: JobEnd = {
  ...{ outcome: 'signed-out', model: 'M2', release: 'MIUI 14', region: 'global', language: 'en' },
  ...{ imei: '', account: '6******35', passwordSubmitted: true, codeRequested: false, durationMs: 1 },
  ...{ drift: [], evidence: '' },
};

/** Records of jobs 1 to `count` in a folder. */
async function write(records: string, count: number, signed = false, end: JobEnd = END): Promise<void> {
  for (let id = 1; id <= count; id++) {
    const job = listedJob({
      ...{ id: String(id), batch: 'list', state: 'running', attempts: 1, station: 'b', serial: `p${id}` },
      order: { phone: { serial: `p${id}` }, reference: `L-${id}` },
      createdAt: '2026-11-26T00:50:00.000Z',
      startedAt: '2026-11-26T00:55:19.000Z',
      endedAt: '2026-11-26T00:55:31.000Z',
    });
    const about = { state: 'done', account: '6******35', ledger: [], operator: 'Iva', station: 'b' } as const;
    const signer = signed ? stationKey(loadSettings()).signer : undefined;
    await writeRecord({ job, end, ...about, tool: 'mi-unbind' }, { folder: records, signer });
  }
}

const folderOf = (records: string, id: number) => join(records, `2026-11-26-005519000-${id}-p${id}`);

suite('report verify', () => {
  before(async () => {
    await write('records', 1);
    await write('three', 3);
    await write('signed', 2, true);
  });

  test('says of RECORDS_DIR that each record is as it was written, and which is the newest', async (t) => {
    const { code, stdout, stderr } = await run(t, 'report', 'verify');
    const { sha256 } = headOf('records');
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      '1 record: each is as it was written, and so is everything in its folder.\n' +
        `The newest is record 1, SHA-256 ${sha256}\n`,
    );
  });

  test('tells each problem with its record and folder, and exit code 1', async (t) => {
    cpSync('three', 'changed', { recursive: true });
    writeFileSync(join(folderOf('changed', 2), 'note.txt'), 'x');
    writeFileSync(join('changed', 'chain', 'stranger'), '');
    const one = await run(t, 'report', 'verify', 'changed');
    assert.equal(one.code, 1);
    const lines = one.stdout.trimEnd().split('\n');
    assert.ok(lines.includes('record 2, 2026-11-26-005519000-2-p2: note.txt was added'), one.stdout);
    assert.ok(lines.includes('chain: stranger was added'), one.stdout);
    assert.ok(lines.includes('3 records: 2 problems.'), one.stdout);
    const json = await run(t, 'report', 'verify', 'changed', '--json');
    assert.equal(json.code, 1);
    const { count, problems } = JSON.parse(json.stdout) as { count: number; problems: object[] };
    assert.deepEqual([count, problems.length], [3, 2]);
    rmSync(join('changed', 'chain', 'stranger'));
    const single = await run(t, 'report', 'verify', 'changed');
    assert.match(single.stdout, /^3 records: 1 problem\.$/m);
  });

  test('a record that a process was writing is no problem, and is said', async (t) => {
    cpSync('three', 'cut', { recursive: true });
    mkdirSync(folderOf('cut', 4));
    writeFileSync(join(folderOf('cut', 4), 'record.1.json'), '{}');
    const { code, stdout } = await run(t, 'report', 'verify', 'cut');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^2026-11-26-\d+-4-p4: being written, or cut short; the next 'mi-unbind bulk' or 'station' finishes it$/m,
    );
    rmSync('cut', { recursive: true });
  });

  test('a record whose personal data were removed on purpose is said, with when and by whom', async (t) => {
    cpSync('three', 'less', { recursive: true });
    const about = { operator: 'Iva', station: 'b', tool: 'mi-unbind', reference: 'L-2', runs: 'runs' };
    await forgetRecords({ folder: 'less', signer: undefined }, { ...about, jobs: ['2'] });
    const { code, stdout } = await run(t, 'report', 'verify', 'less');
    assert.match(stdout, /^record 2: forgotten on \d{4}-\d\d-\d\d by Iva$/m);
    assert.match(stdout, /^4 records: each is as it was written/m);
    assert.equal(code, 0);
  });

  test('checks signatures with the own key, or with the one that is given', async (t) => {
    const own = await run(t, 'report', 'verify', 'signed');
    assert.match(own.stdout, /^2 of them signed; every signature checked\.$/m);
    assert.match(own.stdout, /^Signed with key [\da-f]{8,}: \S{40,}$/m);
    const key = await run(t, 'report', 'key');
    assert.match(key.stdout, /^-----BEGIN PUBLIC KEY-----\n/);
    assert.match(
      key.stderr,
      /^Key [\da-f]+\. Keep it out of reach of everyone who can change the records\.\n$/,
    );
    writeFileSync('station.pem', key.stdout);
    const given = await run(t, 'report', 'verify', 'signed', '--key', 'station.pem');
    assert.equal(given.code, 0);
    // With a key every record has to be signed.
    assert.equal((await run(t, 'report', 'verify', 'three', '--key', 'station.pem')).code, 1);
  });

  test('a noted head has to be in the chain still', async (t) => {
    const { sha256 } = headOf('three');
    assert.equal((await run(t, 'report', 'verify', 'three', '--head', sha256)).code, 0);
    assert.equal((await run(t, 'report', 'verify', 'records', '--head', sha256)).code, 1);
  });

  test('a folder that is none, or holds no records, is no proof of anything', async (t) => {
    mkdirSync('empty');
    const hint = 'name the folder of records, or set RECORDS_DIR';
    for (const [name, message] of [
      ['nowhere', "There is no folder 'nowhere'."],
      ['station.pem', "There is no folder 'station.pem'."],
      ['empty', "'empty' holds no records."],
    ] as const) {
      const { code, stdout, error } = await run(t, 'report', 'verify', name);
      assert.deepEqual([code, stdout, error?.message, error?.hint], [2, '', message, hint]);
    }
  });
});

suite('report batch', () => {
  before(() => write('some', 2));

  test('sums up a folder of records as page, CSV, JSON and JUnit', async (t) => {
    const { code, stdout, stderr } = await run(t, 'report', 'batch', './some');
    assert.deepEqual([code, stdout], [0, '']);
    const [, page = ''] = /^The report is (.+); CSV, JSON and JUnit are beside it\.\n$/.exec(stderr) ?? [];
    assert.match(readFileSync(page, 'utf8'), /L-2/);
    assert.deepEqual(readdirSync(join(page, '..')).sort(), [
      'batch.csv',
      'batch.html',
      'batch.json',
      'batch.xml',
    ]);
  });

  test('gives the report as JSON: of which phones, and where the chain stood', async (t) => {
    const { stdout } = await run(t, 'report', 'batch', './some', '--json');
    const batch = JSON.parse(stdout) as { name: string; head: object; rows: { reference: string }[] };
    assert.deepEqual(
      batch.rows.map(({ reference }) => reference),
      ['L-1', 'L-2'],
    );
  });
});

suite('report pdf', () => {
  const script = (text: string) => {
    mkdirSync('tools', { recursive: true });
    writeFileSync('tools/chromium', `#!/bin/sh\n${text}\n`);
    chmodSync('tools/chromium', 0o755);
    return { path: join(folder, 'tools') };
  };
  before(() => {
    mkdirSync('printed/record', { recursive: true });
    for (const name of ['printed/record/record.html', 'printed/batch.html', 'printed/other.txt'])
      writeFileSync(name, '<p>it');
  });
  after(() => rmSync('printed', { recursive: true }));

  test('a PDF lies beside its page, of a record beside its folder', () => {
    assert.equal(pdfOf('/r/1/record.html'), '/r/1.pdf');
    assert.equal(pdfOf('/r/batch.html'), '/r/batch.pdf');
  });

  test('what is not a page is refused, and so is one that is not there', async (t) => {
    for (const name of ['printed/other.txt', 'printed/gone.html']) {
      const { code, stdout, error } = await run(t, 'report', 'pdf', name);
      assert.deepEqual(
        [code, stdout, error?.message, error?.hint],
        [2, '', `'${name}' is not a page that can be printed.`, 'name a record.html or batch.html'],
      );
    }
  });

  test('without Chromium it is said what to install, and that any browser prints it', async () => {
    await assert.rejects(printPdf('printed/batch.html', { path: join(folder, 'nothing') }), {
      message: 'A PDF is printed by Chromium, and none is on the PATH.',
      hint: 'install it, e.g. apt-get install chromium, or print printed/batch.html from any browser',
    });
  });

  // A script stands for Chromium.
  const unlessWindows = { skip: process.platform === 'win32' };

  test('what Chromium wrote is given; an older print is not', unlessWindows, async () => {
    writeFileSync('printed/record.pdf', 'an older one');
    const prints = 'for one; do case $one in --print-to-pdf=*) echo "$@" > "${one#*=}";; esac; done';
    const pdf = await printPdf('printed/record/record.html', script(prints));
    assert.equal(pdf, join(process.cwd(), 'printed/record.pdf'));
    const args = readFileSync(pdf, 'utf8');
    assert.match(args, /--headless=new .*--no-pdf-header-footer .*file:\/\/\/\S+\/record\.html\n$/);
    assert.ok(!existsSync(/--user-data-dir=(\S+)/.exec(args)?.[1] ?? ''), 'its profile is left');
    await assert.rejects(printPdf('printed/record/record.html', script('exit 0')), {
      message: `Chromium wrote no ${pdf}.`,
      hint: 'see whether the folder can be written',
    });
    await assert.rejects(printPdf('printed/batch.html', script('exit 3')), {
      message: 'Chromium could not print printed/batch.html.',
      hint: 'print it from any browser',
    });
  });
});
