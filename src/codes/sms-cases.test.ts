import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extractCode } from './extract-code.ts';
import { isAllowedSender, whyRefused } from './senders.ts';

const CODE = '730416';
const anybody = { mail: [], sms: [] };
const names = (text: string) => isAllowedSender({ channel: 'sms', from: '10690', text }, anybody);
const codeOf = (text: string, channel: 'mail' | 'sms' = 'sms') => {
  const found = extractCode({ channel, text });
  return 'code' in found ? found.code : undefined;
};

describe("case a2: an SMS that names the account in its reader's language is from Xiaomi", () => {
  const forms =
    'Mi Account·Cuenta Mi·CUENTA MI·Conta Mi·Compte Mi·Mi-Konto·konta Mi·účtu Mi·Mi-fiók·Mi fiókod·Contul Mi·Contului Mi·облікового запису Mi·' +
    'обліковий запис Mi·учётная запись Mi·акаунта Mi·Mi акаунт·Mi-tilin·Mi-tili·Mi račun·Mi računa·Mi nalog·Mi naloga·Akaun Mi·Akun Mi·' +
    'Mi Hesabı·Tài khoản Mi·บัญชี Mi·حساب Mi·حسابك Mi·Mi खाता·Mi অ্যাকাউন্ট·Mi paskyros·Mi paskyra·Mi kontot·Λογαριασμού Mi·' +
    'Mi アカウント·Mi 계정·חשבון Mi·Mi hisob·Mi akkaunt·Mi llogaria·Mi ანგარიში·Mi கணக்கு·Mi ఖాతా·Mi اکاؤنٹ·Mi сметка·Mi тіркелгісі';
  for (const form of forms.split('·')) it(form, () => assert.equal(names(`${form}: ${CODE}`), true));

  it('and where it does not, SMS_SENDERS is named', () =>
    assert.match(whyRefused({ channel: 'sms' }, anybody), /SMS_SENDERS/));

  const others = [
    'la cuenta de mi banco',
    'mi cuenta Movistar',
    'Mi contacto',
    'Miami Account',
    'discount Mi7',
    'Redmi order',
    'MIUI',
  ];
  for (const form of others) it(`but '${form}' is not`, () => assert.equal(names(`${form}: ${CODE}`), false));
});

describe('case a20: a word that only looks like one for a code is none', () => {
  const texts = [
    'Xiaomi: some unicode is 730416',
    'your vscode is: 730416 (Xiaomi)',
    'Xiaomi Store: some barcode is 730416',
    'Xiaomi: some decode is 730416',
    'Xiaomi: encode 730416',
    'Xiaomi geocode: 730416',
    'Xiaomi opcode 730416',
    'Xiaomi dress-code 730416',
    'Xiaomi VS-Code: 730416',
    'Xiaomi RatingCode: 730416',
    'Xiaomi Kodak 730416',
    'Xiaomi codec 730416',
    'Xiaomi codeine: 730416',
    'Xiaomi: episode 730416',
    'Xiaomi: 730416 is your footpath.',
    'Xiaomi: hotpot 730416',
    'Xiaomi: your zip is 730416',
    'Xiaomi кодекс 730416',
    'Xiaomi автокод: 730416',
    'Xiaomi: בנקודת 730416',
    'Xiaomi レコード：730416',
    'Xiaomi バーコード 730416',
    'Xiaomi 바코드 730416',
    'Xiaomi: rate us https://mi.example/t/?RatingCode=x730416',
    'Xiaomi code for bench730416@example.com was sent. Valid 10 min',
    'Xiaomi code for bench@730416.example was sent',
    '【小米】您的优惠码730416，下单立减',
    'Xiaomi postcode 730416',
    'Xiaomi, device code 730416',
    'Xiaomi código postal 730416',
    'Xiaomi, Gerätecode: 730416',
    'Your parcel from Xiaomi: locker code 730416',
    'Xiaomi service centre: repair code 730416',
    'Xiaomi: код получения 730416',
    'Xiaomi: код за доставка 730416',
  ];
  for (const text of texts) {
    it(text, () => assert.equal(codeOf(text), undefined));
    it(`${text} (as a mail)`, () => assert.equal(codeOf(text, 'mail'), undefined));
  }
});

