import type { Asker } from '../codes/person.ts';
import { SetAsideError } from '../errors.ts';
import type { Person } from '../flows/recovery.ts';
import { askDoors, type OwnDoor } from '../store/questions.ts';
import type { Store } from '../store/store.ts';

/** How long a person may take to answer, ms. */
const DEADLINE = 5 * 60_000;

interface Doors {
  /** Name of the station. */
  station: string;
  store: () => Promise<Pick<Store, 'pool' | 'seal' | 'listen'>>;
  deadline?: number;
  /** Whether anyone can answer on a page; missing: this station has one. */
  isServed?: () => Promise<boolean>;
}

/** What is asked about. */
export interface AboutPhone {
  job: string;
  serial: string;
}

/**
 * The person at any page of any station on the same database, and at this terminal where there is one, asked about
 * one phone.
 */
export function pagePerson(
  { station, store, deadline = DEADLINE, isServed }: Doors,
  about: AboutPhone,
  terminal?: Person,
): Person {
  return {
    async ask(question, signal) {
      if (!terminal && isServed && !(await isServed().catch(() => false))) return undefined;
      const { what, prompt, picture = '' } = question;
      const own: OwnDoor | undefined = terminal && {
        by: atTerminal(station),
        ask: async (over) => (await terminal.ask(question, over)) ?? '',
      };
      const asked = { station, ...about, what, prompt, picture };
      const answer = await askDoors(await store(), asked, { ms: deadline, signal, own });
      return (what === 'password' ? answer : answer?.trim()) || undefined;
    },
  };
}

/**
 * Codes for one phone are typed at the terminal, where there is one, or on a page. Throws SetAsideError where a person
 * sets the phone aside.
 */
export function pageAsker(
  { station, store, deadline = DEADLINE }: Doors,
  about: AboutPhone,
  terminal: Asker,
): Asker {
  return {
    terminal: true,
    async question(prompt, signal, { ms = deadline } = {}) {
      const own = terminal.terminal
        ? { by: atTerminal(station), ask: (over: AbortSignal) => typedAt(terminal, prompt, over, ms) }
        : undefined;
      // The time that is left stands beside the question on a page.
      const question = { station, ...about, what: 'code', prompt: withoutTime(prompt), picture: '' };
      const answer = await askDoors(await store(), question, { ms, signal, own });
      if (answer === '') throw new SetAsideError();
      return answer ?? '';
    },
  };
}

const atTerminal = (station: string) => `the terminal (${station})`;

/** Enter alone at a terminal asks again. */
async function typedAt(terminal: Asker, prompt: string, signal: AbortSignal, ms: number): Promise<string> {
  for (;;) {
    const answer = (await terminal.question(prompt, signal, { ms })).trim();
    if (answer !== '') return answer;
  }
}

const withoutTime = (prompt: string) => prompt.replace(/ \([^()]* left\)/, '').replace(/:\s*$/, '');
