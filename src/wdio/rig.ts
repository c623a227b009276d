import type { AdbAddress } from '../adb-address.ts';

/** What the first process of a run of WebdriverIO says to the worker of each phone, as a capability. */
export interface PhoneRig {
  serial: string;
  adb: AdbAddress;
  /** Control server of the simulated phones; empty on an attached one. */
  control: string;
  /** Folder of this run. */
  evidence: string;
  /** Of the hold on an attached phone; empty on a simulated one. */
  hold: string;
  /** The place of the phone among those of the run, from 0, and how many there are. */
  index: number;
  phones: number;
}

export const RIG = 'mi-unbind:phone';

export function rigOf(capabilities: object): PhoneRig {
  const { [RIG]: rig } = capabilities as { [RIG]?: PhoneRig };
  if (!rig) throw new TypeError('The session has no phone of the service: see its options sims and phones.');
  return rig;
}
