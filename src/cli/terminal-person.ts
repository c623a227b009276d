import { readFileSync } from 'node:fs';
import { systemClock, type Clock } from '../clock.ts';
import { terminalAsker, type Asker } from '../codes/person.ts';
import { terminalPictures } from '../config/config.ts';
import type { Person } from '../flows/recovery.ts';
import { draw, say, style } from './terminal.ts';

/** How long a person may take to answer, ms. */
const DEADLINE = 5 * 60_000;

export type Pictures = 'iterm' | 'kitty' | undefined;

interface TerminalTools {
  ask: Asker;
  clock: Clock;
  pictures: Pictures;
  show?: (text: string) => void;
  /** Takes the escape sequences of a picture. */
  drawn?: (sequence: string) => void;
}

/** The person at the terminal this was started from. */
export const personHere = (): Person =>
  terminalPerson({ ask: terminalAsker(), clock: systemClock, pictures: terminalPictures() });

/**
 * The person at this terminal, if there is one: sees the picture where the terminal can show it, its path in
 * any case.
 */
export function terminalPerson({ ask, clock, pictures, show = say, drawn = draw }: TerminalTools): Person {
  return {
    async ask({ what, prompt, picture }, signal) {
      if (!ask.terminal) return undefined;
      if (picture !== undefined) {
        if (pictures) drawn(inText(readFileSync(picture), pictures));
        show(`${style('dim', 'picture:')} ${picture}`);
      }
      const late = new AbortController();
      const over = AbortSignal.any([signal, late.signal]);
      const waiting = clock.sleep(DEADLINE, 'a person at the terminal', over).then(
        () => late.abort(),
        () => undefined,
      );
      try {
        const isHidden = what === 'password';
        const answer = await ask.question(`${prompt} (${DEADLINE / 60_000} min): `, over, { isHidden });
        const given = isHidden ? answer : answer.trim();
        return given === '' ? undefined : given;
      } catch (error) {
        signal.throwIfAborted();
        if (late.signal.aborted) return undefined;
        throw error;
      } finally {
        late.abort();
        await waiting;
      }
    },
  };
}

/**
 * The escape sequences of iTerm2 (OSC 1337) and of kitty's graphics protocol, which takes 4096 characters at
 * a time.
 */
function inText(png: Buffer, pictures: 'iterm' | 'kitty'): string {
  const data = png.toString('base64');
  if (pictures === 'iterm') return `\x1b]1337;File=inline=1;size=${png.length}:${data}\x07`;
  const pieces = data.match(/.{1,4096}/g) ?? [];
  return pieces
    .map(
      (piece, n) => `\x1b_G${n === 0 ? 'a=T,f=100,' : ''}m=${n === pieces.length - 1 ? 0 : 1};${piece}\x1b\\`,
    )
    .join('');
}
