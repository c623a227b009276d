import { AccountSecurityPage } from '../../pageobjects/account-security.page.ts';
import { TroubleMessage } from '../../pageobjects/alert.page.ts';
import { BusyPage, IdlePage } from '../../pageobjects/busy.page.ts';
import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
  IdentityMessage,
  SecondFactorDialog,
} from '../../pageobjects/identity-check.page.ts';
import { MiAccountPage } from '../../pageobjects/mi-account.page.ts';
import {
  NewPasswordPage,
  PasswordChangedMessage,
  WebNewPasswordPage,
} from '../../pageobjects/new-password.page.ts';
import { ACCOUNT, type Page, type PageClass } from '../../pageobjects/page.ts';
import { PasswordDialog } from '../../pageobjects/password-dialog.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import { EmptyWebPage } from '../../pageobjects/web-step.ts';
import { AccountGuard } from './account-guard.ts';
import { asking } from './ask.ts';
import { openAccountPage, WAKE } from './entry.ts';
import { needsPerson, type RecoveryContext } from './recovery-context.ts';
import { identityCheck } from './identity-check.ts';
import type { RecoveryInput, RecoveryOutcome, RecoveryTools } from './recovery.ts';
import { screenOf } from './screen.ts';
import { setNewPassword } from './set-new-password.ts';
import type { PhoneSession } from './session.ts';
import { on, walk, type Rules, type Stuck } from './walk.ts';

const SECURITY_PAGE = 'am start --user 0 -n com.xiaomi.account/.ui.AccountSecurityActivity 2>&1';

/** How long an unknown page may stay after the new password went out, ms. */
const LONG_FAREWELL = 60_000;

/** Every page the flow may meet, so that the phone is asked for all their labels at once. */
export const CHANGE_PASSWORD_PAGES = [
  TroubleMessage,
  IdentityMessage,
  PasswordChangedMessage,
  BusyPage,
  SecondFactorDialog,
  SmsCodePage,
  PasswordDialog,
  ContactCards,
  ContactChoice,
  CodeRequestPage,
  CodePage,
  NewPasswordPage,
  WebNewPasswordPage,
  EmptyWebPage,
  AccountSecurityPage,
  MiAccountPage,
] as const;

/**
 * Changes the password of the account the phone is signed in to, on the phone itself. Starts wherever the
 * phone is and acts on whatever page it shows; the phone decides whether it wants an identity check. Asks for
 * one code at most and submits the new password once. Throws CodeSourceError before anything is pressed for a
 * code, CodeTimeoutError when none comes.
 */
