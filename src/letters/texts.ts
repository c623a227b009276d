/**
 * The letter to the owner of a locked phone, in each language. The first line is the subject, a blank line parts
 * paragraphs, lines with numbers are steps. A line whose value is not known is left out: {model}, {imei} (its last digits),
 * {reference}, {deadline}, {lab}. Xiaomi's pages are named by words: a letter with a link looks like those of thieves.
 */
export const TEXTS = {
  en: `Your Xiaomi phone (IMEI ending in {imei}) is still locked to your account

Dear owner,

we have your phone for service.
Model: {model}
IMEI ending in: {imei}
Our reference: {reference}

Xiaomi keeps a lock for this phone, which belongs to your Mi Account. Only you can take it off. Please do one of the following.

In Xiaomi Cloud, from any computer or phone:
1. Find the website of Xiaomi Cloud by its name, and check that it is Xiaomi's own.
2. Sign in with the Mi Account that is on the phone.
3. Open Find device and choose this phone.
4. Remove the device from the account and confirm.

Or on the phone itself, where you have it at hand:
1. Open Settings, then Mi Account.
2. Choose Sign out and confirm.

If you have forgotten the password of the account:
1. Choose Forgot password on Xiaomi's own sign-in page and follow its steps.
2. Then remove the phone in Xiaomi Cloud as above.

Please do this by {deadline}. After that day the phone goes back to its sender, still locked.

You need not answer: we see by ourselves when the lock is off. Keep your password and your codes to yourself.

{lab}`,
  bg: `Вашият телефон Xiaomi (IMEI, завършващ на {imei}) още е заключен към акаунта Ви

Уважаеми собственико,

Вашият телефон е при нас за обслужване.
Модел: {model}
IMEI, завършващ на: {imei}
Наш номер: {reference}

Xiaomi пази заключване за този телефон, което принадлежи на Вашия Mi акаунт. Само Вие можете да го свалите. Моля, направете едно от следните неща.

В Xiaomi Cloud, от който и да е компютър или телефон:
1. Намерете сайта на Xiaomi Cloud по името му и проверете, че е на самата Xiaomi.
2. Влезте с Mi акаунта, който е на телефона.
3. Отворете „Намиране на устройство“ и изберете този телефон.
4. Премахнете устройството от акаунта и потвърдете.

Или на самия телефон, ако е у Вас:
1. Отворете „Настройки“, после „Mi акаунт“.
2. Изберете „Отписване“ и потвърдете.

Ако сте забравили паролата на акаунта:
1. Изберете „Забравена парола“ на страницата за вход на самата Xiaomi и следвайте стъпките.
2. После премахнете телефона в Xiaomi Cloud, както е описано по-горе.

Моля, направете това до {deadline}. След този ден телефонът се връща на подателя, още заключен.

Не е нужно да отговаряте: виждаме сами кога заключването е свалено. Пазете паролата и кодовете си за себе си.

{lab}`,
  ru: `Ваш телефон Xiaomi (IMEI оканчивается на {imei}) всё ещё привязан к Вашему аккаунту

Уважаемый владелец,

Ваш телефон находится у нас на обслуживании.
Модель: {model}
IMEI оканчивается на: {imei}
Наш номер: {reference}

Xiaomi хранит для этого телефона замок, который принадлежит Вашему Mi-аккаунту. Снять его можете только Вы. Пожалуйста, сделайте одно из следующего.

В Xiaomi Cloud, с любого компьютера или телефона:
1. Найдите сайт Xiaomi Cloud по названию и убедитесь, что он принадлежит самой Xiaomi.
2. Войдите с Mi-аккаунтом, который установлен на телефоне.
3. Откройте «Поиск устройства» и выберите этот телефон.
4. Удалите устройство из аккаунта и подтвердите.

Или на самом телефоне, если он у Вас:
1. Откройте «Настройки», затем «Mi-аккаунт».
2. Выберите «Выйти» и подтвердите.

Если Вы забыли пароль аккаунта:
1. На странице входа самой Xiaomi выберите «Забыли пароль» и следуйте её шагам.
2. Затем удалите телефон в Xiaomi Cloud, как описано выше.

Пожалуйста, сделайте это до {deadline}. После этого дня телефон вернётся отправителю, всё ещё с замком.

Отвечать не нужно: мы сами увидим, когда замок снят. Храните пароль и коды при себе.

{lab}`,
  zh: `您的小米手机(IMEI 尾号 {imei})仍绑定在您的账号上

尊敬的机主:

您的手机正在我处维修。
型号:{model}
IMEI 尾号:{imei}
我处编号:{reference}

小米服务器为这部手机保留了激活锁,该锁属于您的小米账号,只有您本人可以解除。请选择以下一种方式。

在任意电脑或手机上使用小米云服务:
1. 按名称找到小米云服务的网站,并确认是小米官方网站。
2. 使用手机上的小米账号登录。
3. 打开“查找设备”,选择这部手机。
4. 从账号中移除该设备并确认。

或者在手机上操作(手机在您手中时):
1. 打开“设置”,进入“小米账号”。
2. 选择“退出登录”并确认。

如果忘记了账号密码:
1. 在小米官方登录页面选择“忘记密码”,按提示操作。
2. 然后按上述方法在小米云服务中移除手机。

请在 {deadline} 之前完成。逾期手机将以锁定状态退回寄件人。

您无需回复:锁解除后我们会自行看到。请妥善保管您的密码和验证码。

{lab}`,
  tr: `Xiaomi telefonunuz (IMEI sonu {imei}) hâlâ hesabınıza kilitli

Sayın telefon sahibi,

telefonunuz servis için bizde.
Model: {model}
IMEI sonu: {imei}
Kayıt numaramız: {reference}

Xiaomi bu telefon için Mi Hesabınıza ait bir kilit tutuyor. Bu kilidi yalnızca siz kaldırabilirsiniz. Lütfen aşağıdakilerden birini yapın.

Herhangi bir bilgisayardan veya telefondan Xiaomi Cloud'da:
1. Xiaomi Cloud sitesini adıyla bulun ve Xiaomi'nin kendi sitesi olduğunu kontrol edin.
2. Telefondaki Mi Hesabı ile giriş yapın.
3. Cihazı bul bölümünü açın ve bu telefonu seçin.
4. Cihazı hesaptan kaldırın ve onaylayın.

Ya da telefon sizdeyse telefonun kendisinde:
1. Ayarlar'ı, sonra Mi Hesabı'nı açın.
2. Çıkış yap'ı seçin ve onaylayın.

Hesabın şifresini unuttuysanız:
1. Xiaomi'nin kendi giriş sayfasında Şifremi unuttum'u seçin ve adımları izleyin.
2. Ardından telefonu yukarıdaki gibi Xiaomi Cloud'da kaldırın.

Lütfen bunu {deadline} tarihine kadar yapın. Bu tarihten sonra telefon kilitli olarak göndericiye geri gider.

Yanıt vermeniz gerekmez: kilidin kalktığını kendimiz görürüz. Şifrenizi ve kodlarınızı kendinize saklayın.

{lab}`,
  es: `Su teléfono Xiaomi (IMEI terminado en {imei}) sigue bloqueado con su cuenta

Estimado propietario:

tenemos su teléfono en nuestro servicio técnico.
Modelo: {model}
IMEI terminado en: {imei}
Nuestra referencia: {reference}

Xiaomi mantiene un bloqueo para este teléfono, que pertenece a su cuenta Mi. Solo usted puede quitarlo. Por favor, haga una de estas cosas.

En Xiaomi Cloud, desde cualquier ordenador o teléfono:
1. Busque el sitio de Xiaomi Cloud por su nombre y compruebe que es el de la propia Xiaomi.
2. Inicie sesión con la cuenta Mi que está en el teléfono.
3. Abra Encontrar dispositivo y elija este teléfono.
4. Elimine el dispositivo de la cuenta y confirme.

O en el propio teléfono, si lo tiene a mano:
1. Abra Ajustes y después Cuenta Mi.
2. Elija Cerrar sesión y confirme.

Si ha olvidado la contraseña de la cuenta:
1. En la página de inicio de sesión de la propia Xiaomi, elija ¿Ha olvidado la contraseña? y siga los pasos.
2. Después elimine el teléfono en Xiaomi Cloud como se indica arriba.

Por favor, hágalo antes del {deadline}. Después de ese día el teléfono vuelve a su remitente, todavía bloqueado.

No hace falta que responda: vemos por nosotros mismos cuándo se ha quitado el bloqueo. Guarde para usted su contraseña y sus códigos.

{lab}`,
  ar: `هاتفك من Xiaomi (رقم IMEI ينتهي بـ {imei}) ما زال مقفلاً بحسابك

عزيزي المالك،

هاتفك موجود لدينا للصيانة.
الطراز: {model}
رقم IMEI ينتهي بـ: {imei}
رقمنا المرجعي: {reference}

تحتفظ Xiaomi بقفل لهذا الهاتف يتبع حساب Mi الخاص بك، ولا يستطيع أحد غيرك إزالته. يُرجى القيام بأحد الأمور التالية.

في Xiaomi Cloud من أي حاسوب أو هاتف:
1. ابحث عن موقع Xiaomi Cloud باسمه وتأكد من أنه موقع Xiaomi نفسها.
2. سجّل الدخول بحساب Mi الموجود على الهاتف.
3. افتح «العثور على الجهاز» واختر هذا الهاتف.
4. أزل الجهاز من الحساب وأكّد ذلك.

أو على الهاتف نفسه إذا كان بين يديك:
1. افتح الإعدادات ثم حساب Mi.
2. اختر تسجيل الخروج وأكّد ذلك.

إذا نسيت كلمة مرور الحساب:
1. اختر «نسيت كلمة المرور» في صفحة الدخول الخاصة بشركة Xiaomi واتبع خطواتها.
2. ثم أزل الهاتف في Xiaomi Cloud كما ورد أعلاه.

يُرجى القيام بذلك قبل {deadline}. بعد هذا اليوم يعود الهاتف إلى مرسله وهو ما زال مقفلاً.

لا حاجة إلى الرد: سنرى بأنفسنا متى أُزيل القفل. احتفظ بكلمة المرور والرموز لنفسك.

{lab}`,
} as const;

export type LetterLanguage = keyof typeof TEXTS;
export const LETTER_LANGUAGES = Object.keys(TEXTS) as LetterLanguage[];

/** As a list or a person writes it: `zh-CN` and `ZH` are Chinese. Undefined: there is no letter in it. */
export function letterLanguage(text: string): LetterLanguage | undefined {
  const [first = ''] = text.trim().toLowerCase().split(/[-_]/);
  return LETTER_LANGUAGES.find((language) => language === first);
}
