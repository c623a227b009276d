import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
}

interface Job {
  uses?: string;
  steps?: Step[];
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const workflows = globSync('.github/workflows/*.yml')
  .sort()
  .map((file) => ({ file: basename(file), ...(parse(readFileSync(file, 'utf8')) as Workflow) }));
const jobs = workflows.flatMap(({ file, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ where: `${file} › ${name}`, name, job })),
);
const steps = jobs.flatMap(({ where, job }) => (job.steps ?? []).map((step) => ({ where, ...step })));

test('a push is checked, the long things run each night, and a tag releases', () => {
  assert.deepEqual(
    workflows.map(({ file, on }) => `${file}: ${Object.keys(on).join(', ')}`),
    [
      'check.yml: push, pull_request, workflow_call',
      'fuzz.yml: schedule, workflow_dispatch',
      'mutants.yml: schedule, workflow_dispatch',
      'nightly.yml: schedule, workflow_dispatch',
      'phones.yml: workflow_dispatch, workflow_call',
      'release.yml: push',
    ],
  );
});

test('a workflow may only read, but for the provenance of the package', () => {
  for (const { file, permissions } of workflows) assert.deepEqual(permissions, { contents: 'read' }, file);
  const more = jobs.filter(({ job }) => job.permissions).map(({ where, job }) => [where, job.permissions]);
  assert.deepEqual(more, [['release.yml › publish', { contents: 'read', 'id-token': 'write' }]]);
});

test('its actions are those of GitHub itself or workflows of this repository', () => {
  const used = [...steps.map(({ uses }) => uses), ...jobs.map(({ job }) => job.uses)].flatMap(
    (uses) => uses ?? [],
  );
  assert.ok(used.length > 15);
  const odd = used.filter((uses) => !/^actions\/[a-z-]+@v\d+$/.test(uses) && !existsSync(uses));
  assert.deepEqual(odd, []);
});

test('each job has a limit, and no shell is handed the value of an expression that others can write', () => {
  const endless = jobs.filter(({ job }) => !job.uses && job['timeout-minutes'] === undefined);
  assert.deepEqual(
    endless.map(({ where }) => where),
    [],
  );
  const inShell = steps.flatMap(({ run = '' }) => run.match(/\$\{\{.*?\}\}/g) ?? []);
  assert.deepEqual(inShell, ['${{ steps.sim.outputs.pid }}']);
});

test('each script that a workflow runs exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const runs = steps.flatMap(({ run = '' }) => run.split('\n'));
  const named = runs.flatMap((line) => /\bnpm run ([\w:-]+)/.exec(line)?.[1] ?? []);
  assert.ok(named.length > 4);
  assert.deepEqual(
    named.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
  const files = runs.flatMap(
    (line) => /^(?:node )?((?:\.ci|bin|src|bench)\/[\w./-]+)/.exec(line.trim())?.[1] ?? [],
  );
  assert.ok(files.includes('.ci/servers'));
  assert.deepEqual(
    files.filter((file) => !existsSync(file)),
    [],
  );
});

test('the forms for issues ask for no secret, and say so first', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/{fault,rom}.yml').map((file) => readFileSync(file, 'utf8'));
  assert.equal(forms.length, 2);
  for (const form of forms) {
    const { body } = parse(form) as { body: { type: string; attributes: { value?: string } }[] };
    assert.equal(body[0]?.type, 'markdown');
    assert.match(body[0]?.attributes.value ?? '', /^(\*\*Post no password|.*\*\*Look through)/s);
  }
});