export async function changePassword(
  session: PhoneSession,
  input: RecoveryInput,
  tools: RecoveryTools,
): Promise<RecoveryOutcome> {
  const { phone, browser, labels } = session;
  const { signal, journal, guard = new AccountGuard(), timeLimit = 600_000 } = tools;
  const { clock, ask } = asking(tools.person, phone, tools);
  const context: RecoveryContext = { session, input, tools: { ...tools, clock }, ask };
  const identity = identityCheck(context);
  const form = setNewPassword(context);
  let detours = 0;
  let lostSince: number | undefined;

  const rules: Rules<RecoveryOutcome> = [
    ...compareFirst(),
    on(TroubleMessage, trouble, {
      when: (page) => ['network', 'server', 'access-denied'].includes(page.trouble),
    }),
    ...form.rules.slice(0, 1),
    { on: BusyPage },
    ...form.rules.slice(1),
    ...identity.rules,
    // It asks for the password of before, which nobody has.
    on(PasswordDialog, async () => needsPerson('unknown-page')),
    { on: EmptyWebPage, when: (page: EmptyWebPage) => page.isEmpty },
    on(AccountSecurityPage, async () => ({ kind: 'changed', proof: 'message' }), {
      when: (page) => page.isShown && form.submitted(),
    }),
    on(
      AccountSecurityPage,
      async (page) => {
        journal.step('tap Change password');
        identity.anew();
        await page.changePassword();
      },
      { when: (page) => page.passwordRow !== undefined, patience: 8000 },
    ),
    on(AccountSecurityPage, (page) => page.scroll('down'), {
      when: (page) => page.isShown && page.isList,
      times: 5,
      patience: 0,
    }),
    on(MiAccountPage, async () => ({ kind: 'unclear' }), { when: form.submitted }),
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
  await phone.shell(WAKE, signal);
  const other = await tools.guard?.again(phone, signal);
  if (other) return other;
  const outcome = await walk<RecoveryOutcome>(rules, {
    browser,
    labels,
    clock,
    signal,
    timeLimit,
    ways: [() => openAccountPage(phone, journal), openSecurityPage],
    screen: screenOf(phone, signal, (what) => journal.step(what)),
    onPage: (name, look) => journal.page(name, look, browser),
    onDrift: (drift) => journal.drift(drift),
    onStuck: lost,
  });
  if (outcome.kind === 'refused' || outcome.kind === 'changed') {
    await leave().catch(() => {
      // The outcome is known, and worth more than a tidy phone.
      signal.throwIfAborted();
      journal.step('the phone could not be led back to its account page');
    });
  }
  return outcome;

  /**
   * Before the row is tapped that leads to a new password. A step that was left open is gone through anew,
   * but for a code of our own.
   */
  function compareFirst(): Rules<RecoveryOutcome> {
    let seen = false;
    const reading = () => guard.isOpen && !form.submitted();
    const steps: PageClass<Page & { isShown: boolean }>[] = [NewPasswordPage, WebNewPasswordPage];
    if (!tools.left) steps.push(ContactChoice, ContactCards, CodeRequestPage, CodePage);
    return [
      ...steps.map((step) => on(step, () => browser.back(), { when: (page) => reading() && page.isShown })),
      on(
        MiAccountPage,
        async (page) => {
          seen = true;
          return guard.onAccountPage(page);
        },
        { when: () => reading() && !seen },
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
  }

  async function openSecurityPage(): Promise<void> {
    journal.step('open the Account security page');
    await phone.shell(SECURITY_PAGE, signal);
  }

  /** After the new password went out, no answer is no answer: the account may have it. */
  async function trouble(page: TroubleMessage): Promise<RecoveryOutcome> {
    if (form.submitted()) return { kind: 'unclear' };
    const { trouble: reason } = page;
    return {
      kind: 'refused',
      reason: reason === 'network' || reason === 'server' ? reason : 'access-denied',
    };
  }

  /**
   * An unexpected page gets Back, and the account page is opened again if that is lost. A page of the account
   * app is left alone once a code was asked for: it may be a step nobody foresaw. After the new password went
   * out nothing is pressed any more.
   */
  async function lost({ kind, page }: Stuck): Promise<RecoveryOutcome | undefined> {
    if (form.submitted()) {
      lostSince ??= clock.elapsed();
      return (kind === 'unknown-page' || kind === 'locked') && clock.elapsed() - lostSince < LONG_FAREWELL
        ? undefined
        : { kind: 'unclear' };
    }
    if (kind !== 'unknown-page') return needsPerson(kind === 'locked' ? 'locked' : 'no-answer');
    if (detours++ >= 6 || (identity.begun() && page === ACCOUNT && detours > 2))
      return needsPerson('unknown-page');
    if (identity.begun() && page === ACCOUNT) return undefined;
    if (detours % 2 === 0 && !identity.begun()) {
      await openAccountPage(phone, journal);
    } else {
      journal.step(`press Back: a page of ${page} is in the way`);
      await browser.back();
    }
    return undefined;
  }

  /**
   * Back to the account page, so that whoever comes next begins there, and takes no old message for an
   * answer.
   */
  async function leave(): Promise<void> {
    await walk<true>(
      [
        on(TroubleMessage, (page) => page.dismiss(), { when: (page) => page.isDialog }),
        on(PasswordDialog, (page) => page.cancel()),
        on(NewPasswordPage, () => browser.back()),
        on(EmptyWebPage, () => browser.back(), { times: 5 }),
        on(AccountSecurityPage, () => browser.back(), { when: (page) => page.isShown }),
        on(MiAccountPage, async () => true as const),
      ],
      { browser, labels, clock, signal, timeLimit: 20_000, onStuck: async () => true },
    );
  }
}
