import type { ReceivedSms } from '../handset.ts';
import { unknown, type Command, type Context, type CommandResult } from './command.ts';

/**
 * `content query` on the SMS provider, and on MIUI's table of what the battery saver does to apps. Sources:
 * AOSP frameworks/base cmds/content (Content.java: what is printed where; it exits with 0 whatever happens)
 * and packages/providers/TelephonyProvider (SmsProvider.java: boxes, columns, order).
 */
export const content: Command = ([operation, ...rest], context) => {
  const asked = `content ${[operation, ...rest].join(' ')}`;
  try {
    if (operation !== 'query') throw new Misused(`Unsupported operation: ${operation ?? 'null'}`);
    return query(parsed(rest), context, asked);
  } catch (error) {
    if (error instanceof Misused)
      return unknown(
        context,
        asked,
        `usage: adb shell content [subcommand] [options]\n[ERROR] ${error.message}\n`,
      );
    throw error;
  }
};

/** The command line is wrong: answered on stdout. */
class Misused extends Error {}

interface Query {
  authority: string;
  path: string;
  uri: string;
  projection: string[] | undefined;
  where: string;
  sort: string;
}

function parsed(argv: readonly string[]): Query {
  const given: Record<string, string> = {};
  for (let at = 0; at < argv.length; at += 2) {
    const name = argv[at]!;
    const value = argv[at + 1];
    if (!['--uri', '--user', '--where', '--sort', '--projection'].includes(name))
      throw new Misused(`Unsupported argument: ${name}`);
    if (!value || value.startsWith('--')) throw new Misused(`No value for argument: ${name}`);
    given[name] = value;
  }
  const uri = given['--uri'];
  if (uri === undefined)
    throw new Misused('Content provider URI not specified. Did you specify --uri argument?');
  const [, authority = '', path = ''] = /^content:\/\/([^/]*)\/?(.*)$/.exec(uri) ?? [];
  return {
    uri,
    authority,
    path,
    projection: given['--projection']?.split(/\s*:\s*/),
    where: given['--where'] ?? '',
    sort: given['--sort'] ?? 'date DESC',
  };
}

/** Boxes of the provider. All that the phone has was received, so the others are empty. */
const BOXES = ['', 'inbox', 'sent', 'draft', 'outbox', 'failed', 'queued'];
const NOTHING = 'No result found.\n';

function query(
  { authority, path, uri, projection, where, sort }: Query,
  context: Context,
  asked: string,
): CommandResult {
  if (
    authority === 'com.miui.powerkeeper.configure' &&
    path === 'userTable' &&
    context.phone.props.has('ro.miui.ui.version.name')
  )
    return batterySaver(context);
  const failed = (exception: string) => ({
    stderr: `Error while accessing provider:${authority}\n${exception}\n${TRACE}`,
  });
  if (authority !== 'sms')
    return unknown(
      context,
      asked,
      failed(`java.lang.IllegalStateException: Could not find provider: ${authority}`),
    );
  if (context.phone.faults.has('sms-denied')) {
    const provider = 'com.android.providers.telephony.SmsProvider';
    return failed(
      `java.lang.SecurityException: Permission Denial: reading ${provider} uri ${uri} from pid=4321, uid=2000 requires android.permission.READ_SMS, or grantUriPermission()`,
    );
  }
  // The provider gives no cursor for a path it does not know.
  if (!BOXES.includes(path)) return unknown(context, asked, NOTHING);
  if (path !== '' && path !== 'inbox') return NOTHING;

  const columns = projection ?? Object.keys(COLUMNS);
  const order = /^(\w+)(?: +(asc|desc))?$/i.exec(sort);
  const conditions = where === '' ? [] : where.split(/ and /i).map((text) => CONDITION.exec(text.trim()));
  const missing = [...columns, order?.[1] ?? '_id'].find((name) => !Object.hasOwn(COLUMNS, name));
  const wrong =
    missing === undefined
      ? conditions.includes(null)
        ? 'unrecognized condition'
        : order
          ? ''
          : 'unrecognized order'
      : `no such column: ${missing}`;
  if (wrong)
    return unknown(
      context,
      asked,
      failed(
        `android.database.sqlite.SQLiteException: ${wrong} (code 1 SQLITE_ERROR): , while compiling: SELECT …`,
      ),
    );

  const rows = context.phone.sms
    .filter((sms) => conditions.every((condition) => fits(sms, condition!)))
    .sort((a, b) => compared(a, b, order![1]!) * (/desc/i.test(order![2] ?? '') ? -1 : 1));
  if (rows.length === 0) return NOTHING;
  return rows
    .map(
      (sms, at) =>
        `Row: ${at} ${columns.map((name) => `${name}=${COLUMNS[name]!(sms) ?? 'NULL'}`).join(', ')}\n`,
    )
    .join('');
}

/**
 * Two columns of com.miui.powerkeeper's userTable (UserConfigure, decompiled); that the shell may read it is
 * assumed.
 */
function batterySaver({ phone }: Context): string {
  const mode = phone.faults.has('instrumentation-killed') ? 'noBg' : 'miuiAuto';
  const apps = [...phone.packages.values()].filter(({ system }) => !system);
  return apps.map(({ name }, at) => `Row: ${at} pkgName=${name}, bgControl=${mode}\n`).join('') || NOTHING;
}

const TRACE =
  '\tat android.os.Parcel.createExceptionOrNull(Parcel.java:2376)\n\tat android.os.Parcel.createException(Parcel.java:2360)\n';

const COLUMNS: Record<string, (sms: ReceivedSms) => string | number | undefined> = {
  _id: ({ id }) => id,
  thread_id: () => 1,
  address: ({ from }) => from,
  person: () => undefined,
  date: ({ at }) => at,
  date_sent: ({ at }) => at - (at % 1000),
  protocol: () => 0,
  read: () => 0,
  status: () => -1,
  type: () => 1,
  reply_path_present: () => 0,
  subject: () => undefined,
  body: ({ text }) => text,
  service_center: () => undefined,
  locked: () => 0,
  error_code: () => 0,
  seen: () => 0,
  // MIUI's own.
  sim_id: () => 1,
  advanced_seen: () => 0,
};

const CONDITION = /^(_id|date) *(>=|<=|!=|>|<|=) *(\d+)$/;

function fits(sms: ReceivedSms, [, name, operator, number]: RegExpExecArray): boolean {
  const value = Number(COLUMNS[name!]!(sms));
  const other = Number(number);
  if (operator === '!=') return value !== other;
  return (
    (operator!.includes('=') && value === other) ||
    (operator!.includes('>') && value > other) ||
    (operator!.includes('<') && value < other)
  );
}

function compared(a: ReceivedSms, b: ReceivedSms, name: string): number {
  const [one, other] = [COLUMNS[name]!(a) ?? '', COLUMNS[name]!(b) ?? ''];
  return one < other ? -1 : one > other ? 1 : 0;
}
