import { surveyGiven } from '../cli/survey.ts';
import { AT_TIMES, KNOWN_PAGES } from '../flows/recorded.ts';
import { compareSurveys } from '../report/survey-compare.ts';
import { readRom } from '../rom/rom.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording } from '../sim/played/recording.ts';

/** How it ended, and what it took: seconds of the processor, and MiB of memory at most until then. */
export interface Taken {
  said: string;
  /** Name of the error. */
  is: string;
  seconds: number;
  mib: number;
}

/** Reads the files it is given, one after another, as the commands do. */

async function read(file: string): Promise<unknown> {
  if (file.endsWith('.apk')) return readRom([file], { pages: KNOWN_PAGES, atTimes: AT_TIMES });
  const survey = await surveyGiven(file).catch((error: unknown) => error as Error);
  if (!(survey instanceof Error)) compareSurveys(survey, { ...survey, pages: survey.pages.toReversed() });
  const phone = new PlayedPhone(await readRecording(file), {}, { pace: 'instant' });
  phone.startActivity({ action: 'android.settings.SETTINGS' });
  await phone.quiet();
  phone.layOut();
  await phone.shutDown();
  return survey;
}

for (const file of process.argv.slice(2)) {
  const before = process.cpuUsage();
  const end = await read(file).then(
    () => ({ said: 'read', is: '' }),
    (error: unknown) => ({ said: (error as Error).message, is: (error as Error).name }),
  );
  const { user, system } = process.cpuUsage(before);
  const mib = process.resourceUsage().maxRSS / 1024;
  process.send?.({ ...end, seconds: (user + system) / 1e6, mib } satisfies Taken);
}
process.disconnect?.();
