import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecoveryOutcome } from '../flows/recovery.ts';
import { ledNowhere } from './recover.ts';

test('the web is tried where the phone offers no way, and not where it is done, refused, or was begun in an earlier attempt', () => {
  const person = (reason: string) => ({ kind: 'needs-person', reason }) as RecoveryOutcome;
  const refused = (reason: string) => ({ kind: 'refused', reason }) as RecoveryOutcome;
  const nowhere = [person('captcha'), person('unknown-page'), person('keyboard'), refused('identity-check')];
  const somewhere = [
    person('done-before'),
    person('second-code-budget'),
    person('second-code-contact'),
    person('third-code'),
    refused('wrong-code'),
    refused('code-budget'),
    { kind: 'changed', proof: 'message' },
    { kind: 'unclear' },
  ] as RecoveryOutcome[];
  assert.deepEqual([...nowhere, ...somewhere].map(ledNowhere), [
    ...nowhere.map(() => true),
    ...somewhere.map(() => false),
  ]);
});
