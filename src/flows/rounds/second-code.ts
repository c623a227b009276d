import {
  CodePage,
  CodeRequestPage,
  ContactCards,
  ContactChoice,
} from '../../../pageobjects/identity-check.page.ts';
import type { PageClass } from '../../../pageobjects/page.ts';
import type { WebStep } from '../../../pageobjects/web-step.ts';
import type { Clock } from '../../clock.ts';
import type { RecoveryOutcome } from '../recovery.ts';
import { on, type Rules } from '../walk.ts';
import { Standing } from './forms.ts';
import type { CodeRound } from './round.ts';

type Form = WebStep & { isShown: boolean };
export type FirstPage = ContactChoice | ContactCards | CodeRequestPage | CodePage;

/** How long a form has to stay before it counts, ms: as the next round, and as one that has refused the code. */
const NEXT = 2000;
const REFUSED = 10_000;

/**
 * After the code was submitted: a form that this round has not shown begins another round. One that it has
 * shown, with a new text, has refused the code. The code page itself is the next round only where it names
 * another contact.
 */
export function secondCode(
  clock: Clock,
  round: () => CodeRound,
  begin: (page: FirstPage) => Promise<RecoveryOutcome | undefined>,
): Rules<RecoveryOutcome> {
  const standing = new Standing(clock);
  const isFirst = (page: Form) =>
    page.isShown && round().submitted && !(page instanceof ContactChoice && page.sendsItself);
  const isNext = (page: Form) => isFirst(page) && round().forms.isAnother(page.constructor, page.lines);
  const next = (page: Form) => standing.stands(page.constructor, isNext(page), NEXT);
  const isForeign = (page: CodePage) => page.speaksOf(round().contact) === false && isNext(page);
  const refuses = (page: Form) =>
    isFirst(page) && !isNext(page) && round().forms.saysMore(page.constructor, page.texts);
  const firstPages: PageClass<ContactChoice | ContactCards | CodeRequestPage>[] = [
    ...[ContactChoice, ContactCards, CodeRequestPage],
  ];
  return [
    ...firstPages.flatMap((form) => [
      on(form, begin, { when: next }),
      on(form, refused, { when: (page) => standing.stands(`${form.title} again`, refuses(page), REFUSED) }),
      { on: form, when: isFirst },
    ]),
    on(CodePage, begin, { when: (page) => standing.stands(CodePage, isForeign(page), NEXT) }),
    { on: CodePage, when: isForeign },
  ];

  async function refused(): Promise<RecoveryOutcome> {
    return { kind: 'refused', reason: 'wrong-code' };
  }
}
