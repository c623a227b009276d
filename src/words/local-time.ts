/**
 * Times for people: local, with the distance from UTC, as pages and messages are read in other places too. For
 * programs (JSON, CSV, names of folders) times stay ISO 8601 in UTC.
 */

export interface TimeForm {
  seconds?: boolean;
  /** Missing: that of this computer. */
  timeZone?: string | undefined;
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Made once for a zone: making it takes a hundred times as long as one time does. */
function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ second: '2-digit', hourCycle: 'h23', timeZoneName: 'shortOffset', timeZone },
  });
  formats.set(timeZone, format);
  return format;
}

/** As `2026-11-26 02:55 UTC+2`; empty where there is none. */
export function localTime(at: string | number, { seconds = false, timeZone }: TimeForm = {}): string {
  const date = new Date(at);
  if (at === '' || Number.isNaN(date.getTime())) return '';
  const part = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second, timeZoneName = '' } = part;
  const time = [hour, minute, ...(seconds ? [second] : [])].join(':');
  return `${year}-${month}-${day} ${time} ${timeZoneName.replace('GMT', 'UTC').replace(/\+0$/, '')}`;
}

/** The same without the day where that is the day of `other`. */
export function localTimeBeside(at: string | number, other: string | number, form: TimeForm = {}): string {
  const [time, before] = [localTime(at, form), localTime(other, form)];
  return time.slice(0, 10) === before.slice(0, 10) ? time.slice(11) : time;
}

/** A day as it stands, a moment as a local time: what is known of a lock may be either. */
export const dayOrTime = (at: string): string => (/^\d{4}-\d\d-\d\d$/.test(at) ? at : localTime(at) || at);
