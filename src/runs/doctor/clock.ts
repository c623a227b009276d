import { found, warn, type Finding } from '../../phone/doctor/finding.ts';

/** Another clock that this computer's was compared with. */
export interface ClockSample {
  /** A phone's serial, or what else it is of: 'the database'. */
  of: string;
  /** How far this computer's is ahead of it, ms; below 0: behind. */
  ahead: number;
}

// A code's mail is under way for some seconds, and a signature of a hook counts for some minutes, ms.
const LIMIT = 60_000;
// A phone sets its clock by the network, or by hand.
const PHONE_LIMIT = 120_000;
const CHECK = 'clock';

/**
 * Another clock read at `theirs`, in a question that was asked at `before` and answered at `after`, all ms
 * since the epoch.
 */
export function sampleOf(of: string, theirs: number, before: number, after: number): ClockSample {
  return { of, ahead: (before + after) / 2 - theirs };
}

/** This computer's clock, by what most others say. */
export function judgeClock(samples: readonly ClockSample[]): Finding {
  const [first] = samples;
  if (!first)
    return found(CHECK, { verdict: 'ok', what: 'not compared: no phone and no server that tells its time' });
  const ahead = median(samples);
  const whose = samples.length === 1 ? first.of : `most of ${samples.length} other clocks`;
  if (Math.abs(ahead) <= LIMIT)
    return found(CHECK, { verdict: 'ok', what: `within ${Math.ceil(Math.abs(ahead) / 1000)} s of ${whose}` });
  return found(
    CHECK,
    warn(
      `${apart(ahead)} ${whose}`,
      'records and signatures would carry wrong times, and a code could be taken for one of before',
      samples.length === 1
        ? 'see which of the two is wrong and set it; this computer by the network (timedatectl set-ntp true)'
        : "set this computer's clock by the network (timedatectl set-ntp true)",
    ),
  );
}

/** A phone whose clock is another one than most have; nothing where that is not known. */
export function judgePhoneClock(sample: ClockSample, samples: readonly ClockSample[]): Finding | undefined {
  if (samples.length < 2) return undefined;
  const behind = sample.ahead - median(samples);
  if (Math.abs(behind) <= PHONE_LIMIT) return found(CHECK, { verdict: 'ok', what: 'as others have it' });
  return found(
    CHECK,
    warn(
      `its clock is ${apart(-behind)} the others`,
      "a phone with a wrong date does not trust Xiaomi's servers, so that it says it has no network",
      'on the phone: Settings → Additional settings → Date & time → set it by the network',
    ),
  );
}

function median(samples: readonly ClockSample[]): number {
  const sorted = samples.map(({ ahead }) => ahead).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  // Of two that differ it is not known which is right: the one that is nearer to ours counts.
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return Math.abs(low) < Math.abs(high) ? low : high;
}

/** 'ahead of' or 'behind' by so much, in words. */
function apart(ahead: number): string {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60),
  ];
  const long =
    days > 1
      ? `${days} days`
      : hours > 1
        ? `${hours} hours`
        : minutes > 1
          ? `${minutes} min`
          : `${seconds} s`;
  return `${long} ${ahead > 0 ? 'ahead of' : 'behind'}`;
}
