import type { FastifyRequest } from 'fastify';
import type { ShownSetting } from '../config/shown.ts';
import type { LabSettings } from '../runs/lab.ts';
import type { SeenPage } from '../phone/touch.ts';
import type { PhoneControls } from '../runs/control.ts';
import type { Secret } from '../secret.ts';
import type { Store } from '../store/store.ts';
import type { AccessRules, AskingRequest } from './access.ts';
import type { PageRoute } from './routes.ts';

export type PageStore = Pick<Store, 'pool' | 'seal' | 'listen' | 'assertCurrent'>;

/** Whether the parts of a station answer. */
interface PageHealth {
  /** By name: database, adb, appium, and code sources as `code-source NAME`. */
  check: () => Promise<Readonly<Record<string, boolean>>>;
  /** Who sends it reads /metrics from elsewhere. */
  token: Secret | undefined;
}

/** What became of a request. No address of a phone, no text of a body is in it. */
interface PageAnswer {
  kind: 'page';
  method: string;
  /** As `/jobs/:id/:act`. */
  route: string;
  status: number;
  /** Empty: no one has logged in. */
  operator: string;
  /** The address that asks. */
  from: string;
  ms: number;
}

export interface ServedOptions {
  store: PageStore;
  /** Name of the station that serves it. */
  station: string;
  /** The user of this computer: who may do everything before there is an operator. */
  user: string;
  rules: AccessRules;
  tls?: { cert: string; key: string } | undefined;
  health: PageHealth;
  /** What the screen of a phone of this station shows, as PNG. Rejects where it does not answer. */
  screen: (serial: string, signal: AbortSignal) => Promise<Buffer>;
  /** The page in front of a phone of this station, as texts and places; undefined where it cannot be read. */
  page: (serial: string, signal: AbortSignal) => Promise<SeenPage | undefined>;
  /** Phones of this station that operators have in hand. */
  controls: PhoneControls;
  /** Whether a run works on a phone of this station, for a job or as a command of its own. */
  isBusy: (serial: string) => Promise<boolean>;
  /** Folder for lists while they are read. */
  uploads: string;
  /** Names that a list may give as the source of its codes. */
  codeSources: readonly string[];
  recordsDir: string;
  /** What the settings say of the lab; empty: the page keeps it. */
  lab: LabSettings;
  /** Every setting, as people may see it. */
  settings: () => readonly ShownSetting[];
  /** Folders searched for programs: a PDF is printed by Chromium. */
  path: string;
  /** How often a password was submitted for an account in 24 hours, and how often it may be. */
  cost: (account: string) => Promise<{ used: number; most: number }>;
  /** Pages and acts besides the wall. */
  routes?: readonly PageRoute[];
  /** A first page was opened. */
  onWatched?: () => void;
  /** Gets what was asked of the page that changes something, and what was refused. */
  onAnswer?: ((answer: PageAnswer) => void) | undefined;
  /** Gets a fault that was not foreseen. */
  onFault?: (fault: Error) => void;
}

// 5 MB: a list of 20,000 rows has about 3.
export const UPLOAD_LIMIT = 5 * 1024 * 1024;

/** Name of the cookie with the login; under TLS only this host may set it. */
export const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-mi-unbind' : 'mi-unbind');

/** What of a request tells who asks. */
export function askingOf({ method, headers, socket, protocol }: FastifyRequest): AskingRequest {
  return { method, remote: socket.remoteAddress ?? '', headers, isEncrypted: protocol === 'https' };
}
