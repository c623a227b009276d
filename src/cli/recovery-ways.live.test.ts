import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LiveRecovery, byMail, bySms } from '../live/recovery.ts';
import { postMissing } from '../live/post.ts';

const WAYS = (['phone', 'web'] as const).flatMap((method) =>
  (['email', 'phone'] as const).flatMap((by) =>
    (['keep', 'delete'] as const).map((data) => ({ method, by, data })),
  ),
);

describe('every way to recover an account', { skip: postMissing() }, () => {
  let live: LiveRecovery;
  before(async () => {
    live = await LiveRecovery.start();
  });
  after(() => live?.stop());

  for (const { method, by, data } of WAYS) {
    const how = `${method === 'phone' ? 'on the phone' : 'by web'}, with a code by ${by === 'email' ? 'e-mail' : 'SMS'}`;
    it(`changes the password ${how}, and signs out with data to ${data}`, async () => {
      // Two of the ways ask for a second code.
      const twice = (by === 'email') === (method === 'phone') && data === 'delete';
      const owner = await live.owner(
        { lockDays: 0, ...(twice && { secondCode: 'same' }) },
        method === 'web' ? { faults: ['identity-url-failed'] } : {},
      );
      const source = by === 'email' ? byMail(owner.email) : bySms(owner.phone);
      const { code, result, stderr } = await live.run(['recover', live.serial, '--data', data, ...source]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        [result.outcome, result.proof, result.newPassword, result.savedTo, result.codesRequested],
        ['signed-out', 'sign-out', 'confirmed', 'store', twice ? 2 : 1],
      );
      const { kinds } = await live.seen(owner);
      const proof = method === 'web' ? ['password'] : [];
      const round = [`code-sent ${by}`, 'code-checked'];
      const wanted = [...round, ...(twice ? round : []), `password-changed ${method}`, ...proof, 'password'];
      assert.deepEqual(kinds.slice(0, wanted.length), wanted);
      assert.deepEqual(kinds.slice(wanted.length), ['find-device-off', 'device-unbound', 'signed-out']);
      const page = readFileSync(join(result.evidence, 'index.html'), 'utf8');
      assert.ok(
        page.includes(`asked for ${twice ? 'twice' : 'once'}, by ${by === 'email' ? 'e-mail' : 'SMS'}`),
      );
      const { account, events } = await live.rig.witness(live.serial);
      assert.equal(account, null);
      const choices = events.flatMap(({ kind, detail }) => (kind === 'data-choice' ? [detail?.choice] : []));
      assert.deepEqual(choices, [data === 'keep' ? 'keep' : 'remove']);
    });
  }

  it('nothing that is written or printed, and nobody beside it, has a password or a code', async () => {
    assert.deepEqual(await live.leaks(), []);
  });
});
