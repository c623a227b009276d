import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RomCheck, RomPage, RomThing, RomVerdict } from '../rom/check.ts';
import { romJunit } from './rom-junit.ts';

const thing = (locator: string, verdict: RomVerdict, more: Partial<RomThing> = {}): RomThing => ({
  ...{ locator, verdict, by: 'id a:id/a', wanted: 'id a:id/a', layouts: [], ids: [], labels: [], ...more },
});
const page = (name: string, things: readonly RomThing[]): RomPage => ({
  ...{ page: name, verdict: 'there', layout: undefined, apart: [], things: [...things], reads: [] },
});
const rom = (pages: RomPage[], unread: RomCheck['unread'] = []): RomCheck => ({
  ...{ version: 1, apps: [], notGiven: [], layouts: {}, unread, pages },
});

test('a page object is a suite and each thing on it a test case, which fails where the page object has to change', () => {
  const things = [
    thing('landmark', 'there'),
    thing('signOut', 'gone', { by: '', wanted: 'id a:id/<out>' }),
    thing('back', 'other-way', { by: 'label a:string/back', wanted: 'id a:id/back' }),
    thing('note', 'needs-phone'),
    thing('rare', 'not-in-rom'),
    thing('far', 'not-given'),
  ];
  const text = romJunit(rom([page('account page', things), page('dialog', [thing('ok', 'there')])]));
  const lines = text.split('\n');
  assert.deepEqual(lines, [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="mi-unbind rom check" tests="7" failures="2" skipped="3">',
    '<testsuite name="account page" tests="6" failures="2" errors="0" skipped="3">',
    '<testcase classname="rom.account page" name="landmark"></testcase>',
    '<testcase classname="rom.account page" name="signOut"><failure message="&#39;signOut&#39; of the account page is gone: the ROM has no id a:id/&#60;out&#62;."/></testcase>',
    '<testcase classname="rom.account page" name="back"><failure message="&#39;back&#39; of the account page is there by label a:string/back; the ROM has no id a:id/back."/></testcase>',
    '<testcase classname="rom.account page" name="note"><skipped message="a phone has to show it"/></testcase>',
    '<testcase classname="rom.account page" name="rare"><skipped message="not in this ROM, as in some releases"/></testcase>',
    '<testcase classname="rom.account page" name="far"><skipped message="not checked: its app was not given"/></testcase>',
    '</testsuite>',
    '<testsuite name="dialog" tests="1" failures="0" errors="0" skipped="0">',
    '<testcase classname="rom.dialog" name="ok"></testcase>',
    '</testsuite>',
    '</testsuites>',
    '',
  ]);
});

test('a file that could not be read fails in a suite of its own', () => {
  const text = romJunit(rom([], [{ file: 'a&b.apk', why: 'a&b.apk is no APK.' }]));
  assert.match(text, /<testsuites name="mi-unbind rom check" tests="1" failures="1" skipped="0">/);
  assert.match(
    text,
    /<testsuite name="files" tests="1" failures="1" errors="0" skipped="0">\n<testcase classname="rom\.files" name="a&#38;b\.apk"><failure message="a&#38;b\.apk is no APK\."\/><\/testcase>\n<\/testsuite>/,
  );
  assert.doesNotMatch(romJunit(rom([])), /name="files"/);
});
