import { choose, type Os, type Page } from './page.ts';
import { alert, progress } from '../screen/widgets-dialog.ts';

/** An alert with OK and Cancel. True: OK. */
export function confirm(os: Os, owner: Page, title: string, message: string): Promise<boolean> {
  return choose(os, owner, false, (answer) => ({
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () =>
      alert({
        title,
        message,
        negative: { text: os.text('android', 'cancel'), onTap: () => answer(false) },
        positive: { text: os.text('android', 'ok'), onTap: () => answer(true) },
      }),
  }));
}

/** An alert with OK only. */
export function tell(os: Os, owner: Page, title: string, message: string): Promise<void> {
  return choose<void>(os, owner, undefined, (answer) => ({
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () =>
      alert({ title, message, positive: { text: os.text('android', 'ok'), onTap: () => answer() } }),
  }));
}

/** A spinner that goes away when the work is done. `cancel` is what back does; missing: back does nothing. */
export async function showingProgress<T>(
  os: Os,
  owner: Page,
  message: string,
  work: Promise<T>,
  cancel?: () => void,
): Promise<T> {
  const page: Page = {
    ...belonging(owner),
    name: 'dialog',
    kind: 'dialog',
    view: () => progress(message),
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
function belonging({ package: name, activity }: Page): Pick<Page, 'package' | 'activity'> {
  return { package: name, ...(activity ? { activity } : {}) };
}
