/**
 * Words that stand beside numbers in messages, as pieces of regular expressions: those for a verification
 * code, and those for the order numbers, postcodes and amounts that look like one. No piece repeats without a
 * bound: a message of one word said ten thousand times takes no longer to read than any other of its length.
 */

const oneOf = (...pieces: string[]) => pieces.join('|').normalize('NFKC');

/** Letters of scripts that put no space between words. There a word also counts inside a run of letters. */
const unspaced =
  '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}ー]';
/** A letter of all others. */
export const spaced = `(?!${unspaced})[\\p{L}\\p{M}]`;

/**
 * What stands before `-code` in one word: `Bestätigungscode`, `todennuskoodi`, `passcode`. All else there is
 * another word: `unicode`, `vscode`.
 */
const compounds = oneOf(
  '(?:verif|confirm|bestätig|bestaetig|sicherheit|secur|sikkerhe|säkerhet|bekräft|bekræft|bekreft|bevestig|beveilig|prüf|pruef|zugang|adgang',
  'toegang|tilgang|åtkomst|anmeld|inlog|inlogg|pålogg|logind|aktiver|activer|aktivier|authent|authentif|autent|einmal|eenmal|engang|engång|freischalt|godken',
  'vahvist|todenn|varmenn|tunnist|turva|kerta|kinnit|kontroll|control|hitelesít|ellenőrz|megerősít|biztonság|azonosít|belép|staðfest|egiaztap|identif|access|login|signin)',
).concat('\\p{L}{0,12}');
const shortCompounds = oneOf('pass|sms|otp|pin|tan|mi|xiaomi|mail|auth|2fa|смс|отп|пин');
/** Words for a code, whole, with their endings. */
const code = oneOf(
  // en fr nl de · da nb id · bg-Latn hr ms pl sv sw tr uz az · cs hu sk is · fi et · lt lv sq eu
  'codes?|code[nr]s?|koden?s?|kode(?:r|rne|mu|nya|a|ak)|k[oóô]d(?:[aeiouyą]|as|ai|s|en|er|et|em|om|ot|od|odat|ul|ów|ovi|ům|in|ini|ing|ingiz|ingizni)?',
  "kod['’]?(?:un|unu|unuz|unuzu|unuza|unuzun|um|umuz|lar|ları|larınız)|kód(?:ja|ját|jával|jának|juk|dal|unk|inn|a|u)|kóði(?:nn)?|kóðann?",
  'koodi(?:[aant]|si|asi|lla|ksi)?|koodi?(?:id|iga|ist)?|kodo|kodu|kodai',
  // es ca gl pt · it · ro
  'c[óo]digos?|codi|codice|codici|cod(?:ul|ului|uri|urile|uri?lor)?',
  'verifications?|verifikasi|doğrulama(?:nız)?|otps?',
  // Cyrillic, Greek, Georgian, Armenian
  'код(?:а|у|ом|е|ы|ов|ам|ът|ове|овете|ові|і|и|ів|ами|ты|тың|ын|ыңыз|ыңызды|ингиз|еве)?|одноразов\\p{L}{1,5}|κωδικ(?:ός|ό|ού|οί|ούς|ος|ο|ου)',
  'კოდ\\p{L}{0,4}|կոդ\\p{L}{0,4}|ծածկագիր\\p{L}{0,3}',
  // Hebrew and Arabic script: ar fa ur
  '[הבלשמכו]{0,2}קוד(?:ך|ים|י)?|(?:[وفبكل]{0,2}(?:ال)?|لل)(?:رمز|كود)(?:ك|كم|ه|ها)?|کد(?:تان|شما|ش|های|ی)?|کوڈ',
  // India: hi mr ne · bn · gu · pa · ta · te · kn · ml · si
  '(?:कोड|ओटीपी|কোড|કોડ|ਕੋਡ|குறியீ|కోడ్|ಕೋಡ್|കോഡ്|කේතය)[\\p{L}\\p{M}]{0,8}',
);
const codeWord = new RegExp(
  `^(?:(?:${compounds}|${shortCompounds})?(?:${code})|(?:einmal|eenmalig|engang|engång)\\p{L}{0,3}(?:kenn|pass)w[oö]rt)$`,
  'iu',
);
/** What a word for a code in several words looks like, and what a hyphen may join to one. */
const phrases = new RegExp(
  `(?<!\\p{L})(?:${oneOf('one[- ]time (?:p(?:ass ?word|in|asscode)|code)|mã (?:xác|otp|bảo mật)|ma xac|mật mã')})`,
  'giu',
);
const joined = new RegExp(
  `(?:^|\\P{L})(?:${compounds}|${shortCompounds}|verification|security|login)$`,
  'iu',
);
const unspacedCode = new RegExp(
  oneOf(
    'รหัส|ລະຫັດ|កូដ|ကုဒ်',
    '[验驗][证証證][码碼]|(?:[校检][验驗]|[动動][态態]|[确確][认認]|安全|短信|[识識][别別]|认证|認證)[码碼]|[动動][态態](?:密[码碼]|口令)|[验驗][证證]代[码碼]',
    '(?<![ァ-ヶー])(?:(?:ワンタイム)?パス|セキュリティ|アクセス|ログイン)?コード(?![ァ-ヶー])|ワンタイムパスワード|認証番号|確認番号|暗証番号',
    '(?:(?<![가-힣])|인증|보안|확인|검증)코드|인증 ?번호|확인 ?번호',
  ),
  'gu',
);
/** A password sent by SMS is one for this once. In a mail, the word is about the account's own. */
const smsWord = new RegExp(
  `^(?:${oneOf(
    'pin|passwords?|passwort|kennwort|wachtwoord|passord|lösenord|salasana|hasł[oa]|haslo|contraseña|senha|parola|parol[aiey]?|lozink[aeu]|hesl[oa]',
    'jelszó|jelszava|şifre(?:niz|si)?|парол[ьяию]|пароль|סיסמ\\p{L}{1,3}|रहस्य|पासवर्ड',
  )})$`,
  'iu',
);
/**
 * Holds the letters of such a word. Where the word is none for a code, its number is none either: `decode`,
 * `footpath`, `эпикод`.
 */
