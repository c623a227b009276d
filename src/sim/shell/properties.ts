import {
  exception,
  fail,
  lines,
  unknown,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';
import { mayWriteSecureSettings } from '../permissions.ts';

/** Properties SELinux lets the shell set on a user build (AOSP system/sepolicy, shell.te). */
const SETTABLE = /^(debug\.|log\.|persist\.log\.tag|sys\.powerctl|dumpstate\.|security\.perf_harden)/;
const NAMESPACES = ['system', 'secure', 'global'];

export const propertyCommands: CommandTable = {
  getprop([name, fallback = ''], { phone }) {
    if (name !== undefined) return `${phone.props.get(name) ?? fallback}\n`;
    return lines(
      [...phone.props].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `[${key}]: [${value}]`),
    );
  },

  setprop([name = '', value = ''], { phone }) {
    if (!SETTABLE.test(name))
      return fail(`Failed to set property '${name}' to '${value}'.\nSee dmesg for error reason.`);
    phone.props.set(name, value);
    return '';
  },

  settings(argv, context) {
    const words = argv.filter((word, at) => word !== '--user' && argv[at - 1] !== '--user');
    const [verb = '', namespace = '', name = '', value = ''] = words;
    const act = VERBS[verb];
    if (!act)
      return unknown(context, `settings ${argv.join(' ')}`, {
        stdout: 'Settings provider (settings) commands:\n',
        stderr: 'Invalid command\n',
        exitCode: 255,
      });
    if (words.length < ARITY[verb]!) return fail('Bad arguments', 255);
    if (!NAMESPACES.includes(namespace)) return fail(`Invalid namespace '${namespace}'`, 255);
    return act(context, namespace, name, value);
  },
};

/** The verb and what it needs. */
const ARITY: Record<string, number> = { get: 3, put: 4, delete: 3, list: 2 };
const VERBS: Record<
  string,
  (context: Context, namespace: string, name: string, value: string) => CommandResult
> = {
  get: ({ phone }, namespace, name) => `${phone.settings.get(`${namespace}/${name}`) ?? 'null'}\n`,
  put: (context, namespace, name, value) =>
    write(context, 'put', namespace, () => {
      context.phone.settings.set(`${namespace}/${name}`, value);
      return '';
    }),
  delete: (context, namespace, name) =>
    write(
      context,
      'delete',
      namespace,
      () => `Deleted ${context.phone.settings.delete(`${namespace}/${name}`) ? 1 : 0} rows\n`,
    ),
  list: ({ phone }, namespace) => {
    const own = [...phone.settings].filter(([key]) => key.startsWith(`${namespace}/`));
    return lines(own.map(([key, value]) => `${key.slice(namespace.length + 1)}=${value}`).sort());
  },
};

/** With "USB debugging (Security settings)" off the shell has no WRITE_SECURE_SETTINGS. */
function write({ phone }: Context, verb: string, namespace: string, act: () => CommandResult): CommandResult {
  if (mayWriteSecureSettings(phone) || namespace === 'system') return act();
  const permission = 'android.permission.WRITE_SECURE_SETTINGS';
  const isOld = Number(phone.props.get('ro.build.version.sdk')) < 30;
  return exception(
    verb,
    `java.lang.SecurityException: Permission denial${isOld ? `: writing to settings requires:${permission}` : `, must have one of: [${permission}]`}`,
  );
}
