import type { Account } from './account.ts';

/** What mail providers want in place of the password their users know. By the host of IMAP_URL. */
const providers: readonly [host: RegExp, hint: string, said?: RegExp][] = [
  [
    /(?:^|\.)(?:outlook|office365|hotmail|live|msn)\.(?:com|de|office365\.us|cn)$|(?:^|\.)partner\.outlook\.cn$/i,
    'Microsoft takes no passwords here any more: set IMAP_TOKEN_COMMAND to a command that prints an OAuth2 token (docs/codes.md)',
    /microsoft|office ?365/i,
  ],
  [
    /(?:^|\.)(?:gmail|googlemail|google)\.com$/i,
    "set IMAP_PASSWORD to an app password (https://myaccount.google.com/apppasswords, with two-step verification on), not the account's own; " +
      'where the organisation allows none, set IMAP_TOKEN_COMMAND (docs/codes.md)',
    /support\.google\.com|application-specific password/i,
  ],
  [
    /(?:^|\.)(?:qq|foxmail)\.com$/i,
    'allow IMAP in the settings of the mailbox on the web, make an authorization code (授权码) there and set IMAP_PASSWORD to it; after many tries, wait an hour',
    /mail\.qq\.com/i,
  ],
  [
    /(?:^|\.)(?:163|126|188)\.com$|(?:^|\.)yeah\.net$/i,
    'allow IMAP in the settings of the mailbox on the web, make an authorization code (授权密码) there and set IMAP_PASSWORD to it',
    /kefu@188|mail\.163\.com|授权/i,
  ],
  [
    /(?:^|\.)(?:yahoo|aol|ymail)\.[a-z.]{2,6}$/i,
    'make an app password in the security settings of the account and set IMAP_PASSWORD to it',
  ],
  [
    /(?:^|\.)(?:icloud|me|mac)\.com$/i,
    'make an app-specific password at https://account.apple.com and set IMAP_PASSWORD to it',
  ],
  [
    /(?:^|\.)yandex\.[a-z.]{2,6}$/i,
    'allow IMAP in the settings of the mailbox, make an app password in the account and set IMAP_PASSWORD to it',
  ],
  [
    /(?:^|\.)mail\.ru$/i,
    'make a password for external apps in the security settings of the account and set IMAP_PASSWORD to it',
  ],
  [
    /(?:^|\.)(?:gmx|web)\.(?:net|com|de|at|ch)$/i,
    'allow access by POP3 and IMAP in the settings of the mailbox on the web, then correct IMAP_PASSWORD',
  ],
];

const ANY =
  'correct IMAP_PASSWORD and the user in IMAP_URL; with many providers an app password is needed, and IMAP has to be allowed first';

/** What to do where user and password are refused. */
export function passwordHint({ host }: Pick<Account, 'host'>, said: string, offersOAuth: boolean): string {
  const hint = providers.find(([pattern, , words]) => pattern.test(host) || words?.test(said))?.[1];
  if (hint !== undefined) return hint;
  const oauth =
    '; where the provider takes no passwords any more (as Outlook), set IMAP_TOKEN_COMMAND or IMAP_TOKEN, as the server offers OAuth2';
  return ANY + (offersOAuth ? oauth : '');
}

/**
 * What to do where a provider lets in whom it knows, and then shows this program nothing: 163, 126, yeah.net.
 */
export const UNSAFE_LOGIN =
  'allow IMAP in the settings of the mailbox on the web, and set IMAP_PASSWORD to an authorization code (授权密码) made there; if it stays so, ' +
  'ask the provider (kefu@188.com) to let this mailbox be read by IMAP, or have its mail forwarded to another';
