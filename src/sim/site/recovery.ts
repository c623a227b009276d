import type { AccountService } from '../service/account-service.ts';
import type { Action, SiteSettings } from './options.ts';
import type { SiteLocale, Word } from './text.ts';
import type { CodeMessage } from '../service/post.ts';

export type SiteStep = 'account' | 'method' | 'send' | 'code' | 'password' | 'done';
type Contact = CodeMessage['by'];

/** What the site says to an action: where the visit stands now. */
export interface SiteAnswer {
  step: SiteStep;
  error?: Extract<Word, `error-${string}`>;
  /** A picture with letters has to be answered first. Another number: another picture. */
  captcha?: number;
  /** Where a code can go, or goes, as much of it as a stranger may see. */
  contacts: { by: Contact; masked: string }[];
  /** A first code was right, and the service wants another one. */
  again?: true;
  /** The account that is signed in. */
  signedIn?: string;
}

/** One browser's way through the site. */
export interface Visit {
  locale: SiteLocale;
  step: SiteStep;
  account?: string | undefined;
  by?: Contact | undefined;
  again?: boolean | undefined;
  captcha?: { letters: string; number: number } | undefined;
  captchaPassed: boolean;
  signedIn?: string | undefined;
  /** What was typed as the account last. */
  typed?: string | undefined;
  /** The last answer, for a site that shows it on the next page. */
  answer: SiteAnswer;
}

/** What the steps stand on. */
export interface Ground {
  service: AccountService;
  settings: SiteSettings;
  now(): number;
  /** A new picture. */
  draw(): { letters: string; number: number };
}

export type Fields = Readonly<Record<string, string | undefined>>;

export function newVisit(locale: SiteLocale): Visit {
  return { locale, step: 'account', captchaPassed: false, answer: { step: 'account', contacts: [] } };
}

/** Back to where the account is asked for. */
export function startOver(visit: Visit): SiteAnswer {
  Object.assign(visit, {
    step: 'account',
    account: undefined,
    by: undefined,
    again: undefined,
    captcha: undefined,
    captchaPassed: false,
  });
  return (visit.answer = { step: 'account', contacts: [], ...signedInAs(visit) });
}

export function signOut(visit: Visit): SiteAnswer {
  visit.signedIn = undefined;
  return startOver(visit);
}

/**
 * Does what a person asks for. What does not belong to the step the visit stands at does nothing: the same
 * form sent again, say.
 */
export async function act(visit: Visit, action: Action, fields: Fields, ground: Ground): Promise<SiteAnswer> {
  visit.typed = fields.account ?? visit.typed;
  const error = places[action].includes(visit.step) ? await steps[action](visit, fields, ground) : undefined;
  const { step, captcha } = visit;
  return (visit.answer = {
    step,
    contacts: contactsOf(visit, ground.service),
    ...(visit.again ? { again: true as const } : {}),
    ...(error ? { error: `error-${error}` as const } : {}),
    ...(captcha ? { captcha: captcha.number } : {}),
    ...signedInAs(visit),
  });
}

type Fault = SiteAnswer['error'] extends `error-${infer Name}` | undefined ? Name : never;

const anywhere: SiteStep[] = ['account', 'method', 'send', 'code', 'password', 'done'];
const places: Record<Action, SiteStep[]> = {
  next: ['account'],
  choose: ['method'],
  send: ['send', 'code'],
  verify: ['code'],
  'set-password': ['password'],
  'sign-in': anywhere,
};

const steps: Record<
  Action,
  (visit: Visit, fields: Fields, ground: Ground) => Promise<Fault | undefined> | Fault | undefined
