/**
 * What a survey of a phone tells, as `survey.json` holds it. Programs that read it rely on these names;
 * `version` changes with them.
 */
export interface Survey {
  version: 1;
  at: string;
  /** With the pages behind Change password, and the sign-in page. */
  deep: boolean;
  phone: SurveyedPhone;
  /** What the phone lacks for a sign-out. */
  faults: { check: string; what: string; todo: string }[];
  /** Raw strings of the ROM by `package:name`, as far as pages ask for them. */
  labels: Record<string, string>;
  /** Strings that pages ask for and the release does not have. */
  missingLabels: string[];
  pages: SurveyPage[];
  /** Of every page that is known, also of those that were not seen. */
  locators: LocatorFinding[];
  /** How one gets from screen to screen. Surveys of before have none. */
  ways?: SurveyWay[];
  notLookedAt: { what: string; why: string }[];
  /** The account list after it is the one before. */
  unchanged: boolean;
}

export interface SurveyedPhone {
  model: string;
  release: string;
  android: string;
  build: string;
  region: string;
  language: string;
  /** Width and height in px, e.g. `1080x2400`. */
  screen: string;
  /**
   * USB debugging (Security settings), and Install via USB: `on`, `off`, or empty where the phone has no such
   * switch.
   */
  adbInput: string;
  adbInstall: string;
  /** Versions by package; empty where an app tells none. */
  apps: Record<string, string>;
  /** The same of Appium's helper apps. */
  helpers: Record<string, string>;
  signedIn: boolean;
}

export interface SurveyPage {
  /** As its page object is called; `page of PACKAGE` for one that none knows. */
  page: string;
  known: boolean;
  /** One for each place it was scrolled to: files beside `survey.json`. */
  screens: { source: string; screenshot?: string }[];
  /** What is on it, from top to bottom, each once. */
  things: Thing[];
}

/**
 * A step that leads to a screen, so that a simulated phone can play the survey back. Screens are named by
 * their files.
 */
export interface SurveyWay {
  did: 'start' | 'panel' | 'tap';
  /** Intents that were started, e.g. `-a android.settings.SETTINGS`. */
  intents?: string[];
  /** Where what was tapped stands. */
  at?: { screen: string; bounds: [number, number, number, number] }[];
  /** The survey did not press it: its page object knows where it leads. */
  known?: true;
  to: string;
}

export interface Thing {
  kind: 'button' | 'row' | 'heading' | 'field' | 'choice' | 'picture' | 'text' | 'box';
  /** Empty for none of its own. */
  id: string;
  text: string;
  /** Name of the string it shows, where pages know it. */
  label: string;
}

export interface LocatorFinding {
  page: string;
  /** The thing on it; `landmark` for the page itself. */
  locator: string;
  found: 'id' | 'label' | 'structure' | 'missing' | 'page not seen';
  /** E.g. `id com.xiaomi.account:id/logout_btn`; empty where it was not found. */
  by: string;
  /** In the first of its ways. */
  expected: boolean;
}

/** What stands for words of the owner. */
export const MASK = '•••';
/** What stands for the account's name: the row that shows it is known by it. */
export const ACCOUNT_MASK = '•account•';
/** The app of the page that a phone made of a survey shows where its survey has none. No phone has such an app. */
export const NOT_RECORDED = 'not.recorded';
/** The property by which a phone says that it plays a survey back. */
export const PLAYED_PROPERTY = 'mi_unbind.played';
