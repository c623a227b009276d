import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { startFakeAdb } from '../host/adb-server-fake.ts';
import { NONE_NAMED } from '../account/match.ts';
import { loadSettings } from '../config/config.ts';
import { CancelledError, UnknownPhoneError, UsageError } from '../errors.ts';
import type { RunEvent, RunResult } from '../events.ts';
import type { Evidence } from '../flows/evidence.ts';
import type { PhoneFacts } from '../phone/facts.ts';
import { workFolder } from '../live/command.ts';
import { conclude, factsIn, openEvidence, phoneOf, runOnPhone } from './phone-run.ts';
import { openStation } from './station.ts';

const folder = workFolder('phone-run');
const unlessWindows = { skip: process.platform === 'win32' ? 'a script stands for adb' : false };

const RESULT: RunResult = {
  ...{ serial: 'd1e2', model: '', release: '', region: '', language: '', account: '' },
  ...{ accountCheck: NONE_NAMED, outcome: 'refused', data: 'keep', via: 'intent' },
  ...{ passwordSubmitted: false, durationMs: 1, evidence: '', drift: [], warnings: [] },
};

/** A run's evidence whose phone was last seen on this page. */
function seen(page: string | undefined): Evidence {
  const evidence = openEvidence(join(folder, 'runs'), crypto.randomUUID(), () => undefined);
  Object.assign(evidence.progress, { page });
  return evidence;
}

suite('what a result tells of the phone', () => {
  test('of one whose facts were read, with the account masked; else each is empty', () => {
    const facts = { model: 'M2', release: 'MIUI 14', region: 'global', language: 'en' };
    const whole = { ...facts, accounts: ['6230001535', 'other'] } as unknown as PhoneFacts;
    assert.deepEqual(phoneOf(whole), { ...facts, account: '********35' });
    const nothing = { model: '', release: '', region: '', language: '', account: '' };
    assert.deepEqual(phoneOf(undefined), nothing);
    assert.equal(phoneOf({ ...whole, accounts: [] }).account, '');
  });

  test('the answer about the synced data, where the phone asked', () => {
    const evidence = seen(undefined);
    assert.deepEqual(factsIn(evidence), {});
    assert.deepEqual(factsIn(undefined), {});
    evidence.step('keep the synced data');
    assert.deepEqual(factsIn(evidence), { dataAnswer: 'keep' });
  });
});

suite('the evidence folder of a run', () => {
  test('is named after the moment and what it is about, in letters that any disk takes', () => {
    const heard: RunEvent[] = [];
    const evidence = openEvidence('runs', '10.0.7.21:5555', (event) => heard.push(event));
    assert.match(basename(evidence.folder), /^\d{8}T\d{6}Z-10\.0\.7\.21_5555$/);
    evidence.step('it begins');
    assert.equal(heard.length, 1);
  });

  test('is its own, also of two runs on one phone that begin in one second', () => {
    const about = 'same';
    const names = [1, 2, 3].map(() => basename(openEvidence('seconds', about, () => undefined).folder));
    assert.equal(new Set(names).size, 3);
    for (const name of names) assert.match(name, /^\d{8}T\d{6}Z-same$/);
    assert.deepEqual(names, names.toSorted());
  });

  test('that cannot be made is refused with the option that names another', () => {
    writeFileSync('a-file', '');
    assert.throws(
      () => openEvidence('a-file', 'd1e2', () => undefined),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^The evidence folder 'a-file' cannot be written: /);
        assert.equal(
          error.hint,
          'set EVIDENCE_DIR or DATA_DIR to a folder that you may write to, or HOME where neither is set',
        );
        return true;
      },
    );
  });
});

