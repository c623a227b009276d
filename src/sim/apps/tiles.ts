/** What the quick panel and the control centre switch: name of the string, pictogram, whether it is on. */
export const tiles: readonly [name: string, icon: string, on: boolean][] = [
  ['quick_settings_wifi_label', 'wifi', true],
  ['quick_settings_cellular_label', 'mobile-data', true],
  ['quick_settings_bluetooth_label', 'bluetooth', false],
  ['quick_settings_flashlight_label', 'flashlight', false],
  ['quick_settings_mute_label', 'mute', false],
  ['quick_settings_airplane_label', 'airplane', false],
  ['quick_settings_lock_label', 'lock', false],
  ['quick_settings_rotation_label', 'rotate', true],
];
