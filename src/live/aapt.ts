import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's android-framework-res. */
export const FRAMEWORK = '/usr/share/android-framework-res/framework-res.apk';

/** Why APKs cannot be built here; false where they can. */
export const noAapt: string | false = spawnSync('aapt2', ['version']).error
  ? 'aapt2 is not installed (apt-get install aapt android-framework-res)'
  : false;

/** What an APK is built of. */
export interface AppSource {
  package: string;
  version?: string;
  /** Strings by folder of `res` (`values`, `values-bg`) and name. */
  strings: Record<string, Record<string, string>>;
  /** Files below `res` by their path, e.g. `layout/settings.xml`. */
  files: Record<string, string>;
  /** Languages that get a split APK of their own, e.g. `bg`. */
  splits?: readonly string[];
}

/** Builds an app with aapt2. Gives its APKs, the base first. */
export async function buildApp(folder: string, name: string, app: AppSource): Promise<string[]> {
  const at = (...parts: string[]) => join(folder, name, ...parts);
  const write = (path: string, content: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  const version = app.version ?? '1.0';
  write(
    'AndroidManifest.xml',
    `<manifest xmlns:android="${ANDROID}" package="${app.package}" android:versionCode="1" android:versionName="${version}"><application/></manifest>`,
  );
  for (const [values, strings] of Object.entries(app.strings)) {
    const lines = Object.entries(strings).map(([key, text]) => `<string name="${key}">${text}</string>`);
    write(`res/${values}/strings.xml`, `<resources>${lines.join('\n')}</resources>`);
  }
  for (const [path, content] of Object.entries(app.files)) write(`res/${path}`, content);
  await run('aapt2', ['compile', '--dir', at('res'), '-o', at('compiled.zip')]);
  const splits = (app.splits ?? []).map(
    (language) => [language, at(`split_config.${language}.apk`)] as const,
  );
  await run('aapt2', [
    ...['link', '--manifest', at('AndroidManifest.xml'), '-I', FRAMEWORK, '-o', at('base.apk')],
    ...splits.flatMap(([language, file]) => ['--split', `${file}:${language}`]),
    at('compiled.zip'),
  ]);
  return [at('base.apk'), ...splits.map(([, file]) => file)];
}

const ANDROID = 'http://schemas.android.com/apk/res/android';

/** A layout of these elements, one in the other. */
export const layoutOf = (body: string): string =>
  `<LinearLayout xmlns:android="${ANDROID}" android:layout_width="match_parent" android:layout_height="match_parent">${body}</LinearLayout>`;

/** One element with its id and its words, e.g. `Button`, `logout_btn`, `@string/logout_account`. */
export function element(cls: string, id = '', text = '', body = ''): string {
  return `<${cls} android:layout_width="wrap_content" android:layout_height="wrap_content"${id && ` android:id="@+id/${id}"`}${text && ` android:text="${text}"`}>${body}</${cls}>`;
}
