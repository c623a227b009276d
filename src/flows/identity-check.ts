import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
  IdentityMessage,
  type SubmitMark,
} from '../../pageobjects/identity-check.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import type { Baseline } from '../codes/source.ts';
import { CodeTimeoutError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { MASK } from '../survey.ts';
import { captchaIn } from './ask.ts';
import { WAKE } from './entry.ts';
import { barred, needsPerson, NewText, type RecoveryContext } from './recovery-context.ts';
import type { RecoveryOutcome } from './recovery.ts';
import { secondFactor } from './second-factor.ts';
import { on, type Rules } from './walk.ts';

type CodeStep = CodeRequestPage | CodePage;

const CODE_LIMIT = 300_000;
/**
 * How long the code of an earlier run is waited for where the page can send another one, ms. It has come
 * already, or a gateway that was not heard delivers it again.
 */
const LEFT_LIMIT = 60_000;
/**
 * How long a new text has to stay on a page to be its answer, ms: where the button can be pressed again, and
 * where the page may still work.
 */
const ANSWER = 2000;
const SLOW_ANSWER = 10_000;

/**
 * The phone asks its owner to prove who they are. `anew`: a check begins from its first page. The phases, in
 * the order of the rules:
 *
 * 1. failed: the phone says in its own words that the check cannot go on. First, as the message may cover any
 *    other page.
 * 2. second factor: a code that the service sends by itself; a person types it once. Before the pages for
 *    codes, which would take it for their own.
 * 3. contact: the contact of the order is chosen, or the check ends. Before Send, because a code for another
 *    contact is of no use and counts.
 * 4. captcha: a person reads it. Before Send, which would fail without it.
 * 5. requested, on a page before the code page: Send is pressed once. It is in the ledger before the tap.
 * 6. typed: the code is waited for and typed once, also one that an earlier run asked for. Before Send on the
 *    same page, because a code that is under way must not be asked for again.
 * 7. requested, on the code page: the same as 5.
 * 8. submitted: Submit is pressed once.
 *
 * The words of these pages are the server's, in any language. So a page that stays and says something new has
 * refused.
 */
export function identityCheck({ session, input, tools, ask }: RecoveryContext): {
  rules: Rules<RecoveryOutcome>;
  /** Something was pressed that may send a code, or one was typed. */
  begun: () => boolean;
  anew: () => void;
} {
  const { codes, ledger, signal, journal, clock } = tools;
  let { left } = tools;
  let since: Baseline | undefined;
  let chosen = false;
  /** In the ledger, before something was pressed that may send a code by itself. */
  let counted = false;
  let requestedOn: 'request' | 'code' | undefined;
  let captchaAnswered = false;
  let code: Secret | undefined;
  let typed = false;
  let submitMark: SubmitMark | undefined;
  let submitted = false;
  const newText = new NewText(clock);

  const shown = <P extends CodeStep | ContactChoice | ContactCards>(fits: (page: P) => boolean) => ({
    when: (page: P) => page.isShown && fits(page),
  });
  const ours = (page: CodeStep) => page.speaksOf(input.contact) ?? (chosen || requestedOn !== undefined);
  const foreign = shown(
    (page: CodeStep) => page.speaksOf(input.contact) === false && requestedOn === undefined,
  );
  const captchaOpen = shown((page: CodeStep) => page.captcha !== undefined && !captchaAnswered);
  const sendable = shown(
    (page: CodeStep) => requestedOn === undefined && !typed && page.canSend && ours(page),
  );
  // Where only the order of the buttons distinguishes them, the wrong one would send a second code.
  const tellsSubmit = (page: CodePage) => page.tellsSubmit || requestedOn === 'code';
  const expected = (page: CodePage) => ours(page) || left !== undefined;
  const underWay = (page: CodePage) =>
    page.isCounting || requestedOn === 'request' || ((requestedOn !== undefined || counted) && !page.canSend);

  const failed: Rules<RecoveryOutcome> = [
    on(IdentityMessage, async (page) => ({ kind: 'refused', reason: page.trouble }), {
      when: ({ trouble }) =>
        trouble === 'identity-check' || (trouble === 'wrong-code' ? submitted : requestedOn !== undefined),
    }),
  ];
  const factor: Rules<RecoveryOutcome> = [
    on(SmsCodePage, () => Promise.resolve(needsPerson('captcha')), { when: (page) => page.asksCaptcha }),
    ...secondFactor<RecoveryOutcome>({
      ...{ ask, journal, when: () => true },
      none: async () => needsPerson('second-factor'),
    }).rules,
  ];
  // A phone that plays a survey back shows no contact of its owner's: nothing can be compared.
  const isMasked = shown(
    ({ look }: CodeStep | ContactChoice | ContactCards) =>
      requestedOn === undefined && look.nodes.some(({ text }) => text === MASK),
  );
  const contact: Rules<RecoveryOutcome> = [
    ...[ContactChoice, ContactCards, CodeRequestPage, CodePage].map((Class) =>
      on<CodeStep | ContactChoice | ContactCards, RecoveryOutcome>(
        Class,
        async () => needsPerson('not-recorded'),
        isMasked,
      ),
    ),
    on(ContactChoice, choose, { when: (page) => page.isShown && !(page.sendsItself && chosen) }),
    on(ContactCards, chooseCard, { when: (page) => page.isShown && requestedOn === undefined, times: 1 }),
    on(CodeRequestPage, noContact, foreign),
    on(CodePage, noContact, foreign),
  ];
  const captcha: Rules<RecoveryOutcome> = [
    on(CodeRequestPage, giveCaptcha, { ...captchaOpen, times: 1 }),
    on(CodePage, giveCaptcha, { ...captchaOpen, times: 1 }),
  ];
  const notSent = shown(
    (page: CodeStep) => requestedOn !== undefined && !typed && answered(page, page.canSend),
  );
  const requested: Rules<RecoveryOutcome> = [
    on(CodeRequestPage, (page) => send(page, 'request'), { ...sendable, times: 1 }),
    on(CodeRequestPage, refused, notSent),
    { on: CodeRequestPage, ...shown(() => requestedOn !== undefined) },
  ];
  const typing: Rules<RecoveryOutcome> = [
    on(CodePage, enter, {
      ...shown((page: CodePage) => !typed && expected(page) && underWay(page) && tellsSubmit(page)),
      times: 1,
    }),
    on(CodePage, takeUp, {
      ...shown((page: CodePage) => left !== undefined && !typed && tellsSubmit(page)),
      times: 1,
    }),
  ];
  const requestedHere: Rules<RecoveryOutcome> = [
    on(CodePage, (page) => send(page, 'code'), {
      when: (page) => sendable.when(page) && (!counted || page.tellsSubmit),
      times: 1,
    }),
    on(CodePage, refused, notSent),
  ];
  const submitting: Rules<RecoveryOutcome> = [
    on(CodePage, submit, {
      ...shown((page: CodePage) => typed && !submitted && page.canSubmit(submitMark)),
      times: 1,
    }),
    on(
      CodePage,
      (page) => page.scroll('down'),
      shown((page) => typed && !submitted && page.isList),
    ),
    on(
      CodePage,
      async () => ({ kind: 'refused', reason: 'wrong-code' }),
      shown((page) => submitted && answered(page, page.canSubmit(submitMark))),
    ),
    { on: CodePage, ...shown(() => requestedOn !== undefined || typed) },
  ];
  const asked = [failed, factor, contact, captcha];
  const phases = [...asked, requested, typing, requestedHere, submitting];
  return {
    rules: phases.flat(),
    begun: () => requestedOn !== undefined || counted || typed,
    anew: () => void (left = undefined),
  };

  function answered(page: CodeStep, open: boolean): boolean {
    return newText.stands(page, open ? ANSWER : SLOW_ANSWER);
  }

  async function choose(page: ContactChoice): Promise<RecoveryOutcome | undefined> {
    const option = page.option(input.contact);
    if (!option) return page.offers.length === 0 ? needsPerson('unknown-page') : noContact();
    // Before anything is pressed, so that a source that refuses the login costs no code.
    since ??= await codes.baseline(signal);
    journal.step(`choose the ${input.by === 'email' ? 'e-mail address' : 'telephone number'}`);
    chosen = true;
    await page.choose(option);
    return undefined;
  }

  async function chooseCard(page: ContactCards): Promise<RecoveryOutcome | undefined> {
    const card = page.option(input.contact);
    if (!card) return noContact();
    const stop = await count();
    if (stop) return stop;
    journal.step(`choose the ${input.by === 'email' ? 'e-mail address' : 'telephone number'}`);
    chosen = true;
    await page.choose(card);
    return undefined;
  }

  /** The request is in the ledger before it is sent, with the state of the source. */
  async function count(): Promise<RecoveryOutcome | undefined> {
    if (counted) return undefined;
    since = await codes.baseline(signal);
    const other = await tools.guard?.again(session.phone, signal);
    if (other) return other;
    const entry = await ledger.enter({
      account: input.account,
      also: tools.guard?.names ?? [],
      act: 'code-requested',
      serial: session.phone.serial,
      since,
    });
    const stop = barred(entry);
    if (stop) return stop;
    signal.throwIfAborted();
    counted = true;
    return undefined;
  }

  async function noContact(): Promise<RecoveryOutcome> {
    return { kind: 'refused', reason: 'no-contact' };
  }

  async function send(page: CodeStep, where: 'request' | 'code'): Promise<RecoveryOutcome | undefined> {
    const stop = await count();
    if (stop) return stop;
    // A tap that seems to have failed may have worked: from here on nothing is sent again.
    requestedOn = where;
    left = undefined;
    newText.from(page);
    journal.step('press Send');
    await page.send();
    return undefined;
  }

  async function refused(page: CodeStep): Promise<RecoveryOutcome> {
    return page.captcha ? needsPerson('captcha') : { kind: 'refused', reason: 'code-limit' };
  }

  async function giveCaptcha(page: CodeStep): Promise<RecoveryOutcome | undefined> {
    const letters = await ask(captchaIn(await page.captchaPicture(), journal));
    if (letters === undefined) return needsPerson('captcha');
    journal.step('type what the person read in the captcha');
    journal.progress.typed = {
      what: 'the characters of a captcha',
      on: page instanceof CodePage ? CodePage.title : CodeRequestPage.title,
    };
    await page.enterCaptcha(new Secret(letters));
    captchaAnswered = true;
    // One that came after Send has a button of its own.
    if (requestedOn === undefined) return undefined;
    newText.from(page);
    await page.confirmCaptcha();
    return undefined;
  }

  async function enter(page: CodePage): Promise<void> {
    submitMark = page.submitMark;
    if (!code) {
      // Send may have been pressed before this run: then any code that comes from now on is taken.
      since ??= left ?? (await codes.baseline(signal));
      code = await receive(since, 'wait for the code', tools.codeLimit ?? CODE_LIMIT);
    }
    journal.step('type the code');
    journal.progress.typed = { what: 'a code', on: CodePage.title };
    await page.enterCode(code);
    typed = true;
  }

  /** The page can send another code, but the one of the earlier run may be here already. */
  async function takeUp(page: CodePage): Promise<void> {
    const from = left as Baseline;
    left = undefined;
    try {
      code = await receive(from, 'wait for the code of an earlier run', LEFT_LIMIT);
    } catch (error) {
      if (!(error instanceof CodeTimeoutError)) throw error;
      journal.step('it has not come');
      return;
    }
    await enter(page);
  }

  async function receive(from: Baseline, what: string, timeoutMs: number): Promise<Secret> {
    journal.step(what);
    const received = await codes.waitForCode({ since: from, address: input.contact, signal, timeoutMs });
    // Meanwhile the screen may have gone dark.
    await session.phone.shell(WAKE, signal);
    return received.code;
  }

  async function submit(page: CodePage): Promise<void> {
    signal.throwIfAborted();
    submitted = true;
    newText.from(page);
    journal.step('submit the code');
    await page.submit(submitMark);
  }
}
