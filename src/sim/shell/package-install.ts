import type { Handset, InstalledPackage } from '../handset.ts';
import { mayInstall } from '../permissions.ts';
import { readManifest, type Manifest } from './package-manifest.ts';

export interface InstallOptions {
  /** False with -R, and on Android below 9 without -r: an installed package stays. */
  replace: boolean;
  /** -d */
  downgrade: boolean;
}

export const CANCELED = 'Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]';

/** Puts an APK on the phone and answers as `pm install` does: `Success`, or `Failure [REASON]`. */
export function install(phone: Handset, apk: Buffer, { replace, downgrade }: InstallOptions): string {
  // MIUI asks on the screen before it looks into the package.
  if (!mayInstall(phone)) return CANCELED;
  let manifest: Manifest;
  try {
    manifest = readManifest(apk);
  } catch {
    return 'Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse /data/app/vmdl1480210463.tmp/base.apk]';
  }
  const { package: name, versionCode } = manifest;
  const old = phone.packages.get(name);
  if (old && !replace)
    return `Failure [INSTALL_FAILED_ALREADY_EXISTS: Attempt to re-install ${name} without first uninstalling.]`;
  if (old && !downgrade && versionCode < old.versionCode) return 'Failure [INSTALL_FAILED_VERSION_DOWNGRADE]';
  put(phone, manifest, apk, old);
  phone.record('package-installed', { package: name, versionCode });
  return 'Success';
}

function put(phone: Handset, manifest: Manifest, apk: Buffer, old: InstalledPackage | undefined): void {
  const { package: name, versionCode, versionName, permissions, instrumentation } = manifest;
  if (old && !old.system) phone.files.delete(old.path);
  const path = `/data/app/${name}-1/base.apk`;
  phone.files.set(path, { data: apk, mode: 0o100644, mtime: Math.floor(phone.clock.now() / 1000) });
  phone.packages.set(name, {
    name,
    versionCode,
    versionName,
    path,
    system: old?.system ?? false,
    permissions,
    ...(instrumentation
      ? { instrumentation: instrumentation.runner, instruments: instrumentation.target }
      : {}),
  });
}

const LISTENERS = 'secure/enabled_notification_listeners';

/** Answers as `pm uninstall` does. */
export function uninstall(phone: Handset, name: string): string {
  const known = phone.packages.get(name);
  if (!known) return 'Failure [DELETE_FAILED_INTERNAL_ERROR]';
  phone.forceStop(name);
  phone.packages.delete(name);
  phone.files.delete(known.path);
  // With an app goes its leave to read notifications (AOSP ManagedServices).
  const listeners = phone.settings.get(LISTENERS)?.split(':') ?? [];
  const others = listeners.filter((one) => !one.startsWith(`${name}/`));
  if (others.length < listeners.length) phone.settings.set(LISTENERS, others.join(':'));
  phone.record('package-uninstalled', { package: name });
  return 'Success';
}
