import type { Asker } from '../codes/person.ts';
import type { Person } from '../flows/recovery.ts';
import { askDoors } from '../store/questions.ts';
import type { Store } from '../store/store.ts';

/** How long a person may take to answer, ms. */
const DEADLINE = 5 * 60_000;

interface DoorOptions {
  /** Name of the station. */
  station: string;
  store: () => Promise<Pick<Store, 'pool' | 'seal' | 'listen'>>;
  deadline?: number;
  /** Whether anyone can answer; missing: this station has a page. */
  isServed?: () => Promise<boolean>;
}

/** The person at any page of any station on the same database, asked about one phone. */
export function pagePerson(
  { station, store, deadline = DEADLINE, isServed }: DoorOptions,
  job: { id: string },
  serial: string,
): Person {
  return {
    async ask({ what, prompt, picture = '' }, signal) {
      if (isServed && !(await isServed().catch(() => false))) return undefined;
      const question = { station, serial, job: job.id, what, prompt, picture };
      const answer = await askDoors(await store(), question, { ms: deadline, signal });
      return answer?.trim() || undefined;
    },
  };
}

/** Codes are typed at the terminal, where there is one, or on a page: the first answer counts. */
export function pageAsker({ station, store, deadline = DEADLINE }: DoorOptions, terminal: Asker): Asker {
  return {
    terminal: true,
    async question(prompt, signal) {
      const over = new AbortController();
      const both = AbortSignal.any([signal, over.signal]);
      const page = (async () => {
        // The time left stands beside the question on a page.
        const question = { ...{ station, serial: '', job: '', what: 'code', picture: '' }, prompt: withoutTime(prompt) };
        const answer = await askDoors(await store(), question, { ms: deadline, signal: both });
        return answer ?? '';
      })();
      const here = terminal.terminal ? [terminal.question(prompt, both)] : [];
      try {
        return await Promise.race([page, ...here]);
      } finally {
        over.abort(new Error('it is answered elsewhere'));
        await Promise.allSettled([page, ...here]);
      }
    },
  };
}

const withoutTime = (prompt: string) => prompt.replace(/ \([^()]* left\)/, '').replace(/:\s*$/, '');
