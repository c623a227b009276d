import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Phone } from './adb.ts';
import { leftovers, parseAsFound, putBack, undoing, type AsFound } from './as-found.ts';

const HELPERS = ['io.appium.settings', 'io.appium.uiautomator2.server', 'io.appium.uiautomator2.server.test'];
const NOTHING: AsFound = { helpers: [], settings: {}, exempt: [], listens: false, operations: {}, files: [] };
const ALL: AsFound = {
  helpers: HELPERS,
  settings: { hidden_api_policy: '1', stay_on_while_plugged_in: '7' },
  exempt: HELPERS,
  listens: true,
  operations: { PROJECT_MEDIA: 'allow', MOCK_LOCATION: 'allow' },
  files: ['mock_apps.json'],
};

/** What a phone answers that is so. */
const answerOf = ({ helpers, settings, exempt, listens, operations, files }: AsFound): string =>
  [
    ['helpers', ...helpers.map((name) => `package:${name}`)],
    ['settings', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)],
    ['exempt', 'system-excidle,com.android.shell,2000', ...exempt.map((name) => `user,${name},10234`)],
    ['listens', listens ? 'com.miui.home/.Badges:io.appium.settings/.NLService' : 'null'],
    ...['PROJECT_MEDIA', 'MOCK_LOCATION'].map((name) => [
      name,
      operations[name] ? `${name}: ${operations[name]}; time=+3s ago` : 'No operations.',
    ]),
    ['files', 'screen.png', ...files],
    ['end'],
  ]
    .map(([name, ...lines]) => [`@@mi-unbind:${name}`, ...lines].join('\n'))
    .join('\n');

describe('a phone as it was found', () => {
  it('is read from one answer, and not from one that was cut off', () => {
    for (const state of [NOTHING, ALL]) assert.deepEqual(parseAsFound(answerOf(state)), state);
    assert.equal(parseAsFound(answerOf(ALL).replace('@@mi-unbind:end', '')), undefined);
    assert.equal(parseAsFound(''), undefined);
  });

  it('gets back what a run has changed, and nothing else', () => {
    assert.deepEqual(undoing(ALL, ALL), []);
    assert.deepEqual(undoing(NOTHING, ALL), [
      'settings delete global hidden_api_policy',
      'settings delete global stay_on_while_plugged_in',
      'cmd notification disallow_listener io.appium.settings/.NLService',
      ...HELPERS.map((name) => `dumpsys deviceidle whitelist -${name}`),
      'rm -rf /data/local/tmp/mock_apps.json',
      'pm uninstall io.appium.uiautomator2.server.test',
      'pm uninstall io.appium.uiautomator2.server',
      'pm uninstall io.appium.settings',
    ]);
  });

  it('keeps the helper apps and settings that were there before', () => {
    const before = {
      ...NOTHING,
      helpers: HELPERS,
      settings: { hidden_api_policy: '2', stay_on_while_plugged_in: "it's" },
    };
    assert.deepEqual(
      undoing(before, {
        ...ALL,
        settings: { stay_on_while_plugged_in: '7' },
        files: [],
        exempt: [],
        listens: false,
      }),
      [
        'settings put global hidden_api_policy 2',
        String.raw`settings put global stay_on_while_plugged_in 'it'\''s'`,
        'appops set io.appium.settings PROJECT_MEDIA default',
        'appops set io.appium.settings MOCK_LOCATION default',
      ],
    );
    assert.deepEqual(
      undoing(
        { ...ALL, operations: { MOCK_LOCATION: 'deny' } },
        { ...ALL, operations: { MOCK_LOCATION: 'allow' } },
      ),
      ['appops set io.appium.settings MOCK_LOCATION deny'],
    );
  });

  it('says what could not be undone, and with what a person does it', async () => {
    const phone = (state: AsFound): Phone => ({
      serial: 'a1',
      shell: () => Promise.resolve(answerOf(state)),
      pull: () => Promise.reject(new Error('no file is wanted')),
    });
    const found = { ...NOTHING, helpers: HELPERS.slice(0, 2), settings: { hidden_api_policy: '2' } };
    const reported = [
      'io.appium.uiautomator2.server.test is still installed → adb -s a1 uninstall io.appium.uiautomator2.server.test',
      'the setting hidden_api_policy is 1 and was 2 → adb -s a1 shell settings put global hidden_api_policy 2',
      'the setting stay_on_while_plugged_in is 7 and was not set → adb -s a1 shell settings delete global stay_on_while_plugged_in',
      '/data/local/tmp/mock_apps.json is still there → adb -s a1 shell rm -rf /data/local/tmp/mock_apps.json',
    ];
    assert.deepEqual(leftovers(found, ALL, 'a1'), reported);
    assert.deepEqual(await putBack(phone(ALL), found), reported);
    assert.deepEqual(await putBack(phone(found), found), []);
    const silent: Phone = { ...phone(ALL), shell: () => Promise.resolve('') };
    await assert.rejects(putBack(silent, found), /does not say what is on it/);
  });
});

it('a phone that does not say what is on it is not said to be as it was', async () => {
  for (const answers of [[''], [answerOf(ALL), '', '']]) {
    const shell = async () => answers.shift() ?? '';
    await assert.rejects(
      putBack({ serial: 'abc', shell } as unknown as Phone, NOTHING),
      /the phone does not say what is on it/,
    );
  }
});

it('a setting that was there and is gone is said as not set, with a command that keeps its quotes', () => {
  const found = { ...NOTHING, settings: { hidden_api_policy: "it's" } };
  const [said, ...more] = leftovers(found, NOTHING, 'a 1');
  assert.deepEqual(more, []);
  assert.equal(
    said,
    String.raw`the setting hidden_api_policy is not set and was it's → adb -s 'a 1' shell 'settings put global hidden_api_policy '\''it'\''\'\'''\''s'\'''`,
  );
});

it('settings that are null or empty, and operations as Android decides, are not set', () => {
  const answer = answerOf(NOTHING)
    .replace('@@mi-unbind:settings', '@@mi-unbind:settings\nhidden_api_policy=null\nwindow_animation_scale=')
    .replace('PROJECT_MEDIA\nNo operations.', 'PROJECT_MEDIA\nPROJECT_MEDIA: \n');
  assert.deepEqual(parseAsFound(answer), NOTHING);
});