suite('the end of a run', () => {
  test('without evidence is the result as it is', async () => {
    const run = { result: RESULT, exit: 1 };
    assert.equal(await conclude(run, undefined), run);
  });

  test('stands beside the evidence, as JSON and as a page', async () => {
    const evidence = seen(undefined);
    const { result, exit } = await conclude({ result: RESULT, exit: 1 }, evidence);
    assert.equal(exit, 1);
    const written = JSON.parse(readFileSync(join(evidence.folder, 'result.json'), 'utf8')) as object;
    assert.deepEqual(written, result);
    assert.match(readFileSync(join(evidence.folder, 'index.html'), 'utf8'), /d1e2/);
  });

  test('says what the phone shows, where it has not done what it was to do', async () => {
    const factsOf = async (result: Partial<RunResult>, page?: string) =>
      (await conclude({ result: { ...RESULT, ...result }, exit: 1 }, seen(page))).result.facts;
    const value = 'the password dialog is open';
    assert.deepEqual(await factsOf({}, 'password dialog'), [{ name: 'On the phone now', value }]);
    const before = { name: 'Account compared', value: 'x' };
    assert.deepEqual(await factsOf({ outcome: 'error', facts: [before] }, 'password dialog'), [
      before,
      { name: 'On the phone when last seen', value },
    ]);
    assert.equal(await factsOf({}), undefined);
    assert.equal(await factsOf({ serial: '' }, 'password dialog'), undefined);
    for (const outcome of ['signed-out', 'already-signed-out'] as const)
      assert.equal(await factsOf({ outcome }, 'password dialog'), undefined);
  });

  test('quotes no account of the phone, neither in its message nor in its hint', async () => {
    const evidence = seen(undefined);
    evidence.know({ accounts: ['6230001535'] });
    const words = { message: 'it shows 6230001535', hint: 'look for 6230001535' };
    const { result } = await conclude({ result: { ...RESULT, ...words }, exit: 1 }, evidence);
    assert.match(result.message ?? '', /^it shows /);
    assert.match(result.hint ?? '', /^look for /);
    assert.doesNotMatch(JSON.stringify(result), /6230001535/);
  });

  test('is as it was where the evidence cannot be written whole, and says so', async () => {
    const evidence = seen(undefined);
    rmSync(evidence.folder, { recursive: true });
    writeFileSync(evidence.folder, '');
    const { result } = await conclude({ result: { ...RESULT, warnings: ['w'] }, exit: 0 }, evidence);
    assert.equal(result.warnings[0], 'w');
    assert.match(
      result.warnings[1] ?? '',
      /^the evidence in .+ is incomplete: .+ → free space for EVIDENCE_DIR$/,
    );
    assert.match(result.facts?.[0]?.value ?? '', /^incomplete: \S/);
    assert.equal(result.facts?.[0]?.name, 'Evidence');
  });
});

suite('a run on a phone that is not there', unlessWindows, () => {
  mkdirSync(join(folder, 'platform-tools'));
  const adb = join(folder, 'platform-tools', 'adb');
  writeFileSync(adb, "#!/bin/sh\necho 'Android Debug Bridge version 1.0.41'\n");
  chmodSync(adb, 0o755);
  const run = (port: number, signal: AbortSignal) => {
    const at = { androidHome: folder, adbServerPort: port, appiumUrl: 'http://[::1]:1' };
    const store = () => assert.fail('no store is opened');
    return runOnPhone(
      { ...openStation({ ...loadSettings({}), ...at }), store },
      {
        ...{ serial: 'd1e2', evidence: 'none', signal, hide: [] },
        onEvent: () => assert.fail('nothing is begun'),
        flow: () => Promise.reject(new Error('no flow is begun')),
      },
    );
  };

  test('ends with an error that names those that are, and with nothing done', async (t) => {
    const { port } = await startFakeAdb(t, 'other                  device usb:1-1 transport_id:1\n');
    const { error, ...rest } = await run(port, new AbortController().signal);
    assert.ok(error instanceof UnknownPhoneError, String(error));
    assert.match(`${error.message} ${error.hint}`, /other/);
    assert.deepEqual(Object.keys(rest), ['durationMs']);
    assert.ok(Number.isInteger(rest.durationMs));
  });

  test('ends as stopped where it was stopped', async (t) => {
    const { port } = await startFakeAdb(t, '');
    const { error } = await run(port, AbortSignal.abort());
    assert.ok(error instanceof CancelledError, String(error));
    assert.match(error.hint ?? '', /\S/);
  });
});
