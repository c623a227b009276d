import './node-version.ts';
import './masked-logs.ts';
import { settingsWith } from '../config/config.ts';
import { startSims } from '../runs/sims.ts';
import type { PhoneSpec } from '../sim/spec.ts';
import type { WitnessEntry } from '../sim/service/account-witness.ts';

/** Simulated phones for any test: `import { startPhones } from 'mi-unbind/sim'`. */
export type { PhoneSpec } from '../sim/spec.ts';
export type { WitnessEntry } from '../sim/service/account-witness.ts';

export interface PhonesChoices {
  /** Settings by their names in the environment, e.g. `{ ANDROID_ADB_SERVER_PORT: '5038' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Gets, when the phones end, what one was asked that the simulation does not know, a sentence each. */
  onUnknown?: (what: string) => void;
}

export interface SimulatedPhone {
  /** As adb lists it. */
  readonly serial: string;
  /** Whether a Mi Account is signed in. */
  isSignedIn(): boolean;
  /** Makes it another phone, or the same one in another state. */
  reset(spec: PhoneSpec): void;
  unplug(): void;
  plug(): Promise<void>;
}

export interface SimulatedPhones extends AsyncDisposable {
  readonly phones: readonly SimulatedPhone[];
  /** What the account service behind the phones saw, in order. Never a password or code. */
  witness(): readonly WitnessEntry[];
  close(): Promise<void>;
}

/** Starts phones in this process and connects them to adb. Throws a SpecError for a spec that is none. */
export async function startPhones(
  specs: readonly PhoneSpec[],
  { settings = {}, onUnknown }: PhonesChoices = {},
): Promise<SimulatedPhones> {
  const sims = await startSims(specs, settingsWith(settings), onUnknown && { onUnknown });
  const { phones, accounts } = sims.world;
  const close = async () => sims[Symbol.asyncDispose]();
  return {
    phones: phones.map((one) => ({
      serial: one.serial,
      isSignedIn: () => one.phone.account !== undefined,
      reset: (spec) => one.reset(spec),
      unplug: () => one.unplug(),
      plug: () => one.plug(),
    })),
    witness: () => accounts.log,
    close,
    [Symbol.asyncDispose]: close,
  };
}
