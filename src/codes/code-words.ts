/**
 * Words that stand beside numbers in messages, as pieces of regular expressions: those for a verification code, and those for the order
 * numbers, postcodes and amounts that look like one. A stem also counts inside a longer word, as `Bestätigungscode` and `кодът` show.
 */

const oneOf = (...pieces: string[]) => pieces.join('|').normalize('NFKC');

const codeStems = oneOf(
  // Latin script: en fr nl de · da nb id · bg-Latn hr ms pl sv sw tr uz · cs hu sk · es pt · it · et fi · lt lv · ro
  'code|kode|kod|kód|código|codigo|codice|kood|verification|verifikasi|doğrulama|one[- ]time p(?:assword|in)|mã xác|ma xac',
  'mã otp',
  // Cyrillic, Greek, Georgian, Armenian, Hebrew, Arabic script: ar fa ur
  'код|одноразов|κωδικ|კოდ|կոդ|ծածկագիր|קוד|رمز|كود|کد|کوڈ',
  // South and South-East Asia: hi mr ne · bn · gu · pa · ta · te · kn · ml · si · th · lo · km · my
  'कोड|ओटीपी|কোড|કોડ|ਕੋਡ|குறியீ|కోడ్|ಕೋಡ್|കോഡ്|කේතය|รหัส|ລະຫັດ|កូដ|ကုဒ်',
  // zh ja ko
  '[验驗][证証證][码碼]|(?:[校检][验驗]|[动動][态態]|[确確][认認]|安全|短信|[识識][别別]|认证|認證)[码碼]|[动動][态態]密[码碼]|[验驗][证證]代[码碼]|コード|認証番号|確認番号|暗証番号|코드|인증번호',
  '인증 번호|확인번호',
);
const codeWholeWords = oneOf('otps?|cod|codul|mật mã');

/** Called codes, and something else. */
const otherCodes = oneOf(
  '(?:post|zip|postal|pin|area|country|dial(?:l?ing)?|region|error|status|response|promo(?:tion(?:al)?)?|discount|coupon|voucher|gift|invit(?:e|ation)|referral|product|item|model|bar|qr|pick-?up|tax|sort|bank|swift|source|dress|colou?r|order|tracking)[ -]?codes?',
  'postcode|code postal|c[óo]d(?:igo|\\.) postal|codice (?:postale|fiscale|sconto)|kod pocztowy|posta kodu|kode pos',
  'mã (?:đơn|bưu|giảm|vận|khách)(?: \\p{L}+)?|cod po[șş]tal|postnummer|postleitzahl|(?:gutschein|fehler|rabatt|produkt)-?code',
  '(?:почтов|пощенск|поштов)\\p{L}* (?:код|индекс|індекс)|код\\p{L}* (?:ошибк|товар|стран|город|заказ|продукт|отстъпк)\\p{L}*',
  'промо-?код\\p{L}*|штрих-?код\\p{L}*|الرمز البريدي|رمز (?:المنتج|الخطأ)|पिन कोड|รหัส(?:ไปรษณีย์|ผ่าน|สินค้า)|우편 ?번호',
  '(?:取件|提[货貨]|取[货貨]|[兑兌][换換]|[优優]惠|[邀][请請]|激活|序列|[条條]形|二[维維]|推[荐薦]|核[销銷]|[商產产]品|[邮郵]政[编編]|[区區]域|物流|[错錯][误誤])(?:代)?[码碼]',
);

/** Nouns whose number is no code. They stand right before it, perhaps with `no.` or a colon between. */
const otherNouns = oneOf(
  'orders?|purchase|invoice|receipt|ticket|case|ref|reference|tracking|shipment|parcel|booking|request|serial|model|version|build',
  'colou?r|background|imei|zip|sn|uid|user|customer|member|ids?|no|nos|nr|num|n[°o]|tel|telephone|phone|mobile|fax|call|dial|hotline',
  'ending(?: in| with)?|ext|box|room|suite|total|amount|balance|price|pedido|orden|factura|fatura|recibo|ordine|fattura|commande',
  'facture|bestell\\p{L}*|rechnung\\p{L}*|auftrag\\p{L}*|kunden\\p{L}*|zam[óo]wieni\\p{L}*|faktur\\p{L}*|sipari[şs]\\p{L}*',
  'bestelling|pesanan|đơn hàng|referencia|referência|référence|riferimento|referenz|caso|cep|plz|teléfono|telefon\\p{L}*',
  'objedn[áa]vk\\p{L}*|заказ\\p{L}*|поръчк\\p{L}*|замовлен\\p{L}*|сч[её]т\\p{L}*|фактур\\p{L}*|номер\\p{L}*|тикет\\p{L}*',
  'обращени\\p{L}*|заявк\\p{L}*|индекс|артикул|тел|телефон\\p{L}*|пользовател\\p{L}*|потребител\\p{L}*|ид|сумм\\p{L}*|итого',
  'верси\\p{L}*|παραγγελ\\p{L}*|(?:ال)?طلب(?:ك|ية)?|(?:ال)?فاتورة|(?:ال)?تذكرة|(?:ال)?معرف|(?:ال)?مرجع|(?:ال)?هاتف|رقم',
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
const codeWord = new RegExp(`${codeStems}|(?<![\\p{L}\\p{N}])(?:${codeWholeWords})(?!\\p{L})`, 'giu');

const otherLabel = `(?:${otherCodes}|(?<![\\p{L}\\p{N}])(?:${otherNouns})|${otherHanNouns})`;
const link =
  '(?: ?(?:no|nos|nr|num|number|id|n\\.?[°o]|[号號])(?!\\p{L}))?(?:(?<=\\P{L}(?:no|nos|nr|num|tel|ref|ext|inv|тел))\\.)?[ :#=(\\["\'«\\p{Pd}]*(?:(?:is|为|為|是)[ :]*)?';
/** Ends with a word for something else, whose number follows. */
export const labelBefore = new RegExp(
  `${otherLabel}${link}$|(?<!\\p{L})(?:account|аккаунт\\p{L}*|профил\\p{L}*|cuenta|conta|konto|compte) $|(?:${places})[ ,.\\p{Pd}]*$|(?:${currency}) ?$`,
  'iu',
);
/** Is such a word and nothing else; its number may stand on the next line. */
export const labelAlone = new RegExp(`^[^\\p{L}]*(?:\\p{L}+ )?${otherLabel}${link}$`, 'iu');
export const unitAfter = new RegExp(`^ ?(?:(?:${currency})|(?:${units})|,? ?(?:${places}))`, 'iu');
export const durationAhead = `\\d{1,3} ?(?:${duration})`.normalize('NFKC');

/** Where in a normalised line words for a verification code stand. */
export function codeWords(line: string): { start: number; end: number }[] {
  const rest = line.replace(otherCode, (found) => ' '.repeat(found.length));
  return [...rest.matchAll(codeWord)].map((found) => ({ start: found.index, end: found.index + found[0].length }));
}
