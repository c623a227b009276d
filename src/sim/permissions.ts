import type { Handset } from './handset.ts';

/**
 * What MIUI's two switches in the developer options take from the shell. With "USB debugging (Security
 * settings)" off it loses INJECT_EVENTS, WRITE_SECURE_SETTINGS, GRANT_RUNTIME_PERMISSIONS and
 * CLEAR_APP_USER_DATA; with "Install via USB" off, installs. A fault takes the same away on any phone.
 */
const isOff = (phone: Handset, property: string): boolean => {
  const value = phone.props.get(property);
  // A switch that was never on has no property, and MIUI takes it as off.
  return value === '0' || (value === undefined && phone.props.has('ro.miui.ui.version.name'));
};
export const mayInjectEvents = (phone: Handset): boolean =>
  !phone.faults.has('inject-events-denied') && !isOff(phone, 'persist.security.adbinput');
export const mayWriteSecureSettings = (phone: Handset): boolean =>
  !phone.faults.has('hidden-api-denied') && !isOff(phone, 'persist.security.adbinput');
export const mayManagePackages = (phone: Handset): boolean => mayInjectEvents(phone);
export const mayInstall = (phone: Handset): boolean =>
  !phone.faults.has('install-restricted') && !isOff(phone, 'persist.security.adbinstall');
