import { Command } from 'commander';
import { loadSettings } from '../config.ts';
import { UsageError } from '../errors.ts';
import { fileFault } from '../file-fault.ts';
import { exportPasswords, forgetExported, storedPasswords, textIn } from '../store/vault.ts';
import type { Store } from '../store/store.ts';
import { fileToSaveTo } from './save-to.ts';
import { lazyStore } from './store.ts';
import { say } from './terminal.ts';

interface Flags {
  saveTo?: string;
  exported?: string;
  json?: boolean;
}

export function passwordsCommand(): Command {
  return new Command('passwords')
    .description('list the new passwords that the store keeps, without showing them')
    .option('--save-to <file>', 'write them to a file, for its owner only to read; what is in it is replaced', fileToSaveTo)
    .option('--exported <file>', 'that file is safe: the store forgets each password that stands in it, and lists the rest')
    .option('--json', 'one JSON array on stdout, without the passwords')
    .action(async ({ saveTo, exported, json }: Flags) => {
      if (saveTo !== undefined && exported !== undefined)
        throw new UsageError('--save-to and --exported exclude each other.', 'write the file first, and say that it is safe when it is');
      const { store: open, close } = lazyStore(loadSettings());
      try {
        const store = await open();
        if (exported !== undefined) await forget(exported, store);
        const kept = await storedPasswords(store.pool, store.seal);
        if (json) process.stdout.write(`${JSON.stringify(kept.map(({ id: _, password: __, ...rest }) => rest))}\n`);
        else
          for (const { account, contact, serial, state, keptAt } of kept)
            process.stdout.write(`${keptAt.slice(0, 16).replace('T', ' ')}  ${state.padEnd(11)}  ${account}  ${contact}  ${serial}\n`);
        if (kept.length === 0) return say(`The store keeps no new password${saveTo ? `, and ${saveTo} was not written` : ''}.`);
        if (saveTo === undefined) return say("→ 'mi-unbind passwords --save-to FILE' writes them to a file");
        exportPasswords(saveTo, kept);
        say(`${kept.length === 1 ? 'It is' : `All ${kept.length} are`} in ${saveTo} now, for its owner only to read.`);
        say(`→ when that file is safe: 'mi-unbind passwords --exported ${saveTo}', and the store forgets them`);
      } finally {
        await close();
      }
    });
}

async function forget(file: string, { pool, seal }: Store): Promise<void> {
  let text: string;
  try {
    text = textIn(file);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`'${file}' cannot be read: ${fileFault(cause)}.`, 'name the file that --save-to has written');
  }
  const forgotten = await forgetExported(pool, seal, text);
  say(`The store has forgotten ${forgotten === 1 ? '1 password' : `${forgotten} passwords`} that ${file} holds.`);
}
