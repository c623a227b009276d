import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A mail as a folder keeps it. */
export interface FakeMail {
  uid: number;
  at: Date;
  flags: string[];
  raw: string;
}

export interface FakeFolder {
  /** What marks it, such as `\Junk`. */
  use?: string;
  validity: number;
  next: number;
  mails: FakeMail[];
}

export interface ImapFakeOptions {
  /** Besides what every server has. */
  capabilities?: string;
  /** What it answers in place of its own answer, for a command as it came, without its tag. */
  says?: (command: string) => string | undefined;
  clock?: () => Date;
}

/** For tests: the part of IMAP (RFC 9051) that is used here, without TLS. */
export async function startImapFake({
  capabilities = 'IDLE UIDPLUS SPECIAL-USE',
  says = () => undefined,
  clock = () => new Date(),
}: ImapFakeOptions = {}) {
  const folders: Record<string, FakeFolder> = { INBOX: { validity: 7, next: 1, mails: [] } };
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const idle = new Map<Socket, FakeFolder>();

  function add(name: string, raw: string, at = clock(), flags: string[] = []): FakeMail {
    const folder = (folders[name] ??= { validity: 8, next: 1, mails: [] });
    const mail = { uid: folder.next++, at, flags, raw };
    folder.mails.push(mail);
    for (const [socket, open] of idle)
      if (open === folder) socket.write(`* ${folder.mails.length} EXISTS\r\n`);
    return mail;
  }

  const server = createServer((socket) => {
    sockets.add(socket.once('close', () => (sockets.delete(socket), idle.delete(socket))));
    socket.on('error', () => undefined);
    let open: FakeFolder | undefined;
    let isWritable = false;
    let rest = '';
    let literal: { line: string; bytes: number } | undefined;
    let idling = '';
    const send = (text: string) => socket.write(text);
    send(`* OK [CAPABILITY IMAP4rev1 ID ${capabilities}] ready\r\n`);
    socket.setEncoding('latin1').on('data', (part: string) => {
      rest += part;
      for (;;) {
        if (literal) {
          if (rest.length < literal.bytes) return;
          const text = rest.slice(0, literal.bytes);
          rest = rest.slice(literal.bytes);
          const { line } = literal;
          literal = undefined;
          const end = rest.indexOf('\r\n');
          rest = rest.slice(end + 2);
          answer(line, text);
          continue;
        }
        const end = rest.indexOf('\r\n');
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [, bytes] = /\{(\d+)\+?\}$/.exec(line) ?? [];
        if (bytes === undefined) answer(line);
        else {
          literal = { line, bytes: Number(bytes) };
          if (!line.endsWith('+}')) send('+ go on\r\n');
        }
      }
    });

    function answer(line: string, text = ''): void {
      if (line === 'DONE') {
        idle.delete(socket);
        send(`${idling} OK done\r\n`);
        return;
      }
      const [, tag = '', command = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
      commands.push(command);
      const own = says(command);
      if (own === 'hang up') {
        socket.destroy();
        return;
      }
      if (own !== undefined) {
        send(own.replaceAll('TAG', tag));
        return;
      }
      const ok = (lines: readonly string[] = [], code = '') =>
        send([...lines, `${tag} OK ${code}done`, ''].join('\r\n'));
      const word = command.replace(/^UID /i, '').split(' ', 1)[0]?.toUpperCase();
      const name = (/"([^"]*)"/.exec(command) ?? /^\S+ (\S+)/.exec(command))?.[1] ?? '';
      if (word === 'CAPABILITY') ok([`* CAPABILITY IMAP4rev1 ID ${capabilities}`]);
      else if (word === 'ID') ok(['* ID NIL']);
      else if (word === 'LIST' && / ""$/.test(command)) ok(['* LIST (\\Noselect) "/" ""']);
      else if (word === 'LIST')
        ok(
          Object.entries(folders).map(
            ([path, { use }]) => `* LIST (\\HasNoChildren${use ? ` ${use}` : ''}) "/" "${path}"`,
          ),
        );
      else if (word === 'EXAMINE' || word === 'SELECT') {
        open = folders[name];
        isWritable = word === 'SELECT';
        if (!open) send(`${tag} NO [NONEXISTENT] there is none\r\n`);
        else
          ok(
            [
              '* FLAGS (\\Seen \\Deleted)',
              `* ${open.mails.length} EXISTS`,
              `* OK [UIDVALIDITY ${open.validity}] so`,
              `* OK [UIDNEXT ${open.next}] so`,
            ],
            isWritable ? '[READ-WRITE] ' : '[READ-ONLY] ',
          );
      } else if (word === 'IDLE' && open) {
        idling = tag;
        idle.set(socket, open);
        send('+ idling\r\n');
      } else if (word === 'APPEND') {
        const flags = [...command.matchAll(/\\\w+/g)].map(([flag]) => flag);
        ok([], `[APPENDUID 7 ${add(name, text, clock(), flags).uid}] `);
      } else if (word === 'SEARCH') {
        const [, id = ''] = /MESSAGE-ID "?([^"\s]+)"?/i.exec(command) ?? [];
        const found = (open?.mails ?? []).filter(({ raw }) => raw.includes(id));
        ok([`* SEARCH ${found.map(({ uid }) => uid).join(' ')}`.trim()]);
      } else if (word === 'FETCH') ok(fetched(open?.mails ?? [], command));
      else if (word === 'STORE' && isWritable) {
        const mail = ofUid(open, command);
        mail?.flags.push(...[...command.matchAll(/\\\w+/g)].map(([flag]) => flag));
        ok();
      } else if (word === 'EXPUNGE' && isWritable && open) {
        const gone = ofUid(open, command);
        const lines = open.mails.flatMap((one, at) => (one === gone ? [`* ${at + 1} EXPUNGE`] : []));
        open.mails = open.mails.filter((one) => one !== gone);
        ok(lines);
      } else ok();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    folders,
    commands: commands as readonly string[],
    add,
    connections: () => sockets.size,
    idlers: () => idle.size,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const ofUid = (folder: FakeFolder | undefined, command: string) =>
  folder?.mails.find(({ uid }) => uid === Number(/ (\d+)/.exec(command)?.[1]));

/** As `9:*` gives the last one where there is no ninth (RFC 9051, 9). */
function fetched(mails: readonly FakeMail[], command: string): string[] {
  const [, first = '', last] = /FETCH (\d+)(?::(\d+|\*))?/.exec(command) ?? [];
  const newest = mails.at(-1)?.uid ?? 0;
  const from = Number(first);
  const to = last === '*' ? Math.max(newest, from) : Number(last ?? first);
  return mails.flatMap(({ uid, at, raw }, seq) => {
    if (!(uid >= Math.min(from, last === '*' ? newest : from) && uid <= to)) return [];
    const parts = [`UID ${uid}`];
    if (/INTERNALDATE/.test(command)) parts.push(`INTERNALDATE "${dateOf(at)}"`);
    if (/BODY\.PEEK/.test(command)) parts.push(`BODY[]<0> {${raw.length}}\r\n${raw}`);
    return [`* ${seq + 1} FETCH (${parts.join(' ')})`];
  });
}

/** `02-Mar-2026 10:00:00 +0000` */
function dateOf(at: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /, (\d\d) (\w{3}) (\d{4}) (\S+)/.exec(at.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
