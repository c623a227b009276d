import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** A place of the chain as it is signed. */
interface Place {
  seq: number;
  sha256: string;
}

/** What signs records: the station's private key (Ed25519). */
export interface Signer {
  /** Of its public key, as records and reports name it. */
  id: string;
  key: KeyObject;
}

/** The newest record as it is shown elsewhere. `key` and `signature` are missing where it is not signed. */
export interface SignedHead extends Place {
  key?: string;
  signature?: string;
}

/** Whom a signature is of, and whether it is right; `unknown`: its key is none of those that are known. */
export type SignatureVerdict = 'right' | 'wrong' | 'unknown';

/** What is signed: `openssl pkeyutl -verify -rawin` checks it as well. */
const textOf = ({ seq, sha256 }: Place) => Buffer.from(`mi-unbind record ${seq} ${sha256}\n`);

/** Names a key: the start of the SHA-256 of its public part (SPKI, DER). */
export function keyId(key: KeyObject): string {
  const known = key.type === 'public' ? key : createPublicKey(key);
  return createHash('sha256')
    .update(known.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}

export function signerOf(key: KeyObject): Signer {
  return { id: keyId(key), key };
}

/** `KEY SIGNATURE`, the signature in base64. */
export function signatureOf(place: Place, { id, key }: Signer): string {
  return `${id} ${sign(null, textOf(place), key).toString('base64')}`;
}

/** The head with its signature. */
export function signedHead(place: Place, line: string | undefined): SignedHead {
  const { seq, sha256 } = place;
  const [key, signature] = /^([0-9a-f]{16}) (\S+)\n?$/.exec(line ?? '')?.slice(1) ?? [];
  return key && signature ? { seq, sha256, key, signature } : { seq, sha256 };
}

/** Public keys by their names. */
export type Keys = ReadonlyMap<string, KeyObject>;

export function verdictOn({ key, signature, ...place }: SignedHead, keys: Keys): SignatureVerdict {
  const known = keys.get(key ?? '');
  if (!known) return 'unknown';
  return verify(null, textOf(place), known, Buffer.from(signature ?? '', 'base64')) ? 'right' : 'wrong';
}
