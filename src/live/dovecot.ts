import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../port.ts';

/**
 * For live tests and measurements: Debian's Dovecot with one mailbox, in a temporary folder and on ports of
 * its own.
 */
export interface Dovecot {
  /** STARTTLS, unless `ssl = no`. */
  imapPort: number;
  imapsPort: number;
  user: string;
  /** PEM text of the certificate, which names localhost and 127.0.0.1 and is signed with itself. */
  ca: string;
  /** Hands a mail to Dovecot's own delivery agent; it also works while the server is stopped. */
  deliver(mail: string, folder?: string): Promise<void>;
  /** `doveadm COMMAND -u USER ARGS`: what it printed. */
  doveadm(command: string, ...args: string[]): Promise<string>;
  /** Resolves when Dovecot knows of it. */
  setPassword(password: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and takes the folder away. */
  close(): Promise<void>;
}

const programs = [
  '/usr/sbin/dovecot',
  '/usr/bin/doveadm',
  '/usr/lib/dovecot/dovecot-lda',
  '/usr/bin/openssl',
];
// A slow computer takes a second or two to start it, ms.
const START_LIMIT = 120_000;

/** Why there can be no Dovecot here, for `skip`; false where there can. */
export function dovecotMissing(): string | false {
  const missing = programs.filter((program) => !isProgram(program));
  return missing.length > 0 && `not installed: ${missing.join(', ')} (Debian: dovecot-imapd)`;
}

/** `settings` are further lines for dovecot.conf. */
export async function startDovecot({
  user = 'lab@example.com',
  password = 'secret',
  settings = '',
} = {}): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'dovecot-'));
  const owner = ownerOf();
  const as = { uid: owner.uid, gid: owner.gid };
  const path = (name: string) => join(folder, name);
  const [imapPort, imapsPort] = [await freePort(), await freePort()];
  const write = (value: string) => writeFileSync(path('users'), `${user}:{PLAIN}${value}\n`, { mode: 0o644 });
  let master: ChildProcess | undefined;

  mkdirSync(path('home'));
  await certify(path('key.pem'), path('cert.pem'));
  write(password);
  writeFileSync(path('dovecot.conf'), configuration({ folder, owner, imapPort, imapsPort, settings }));
  chmodSync(folder, 0o755);
  for (const name of ['home', 'key.pem', 'cert.pem', 'users', 'dovecot.conf', '.'])
    chownSync(path(name), owner.uid, owner.gid);

  async function start(): Promise<void> {
    const child = spawn('/usr/sbin/dovecot', ['-F', '-c', path('dovecot.conf')], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    master = child;
    const said = text(child.stderr);
    const log = () => readFileSync(path('dovecot.log'), { encoding: 'utf8', flag: 'a+' });
    const ended = once(child, 'close').then(() => 'ended');
    const until = Date.now() + START_LIMIT;
    while (!(await greets(imapPort))) {
      if ((await Promise.race([ended, wait(20)])) !== 'ended' && Date.now() < until) continue;
      await stop();
      throw new Error(`Dovecot did not start: ${await said}\n${log()}`);
    }
  }

  async function stop(): Promise<void> {
    if (master?.exitCode !== null || master.signalCode !== null) return;
    const ended = once(master, 'close');
    const children = readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, 'latin1')
      .split(' ')
      .filter(Boolean)
      .map(Number);
    master.kill('SIGTERM');
    // Left alone, a session with an idling client lets the server wait ten seconds.
    for (const child of children) terminate(child);
    await ended;
  }

  async function doveadm(...args: string[]): Promise<string> {
    return (await promisify(execFile)('/usr/bin/doveadm', ['-c', path('dovecot.conf'), ...args], as)).stdout;
  }

  async function close(): Promise<void> {
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  await start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    imapPort,
    imapsPort,
    user,
    ca: readFileSync(path('cert.pem'), 'utf8'),
    start,
    stop,
    async deliver(mail, box = 'INBOX') {
      // Without `-d` it asks no running server who the user is.
      const env = { USER: user, HOME: join(folder, 'home', user) };
      const agent = promisify(execFile)(
        '/usr/lib/dovecot/dovecot-lda',
        ['-c', path('dovecot.conf'), '-m', box],
        { ...as, env },
      );
      agent.child.stdin?.end(mail);
      await agent;
    },
    doveadm: (command, ...args) => doveadm(...command.split(' '), '-u', user, ...args),
    async setPassword(value) {
      write(value);
      // Trap: it looks once a second whether the file has changed.
      for (let known = false; !known; await wait(50)) {
        known = await doveadm('auth', 'test', user, value).then(
          () => true,
          () => false,
        );
      }
    },
    close,
  };
}

interface Owner {
  name: string;
  uid: number;
  gid: number;
}

/** The user that runs this, except that Dovecot lets root read no mail. */
function ownerOf(): Owner {
  const { uid, gid, username } = userInfo();
  if (uid !== 0) return { name: username, uid, gid };
  const [line = ''] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  const [name = '', , nobody, group] = line.split(':');
  return { name, uid: Number(nobody), gid: Number(group) };
}

interface Plan {
  folder: string;
  owner: Owner;
  imapPort: number;
  imapsPort: number;
  settings: string;
}

/** Nothing of it needs a privilege: no chroot, no user to change to. */
function configuration({ folder, owner, imapPort, imapsPort, settings }: Plan): string {
  const group = `#${owner.gid}`;
  return `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = ${owner.name}
default_login_user = ${owner.name}
default_internal_group = ${group}
mail_uid = ${owner.uid}
mail_gid = ${owner.gid}
first_valid_uid = 1
mail_home = ${folder}/home/%u
mail_location = maildir:~/Maildir
lda_mailbox_autocreate = yes
auth_failure_delay = 0
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
}
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
  # Else a wrong password makes all later ones wait.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${settings}
`;
}

async function certify(key: string, cert: string): Promise<void> {
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const args =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext ${names}`.split(
      ' ',
    );
  await promisify(execFile)('/usr/bin/openssl', [...args, '-keyout', key, '-out', cert]);
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const greeted = once(socket, 'data').then(
    () => true,
    () => false,
  );
  const answer = await Promise.race([greeted, once(socket, 'close').then(() => false)]).catch(() => false);
  socket.destroy();
  return answer;
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended meanwhile.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