const stem = /[ck]od|k[óô]d|otp|код|קוד|κωδικ|კოდ|կոդ|رمز|كود|کوڈ|कोड|কোড/iu;

/** Called codes, and something else. */
const otherCodes = oneOf(
  '(?:post|zip|postal|pin|area|country|dial(?:l?ing)?|region|error|status|response|promo(?:tion(?:al)?)?|discount|coupon|voucher|gift|invit(?:e|ation)|referral|product|item|model|bar|qr|pick-?up|tax|sort|bank|swift|source|dress|colou?r|order|tracking|device|country|city|batch|lot|hs|geo|op|byte|uni|vs|key|rating|access point|store|shop|unlock|sim|puk|oem|locker|door|gate|collection|delivery|return|rma|repair|service|warranty|wi-?fi)[ -]?codes?',
  'postcode|c[óo]d(?:igo|\\.) (?:de |del |do |da )?(?:postal|[áa]rea|error|erro|descuento|desconto|promocional|promoç[ãa]o|cup[óo]n|cupom|invitaci[óo]n|convite|barras|producto|produto|dispositivo|pa[íi]s|cliente|pedido)',
  'code (?:postal|produit|promo|barres?|[àa] barres|pays|appareil|erreur|cadeau|article|client|couleur|agence|naf|ape)',
  'codice (?:postale|fiscale|sconto|prodotto|a barre|errore|cliente|articolo|dispositivo|paese)',
  'kode (?:pos|produk|promo|voucher|perangkat|barang|negara|area|error|unik produk)|kod (?:pocztowy|produktu|rabatowy|b[łl][ęe]du|kreskowy|promocyjny|poštanski|poskod|barang|produk)',
  '(?:posta|cihaz|[üu]r[üu]n|model|hata|alan|[üu]lke|kupon|indirim|promosyon|davet|stok|renk|sipari[şs]) kod\\p{L}{0,8}|(?:pošt|kupon|nalog|proizvod)\\p{L}{0,6} k[oô]d\\p{L}{0,3}',
  '(?:ger[äa]te|fehler|gutschein|rabatt|produkt|farb|artikel|l[äa]nder|strich|bar|quell|post|aktions|einladungs|filial)-?code\\p{L}?',
  'mã (?:đơn|bưu|giảm|vận|khách)(?: \\p{L}{1,20})?|cod po[șş]tal|postnummer|postleitzahl|(?:gutschein|fehler|rabatt|produkt)-?code',
  '(?:почтов|пощенск|поштов)\\p{L}{0,12} (?:код|индекс|індекс)|код\\p{L}{0,12} (?:(?:за|для|на|от) )?(?:ошибк|товар|стран|город|заказ|продукт|отстъпк|устройств|регион|модел|купон|скидк|приглаш|домофон|држав|област|пристро|получени|выдач|постамат|двер|возврат|ремонт|гаранти|връщане|доставк)\\p{L}{0,12}',
  'промо-?код\\p{L}{0,12}|штрих-?код\\p{L}{0,12}|الرمز البريدي|رمز (?:المنتج|الخطأ)|पिन कोड|รหัส(?:ไปรษณีย์|ผ่าน|สินค้า)|우편 ?번호',
  '(?:取件|提[货貨]|取[货貨]|[兑兌][换換]|[优優]惠|[邀][请請]|激活|序列|[条條]形|二[维維]|推[荐薦]|核[销銷]|[商產产]品|[邮郵]政[编編]|[区區]域|物流|[错錯][误誤])(?:代)?[码碼]',
);

