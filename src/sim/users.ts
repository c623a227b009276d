import { releases } from './releases.ts';
import type { FullSpec } from './spec.ts';

/** An Android user of a phone, as `pm list users` and the head of an account list print it. */
export interface AndroidUser {
  id: number;
  name: string;
  /** In hexadecimal digits (UserInfo.toString of AOSP). */
  flags: string;
  running: boolean;
}

/** Of dual apps; of the owner while a workshop has the phone. */
const [XSPACE, MAINTENANCE] = [999, 110];

/** What the first user is called: in the language in which the phone was set up. */
const OWNERS: Readonly<Record<string, string>> = {
  bg: 'Собственик',
  ru: 'Владелец',
  zh: '机主',
  ar: 'المالك',
  es: 'Propietario',
  tr: 'Sahip',
};

function ownerOf({ region, language }: FullSpec): string {
  const spoken = language.slice(0, 2);
  return region === 'china' && !(spoken in OWNERS) ? '机主' : (OWNERS[spoken] ?? 'Owner');
}

/** The owner first, then who else has a space on the phone. */
export function usersOf(spec: FullSpec): AndroidUser[] {
  const { sdk } = releases[spec.release];
  // Flags by Android: what users are made of has grown (UserInfo.FLAG_MAIN, FLAG_FULL).
  const owner = { id: 0, name: ownerOf(spec), flags: sdk >= 34 ? '4c13' : sdk >= 30 ? 'c13' : '13' };
  const beside = [
    ...(spec.user === 0 ? [] : [{ ...spaceOf(spec.user), flags: sdk >= 30 ? '413' : '13' }]),
    ...(spec.dualApps ? [{ id: XSPACE, name: 'XSpace', flags: '801010' }] : []),
  ];
  return [owner, ...beside].map((user) => ({ ...user, running: true }));
}

const spaceOf = (id: number) => ({
  id,
  name: id === MAINTENANCE ? 'maintenance' : 'security space',
});

/** Maintenance mode: the phone shows a user of its own, who sees no account. */
export const isMaintenance = ({ user }: FullSpec): boolean => user === MAINTENANCE;

/** As AOSP's UserInfo.toString writes it. */
export const userText = ({ id, name, flags }: AndroidUser): string => `UserInfo{${id}:${name}:${flags}}`;
