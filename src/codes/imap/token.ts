import { execFile } from 'node:child_process';
import { Secret, withoutSecrets } from '../../secret.ts';

/** A program that prints an OAuth2 access token, and the environment it gets. */
export interface TokenCommand {
  /** Program and arguments as in a shell, with quotes around what holds blanks. No shell runs it. */
  line: string;
  env: NodeJS.ProcessEnv;
}

/** Where the access token of a mailbox comes from. */
export interface Tokens {
  /** The token to log in with. Throws TokenFault. */
  current(): Promise<Secret>;
  /** The server has let a token in. */
  taken(): void;
  /** The server has refused this token; whether a new one is worth a try. */
  refused(token: Secret): boolean;
  /** The server has said that it ended. */
  drop(): void;
}

/** A token could not be had. */
export class TokenFault extends Error {
  /** What to do. */
  readonly hint: string;
  /** Waiting mends nothing. */
  readonly lasting: boolean;

  constructor(message: string, hint: string, lasting: boolean) {
    super(message);
    this.hint = hint;
    this.lasting = lasting;
  }
}

/** One that was set and stays as it is. */
export function givenToken(token: Secret): Tokens {
  return { current: async () => token, taken: () => undefined, refused: () => false, drop: () => undefined };
}

/** How long the program may take, ms, and how much it may say, bytes. */
const LIMIT = 60_000;
const MOST = 256 * 1024;
/** Tokens that are refused in a row before it is no longer thought that they end too soon. */
const MOST_REFUSED = 5;

/**
 * Tokens of a program, which is run when one is needed and the last has ended. All connections share one.
 * `known` gets each, so that no message quotes it.
 */
export function commandTokens(command: TokenCommand, known: (token: Secret) => void): Tokens {
  let held: Promise<Secret> | undefined;
  let everTaken = false;
  let refusals = 0;

  async function ask(): Promise<Secret> {
    const token = await run(command);
    known(token);
    return token;
  }

  return {
    current() {
      held ??= ask().catch((error: unknown) => {
        held = undefined;
        throw error;
      });
      return held;
    },
    taken() {
      everTaken = true;
      refusals = 0;
    },
    refused(token) {
      const asked = held;
      void asked?.then(
        (one) => {
          if (one === token && held === asked) held = undefined;
        },
        () => undefined,
      );
      return everTaken && ++refusals <= MOST_REFUSED;
    },
    drop() {
      held = undefined;
    },
  };
}

const SETTING = 'IMAP_TOKEN_COMMAND';

function run({ line, env }: TokenCommand): Promise<Secret> {
  const [program = '', ...args] = wordsOf(line);
  if (program === '')
    return Promise.reject(
      new TokenFault(`the command in ${SETTING} names no program`, 'write its path first', true),
    );
  return new Promise((resolve, reject) => {
    const options = {
      env,
      timeout: LIMIT,
      killSignal: 'SIGKILL',
      maxBuffer: MOST,
      windowsHide: true,
    } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const fault = error && faultOf(error, stdout, stderr);
      const token = fault ? undefined : tokenIn(stdout);
      if (fault) reject(fault);
      else if (token) resolve(token);
      else
        reject(
          new TokenFault(
            `the command in ${SETTING} printed no token`,
            'run it yourself: it has to print the token, or JSON with access_token',
            false,
          ),
        );
    });
    // It is asked nothing: one that waits for an answer ends at once.
    child.stdin?.on('error', () => undefined).end();
  });
}

function faultOf(
  error: Error & { code?: unknown; killed?: boolean },
  stdout: string,
  stderr: string,
): TokenFault {
  const what = `the command in ${SETTING}`;
  if (typeof error.code === 'string' && error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new TokenFault(
      `${what} cannot be started (${error.code})`,
      `write the whole path of the program; no shell runs it, so put pipes and variables into a script of yours`,
      true,
    );
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new TokenFault(
      `${what} prints more than a token`,
      'it has to print the token alone, or JSON with access_token',
      true,
    );
  if (error.killed)
    return new TokenFault(
      `${what} took longer than ${LIMIT / 1000} s`,
      'run it yourself and see what it waits for',
      false,
    );
  const said = withoutTokens(stderr, stdout);
  return new TokenFault(
    `${what} ended with ${String(error.code)}${said && `: '${said}'`}`,
    'run it yourself and mend what it says',
    false,
  );
}

/** The last line it said, without anything that looks like a secret. */
function withoutTokens(stderr: string, stdout: string): string {
  const token = tokenIn(stdout);
  const lines = withoutSecrets(stderr.slice(-4000), token ? [token] : [])
    .split('\n')
    .map((line) => line.replace(/[\s\p{C}]+/gu, ' ').trim());
  const last = lines.findLast((line) => line !== '') ?? '';
  return last
    .replace(
      /([\w-]{0,40}(?:bearer|token|secret|password|code|assertion))(["']?\s?[=:]\s?|\s)\S+/gi,
      '$1$2[hidden]',
    )
    .replace(/[\w~+=.-]{24,}/g, '[hidden]')
    .slice(0, 200);
}

/** Its first line, or what JSON calls `access_token`, `accessToken` or `token`. */
function tokenIn(stdout: string): Secret | undefined {
  const text = stdout.trim();
  if (!text.startsWith('{')) {
    const [first = ''] = text.split(/\r?\n/, 1);
    return /^[!-~]+$/.test(first) ? new Secret(first) : undefined;
  }
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const token = answer['access_token'] ?? answer['accessToken'] ?? answer['token'];
    return typeof token === 'string' && /^[!-~]+$/.test(token) ? new Secret(token) : undefined;
  } catch {
    return undefined;
  }
}

/** As a shell parts them, without anything else that a shell does. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of line.trim()) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (word !== undefined) words.push(word);
  return words;
}
