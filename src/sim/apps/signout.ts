import { hasMiuix } from './alert.ts';
import { acceptPhotoQuality, keepOrRemove } from './cloudservice.ts';
import { confirm, showingProgress, tell } from './dialog.ts';
import { choose, Unreachable, type Os, type AppPage } from './page.ts';
import { askPassword } from './password.ts';
import { traitsOf, type Traits } from '../releases.ts';
import type { QuestionName } from '../spec.ts';
import { button } from '../screen/widgets.ts';
import { alert } from '../screen/widgets-dialog.ts';

const pkg = 'com.xiaomi.account';

const ORDERS: Readonly<Record<Extract<Traits['order'], string>, readonly QuestionName[]>> = {
  miui10: ['cards', 'data', 'password'],
  'password-first': ['password', 'cards', 'data'],
  miui6: ['password', 'data'],
  'asks-first': ['meant', 'cards', 'data', 'password'],
};
/** Whatever Find device says. */
const ASKS_ALWAYS: ReadonlySet<Traits['order']> = new Set(['password-first', 'miui6']);

/**
 * What Sign out on the account page does: as com.xiaomi.account of MIUI 10.3 does it; the same with the
 * password first, or with a question whether it is meant before everything; or as MIUI 6 did it; or in the order of
 * its spec. True: the
 * account is off the phone. False: a person cancelled or something failed, and everything is as before.
 */
export async function signOut(os: Os, page: AppPage): Promise<boolean> {
  const { account, spec } = os;
  if (!account) return false;
  const t = (name: string, ...values: (string | number)[]): string => os.text(pkg, name, ...values);
  os.record('sign-out-started');
  let data: 'kept' | 'removed' = 'kept';
  const { order } = traitsOf(spec);
  /** Undefined: it goes on. Else the question that was cancelled. */
  const asks: Record<QuestionName, () => Promise<string | undefined>> = {
    meant: async () =>
      (await confirm(os, page, t('alert_title_remove_account'), t('remove_account_notice')))
        ? undefined
        : 'remove-account',
    cards: async () =>
      account.miPayCards === 0 ||
      (await confirm(os, page, t('delete_bank_card_title'), t('delete_bank_card_message')))
        ? undefined
        : 'cards',
    data: async () => {
      const answer = await askAboutData(os, page);
      if (answer === 'kept' || answer === 'removed') data = answer;
      return answer === 'kept' || answer === 'removed' ? undefined : answer;
    },
    password: async () =>
      (!os.findDevice && !ASKS_ALWAYS.has(order)) || (await askPassword(os, page)) ? undefined : 'password',
  };
  for (const question of typeof order === 'string' ? ORDERS[order] : order) {
    const at = await asks[question]();
    if (at !== undefined) {
      os.record('sign-out-cancelled', { at });
      return false;
    }
  }
  return remove(os, page, data);
}

/** What becomes of the data, or the question that was cancelled. */
async function askAboutData(
  os: Os,
  page: AppPage,
): Promise<'kept' | 'removed' | 'keep-or-remove' | 'photo-quality' | 'unsynced'> {
  const { account, spec } = os;
  const t = (name: string, ...values: (string | number)[]): string => os.text(pkg, name, ...values);
  if (!account) return 'kept';
  const isOld = traitsOf(spec).order === 'miui6';
  if (!isOld && (await querySyncedData(os, page)).length === 0) return 'kept';
  const choice = isOld ? await keepOrWipe(os, page) : await keepOrRemove(os, page, account.syncedData);
  os.record('data-choice', { choice });
  if (choice === 'cancel') return 'keep-or-remove';
  if (choice === 'keep')
    return spec.photoQuality && !(await acceptPhotoQuality(os, page)) ? 'photo-quality' : 'kept';
  if (account.unsyncedItems === 0) return 'removed';
  const lost = t('dirty_contacts_count', account.unsyncedItems);
  const goesOn = await confirm(os, page, t('wipe_data_dialog_title'), t('wipe_data_dialog_msg', lost));
  return goesOn ? 'removed' : 'unsynced';
}

/** MIUI 6: one alert with its own three buttons, whether anything is synced or not. */
function keepOrWipe(os: Os, page: AppPage): Promise<'keep' | 'remove' | 'cancel'> {
  const t = (name: string): string => os.text(pkg, name);
  return choose<'keep' | 'remove' | 'cancel'>(os, page, 'cancel', (answer) => ({
    name: 'keep-or-remove',
    package: pkg,
    activity: `${pkg}.ui.AccountSettingsActivity`,
    kind: 'dialog',
    view: () =>
      alert({
        title: t('alert_title_remove_account'),
        message: t('remove_account_notice'),
        body: [
          button({
            id: `${pkg}:id/btn_keep_data`,
            text: t('remove_account_keep_data'),
            onTap: () => answer('keep'),
          }),
          button({
            id: `${pkg}:id/btn_wipe_data`,
            text: t('remove_account_wipe_data'),
            kind: 'danger',
            onTap: () => answer('remove'),
          }),
          button({
            id: `${pkg}:id/btn_cancel`,
            text: os.text('android', 'cancel'),
            onTap: () => answer('cancel'),
          }),
        ],
      }),
  }));
}

/** Nothing shows for the first second. */
async function querySyncedData(os: Os, page: AppPage): Promise<readonly string[]> {
  const kinds = os.account?.syncedData ?? [];
  await os.wait(700, 'query of synced data');
  if (kinds.length === 0) return kinds;
  await os.wait(300, 'query of synced data');
  return showingProgress(
    os,
    page,
    hasMiuix(os.spec)
      ? os.text('com.miui.cloudservice', 'wipe_data_query_progress_title')
      : os.text(pkg, 'querying_cloud_data'),
    os.wait(500, 'query of synced data').then(() => kinds),
  );
}

/** “Signing out…”: Find device off, device unbound, account removed. Back does nothing meanwhile. */
async function remove(os: Os, page: AppPage, data: 'kept' | 'removed'): Promise<boolean> {
  const t = (name: string, ...values: (string | number)[]): string => os.text(pkg, name, ...values);
  const failure = await showingProgress(os, page, t('removing_account'), unbind(os));
  if (failure) {
    os.record('sign-out-failed', { reason: failure.reason });
    const [title, message] =
      failure.reason === 'locked'
        ? [
            t('turn_off_find_device_failed_title'),
            t('find_device_error_password_recently_changed', failure.days),
          ]
        : [t('logout_failed'), t('no_response_retry')];
    await tell(os, page, title, message);
    return false;
  }
  if (!os.isOpen(page)) return false;
  os.removeAccount(data);
  return true;
}

async function unbind(
  os: Os,
): Promise<{ reason: 'locked'; days: number } | { reason: 'no-response' } | undefined> {
  const { account } = os;
  if (!account) return undefined;
  try {
    if (os.findDevice) {
      const days = await os.ask('Find device off', (service) =>
        service.turnOffFindDevice(account.id, os.serialno, os.now()),
      );
      if (days !== undefined) return { reason: 'locked', days };
      os.turnOffFindDevice();
    }
    await os.ask('device unbound', (service) => service.unbindDevice(account.id, os.serialno, os.now()));
    return undefined;
  } catch (error) {
    if (error instanceof Unreachable) return { reason: 'no-response' };
    throw error;
  }
}
