import { releases } from '../releases.ts';
import { releaseNames, type PhoneSpec } from '../spec.ts';
import type { AndroidUser } from '../users.ts';
import type { Recording } from './recording.ts';

/** Of an account whose name is masked. */
const UNKNOWN = { id: '6230000000', password: 'not-recorded', nickname: '•••' };

/** The simulated phone that comes nearest to the recorded one; what was recorded goes over it. */
export function specOf({ phone }: Recording): PhoneSpec {
  const { region, language, helpers, signedIn, screen } = phone;
  const release = releaseOf(phone);
  const [width = 0, height = 0] = screen.split('x').map(Number);
  const isScreen = width >= 320 && height >= 480 && width <= 10_000 && height <= 10_000;
  const switched = (word: string) => (word === '' ? 'never' : word === 'on');
  return {
    release,
    region: region === 'china' ? 'china' : 'global',
    language: /^[a-z]{2}(-[A-Z]{2})?(?=$|-)/.exec(language)?.[0] ?? 'en',
    ...(isScreen ? { display: { width, height, density: releases[release].screen.density } } : {}),
    helpers: helpers['io.appium.uiautomator2.server'] ? 'current' : 'none',
    toggles: { input: switched(phone.adbInput), install: switched(phone.adbInstall) },
    ...(signedIn ? { account: UNKNOWN } : {}),
  };
}

function releaseOf({ release, android }: Recording['phone']): NonNullable<PhoneSpec['release']> {
  const named = releaseNames.find((name) => releases[name].name === release);
  const newest = releaseNames.findLast((name) => Number(releases[name].android) <= Number(android));
  return named ?? newest ?? '10';
}

/** Names of which a recording has all or none: what it lacks, the phone lacked. */
const OF_THE_ROM = /^(ro\.miui\.|ro\.mi\.|ro\.product\.mod_device|persist\.security\.adb)/;

/** Properties as the phone had them; where it said none, what its survey says of it. */
export function propertiesOf(
  { phone, answers }: Recording,
  simulated: ReadonlyMap<string, string>,
): Map<string, string> {
  const said = [...(answers.get('properties') ?? '').matchAll(/^\[([^\]]+)\]: \[(.*)\]\r?$/gm)];
  const recorded = new Map(said.map(([, name = '', value = '']) => [name, value]));
  if (recorded.size > 0)
    return new Map([...[...simulated].filter(([name]) => !OF_THE_ROM.test(name)), ...recorded]);
  const build = simulated.has('ro.mi.os.version.incremental')
    ? 'ro.mi.os.version.incremental'
    : 'ro.build.version.incremental';
  return new Map([
    ...simulated,
    ['ro.product.model', phone.model],
    ['ro.build.version.release', phone.android],
    ['persist.sys.locale', phone.language],
    [build, phone.build],
  ]);
}

/** Android users as the phone listed them; undefined where it was not asked. */
export function usersIn({ answers }: Recording): AndroidUser[] | undefined {
  const found = [...(answers.get('users') ?? '').matchAll(/UserInfo\{(\d+):(.*):([\da-fA-F]+)\}(.*)/g)];
  const users = found.map(([, id, name = '', flags = '', state = '']) => ({
    ...{ id: Number(id), name, flags },
    running: state.includes('running'),
  }));
  return users.length > 0 ? users : undefined;
}

/** What an account list calls the Xiaomi account. */
export const accountIn = (list: string): string =>
  /Account \{name=(.*), type=com\.xiaomi\}/.exec(list)?.[1] ?? '';
