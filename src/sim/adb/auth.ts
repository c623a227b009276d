import { randomBytes } from 'node:crypto';
import { AUTH, MAX_PAYLOAD, packet, VERSION, type Packet } from './packet.ts';

/**
 * Features a phone of Android 10 offers; abb and brotli transfers are left out, so adb falls back to `cmd`
 * and plain sync.
 */
const FEATURES = ['shell_v2', 'cmd', 'stat_v2', 'ls_v2', 'fixed_push_mkdir'];
const TOKEN_BYTES = 20;

/**
 * The start of one connection, packet by packet and without a socket.
 * waiting → (CNXN, authorized) connected; waiting → (CNXN) asking → (authorize) connected.
 */
export class Handshake {
  readonly #props: ReadonlyMap<string, string>;
  #authorized: boolean;
  #state: 'waiting' | 'asking' | 'connected' = 'waiting';
  /** Agreed with the host once connected. */
  version: number = VERSION.MIN;
  maxPayload = MAX_PAYLOAD;

  constructor(props: ReadonlyMap<string, string>, authorized: boolean) {
    this.#props = props;
    this.#authorized = authorized;
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  /** What the phone answers to CNXN and AUTH. Nothing, while a person has not yet accepted the host's key. */
  receive({ command, arg0, arg1 }: Packet): Packet | undefined {
    if (command === 'CNXN') {
      this.version = Math.min(arg0, VERSION.SKIP_CHECKSUM);
      this.maxPayload = Math.min(arg1, MAX_PAYLOAD);
      return this.#authorized ? this.#connect() : this.#ask();
    }
    // A signature is of a key the phone does not know: adbd asks again, until the host offers its public key.
    if (command === 'AUTH' && arg0 === AUTH.SIGNATURE && this.#state === 'asking') return this.#ask();
    return undefined;
  }

  /** A person pressed "Allow" on the phone. */
  authorize(): Packet | undefined {
    this.#authorized = true;
    return this.#state === 'asking' ? this.#connect() : undefined;
  }

  #ask(): Packet {
    this.#state = 'asking';
    return packet('AUTH', AUTH.TOKEN, 0, randomBytes(TOKEN_BYTES));
  }

  #connect(): Packet {
    this.#state = 'connected';
    return packet('CNXN', VERSION.SKIP_CHECKSUM, MAX_PAYLOAD, banner(this.#props));
  }
}

export function banner(props: ReadonlyMap<string, string>): string {
  const reported = ['ro.product.name', 'ro.product.model', 'ro.product.device'].map(
    (name) => `${name}=${props.get(name) ?? ''};`,
  );
  return `device::${reported.join('')}features=${FEATURES.join(',')}`;
}