/** Nouns whose number is no code. They stand right before it, perhaps with `no.` or a colon between. */
const otherNouns = oneOf(
  'post(?: ?code)?|msg|message|mail|archive|item|batch|incident|complaint|licen[cs]e|vat|tva|iva|ust|nip|inn|oib|eik|reg|registration|redmi|poco|note|article|episode|unit|seat|locker|txn|transaction',
  'orders?|purchase|invoice|receipt|ticket|case|ref|reference|tracking|shipment|parcel|booking|request|serial|model|version|build',
  'colou?r|background|imei|zip|sn|uid|user|customer|member|ids?|no|nos|nr|num|n[°o]|tel|telephone|phone|mobile|fax|call|dial|hotline',
  'ending(?: in| with)?|ext|box|room|suite|total|amount|balance|price|pedido|orden|factura|fatura|recibo|ordine|fattura|commande',
  'facture|bestell\\p{L}{0,12}|rechnung\\p{L}{0,12}|auftrag\\p{L}{0,12}|kunden\\p{L}{0,12}|zam[óo]wieni\\p{L}{0,12}|faktur\\p{L}{0,12}|sipari[şs]\\p{L}{0,12}',
  'bestelling|pesanan|đơn hàng|referencia|referência|référence|riferimento|referenz|caso|cep|plz|teléfono|telefon\\p{L}{0,12}',
  'objedn[áa]vk\\p{L}{0,12}|заказ\\p{L}{0,12}|поръчк\\p{L}{0,12}|замовлен\\p{L}{0,12}|сч[её]т\\p{L}{0,12}|фактур\\p{L}{0,12}|номер\\p{L}{0,12}|тикет\\p{L}{0,12}',
  'обращени\\p{L}{0,12}|заявк\\p{L}{0,12}|индекс|артикул|тел|телефон\\p{L}{0,12}|пользовател\\p{L}{0,12}|потребител\\p{L}{0,12}|ид|сумм\\p{L}{0,12}|итого',
  'верси\\p{L}{0,12}|παραγγελ\\p{L}{0,12}|(?:ال)?طلب(?:ك|ية)?|(?:ال)?فاتورة|(?:ال)?تذكرة|(?:ال)?معرف|(?:ال)?مرجع|(?:ال)?هاتف|رقم',
  'سفارش|הזמנה|ऑर्डर|आदेश|नंबर',
);
/** The same in scripts that put no space between words. */
const otherHanNouns = oneOf(
  '(?:[订訂][单單]|[运運][单單]|快[递遞][单單]|工[单單]|序列|手[机機]|[电電][话話]|流水|[发發]票|[会會][员員]|客[户戶]|用[户戶]|小米|[账帳帐]|[单單]|[备備]案|[版]本|尾|工|[卡])(?:[编編])?[号號](?:[码碼])?',
  '[订訂][单單]|[编編][号號]|[备備]|[邮郵][编編]|[郵][遞]區號|[电電][话話]|[热熱][线線]|客服|金[额額]|合[计計]|共|[价價]格|版本|小米ID|注文(?:番号)?|郵便番号|(?:お問い合わせ|受付|会員|電話)番号',
  '(?:주문|접수|고객|전화)(?: ?번호)?|คำสั่งซื้อ|เลขที่|หมายเลข|โทร',
);

/** Where postcodes of 6 digits stand: China, India, Russia, Singapore. */
const places =
  '(?<![a-zа-я])(?:beijing|peking|shanghai|shenzhen|wuhan|nanjing|haidian|district|china|p\\.?r\\.?c\\.?|singapore|bengaluru|bangalore|karnataka|india|moscow|russia|пекин|китай|москва|россия|г\\.)|北京市?|上海市?|武汉市?|中[国國]';
