import { withoutBlanks } from '../../config/secret-text.ts';

/** The columns of a list, and what stands in each. */
export const COLUMNS = {
  serial: "the phone's serial, as 'mi-unbind phones' lists it",
  imei: 'or its IMEI, 15 digits (*#06#)',
  imei2: 'its other IMEI, where it has two: the phone is found by either',
  account: 'its Mi Account: id, e-mail address or telephone number',
  password: "the account's password. Better: one of the next two",
  password_env: 'name of the variable (of the environment or of .env) that holds it',
  password_file:
    'file whose first line it is, for its owner only to read; a path is taken from where the list is',
  data: 'keep or delete: what becomes of synced data on the phone',
  if_forgotten: 'stop (or empty), or recover: change a password that is missing or wrong',
  code_source: 'with recover: where the code is read from',
  by: 'with recover: phone or email, how the code is sent; empty: as the contact says',
  contact:
    "with recover: the owner's telephone number or e-mail address the code is sent to; both with ; between them: e-mail first",
  reference: 'your own number of the order',
  another_account:
    'yes: another account than those that phones show alike, their names being masked; empty: no',
  owner_email: "the owner's e-mail address, for letters about a phone that is locked ('mi-unbind letter')",
  owner_language: 'the language of those letters: en, bg, ru, zh, tr, es or ar; empty: en',
  owner_consent: "the owner's consent, in your words, for the record",
} as const;

export type Column = keyof typeof COLUMNS;

/**
 * What labs call these columns, in the languages of their programs. What may be another thing in a list of
 * phones ("phone number", "order", "ID") is left out.
 */
const CALLED: Partial<Record<Column, string>> = {
  serial: `serial number|serial no|serial nr|serial num|s/n|sn|device serial|adb serial|adb id
    |Seriennummer|Serien-Nr|Geräteseriennummer|сериен номер|серийный номер|серийный №|серійний номер|序列号|设备序列号|序號|序列號
    |seri no|seri numarası|número de serie|nº de serie|núm. de serie|الرقم التسلسلي|الرقم المسلسل|numéro de série|n° de série|no de série
    |numer seryjny|nr seryjny|número de série|nº de série|numero di serie|numero seriale|seriale|serienummer|serie nr|număr de serie
    |sériové číslo|sorozatszám|σειριακός αριθμός|số sê-ri|số seri|nomor seri|सीरियल नंबर|シリアル番号|シリアルナンバー|시리얼 번호|일련번호|serijski broj
    |serijska številka|serijos numeris|sarjanumero`,
  imei: `imei1|imei number|imei no|imei nr|imei num|imei code|primary imei|first imei|imei sim 1|imei slot 1|imei (1)
    |IMEI-Nummer|IMEI номер|номер IMEI|IMEI-код|IMEI码|IMEI号|IMEI号码|串号|手机串号|imei numarası|imei kodu|número IMEI|código IMEI|رقم IMEI|رقم الايمي
    |numéro IMEI|code IMEI|numer IMEI|numero IMEI|codice IMEI|IMEI-nummer|IMEI番号|IMEI 번호|आईएमईआई|số IMEI|nomor IMEI|IMEI broj|IMEI číslo`,
  imei2: `imei 2|imei2 number|imei number 2|imei no 2|imei 2 number|second imei|secondary imei|imei sim 2|imei slot 2|imei (2)
    |zweite IMEI|IMEI-Nummer 2|IMEI 2 номер|втори IMEI|второй IMEI|IMEI码2|IMEI号2|副卡IMEI|第二IMEI|串号2|ikinci imei|segundo IMEI|IMEI الثاني|رقم IMEI 2
    |deuxième IMEI|drugi IMEI|secondo IMEI|tweede IMEI`,
  account: `mi account|xiaomi account|mi account id|xiaomi account id|account id|mi id|xiaomi id|mi cloud account|account name
    |Konto|Mi-Konto|Xiaomi-Konto|Mi Account-ID|акаунт|Mi акаунт|акаунт Mi|акаунт на Xiaomi|Xiaomi акаунт|аккаунт|Mi аккаунт|аккаунт Mi|аккаунт Xiaomi
    |учётная запись|учётная запись Mi|обліковий запис|账号|帐号|账户|帐户|帳號|小米账号|小米帐号|小米账户|小米帳號|小米ID
    |hesap|Mi hesabı|Xiaomi hesabı|cuenta|cuenta Mi|cuenta Xiaomi|cuenta de Xiaomi|الحساب|حساب|حساب Mi|حساب شاومي|حساب Xiaomi
    |compte|compte Mi|compte Xiaomi|konto Mi|konto Xiaomi|conta|conta Mi|conta Xiaomi|account Mi|account Xiaomi|cont Mi|cont Xiaomi
    |Mi-account|účet|účet Mi|fiók|Mi-fiók|λογαριασμός|λογαριασμός Mi|tài khoản|tài khoản Mi|akun|akun Mi|खाता|Mi खाता|アカウント|Miアカウント|계정|Mi 계정
    |račun`,
  password: `account password|mi password|mi account password|xiaomi password|passwd|pwd
    |Passwort|Kennwort|парола|пароль|密码|密碼|账号密码|小米密码|şifre|parola|contraseña|clave|كلمة المرور|كلمة السر|mot de passe|mdp
    |hasło|senha|palavra-passe|wachtwoord|parolă|heslo|jelszó|κωδικός|mật khẩu|kata sandi|पासवर्ड|パスワード|비밀번호|lozinka|geslo|slaptažodis|salasana`,
  password_env: 'password variable|password env var',
  password_file: 'password path',
  data: 'synced data|cloud data|Daten|данни|данные|дані|数据|資料|同步数据|veri|veriler|datos|البيانات|بيانات|données|dane|dados|dati|gegevens|date sincronizate|adatok',
  contact: `Kontakt|контакт|联系方式|聯絡方式|iletişim|contacto|contato|جهة الاتصال|contatto`,
  owner_email: `owner e-mail|owner's email|customer email|customer e-mail|client email|имейл на собственика|имейл на клиента|email владельца
    |почта владельца|email клиента|机主邮箱|客户邮箱|müşteri e-postası|sahibin e-postası|correo del propietario|correo del cliente|بريد المالك|بريد العميل`,
  owner_language: `owner's language|customer language|език на собственика|язык владельца|机主语言|sahibin dili|idioma del propietario|لغة المالك`,
  reference: `ref|ref no|reference no|reference number|order number|order no|Referenz|Auftragsnummer|Auftrags-Nr|референция|номер на поръчка
    |номер заказа|номер замовлення|订单号|工单号|單號|参考号|referans|sipariş no|referencia|número de pedido|المرجع|رقم الطلب|référence|numéro de commande
    |numer zamówienia|nr zamówienia|referência|número da encomenda|riferimento|referentie|ordernummer|referință|注文番号|주문번호`,
  owner_consent: `consent|Einwilligung|Zustimmung|съгласие|согласие|згода|同意|客户同意|onay|rıza|consentimiento|الموافقة|موافقة|consentement|zgoda|consentimento|consenso`,
};

