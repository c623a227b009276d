import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import { fileVault, StoreVault } from '../store/vault.ts';
import { lazyStore } from './code-sources.ts';
import { say } from './terminal.ts';

export function passwordsCommand(): Command {
  return new Command('passwords')
    .description('list the new passwords that the store keeps, without showing them; --save-to writes them to a file')
    .option('--save-to <file>', 'file that gets them, for its owner only to read')
    .option('--json', 'one JSON array on stdout, without the passwords')
    .action(async ({ saveTo, json }: { saveTo?: string; json?: boolean }) => {
      const { store: open, close } = lazyStore(loadSettings());
      try {
        const file = saveTo === undefined ? undefined : fileVault(saveTo);
        const { pool, seal } = await open();
        const kept = await new StoreVault(pool, seal).list();
        for (const { account, password, state } of file ? kept : []) {
          const id = await file?.keep(account, password);
          if (id !== undefined && state !== 'unconfirmed') await file?.mark(id, state);
        }
        const rows = kept.map(({ account, state, keptAt }) => ({ account, state, keptAt }));
        if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
        else
          for (const { account, state, keptAt } of rows)
            process.stdout.write(`${keptAt.slice(0, 16).replace('T', ' ')}  ${state.padEnd(11)}  ${account}\n`);
        say(
          rows.length === 0
            ? 'The store keeps no new password.'
            : saveTo
              ? `They are in ${saveTo} now.`
              : "→ 'mi-unbind passwords --save-to FILE' writes them to a file",
        );
      } finally {
        await close();
      }
    });
}
