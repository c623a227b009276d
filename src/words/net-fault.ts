/** By the codes of Node, undici and OpenSSL. */
const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'no way leads to that computer',
  ENETUNREACH: 'no way leads to that network',
  ENETDOWN: "this computer's network is down",
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'its answer broke off',
  ECONNRESET: 'it hung up',
  ECONNABORTED: 'it hung up',
  EPIPE: 'it hung up',
  UND_ERR_SOCKET: 'it hung up',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this computer does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that this computer does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that this computer does not trust',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/**
 * Why a server could not be spoken to, in a few words; undefined where that is not known. The code stands in
 * the error, or in what caused it: `fetch` puts it there, and Node where a name has several addresses.
 */
export function netFault(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Object && depth < 4; depth++) {
    const { code, name, cause: inner, errors } = cause as Cause;
    if (name === 'TimeoutError') return WHY.ETIMEDOUT;
    if (typeof code === 'string' && WHY[code] !== undefined) return WHY[code];
    cause = inner ?? errors?.[0];
  }
  return undefined;
}

interface Cause {
  code?: unknown;
  name?: unknown;
  cause?: unknown;
  errors?: unknown[];
}
