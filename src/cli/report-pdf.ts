import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment, type Settings } from '../config/config.ts';
import { HostToolError, UsageError } from '../errors.ts';
import { CHROMIUMS, programOn } from '../host/tools.ts';
import { isRoot } from '../user.ts';

// A cold disk and a busy host, ms.
const LIMIT = 60_000;

/** Beside the page; of a record beside its folder, as what is added to that is no part of the record. */
export function pdfOf(page: string): string {
  return basename(page) === 'record.html' ? `${dirname(page)}.pdf` : page.replace(/\.html$/, '.pdf');
}

/** Prints a page to a PDF beside it, with the Chromium of this computer. Gives the PDF. */
export async function printPdf(page: string, { path }: Pick<Settings, 'path'>): Promise<string> {
  if (!page.endsWith('.html') || !existsSync(page))
    throw new UsageError(`'${page}' is not a page that can be printed.`, 'name a record.html or batch.html');
  const chromium = programOn(path, CHROMIUMS);
  if (!chromium)
    throw new HostToolError(
      'A PDF is printed by Chromium, and none is on the PATH.',
      `install it, e.g. apt-get install chromium, or print ${page} from any browser`,
    );
  const pdf = pdfOf(resolve(page));
  rmSync(pdf, { force: true });
  const profile = mkdtempSync(join(tmpdir(), 'mi-unbind-print-'));
  const args = [
    '--headless=new',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--no-pdf-header-footer',
    `--user-data-dir=${profile}`,
    `--print-to-pdf=${pdf}`,
    // Chromium's sandbox refuses root.
    ...(platform() === 'linux' && isRoot() ? ['--no-sandbox'] : []),
    pathToFileURL(resolve(page)).href,
  ];
  try {
    await promisify(execFile)(chromium, args, { timeout: LIMIT, env: childEnvironment() });
  } catch (cause) {
    throw new HostToolError(`Chromium could not print ${page}.`, 'print it from any browser', cause);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  if (!existsSync(pdf))
    throw new HostToolError(`Chromium wrote no ${pdf}.`, 'see whether the folder can be written');
  return pdf;
}
