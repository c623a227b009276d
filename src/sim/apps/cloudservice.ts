import { alertOf } from './alert.ts';
import { choose, type Os, type AppPage } from './page.ts';
import type { DataKind } from '../spec.ts';
import type { ScrollState, View } from '../screen/view.ts';
import { button, grid, iconCell } from '../screen/widgets.ts';

const pkg = 'com.miui.cloudservice';
const looks: Readonly<Record<DataKind, readonly [icon: string, tint: string]>> = {
  contacts: ['contacts', '#2F9BFF'],
  messages: ['messages', '#34C759'],
  callLog: ['calls', '#34C759'],
  gallery: ['gallery', '#3D9BF5'],
  notes: ['notes', '#F7B500'],
  browser: ['browser', '#3D7BF5'],
  wifi: ['wifi', '#2F9BFF'],
  recordings: ['recorder', '#F2594B'],
};

/**
 * com.miui.cloudservice .ui.MiCloudWipeDataConfirmActivity: what becomes of synced data on the phone (the
 * same in MIUI 8 to 10.3).
 */
export function keepOrRemove(
  os: Os,
  over: AppPage,
  kinds: readonly DataKind[],
): Promise<'keep' | 'remove' | 'cancel'> {
  const t = (name: string): string => os.text(pkg, name);
  /** Tablets have words of their own. */
  const own = (name: string): string => t(os.spec.tablet ? `${name}_pad` : name);
  const scroll: ScrollState = { offset: 0, max: 0 };
  return choose<'keep' | 'remove' | 'cancel'>(os, over, 'cancel', (answer) => ({
    name: 'keep-or-remove',
    package: pkg,
    activity: `${pkg}.ui.MiCloudWipeDataConfirmActivity`,
    kind: 'activity',
    view: () => ({
      cls: 'android.widget.RelativeLayout',
      part: 'page',
      children: [
        {
          cls: 'android.widget.TextView',
          id: `${pkg}:id/wipe_data_title_text_view`,
          part: 'largeTitle',
          key: 'title',
          text: own('micloud_wipe_data_confirm_title'),
          box: { margin: [40, 0, 0, 0], shrink: 1e-4 },
          look: { size: 26, maxLines: 4 },
        },
        { cls: 'android.widget.ScrollView', part: 'list', scroll, children: [cells(kinds, t)] },
        {
          cls: 'android.widget.LinearLayout',
          id: `${pkg}:id/wipe_data_bottom_layout`,
          part: 'footer',
          children: [
            button({
              id: `${pkg}:id/retain_button`,
              text: own('micloud_wipe_data_retain'),
              kind: 'primary',
              onTap: () => answer('keep'),
            }),
            button({
              id: `${pkg}:id/remove_button`,
              text: own('micloud_wipe_data_remove'),
              kind: 'danger',
              onTap: () => answer('remove'),
            }),
            button({
              id: `${pkg}:id/cancel_button`,
              text: t('button_cancel'),
              onTap: () => answer('cancel'),
            }),
          ],
        },
      ],
    }),
  }));
}

/** After Keep: some photos are on the phone in lower quality. False: cancelled. */
export function acceptPhotoQuality(os: Os, over: AppPage): Promise<boolean> {
  const t = (name: string): string => os.text(pkg, name);
  return choose(os, over, false, (answer) => ({
    name: 'dialog',
    package: pkg,
    activity: `${pkg}.ui.MiCloudWipeDataConfirmActivity`,
    kind: 'dialog',
    view: () =>
      alertOf(os.spec, pkg, {
        title: t('retain_data_high_quality_photo_waring_title'),
        message: t('retain_data_high_quality_photo_waring_message'),
        negative: { text: os.text('android', 'cancel'), onTap: () => answer(false) },
        positive: { text: os.text('android', 'ok'), onTap: () => answer(true) },
      }),
  }));
}

function cells(kinds: readonly DataKind[], t: (name: string) => string): View {
  const children = kinds.map((kind) => {
    const [icon, tint] = looks[kind];
    return iconCell({
      icon,
      tint,
      text: t(kind),
      iconId: `${pkg}:id/image`,
      textId: `${pkg}:id/text`,
      key: kind,
    });
  });
  return grid(children, { id: `${pkg}:id/grid_layout` });
}
