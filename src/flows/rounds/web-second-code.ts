import { CodePage, SendPage } from '../../../pageobjects/web/code.page.ts';
import { MethodPage } from '../../../pageobjects/web/method.page.ts';
import { codeFields, type WebPage } from '../../../pageobjects/web/page.ts';
import type { Handed } from '../web/handed.ts';
import { onWeb, type WebRules } from '../web/walk.ts';
import type { SeenForms } from './forms.ts';

export type SecondCodePage = MethodPage | SendPage | CodePage;

/** What a page says, and the parts of addresses that it shows. */
export const linesOf = ({ look }: WebPage): readonly string[] => [...look.read.texts, ...look.read.masked];

/**
 * After the code was handed in and the site has answered: a form that was not shown for this code asks for
 * another one. One that complains has refused the code. The code page itself asks for another one only where it
 * names another contact.
 */
export function webSecondCode<O>(
  handed: Handed,
  round: () => { contact: string; forms: SeenForms },
  begin: (page: SecondCodePage) => Promise<O | undefined>,
  refused: (page: WebPage) => Promise<O>,
): WebRules<O> {
  const hasAnswer = (page: WebPage) =>
    handed.step === 'code' && handed.answer(page) !== undefined && !handed.isLost(page);
  const isNext = (page: WebPage) =>
    hasAnswer(page) && !page.complaint && round().forms.isAnother(page.constructor, linesOf(page));
  const refuses = (page: WebPage) =>
    hasAnswer(page) && page.complaint !== undefined && codeFields(page.look) === undefined;
  return [
    onWeb(MethodPage, refused, { when: refuses }),
    onWeb(SendPage, refused, { when: refuses }),
    onWeb(MethodPage, begin, { when: (page) => codeFields(page.look) === undefined && isNext(page) }),
    onWeb(SendPage, begin, { when: isNext }),
    onWeb(CodePage, begin, { when: (page) => !page.goesTo(round().contact) && isNext(page) }),
  ];
}
