import type { RunResult } from '../events.ts';
import {
  acceptedInFile,
  acceptedPassword,
  fileVault,
  StoreVault,
  type Vault,
  type Whose,
} from '../store/vault.ts';
import type { Secret } from '../secret.ts';
import type { RecoverRequest } from './recover.ts';
import type { RecoveryRun } from './recovery.ts';
import { runSignOut } from './sign-out.ts';
import type { RunContext, Station } from './station.ts';

interface Kept {
  id: string;
  password: Secret;
}

/**
 * Signs the phone out with the password that an earlier recovery has given its account, where one is kept:
 * after a lock's end the same command would otherwise change it once more, and have the phone locked again. A
 * password that the phone refuses is marked, so that the next run recovers the account anew. Undefined where
 * none is kept.
 */
export async function signOutWithKept(
  station: Station,
  request: RecoverRequest,
  context: RunContext,
): Promise<RecoveryRun | undefined> {
  const { serial, data, account, by, codeSource, contact, evidence, saveTo, another } = request;
  const names = [contact, ...(account ? [account] : [])];
  const { kept, vault } = saveTo === undefined ? await inStore() : inFile(saveTo);
  if (!kept) return undefined;
  context.onEvent({
    at: new Date().toISOString(),
    kind: 'step',
    what: 'sign out with the password that an earlier recovery has kept',
  });
  const wish = { serial, account, another, data, via: 'intent' as const, evidence, password: kept.password };
  const run = await runSignOut(station, wish, context);
  const refused = run.result.reason === 'wrong-password';
  if (refused) await vault.mark(kept.id, 'rejected');
  const result = withoutWish(run.result);
  if (refused)
    result.warnings.push(
      'the password that was kept is no longer the account’s: the same command once more recovers it anew',
    );
  const known = {
    codeRequested: false,
    codesRequested: 0,
    newPassword: refused ? 'rejected' : 'confirmed',
    savedTo: saveTo ?? 'store',
  } as const;
  return { ...run, result: { ...result, by, codeSource, ...known } };

  async function inStore(): Promise<{ kept: Kept | undefined; vault: Vault }> {
    const { pool, seal } = await station.store();
    return { kept: await acceptedPassword(pool, seal, names), vault: new StoreVault(pool, seal, whose()) };
  }

  function inFile(file: string): { kept: Kept | undefined; vault: Vault } {
    // First: it says what is wrong with the file.
    const vault = fileVault(file, whose());
    return { kept: acceptedInFile(file, names), vault };
  }

  function whose(): Whose {
    return { contact, serial };
  }
}

function withoutWish({ data: _, via: __, ...result }: RunResult) {
  return result;
}
