import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
  IdentityMessage,
} from '../../pageobjects/identity-check.page.ts';
import { SmsCodePage } from '../../pageobjects/sms-code.page.ts';
import { MASK } from '../survey.ts';
import { needsPerson, type RecoveryContext } from './recovery-context.ts';
import type { RecoveryOutcome } from './recovery.ts';
import { PhoneRounds, type CodeStep } from './rounds/phone-rounds.ts';
import { CODES_AT_MOST } from './rounds/round.ts';
import { secondCode } from './rounds/second-code.ts';
import { secondFactor } from './second-factor.ts';
import { on, type Rules } from './walk.ts';

type ContactStep = CodeStep | ContactChoice | ContactCards;
type Phase = Rules<RecoveryOutcome>;

/**
 * The phone asks its owner to prove who they are. The phases, in the order of the rules:
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
export function identityCheck(context: RecoveryContext): {
  rules: Phase;
  begun: () => boolean;
  anew: () => void;
} {
  const rounds = new PhoneRounds(context);
  const phases = [
    failed(rounds),
    factor(context),
    secondCode(
      context.tools.clock,
      () => rounds.round,
      (page) => rounds.begin(page),
    ),
    contact(rounds),
    captcha(rounds),
    requested(rounds),
    typed(rounds),
    requestedHere(rounds),
    submitted(rounds),
  ];
  return { rules: phases.flat(), begun: () => rounds.begun, anew: () => rounds.anew() };
}

function failed(rounds: PhoneRounds): Phase {
  return [
    on(IdentityMessage, async (page) => ({ kind: 'refused', reason: page.trouble }), {
      when: ({ trouble }) =>
        trouble === 'identity-check' ||
        (trouble === 'wrong-code' ? rounds.round.submitted : isRequested(rounds)),
    }),
  ];
}

function factor({ ask, tools: { journal } }: RecoveryContext): Phase {
  return [
    on(SmsCodePage, () => Promise.resolve(needsPerson('captcha')), { when: (page) => page.asksCaptcha }),
    ...secondFactor<RecoveryOutcome>({
      ...{ ask, journal, when: () => true },
      none: async () => needsPerson('second-factor'),
    }).rules,
  ];
}

function contact(rounds: PhoneRounds): Phase {
  // A phone that plays a survey back shows no contact of its owner's: nothing can be compared.
  const isMasked = shown(
    ({ look }: ContactStep) => !isRequested(rounds) && look.nodes.some(({ text }) => text === MASK),
  );
  const foreign = shown(
    (page: CodeStep) => page.speaksOf(rounds.contactOn(page)) === false && !isRequested(rounds),
  );
  return [
    ...[ContactChoice, ContactCards, CodeRequestPage, CodePage].map((Class) =>
      on<ContactStep, RecoveryOutcome>(Class, async () => needsPerson('not-recorded'), isMasked),
    ),
    on(ContactChoice, (page) => rounds.choose(page), {
      when: (page) => page.isShown && !(page.sendsItself && rounds.round.chosen),
    }),
    on(ContactCards, (page) => rounds.chooseCard(page), {
      when: (page) => page.isShown && !isRequested(rounds) && !rounds.round.cardPressed,
      times: CODES_AT_MOST,
    }),
    on(CodeRequestPage, () => rounds.noContact(), foreign),
    on(CodePage, () => rounds.noContact(), foreign),
  ];
}

function captcha(rounds: PhoneRounds): Phase {
  const open = {
    ...shown((page: CodeStep) => page.captcha !== undefined && !rounds.round.captchaAnswered),
    times: CODES_AT_MOST,
  };
  return [
    on(CodeRequestPage, (page) => rounds.giveCaptcha(page), open),
    on(CodePage, (page) => rounds.giveCaptcha(page), open),
  ];
}

function requested(rounds: PhoneRounds): Phase {
  return [
    on(CodeRequestPage, (page) => rounds.send(page, 'request'), {
      ...shown(sendable(rounds)),
      times: CODES_AT_MOST,
    }),
    on(CodeRequestPage, notSent, shown(isNotSent(rounds))),
    { on: CodeRequestPage, ...shown(() => isRequested(rounds)) },
  ];
}

function typed(rounds: PhoneRounds): Phase {
  // Where only the order of the buttons distinguishes them, the wrong one would send a second code.
  const isNext = (page: CodePage) =>
    !rounds.round.typed && (page.tellsSubmit || rounds.round.requestedOn === 'code');
  const expected = (page: CodePage) => isOurs(rounds, page) || rounds.mayHaveLeft;
  const underWay = (page: CodePage) =>
    page.isCounting ||
    rounds.round.requestedOn === 'request' ||
    ((isRequested(rounds) || rounds.round.counted) && !page.canSend);
  return [
    on(CodePage, (page) => rounds.enter(page), {
      ...shown((page: CodePage) => isNext(page) && expected(page) && underWay(page)),
      times: CODES_AT_MOST,
    }),
    on(CodePage, (page) => rounds.takeUp(page), {
      ...shown((page: CodePage) => isNext(page) && rounds.mayHaveLeft),
      times: CODES_AT_MOST,
    }),
  ];
}

function requestedHere(rounds: PhoneRounds): Phase {
  return [
    on(CodePage, (page) => rounds.send(page, 'code'), {
      ...shown((page: CodePage) => sendable(rounds)(page) && (!rounds.round.counted || page.tellsSubmit)),
      times: CODES_AT_MOST,
    }),
    on(CodePage, notSent, shown(isNotSent(rounds))),
  ];
}

function submitted(rounds: PhoneRounds): Phase {
  const open = () => rounds.round.typed && !rounds.round.submitted;
  const canSubmit = (page: CodePage) => page.canSubmit(rounds.round.submitMark);
  return [
    on(CodePage, (page) => rounds.submit(page), {
      ...shown((page: CodePage) => open() && canSubmit(page)),
      times: CODES_AT_MOST,
    }),
    on(
      CodePage,
      (page) => page.scroll('down'),
      shown((page) => open() && page.isList),
    ),
    on(
      CodePage,
      async () => ({ kind: 'refused', reason: 'wrong-code' }),
      shown((page) => rounds.round.submitted && rounds.isAnswered(page, canSubmit(page))),
    ),
    { on: CodePage, ...shown(() => isRequested(rounds) || rounds.round.typed) },
  ];
}

const shown = <P extends ContactStep>(fits: (page: P) => boolean) => ({
  when: (page: P) => page.isShown && fits(page),
});

const isRequested = ({ round }: PhoneRounds) => round.requestedOn !== undefined;

/** The page is of the code in hand: it names its contact, or it names none and the code was ordered here. */
const isOurs = (rounds: PhoneRounds, page: CodeStep) =>
  page.speaksOf(rounds.contactOn(page)) ?? (rounds.round.chosen || isRequested(rounds));

const sendable = (rounds: PhoneRounds) => (page: CodeStep) =>
  !isRequested(rounds) && !rounds.round.typed && page.canSend && isOurs(rounds, page);

const isNotSent = (rounds: PhoneRounds) => (page: CodeStep) =>
  isRequested(rounds) && !rounds.round.typed && rounds.isAnswered(page, page.canSend);

/** Send was pressed, and the page says something new instead of asking for the code. */
async function notSent(page: CodeStep): Promise<RecoveryOutcome> {
  return page.captcha ? needsPerson('captcha') : { kind: 'refused', reason: 'code-limit' };
}
