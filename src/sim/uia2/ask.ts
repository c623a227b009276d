import type { Handset } from '../handset.ts';
import { Uia2Error } from './errors.ts';
import type { ElementCache } from './elements.ts';
import type { Uia2Settings } from './settings.ts';
import type { SourceOptions } from './source.ts';
import { Glance, NO_ROOT } from './tree.ts';

export interface Session {
  id: string;
  capabilities: Record<string, unknown>;
  elements: ElementCache;
}

/** What one server keeps between requests. */
export interface Uia2State {
  readonly handset: Handset;
  readonly settings: Uia2Settings;
  /** The server knows one session; a new one replaces it. */
  session: Session | undefined;
  /** Looks since it started. */
  looks?: number;
}

/**
 * One request with what its handler needs. Looks at the screen once, and again only after something may have
 * moved.
 */
export class Ask {
  readonly state: Uia2State;
  /** Parts of the path: `id`, `name` … */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  #glance: Glance | undefined;

  constructor(state: Uia2State, params: Ask['params'] = {}, body: Ask['body'] = {}) {
    this.state = state;
    this.params = params;
    this.body = body;
  }

  get handset(): Handset {
    return this.state.handset;
  }

  get settings(): Uia2Settings {
    return this.state.settings;
  }

  get session(): Session {
    if (!this.state.session)
      throw new Uia2Error('invalid session id', 'A session is either terminated or not started');
    return this.state.session;
  }

  async look(): Promise<Glance> {
    this.#glance ??= await Glance.take(this.handset, this.settings);
    return this.#glance;
  }

  /**
   * With the fault `looks-fail`: each so manyth time there is no window to be found, as the real server says
   * it after 10 s.
   */
  mayFail(each: number): void {
    if (!this.handset.faults.has('looks-fail')) return;
    this.state.looks = (this.state.looks ?? 0) + 1;
    if (this.state.looks % each === 0) throw new Uia2Error('unknown error', NO_ROOT);
  }

  /** The last look no longer holds. */
  moved(): void {
    this.#glance = undefined;
  }

  async idle(timeoutMs: number = this.settings.get('waitForIdleTimeout')): Promise<void> {
    this.moved();
    if (timeoutMs > 0) await this.handset.idle(timeoutMs);
  }

  /** A mandatory field of the body. `model` is the server's name of the body, reported in the error. */
  required<T extends 'string' | 'number' | 'object'>(field: string, type: T, model: string): Typed[T] {
    const value = this.optional(field, type);
    if (value === undefined) throw new Uia2Error('invalid argument', missingField(field, model));
    return value;
  }

  optional<T extends keyof Typed>(field: string, type: T): Typed[T] | undefined {
    return typedField(this.body, field, type);
  }

  get sdk(): number {
    return Number(this.handset.props.get('ro.build.version.sdk') ?? 0);
  }

  get sourceOptions(): SourceOptions {
    const { width, height, navigationBar } = this.handset.screen;
    const maxDepth = this.settings.get('snapshotMaxDepth');
    return {
      sdk: this.sdk,
      width,
      height: height - navigationBar,
      maxDepth,
      normalizeTagNames: this.settings.get('normalizeTagNames'),
    };
  }
}

interface Typed {
  string: string;
  number: number;
  boolean: boolean;
  object: Record<string, unknown>;
}

export function missingField(field: string, model: string): string {
  return `java.lang.IllegalArgumentException: ${model}: The mandatory field '${field}' is not present in JSON`;
}

/**
 * A field of a JSON object; undefined when missing or null. Gson reads numbers and booleans as strings where
 * one is wanted.
 */
export function typedField<T extends keyof Typed>(
  from: Readonly<Record<string, unknown>>,
  field: string,
  type: T,
): Typed[T] | undefined {
  let value = from[field];
  if (value === undefined || value === null) return undefined;
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) value = String(value);
  if (type === 'number' && typeof value === 'string' && value.trim() !== '') value = Number(value);
  if (typeof value !== type || Number.isNaN(value)) {
    const message = `com.google.gson.JsonSyntaxException: Expected ${type} at path $.${field}`;
    throw new Uia2Error('invalid argument', message);
  }
  return value as Typed[T];
}
