import { automationProcesses } from './automation.ts';
import {
  fail,
  lines,
  options,
  unknown,
  type CommandTable,
  type Context,
  type CommandResult,
} from './command.ts';

export const systemCommands: CommandTable = {
  id: () =>
    'uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),1011(adb),1015(sdcard_rw),1028(sdcard_r),3003(inet) context=u:r:shell:s0\n',
  whoami: () => 'shell\n',
  uname: ([flag]) =>
    flag === '-a'
      ? 'Linux localhost 4.14.180-perf #1 SMP PREEMPT aarch64\n'
      : flag === '-m'
        ? 'aarch64\n'
        : flag === '-r'
          ? '4.14.180-perf\n'
          : 'Linux\n',
  uptime: (_argv, { phone }) =>
    ` 12:00:00 up 1 day,  0:00,  0 users,  load average: ${phone.faults.has('slow') ? '38.60, 35.12, 27.90' : '1.20, 1.10, 1.00'}\n`,
  async sleep([seconds = ''], { phone, signal }) {
    if (!/^[\d.]+$/.test(seconds)) return fail(`sleep: not a number '${seconds}'`);
    await phone.clock.sleep(Number(seconds) * 1000, 'sleep', signal).catch(() => undefined);
    return '';
  },
  pwd: () => '/\n',
  cd: () => '',
  umask: () => '0077\n',

  date([format], context) {
    const now = new Date(context.phone.clock.now());
    const iso = now.toISOString();
    if (format === undefined)
      return `${now.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 GMT $4')}\n`;
    if (!format.startsWith('+'))
      return unknown(context, `date ${format}`, fail('date: cannot set date: Operation not permitted'));
    const values: Record<string, string> = {
      Y: iso.slice(0, 4),
      m: iso.slice(5, 7),
      d: iso.slice(8, 10),
      H: iso.slice(11, 13),
      M: iso.slice(14, 16),
      S: iso.slice(17, 19),
      F: iso.slice(0, 10),
      T: iso.slice(11, 19),
      s: String(Math.floor(now.getTime() / 1000)),
      z: '+0000',
      Z: 'GMT',
      N: `${iso.slice(20, 23)}000000`,
    };
    return `${format.slice(1).replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole)}\n`;
  },

  wm(argv, context) {
    const { screen, settings } = context.phone;
    if (argv.length === 1 && argv[0] === 'size') return `Physical size: ${screen.width}x${screen.height}\n`;
    if (argv.length === 1 && argv[0] === 'density') {
      const forced = settings.get('secure/display_density_forced');
      return lines([
        `Physical density: ${screen.density}`,
        ...(forced ? [`Override density: ${forced}`] : []),
      ]);
    }
    // Says nothing either way (WindowManagerShellCommand).
    if (argv.length === 1 && argv[0] === 'dismiss-keyguard') {
      context.phone.dismissKeyguard();
      return '';
    }
    return unknown(context, `wm ${argv.join(' ')}`, {
      stdout: `Unknown command: ${argv.join(' ')}\n`,
      exitCode: 255,
    });
  },

  ps(argv, context) {
    const { processes } = context;
    if (argv[0] === '--help') return PS_HELP;
    const { found, strange } = options(argv, { flags: ['-A', '-e', '-ef', '-f'] });
    if (strange.length > 0)
      return unknown(
        context,
        `ps ${argv.join(' ')}`,
        fail(`ps: Unknown option '${strange[0]?.slice(1)}' (see "ps --help")`),
      );
    const own = [...found.keys()].some((flag) => /[Ae]/.test(flag))
      ? [...processes.list(), ...automationProcesses(context)]
      : processes.list().filter(({ user }) => user === 'shell');
    const rows = own.map(
      ({ pid, user, name }) =>
        `${user.padEnd(12)} ${String(pid).padStart(6)} ${pid === 1 ? '     0' : '   412'} 1812432 98764 do_epoll_wait       0 S ${name}`,
    );
    return lines(['USER            PID   PPID     VSZ    RSS WCHAN            ADDR S NAME', ...rows]);
  },

  pidof(argv, { processes }) {
    const pids = argv.flatMap((name) => processes.get(name)?.pid ?? []);
    return pids.length > 0 ? `${pids.join(' ')}\n` : { exitCode: 1 };
  },

  kill(argv, { processes }) {
    const { rest } = options(argv, { flags: argv.filter((word) => /^-\d+$/.test(word)), valued: ['-s'] });
    const stderr = rest.map((pid) =>
      processes.list().some((process) => process.pid === Number(pid))
        ? `kill: ${pid}: Operation not permitted\n`
        : `kill: ${pid}: No such process\n`,
    );
    return { stderr: stderr.join(''), exitCode: stderr.length > 0 ? 1 : 0 };
  },

  svc: (argv, context) => toggle(argv, context),
};

/** Radio switches the shell may flip, by the setting that remembers them. */
const RADIOS: Record<string, string> = {
  wifi: 'global/wifi_on',
  data: 'global/mobile_data',
  bluetooth: 'global/bluetooth_on',
  nfc: 'global/nfc_on',
};
const STAY_ON: Record<string, string> = { true: '7', false: '0', ac: '1', usb: '2', wireless: '4' };

function toggle([what = '', verb = '', value = '']: readonly string[], context: Context): CommandResult {
  const { settings } = context.phone;
  const radio = RADIOS[what];
  const stay = STAY_ON[value];
  if (radio && (verb === 'enable' || verb === 'disable')) settings.set(radio, verb === 'enable' ? '1' : '0');
  else if (what === 'power' && verb === 'stayon' && stay)
    settings.set('global/stay_on_while_plugged_in', stay);
  else {
    const answer = fail(
      'Available commands:\n    help     Show information about the subcommands\n    power    Control the power manager\n    data     Control mobile data connectivity\n    wifi     Control the Wi-Fi manager\n    nfc      Control NFC functions',
      0,
    );
    return unknown(context, `svc ${what} ${verb} ${value}`.trim(), answer);
  }
  return '';
}

const PS_HELP = `usage: ps [-AadefLlnwZ] [-gG GROUP,] [-k FIELD,] [-o FIELD,] [-p PID,] [-t TTY,] [-uU USER,]

List processes.

Which processes to show (selections may be comma separated lists):

-A	All processes
-a	Processes with terminals that aren't session leaders
`;
