import { platform } from 'node:os';
import type { Loss } from '../errors.ts';
import { shellWord } from '../words/shell-word.ts';
import type { AttachedPhone } from './adb-list.ts';

/** Why a listed phone cannot be worked on, and what to do. */
export interface Obstacle {
  what: string;
  todo: string;
}

type Listed = Pick<AttachedPhone, 'serial' | 'state' | 'usb'>;

/** What adb lists a phone as that has no serial number to give. */
const NO_SERIAL = '(no serial number)';
/** Of Xiaomi. */
const VENDOR = '2717';

/** Undefined for a phone that can be talked to. `all`: the list it stands in. */
export function obstacle(
  phone: Listed,
  all: readonly Listed[],
  system: NodeJS.Platform = platform(),
): Obstacle | undefined {
  const state = ofState(phone, system);
  if (state) return state;
  if (phone.serial === NO_SERIAL) {
    return {
      what: 'it gives adb no serial number, so no command can name it',
      todo: "restart the phone and plug it into another port; or use it over the network ('adb connect ADDRESS'), where its address is its serial",
    };
  }
  const same = all.filter(({ serial }) => serial === phone.serial);
  if (same.length < 2) return undefined;
  const where = same.flatMap(({ usb }) => usb ?? []).join(', ');
  return {
    what: `${same.length} attached phones have the serial '${phone.serial}'${where ? ` (${where})` : ''}, so a command could reach any of them`,
    todo: 'leave only one of them plugged in, or attach each to a computer of its own',
  };
}

/** Why a phone that was worked on cannot be asked any more, by the list; undefined where it is there. */
export function lossIn(serial: string, all: readonly Pick<Listed, 'serial' | 'state'>[]): Loss | undefined {
  const states = all.flatMap((phone) => (phone.serial === serial ? [phone.state] : []));
  if (states.length === 0) return 'gone';
  if (states.includes('device')) return undefined;
  if (states.includes('offline') || states.includes('connecting')) return 'offline';
  if (states.includes('unauthorized') || states.includes('authorizing')) return 'unauthorized';
  return 'elsewhere';
}

function ofState({ serial, state }: Listed, system: NodeJS.Platform): Obstacle | undefined {
  const name = shellWord(serial);
  const network = serial.includes(':') && serial !== NO_SERIAL;
  const restart = `restart it into Android: 'adb -s ${name} reboot', or its own menu ('Reboot to system')`;
  switch (state) {
    case 'device':
      return undefined;
    case 'no permissions':
      return {
        what: 'this user may not open it on USB',
        todo: system === 'linux' ? RIGHTS : 'run this as a user who may use USB devices',
      };
    case 'unauthorized':
      return {
        what: 'it has not allowed this computer',
        todo: "unlock it, tick 'Always allow from this computer' in the dialog 'Allow USB debugging?' and tap OK. No dialog: unplug it and plug it in again",
      };
    case 'authorizing':
      return {
        what: 'it is being asked to allow this computer',
        todo: 'wait a moment; if it stays so, unlock it and plug it in again',
      };
    case 'offline':
      return {
        what: 'offline: adb knows it and gets no answer',
        todo: network
          ? `run 'adb disconnect ${name}', then 'adb connect ${name}'`
          : `run 'adb -s ${name} reconnect', or unplug the cable and plug it in again; if it stays offline, restart the phone`,
      };
    case 'connecting':
      return {
        what: 'adb is still connecting to it',
        todo: 'wait a moment; if it stays so, unplug it and plug it in again',
      };
    case 'recovery':
      return { what: 'it is in recovery mode', todo: restart };
    case 'sideload':
      return {
        what: 'it is in recovery mode and waits for an update package',
        todo: `cancel that on the phone, then ${restart}`,
      };
    case 'rescue':
      return { what: 'it is in rescue mode', todo: restart };
    case 'bootloader':
      return {
        what: 'it is in fastboot mode',
        todo: "restart it: 'fastboot reboot', or hold the power button for 12 seconds",
      };
    case 'detached':
      return {
        what: "it was taken away from adb ('adb detach')",
        todo: `run 'adb -s ${name} attach'`,
      };
    default:
      return {
        what: `adb lists it as '${state}', a state that this program does not know`,
        todo: "unplug it and plug it in again, or restart it; 'adb devices -l' shows what adb says",
      };
  }
}

const RIGHTS = [
  `let this user use it, with a udev rule: SUBSYSTEM=="usb", ATTR{idVendor}=="${VENDOR}", MODE="0660", GROUP="plugdev", TAG+="uaccess"`,
  "in /etc/udev/rules.d/51-android.rules (Debian and Ubuntu have it in the package android-sdk-platform-tools-common), 'sudo udevadm control --reload',",
  "'sudo usermod -aG plugdev USER' and a new sign-in to this computer. Then unplug the phone and plug it in again; an adb server that was",
  'started before keeps its old rights, so start it anew when nothing uses it',
].join(' ');
