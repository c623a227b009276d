import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import { exportPasswords, storedPasswords } from '../store/vault.ts';
import { lazyStore } from './store.ts';
import { say } from './terminal.ts';

export function passwordsCommand(): Command {
  return new Command('passwords')
    .description('list the new passwords that the store keeps, without showing them; --save-to writes them to a file')
    .option('--save-to <file>', 'file that gets them, for its owner only to read; what is in it is replaced')
    .option('--json', 'one JSON array on stdout, without the passwords')
    .action(async ({ saveTo, json }: { saveTo?: string; json?: boolean }) => {
      const { store: open, close } = lazyStore(loadSettings());
      try {
        const { pool, seal } = await open();
        const kept = await storedPasswords(pool, seal);
        if (json) process.stdout.write(`${JSON.stringify(kept.map(({ id: _, password: __, ...rest }) => rest))}\n`);
        else
          for (const { account, contact, serial, state, keptAt } of kept)
            process.stdout.write(`${keptAt.slice(0, 16).replace('T', ' ')}  ${state.padEnd(11)}  ${account}  ${contact}  ${serial}\n`);
        if (kept.length === 0) return say(`The store keeps no new password${saveTo ? `, and ${saveTo} was not written` : ''}.`);
        if (saveTo === undefined) return say("→ 'mi-unbind passwords --save-to FILE' writes them to a file");
        exportPasswords(saveTo, kept);
        say(`${kept.length === 1 ? 'It is' : `All ${kept.length} are`} in ${saveTo} now, for its owner only to read.`);
      } finally {
        await close();
      }
    });
}
