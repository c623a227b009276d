import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import {
  annotation,
  noteResult,
  readResults,
  writeMatrix,
  writeRunPages,
} from './src/checks/specs-report.ts';
import { CODES, loadSettings, onGitHub, readSecret, runFolder, takeSecret } from './src/config/config.ts';
import { surveyGiven, surveysGiven } from './src/cli/survey.ts';
import { matrixInWords } from './src/report/matrix-page.ts';
import { releaseNames, type PhoneSpec } from './src/sim/spec.ts';
import { languages } from './src/sim/strings/strings.ts';
import MiUnbindService, { type MiRun, type MiUnbindOptions } from './src/wdio/service.ts';
import { owner, type SpecsWish } from './specs/arrange.ts';
import {
  playedCells,
  sampleOf,
  wholeMatrix,
  type Cell,
  type PlayedSurvey,
  type Range,
} from './specs/matrix.ts';

const settings = loadSettings();
const logs = runFolder(settings.specsDir);

/** The simulated phones the specs run on when no phone is attached: every spec on each. */
const SIMS: PhoneSpec[] = [
  { release: '14', language: 'en', pace: 'instant', helpers: 'current', screenshots: 'half' },
  { release: '10', language: 'bg', pace: 'instant', helpers: 'current', screenshots: 'half' },
];

/** What the matrix is made of: whatever the simulation has. */
const RANGE: Range = {
  releases: releaseNames,
  languages,
  orders: ['password-first', 'miui6', 'asks-first'] satisfies PhoneSpec['order'][],
};

const isWhole = ({ suite = [] }: MiRun) => suite.includes('matrix');

/** Of the whole matrix a phone for each worker. */
const simsOf = (run: MiRun): PhoneSpec[] =>
  Array.from(
    { length: isWhole(run) ? (run.maxInstances ?? SIMS.length) : SIMS.length },
    (_, index) => SIMS[index % SIMS.length] as PhoneSpec,
  );

async function playedSurvey(file: string): Promise<PlayedSurvey> {
  const { signedIn, region, language } = (await surveyGiven(file)).phone;
  return { name: basename(file).replace(/\.zip$/i, ''), signedIn, region, language };
}

/** How a test ended; the types of WebdriverIO leave `skipped` out. */
interface TestEnd {
  passed: boolean;
  skipped?: boolean;
  duration: number;
  error?: unknown;
}

let cells: Cell[] = [];
const { phoneSerial, playedPhones } = settings;
/** Surveys of which phones are made. */
const surveys = phoneSerial === undefined && playedPhones !== undefined ? surveysGiven(playedPhones) : [];
const attached: Pick<WebdriverIO.Config, 'specs' | 'suites'> = {
  specs: ['./specs/attached.spec.ts'],
  suites: { matrix: ['./specs/played.spec.ts'] },
};
const played: typeof attached = {
  specs: ['./specs/played.spec.ts'],
  suites: { matrix: ['./specs/played.spec.ts'] },
};
const simulated: typeof attached = {
  // One worker and one session for each phone. The matrix is the last: it goes on to other releases.
  specs: [['./specs/!(matrix|played).spec.ts', './specs/matrix.spec.ts']],
  // Of the matrix all cells; without it, a sample of them.
  suites: { matrix: ['./specs/matrix.spec.ts'] },
};
const phones: MiUnbindOptions = phoneSerial
  ? { phones: [phoneSerial] }
  : surveys.length > 0
    ? { played: surveys }
    : { sims: simsOf };

export const config: WebdriverIO.Config = {
  runner: 'local',
  ...(phoneSerial ? attached : surveys.length > 0 ? played : simulated),
  maxInstances: Math.max(2, availableParallelism()),
  // A phone does one thing at a time.
  maxInstancesPerCapability: 1,
  // The service makes one of it for each phone.
  capabilities: [{ platformName: 'Android' }],
  services: [[MiUnbindService, phones]] as NonNullable<WebdriverIO.Config['services']>,
  logLevel: settings.logLevel,
  outputDir: join(logs, 'wdio'),
  maskingPatterns: CODES,
  connectionRetryCount: 0,
  framework: 'mocha',
  mochaOpts: { timeout: 300_000 },
  reporters: [
    ['spec', { showPreface: false, addConsoleLogs: false }],
    [
      'junit',
      {
        outputDir: settings.junitDir ?? join(logs, 'junit'),
        outputFileFormat: ({ cid }: { cid: string }) => `specs-${cid}.xml`,
      },
    ],
    ['allure', { outputDir: join(logs, 'allure') }],
  ] as NonNullable<WebdriverIO.Config['reporters']>,

  async onPrepare(run, capabilities) {
    const { phoneTryRefusal: refusal } = settings;
    const played = await Promise.all(surveys.map(playedSurvey));
    const maySignOut = phoneSerial === undefined || readSecret('PHONE_PASSWORD') !== undefined;
    const wish: SpecsWish = { sims: SIMS, range: RANGE, whole: isWhole(run), played, refusal, maySignOut };
    Object.assign((capabilities as object[])[0] ?? {}, { 'mi-unbind:specs': wish });
    const { spec } = run as MiRun;
    if (played.length > 0) cells = played.flatMap(playedCells);
    else if (!phoneSerial && (spec?.every((file) => file.endsWith('matrix.spec.ts')) ?? true))
      cells = wish.whole ? wholeMatrix(RANGE) : sampleOf(RANGE);
  },

  before() {
    const password = takeSecret('PHONE_PASSWORD');
    if (password) owner.password = password;
  },

  afterTest({ title, parent }: { title: string; parent: string }, _context, result) {
    const { passed, skipped, duration, error } = result as TestEnd;
    const message = (error as Error | undefined)?.message;
    noteResult(logs, {
      title,
      of: parent,
      passed,
      ...(skipped && { skipped }),
      ms: duration,
      ...(message === undefined ? {} : { message }),
    });
  },

  onComplete() {
    try {
      writeRunPages(logs);
      console.log(`results: ${logs}`);
      if (cells.length > 0) {
        const matrix = writeMatrix(logs, cells);
        console.log(`matrix: ${matrixInWords(matrix.cells)}\n  ${matrix.page}`);
      }
    } catch (error) {
      // WebdriverIO says nothing of a fault in here.
      console.error(`The pages of the run could not be written: ${String(error)}`);
      throw error;
    }
    if (!onGitHub()) return;
    for (const { of, title, passed, skipped, message = '' } of readResults(logs))
      if (!passed && !skipped) console.log(annotation(`${of}: ${title}`, message));
  },
};