describe('the code of an SMS is found', () => {
  const texts = [
    '730416（小米帐号安全验证，请勿把验证码告诉他人）【小米】',
    '【小米】730416为本次登录小米账号的手机验证码，30分钟内有效。',
    '【小米】订单20260502已发货。登录小米账号的验证码730416，请勿告诉他人。',
    '【小米】您于2026年05月02日08:14办理小米账号安全验证，本次随机验证码为【 730416 】：',
    '【小米】您的账号136****2222正在登录，验证码730416，5分钟内有效。',
    '[샤오미] Mi 계정 본인확인 인증번호[730416]입니다. "타인노출금지"',
    'Xiaomi: Enter code 730416 (expires in 30 min) on account.xiaomi.com/ . Questions? Call 800.555.0199',
    'Xiaomi Verification Code: 730416 Expiration Date: 5/2/2026 08:14:26 AM Mountain Standard Time.',
    'Your SMS code to log in to your Xiaomi Account is: 730-416 ',
    '<#>730416 is OTP for your Xiaomi Account ending 4321, valid for 5 mins. 777BTX5Uk1b',
    '[Xiaomi] You are performing [account 51******2 login verification], verification code 730416.',
    '730 416 is your Xiaomi code.',
    '730-416 — код для входа в Mi аккаунт',
    '02.05.2026 08:14 Parol dlya podtverzhdeniya Mi account: 730416.',
    'Одноразовый пароль Xiaomi: 730416. Никому не сообщайте!',
    'Twoje hasło do autoryzacji konta Mi to: 730416.',
    'סיסמתך לחשבון Xiaomi היא: 730416',
    'شیائومی\nرمز پویا 730416\nزمان اعتبار 12:00:00\nتاریخ 1405/02/12-10:00',
    'Xiaomi todennuksessa käytetään vahvistuskoodia 730416',
    '730416 ist dein Xiaomi-Einmalkennwort.',
    '[Xiaomi] Doğrulama Kodu: 730416. Lütfen bu kodu kimseyle paylaşmayın! B040',
    '730416 es tu contraseña temporal de Xiaomi.',
    'Para acceder a su cuenta Mi introduzca el siguiente PIN: 730416',
    'Xiaomi Account: if that was you, enter this code:730416If you were not signing in, reset your password.',
    'Xiaomi: Ma xac minh cua ban la 730416. Ma co hieu luc trong 10 phut.',
    'Codul dvs. de verificare pentru Contul Mi este 730416',
    'Din bekræftelseskode til Xiaomi er 730416',
    'Ditt Xiaomi-konto: verifieringskoden är 730416',
    'Uw Xiaomi-verificatiecode is 730416',
    'Xiaomi-Code: 730416',
    'SMS-код Xiaomi 730416',
    'Xiaomi: a hitelesítőkódja 730416',
    'Xiaomi: tavs kods ir 730416',
    'Xiaomi パスコード：730416',
    'Staðfestingarkóðinn þinn fyrir Xiaomi er 730416',
    'Zure Xiaomi egiaztapen-kodea: 730416',
    '106980003013\n【小米】730416（登录验证码，请勿泄露）\nSIM1_中国移动_13800138000\n2026-05-02 08:14:46\nM2102K1C',
    '106980003013【小米】验证码730416，用于登录，5分钟内有效，请勿泄露。2026-05-02 08: 14: 46',
  ];
  for (const text of texts)
    it(text, () => assert.deepEqual(extractCode({ channel: 'sms', text }), { code: CODE }));
});
