import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * A small resource table as Google's own tools write it, in the three forms found on phones: strings in UTF-8
 * (aapt2), in UTF-16 (aapt, as in older ROMs), and with sparse types (aapt2 for Android 8 and later). Made by
 * compileGolden() with Debian 12's aapt and aapt2 (2.19); kept here as base64 of the gzipped resources.arsc,
 * so that the tests need neither.
 */
export type Form = 'utf8' | 'utf16' | 'sparse';

const MANY = 'äbc'.repeat(60);

const APP: Record<string, string> = {
  values: `
    <string name="sign_out">Sign out</string>
    <string name="again">@string/sign_out</string>
    <string name="once_more">@string/again</string>
    <string name="styled">Read the <b>terms</b> &amp; <i>policy</i></string>
    <string name="escaped">Can\\'t \\"stop\\"\\n\\u0040 100%%</string>
    <string name="emoji">Done 😀 𝔞</string>
    <string name="api">any</string>
    <string name="sideways">upright</string>
    <string name="long_text">${MANY}</string>
    <string name="foreign">@android:string/ok</string>
    <string name="p1">a</string><string name="p2">b</string><string name="p3">c</string><string name="p4">d</string>
    <plurals name="days"><item quantity="one">%d day</item><item quantity="other">%d days</item></plurals>`,
  'values-bg': `
    <string name="sign_out">Отписване</string><string name="p2">б</string><string name="p4">г</string>
    <plurals name="days"><item quantity="one">%d ден</item><item quantity="other">%d дни</item></plurals>`,
  'values-zh-rCN': '<string name="sign_out">退出登录</string>',
  'values-zh-rTW': '<string name="sign_out">登出</string>',
  'values-b+sr+Latn': '<string name="sign_out">Odjavi se</string>',
  'values-fil': '<string name="sign_out">Mag-sign out</string>',
  'values-b+es+419': '<string name="sign_out">Salir</string>',
  'values-ar': `
    <string name="sign_out">تسجيل الخروج</string>
    <plurals name="days">
      <item quantity="zero">٠</item><item quantity="one">يوم</item><item quantity="two">يومان</item>
      <item quantity="few">%d أيام</item><item quantity="many">%d يومًا</item><item quantity="other">%d يوم</item>
    </plurals>`,
  'values-land': '<string name="sideways">lying</string>',
  'values-v28': '<string name="api">28</string>',
  'values-v31': '<string name="api">31</string>',
};

/** Stands in for android.jar: the tools want to know the attributes they write. */
const FRAMEWORK: Record<string, string> = {
  values: [
    ['attr', 'minSdkVersion', '0x0101020c'],
    ['attr', 'targetSdkVersion', '0x01010270'],
    ['attr', 'versionCode', '0x0101021b'],
    ['attr', 'versionName', '0x0101021c'],
    ['attr', 'compileSdkVersion', '0x01010572'],
    ['attr', 'compileSdkVersionCodename', '0x01010573'],
    ['string', 'ok', '0x0104000a'],
  ]
    .map(
      ([type, name, id]) =>
        `<${type} name="${name}"${type === 'attr' ? ' format="string|integer"/>' : '>OK</string>'}<public type="${type}" name="${name}" id="${id}"/>`,
    )
    .join('\n'),
};

/** Builds the APK of each form in `directory` with the installed tools, and tells their paths. */
export function compileGolden(directory: string): Record<Form, string> {
  const at = (name: string) => join(directory, name);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const source = (folder: string, packageName: string, values: Record<string, string>) => {
    write(`${folder}/AndroidManifest.xml`, `<manifest package="${packageName}"/>`);
    for (const [config, content] of Object.entries(values))
      write(`${folder}/res/${config}/strings.xml`, `<resources>${content}</resources>`);
    execFileSync('aapt2', ['compile', '--dir', at(`${folder}/res`), '-o', at(`${folder}.zip`)]);
  };
  const link = (folder: string, out: string, ...options: string[]) =>
    execFileSync('aapt2', [
      'link',
      '--manifest',
      at(`${folder}/AndroidManifest.xml`),
      '-o',
      at(out),
      ...options,
      at(`${folder}.zip`),
    ]);

  source('framework', 'android', FRAMEWORK);
  link('framework', 'framework.apk');
  source('app', 'org.example.golden', APP);
  link('app', 'utf8.apk', '-I', at('framework.apk'));
  link('app', 'sparse.apk', '-I', at('framework.apk'), '--min-sdk-version', '26', '--enable-sparse-encoding');
  const old = [
    '-I',
    at('framework.apk'),
    '-M',
    at('app/AndroidManifest.xml'),
    '-S',
    at('app/res'),
    '-F',
    at('utf16.apk'),
  ];
  execFileSync('aapt', ['package', '--utf16', '-f', ...old]);
  return { utf8: at('utf8.apk'), utf16: at('utf16.apk'), sparse: at('sparse.apk') };
}

export function goldenTable(form: Form): Buffer {
  return gunzipSync(Buffer.from(GZIPPED[form], 'base64'));
}

