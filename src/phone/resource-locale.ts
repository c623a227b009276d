/**
 * Which of an app's languages a phone shows, by Android's own rules (AOSP libs/androidfw:
 * ResTable_config::match and isLocaleBetterThan in ResourceTypes.cpp, LocaleData.cpp). Subtags are empty
 * where not given.
 */
export interface Locale {
  readonly language: string;
  readonly script: string;
  readonly region: string;
}

/**
 * From a tag as the phone's properties hold it: `bg-BG`, `zh-Hant-TW`, `pt_BR`. Old codes (iw, in, ji, tl)
 * become today's.
 */
export function parseLocale(tag: string): Locale {
  try {
    const { language, script, region } = new Intl.Locale(tag.replaceAll('_', '-'));
    return { language, script: script ?? '', region: region ?? '' };
  } catch (cause) {
    throw new Error(`"${tag}" is no language tag; give one like "bg-BG" or "zh-Hant-TW"`, { cause });
  }
}

export function localeTag({ language, script, region }: Locale): string {
  return [language, script, region].filter(Boolean).join('-');
}

/**
 * Can a resource made for `made` be shown to a user who asked for `asked`? The default resource always can.
 * Since Android 7 (API level 24) the script decides, so that fr-FR serves fr-CA; before, a resource made for
 * a region was for that region only.
 */
export function localeFits(made: Locale, asked: Locale, sdk = 24): boolean {
  if (localeTag(made) === '') return true;
  if (made.language !== asked.language) return false;
  const sameRegion = made.region === '' || made.region === asked.region;
  const [ours, theirs] = [scriptOf(made), scriptOf(asked)];
  if (sdk < 24) return sameRegion && (made.script === '' || ours === theirs);
  return ours && theirs ? ours === theirs : sameRegion;
}

/** Orders two locales that both fit, the better one first. */
export function compareLocales(left: Locale, right: Locale, asked: Locale): number {
  if (left.language !== right.language) return isNearer(left, right, asked) ? -1 : 1;
  return left.region === right.region ? 0 : compareRegions(left.region, right.region, asked);
}

/**
 * One of the two is the default resource, by tradition US English; it beats a British one for those who read
 * like Americans.
 */
function isNearer(left: Locale, right: Locale, asked: Locale): boolean {
  const american = (region: string) =>
    asked.region === 'US'
      ? region === '' || region === 'US'
      : !ancestors('en', 'Latn', region).includes('001');
  if (asked.language === 'en' && american(asked.region))
    return left.language !== '' ? american(left.region) : !american(right.region);
  return left.language !== '';
}

function compareRegions(leftRegion: string, rightRegion: string, asked: Locale): number {
  const script = scriptOf(asked);
  const chainOf = (region: string) => ancestors(asked.language, script, region);
  const left = latinAmerican(asked.language, leftRegion, rightRegion);
  const right = latinAmerican(asked.language, rightRegion, leftRegion);
  const wanted = chainOf(asked.region);
  const [leftPlace, rightPlace] = [wanted.indexOf(left), wanted.indexOf(right)];
  if (leftPlace >= 0 && rightPlace >= 0) return leftPlace - rightPlace;
  if (leftPlace >= 0 || rightPlace >= 0) return leftPlace >= 0 ? -1 : 1;

  const distance = (region: string) => {
    const chain = chainOf(region);
    const steps = chain.findIndex((ancestor) => wanted.includes(ancestor));
    return steps + wanted.indexOf(chain[steps] ?? '');
  };
  const nearer = distance(left) - distance(right);
  if (nearer !== 0) return nearer;
  const likely = new Intl.Locale(localeTag({ language: asked.language, script, region: '' })).maximize()
    .region;
  const typical = (region: string) => region === likely || (asked.language === 'en' && region === 'GB');
  if (typical(left) !== typical(right)) return typical(left) ? -1 : 1;
  const letters = (region: string) => Number(/\d/.test(region));
  return letters(left) - letters(right) || (left < right ? -1 : 1);
}

/** Mexican and US Spanish stand for all of Latin America where the app has nothing better. */
function latinAmerican(language: string, region: string, other: string): string {
  const special = (code: string) => language === 'es' && (code === 'MX' || code === 'US');
  return special(region) && !special(other) && other !== '419' ? '419' : region;
}

function scriptOf({ language, script, region }: Locale): string {
  if (script !== '') return script;
  // Pseudo-locales are given scripts of their own, so that their testers alone meet them.
  if (region === 'XA' || region === 'XB') return region;
  return new Intl.Locale(localeTag({ language, script, region })).maximize().script ?? '';
}

/** The region, its parents, and last the language alone. */
function ancestors(language: string, script: string, region: string): string[] {
  if (region === '') return [''];
  return [region, ...ancestors(language, script, PARENTS.get(`${language}-${script}-${region}`) ?? '')];
}

/**
 * CLDR's parentLocales (version 48), the ones that lead from region to region; North Africa is AOSP's own
 * (LocaleDataTables.cpp).
 */
const PARENTS = new Map(
  Object.entries({
    'en-Latn 001':
      '150 AG AI AU BB BM BS BW BZ CC CK CM CX CY DG DM ER FJ FK FM GB GD GG GH GI GM GS GY HK ID IE IL IM IN IO JE JM KE KI KN KY LC LR ' +
      'LS MG MO MS MT MU MV MW MY NA NF NG NR NU NZ PG PK PN PW RW SB SC SD SG SH SL SS SX SZ TC TK TO TT TV TZ UG VC VG VU WS ZA ZM ZW',
    'en-Latn 150': 'AT BE CH CZ DE DK EE ES FI FR GE HU IT LT LV NL NO PL PT RO SE SI SK UA',
    'ar-Arab 015': 'DZ EH LY MA TN',
    'es-Latn 419': 'AR BO BR BZ CL CO CR CU DO EC GT HN JP MX NI PA PE PR PY SV US UY VE',
    'pt-Latn PT': 'AO CH CV FR GQ GW LU MO MZ ST TL',
    'zh-Hant HK': 'MO',
  }).flatMap(([family, regions]) => {
    const [language, parent = ''] = family.split(' ');
    return regions.split(' ').map((region): [string, string] => [`${language}-${region}`, parent]);
  }),
);
