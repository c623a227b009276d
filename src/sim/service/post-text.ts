import { html, type Html } from '../../formats/html.ts';
import type { CodeMessage } from './post.ts';

/** A mail as it is written, before it has a date and ids. */
export interface Mail {
  subject: string;
  html: string;
}

interface Words {
  sms: string;
  subject: string;
  greeting: string;
  /** What stands above the code. */
  code: string;
  below: string;
  notice: string;
  noticeText: string;
}

const en: Words = {
  sms: 'Your Mi Account verification code is %s. This OTP expires in 10 minutes.',
  subject: 'Xiaomi Account verification code',
  greeting: 'Dear user,',
  code: 'Your Xiaomi Account verification code is:',
  below:
    'The code is valid for 10 minutes. If this was not you, ignore this mail and do not give the code to anybody.',
  notice: 'Your Xiaomi Account: new sign-in',
  noticeText:
    'Your account was used to sign in on a new device. Case number: 204518. If this was you, there is nothing to do.',
};

/** Wording of the SMS after samples of real ones; of the mails only the sender and the make are known. */
const words: Record<string, Words> = {
  en,
  zh: {
    sms: '【小米】%s（小米帐号验证码，10分钟内有效），请勿泄露给他人。',
    subject: '小米帐号验证码',
    greeting: '尊敬的用户：',
    code: '您的小米帐号验证码是：',
    below: '验证码10分钟内有效。如非本人操作，请忽略此邮件，切勿将验证码告知他人。',
    notice: '小米帐号：新设备登录提醒',
    noticeText: '您的帐号在新设备上登录。工单号：204518。如为本人操作，请忽略。',
  },
  ru: {
    sms: 'Код подтверждения аккаунта Mi: %s. Действителен 10 минут.',
    subject: 'Код подтверждения аккаунта Xiaomi',
    greeting: 'Уважаемый пользователь!',
    code: 'Ваш код подтверждения аккаунта Xiaomi:',
    below:
      'Код действителен 10 минут. Если вы не запрашивали его, не обращайте внимания на это письмо и никому не сообщайте код.',
    notice: 'Аккаунт Xiaomi: вход с нового устройства',
    noticeText:
      'В ваш аккаунт вошли с нового устройства. Номер обращения: 204518. Если это были вы, ничего делать не нужно.',
  },
  bg: {
    sms: 'Кодът за потвърждение на вашия Mi Профил е %s. Валиден е 10 минути.',
    subject: 'Код за потвърждение на Xiaomi Профил',
    greeting: 'Уважаеми потребителю,',
    code: 'Вашият код за потвърждение на Xiaomi Профил е:',
    below:
      'Кодът е валиден 10 минути. Ако не сте го искали вие, не обръщайте внимание на това писмо и не давайте кода на никого.',
    notice: 'Xiaomi Профил: вход от ново устройство',
    noticeText:
      'В профила ви е влязло ново устройство. Номер на случая: 204518. Ако сте били вие, не е нужно да правите нищо.',
  },
};

const wordsFor = (language: string): Words => words[language.split(/[-_]/)[0] ?? ''] ?? en;

export function codeSms({ code, language }: CodeMessage): { from: string; text: string } {
  const china = language.startsWith('zh');
  return { from: china ? '1069048560006' : 'Xiaomi', text: wordsFor(language).sms.replace('%s', () => code) };
}

export function codeMail({ code, language, account }: CodeMessage): Mail {
  const { subject, greeting, code: above, below } = wordsFor(language);
  const digits = html`<p style="margin:24px 0;font-size:30px;line-height:42px;color:#ff6700;letter-spacing:4px"><strong>${code}</strong></p>`;
  return {
    subject,
    html: sheet(
      subject,
      account,
      html`<p>${greeting}</p><p>${above}</p>${digits}<p style="color:#757575">${below}</p>`,
    ),
  };
}

/** Another mail of the same sender: no code in it, though a number that looks like one. */
export function otherMail({ language, account }: CodeMessage): Mail {
  const { notice, greeting, noticeText } = wordsFor(language);
  return { subject: notice, html: sheet(notice, account, html`<p>${greeting}</p><p>${noticeText}</p>`) };
}

/**
 * The made-up sheet both are written on. Like the real one it has numbers of six digits that are none of the
 * reader's business.
 */
function sheet(title: string, account: string, body: Html): string {
  return html`<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>${title}</title>
<style type="text/css">
  .c100310 { color: #333333; background: #161616 } .c100311 { border-top: 1px solid #999999 } @media (max-width: 620px) { .c100310 { width: 100% } }
</style></head>
<body bgcolor="#f5f5f5" style="margin:0;padding:0;font-family:Arial,'Microsoft YaHei',sans-serif;font-size:14px;line-height:22px;color:#333333">
<div style="display:none;max-height:0;overflow:hidden;color:#555555">${title}</div>
<table width="100%" cellpadding="0" cellspacing="0" id="tbl204060"><tr><td align="center" style="padding:32px 12px">
  <table width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;border-top:4px solid #ff6700">
    <tr><td style="padding:32px 40px 0"><img src="https://cdn.web-global.fds.example/mail/logo_201503.png?v=150420" width="48" height="48" alt="mi"></td></tr>
    <tr><td style="padding:16px 40px 32px">${body}</td></tr>
    <tr><td style="padding:20px 40px;background:#fafafa;color:#999999;font-size:12px">
      Xiaomi Account ${account.slice(0, 3)}***${account.slice(-2)}<br>
      <a href="https://account.xiaomi.com/?nid=731946&amp;sid=passport" style="color:#999999">account.xiaomi.com</a> · © 2010 - 2026 Xiaomi<br>
      Xiaomi Campus, Anningzhuang Road, Haidian District, Beijing 100085
    </td></tr>
  </table>
</td></tr></table>
<img src="https://track.notice.example/o/618033/open.gif" width="1" height="1" alt="">
</body></html>`.text;
}
