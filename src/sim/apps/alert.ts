import { releases } from '../releases.ts';
import type { FullSpec } from '../spec.ts';
import type { View } from '../screen/view.ts';
import { alert, progress, type AlertOptions } from '../screen/widgets-dialog.ts';

/** From MIUI 13 on, apps build their dialogs of Miuix (read from MIUI 13 and HyperOS 3). */
const MIUIX_SDK = 31;
export const hasMiuix = ({ release }: FullSpec): boolean => releases[release].sdk >= MIUIX_SDK;

/** An alert as the apps of this phone build it. */
export const alertOf = (spec: FullSpec, packageName: string, options: AlertOptions): View =>
  alert(options, hasMiuix(spec) ? packageName : undefined);

/** A spinner with its message, as the apps of this phone build it. */
export const progressOf = (spec: FullSpec, packageName: string, message: string): View =>
  progress(message, hasMiuix(spec) ? packageName : undefined);
