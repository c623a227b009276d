/** What a run has left on the phone's screen, in words. */

/** What stands in a field of a page, or a part of it. */
export interface Typed {
  what: 'a password' | 'a new password' | 'a code' | 'the characters of a captcha';
  /** The page it was typed on, as the page is called. */
  on: string;
}

/** By what pages are called; of others their name says it. */
const SHOWN: Readonly<Record<string, string>> = {
  'home screen': 'the phone shows its home screen',
  'Mi Account page': 'the phone shows its account page',
  Settings: 'the phone shows Settings',
  progress: 'the phone says that it is still at it',
  'progress of an unknown kind': 'the phone shows a page with nothing to press',
  'password dialog': 'the password dialog is open',
  'second factor dialog': 'the dialog for a second factor is open',
  'page for an SMS code': 'the page for an SMS code is open',
  'account list: no Mi Account': 'the phone has no Mi Account',
  'after the sign-out': 'the phone shows the page after the sign-out',
};

/** The page that was seen last, and what stands typed in it; empty where no page was seen. */
export function phoneShows({
  page,
  typed,
}: {
  page?: string | undefined;
  typed?: Typed | undefined;
}): string {
  if (page === undefined) return '';
  const shown =
    SHOWN[page] ??
    (page.startsWith('page of ') ? `the phone shows a ${page}` : `the phone shows the ${page}`);
  return typed?.on === page ? `${shown}, with ${typed.what} typed in it` : shown;
}
