import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import { TroubleMessage } from '../../pageobjects/alert.page.ts';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
} from '../../pageobjects/identity-check.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import { NewPasswordPage, WebNewPasswordPage } from '../../pageobjects/new-password.page.ts';
import { ACCOUNT, type Page, type PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { EmptyWebPage, WebErrorPage } from '../../pageobjects/web-step.ts';
import { AccountGuard } from './account-guard.ts';
import { asking } from './ask.ts';
import { openAccountPage, WAKE } from './entry.ts';
import { needsPerson, type RecoveryContext } from './recovery-context.ts';
import { identityCheck } from './identity-check.ts';
import type { Journal } from './journal.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from './recovery.ts';
import { screenOf } from './screen.ts';
import { setNewPassword } from './set-new-password.ts';
import type { PhoneSession } from './session.ts';
import { declineUpdate, leaveChange, leavesAfterChange } from './leave.ts';
import { onStuck } from './stuck.ts';
import { on, pagesOf, walk, type Rules } from './walk.ts';

const SECURITY_PAGE = 'am start --user 0 -n com.xiaomi.account/.ui.AccountSecurityActivity 2>&1';

/**
 * The rules of a password change on the phone, phase by phase. The phone decides the order of its pages, and
 * whether it wants an identity check. Of two rules that fit a page the first one acts, so the order of the
 * phases is:
 *
 * 1. compared: the account is compared with the one that was named. First, because nothing may be typed or
 *    sent for another account. A step that was left open is left, and begun again from its first page; a code
 *    of our own is not.
 * 2. failed: a message that the phone could not reach its service. Before the pages that it may cover.
 * 3. changed: the phone says that the password is changed. Before "busy", as the message may stand over it.
 * 4. busy: the phone works.
 * 5. form: the new password is typed, then submitted once, after it was entered in the ledger and kept
 *    (`setNewPassword`). Before "identity", because both know web pages by their fields alone, and a form with
 *    two password fields is no code page.
 * 6. identity: contact, Send, code, Submit (`identityCheck`). Send is in the ledger before the tap.
 * 7. refused: the phone asks for the password of before, which is not known.
 * 8. way: from the account page to Change password. Last of the known pages: after the submission, to be back
 *    on these pages is an answer.
 */
function changePhases(context: RecoveryContext, guard: AccountGuard) {
  const { session, tools } = context;
  const { phone, browser } = session;
  const { signal, journal } = tools;
  const identity = identityCheck(context);
  const form = setNewPassword(context);
  const { submitted } = form;
  let hasCompared = false;
  let retried = false;

  const openSecurityPage = async (): Promise<void> => {
    journal.step('open the Account security page');
    await phone.shell(SECURITY_PAGE, signal);
  };

  const reading = () => guard.isOpen && !submitted();
  const openSteps: PageClass<Page & { isShown: boolean }>[] = [
    NewPasswordPage,
    WebNewPasswordPage,
    ...(tools.left ? [] : [ContactChoice, ContactCards, CodeRequestPage, CodePage]),
  ];
  const compared: Rules<RecoveryOutcome> = [
    ...openSteps.map((step) => on(step, () => browser.back(), { when: (page) => reading() && page.isShown })),
    on(
      MiAccountPage,
      async (page) => {
        hasCompared = true;
        return guard.onAccountPage(page);
      },
      { when: () => reading() && !hasCompared },
    ),
    on(
      AccountSecurityPage,
      async (page) => {
        const read = guard.onSecurityPage(page);
        if (typeof read === 'object') return read;
        return read ? guard.settle() : undefined;
      },
      { when: (page) => reading() && page.isShown, patience: 500 },
    ),
  ];

  const failed: Rules<RecoveryOutcome> = [
    declineUpdate(journal),
    // Nothing is sent by it, as long as nothing was submitted.
    on(
      WebErrorPage,
      async (page) => {
        if (retried) return { kind: 'refused', reason: 'network' };
        retried = true;
        journal.step('tap Retry: the web page did not load');
        await page.retry();
        return undefined;
      },
      // The page may take as long to load as it took to fail.
      { when: (page) => page.canRetry && !submitted(), patience: 10_000 },
    ),
    on(TroubleMessage, async (page) => (submitted() ? { kind: 'unclear' } : refusedBy(page)), {
      when: (page) => ['network', 'server', 'access-denied'].includes(page.trouble),
    }),
  ];

  const busy: Rules<RecoveryOutcome> = [{ on: BusyPage }];

  const refused: Rules<RecoveryOutcome> = [on(PasswordDialog, async () => needsPerson('unknown-page'))];

  const way = wayToForm(journal, { submitted, anew: identity.anew, openSecurityPage });
  const steps = [failed, form.changed, busy, form.rules, identity.rules, refused, way].flat();
  const behind = [failed, form.rules, identity.rules, refused].flat();
  return { compared, steps, behind, openSecurityPage, submitted, codeRequested: identity.begun };
}

/** From the account page to Change password. `anew`: called before the tap on it. */
function wayToForm(
  journal: Journal,
  {
    submitted,
    anew,
    openSecurityPage,
  }: {
    submitted: () => boolean;
    anew: () => void;
    openSecurityPage: () => Promise<void>;
  },
): Rules<RecoveryOutcome> {
  return [
    { on: EmptyWebPage, when: (page: EmptyWebPage) => page.isEmpty },
    on(AccountSecurityPage, async () => ({ kind: 'changed', proof: 'message' }), {
      when: (page) => page.isShown && submitted(),
    }),
    on(
      AccountSecurityPage,
      async (page) => {
        journal.step('tap Change password');
        anew();
        await page.changePassword();
      },
      { when: (page) => page.passwordRow !== undefined, patience: 8000 },
    ),
    on(AccountSecurityPage, (page) => page.scroll('down'), {
      when: (page) => page.isShown && page.isList,
      times: 5,
      patience: 0,
    }),
    on(MiAccountPage, async () => ({ kind: 'unclear' }), { when: submitted }),
    on(
      MiAccountPage,
      async (page) => {
        journal.step('tap Account security');
        await page.openSecurity();
      },
      { when: (page) => page.securityRow !== undefined },
    ),
    on(MiAccountPage, (page) => page.scroll('down'), { when: (page) => page.isList, times: 10, patience: 0 }),
    on(MiAccountPage, openSecurityPage, { times: 1 }),
    { on: IdlePage },
  ];
}

const NO_PHONE = { session: {}, input: {}, tools: {} } as RecoveryContext;
const { compared, steps, behind } = changePhases(NO_PHONE, new AccountGuard());

/**
 * Every page the flow may meet, so that the phone is asked for all their labels at once. A page is recognised
 * by the first that fits, so a message stands before the pages that it may cover.
 */
export const CHANGE_PASSWORD_PAGES = pagesOf([...steps, ...compared]);
/** Those that a tap on Change password may lead to. */
export const BEHIND_CHANGE_PASSWORD = pagesOf(behind).filter(({ vague }) => !vague);

/**
 * Changes the password of the account the phone is signed in to, on the phone itself. Starts on any page and
 * acts on each as `changePhases` says. Asks for two codes at most, where the service wants a second one, and
 * submits the new password once. Throws CodeSourceError before anything is pressed for a code,
 * CodeTimeoutError when no code comes.
 */
export async function changePassword(
  session: PhoneSession,
  input: RecoveryInput,
  tools: RecoveryTools,
): Promise<RecoveryOutcome> {
  const { phone, browser, labels } = session;
  const { signal, journal, guard = new AccountGuard(), timeLimit = 600_000 } = tools;
  const { clock, ask } = asking(tools.person, phone, tools);
  const flow = changePhases({ session, input, tools: { ...tools, clock }, ask }, guard);
  const { submitted, codeRequested, openSecurityPage } = flow;

  await phone.shell(WAKE, signal);
  const other = await tools.guard?.again(phone, signal);
  if (other) return other;
  const outcome = await walk<RecoveryOutcome>([...flow.compared, ...flow.steps], {
    browser,
    labels,
    clock,
    signal,
    timeLimit,
    ways: [() => openAccountPage(phone, journal), openSecurityPage],
    screen: screenOf(phone, signal, (what) => journal.step(what)),
    onPage: (name, look) => journal.page(name, look, browser),
    onDrift: (drift) => journal.drift(drift),
    onStuck: onStuck({
      browser,
      clock,
      journal,
      // From the submission on, no key is pressed on any page.
      mayBeUnderWay: ({ kind }) => submitted() && (kind === 'unknown-page' || kind === 'locked'),
      isOwnStep: (app) => codeRequested() && app === ACCOUNT,
      reopen: () => (codeRequested() ? undefined : async () => void (await openAccountPage(phone, journal))),
      giveUp: (why) => (submitted() ? { kind: 'unclear' } : needsPerson(why)),
    }),
  });
  if (leavesAfterChange(outcome)) await leaveChange(session, { clock, signal, journal });
  return outcome;
}

function refusedBy({ trouble }: TroubleMessage): RecoveryOutcome {
  const reason = trouble === 'network' || trouble === 'server' ? trouble : 'access-denied';
  return { kind: 'refused', reason };
}
