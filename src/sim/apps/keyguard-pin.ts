import type { Os } from './page.ts';
import type { Box, View } from '../screen/view.ts';
import { label } from '../screen/widgets.ts';

const pkg = 'com.android.systemui';
/** Letters on the keys, under the digits. */
const letters = ['+', '', 'ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'];
const rows = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [0]];
/** Where there is no room the keys give way: what stands below them stays in view. */
const KEYS: Box = { height: 70, shrink: 1 };

interface PinPad {
  os: Os;
  wrong: boolean;
  press: (key: string) => void;
  back: (() => void) | undefined;
}

/**
 * The PIN page of HyperOS 3 (a dump of it): the digit of a key stands in its description, what is typed in a
 * view of its own class, and nothing confirms it.
 */
export function newPinPad({ os, wrong, press, back }: PinPad): View {
  const t = (name: string): string => os.text(pkg, name);
  const nested = (names: readonly [cls: string, name: string][], inner: View): View =>
    names.reduceRight<View>(
      (child, [cls, name]) => ({
        cls,
        id: `${pkg}:id/${name}`,
        box: { grow: 1, shrink: 1 },
        children: [child],
      }),
      inner,
    );
  const key = (digit: number): View => ({
    cls: 'android.view.ViewGroup',
    id: `${pkg}:id/key${digit}`,
    desc: String(digit),
    clickable: true,
    onTap: () => press(String(digit)),
    box: { grow: 1, height: 'fill', align: 'center' },
    children: [
      { ...label('homeText', String(digit), `${pkg}:id/digit_text`), look: { size: 26 } },
      ...(letters[digit] ? [label('homeText', letters[digit], `${pkg}:id/klondike_text`)] : []),
    ],
  });
  const erase: View = {
    cls: 'android.widget.FrameLayout',
    id: `${pkg}:id/delete_container`,
    box: { width: 80, height: 'fill' },
    onTap: () => press('delete'),
  };
  const entry: View = {
    cls: 'com.android.keyguard.PasswordTextView',
    id: `${pkg}:id/pinEntry`,
    part: 'homeText',
    desc: t('keyguard_accessibility_pin_area'),
    password: true,
    box: { height: 46 },
  };
  const row = (id: string, children: View[], keys: Box = {}): View => ({
    cls: 'android.widget.LinearLayout',
    id: `${pkg}:id/${id}`,
    box: { flow: 'row', justify: 'center', ...keys },
    children,
  });
  const pad: View = {
    cls: 'android.widget.LinearLayout',
    id: `${pkg}:id/keyguard_pin_view`,
    box: { padding: [60, 40, 30, 40], gap: 14, grow: 1, shrink: 1 },
    children: [
      label(
        'homeText',
        t(wrong ? 'kg_wrong_pin' : 'kg_pin_instructions'),
        `${pkg}:id/bouncer_message_area_title`,
      ),
      {
        cls: 'android.widget.LinearLayout',
        id: `${pkg}:id/pin_container`,
        box: { gap: 8, shrink: 1 },
        children: [
          row('row0', [{ ...entry, box: { grow: 1, height: 46 } }]),
          ...rows.map((digits, i) =>
            row(`row${i + 1}`, [...digits.map(key), ...(digits.length === 1 ? [erase] : [])], KEYS),
          ),
          row('keyguard_selector_fade_container', [
            {
              cls: 'android.widget.Button',
              id: `${pkg}:id/emergency_call_button`,
              part: 'homeText',
              text: t('emergency_call'),
              clickable: true,
              box: { grow: 1 },
              onTap: () => os.record('page-not-simulated', { row: 'emergency_call' }),
            },
            {
              cls: 'android.widget.TextView',
              id: `${pkg}:id/cancel_button`,
              part: 'homeText',
              text: t('kg_back'),
              clickable: true,
              box: { grow: 1 },
              onTap: () => back?.(),
            },
          ]),
        ],
      },
    ],
  };
  return nested(
    [
      ['android.widget.FrameLayout', 'keyguard_bouncer_container'],
      ['android.view.ViewGroup', 'keyguard_security_container'],
      ['android.widget.ViewFlipper', 'view_flipper'],
    ],
    pad,
  );
}
