import { Command } from 'commander';
import { masked } from '../codes/addresses.ts';
import { adbOf, loadSettings } from '../config/config.ts';
import { AdbServer, type AttachedPhone } from '../phone/adb.ts';
import { obstacle, type Obstacle } from '../phone/adb-state.ts';
import { readFacts } from '../phone/facts.ts';
import { readImei } from '../phone/imei.ts';
import { readSecondImei } from '../phone/second-imei.ts';
import { openStation } from '../runs/station.ts';
import { print, printJson, say, stdoutColumns } from './terminal.ts';
import { oneLine } from '../words/printable.ts';
import { table } from './lines.ts';

type Row = Omit<AttachedPhone, 'transport'> & {
  /** Why it cannot be worked on, and what to do. */
  obstacle?: Obstacle;
  release?: string;
  region?: string;
  language?: string;
  signedIn?: boolean;
  /** As many as it tells. */
  imeis?: string[];
  /** Masked. */
  account?: string;
};

export function phonesCommand(): Command {
  return new Command('phones')
    .description('list the attached phones')
    .option('--json', 'one JSON array on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const settings = loadSettings();
      await using station = openStation(settings);
      await station.adb();
      const rows = await listPhones(new AdbServer(adbOf(settings)));
      if (json) printJson(rows);
      else if (rows.length === 0)
        say(
          'No phone is attached.\n→ plug one in with USB debugging on, or start a simulated one: mi-unbind sim',
        );
      else for (const line of linesOf(rows)) print(line);
      if (!json) for (const line of obstacles(rows)) say(line);
    });
}

/** Every attached phone, with what the ones that can be talked to say of themselves. */
async function listPhones(server: AdbServer): Promise<Row[]> {
  const all = await server.phones();
  return Promise.all(
    all.map(async ({ transport: _, ...phone }): Promise<Row> => {
      const trouble = obstacle(phone, all);
      if (trouble) return { ...phone, obstacle: trouble };
      // A phone that goes away meanwhile is still listed, without details.
      const facts = await readFacts(server.phone(phone.serial)).catch(() => undefined);
      if (!facts) return phone;
      const { release, region, language, model, accounts } = facts;
      const asked = [readImei, readSecondImei].map((read) =>
        read(server.phone(phone.serial)).catch(() => undefined),
      );
      const imeis = [...new Set((await Promise.all(asked)).filter((imei) => imei !== undefined))];
      const account = accounts.map(masked).join(', ');
      return {
        ...phone,
        model,
        release,
        region,
        language,
        signedIn: accounts.length > 0,
        imeis,
        ...(account && { account }),
      };
    }),
  );
}

/** Each but once: of two phones with one serial the same is to be said. */
function obstacles(rows: readonly Row[]): Set<string> {
  return new Set(
    rows.flatMap(({ serial, obstacle: one }) =>
      one ? [`${oneLine(serial)}: ${oneLine(one.what)}\n→ ${one.todo}`] : [],
    ),
  );
}

export function linesOf(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    row.serial,
    row.state,
    row.model ?? '',
    row.release ?? '',
    row.region ?? '',
    row.language ?? '',
    row.signedIn === undefined ? '' : row.signedIn ? `signed in: ${row.account ?? ''}` : 'signed out',
    row.imeis?.join(' ') ?? '',
  ]);
  const heading = ['SERIAL', 'STATE', 'MODEL', 'RELEASE', 'REGION', 'LANGUAGE', 'MI ACCOUNT', 'IMEI'];
  return table(heading, cells, stdoutColumns());
}
