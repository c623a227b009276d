import './node-version.ts';
import './masked-logs.ts';
import { childEnvironment, settingsWith } from '../config/config.ts';
import type { Baseline, ReceivedCode } from '../codes/source.ts';
import { openCodeSource } from '../runs/code-sources.ts';
import { openStore, type Store } from '../store/store.ts';

/** Verification codes for any test: `import { openCodes } from 'mi-unbind/codes'`. */
export type { Baseline, ReceivedCode } from '../codes/source.ts';

export interface CodesChoices {
  /** Settings by their names in the environment, e.g. `{ IMAP_URL: … }`; they win over it and over `.env`. */
  settings?: Readonly<Record<string, string>>;
  /** What the source has trouble with and goes on in spite of, a sentence each. */
  onNotice?: (what: string) => void;
}

export interface AwaitedCode {
  /** What `baseline` gave before the code was asked for: only what came after it counts. */
  since: Baseline;
  /** The e-mail address or telephone number that the code is sent to. */
  address: string;
  /** Missing: two minutes. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** An open source. A message is given to one wait only, over all processes of one database. */
export interface OpenCodes extends AsyncDisposable {
  readonly name: string;
  /** Take it, ask for the code, then wait. Throws a MiUnbindError where the source cannot be read. */
  baseline(): Promise<Baseline>;
  /** The code of the one message that fits. Throws a MiUnbindError with what came instead. */
  waitForCode(request: AwaitedCode): Promise<ReceivedCode>;
  close(): Promise<void>;
}

const TWO_MINUTES = 120_000;

/** `name`: `imap`, `smtp`, `http-inbox`, `sms-webhook` or `gammu`. */
export async function openCodes(
  name: string,
  { settings = {}, onNotice }: CodesChoices = {},
): Promise<OpenCodes> {
  const all = settingsWith(settings);
  let opening: Promise<Store> | undefined;
  const store = () => (opening ??= openStore({ ...all, env: childEnvironment() }));
  const closeStore = async () => (await opening?.catch(() => undefined))?.close();
  const onEvent = ({ what }: { what: string }) => onNotice?.(what);
  const source = await openCodeSource(name, { settings: all, store, onEvent }).catch(
    async (error: unknown) => {
      await closeStore();
      throw error;
    },
  );
  const close = async () => {
    await source.close();
    await closeStore();
  };
  return {
    name: source.name,
    baseline: () => source.baseline(),
    waitForCode: ({ timeoutMs = TWO_MINUTES, ...request }) => source.waitForCode({ ...request, timeoutMs }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