// prettier-ignore
const GZIPPED: Record<Form, string> = {
  utf8:
    'H4sIAAAAAAACA+WW32sUVxTHz8zsbzfmR6OpNtZpmtSXahP1oS+FgD4oVC2NYPsgcbIznR3ZzCw7E+sKrVtRE1TQFx8ECQEFRWzRmkiwDQo+9mUEhdlnCaXQ0P4H9nvv3E2G' +
    'QLqbsG2gHfjcc+69M/d877k/dmXKUm8rkUSMbvpQIeqhsM6KuzAphfizFbwPdoL94EuggzywQQmcAmfAt2ACfIMxzoFxcBVMgnvgMfgF+OAVeA3+AG/AFhkawEdgLxgEB8Ax' +
    'OdTR1fW5oemqlzdUzyiNuuoHatEpWLkyJRJ9uqprZUomQ8elzs59mr3DU3tczyn2ZAbVgf7+vj7KdOx3bENdmJpbmK3AzCxMT1IqNWSZtuqMeSRJGimKZpfhjYAc0IGFoceK' +
    'JcvMe1SZrvz5/PZI7v8EyfLuj1HsGaB4vFC2bJOy2UOaudOtZS6RRur9aX/Gn1v05/xZSnf4ky/O+U/92Rff+T/6D9A4Q5LsP2TFI0puwKvBreql4E71Qvhh9VJ1An6qZdGv' +
    'Xg7uULYruBc8Cu6j6byKt88HPwQPqxPBfVIS4pN4JnTQexHDV6conT6in9ROWaprQPiQVrBKFMv+VqnMjz/59cZP83PXSU4wZ/wJpbDH0qAFbADtYDN4E3lIVqXf0XkW7Q52' +
    'vkm7yKDTpNEoFakAfxfaHHg6fJv+y48qhTYvLbWxu+QArBx5rzfid4Akz9QYsqfBumhJoPRQt5Axc3Gcl7CtSwPTF5FxkqJvE9gGdoAB8Ak4CA6DIQq/OS7uKhYpFuO3Qzyu' +
    'mZpls6NetFAzRp2T7Igbbk4rGjq8r5ySga2NDVRwbHPYM0578B07ZwyPogtHoTjAit2s2MOKvbhHXEs3vmYBmGvaw/xgJFyvXMCgstxGnVS7c6GFWfkoVSJtTO9gE9amjZYW' +
    'ReYZJgn7WxFxuS/XiT9iNj9+RyT+WyL+gxXia6XmxEdsiouY2yJa3gn3Efe72e+d8LvCe4D7WyJ632ZzwRrW9vfGWoDYyjpiEVuJ1Nm8C9LSOFeatu44l6BfjPcZOAGKIv41' +
    'MAVYzp8BP5w3zxabf5bksykxPzbnpOhXRD0m6sIqop3ll3+foRjLFc85628R/WIcNmM+vkAR7/F7l9VrfRlRF+38PmZ10Y5/L2FdWBJxFKGD5zQVyua5vkmN5bq7wTzz34Jl' +
    'vw2NPNHcblyltu3/orbWBrTJa9ifq9ETfT+65m11tH0fX9vZWW2+at9E91+70PbzCtrWeqc2qqVNWDWirXa2Ni07S5uXnZ3OOnld633cjLxuraPN/Rttn2qe/U9qe7eONsO9' +
    '3bteedteR9uZ/L7D66VNravt6LH10vYe7F9nQjqSJA8AAA==',
  utf16:
    'H4sIAAAAAAACA+1XS09USRT+bt/bl4egzQziYxCvijIxI+Flwob4wglRxydGYkiwoXt4BLo73YigC125cmFcG+PChZsxLIwxE2NcGVfGuHIzrvwNLlyI3zlV3X1FoRFlSCZT' +
    '5Kuqc+pxvqpzTt0mgio8iQEOBPXo9oDtMLKU+0TgmX4bcYcDs8TfxGviI+FFgEoiRtQRu4hO4hjRS/QTY8R14gZxi7hPPCZeEO+I97KHC9QSjUQb0UkcJ/qJESLjGh4bcBpJ' +
    'xJFAgEmMsC9tEllMIMf+LiKDNMYxiiHMcMVDvMMg+//XK10DZbjI28/y7ofpm0lqXPoqpX6oRDf9klKPdb3B2wB73zT8Q6/jkM5p4vyA8Zdjm+Yu27liPzWtaOHfTv5JZMa1' +
    'HtR6SOsEa5+jEhEJjs8oj7Cco6YcZ5RVito0WQq3CKO6U9t2WgGijJoZzkpxHpgbf3D1MPZw/fyVDlo9qdtZV6DBO+jt8zq9A16b1+J1eXu9IqMOSl2fyV2cKbvv9tv93/wj' +
    'frcfoIl1s9/q91BTZL+Do03+YV/YG80RzjjsH6VWbtZIxb3zctT2mvzffWF5wReWJzhnjCea4mkCnimpJz5DjeRKlhJp3fxw6srU2QG5kytTH07J6lHNuzLIHkA1sY2oIeqI' +
    'uVBBJHDGq4Cr1Ke54zCaaWWaFiboz3H2m6mT3Eywn8J/uQSOeAiYZrvO6uSN7YPR58uvoT6vjjPED3FG2aT6xNd8yBaiskxv8iI14rdcYd+OkB0pfaF+Lcy7LrHeQ5wnRgjZ' +
    '/zpxm3hAPCKeEs+Jl5oz+cgfKER+VHMirnwkIiSjh+jNAfpYfJ4scJ5RjyeUc5KaIa7KWE2Urcwf0+hydWS0YFGi41Ihcyu4T1pPP6Av/bTyKMOf1p5hKBGb0SyWts227bbt' +
    '0FstvgbURmKIhb51IvfobGCtyYWvFw5c+1JVaJ1IL8ad4j43iP0/IJ6Ea0C02P1OEheIDAyfm8RdYpZ4RrzS2zSFrVtlZce0wvBquT2vyI6VXTvfrtMziRy1sm1dq6evjWzX' +
    '6Tshst03D9fa1TdE7FXCc8r1q2DG7T5YY2W7DyxvN79XtZUr7F3fxtLuun6J9zy3QFlsTEr4Lqq/kdvWf5Hb2iVwiywjPhezv9h4OGbWleD2V3T5+TO3jBLOn5jl9mQBboPD' +
    'K88tZucG83L753m5UzMvV34qca/x7Orda10JbrlFuB2LT6ZWktuWEtySuXuNq3VvDSW4XR45dHy1uG0tya333GpxC+y3vtZ+65zQd/taSNf3w77bjp4//67Kvw3CY415k7Vf' +
    'WcL+97wtC9lfH7Jfa+3PLmD/e96HsH0/ZH+z+S2h/foQl03me6D9X+xvBelvML8dtL+R/U+35m8tvBAAAA==',
  sparse:
    'H4sIAAAAAAACA+WW32sUVxTHz9zZ39loTKOpGs00JvWlpon64EshoA8KasUIqQ8lTnamsyObmWVnkrpC6yq2CbagLz74EgIKFrHFH4mElKDgY19GqDD7LCJCQ/sf2O+duZtM' +
    'F+ym6T7pwueec++dOd97z5x7E0ZZ6m0lkojTRZ/IRD0U9nnzE0xKpuC3DewCe8AhcBpoIA8sUAKT4Dz4FkyDbxDjEpgCV8EMuAMegd+AB56DF+BP8AZsZVgD+BTsB0PgMBhh' +
    '4To6O0/qqqa4eV1x9dK4o3ysFO2CmStTItGnKZpapmQydBzq6DioWrtdpcdx7WJPZkgZHBjo66NM+yHb0pXl2aXlhQrM/PLcDKVSw6ZhKfaES5KkkiyrVhneGMgBDZgIPVEs' +
    'mUbepcpc5a+nt8Zy7xPE2N4DaPYNUjxeKJuWQdnsMdXY49Qyl0gj9d6cN+8trfhL3gKl272ZZ5e8x97Cs4veA+8eBudJYt593jykZAse9W9Wr/i3q9+FL1avVKfhp1pX/OoP' +
    '/m3Kdvp3/If+XQxdVvD0Zf8X/3512r9LckK8Es+EDma/R/jqLKXTn2tn1UlTcXQsfFgtmCWKZV9XKi+nFl/d+PXl0nViCe5MLVIKNZYGOBbUAjaBLeBN5EdMkf7AQxcwbqPy' +
    'Deonnc6RSuNUpAL8fozZ8DT4Fr3LP0UKbV5aHeN3yWFYFnmuN+K3g2SQqQlkT4V1MJJA66JvImPGSpzfYTeuBqYvInGSYm4z2AF2g0HwGTgCjoNhCt/5UtxVXCkWC26HeFw1' +
    'VNPiR71ooqeP22f5EdednFrUNXhf2SUdpY0CKtiWMerq51z4tpXTR8cxhaNQHOTNXt7s481+3COOqelfcwHuGtZocDASjlsuIChjbdRBtTsXa+GWnaJKZIyvd6gJ36aNVj8K' +
    'CzJMEupbFrqBzxrojxnN12+P6H8g9O+9RV8tNUcf2hQXmjsia9ke1lHgd/G/d8LvDO+BwN8aWe+HfC/4hrX63lATiL19HbGIrUT6fN8FaTXOj0377jiXYEDEOwHOgKLQvwZm' +
    'Ac/5E+CF+w6yxfefJXYhJfbH95wU87Lox0RfWFmM8/wG72coxnMV5JzPt4p5EYfvOIgvkMVzwb3L+7W5jOiL8eA+5n0xjv9ewr6wJHRksY4gp6lw2UGu+flnUuMz1rXGPIt8' +
    'reRpw3/U6V6nzsY16LB11E1LXV7bGuj8HF9ffdZ/r01C55rQkUW9/t87KKyhGPRS/6ivzXX1tKVuPR0N9r3eO6l+39sa6Dj/onNUda216uxsoKM7t3qbsZ/uBjrn8wePN0NH' +
    'aahzaqQZOh/B/g2moQWkJA0AAA==',
};
