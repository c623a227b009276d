import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Role } from '../store/operators.ts';
import type { NamedPlace, SeenStation } from '../store/station-events.ts';
import { viewerOf, type Viewer } from './layout.ts';
import { operatorsPage } from './operators-page.ts';
import { settingsPage, type SettingsView } from './settings-page.ts';

const viewer = (more: Partial<Viewer> & { role?: Role } = {}): Viewer => {
  const { role = 'operate', ...rest } = more;
  return viewerOf({
    ...{ operator: { name: 'Iva', role }, isLoggedIn: true, language: 'en', theme: 'auto' },
    ...{ home: 'Sofia 1', station: 'Sofia 1', ...rest },
  });
};
const words = (text = '') =>
  text
    .replace(/<svg[^]*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

suite('settings', () => {
  const place: NamedPlace = { station: 'Sofia 1', phone: 'usb:1', name: 'A1' };
  const station = (name: string, alive: boolean, url = ''): SeenStation => ({
    ...{ name, url, alive, watched: true, full: false },
  });
  const logo = { kind: 'png' as const, content: Buffer.from('x') };
  const page = (
    more: Partial<SettingsView> = {},
    given: Parameters<typeof viewer>[0] = { role: 'administer' },
  ) =>
    settingsPage(
      {
        ...{
          lab: { name: 'Lab 7', address: '', logo: undefined },
          fixed: { name: '', address: '', logo: '' },
        },
        ...{ places: [], stations: [], operators: [], settings: [], ...more },
      },
      viewer(given),
      {},
    );

  test('of the lab are changed by who administers, where no setting says them, and shown to others', () => {
    const fields = (text: string) =>
      ['lab-name', 'lab-address', 'lab-logo'].map((id) =>
        / disabled/.test(new RegExp(`<input id="${id}"[^>]*>`).exec(text)?.[0] ?? ''),
      );
    assert.deepEqual(fields(page()), [false, false, false]);
    assert.deepEqual(fields(page({ fixed: { name: 'x', address: 'y', logo: 'z' } })), [true, true, true]);
    for (const [name, fixed] of [
      ['LAB_NAME', { name: 'x', address: '', logo: '' }],
      ['LAB_ADDRESS', { name: '', address: 'x', logo: '' }],
      ['LAB_LOGO', { name: '', address: '', logo: 'x' }],
    ] as const) {
      assert.match(words(page({ fixed })), new RegExp(name));
      assert.doesNotMatch(words(page()), new RegExp(name));
    }
    const lab = { name: 'Lab 7', address: 'Street 1', logo };
    assert.match(page({ lab }), /<img class="logo" src="\/logo" alt="Lab 7">/);
    assert.match(page({ lab }), /id="remove-logo"/);
    assert.doesNotMatch(page({ lab, fixed: { name: '', address: '', logo: 'f' } }), /id="remove-logo"/);
    assert.doesNotMatch(page(), /class="logo"|id="remove-logo"/);
    const looks = page({ lab }, { role: 'operate' });
    assert.doesNotMatch(looks, /id="lab"|id="remove-logo"|href="\/operators"|href="\/audit"|all-settings/);
    assert.match(looks, /<dd dir="auto">Street 1<\/dd>[^]*class="logo"/);
    assert.match(page({}, { role: 'look' }), /<dd dir="auto">–<\/dd>/);
  });

  test('of places are taken away by who operates, and say the station where there are several', () => {
    const one = page({ places: [place] }, { role: 'operate' });
    assert.match(one, /data-place="usb:1" data-of="Sofia 1"/);
    assert.match(one, /<span class="soft">usb:1<\/span>/);
    const two = page({ places: [place, { ...place, station: 'Varna' }] }, { role: 'look' });
    assert.match(two, /usb:1<br>Sofia 1<[^]*usb:1<br>Varna</);
    assert.doesNotMatch(two, /data-place/);
    assert.match(page(), /<p class="none">/);
  });

  test('of stations say which are at work, and where the page of another one is', () => {
    const stations = [
      station('Sofia 1', true, 'http://own/'),
      station('Varna', false, 'http://varna/'),
      station('Ruse', true),
    ];
    const rows = [...page({ stations }).matchAll(/<li>(<span class="s (\w+)">[^]*?)<\/li>/g)].map(
      ([, row, look]) => [look, words(row)],
    );
    assert.deepEqual(rows, [
      ['done', 'Sofia 1 at work'],
      ['gone', 'Varna away http://varna/'],
      ['done', 'Ruse at work'],
    ]);
  });

  test('of this browser say what was chosen and who looks', () => {
    const text = page({}, { role: 'operate', language: 'bg', theme: 'dark' });
    assert.match(text, /<option value="bg" selected lang="bg">/);
    assert.match(text, /<option value="dark" selected>/);
    assert.match(page({}, { operator: undefined }), /<dd>looks</);
    assert.match(words(page({ operators: [{ name: 'Mira', role: 'look' }] })), / Mira looks /);
  });
});

suite('operators', () => {
  const page = (operators: Parameters<typeof operatorsPage>[0], given: Parameters<typeof viewer>[0] = {}) =>
    operatorsPage(operators, viewer({ role: 'administer', ...given }), {});
  const roles = (text: string, select: string) =>
    [
      ...(new RegExp(`<select ${select}[^]*?</select>`).exec(text)?.[0] ?? '').matchAll(
        /value="(\w+)"( selected)?/g,
      ),
    ].map(([, role, chosen]) => `${role}${chosen ?? ''}`);

  test('begin with one who administers, and say so', () => {
    const text = page([]);
    assert.deepEqual(roles(text, 'id="add-role"'), ['administer selected']);
    assert.match(text, /The first operator administers\./);
    assert.match(text, /<p class="none">/);
  });

  test('each have their role, and the one who looks is named as such', () => {
    const text = page([
      { name: 'Iva', role: 'administer' },
      { name: 'Mira', role: 'look' },
    ]);
    assert.deepEqual(roles(text, 'id="role-1"'), ['look selected', 'operate', 'administer']);
    assert.deepEqual(roles(text, 'id="add-role"'), ['look', 'operate selected', 'administer']);
    assert.doesNotMatch(text, /The first operator administers\./);
    const own = [...text.matchAll(/<li data-name="(\w+)"><span class="who">[^]*?<b[^>]*>\w+<\/b>(<span)?/g)];
    assert.deepEqual(
      own.map(([, name, you]) => [name, you !== undefined]),
      [
        ['Iva', true],
        ['Mira', false],
      ],
    );
    assert.doesNotMatch(
      page([{ name: 'Iva', role: 'look' }], { isLoggedIn: false }),
      /<\/b><span class="soft">/,
    );
    assert.match(text, /id="add-password"[^>]* minlength="10" maxlength="200"/);
  });
});
