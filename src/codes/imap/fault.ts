import { CodeSourceBusyError, CodeSourceError } from '../../errors.ts';
import { withoutSecrets } from '../../secret.ts';
import { unusable, type Account } from './account.ts';
import { passwordHint, UNSAFE_LOGIN } from './provider.ts';
import { TokenFault } from './token.ts';

/** What went wrong with a mail server, in words. */
export interface ImapFault {
  why: string;
  /** What to do, naming the setting to mend. */
  hint: string;
  /**
   * Waiting mends nothing. A password refused once is never sent again: servers lock an account after a few.
   */
  lasting: boolean;
  /** The server says that it is for now: asked again after a while, it may well do it. */
  busy?: boolean;
  /** At once, with another token. */
  again?: boolean;
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
  /** Put on where the connection was opened. */
  offersOAuth?: boolean;
  tokenEnded?: boolean;
}

type Where = Pick<Account, 'host' | 'port' | 'proof' | 'tls' | 'hidden'>;

// RFC 5530: what a server means when it says no for now.
const forNow = ['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'THROTTLED'];
// What servers say in its place, whatever else they say.
const TOO_MUCH =
  /too many|simultaneous|connections? (?:limit|exceeded|per)|(?:max(?:imum)?|number of) (?:\w+ )?connections|bandwidth|rate.?limit|throttl|overload|exceeded (?:command|the)/i;
// What they say of themselves, as long as they do not speak of the password.
const LATER =
  /try (?:again )?later|temporar|unavailable|\bbusy\b|internal (?:server )?error|server error|not connected|system error|shutting down/i;
const OF_THE_PASSWORD =
  /passw|credential|incorrect|invalid|wrong|authenticat\w* fail|denied|authorization code|abnormal/i;
const NOT_CONNECTED = /authenticated but not connected/i;
const UNSAFE = /unsafe login/i;
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

export function faultOf(error: unknown, where: Where): ImapFault {
  // One of ours: the inbox has been closed.
  if (error instanceof CodeSourceError) return lasting(error.message, error.hint);
  const raw = error as Raw;
  const code = raw.code ?? '';
  const server = `${where.host}:${where.port}`;
  const said = words(raw.responseText ?? raw.reason, where);

  if (raw.authenticationFailed && raw.message === 'Login is disabled')
    return lasting(`${server} takes no password without TLS`, 'write imaps:// in IMAP_URL');
  if (error instanceof TokenFault)
    return { why: error.message, hint: error.hint, lasting: error.lasting, busy: !error.lasting };
  if (raw.tokenEnded)
    return {
      ...busy(`${server} does not take the token any more${said}`, 'a new one is asked for by itself'),
      again: true,
    };
  if (UNSAFE.test(raw.responseText ?? ''))
    return lasting(`${server} refuses this program${said}`, UNSAFE_LOGIN);
  if (NOT_CONNECTED.test(raw.responseText ?? ''))
    return busy(
      `${server} lets the user in, but to no mailbox${said}`,
      `it can pass; if it stays so, ${where.proof} is for another mailbox than the user in IMAP_URL, or lacks the right to read it by IMAP`,
    );
  if (
    raw.authenticationFailed &&
    (forNow.includes(raw.serverResponseCode ?? '') || isForNow(raw.responseText))
  )
    return busy(
      `${server} refuses every sign-in for now${said}`,
      'try again in a while; if it stays so, end some of what else reads this mailbox',
    );
  if (raw.authenticationFailed) return refused(server, said, where, raw.offersOAuth === true);
  if (raw.message === 'Unsupported authentication mechanism')
    return lasting(`${server} offers no way to log in with what ${where.proof} holds`, otherProof(where));
  if (
    raw.folder !== undefined &&
    (forNow.includes(raw.serverResponseCode ?? '') || TOO_MUCH.test(raw.responseText ?? ''))
  )
    return busy(`the folder '${raw.folder}' cannot be read for now${said}`, 'wait a while');
  if (raw.folder !== undefined && raw.responseStatus !== undefined)
    return raw.mailboxMissing
      ? lasting(
          `there is no folder '${raw.folder}' in the mailbox`,
          'correct IMAP_FOLDERS; empty, it means INBOX and the one for spam',
        )
      : passing(
          `the folder '${raw.folder}' cannot be read${said}`,
          'look into it with a mail program, or leave it out of IMAP_FOLDERS',
        );
  if (untrusted.includes(code))
    return lasting(
      `the certificate of ${server} is not signed by an authority that this computer trusts`,
      'set IMAP_CA to the PEM file of the certificate it is signed with, or to its own where it is self-signed',
    );
  if (outOfDate.includes(code))
    return lasting(
      `the certificate of ${server} is not valid today`,
      "renew it, or set this computer's clock if that is wrong",
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return lasting(
      `the certificate of ${server} is for another host`,
      'write the host in IMAP_URL as the certificate names it',
    );
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return passing(
      `${server} does not speak TLS as it is wanted here`,
      'correct the port in IMAP_URL, or write imap:// for STARTTLS',
    );
  if (code === 'GREETING_TIMEOUT')
    return passing(
      `${server} does not greet as a mail server does`,
      `correct the port in IMAP_URL${where.tls ? '' : ', or write imaps://'}`,
    );
  if (raw.tlsFailed && code === '')
    return lasting(
      `${server} offers no STARTTLS, and the password is not sent in clear`,
      'write imaps:// in IMAP_URL',
    );
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return passing(
      `the host '${where.host}' is not known`,
      "correct it in IMAP_URL, or mend this computer's network",
    );
  if (code === 'ECONNREFUSED')
    return passing(
      `nothing listens at ${server}`,
      'correct host and port in IMAP_URL, or start the mail server',
    );
  if (unreachable.includes(code))
    return passing(
      `${server} cannot be reached`,
      "correct the host in IMAP_URL, or mend this computer's network or firewall",
    );
  if (raw.responseStatus !== undefined)
    return busy(`${server} refused what it was asked${said}`, 'try again in a while');
  return busy(
    `${server} hung up${said}`,
    'try again in a while; if it stays so, look at the log of the mail server',
  );
}

function isForNow(said = ''): boolean {
  return TOO_MUCH.test(said) || (LATER.test(said) && !OF_THE_PASSWORD.test(said));
}

function refused(server: string, said: string, where: Where, offersOAuth: boolean): ImapFault {
  if (where.proof === 'IMAP_PASSWORD')
    return lasting(
      `${server} does not take the user and password${said}`,
      passwordHint(where, said, offersOAuth),
    );
  const hint =
    where.proof === 'IMAP_TOKEN'
      ? 'get a new access token and set IMAP_TOKEN to it; they last for an hour or so, so set IMAP_TOKEN_COMMAND to a command that prints one'
      : 'see that the token IMAP_TOKEN_COMMAND prints is for the user in IMAP_URL and for reading mail by IMAP';
  return lasting(`${server} does not take the token${said}`, hint);
}

const otherProof = ({ proof }: Where) =>
  proof === 'IMAP_PASSWORD'
    ? 'set IMAP_TOKEN_COMMAND or IMAP_TOKEN in place of IMAP_PASSWORD'
    : `set IMAP_PASSWORD and leave ${proof} empty`;

const lasting = (why: string, hint: string): ImapFault => ({ why, hint, lasting: true });
const passing = (why: string, hint: string): ImapFault => ({ why, hint, lasting: false });
const busy = (why: string, hint: string): ImapFault => ({ why, hint, lasting: false, busy: true });

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
  const { why, hint, busy } = faultOf(error, where);
  // ImapFlow quotes the command that failed, and LOGIN names the account.
  delete (error as { executedCommand?: string }).executedCommand;
  return busy ? new CodeSourceBusyError('imap', why, hint, error) : unusable(why, hint, error);
}
