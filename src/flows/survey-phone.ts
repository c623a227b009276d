import { PhoneLostError } from '../errors.ts';
import type { Phone } from '../phone/adb.ts';
import type { PhoneFacts } from '../phone/facts.ts';
import type { SurveyedPhone } from '../survey.ts';

/** Apps whose pages the flows meet, or that decide what the flows may do. */
const APPS = [
  'com.android.settings',
  'com.android.systemui',
  'com.miui.cloudservice',
  'com.miui.securitycenter',
  'com.xiaomi.account',
  'com.xiaomi.finddevice',
];
const MARK = '@@mi-unbind:';

/** The phone as a survey tells of it: nothing that says whose it is. */
export async function describePhone(
  phone: Phone,
  facts: PhoneFacts,
  signal?: AbortSignal,
): Promise<SurveyedPhone> {
  const questions = [
    'getprop ro.build.version.release',
    'wm size',
    'getprop persist.security.adbinput',
    'getprop persist.security.adbinstall',
    // For a system app, the version in use comes first, then the one of the release.
    ...APPS.map((name) => `dumpsys package ${name} | grep -m 2 'version[CN]'`),
  ];
  const answer = await phone.shell(
    `${questions.map((line) => `${line}; echo ${MARK}`).join('; ')}; echo ${MARK}end`,
    signal,
  );
  // A cable pulled in the middle ends the answer without an error.
  if (!answer.trimEnd().endsWith(`${MARK}end`))
    throw new PhoneLostError(phone.serial, { passwordSubmitted: false });
  const [android = '', size = '', input = '', install = '', ...versions] = answer
    .split(MARK)
    .map((part) => part.trim());
  const { model, release, build, region, language, helpers, accounts } = facts;
  const version = (line = '') => /versionName=(\S+)/.exec(line)?.[1] ?? '';
  return {
    model,
    release,
    android,
    build,
    region,
    language,
    // A size set by the owner comes after the physical one.
    screen: size.match(/(?<!\d)\d{1,9}x\d{1,9}/g)?.at(-1) ?? '',
    adbInput: onOrOff(input),
    adbInstall: onOrOff(install),
    apps: Object.fromEntries(APPS.map((name, place) => [name, version(versions[place])])),
    helpers,
    signedIn: accounts.length > 0,
  };
}

const onOrOff = (switched: string) => (switched === '1' ? 'on' : switched === '' ? '' : 'off');
