import { alertOf, progressOf } from './alert.ts';
import { choose, type Os, type AppPage } from './page.ts';

/** An alert with OK and Cancel. True: OK. */
export function confirm(os: Os, owner: AppPage, title: string, message: string): Promise<boolean> {
  return choose(os, owner, false, (answer) => ({
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () =>
      alertOf(os.spec, owner.package, {
        title,
        message,
        negative: { text: os.text('android', 'cancel'), onTap: () => answer(false) },
        positive: { text: os.text('android', 'ok'), onTap: () => answer(true) },
      }),
  }));
}

/** An alert with OK only; on some phones a toast, which goes by itself. */
export function tell(os: Os, owner: AppPage, title: string, message: string): Promise<void> {
  if (os.spec.quirks.messages === 'toast') return Promise.resolve(os.toast(message, owner.package));
  return choose<void>(os, owner, undefined, (answer) => ({
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () =>
      alertOf(os.spec, owner.package, {
        title,
        message,
        positive: { text: os.text('android', 'ok'), onTap: () => answer() },
      }),
  }));
}

/** A spinner that goes away when the work is done. `cancel` is what back does; missing: back does nothing. */
export async function showingProgress<T>(
  os: Os,
  owner: AppPage,
  message: string,
  work: Promise<T>,
  cancel?: () => void,
): Promise<T> {
  const page: AppPage = {
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () => progressOf(os.spec, owner.package, message),
    back: () => cancel?.(),
  };
  os.open(page, owner);
  try {
    return await work;
  } finally {
    os.close(page);
  }
}

/** A dialog is a window of the activity that shows it. */
function belonging({ package: name, activity }: AppPage): Pick<AppPage, 'package' | 'activity'> {
  return { package: name, ...(activity ? { activity } : {}) };
}
