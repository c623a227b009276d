import { resolve } from 'node:path';
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';

/** Runs the test files named as arguments in this process, each as a suite, so that its hooks are its own. */
for (const file of process.argv.slice(2)) {
  const { href } = pathToFileURL(resolve(file));
  describe(file, () => import(href) as Promise<void>);
}
