import type { EnvFile } from './env-file.ts';
import { mayBeSecret } from './secret-names.ts';
import { isSecret, table } from './settings.ts';

/** A setting as people may see it. */
export interface ShownSetting {
  /** Its name in the environment. */
  name: string;
  /** Empty: it has none, or it is a secret. */
  value: string;
  isSecret: boolean;
  isSet: boolean;
  from: 'environment' | '.env' | 'default';
  help: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

// Names that only look like those of secrets: what they hold leads to one.
const PATHS = /_(FILE|DIR|CERT)$/;
const MOST = 200;

/** Every setting, with where it comes from. No secret is among the values, and no account. */
export function shownSettings(env: Environment, file: EnvFile): ShownSetting[] {
  return Object.values(table).map((row) => {
    const given = env[row.env] || undefined;
    const inFile = file.variables.get(row.env)?.value || undefined;
    const text = given ?? inFile ?? row.fallback;
    const isHidden = isSecret(row) || (mayBeSecret(row.env, text) && !PATHS.test(row.env));
    return {
      name: row.env,
      value: isHidden ? '' : withoutSecrets(row.env, text).slice(0, MOST),
      ...{ isSecret: isHidden, isSet: text !== '' },
      from: given !== undefined ? 'environment' : inFile !== undefined ? '.env' : 'default',
      help: row.help,
    };
  });
}

/** An address without who logs in there and without what follows its path; no account. */
function withoutSecrets(name: string, text: string): string {
  if (name === 'PHONE_ACCOUNT') return text === '' ? '' : '•••';
  return text.replace(/(?<=:\/\/)[^/\s]*@/, '•••@').replace(/(?<=:\/\/[^\s]*)[?#].*$/, '?•••');
}
