import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
// Its parts: the whole package takes three times as long to load.
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { StoreError } from '../errors.ts';
import { fileFault } from '../words/file-fault.ts';
import { textOf } from '../config/secret-text.ts';
import type { Secret } from '../secret.ts';
import { makeOnce } from './postmaster.ts';

/** Keeps secrets unreadable in the database: JWE (RFC 7516) with one key, A256GCM. */
export class Seal {
  readonly #key: KeyObject;

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    // As an object, so that jose prepares it once.
    this.#key = createSecretKey(key);
  }

  async close(text: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.#key);
  }

  /** Throws a StoreError when it was sealed with another key, or changed. */
  async open(sealed: string): Promise<string> {
    try {
      return new TextDecoder().decode((await compactDecrypt(sealed, this.#key)).plaintext);
    } catch (cause) {
      throw new StoreError(
        'what is in it was encrypted with another key',
        'give the key it was written with, in STORE_KEY or STORE_KEY_FILE',
        cause,
      );
    }
  }

  /**
   * The same for the same text, and tells nothing about it without the key: a code of six digits is soon
   * guessed from a plain digest.
   */
  digest(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

export interface KeyPlaces {
  key?: Secret | undefined;
  keyFile?: string | undefined;
  /** File a key is made in when none is given anywhere; missing: a key has to be given. */
  ownFile?: string;
}

/** The key, 32 bytes. Throws a StoreError that says how one is made. */
export function readKey({ key, keyFile, ownFile }: KeyPlaces): Uint8Array {
  if (key) return bytes(key.reveal(), 'STORE_KEY');
  const file = keyFile ?? ownFile;
  if (file === undefined) {
    throw new StoreError(
      'there is no key to encrypt passwords and messages with',
      'make one (openssl rand -base64 32 > key; chmod 600 key) and set STORE_KEY_FILE to it',
    );
  }
  if (file === ownFile && !existsSync(file)) makeOnce(file, randomBytes(32).toString('base64'));
  try {
    const read = textOf(readFileSync(file));
    if ('fault' in read)
      throw new StoreError(`the key file '${file}' ${read.fault}`, "make one with 'openssl rand -base64 32'");
    return bytes(read.text, file);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(
      `the key file '${file}' cannot be read: ${fileFault(cause)}`,
      'set STORE_KEY_FILE to the file with the key',
      cause,
    );
  }
}

function bytes(text: string, where: string): Uint8Array {
  // Buffer passes over what is no base64.
  const plain = text.trim();
  const key = Buffer.from(plain, 'base64');
  if (key.length === 32 && /^[\w+/-]{43}=?$/.test(plain)) return key;
  throw new StoreError(
    `the key in ${where} is not 32 bytes in base64`,
    "make one with 'openssl rand -base64 32'",
  );
}
