import { helpersAreCurrent } from '../../host/appium.ts';
import { fail, FIX, ok, warn, type Check } from './finding.ts';
import { HELPERS } from '../facts.ts';

/** Whether this computer may do on the phone what a session does. */

const [HELPER, SERVER] = HELPERS;
const SERVICE = `dumpsys activity services ${HELPER} | grep isForeground=true`;

/**
 * Android 9: who has the connection is reported by the accessibility service. Before, a tool that runs is taken
 * for its holder.
 */
const TELLS_SDK = 28;
/** Who is known to hold UI automation without an instrumentation of that name in the list. */
const KNOWN_HOLDERS = [
  'com.github.uiautomator',
  'com.wetest.uia2',
  'dev.mobile.maestro',
  'com.android.commands.uiautomator',
  'io.appium.uiautomator2.server',
];

export const accessChecks: readonly Check[] = [
  {
    check: 'helper apps',
    judge: (_said, { facts: { helpers } }) => {
      const missing = HELPERS.filter((name) => helpers[name] === undefined);
      if (helpersAreCurrent(helpers)) return ok(`current (${helpers[HELPER]}, ${helpers[SERVER]})`);
      return missing.length > 0
        ? warn(
            `not installed: ${missing.join(', ')}`,
            'the first session installs them, which takes a minute and may ask on the screen',
            FIX,
          )
        : warn(
            `other versions than the driver's (${helpers[HELPER] || '?'}, ${helpers[SERVER] || '?'})`,
            'the first session replaces them, which takes a minute',
            FIX,
          );
    },
  },
  {
    check: 'input',
    quick: true,
    // KEYCODE_UNKNOWN: it reaches the app in front, which does nothing about it, or the phone says why not.
    ask: 'getprop persist.security.adbinput; input keyevent 0',
    judge: (said, { menus }) =>
      /INJECT_EVENTS/.test(said)
        ? fail(
            'refused from this computer',
            'nothing can be tapped or typed',
            `${menus.developer}: turn on 'USB debugging (Security settings)'; it asks for a signed-in account and a SIM`,
          )
        : /exception|killed/i.test(said)
          ? undefined
          : ok('taken from this computer'),
  },
  {
    check: 'secure settings',
    ask: 'settings delete global mi_unbind_probe',
    judge: (said, { menus }) =>
      /WRITE_SECURE_SETTINGS|Permission denial/i.test(said)
        ? warn(
            'refused from this computer',
            'the policy for hidden APIs and the animations stay as they are: sessions work, slower',
            `${menus.developer}: turn on 'USB debugging (Security settings)'`,
          )
        : /Deleted \d+ rows/.test(said)
          ? ok('can be changed')
          : undefined,
  },
  {
    check: 'install',
    ask: 'getprop persist.security.adbinstall',
    judge(said, { facts, menus }) {
      const todo = `${menus.developer}: turn on 'Install via USB'`;
      const current = helpersAreCurrent(facts.helpers);
      // A switch that was never on has no property, and MIUI takes it as off.
      if (said.trim() === '' && facts.release !== '' && !current)
        return warn(
          'not yet allowed from this computer',
          'the first session installs the helper apps, which the phone may refuse',
          todo,
        );
      if (said.trim() !== '0') return ok('not forbidden');
      return current
        ? warn(
            'forbidden from this computer',
            'the helper apps are current, so nothing needs to be installed now',
            todo,
          )
        : fail('forbidden from this computer', "Appium's helper apps cannot be installed", todo);
    },
  },
  {
    check: 'autostart',
    // MIUI's own operation. Elsewhere the phone says that it does not know it.
    ask: ({ helpers }) => (helpers[HELPER] === undefined ? '' : `appops get ${HELPER} 10008`),
    judge(said, { menus }) {
      const mode = /MIUIOP\(10008\): (\w+)/.exec(said)?.[1];
      if (mode === undefined) return undefined;
      return mode === 'allow'
        ? ok(`allowed for ${HELPER}`)
        : warn(
            `not allowed for ${HELPER}`,
            'the phone may keep it from starting when a session sets it up',
            `${menus.autostart}: allow 'Appium Settings'`,
          );
    },
  },
  {
    check: 'helper starts',
    // Appium waits 5 s for the same line.
    ask: ({ helpers }) =>
      helpers[HELPER] === undefined
        ? ''
        : `am start -n ${HELPER}/.Settings >/dev/null; ${Array.from({ length: 5 }, () => `${SERVICE} || sleep 1`).join('; ')}`,
    judge: (said, { facts, menus }) =>
      facts.helpers[HELPER] === undefined
        ? undefined
        : said.includes('isForeground=true')
          ? ok(`${HELPER} runs`)
          : warn(
              `the phone stops ${HELPER}`,
              "a session that sets the phone up fails with 'Appium Settings app is not running'",
              `${menus.autostart}: allow 'Appium Settings'`,
            ),
  },
  {
    check: 'battery saver',
    // MIUI's own table; where the shell may not read it nothing is claimed. Modes: miuiAuto, noRestrict,
    // restrictBg, noBg.
    ask: ({ release }) =>
      release
        ? 'content query --uri content://com.miui.powerkeeper.configure/userTable --projection pkgName:bgControl'
        : '',
    judge(said, { menus }) {
      const rows = [...said.matchAll(/pkgName=([\w.]+), bgControl=(\w+)/g)];
      const stopped = rows.filter(
        ([, name = '', mode]) => name.startsWith('io.appium.') && /^(noBg|restrictBg)$/.test(mode ?? ''),
      );
      if (stopped.length > 0)
        return fail(
          `restricts ${stopped.map(([, name]) => name).join(', ')}`,
          "the phone ends Appium's server in the middle of a session",
          `${menus.apps} → that app → Battery saver → No restrictions`,
        );
      return rows.some(([, name]) => name === SERVER) ? ok(`leaves ${SERVER} alone`) : undefined;
    },
  },
  {
    check: 'UI automation',
    quick: true,
    // UiAutomationManager.dump and ActiveInstrumentation.toString of AOSP.
    ask: "dumpsys accessibility | grep -o 'Ui Automation\\['; dumpsys activity processes | grep ActiveInstrumentation; ps -ef | grep -E 'uiautomator|uia2|maestro' | grep -v grep",
    judge(said, { facts: { sdk } }) {
      const isHeld = said.includes('Ui Automation[');
      if (sdk >= TELLS_SDK && !isHeld) return ok('free');
      const holder =
        /ActiveInstrumentation\{\S{1,40} \{?([\w.]+)\//.exec(said)?.[1] ??
        KNOWN_HOLDERS.find((name) => said.includes(name));
      if (holder?.startsWith('io.appium.'))
        return warn(
          'an Appium session is open on it',
          'it ends when another one begins',
          'make sure that no person and no other program works on this phone',
        );
      if (holder === undefined && !isHeld) return ok('free');
      return fail(
        `held by ${holder ?? 'another tool'}`,
        'the phone has one connection for UI automation, so no session can begin',
        holder === undefined
          ? 'end the other tool (uiautomator, another Appium, a test runner), or restart the phone'
          : `end it, on its computer or with 'adb -s SERIAL shell am force-stop ${holder}'`,
      );
    },
  },
  {
    check: 'log',
    ask: 'logcat -d -t 1',
    judge: (said) =>
      said.trim() === ''
        ? warn(
            'silent',
            'a session that captures it waits 10 s for its first line; ours does not capture it',
            'restart the phone',
          )
        : ok('speaks'),
  },
];
