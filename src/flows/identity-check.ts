import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
  IdentityMessage,
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
import { CODES_AT_MOST, newRound, unusedCode } from './rounds/round.ts';
import { secondCode, type FirstPage } from './rounds/second-code.ts';
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
 * 3. again: after a right code the phone asks for another one, on a form that it has not shown in this round. All
 *    begins anew, with a ledger entry, a baseline and a code of its own. Before "contact", which acts on the
 *    same pages.
 * 4. contact: the contact of the order is chosen, or the check ends. Before Send, because a code for another
 *    contact is of no use and counts.
 * 5. captcha: a person reads it. Before Send, which would fail without it.
 * 6. requested, on a page before the code page: Send is pressed once. It is in the ledger before the tap.
 * 7. typed: the code is waited for and typed once, also one that an earlier run asked for. Before Send on the
 *    same page, because a code that is under way must not be asked for again.
 * 8. requested, on the code page: the same as 6.
 * 9. submitted: Submit is pressed once.
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
  /** Which code is asked for, from 1. */
  let nth = 1;
  let round = newRound(input.contact);
  /** Where the source stood before the first code: one that comes unasked is looked for from there. */
  let first: Baseline | undefined;
  const used: Secret[] = [];
  const contacts = [input.contact, ...(input.others ?? [])];
  const newText = new NewText(clock);

  const shown = <P extends CodeStep | ContactChoice | ContactCards>(fits: (page: P) => boolean) => ({
    when: (page: P) => page.isShown && fits(page),
  });
  const ours = (page: CodeStep) =>
    page.speaksOf(contactOn(page)) ?? (round.chosen || round.requestedOn !== undefined);
  const foreign = shown(
    (page: CodeStep) => page.speaksOf(contactOn(page)) === false && round.requestedOn === undefined,
  );
  const captchaOpen = shown((page: CodeStep) => page.captcha !== undefined && !round.captchaAnswered);
  const sendable = shown(
    (page: CodeStep) => round.requestedOn === undefined && !round.typed && page.canSend && ours(page),
  );
  // Where only the order of the buttons distinguishes them, the wrong one would send a second code.
  const tellsSubmit = (page: CodePage) => page.tellsSubmit || round.requestedOn === 'code';
  const expected = (page: CodePage) => ours(page) || left !== undefined;
  const underWay = (page: CodePage) =>
    page.isCounting ||
    round.requestedOn === 'request' ||
    ((round.requestedOn !== undefined || round.counted) && !page.canSend);

  const failed: Rules<RecoveryOutcome> = [
    on(IdentityMessage, async (page) => ({ kind: 'refused', reason: page.trouble }), {
      when: ({ trouble }) =>
        trouble === 'identity-check' ||
        (trouble === 'wrong-code' ? round.submitted : round.requestedOn !== undefined),
    }),
  ];
  const factor: Rules<RecoveryOutcome> = [
    on(SmsCodePage, () => Promise.resolve(needsPerson('captcha')), { when: (page) => page.asksCaptcha }),
    ...secondFactor<RecoveryOutcome>({
      ...{ ask, journal, when: () => true },
      none: async () => needsPerson('second-factor'),
    }).rules,
  ];
  const again = secondCode(clock, () => round, begin);
  // A phone that plays a survey back shows no contact of its owner's: nothing can be compared.
  const isMasked = shown(
    ({ look }: CodeStep | ContactChoice | ContactCards) =>
      round.requestedOn === undefined && look.nodes.some(({ text }) => text === MASK),
  );
  const contact: Rules<RecoveryOutcome> = [
    ...[ContactChoice, ContactCards, CodeRequestPage, CodePage].map((Class) =>
      on<CodeStep | ContactChoice | ContactCards, RecoveryOutcome>(
        Class,
        async () => needsPerson('not-recorded'),
        isMasked,
      ),
    ),
    on(ContactChoice, choose, { when: (page) => page.isShown && !(page.sendsItself && round.chosen) }),
    on(ContactCards, chooseCard, {
      when: (page) => page.isShown && round.requestedOn === undefined && !round.cardPressed,
      times: CODES_AT_MOST,
    }),
    on(CodeRequestPage, noContact, foreign),
    on(CodePage, noContact, foreign),
  ];
  const captcha: Rules<RecoveryOutcome> = [
    on(CodeRequestPage, giveCaptcha, { ...captchaOpen, times: CODES_AT_MOST }),
    on(CodePage, giveCaptcha, { ...captchaOpen, times: CODES_AT_MOST }),
  ];
  const notSent = shown(
    (page: CodeStep) => round.requestedOn !== undefined && !round.typed && answered(page, page.canSend),
  );
  const requested: Rules<RecoveryOutcome> = [
    on(CodeRequestPage, (page) => send(page, 'request'), { ...sendable, times: CODES_AT_MOST }),
    on(CodeRequestPage, refused, notSent),
    { on: CodeRequestPage, ...shown(() => round.requestedOn !== undefined) },
  ];
  const typing: Rules<RecoveryOutcome> = [
    on(CodePage, enter, {
      ...shown((page: CodePage) => !round.typed && expected(page) && underWay(page) && tellsSubmit(page)),
      times: CODES_AT_MOST,
    }),
    on(CodePage, takeUp, {
      ...shown((page: CodePage) => left !== undefined && !round.typed && tellsSubmit(page)),
      times: CODES_AT_MOST,
    }),
  ];
  const requestedHere: Rules<RecoveryOutcome> = [
    on(CodePage, (page) => send(page, 'code'), {
      when: (page) => sendable.when(page) && (!round.counted || page.tellsSubmit),
      times: CODES_AT_MOST,
    }),
    on(CodePage, refused, notSent),
  ];
  const submitting: Rules<RecoveryOutcome> = [
    on(CodePage, submit, {
      ...shown((page: CodePage) => round.typed && !round.submitted && page.canSubmit(round.submitMark)),
      times: CODES_AT_MOST,
    }),
    on(
      CodePage,
      (page) => page.scroll('down'),
      shown((page) => round.typed && !round.submitted && page.isList),
    ),
    on(
      CodePage,
      async () => ({ kind: 'refused', reason: 'wrong-code' }),
      shown((page) => round.submitted && answered(page, page.canSubmit(round.submitMark))),
    ),
    { on: CodePage, ...shown(() => round.requestedOn !== undefined || round.typed) },
  ];
  const asked = [failed, factor, again, contact, captcha];
  const phases = [...asked, requested, typing, requestedHere, submitting];
  return {
    rules: phases.flat(),
    begun: () => nth > 1 || round.requestedOn !== undefined || round.counted || round.typed,
    anew: () => void (left = undefined),
  };

  function answered(page: CodeStep, open: boolean): boolean {
    return newText.stands(page, open ? ANSWER : SLOW_ANSWER);
  }

  /**
   * Of the contacts of the order the one that the page speaks of; else the one of the round. The first code goes
   * to the contact that was ordered; an earlier run may have left the page of a second one.
   */
  function contactOn(page: CodeStep): string {
    const may = nth > 1 || left !== undefined ? [round.contact, ...contacts] : [round.contact];
    return may.find((one) => page.speaksOf(one) === true) ?? round.contact;
  }

  /** Another code is asked for. Nothing was pressed for it yet. */
  async function begin(page: FirstPage): Promise<RecoveryOutcome | undefined> {
    journal.step('the phone asks for another code');
    if (nth >= CODES_AT_MOST) return needsPerson('third-code');
    const next = contacts.find((one) =>
      'option' in page ? page.option(one) !== undefined : page.speaksOf(one) !== false,
    );
    if (next === undefined) return needsPerson('second-code-contact');
    nth++;
    first = round.since;
    left = undefined;
    round = newRound(next);
    return undefined;
  }

  async function choose(page: ContactChoice): Promise<RecoveryOutcome | undefined> {
    const option = page.option(round.contact);
    if (!option) return page.offers.length === 0 ? needsPerson('unknown-page') : noContact();
    // Of a second code the budget decides before anything is pressed.
    const stop = nth > 1 ? await count() : undefined;
    if (stop) return stop;
    // Before anything is pressed, so that a source that refuses the login costs no code.
    round.since ??= await codes.baseline(signal);
    journal.step(`choose the ${wayOf(round.contact)}`);
    round.chosen = true;
    round.forms.note(page.constructor, page.lines);
    await page.choose(option);
    return undefined;
  }

  async function chooseCard(page: ContactCards): Promise<RecoveryOutcome | undefined> {
    const card = page.option(round.contact);
    if (!card) return noContact();
    const stop = await count();
    if (stop) return stop;
    journal.step(`choose the ${wayOf(round.contact)}`);
    round.chosen = true;
    round.forms.note(page.constructor, page.lines);
    await page.choose(card);
    round.cardPressed = true;
    return undefined;
  }

  /**
   * The request is in the ledger before it is sent, with the state of the source. `from`: the phone has sent it
   * unasked, and its message may be there already.
   */
  async function count(from?: Baseline): Promise<RecoveryOutcome | undefined> {
    if (round.counted) return undefined;
    const since = from ?? (await codes.baseline(signal));
    const other = await tools.guard?.again(session.phone, signal);
    if (other) return other;
    const entry = await ledger.enter({
      account: input.account,
      also: tools.guard?.names ?? [],
      act: 'code-requested',
      serial: session.phone.serial,
      nth,
      since,
    });
    const stop = barred(entry, nth);
    if (stop) return stop;
    signal.throwIfAborted();
    round.counted = true;
    round.since = since;
    return undefined;
  }

  async function noContact(): Promise<RecoveryOutcome> {
    if (nth > 1) return needsPerson('second-code-contact');
    return { kind: 'refused', reason: 'no-contact' };
  }

  async function send(page: CodeStep, where: 'request' | 'code'): Promise<RecoveryOutcome | undefined> {
    const stop = await count();
    if (stop) return stop;
    // A tap that seems to have failed may have worked: from here on nothing is sent again.
    round.requestedOn = where;
    round.contact = contactOn(page);
    round.forms.note(page.constructor, page.lines);
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
    round.captchaAnswered = true;
    // One that came after Send has a button of its own.
    if (round.requestedOn === undefined) return undefined;
    newText.from(page);
    await page.confirmCaptcha();
    return undefined;
  }

  async function enter(page: CodePage): Promise<RecoveryOutcome | undefined> {
    round.contact = contactOn(page);
    const stop = nth > 1 ? await count(first) : undefined;
    if (stop) return stop;
    round.submitMark = page.submitMark;
    if (!round.code) {
      // Send may have been pressed before this run: then any code that comes from now on is taken.
      round.since ??= left ?? (await codes.baseline(signal));
      round.code = await receive(round.since, 'wait for the code', tools.codeLimit ?? CODE_LIMIT);
    }
    journal.step('type the code');
    journal.progress.typed = { what: 'a code', on: CodePage.title };
    await page.enterCode(round.code);
    round.typed = true;
    return undefined;
  }

  /** The page can send another code, but the one of the earlier run may be here already. */
  async function takeUp(page: CodePage): Promise<RecoveryOutcome | undefined> {
    const from = left as Baseline;
    round.contact = contactOn(page);
    left = undefined;
    try {
      round.code = await receive(from, 'wait for the code of an earlier run', LEFT_LIMIT);
    } catch (error) {
      if (!(error instanceof CodeTimeoutError)) throw error;
      journal.step('it has not come');
      return undefined;
    }
    return enter(page);
  }

  async function receive(from: Baseline, what: string, timeoutMs: number): Promise<Secret> {
    journal.step(what);
    const request = { since: from, address: round.contact, signal, timeoutMs };
    const code = await unusedCode(codes, request, used, clock);
    used.push(code);
    // Meanwhile the screen may have gone dark.
    await session.phone.shell(WAKE, signal);
    return code;
  }

  async function submit(page: CodePage): Promise<void> {
    signal.throwIfAborted();
    round.submitted = true;
    round.forms.note(page.constructor, page.lines);
    newText.from(page);
    journal.step('submit the code');
    await page.submit(round.submitMark);
  }
}

const wayOf = (contact: string) => (contact.includes('@') ? 'e-mail address' : 'telephone number');
