/**
 * The errors of the UiAutomator2 server: W3C error code, HTTP status, and the Java class its stack trace
 * begins with.
 */
const KINDS = {
  'no such element': [404, 'ElementNotFoundException'],
  'stale element reference': [404, 'StaleElementReferenceException'],
  'invalid element state': [400, 'InvalidElementStateException'],
  'invalid selector': [400, 'InvalidSelectorException'],
  'invalid argument': [400, 'InvalidArgumentException'],
  'no such alert': [404, 'NoAlertOpenException'],
  'invalid session id': [404, 'NoSuchDriverException'],
  'session not created': [500, 'SessionNotCreatedException'],
  'unable to capture screen': [500, 'TakeScreenshotException'],
  'unknown command': [404, 'UnknownCommandException'],
  'unknown error': [500, 'UiAutomator2Exception'],
} as const satisfies Record<string, readonly [status: number, javaClass: string]>;

export type Uia2ErrorCode = keyof typeof KINDS;

const DEFAULT_MESSAGES: Partial<Record<Uia2ErrorCode, string>> = {
  'no such element': 'An element could not be located on the page using the given search parameters',
  'stale element reference': 'The referenced element is no longer attached to the DOM',
  'no such alert': 'No alert is present on the screen',
  'unknown command':
    'The requested resource could not be found, or a request was received using an HTTP method that is not supported by the mapped resource',
};

/** What a handler throws to be answered with an error. Other throwables become `unknown error`. */
export class Uia2Error extends Error {
  readonly code: Uia2ErrorCode;
  readonly status: number;
  readonly #javaClass: string;

  constructor(code: Uia2ErrorCode, message: string = DEFAULT_MESSAGES[code] ?? code) {
    super(message);
    this.name = 'Uia2Error';
    this.code = code;
    [this.status, this.#javaClass] = KINDS[code];
  }

  /** The `value` of the response body. */
  toJSON(): { error: string; message: string; stacktrace: string } {
    return { error: this.code, message: this.message, stacktrace: `${this.javaName}: ${this.message}\n` };
  }

  get javaName(): string {
    return `io.appium.uiautomator2.common.exceptions.${this.#javaClass}`;
  }
}

/**
 * UiObjectNotFoundException of the UiAutomator library, as the server passes it on: the message is the
 * cause's own name and text.
 */
export function uiObjectNotFound(what: string): Uia2Error {
  return new Uia2Error('no such element', `androidx.test.uiautomator.UiObjectNotFoundException: ${what}`);
}

export function selectorSyntaxError(expression: string, message?: string): Uia2Error {
  return new Uia2Error(
    'invalid selector',
    `Could not parse selector expression \`${expression}\`${message ? `: ${message}` : ''}`,
  );
}

export function toUia2Error(thrown: unknown): Uia2Error {
  if (thrown instanceof Uia2Error) return thrown;
  return new Uia2Error(
    'unknown error',
    thrown instanceof Error ? `java.lang.RuntimeException: ${thrown.message}` : String(thrown),
  );
}
