import type { Browser } from 'webdriverio';
import { CodePage, SendPage } from '../../../pageobjects/web/code.page.ts';
import type { WebLook } from '../../../pageobjects/web/look.ts';
import { MethodPage } from '../../../pageobjects/web/method.page.ts';
import { ErrorPage, NoPage } from '../../../pageobjects/web/outcome.page.ts';
import { plainFields, WebPage } from '../../../pageobjects/web/page.ts';
import { SignInPage } from '../../../pageobjects/web/sign-in.page.ts';
import { Secret } from '../../secret.ts';
import type { RecoveryOutcome, RecoveryTools } from '../recovery.ts';
import { openPage, WebQuestions, type WebPlace } from './person.ts';
import { faultOf } from './refusal.ts';
import { STAYS } from './handed.ts';
import { onWeb, webWalk, type WebRules } from './walk.ts';

export type SignInProof = 'accepted' | 'refused' | 'unknown';

/** Today's page, and the one every client of the older service knows. */
const SIGN_IN = ['/fe/service/login/password', '/pass/serviceLogin'];
/**
 * Addresses of pages that ask for more after the password. Other names of them on account.xiaomi.com are not
 * known.
 */
const ASKS_MORE = /login|identity|verif|2fa|two-?factor/i;

/** The page that a sign-in leads to: without a password field, and at no address that asks for more. */
class SignedInPage extends WebPage {
  static readonly title = 'web signed in';
  static readonly vague = true;
  static isOn(look: WebLook): boolean {
    const { ready, httpStatus, errors, texts, url } = look.read;
    const plain =
      ready &&
      httpStatus < 400 &&
      errors.length === 0 &&
      look.front.length + texts.length > 0 &&
      !look.isBrowsersOwn;
    return (
      plain &&
      !plainFields(look).some(({ role }) => role === 'password') &&
      !ASKS_MORE.test(new URL(url).pathname)
    );
  }
}

/**
 * Signs in on the site, once. A right password leads away from the sign-in page; with a wrong one the page
 * stays and shows an error. Its words are not needed. A page that asks for more than a person answers is
 * `unknown`. `shown`: the browser already goes to the sign-in page.
 */
export async function proveBySignIn(
  browser: Browser,
  { account, password, shown = false }: { account: string; password: Secret; shown?: boolean },
  tools: Pick<RecoveryTools, 'ledger' | 'person' | 'clock' | 'signal' | 'journal' | 'timeLimit'>,
  place: WebPlace,
): Promise<SignInProof> {
  const { ledger, clock, signal, journal, timeLimit = 180_000 } = tools;
  const questions = new WebQuestions(tools, place);
  const ways = SIGN_IN.map((path) => questions.address(path));
  const began = clock.elapsed();
  let handed: WebLook | undefined;
  let factor = false;
  let saidMore: number | undefined;

  const unknown = (): Promise<SignInProof> => Promise.resolve('unknown');
  /** The next address of the page of sign-in, as long as nothing was handed in. */
  const another = async (): Promise<SignInProof | undefined> => {
    const way = handed ? undefined : ways.shift();
    if (way === undefined) return 'unknown';
    await openPage(browser, way);
    return undefined;
  };
  const answered = ({ look }: WebPage) => handed && look.answerSince(handed);
  const rules: WebRules<SignInProof> = [
    ...questions.rules().map((rule) => ({
      ...rule,
      act: async (page: never) => ((await rule.act(page)) ? ('unknown' as const) : undefined),
    })),
    onWeb(NoPage, another),
    onWeb(ErrorPage, another),
    onWeb(SignInPage, signIn, {
      when: (page) => !handed || (page.captcha !== undefined && answered(page) !== undefined),
      times: 4,
    }),
    onWeb(SignInPage, async (page) => (faultOf(answered(page)) ? 'unknown' : 'refused'), {
      when: (page) =>
        (page.complaint !== undefined && (answered(page) !== undefined || isNew(page))) ||
        faultOf(answered(page)) !== undefined ||
        stays(page),
    }),
    onWeb(CodePage, giveFactor, { when: () => handed !== undefined && !factor }),
    onWeb(CodePage, unknown, { when: (page) => factor && page.complaint !== undefined }),
    onWeb(SignedInPage, accepted, { when: (page) => handed !== undefined && answered(page) !== undefined }),
    onWeb(MethodPage, unknown, { when: () => handed !== undefined }),
    onWeb(SendPage, unknown, { when: () => handed !== undefined }),
  ];
  return webWalk<SignInProof>(rules, {
    browser,
    begin: async () => void (shown || (await another())),
    clock,
    signal,
    // Only a new password that was submitted is proved.
    progress: () => ({ page: journal.progress.page, passwordSubmitted: true }),
    deadline: () => began + timeLimit + questions.waited,
    onPage: (name, look) => questions.seen(name, look, browser),
    onStuck: another,
  });

  /** The browser may be the one of a phone: it does not stay signed in. */
  async function accepted(): Promise<SignInProof> {
    await browser.deleteAllCookies();
    return 'accepted';
  }

  /** The site has answered, and the page shows a new text that is not marked as an error and may go soon. */
  function stays(page: WebPage): boolean {
    if (handed && answered(page) !== undefined && page.look.saysMoreThan(handed))
      saidMore ??= clock.elapsed();
    return saidMore !== undefined && clock.elapsed() - saidMore > STAYS;
  }

  /** A complaint that was not there when the page was handed in. */
  function isNew({ look }: WebPage): boolean {
    return (
      look.read.errors.map(({ text }) => text).join() !== handed?.read.errors.map(({ text }) => text).join()
    );
  }

  async function signIn(page: SignInPage): Promise<SignInProof | undefined> {
    journal.step('sign in with the new password');
    await page.fillIn(account, password);
    if (await questions.solve(page)) return 'unknown';
    const entry = await ledger.enter({ account, act: 'password-submitted', serial: place.serial ?? '' });
    if (entry.kind !== 'entered') return 'unknown';
    signal.throwIfAborted();
    handed = page.look;
    await page.signIn();
    return undefined;
  }

  async function giveFactor(page: CodePage): Promise<SignInProof | undefined> {
    const code = await questions.ask(
      'second-factor',
      'the site asks for a code that was sent to the owner: type it',
      page,
    );
    if (code === undefined) return 'unknown';
    await page.fillIn(new Secret(code.trim()));
    factor = true;
    handed = page.look;
    await page.handIn();
    return undefined;
  }
}

/**
 * What became of a new password that was submitted, and is marked so. `message`: the page said that it was
 * taken.
 */
export async function verdictOf(
  proof: SignInProof,
  message: boolean,
  mark: (state: 'confirmed' | 'rejected') => Promise<void>,
): Promise<RecoveryOutcome> {
  if (proof === 'accepted') {
    await mark('confirmed');
    return { kind: 'changed', proof: 'sign-in' };
  }
  if (message && proof === 'unknown') return { kind: 'changed', proof: 'message' };
  // The page said yes and the sign-in no: one of them is wrong.
  if (message || proof === 'unknown') return { kind: 'unclear' };
  await mark('rejected');
  return { kind: 'refused', reason: 'network' };
}
