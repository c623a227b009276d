import type { Browser } from 'webdriverio';
import { isFrame, isTypedInto, within, type PageSource, type SourceNode } from './look.ts';
import type { LabelBook } from './label.ts';
import { CodePage, CodeRequestPage } from './identity-check.page.ts';
import { ACCOUNT, BUTTON, CLOUD, FIND_DEVICE } from './page.ts';
import { inOneRow, isInWeb, words } from './web-step.ts';

/**
 * What a touch of a person may set off: nothing that is counted; a password or a new one goes out; a code is asked
 * for; or the page does not tell.
 */
export type Deed = 'nothing' | 'password' | 'new-password' | 'code' | 'unclear';

/** Apps that ask for the account's own password. */
const OWN = [ACCOUNT, CLOUD, FIND_DEVICE];
/** Its PIN fields are for the phone's own lock. */
const LOCK_SCREEN = 'com.android.systemui';
/** Parts of prompts that hand nothing in. Button 2 is OK in some apps. */
const HARMLESS =
  /:id\/(cancel|password_visible|clear_all|show_password|show_pwd_img|forget_password|et_captcha_image|captcha_image|up|home|action_bar_up|back)$/;
const SUBMITS = new RegExp(`(:id/passport_confirm|^${BUTTON}1)$`);
const SENDS = /:id\/\w*(get|send|resend)_?\w*(code|sms|ticket)/i;
/** A button that sends a code, as pages of the account word it. */
const SENDS_IN_WORDS =
  /(send|get|resend|request)\b.*\b(code|sms|again)|^(send|resend|get code)$|(изпрат|отправ|получ|вземи).*(код|sms|отново|снова)|获取|發送|发送|重新(发|獲)|(enviar|obtener|reenviar).*(código|sms)?|(kodu?|sms).*(gönder|al)|(gönder|al).*kod|إرسال|kirim/i;
/** Of a button's words, in characters. */
const LONGEST = 60;
const CHECKED = /(CheckBox|RadioButton|Switch|ToggleButton|CheckedTextView)$/;

const NO_WORDS: LabelBook = { matches: () => false, values: () => [], text: () => undefined };
class Code extends CodePage {
  get sends(): SourceNode | undefined {
    return this.isShown
      ? (this.certainSend ?? (this.buttons.length > 1 ? this.buttons[0] : undefined))
      : undefined;
  }
}
class CodeRequest extends CodeRequestPage {
  get sends(): SourceNode | undefined {
    return this.isShown ? this.sendButton : undefined;
  }
}
// What stands on a page is read from its source alone.
const NO_BROWSER = undefined as unknown as Browser;

/** What is touched at a point: what was drawn last, or what it stands in that reacts to a tap. */
export function touchedAt({ nodes }: PageSource, x: number, y: number): SourceNode | undefined {
  const under = nodes.findLast(
    ({ bounds: [left, top, right, bottom] }) => left <= x && x < right && top <= y && y < bottom,
  );
  return under && ([under, ...within(under)].find((one) => one.clickable && !isFrame(one)) ?? under);
}

/** What a tap there does, as far as the page tells. What it cannot tell is never taken for nothing. */
export function deedAt(look: PageSource, x: number, y: number): Deed {
  const node = touchedAt(look, x, y);
  if (!node || look.package === LOCK_SCREEN) return 'nothing';
  if (isField(node) || CHECKED.test(node.cls) || !node.enabled) return 'nothing';
  const reacts = node.clickable || isInWeb(node);
  if (!reacts || HARMLESS.test(node.id)) return 'nothing';
  if (isSend(look, node)) return 'code';
  const passwords = passwordsIn(look);
  if (passwords > 0) return isOwn(look) && SUBMITS.test(node.id) ? submission(passwords) : 'unclear';
  return isOwn(look) && isInWeb(node) && mayAsk(look, node) ? 'unclear' : 'nothing';
}

/** What Enter does in the field that has the focus. */
export function deedOfEnter(look: PageSource): Deed {
  const passwords = passwordsIn(look);
  if (passwords === 0 || look.package === LOCK_SCREEN) return 'nothing';
  return isOwn(look) ? submission(passwords) : 'unclear';
}

/** Whether a password can be typed on the page: its keyboard may hand that in as well. */
export const hasPassword = (look: PageSource): boolean =>
  passwordsIn(look) > 0 && look.package !== LOCK_SCREEN;

const submission = (passwords: number): Deed => (passwords > 1 ? 'new-password' : 'password');
const isField = (node: SourceNode): boolean => node.password || isTypedInto(node.cls);
const passwordsIn = ({ nodes }: PageSource): number => nodes.filter(({ password }) => password).length;
const isOwn = (look: PageSource): boolean => OWN.includes(look.package);

function isSend(look: PageSource, node: SourceNode): boolean {
  const said = [node, ...look.nodes.filter((one) => within(one).includes(node))].map(words).join(' ').trim();
  if (SENDS.test(node.id) || (said.length < LONGEST && SENDS_IN_WORDS.test(said))) return true;
  if (!isOwn(look) || !isInWeb(node)) return false;
  const pages = [new CodeRequest(NO_BROWSER, look, NO_WORDS), new Code(NO_BROWSER, look, NO_WORDS)];
  return pages.some(({ sends }) => sends === node);
}

/** On a page of the account that has no field yet: choosing where the code goes may send it. */
function mayAsk({ nodes }: PageSource, node: SourceNode): boolean {
  const fields = nodes.filter((one) => isField(one) && isInWeb(one));
  return fields.length === 0 || fields.some((field) => inOneRow(field, node));
}
