import type { Browser } from 'webdriverio';
import type { WebLook } from '../../../pageobjects/web/look.ts';
import { look } from '../../../pageobjects/web/web-look-story.ts';
import type { Clock } from '../../clock.ts';
import { Secret } from '../../secret.ts';
import type { LedgerAnswer, LedgerEntry } from '../../store/ledger.ts';
import type { Question, RecoveryTools } from '../recovery.ts';

/** For tests: a browser that shows what a test says, and everything that is done in it and for it, in order. */
export function siteStory(first: WebLook = look([])) {
  const done: string[] = [];
  let shown = first;
  const story = {
    done,
    /** What the page does when one of its controls is pressed, by the id of the element. */
    onPress: (_id: string): void => undefined,
    onUrl: (_address: string): void => undefined,
    show: (next: WebLook) => (shown = next),
    get shown() {
      return shown;
    },
  };
  const browser = {
    execute: async (script: { name: string }) => (script.name === 'readPage' ? shown.read : undefined),
    $: ({ id }: { id: string }) => ({
      click: async () => (done.push(`press ${id}`), story.onPress(id)),
      setValue: async (text: string, { mask = false } = {}) =>
        void done.push(`type ${id}: ${mask ? `[${text}]` : text}`),
    }),
    keys: async (key: string) => void done.push(`key ${key}`),
    url: async (address: string) => (done.push(`open ${address}`), story.onUrl(address)),
    deleteAllCookies: async () => void done.push('forget who is signed in'),
    takeScreenshot: async () => Buffer.from('png').toString('base64'),
    takeElementScreenshot: async () => Buffer.from('png').toString('base64'),
  } as unknown as Browser;
  return Object.assign(story, { browser });
}

/** What a recovery is done with, each use of which is written down. */
export function toolsStory(done: string[], { codes = ['482913'] }: { codes?: string[] } = {}) {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    async sleep(ms, _why, signal) {
      signal?.throwIfAborted();
      now += ms;
      await new Promise((turn) => setImmediate(turn));
    },
  };
  const stop = new AbortController();
  const story = {
    answers: [] as (string | undefined)[],
    ledger: { kind: 'entered' } as LedgerAnswer,
    stop,
    clock,
    pass: (ms: number) => (now += ms),
  };
  const tools = {
    clock,
    signal: stop.signal,
    codes: {
      name: 'imap',
      baseline: async () => (done.push('find the baseline'), { source: 'imap', takenAt: '', position: {} }),
      waitForCode: async ({ address, timeoutMs }: { address: string; timeoutMs: number }) => (
        done.push(`wait ${timeoutMs} ms for a code to ${address}`),
        { code: new Secret(codes.shift() ?? ''), from: '', receivedAt: 0, source: 'imap' }
      ),
    },
    ledger: {
      enter: async ({ account, act, serial, nth }: LedgerEntry) => (
        done.push(['enter', act, account, serial, nth].join(' ').trim()),
        story.ledger
      ),
      count: async () => 0,
    },
    vault: {
      keep: async (account: string, password: Secret) => (
        done.push(`keep [${password.reveal()}] of ${account}`),
        '7'
      ),
      mark: async (id: string, state: string) => void done.push(`mark ${id} ${state}`),
    },
    person: {
      ask: async ({ what, prompt }: Question) => (done.push(`ask ${what}: ${prompt}`), story.answers.shift()),
    },
    journal: {
      progress: { passwordSubmitted: false },
      step: (what: string) => void done.push(`– ${what}`),
      page: async () => undefined,
    },
  } as unknown as RecoveryTools;
  return Object.assign(story, { tools });
}
