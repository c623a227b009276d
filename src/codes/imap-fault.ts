import { CodeSourceError } from '../errors.ts';
import { withoutSecrets } from '../secret.ts';
import { unusable, type Account } from './imap-account.ts';

/** What went wrong with a mail server, in words. */
export interface Fault {
  why: string;
  /** What to do, naming the setting to mend. */
  hint: string;
  /** Waiting mends nothing. A password refused once is never sent again: servers lock an account after a few. */
  lasting: boolean;
}

/** What ImapFlow and Node put on their errors. */
interface Raw {
  message?: string;
  code?: string;
  authenticationFailed?: boolean;
  serverResponseCode?: string;
  responseStatus?: string;
  responseText?: string;
  mailboxMissing?: boolean;
  tlsFailed?: boolean;
  /** Said by the server as it hung up. */
  reason?: string;
  /** Put on by `inFolder`. */
  folder?: string;
}

type Where = Pick<Account, 'host' | 'port' | 'proof' | 'tls' | 'hidden'>;

// RFC 5530: what a server means when it says no for now.
const forNow = ['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'THROTTLED'];
const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
];
const outOfDate = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const unreachable = ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'CONNECT_TIMEOUT', 'ETIMEDOUT'];

export function faultOf(error: unknown, where: Where): Fault {
  const raw = error as Raw;
  const code = raw.code ?? '';
  const server = `${where.host}:${where.port}`;
  const said = words(raw.responseText ?? raw.reason, where);

  if (raw.authenticationFailed && raw.message === 'Login is disabled')
    return lasting(`${server} takes no password without TLS`, 'write imaps:// in IMAP_URL');
  if (raw.authenticationFailed && forNow.includes(raw.serverResponseCode ?? ''))
    return passing(`${server} lets nobody in for now${said}`, 'try again in a while');
  if (raw.authenticationFailed) return refused(server, said, where);
  if (raw.message === 'Unsupported authentication mechanism')
    return lasting(`${server} offers no way to log in with what ${where.proof} holds`, otherProof(where));
  if (raw.folder !== undefined && raw.responseStatus !== undefined)
    return raw.mailboxMissing
      ? lasting(`there is no folder '${raw.folder}' in the mailbox`, 'correct IMAP_FOLDERS; empty, it means INBOX and the one for spam')
      : passing(`the folder '${raw.folder}' cannot be read${said}`, 'look into it with a mail program, or leave it out of IMAP_FOLDERS');
  if (untrusted.includes(code))
    return lasting(
      `the certificate of ${server} is signed by nobody this computer trusts`,
      'set IMAP_CA to the PEM file of the certificate it is signed with, or to its own where it is self-signed',
    );
  if (outOfDate.includes(code))
    return lasting(`the certificate of ${server} is not valid today`, "renew it, or set this computer's clock if that is wrong");
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return lasting(`the certificate of ${server} is for another host`, 'write the host in IMAP_URL as the certificate names it');
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return passing(`${server} does not speak TLS as it is wanted here`, 'correct the port in IMAP_URL, or write imap:// for STARTTLS');
  if (code === 'GREETING_TIMEOUT')
    return passing(
      `${server} does not greet as a mail server does`,
      `correct the port in IMAP_URL${where.tls ? '' : ', or write imaps://'}`,
    );
  if (raw.tlsFailed && code === '')
    return lasting(`${server} offers no STARTTLS, and the password is not sent in clear`, 'write imaps:// in IMAP_URL');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return passing(`the host '${where.host}' is not known`, "correct it in IMAP_URL, or mend this computer's network");
  if (code === 'ECONNREFUSED')
    return passing(`nothing listens at ${server}`, 'correct host and port in IMAP_URL, or start the mail server');
  if (unreachable.includes(code))
    return passing(`${server} cannot be reached`, "correct the host in IMAP_URL, or mend this computer's network or firewall");
  if (raw.responseStatus !== undefined) return passing(`${server} refused what it was asked${said}`, 'try again in a while');
  return passing(`${server} hung up${said}`, 'try again in a while; if it stays so, look at the log of the mail server');
}

function refused(server: string, said: string, { proof }: Where): Fault {
  return proof === 'IMAP_TOKEN'
    ? lasting(`${server} does not take the token${said}`, 'get a new access token and set IMAP_TOKEN to it; they last for an hour or so')
    : lasting(
        `${server} does not take the user and password${said}`,
        'correct IMAP_PASSWORD and the user in IMAP_URL; with many providers an app password is needed, and IMAP has to be allowed first',
      );
}

const otherProof = ({ proof }: Where) =>
  proof === 'IMAP_TOKEN' ? 'set IMAP_PASSWORD and leave IMAP_TOKEN empty' : 'set IMAP_TOKEN in place of IMAP_PASSWORD';

const lasting = (why: string, hint: string): Fault => ({ why, hint, lasting: true });
const passing = (why: string, hint: string): Fault => ({ why, hint, lasting: false });

/** What the server said, without the account. */
function words(said: string | undefined, { hidden }: Where): string {
  const text = withoutSecrets(said ?? '', hidden)
    .replace(/[\s\p{C}]+/gu, ' ')
    .replace(/[ .]+$/, '')
    .trim()
    .slice(0, 200);
  return text && `: '${text}'`;
}

/** Says which folder an error is about. */
export function inFolder(folder: string): (error: unknown) => never {
  return (error) => {
    throw Object.assign(error as Error, { folder });
  };
}

export function sourceError(error: unknown, where: Where): CodeSourceError {
  if (error instanceof CodeSourceError) return error;
  const { why, hint } = faultOf(error, where);
  // ImapFlow quotes the command that failed, and LOGIN names the account.
  delete (error as { executedCommand?: string }).executedCommand;
  return unusable(why, hint, error);
}
