import type { Settings } from '../config/config.ts';
import type { RunEvent, RunResult } from '../events.ts';
import {
  acceptedInFile,
  acceptedPassword,
  fileVault,
  StoreVault,
  type Vault,
  type Whose,
} from '../store/vault.ts';
import type { Secret } from '../secret.ts';
import type { RecoveryRequest, RecoveryRun } from './recovery.ts';
import { runSignOut } from './sign-out.ts';
import { lazyStore } from './store.ts';

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
  serial: string,
  { data, account }: { data: 'keep' | 'delete'; account?: string | undefined },
  request: RecoveryRequest,
  settings: Settings,
  signal: AbortSignal,
  told: (event: RunEvent) => void,
): Promise<RecoveryRun | undefined> {
  const { by, codeSource, contact, evidence, saveTo, another } = request;
  const names = [contact, ...(account ? [account] : [])];
  const own = lazyStore(settings);
  try {
    const { kept, vault } = saveTo === undefined ? await inStore() : inFile(saveTo);
    if (!kept) return undefined;
    told({
      at: new Date().toISOString(),
      kind: 'step',
      what: 'sign out with the password that an earlier recovery has kept',
    });
    const run = await runSignOut(
      { serial, account, another, data, via: 'intent', evidence, password: kept.password },
      settings,
      signal,
      told,
    );
    const refused = run.result.reason === 'wrong-password';
    if (refused) await vault.mark(kept.id, 'rejected');
    const result = withoutWish(run.result);
    if (refused)
      result.warnings.push(
        'the password that was kept is no longer the account’s: the same command once more recovers it anew',
      );
    const known = {
      codeRequested: false,
      newPassword: refused ? 'rejected' : 'confirmed',
      savedTo: saveTo ?? 'store',
    } as const;
    return { ...run, result: { ...result, by, codeSource, ...known } };
  } finally {
    await own.close();
  }

  async function inStore(): Promise<{ kept: Kept | undefined; vault: Vault }> {
    const { pool, seal } = await own.store();
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
