import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Settings } from '../config/config.ts';
import { isPicture } from '../formats/png.ts';
import { keptLab } from '../store/lab.ts';
import type { Store } from '../store/store.ts';

/** Who does the work, as sheets and labels say it. What is not known is empty. */
export interface LabNow {
  name: string;
  address: string;
  logo: { kind: 'png' | 'svg'; content: Buffer } | undefined;
}

/** What the settings say of the lab; empty: the page keeps it. */
export interface LabSettings {
  name: string;
  address: string;
  /** A file. */
  logo: string;
}

/** The most that a logo may have, bytes: each record has a copy. */
export const LARGEST_LOGO = 200_000;

export const labSettings = ({ labName, labAddress, labLogo }: Settings): LabSettings => ({
  ...{ name: labName ?? '', address: labAddress ?? '', logo: labLogo ?? '' },
});

/** The lab as it is now: the settings come before what was written on the page. */
export async function labNow(fixed: LabSettings, { pool }: Pick<Store, 'pool'>): Promise<LabNow> {
  const kept = await keptLab(pool);
  return {
    name: fixed.name || kept.name,
    address: fixed.address || kept.address,
    logo: fixed.logo
      ? logoOf(fixed.logo)
      : kept.logo.length > 0
        ? { kind: 'png', content: kept.logo }
        : undefined,
  };
}

/** A logo that cannot be used is left out: it is never a reason to leave a record unwritten. */
function logoOf(file: string): LabNow['logo'] {
  const content = contentOf(file);
  if (!content || content.length > LARGEST_LOGO) return undefined;
  if (isPicture(content)) return { kind: 'png', content };
  return extname(file).toLowerCase() === '.svg' ? { kind: 'svg', content } : undefined;
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
