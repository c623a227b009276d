import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/config.ts';
import { HostToolError, UsageError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { privateFolder } from '../private-files.ts';
import { keyId, signerOf, type Keys, type SignedHead, type Signer } from '../report/signature.ts';
import { makeOnce } from '../store/postmaster.ts';

const SHA256 = /^[\da-f]{64}$/i;

export interface StationKey {
  id: string;
  signer: Signer;
  /** PEM (SPKI). */
  publicKey: string;
}

const fileIn = (dataDir: string) => join(dataDir, 'record-key.pem');

/** The key this station signs its records with, in its data folder; made when it is first needed. */
export function stationKey({ dataDir }: Pick<Settings, 'dataDir'>): StationKey {
  const file = fileIn(dataDir);
  try {
    if (!existsSync(file)) {
      privateFolder(dataDir);
      makeOnce(
        file,
        generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString()
          .trimEnd(),
      );
    }
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
    const signer = signerOf(key);
    return {
      id: signer.id,
      signer,
      publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    };
  } catch (cause) {
    throw new HostToolError(
      `The key that signs records cannot be used: ${file}: ${fileFault(cause)}.`,
      'let this user read and write DATA_DIR; a file that holds no key is to be moved away, then a new one is made',
      cause,
    );
  }
}

/** Its public part, where there is one already. */
export function ownKey(settings: Pick<Settings, 'dataDir'>): Keys {
  if (!existsSync(fileIn(settings.dataDir))) return new Map();
  const { id, signer } = stationKey(settings);
  return new Map([[id, createPublicKey(signer.key)]]);
}

export function publicKeys(files: readonly string[]): Keys {
  const keys = files.map((file): [string, KeyObject] => {
    try {
      const key = createPublicKey(readFileSync(file));
      if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
      return [keyId(key), key];
    } catch (cause) {
      throw new UsageError(
        `'${file}' holds no public key of a station: ${fileFault(cause)}.`,
        "give what 'mi-unbind report key' has written",
      );
    }
  });
  return new Map(keys);
}

/** What was noted of a record: its SHA-256, or a file with what AFTER_URL got, or a part of it. */
export function notedHead(given: string): string | SignedHead {
  if (SHA256.test(given)) return given.toLowerCase();
  const hint =
    'give the 64 digits and letters that stand on a record or report, or a file with what AFTER_URL got';
  if (!existsSync(given)) throw new UsageError(`'${given}' is no SHA-256, and there is no such file.`, hint);
  try {
    const {
      seq,
      sha256 = '',
      key,
      signature,
    } = JSON.parse(readFileSync(given, 'utf8')) as Partial<SignedHead>;
    if (!SHA256.test(sha256) || !Number.isSafeInteger(seq)) throw new Error('it holds no seq and sha256');
    return {
      seq: Number(seq),
      sha256: sha256.toLowerCase(),
      ...(key && signature ? { key, signature } : {}),
    };
  } catch (cause) {
    throw new UsageError(`The file '${given}' holds no noted record: ${fileFault(cause)}.`, hint);
  }
}
