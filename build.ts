import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { faceFiles, FONT_PACKAGES } from './src/sim/screen/font-files.ts';

/** `npm run build`: what goes into the package beside `bin`. The checkout itself runs without it. */

const root = import.meta.dirname;
const { resolve } = createRequire(import.meta.url);

// A file whose source is gone must not stay.
rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(dirname(resolve('typescript/package.json')), 'bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);

// tsc 6.0 leaves the ending of import('./x.ts') as it is in a file in which it rewrites `using`. Both endings are of
// one length, so that the source maps stay right.
for (const file of globSync(join(root, 'dist/**/*.js'))) {
  const text = readFileSync(file, 'utf8');
  const mended = text.replace(/\bimport\(('|")(\.[^'"]*)\.ts\1\)/g, 'import($1$2.js$1)');
  if (mended !== text) writeFileSync(file, mended);
}

// Types that no export leads to are of no use to other programs.
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string }>;
};
const reached = new Set<string>();
for (const entry of Object.values(exports)) if (typeof entry === 'object') reach(join(root, entry.types));
for (const file of globSync(join(root, 'dist/**/*.d.ts'))) if (!reached.has(file)) rmSync(file);

function reach(file: string): void {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
    /(?:from|import\(?) ?['"](\.[^'"]+)\.[jt]s['"]/g,
  ))
    reach(join(dirname(file), `${path}.d.ts`));
}

// What the page in the browser loads.
cpSync(join(root, 'src/ui/client'), join(root, 'dist/src/ui/client'), { recursive: true });

const fonts = join(root, 'dist/fonts');
mkdirSync(fonts);
for (const file of Object.values(faceFiles)) {
  const from = resolve(`${FONT_PACKAGES}/${file}`);
  copyFileSync(from, join(fonts, basename(file)));
  const family = file.slice(0, file.indexOf('/'));
  copyFileSync(resolve(`${FONT_PACKAGES}/${family}/LICENSE_FONT`), join(fonts, `LICENSE-${family}`));
}
