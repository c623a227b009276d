import { isSecret, table } from './settings.ts';

const hidden = new Set(
  Object.values(table)
    .filter(isSecret)
    .map(({ env }) => env),
);

/** Whether a variable is a setting that no child process gets and no error quotes. */
export function isHidden(name: string): boolean {
  return hidden.has(name);
}

/** What variables of other programs are called that hold secrets. PWD is a folder. */
const SECRET_NAME =
  /PASSW|PASSPHRASE|PASSCODE|SECRET|TOKEN|CREDENTIAL|(API|ACCESS|PRIVATE|STORE|SIGNING)_?KEY|(^|_)(PASS|PW|PIN|AUTH)\d*($|_?\d)/i;
/** An address with a password in it. A program that goes through a proxy needs the proxy's. */
const SECRET_VALUE = /^[a-z][\w+.-]*:\/\/[^\s/@]*:[^\s/@]+@/i;

/** Whether a variable holds a secret, by its name or by its form. */
export function mayBeSecret(name: string, value: string): boolean {
  if (isHidden(name) || SECRET_NAME.test(name)) return true;
  return SECRET_VALUE.test(value) && !/_proxy$/i.test(name);
}