const currency = `[$€£¥₹₽₴₩₺₫฿]|(?<!\\p{L})(?:usd|eur|rmb|cny|gbp|inr|rub|bgn|hkd|twd|jpy|krw|rs|try|pln)\\.?`;
/** A word on its own, or the beginning of one. */
const units =
  '%|‰|°|(?:z[łl]|kr|tl|km|kb|mb|gb|points?|coins?|users?|people|steps?|fans|days?)(?!\\p{L})|руб|лв|грн|балл|бонус|元|円|圓|원|万|萬|[积積]分|[个個]|人|次|天|年|月|日|[号號]|米粉|步|件';
const duration =
  '(?:h|s|m|hrs?|ч|сек|мин|дн|jam|dni|std)(?!\\p{L})|[分秒]|小?[时時]|天|日|[个個]月|[시분초일]|min|sec|hour|day|мину|секу|час|ден|день|дня|дней|heures?|jours?|stunden|tage?|horas?|d[ií]as?|ore|giorn|godz|dakika|saniye|saat|gün|phút|giây|giờ|ngày|นาที|วัน|menit|मिनट|घंट|दिन|دقيق|دقائق|ساع|يوم|دقیقه|λεπτ|דקות';

const otherCode = new RegExp(otherCodes, 'giu');
const word = new RegExp(`(?:${spaced})+`, 'gu');
/** Letters. Nothing longer is a word for a code. */
const LONGEST_WORD = 40;

const otherLabel = `(?:${otherCodes}|(?<![\\p{L}\\p{N}])(?:${otherNouns})|${otherHanNouns})`;
const link =
  '(?: ?(?:no|nos|nr|num|number|id|n\\.?[°o]|[号號])(?!\\p{L}))?(?:(?<=\\P{L}(?:no|nos|nr|num|tel|ref|ext|inv|тел))\\.)?[ :#=(\\["\'«\\p{Pd}]*(?:(?:is|为|為|是)[ :]*)?';
/** Ends with a word for something else, whose number follows. */
export const labelBefore = new RegExp(
  `${otherLabel}${link}$|(?<!\\p{L})(?:account|аккаунт\\p{L}{0,5}|профил\\p{L}{0,5}|cuenta|conta|konto|compte) $|(?:${places})[ ,.\\p{Pd}]*$|(?:${currency}) ?$`,
  'iu',
);
/** Is such a word and nothing else; its number may stand on the next line. */
export const labelAlone = new RegExp(`^[^\\p{L}]*(?:\\p{L}{1,20} )?${otherLabel}${link}$`, 'iu');
export const unitAfter = new RegExp(`^ ?(?:(?:${currency})|(?:${units})|,? ?(?:${places}))`, 'iu');
export const durationAhead = `\\d{1,3} ?(?:${duration})`.normalize('NFKC');

interface Words {
  /** Where words for a verification code stand. */
  codes: { start: number; end: number }[];
  /** Whether a word is there that only looks like one. */
  lookAlike: boolean;
}

/** What a normalised piece of a message says of codes. */
export function wordsIn(text: string, channel: 'mail' | 'sms'): Words {
  const rest = text.replace(otherCode, (found) => ' '.repeat(found.length));
  const at = ({ 0: found, index }: RegExpExecArray) => ({ start: index, end: index + found.length });
  const codes = [...rest.matchAll(phrases), ...rest.matchAll(unspacedCode)].map(at);
  let lookAlike = codes.length === 0 && /コード|코드/.test(rest);
  for (const found of rest.matchAll(word)) {
    const [written] = found;
    const isCode =
      written.length <= LONGEST_WORD &&
      isCodeWord(written, rest.slice(Math.max(0, found.index - LONGEST_WORD), found.index));
    if (isCode || (channel === 'sms' && smsWord.test(written))) codes.push(at(found));
    else lookAlike ||= stem.test(written);
  }
  return { codes: codes.sort((one, other) => one.start - other.start), lookAlike };
}

/** `QR-code`, `x_code` and `8code` are other words than `code`. */
function isCodeWord(written: string, before: string): boolean {
  if (!codeWord.test(written)) return false;
  return !/[\p{L}\p{N}][\p{Pd}_]$|\p{N}$/u.test(before) || joined.test(before.slice(0, -1));
}
