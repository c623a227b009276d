import pg from 'pg';

/**
 * So long nothing comes over a connection before the server is asked for a word, ms; a firewall that forgets a
 * connection on which nothing was said for some minutes keeps this one.
 */
const QUIET = 10_000;
// So often as long a statement may take without a word: what our own take stays below a second.
const STATEMENT = 3;
// So long a connection that is closed may take to say goodbye, ms.
const GOODBYE = 3000;

/**
 * For `onConnect` of a pool. A process that stands still, or whose computer is gone, in the middle of a transaction
 * keeps others from the ledger and from phones no longer than that: shorter than the lease of what it works on.
 */
const ENDS_TRANSACTIONS = "set idle_in_transaction_session_timeout = '15s'";
/** A server on another computer forgets one that has vanished within a minute, with its locks. */
const FORGETS_VANISHED =
  'set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3';

/** `given`: by the operator, so that it may be on another computer. */
export const prepare = async (client: pg.ClientBase, given: boolean): Promise<void> =>
  void (await client.query(given ? `${ENDS_TRANSACTIONS}; ${FORGETS_VANISHED}` : ENDS_TRANSACTIONS));

export interface StoreClientConfig extends pg.ClientConfig {
  /** See QUIET. Given in tests only. */
  quiet?: number | undefined;
}

/**
 * A connection that is cut off where the server says nothing more: what stands between may swallow all packets, and
 * the system would wait for a quarter of an hour, or for ever. What was asked on it fails then.
 */
export class StoreClient extends pg.Client {
  /** False while a statement may take as long as it takes, as those that change tables. */
  isWatched = true;
  readonly #quiet: number;
  /** How often nothing has come since the server was asked for a word; 0: it was not. */
  #looks = 0;
  /** It was asked on a connection that was free, so that it answers at once. */
  #isFree = false;

  constructor(config: StoreClientConfig) {
    super(config);
    this.#quiet = config.quiet ?? QUIET;
    this.once('connect', () => this.#watch());
  }

  override end(): Promise<void>;
  override end(done: (error: Error) => void): void;
  override end(done?: (error: Error) => void): Promise<void> | void {
    const { stream } = this.connection;
    const cut = setTimeout(() => stream.destroy(), Math.min(GOODBYE, this.#quiet));
    stream.once('close', () => clearTimeout(cut));
    return done ? super.end(done) : super.end();
  }

  #watch(): void {
    const stream = this.connection.stream as pg.Connection['stream'] & {
      bytesWritten: number;
      setTimeout(ms: number): void;
    };
    stream.on('timeout', () => {
      // Set anew: it fires once.
      stream.setTimeout(this.#quiet);
      if (this.#looks > 0) return this.#lookAgain();
      const before = stream.bytesWritten;
      this.#looks = 1;
      this.query('select', () => (this.#looks = 0));
      this.#isFree = stream.bytesWritten > before;
    });
    stream.setTimeout(this.#quiet);
  }

  #lookAgain(): void {
    this.#looks++;
    if (!this.isWatched || (!this.#isFree && this.#looks < STATEMENT)) return;
    const fault = new Error(`no word from the server for ${(this.#looks * this.#quiet) / 1000} s`);
    this.connection.stream.destroy(Object.assign(fault, { code: 'ETIMEDOUT' }));
  }
}
