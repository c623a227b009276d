import { isSecret, table } from '../config/settings.ts';

/** The list of settings in docs/settings.md, written from the table: `npm run docs:settings`. */

const GROUPS: readonly [title: string, names: RegExp][] = [
  ['adb and Appium', /^(ANDROID|ADB|APPIUM)_/],
  [
    'Runs and records',
    /^(STRICT_ACCOUNT|REQUIRE_NO_GOOGLE|REQUIRE_LOCK_OFF|KEEP_HELPERS|EVIDENCE_DIR|RECORDS_DIR|KEEP_EVIDENCE_DAYS|OPERATOR|STATION|LOG_LEVEL)$/,
  ],
  ['The page of a station', /^(STATION_|LAB_)/],
  ['Database', /^(DATABASE_URL|DATA_DIR|STORE_KEY|STORE_KEY_FILE)$/],
  ['The lock at the server', /^LOCK_/],
  ['Held phones and letters', /^(HOLD_DAYS|REMINDER_DAYS|SMTP_SEND_URL|LETTER_)/],
  ['Hooks', /^(BEFORE_URL|AFTER_URL|HOOK_SECRET)$/],
  ['Password recovery', /^(ACCOUNT_SITE|CHROMEDRIVER|CODE_BUDGET)$/],
  ['Codes by e-mail', /^(CODE_SENDERS|IMAP_|SMTP_|HTTP_INBOX_)/],
  ['Codes by SMS', /^(SMS|GAMMU)_/],
  ['Specs', /^(PHONE|JUNIT)_/],
  ['Further settings', /^/],
];

const BEGIN = '<!-- the list of settings: npm run docs:settings -->';
const END = '<!-- end of the list of settings -->';

/** The page with the list between its two marks replaced by that of the table. */
export function withSettings(page: string): string {
  const [head, rest] = page.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`The page lacks '${BEGIN}' or '${END}'.`);
  const left = new Set(Object.values(table));
  const groups = GROUPS.map(([title, names]) => {
    const rows = [...left].filter(({ env }) => names.test(env));
    for (const row of rows) left.delete(row);
    return rows.length === 0 ? '' : `### ${title}\n\n${rows.map(inWords).join('\n')}\n\n`;
  });
  return `${head}${BEGIN}\n\n${groups.join('')}${END}${tail}`;
}

function inWords(row: (typeof table)[keyof typeof table]): string {
  const { env, help, fits, fallback } = row;
  const or = fallback === '' ? '' : ` Default: \`${fallback}\`.`;
  return `- \`${env}\`: ${/[.)]$/.test(help) ? help : `${help}.`} Takes ${fits}.${or}${isSecret(row) ? ' **Secret.**' : ''}`;
}
