import { platform } from 'node:os';
import type { EnvFile } from './env-file.ts';
import { misspelt } from './nearest.ts';
import { mayBeSecret } from './secret-names.ts';
import { table } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is odd about `.env` and the names of variables, and keeps nothing from running. A sentence each; none
 * holds a value.
 */
export function oddSettings(env: Environment, file: EnvFile, mode: number): string[] {
  const isOurs = (name: string) => ours.includes(name);
  const isSet = (name: string) => Boolean(env[name]) || Boolean(file.variables.get(name)?.value);
  const meant = (name: string) =>
    isOurs(name)
      ? undefined
      : misspelt(
          name,
          ours.filter((one) => !isSet(one)),
        );
  const say = (name: string, where: string) => {
    const right = meant(name);
    return right === undefined ? [] : [`${name} (${where}) is no setting: did you mean ${right}?`];
  };
  const isClosed = platform() === 'win32' || (mode & 0o077) === 0;
  const secrets = [...file.variables.values()].filter(
    ({ name, whole }) => whole !== '' && mayBeSecret(name, whole),
  );
  return [
    ...Object.keys(env).flatMap((name) => say(name, 'in the environment')),
    ...[...file.variables.values()].flatMap(({ name, line }) =>
      env[name] === undefined ? say(name, `line ${line} of .env`) : [],
    ),
    ...file.twice.map(
      ({ name, lines }) =>
        `${name} stands ${lines.length} times in .env (lines ${lines.join(', ')}): the last one counts`,
    ),
    ...file.odd.map((line) => `line ${line} of .env gives no variable: write NAME=value, a comment behind #`),
    ...(isClosed || secrets.length === 0
      ? []
      : ['others on this computer can read .env, and secrets are in it: chmod 600 .env']),
  ];
}

/** Names that are taken from the environment and from `.env`. */
const ours = [...Object.values(table).map(({ env }) => env), 'MI_PASSWORD', 'PHONE_PASSWORD'];
