import { zipSync } from 'fflate';
import { makeManifest } from './manifest.ts';
import { makeResources } from './resources.ts';

export type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

export interface App {
  packageName: string;
  versionCode: number;
  versionName: string;
  /**
   * By language tag (`bg`, `pt-BR`, `zh-Hant-TW`, `es-419`), or `default` for what is shown to everybody
   * else. Text as compiled.
   */
  strings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  plurals?: Readonly<Record<string, Readonly<Record<string, Readonly<Partial<Record<Plural, string>>>>>>>;
}

/**
 * An APK as a phone holds it and aapt reads it: manifest and resource table. It has no code and no signature,
 * so it cannot be installed.
 */
export function makeApk(app: App): Buffer {
  const files = {
    'AndroidManifest.xml': makeManifest(app),
    // Stored, not deflated: Android maps the table into memory as it lies in the file.
    'resources.arsc': [makeResources(app), { level: 0 }] as [Buffer, { level: 0 }],
  };
  // The date makes equal apps equal bytes; it is the one Android's build tools write.
  return Buffer.from(zipSync(files, { mtime: new Date(2009, 0, 1) }));
}