const names = Object.keys(COLUMNS) as Column[];
const called = new Map<string, Column>([
  ...Object.entries(CALLED).flatMap(([column, text]) =>
    text.split('|').map((name): [string, Column] => [plain(name), column as Column]),
  ),
  // Last: a name of ours is never taken for another one.
  ...names.map((name): [string, Column] => [plain(name), name]),
]);

/** Letters and digits alone, without case, accents and width: `S/N`, `Serien-Nr.`, `ＩＭＥＩ`. */
function plain(heading: string): string {
  return heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('ı', 'i');
}

/** The column of ours a heading names. */
export function columnOf(heading: string): Column | undefined {
  return called.get(plain(heading));
}

/** Whether a heading is a column's own name, as it is written here. */
export function isOwnName(heading: string, column: Column): boolean {
  return plain(heading) === plain(column);
}

/** How many of our columns a row names. */
export function knownIn(cells: readonly unknown[]): number {
  return new Set(cells.flatMap((cell) => (typeof cell === 'string' ? (columnOf(cell) ?? []) : []))).size;
}

/** Rows in which the heading is looked for: above it may stand a title. */
const FIRST = 30;

/**
 * Which row is the heading: of the first ones the one that names most columns, two at least, else the first
 * one. `rows`: without empty ones.
 */
export function headingIn(rows: readonly (readonly unknown[])[]): { at: number; known: number } {
  const scored = rows.slice(0, FIRST).map((cells, at) => ({ at, known: knownIn(cells) }));
  const [best] = scored.toSorted((one, other) => other.known - one.known || one.at - other.at);
  return best !== undefined && best.known > 1 ? best : { at: 0, known: scored[0]?.known ?? 0 };
}

export const columnNames: readonly Column[] = names;

/** A heading in the form of our own names. */
export function formOf(heading: string): string {
  return withoutBlanks(heading)
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}
