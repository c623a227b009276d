import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSpec, SpecError, withoutPassword } from './spec.ts';

describe('the spec of a phone', () => {
  it('has a default for everything', () => {
    const { release, pace, faults, account } = parseSpec({});
    assert.deepEqual(
      { release, pace, faults, account },
      { release: '14', pace: 'real', faults: [], account: undefined },
    );
  });

  it('names every wrong key and value, and what can be written', () => {
    assert.throws(
      () => parseSpec({ relaese: '10', pace: 'fast', account: { id: 'ivan', password: 'x' } }),
      (error) => {
        assert.ok(error instanceof SpecError);
        assert.match(error.message, /Unrecognized key: "relaese"/);
        assert.match(error.message, /"real"\|"slow"\|"instant"/);
        assert.match(error.message, /5 to 12 digits.*\n.*account\.id/);
        assert.match(error.message, /Known keys: release, region/);
        return true;
      },
    );
  });

  it('is shown without its password', () => {
    const spec = parseSpec({ account: { id: '6230001535', password: 'secret-1' } });
    assert.doesNotMatch(JSON.stringify(withoutPassword(spec)), /secret-1/);
    assert.equal(spec.account?.password, 'secret-1');
  });
});
