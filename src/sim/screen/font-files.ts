import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { isCompiled, programFolder } from '../../own-files.ts';

/** Where the typefaces of a checkout come from; the package brings the drawn weights alone. */
export const FONT_PACKAGES = '@expo-google-fonts';

export const faceFiles = {
  light: 'roboto/300Light/Roboto_300Light.ttf',
  regular: 'roboto/400Regular/Roboto_400Regular.ttf',
  medium: 'roboto/500Medium/Roboto_500Medium.ttf',
  bold: 'roboto/700Bold/Roboto_700Bold.ttf',
  arabic: 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  arabicMedium: 'noto-sans-arabic/500Medium/NotoSansArabic_500Medium.ttf',
  han: 'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
} as const;

export type Face = keyof typeof faceFiles;

export function facePath(face: Face): string {
  const file = faceFiles[face];
  return isCompiled
    ? join(programFolder, 'dist/fonts', basename(file))
    : createRequire(import.meta.url).resolve(`${FONT_PACKAGES}/${file}`);
}
