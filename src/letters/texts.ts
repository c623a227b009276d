/**
 * The letter to the owner of a locked phone, in each language. The first line is the subject, a blank line parts
 * paragraphs, lines with numbers are steps. A line whose value is not known is left out: {model}, {imei} (its
 * last digits),
 * {reference}, {deadline}, {lab}. Xiaomi's pages are named by words: a letter with a link looks like those of thieves.
 */
export const TEXTS = {
  en: `Your Xiaomi phone (IMEI ending in {imei}) is still locked to your account

Dear owner,

we have your phone for service.
Model: {model}
IMEI ending in: {imei}
Our reference: {reference}

Xiaomi keeps a lock on this phone that belongs to your Xiaomi Account (on older phones: Mi Account). Only you can take it off. Please do one of the following.

In Xiaomi Cloud, from any computer or phone:
1. Find the website of Xiaomi Cloud by its name, and check that it is Xiaomi's own.
2. Sign in with the account that is on the phone.
3. Open Find device and choose this phone.
4. Remove the device from the account and confirm.

Or on the phone itself, where you have it at hand:
1. Open Settings, then Xiaomi Account (on older phones: Mi Account).
2. Choose Sign out and confirm.

If you have forgotten the password of the account:
1. Choose Forgot password on Xiaomi's own sign-in page and follow its steps.
2. Then remove the phone in Xiaomi Cloud as above.

Please do this by {deadline}. After that day the phone goes back to its sender, still locked.

You need not answer: we see by ourselves when the lock is off. Keep your password and your codes to yourself.

{lab}`,
  bg: `Вашият телефон Xiaomi (IMEI, завършващ на {imei}) все още е заключен към профила Ви

Уважаеми собственико,

Вашият телефон е при нас за обслужване.
Модел: {model}
IMEI, завършващ на: {imei}
Наш референтен номер: {reference}

Телефонът е заключен от Xiaomi към Вашия Xiaomi профил (на по-стари телефони: Mi профил). Само Вие можете да премахнете това заключване. Моля, направете едно от следните неща.

В Xiaomi Cloud, от който и да е компютър или телефон:
1. Намерете сайта на Xiaomi Cloud по името му и проверете дали е на самата Xiaomi.
2. Влезте с профила, който е на телефона.
3. Отворете „Намиране на устройство“ и изберете този телефон.
4. Премахнете устройството от профила и потвърдете.

Или на самия телефон, ако е у Вас:
1. Отворете „Настройки“, после „Xiaomi профил“ (на по-стари телефони: „Mi профил“).
2. Изберете „Отписване“ и потвърдете.

Ако сте забравили паролата на профила:
1. На страницата за вход на самата Xiaomi изберете „Забравена парола“ и следвайте стъпките.
2. После премахнете телефона в Xiaomi Cloud, както е описано по-горе.

Моля, направете това най-късно до {deadline} След този ден ще върнем телефона на подателя, все още заключен.

Не е нужно да отговаряте: сами ще видим кога заключването е премахнато. Не споделяйте с никого паролата и кодовете си.

{lab}`,
  ru: `Ваш телефон Xiaomi (IMEI оканчивается на {imei}) всё ещё привязан к Вашему аккаунту

Уважаемый владелец!

Ваш телефон находится у нас на обслуживании.
Модель: {model}
IMEI оканчивается на: {imei}
Наш номер обращения: {reference}

На телефоне действует блокировка Xiaomi, связанная с Вашим аккаунтом Xiaomi (на старых телефонах: Mi аккаунт). Снять её можете только Вы. Пожалуйста, сделайте одно из следующего.

В Xiaomi Cloud, с любого компьютера или телефона:
1. Найдите сайт Xiaomi Cloud по названию и убедитесь, что он принадлежит самой компании Xiaomi.
2. Войдите в аккаунт, который используется на телефоне.
3. Откройте «Поиск устройства» и выберите этот телефон.
4. Удалите устройство из аккаунта и подтвердите.

Или на самом телефоне, если он у Вас:
1. Откройте «Настройки», затем «Аккаунт Xiaomi» (на старых телефонах: «Mi аккаунт»).
2. Выберите «Выйти из аккаунта» и подтвердите.

Если Вы забыли пароль аккаунта:
1. На странице входа самой компании Xiaomi выберите «Забыли пароль?» и следуйте указаниям.
2. Затем удалите телефон в Xiaomi Cloud, как описано выше.

Пожалуйста, сделайте это не позднее {deadline} После этого дня телефон вернётся отправителю, по-прежнему заблокированным.

Отвечать не нужно: мы сами увидим, когда блокировка будет снята. Никому не сообщайте пароль и коды.

{lab}`,
  zh: `您的小米手机（IMEI 尾号 {imei}）仍绑定在您的小米账号上

尊敬的机主：

您的手机目前在我们这里处理。
型号：{model}
IMEI 尾号：{imei}
我方编号：{reference}

小米服务器为这部手机保留了激活锁，该锁属于您的小米账号，只有您本人可以解除。请选择以下一种方式。

在任意电脑或手机上使用小米云服务：
1. 按名称查找小米云服务网站，并确认是小米官方网站。
2. 使用该手机上登录的小米账号登录。
3. 打开“查找手机”（或“查找设备”），选择这部手机。
4. 从账号中移除该设备并确认。

如果手机在您手中，也可以直接在手机上操作：
1. 打开“设置”，进入“小米账号”。
2. 选择“退出登录”并确认。

如果忘记了账号密码：
1. 在小米官方登录页面选择“忘记密码”，按提示操作。
2. 然后按上述方法在小米云服务中移除手机。

请在 {deadline}之前（含当日）完成。逾期未解除，手机将以锁定状态退回寄件人。

您无需回复：激活锁解除后，我们会自行查知。请勿将密码或验证码告诉任何人。

{lab}`,
  tr: `Xiaomi telefonunuz (IMEI sonu {imei}) hâlâ hesabınıza kilitli

Sayın telefon sahibi,

Telefonunuz servis işlemi için bizde bulunuyor.
Model: {model}
IMEI sonu: {imei}
Kayıt numaramız: {reference}

Xiaomi bu telefonu Xiaomi Hesabınıza (eski telefonlarda: Mi Hesabı) bağlı olarak kilitli tutuyor. Bu kilidi yalnızca siz kaldırabilirsiniz. Lütfen aşağıdakilerden birini yapın.

Herhangi bir bilgisayardan veya telefondan Xiaomi Cloud'da:
1. Xiaomi Cloud sitesini adıyla bulun ve Xiaomi'nin kendi sitesi olduğunu kontrol edin.
2. Telefondaki hesapla giriş yapın.
3. “Cihazı bul” bölümünü açın ve bu telefonu seçin.
4. Cihazı hesaptan kaldırın ve onaylayın.

Ya da telefon sizdeyse telefonun kendisinde:
1. “Ayarlar”ı, sonra “Xiaomi Hesabı”nı (eski telefonlarda: “Mi Hesabı”) açın.
2. “Çıkış yap”ı seçin ve onaylayın.

Hesabın şifresini unuttuysanız:
1. Xiaomi'nin kendi giriş sayfasında “Şifremi unuttum”u seçin ve adımları izleyin.
2. Ardından telefonu yukarıda anlatıldığı gibi Xiaomi Cloud'da kaldırın.

Lütfen bunu en geç {deadline} tarihine kadar yapın. Bu tarihten sonra telefon, kilitli hâliyle göndericisine iade edilir.

Yanıt vermeniz gerekmez: kilidin kalktığını kendimiz görürüz. Şifrenizi ve kodlarınızı kimseyle paylaşmayın.

{lab}`,
  es: `Su teléfono Xiaomi (IMEI terminado en {imei}) sigue bloqueado con su cuenta

Estimado propietario:

Tenemos su teléfono en nuestro servicio técnico.
Modelo: {model}
IMEI terminado en: {imei}
Nuestra referencia: {reference}

Xiaomi mantiene en este teléfono un bloqueo que pertenece a su cuenta Xiaomi (en teléfonos más antiguos: cuenta Mi). Solo usted puede quitarlo. Por favor, haga una de estas cosas.

En Xiaomi Cloud, desde cualquier ordenador o teléfono:
1. Busque el sitio de Xiaomi Cloud por su nombre y compruebe que es el de la propia Xiaomi.
2. Inicie sesión con la cuenta que está en el teléfono.
3. Abra «Buscar dispositivo» y elija este teléfono.
4. Elimine el dispositivo de la cuenta y confirme.

O en el propio teléfono, si lo tiene a mano:
1. Abra «Ajustes» y después «Cuenta Xiaomi» (en teléfonos más antiguos: «Cuenta Mi»).
2. Elija «Cerrar sesión» y confirme.

Si ha olvidado la contraseña de la cuenta:
1. En la página de inicio de sesión de la propia Xiaomi, elija «¿Ha olvidado la contraseña?» y siga los pasos.
2. Después elimine el teléfono en Xiaomi Cloud como se indica arriba.

Por favor, hágalo a más tardar el {deadline}. Después de ese día devolveremos el teléfono a su remitente, todavía bloqueado.

No hace falta que responda: nosotros mismos veremos cuándo se ha quitado el bloqueo. No comparta con nadie su contraseña ni sus códigos.

{lab}`,
  ar: `هاتفك من Xiaomi (رقم IMEI ينتهي بـ {imei}) ما زال مقفلاً بحسابك

عزيزي مالك الهاتف،

هاتفك موجود لدينا للصيانة.
الطراز: {model}
رقم IMEI ينتهي بـ: {imei}
رقمنا المرجعي: {reference}

هذا الهاتف مقفل لدى Xiaomi بحساب Xiaomi الخاص بك (في الهواتف الأقدم: حساب Mi)، ولا يستطيع أحد سواك إزالة هذا القفل. يُرجى القيام بأحد الأمور التالية.

في Xiaomi Cloud من أي حاسوب أو هاتف:
1. ابحث عن موقع Xiaomi Cloud باسمه وتأكد من أنه موقع Xiaomi الرسمي.
2. سجّل الدخول بالحساب الموجود على الهاتف.
3. افتح «العثور على الجهاز» واختر هذا الهاتف.
4. أزل الجهاز من الحساب وأكّد ذلك.

أو على الهاتف نفسه إذا كان بين يديك:
1. افتح «الإعدادات» ثم «حساب Xiaomi» (في الهواتف الأقدم: «حساب Mi»).
2. اختر «تسجيل الخروج» وأكّد ذلك.

إذا نسيت كلمة مرور الحساب:
1. اختر «نسيت كلمة المرور» في صفحة تسجيل الدخول الرسمية لشركة Xiaomi واتبع الخطوات.
2. ثم أزل الهاتف في Xiaomi Cloud كما ورد أعلاه.

يُرجى القيام بذلك في موعد أقصاه {deadline}. بعد هذا اليوم سنعيد الهاتف إلى مرسله وهو ما زال مقفلاً.

لا حاجة إلى الرد: سنرى بأنفسنا متى أُزيل القفل. لا تُطلع أحداً على كلمة المرور أو الرموز.

{lab}`,
} as const;

export type LetterLanguage = keyof typeof TEXTS;
export const LETTER_LANGUAGES = Object.keys(TEXTS) as LetterLanguage[];

/** As a list or a person writes it: `zh-CN` and `ZH` are Chinese. Undefined: there is no letter in it. */
export function letterLanguage(text: string): LetterLanguage | undefined {
  const [first = ''] = text.trim().toLowerCase().split(/[-_]/);
  return LETTER_LANGUAGES.find((language) => language === first);
}
