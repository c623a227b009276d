import { newPinPad } from './keyguard-pin.ts';
import { clockText, dateText } from './launcher.ts';
import type { Field, Os, AppPage } from './page.ts';
import { releases } from '../releases.ts';
import type { View } from '../screen/view.ts';
import { button } from '../screen/widgets.ts';

const pkg = 'com.android.systemui';
/** What opens the lock of every simulated phone. */
const PIN = '1234';
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'delete', '0', 'enter'];

export interface Keyguard extends AppPage {
  /** Shows the field for the PIN, as a swipe up and `wm dismiss-keyguard` do. */
  askPin(): void;
}

/**
 * The lock screen of com.android.systemui (ids of AOSP): over everything until a person has typed the PIN.
 */
export function keyguard(os: Os, unlock: () => void): Keyguard {
  const t = (name: string): string => os.text(pkg, name);
  let asks = false;
  const pin: Field = { content: '' };
  let wrong = false;

  const enter = (): void => {
    const right = pin.content === PIN;
    os.record(right ? 'unlocked' : 'wrong-pin');
    if (right) return unlock();
    wrong = true;
    pin.content = '';
  };
  const isNew = releases[os.spec.release].sdk >= 36;
  const press = (key: string): void => {
    if (key === 'enter') enter();
    else pin.content = key === 'delete' ? pin.content.slice(0, -1) : pin.content + key;
    // HyperOS 3 has no key for it.
    if (isNew && pin.content.length === PIN.length) enter();
  };

  const clock = (): View[] => [
    {
      cls: 'android.widget.TextView',
      id: `${pkg}:id/lockscreen_clock_view`,
      part: 'homeClock',
      text: clockText(os),
    },
    { cls: 'android.widget.TextView', id: `${pkg}:id/keyguard_date`, part: 'homeDate', text: dateText(os) },
    { cls: 'android.view.View', key: 'rest', box: { grow: 1 } },
    {
      cls: 'android.widget.TextView',
      id: `${pkg}:id/keyguard_indication_text`,
      part: 'homeText',
      text: t('keyguard_unlock'),
      box: { padding: [24, 0] },
    },
  ];
  const pinPad = (): View[] => [
    { cls: 'android.view.View', key: 'rest', box: { grow: 1 } },
    {
      cls: 'android.widget.TextView',
      id: `${pkg}:id/keyguard_message_area`,
      part: 'homeText',
      text: t(wrong ? 'kg_wrong_pin' : 'kg_pin_instructions'),
      look: { size: 19 },
    },
    {
      cls: 'android.widget.FrameLayout',
      box: { align: 'center', padding: [4, 0] },
      children: [
        {
          cls: 'android.widget.EditText',
          id: `${pkg}:id/pinEntry`,
          part: 'homeText',
          text: '•'.repeat(pin.content.length),
          password: true,
          box: { width: 150, height: 46, padding: [10, 0] },
          look: { size: 24 },
        },
      ],
    },
    {
      cls: 'android.widget.LinearLayout',
      id: `${pkg}:id/keyguard_pin_view`,
      part: 'grid',
      box: { columns: 3, padding: [16, 48, 56, 48], gap: 20 },
      children: keys.map((key) => pinKey(key, () => press(key))),
    },
  ];

  const me: Keyguard = {
    name: 'keyguard',
    package: pkg,
    kind: 'activity',
    enter: () => asks && enter(),
    askPin: () => {
      asks = true;
      me.focus = pin;
    },
    back: () => {
      asks = wrong = false;
      pin.content = '';
      delete me.focus;
    },
    view: () => ({
      cls: 'android.widget.FrameLayout',
      id: `${pkg}:id/${asks && isNew ? 'legacy_window_root' : 'keyguard_root'}`,
      part: 'wallpaper',
      children: !asks ? clock() : isNew ? [newPinPad({ os, wrong, press, back: me.back })] : pinPad(),
    }),
  };
  return me;
}

function pinKey(key: string, onTap: () => void): View {
  const id = `${pkg}:id/${key === 'delete' ? 'delete_button' : key === 'enter' ? 'key_enter' : `key${key}`}`;
  const look = {
    background: '#FFFFFF2E',
    color: '#FFFFFF',
    radius: 32,
    size: 26,
    weight: 'regular',
  } as const;
  const box = { height: 64 };
  if (/\d/.test(key)) return { ...button({ id, text: key, onTap }), box, look };
  const icon = { ...look, icon: key === 'enter' ? 'enter' : 'delete', tint: '#FFFFFF' };
  return {
    cls: 'android.widget.ImageButton',
    id,
    box: { ...box, padding: [20, 14] },
    look: icon,
    clickable: true,
    onTap,
  };
}
