import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { icons } from './icons.ts';
import type { View } from './view.ts';
import { button, edit } from './widgets.ts';
import { alert, progress } from './widgets-dialog.ts';
import { card, heading, page, row, switchRow } from './widgets-page.ts';

function* all(view: View): Generator<View> {
  yield view;
  for (const child of view.children ?? []) yield* all(child);
}
const byId = (root: View, id: string): View | undefined => [...all(root)].find((view) => view.id === id);
const noop = (): void => {};

describe('widgets', () => {
  it('make a preference row as MIUI does: a clickable layout that holds title and summary', () => {
    let taps = 0;
    const made = row({ title: 'Account security', summary: 'Phone', value: 'On', onTap: () => taps++ });
    assert.equal(made.cls, 'android.widget.LinearLayout');
    assert.equal(made.clickable, true);
    assert.equal(byId(made, 'android:id/title')?.text, 'Account security');
    assert.equal(byId(made, 'android:id/summary')?.text, 'Phone');
    assert.equal([...all(made)].find((view) => view.text === 'On')?.id, undefined);
    made.onTap?.();
    assert.equal(taps, 1);
  });

  it('take no taps on what is disabled', () => {
    for (const made of [
      row({ title: 'x', enabled: false, onTap: noop }),
      button({ text: 'x', enabled: false, onTap: noop }),
    ]) {
      assert.equal(made.enabled, false);
      assert.equal(made.onTap, undefined);
    }
  });

  it('keep the letters of a password out of the tree', () => {
    const field = edit({ id: 'com.example:id/pwd', content: 'Pa55😀', password: true, onText: noop });
    assert.equal(field.text, '•••••');
    assert.equal(field.password, true);
    assert.equal(edit({ id: 'x', content: '', hint: 'Password', password: true, onText: noop }).text, '');
  });

  it('give an alert its framework ids, the positive button last', () => {
    const made = alert({ title: 'T', message: 'M', negative: { text: 'No' }, positive: { text: 'Yes' } });
    for (const id of ['alertTitle', 'message', 'button1', 'button2'])
      assert.ok(byId(made, `android:id/${id}`), id);
    assert.deepEqual(
      [...all(made)].filter((view) => view.cls.endsWith('Button')).map((view) => view.text),
      ['No', 'Yes'],
    );
    assert.equal(
      byId(alert({ positive: { id: 'com.example:id/ok', text: 'OK' } }), 'com.example:id/ok')?.text,
      'OK',
    );
  });

  it('give a progress dialog its framework ids', () => {
    const made = progress('Signing out…');
    assert.equal(byId(made, 'android:id/progress')?.cls, 'android.widget.ProgressBar');
    assert.equal(byId(made, 'android:id/message')?.text, 'Signing out…');
  });

  it('say in the tree whether a switch is on', () => {
    const box = byId(switchRow({ title: 'x', checked: true }), 'android:id/checkbox');
    assert.deepEqual([box?.checkable, box?.checked], [true, true]);
  });

  it('make the rows of a card children of the list, in groups', () => {
    const made = page({
      title: 'x',
      scroll: { offset: 0, max: 0 },
      children: [
        card([row({ title: 'a' }), row({ title: 'b' }), row({ title: 'c' })]),
        heading('H'),
        row({ title: 'd' }),
      ],
    });
    const list = byId(made, 'android:id/list');
    assert.deepEqual(
      list?.children?.map((view) => view.part),
      ['rowFirst', 'rowMiddle', 'rowLast', 'heading', 'rowOnly'],
    );
  });

  it('have pictograms that draw something', () => {
    for (const [name, { f, s }] of Object.entries(icons)) assert.match(f ?? s ?? '', /^M/, name);
  });
});
