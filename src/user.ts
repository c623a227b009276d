import { userInfo } from 'node:os';

/**
 * The user this runs as. A container may run as a number without a name, of which `userInfo` tells nothing at
 * all.
 */

/** Undefined on Windows. */
export function userId(): number | undefined {
  return process.geteuid?.();
}

export function isRoot(): boolean {
  return userId() === 0;
}

/** Empty where the user has no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