> = {
  next(visit, { account = '', icode }, ground) {
    if (account.trim() === '') return 'empty';
    const found = ground.service.find(account);
    if (!found) return 'unknown-account';
    if (ground.settings.captcha === 'after-next' && !visit.captchaPassed) {
      const fault = judgeCaptcha(visit, icode, ground);
      if (fault !== 'passed') return fault;
    }
    visit.account = found.id;
    const contacts = contactsOf(visit, ground.service);
    const [first, second] = contacts;
    if (!first) return 'no-contact';
    visit.by = second ? undefined : first.by;
    visit.step = second ? 'method' : 'send';
    return undefined;
  },

  choose(visit, { method }) {
    if (method !== 'phone' && method !== 'email') return 'empty';
    visit.by = method;
    visit.step = 'send';
    return undefined;
  },

  async send(visit, _fields, { service, settings, now }) {
    const { account = '', by = 'email', locale } = visit;
    const asked = {
      account,
      by,
      purpose: 'reset',
      serial: '',
      region: settings.region,
      at: now(),
      language: locale,
    } as const;
    const { kind } = await service.requestCode(asked);
    if (kind === 'limit' || kind === 'no-contact' || kind === 'unknown-account') return kind;
    visit.step = 'code';
    return undefined;
  },

  verify(visit, { ticket = '', icode }, ground) {
    if (ticket.trim() === '') return 'empty';
    if (ground.settings.captcha === 'after-code' && !visit.captchaPassed) {
      const fault = judgeCaptcha(visit, icode, ground);
      if (fault !== 'passed') return fault;
    }
    const typed = {
      account: visit.account ?? '',
      code: ticket.trim(),
      purpose: 'reset',
      serial: '',
      at: ground.now(),
    } as const;
    const verdict = ground.service.verifyCode(typed);
    if (verdict.kind === 'more') {
      Object.assign(visit, { by: verdict.by, step: 'send', again: true });
      return undefined;
    }
    if (verdict.kind !== 'right') return verdict.kind === 'wrong' ? 'wrong-code' : 'expired-code';
    visit.step = 'password';
    return undefined;
  },

  'set-password'(visit, { password = '', again = '' }, { service, now }) {
    if (password === '') return 'empty';
    if (password !== again) return 'mismatch';
    const { kind } = service.changePassword({
      account: visit.account ?? '',
      newPassword: password,
      serial: '',
      at: now(),
      by: 'web',
    });
    if (kind === 'no-identity') {
      startOver(visit);
      return 'session';
    }
    if (kind !== 'changed') return kind;
    visit.step = 'done';
    return undefined;
  },

  'sign-in'(visit, { account = '', password = '', icode = '' }, { service, now, draw }) {
    if (account.trim() === '' || password === '') return 'empty';
    const found = service.find(account)?.id ?? account.trim();
    const attempt = {
      account: found,
      password,
      serial: '',
      at: now(),
      captcha: icode,
      captchaAfterWrong: false,
      secondFactor: false,
    };
    const verdict = service.checkPassword(attempt);
    if (verdict.kind === 'right') {
      startOver(visit);
      visit.signedIn = found;
      return undefined;
    }
    // The phone's own wrong tries made the account service ask for a captcha; it asks everywhere then.
    if (verdict.kind !== 'wrong-captcha') return 'wrong-password';
    const asked = visit.captcha !== undefined;
    visit.captcha = { ...draw(), letters: verdict.captcha };
    return asked ? 'wrong-captcha' : undefined;
  },
};

/** Undefined: the picture is shown now, and was not before. */
function judgeCaptcha(
  visit: Visit,
  typed: string | undefined,
  { draw }: Ground,
): 'passed' | 'wrong-captcha' | undefined {
  const { captcha } = visit;
  if (captcha && typed?.trim().toLowerCase() === captcha.letters) {
    visit.captcha = undefined;
    visit.captchaPassed = true;
    return 'passed';
  }
  visit.captcha = draw();
  return captcha ? 'wrong-captcha' : undefined;
}

function contactsOf({ account, by }: Visit, service: AccountService): SiteAnswer['contacts'] {
  const { phone, email } = (account === undefined ? undefined : service.get(account)) ?? {};
  const [name = '', host = ''] = email?.split('@') ?? [];
  const all = [
    ...(phone ? [{ by: 'phone' as const, masked: masked(phone) }] : []),
    ...(email ? [{ by: 'email' as const, masked: `${name.slice(0, 3)}***@${host}` }] : []),
  ];
  return all.filter((one) => by === undefined || one.by === by);
}

const signedInAs = ({ signedIn }: Visit) => (signedIn ? { signedIn: masked(signedIn) } : {});

function masked(number: string): string {
  return `${number.slice(0, 4)}***${number.slice(-2)}`;
}
