import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { JobAdmin } from '../jobs/admin.ts';
import type { Job, Order } from '../jobs/job.ts';
import { JobQueue } from '../jobs/queue.ts';
import type { StationEvent } from '../jobs/runner.ts';
import { arrangeRuns } from '../live/simulated/one-process.ts';
import { ownVersion } from '../own-files.ts';
import { entryOf, numbersOf } from '../report/chain.ts';
import { readRecord, type PhoneRecord } from '../report/record.ts';
import { Secret } from '../secret.ts';
import { storedPasswords, StoreVault } from '../store/vault.ts';
import type { PersonOf } from './perform.ts';
import { noticesAs, runJobs, type JobsRequest } from './run-jobs.ts';
import type { StationParts } from './station.ts';

const RIGHT = 'Right-pass1';
let accounts = 6_230_001_535;
const account = (more: { email?: string; lockDays?: number } = {}) => ({
  ...{ id: String(accounts++), password: RIGHT, email: 'lab@example.com' },
  ...more,
});

const noneLeft = (jobs: Record<string, Job>) =>
  !Object.values(jobs).some(({ state }) => ['waiting', 'running', 'unrecorded'].includes(state));

describe('a station at work on jobs', () => {
  const runs = arrangeRuns('jobs');

  interface Wish {
    env?: Record<string, string>;
    parts?: Partial<StationParts>;
    personOf?: PersonOf;
    request?: Partial<JobsRequest>;
    /** Missing: none can be begun any more. */
    isOver?: (jobs: Record<string, Job>) => boolean;
  }

  /** The jobs of a list by their reference, once none of them can be begun any more. */
  async function worked(
    batch: string,
    orders: [Partial<Order>, password?: string][],
    { env, parts, personOf, request, isOver = noneLeft }: Wish = {},
  ) {
    const settings = runs.settings({ STATION: 'one', OPERATOR: 'Eva', ...env });
    const queue = new JobQueue(runs.store, { station: 'one' });
    const listed = orders.map(([order, password], at) => ({
      order: { account: '', data: 'keep', ifForgotten: 'stop', ownerConsent: '', ...order } as Order,
      row: at + 2,
      ...(password !== undefined && { password: new Secret(password) }),
    }));
    await queue.add(batch, listed, { keepSecrets: true });
    const events: StationEvent[] = [];
    const onEvent = (event: StationEvent) => void events.push(event);
    const logs = join(settings.evidenceDir, 'station-20261130T090000Z');
    await using station = runs.station({ logs, onNotice: noticesAs(onEvent) }, settings, parts);
    const jobs = async () => {
      const all = await new JobAdmin(runs.store).list({ batch, limit: 20 });
      return Object.fromEntries(all.map((job): [string, Job] => [job.order.reference, job]));
    };
    await runJobs(station, {
      ...{ parallel: 3, batch, signal: new AbortController().signal, onEvent, personOf },
      over: async () => isOver(await jobs()),
      ...request,
    });
    const problems = events.flatMap((event) => (event.kind === 'problem' ? [event.what] : []));
    return { jobs: await jobs(), events, problems, settings, logs };
  }
  const endsOf = (jobs: Record<string, Job>) =>
    Object.fromEntries(
      Object.entries(jobs).map(([name, { state, end }]) => [name, [state, end?.outcome, end?.reason]]),
    );
  const recordsIn = (folder: string): PhoneRecord[] =>
    numbersOf(folder).map((seq) => readRecord(folder, entryOf(folder, seq)!.folder)!.record);

  /** A lab that says of each phone what is to be done, and hears how each has ended. */
  async function labOf(t: TestContext, actions: Record<string, string>) {
    const posts: { path: string; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const said = JSON.parse(body) as Record<string, unknown>;
        posts.push({ path: request.url ?? '', body: said });
        response.end(
          JSON.stringify({ action: actions[String(said['reference'])] ?? 'run', reason: 'as it says' }),
        );
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => (server.closeAllConnections(), server.close()));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { posts, env: { BEFORE_URL: `${url}/before`, AFTER_URL: `${url}/after` } };
  }

  it('asks the lab before each phone, writes the record of each end, and hands it to the lab', async (t) => {
    const { posts, env } = await labOf(t, { skipped: 'skip' });
    const [right, wrong, none] = [account(), account(), account()];
    const sim = runs.lab.put('right', { account: right });
    runs.lab.put('wrong', { account: wrong, helpers: 'none' });
    runs.lab.put('skipped', { account: account() });
    runs.lab.put('none', { account: none });
    const seen: string[] = [];
    const steps: string[] = [];
    const watcher = {
      onPhones: (attached: readonly { serial: string }[], ready: readonly { serial: string }[]) =>
        void seen.push(`${attached.length} listed, ${ready.length} ready`),
      onFull: () => undefined,
      onStep: (job: { serial: string }, { kind }: { kind: string }, evidence: string) =>
        void (kind === 'password-submitted' && steps.push(`${job.serial} ${existsSync(evidence)}`)),
    };
    const { jobs, events, problems, settings } = await worked(
      'first',
      [
        [
          { reference: 'right', phone: { serial: 'right' }, account: right.id, ownerConsent: 'signed' },
          RIGHT,
        ],
        [{ reference: 'wrong', phone: { serial: 'wrong' }, account: wrong.id }, 'Wrong-pass1'],
        [{ reference: 'skipped', phone: { serial: 'skipped' }, account: '6230009990' }, RIGHT],
        [{ reference: 'none', phone: { serial: 'none' }, account: none.id }],
      ],
      { env: { ...env, LAB_NAME: 'Repair Lab', DATABASE_URL: '' }, request: { watcher } },
    );
    assert.deepEqual(endsOf(jobs), {
      right: ['done', 'signed-out', undefined],
      wrong: ['parked', 'refused', 'wrong-password'],
      skipped: ['cancelled', 'skipped', undefined],
      none: ['parked', 'cancelled', 'no-password'],
    });
    assert.deepEqual(problems, []);
    assert.ok(seen.includes('4 listed, 4 ready'), seen.join('; '));
    assert.deepEqual(steps.toSorted(), ['right true', 'wrong true']);
    assert.deepEqual(
      events
        .flatMap((event) => (event.kind === 'ended' ? [[event.reference, event.state].join(' ')] : []))
        .toSorted(),
      ['none parked', 'right done', 'skipped cancelled', 'wrong parked'],
    );

    const asked = posts.filter(({ path }) => path === '/before').map(({ body }) => body);
    const { imei } = sim;
    assert.deepEqual(
      asked.find(({ serial }) => serial === 'right'),
      {
        ...{
          event: 'before',
          job: jobs['right']?.id,
          batch: 'first',
          serial: 'right',
          imei,
          reference: 'right',
          attempt: 1,
        },
      },
    );
    const records = recordsIn(settings.recordsDir);
    const delivered = posts.filter(({ path }) => path === '/after').map(({ body }) => body);
    assert.deepEqual(
      delivered
        .map(({ event, seq, record }) => [event, seq, record])
        .toSorted((a, b) => Number(a[1]) - Number(b[1])),
      records.map((record) => ['after', record.seq, record]),
    );
    assert.ok(
      delivered.every(({ key, signature }) => typeof key === 'string' && typeof signature === 'string'),
    );

    const record = records.find(({ reference }) => reference === 'right')!;
    assert.deepEqual(record.phone, {
      serial: 'right',
      imei,
      model: '2201117TG',
      release: 'MIUI 14',
      region: 'global',
      language: 'en-GB',
    });
    assert.deepEqual(
      [
        record.account.listed,
        record.account.onPhone,
        record.operator,
        record.station,
        record.tool,
        record.state,
      ],
      ['********35', '********35', 'Eva', 'one', `mi-unbind ${ownVersion()}`, 'done'],
    );
    assert.deepEqual(
      [record.outcome, record.passwordSubmitted, record.ownerConsent],
      ['signed-out', true, 'signed'],
    );
    assert.deepEqual(
      record.acts.map(({ act }) => act),
      ['password-submitted'],
    );
    assert.match(record.verifiedAt, /^\d{4}-/);
    assert.equal(record.lab?.name, 'Repair Lab');
    assert.deepEqual(
      record.facts
        .map(({ name, value }) => [name, value])
        .filter(([name]) => /^(Account|Stays)/.test(name ?? '')),
      [
        ['Account compared', 'the account named: all of it (password dialog)'],
        [
          'Stays on the phone',
          'USB debugging, authorised for this computer; Appium’s helper apps, which were there before',
        ],
      ],
    );
    const refused = records.find(({ reference }) => reference === 'wrong')!;
    assert.deepEqual(refused.facts.at(-1), {
      name: 'Stays on the phone',
      value: 'USB debugging, authorised for this computer',
      todo: 'in the developer options: revoke USB debugging authorisations, then turn USB debugging off',
    });
    assert.equal(refused.verifiedAt, '');
    assert.ok(!JSON.stringify([events, posts, records]).includes(RIGHT));
  });

  it('asks a person for a password that a phone wants and its list does not give', async () => {
    const [known, unknown, odd] = [account(), account(), account()];
    for (const [serial, owner] of Object.entries({ known, unknown, odd }))
      runs.lab.put(serial, { account: owner });
    const asked: string[] = [];
    const answers: Record<string, string> = { known: RIGHT, odd: 'two\nlines' };
    const personOf: PersonOf = ({ order }, serial) => ({
      person: {
        ask: async ({ what, prompt }) => {
          asked.push(`${order.reference} ${serial} ${what}: ${prompt}`);
          return answers[serial];
        },
      },
    });
    const { jobs, events } = await worked(
      'person',
      Object.entries({ known, unknown, odd }).map(([serial, { id }]) => [
        { reference: serial, phone: { serial }, account: id },
      ]),
      { personOf },
    );
    assert.deepEqual(endsOf(jobs), {
      known: ['done', 'signed-out', undefined],
      unknown: ['parked', 'cancelled', 'no-password'],
      odd: ['parked', 'cancelled', 'no-password'],
    });
    const prompt = 'password: Type the password of the account';
    assert.deepEqual(
      asked.toSorted(),
      ['known', 'odd', 'unknown'].map((one) => `${one} ${one} ${prompt}`),
    );
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event.what] : []));
    assert.equal(steps.filter((what) => what === 'ask a person: password').length, 3);
  });

  it('recovers an account whose password is not known, and signs the next of its phones out with the new one', async () => {
    const owner = account({ email: 'lab+1@example.com', lockDays: 0 });
    runs.lab.put('a1', { account: owner });
    const order = {
      account: owner.id,
      ifForgotten: 'recover',
      codeSource: 'imap',
      by: 'email',
      contact: owner.email,
    } as const;
    const first = await worked('recover-1', [[{ reference: 'a1', phone: { serial: 'a1' }, ...order }]]);
    assert.deepEqual(endsOf(first.jobs), { a1: ['done', 'signed-out', undefined] });
    assert.deepEqual(
      [first.jobs['a1']?.end?.codeRequested, first.jobs['a1']?.end?.passwordSubmitted],
      [true, true],
    );
    const [kept] = await storedPasswords(runs.store.pool, runs.store.seal);
    assert.deepEqual([kept?.contact, kept?.serial, kept?.state], [owner.email, 'a1', 'confirmed']);
    runs.lab.put('a2', { account: { ...owner, password: kept!.password.reveal() } });
    const second = await worked('recover-2', [[{ reference: 'a2', phone: { serial: 'a2' }, ...order }]]);
    assert.deepEqual(
      [endsOf(second.jobs), second.jobs['a2']?.end?.codeRequested],
      [{ a2: ['done', 'signed-out', undefined] }, false],
    );
  });

  it('marks a kept password that a phone refuses, and tries once more without it', async () => {
    const owner = account({ email: 'lab+2@example.com', lockDays: 0 });
    runs.lab.put('b1', { account: owner });
    const vault = new StoreVault(runs.store.pool, runs.store.seal, { contact: owner.email, serial: 'b0' });
    await vault.mark(await vault.keep(owner.id, new Secret('Outdated-1')), 'confirmed');
    const order = {
      account: owner.id,
      ifForgotten: 'recover',
      codeSource: 'imap',
      by: 'email',
      contact: 'lab+2@example.com',
    } as const;
    const { jobs } = await worked('outdated', [[{ reference: 'b1', phone: { serial: 'b1' }, ...order }]]);
    assert.deepEqual([endsOf(jobs), jobs['b1']?.attempts], [{ b1: ['done', 'signed-out', undefined] }, 2]);
    const states = (await storedPasswords(runs.store.pool, runs.store.seal)).filter(
      ({ contact }) => contact === order.contact,
    );
    assert.deepEqual(
      states.map(({ state }) => state),
      ['rejected', 'confirmed'],
    );
  });

  it('a fault that was not foreseen ends one job, quotes nothing, and is kept in full beside the logs', async () => {
    const owner = account();
    runs.lab.put('c1', { account: owner });
    const parts = { appium: () => Promise.reject(new TypeError('canary')) };
    const order = { reference: 'c1', phone: { serial: 'c1' }, account: owner.id };
    const { jobs, settings, logs } = await worked('unforeseen', [[order, RIGHT]], {
      parts,
      isOver: ({ c1 }) => c1?.end !== undefined,
    });
    const { end, state } = jobs['c1']!;
    assert.deepEqual([state, end?.outcome, end?.reason], ['waiting', 'error', 'unexpected']);
    const file = join(logs, 'faults.log');
    assert.deepEqual(
      [end?.message, end?.hint],
      ['A fault that was not foreseen ended it.', `report what ${file} says`],
    );
    assert.match(
      readFileSync(file, 'utf8'),
      /^\d{4}-.* Unexpected fault, please report it:\nTypeError: canary\n {4}at /,
    );
    assert.ok(!JSON.stringify(recordsIn(settings.recordsDir)).includes('canary'));
  });

  it('says that records are begun anew elsewhere, and which did not reach the lab', async () => {
    runs.lab.put('d1', {});
    const elsewhere = join(runs.folder, 'elsewhere');
    const finished = (await runs.store.pool.query("select from mi_unbind.job where state = 'done'")).rowCount;
    const { jobs, problems } = await worked(
      'elsewhere',
      [[{ reference: 'd1', phone: { serial: 'd1' }, account: '6230009991' }, RIGHT]],
      { env: { RECORDS_DIR: elsewhere, AFTER_URL: 'http://127.0.0.1:9/after' } },
    );
    assert.deepEqual(endsOf(jobs), { d1: ['done', 'already-signed-out', undefined] });
    assert.equal(
      problems[0],
      `${finished} phones of this database are finished, and ${elsewhere} holds no record: a new chain of records begins there. If theirs is elsewhere, stop this and set RECORDS_DIR to that folder`,
    );
    assert.equal(
      problems.at(-1),
      "1 records are not delivered to AFTER_URL yet; the next 'mi-unbind bulk' or 'station' goes on with it",
    );
    await runs.store.pool.query('delete from mi_unbind.delivery');
  });

  it('ends when it is stopped, with nothing begun, and refuses folders that it could not write to', async () => {
    runs.lab.put('e1', { account: account() });
    const orders: [Partial<Order>, string][] = [
      [{ reference: 'e1', phone: { serial: 'e1' }, account: '6230009992' }, RIGHT],
    ];
    const { jobs } = await worked('stopped', orders, { request: { signal: AbortSignal.abort() } });
    assert.deepEqual([jobs['e1']?.state, jobs['e1']?.attempts], ['waiting', 0]);
    const env = { RECORDS_DIR: join(import.meta.filename, 'records') };
    await assert.rejects(worked('stopped', orders, { env }), { code: 'config' });
    const only = { only: '0', over: async () => true };
    const none = await worked('stopped', orders, { request: only });
    assert.equal(none.jobs['e1']?.state, 'waiting', 'it is not the one that is wanted');
  });
});
