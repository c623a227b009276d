import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadSettings } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import {
  exportPasswords,
  forgetExported,
  forgetPasswords,
  storedPasswords,
  textIn,
  type KeptPassword,
} from '../store/vault.ts';
import type { Store } from '../store/store.ts';
import { renderLetter } from '../report/letter.ts';
import { localTime } from '../words/local-time.ts';
import { fileToSaveTo } from './save-to.ts';
import { openStation } from '../runs/station.ts';
import { sayNotice } from './station-here.ts';
import { table } from './lines.ts';
import { print, printJson, say, stdoutColumns } from './terminal.ts';

interface Flags {
  saveTo?: string;
  exported?: string;
  letter?: string;
  account?: string;
  json?: boolean;
}

export function passwordsCommand(): Command {
  return new Command('passwords')
    .description('list the new passwords that the store keeps, without showing them')
    .option(
      '--save-to <file>',
      'write them to a file, for its owner only to read; what is in it is replaced',
      fileToSaveTo,
    )
    .option(
      '--exported <file>',
      'that file is safe: the store forgets each password that stands in it, and lists the rest',
    )
    .option(
      '--letter <file>',
      'write one password into a letter to its owner, once: the store forgets it then',
      fileToSaveTo,
    )
    .option('--account <name>', 'with --letter: whose password, by account or contact')
    .option('--json', 'one JSON array on stdout, without the passwords')
    .action(async ({ saveTo, exported, letter, account, json }: Flags) => {
      if ([saveTo, exported, letter].filter((given) => given !== undefined).length > 1)
        throw new UsageError(
          '--save-to, --exported and --letter exclude each other.',
          'write the file first, and say that it is safe when it is',
        );
      if ((letter === undefined) !== (account === undefined))
        throw new UsageError(
          '--letter and --account belong together.',
          'give both: passwords --letter FILE --account NAME',
        );
      await using station = openStation(loadSettings(), { onNotice: sayNotice });
      const store = await station.store();
      if (letter !== undefined && account !== undefined) return await handOver(letter, account, store);
      if (exported !== undefined) await forget(exported, store);
      const kept = await storedPasswords(store.pool, store.seal);
      if (json) printJson(kept.map(({ id: _, password: __, ...rest }) => rest));
      else for (const line of linesOf(kept)) print(line);
      if (kept.length === 0)
        return say(`The store keeps no new password${saveTo ? `, and ${saveTo} was not written` : ''}.`);
      if (saveTo === undefined) return say("→ 'mi-unbind passwords --save-to FILE' writes them to a file");
      exportPasswords(saveTo, kept);
      say(
        `${kept.length === 1 ? 'It is' : `All ${kept.length} are`} in ${saveTo} now, for its owner only to read.`,
      );
      say(`→ when that file is safe: 'mi-unbind passwords --exported ${saveTo}', and the store forgets them`);
    });
}

function linesOf(kept: readonly KeptPassword[]): string[] {
  if (kept.length === 0) return [];
  const rows = kept.map(({ keptAt = '', state, account, contact, serial }) => [
    ...[localTime(keptAt), state, account, contact, serial],
  ]);
  return table(['KEPT', 'STATE', 'ACCOUNT', 'CONTACT', 'PHONE'], rows, stdoutColumns());
}

/**
 * The letter is on disk before the store forgets: what breaks off in between leaves two copies, never none.
 */
async function handOver(file: string, name: string, { pool, seal }: Store): Promise<void> {
  const kept = (await storedPasswords(pool, seal)).filter(
    ({ account, contact }) => account === name || contact === name,
  );
  const newest = kept.findLast(({ state }) => state !== 'rejected');
  if (!newest)
    throw new UsageError(
      `The store keeps no new password of '${name}'.`,
      "'mi-unbind passwords' shows which it keeps",
    );
  if (newest.state !== 'confirmed') {
    const hint = 'sign in with it once (passwords --save-to FILE shows it), or change it again';
    throw new UsageError(`It is not known whether '${name}' has this password: it is unconfirmed.`, hint);
  }
  try {
    writeFileSync(file, renderLetter(newest), { flag: 'wx', mode: 0o600, flush: true });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const why = isThere ? 'it is there already, and may be the letter' : fileFault(cause);
    throw new UsageError(`'${file}' cannot be written: ${why}.`, 'give the name of a new file');
  }
  await forgetPasswords(
    pool,
    kept.map(({ id }) => id),
  );
  say(`The letter is ${file}, and the only copy of the password: the store has forgotten it.`);
  say('→ print it, hand it over in person or by sealed post, then delete the file');
}

async function forget(file: string, { pool, seal }: Store): Promise<void> {
  let text: string;
  try {
    text = textIn(file);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      `'${file}' cannot be read: ${fileFault(cause)}.`,
      'name the file that --save-to has written',
    );
  }
  const forgotten = await forgetExported(pool, seal, text);
  if (forgotten === 0) process.exitCode = 1;
  say(
    `The store has forgotten ${forgotten === 1 ? '1 password' : `${forgotten} passwords`} that ${file} holds.`,
  );
}
