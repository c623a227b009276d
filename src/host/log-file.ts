import { createWriteStream } from 'node:fs';
import { printable } from '../words/printable.ts';
import { PRIVATE_FILE } from '../private-files.ts';

/** A log beside the work. It never fails the work: on a full disk the rest of it is missing. */
export interface LogFile {
  line(text: string): void;
  /** Resolves when all of it is on disk, as far as it goes there. */
  close(): Promise<void>;
}

/** Where the file is not known yet, what is written meanwhile is kept for it. */
export function openLog(file: string | Promise<string>): LogFile {
  return typeof file === 'string' ? openFile(file) : openLater(file);
}

function openLater(file: Promise<string>): LogFile {
  const early: string[] = [];
  let log: LogFile | undefined;
  file.then(
    (name) => {
      log = openFile(name);
      early.splice(0).forEach(log.line);
    },
    () => undefined,
  );
  return {
    line: (text) => void (log ? log.line(text) : early.push(text)),
    close: async () => log?.close(),
  };
}

function openFile(file: string): LogFile {
  const stream = createWriteStream(file, { flags: 'a', mode: PRIVATE_FILE });
  let isBroken = false;
  // An error without a listener would end the program, with every phone that is at work.
  stream.on('error', () => (isBroken = true));
  return {
    line(text) {
      if (!isBroken) stream.write(`${printable(text)}\n`);
    },
    close() {
      return new Promise((closed) => {
        stream.once('close', closed);
        if (stream.closed) closed();
        else stream.end();
      });
    },
  };
}
