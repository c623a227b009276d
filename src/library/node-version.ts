import { HostToolError } from '../errors.ts';

// The first import of each part of the library. On an older Node something deep inside would not be there.

const LEAST = [22, 18] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
  throw new HostToolError(
    `mi-unbind needs Node ${LEAST.join('.')} or newer, and this is ${process.version}.`,
    'install Node 24 from https://nodejs.org',
  );
