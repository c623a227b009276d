import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantClock } from '../clock.ts';
import { surveyed } from '../fuzz/surveyed.ts';
import { Undrawn } from '../fuzz/trial.ts';
import { compareSurveys } from '../report/survey-compare.ts';
import { PlayedPhone } from '../sim/played/phone.ts';
import { readRecording } from '../sim/played/recording.ts';
import type { PhoneSpec } from '../sim/spec.ts';

/** Surveys a simulated phone, plays the bundle back, surveys that, and holds both surveys against each other. */
export async function playsBack(spec: PhoneSpec, folder: string): Promise<void> {
  const clock = instantClock();
  const first = await surveyed(
    new Undrawn({ pace: 'instant', ...spec }, { clock }),
    clock,
    join(folder, 'first'),
  );
  const file = join(folder, 'first.zip');
  writeFileSync(file, first.zip);
  const played = new PlayedPhone(await readRecording(file), { clock }, { pace: 'instant' });
  const second = await surveyed(played, clock, join(folder, 'second'));
  assert.deepEqual(compareSurveys(first.survey, second.survey), []);
  const { ways: taken = [], ...before } = first.survey;
  const { ways: again = [], ...after } = second.survey;
  assert.deepEqual(after, before);
  assert.deepEqual(again, taken);
  assert.deepEqual(played.unknown, []);
}
