import log from 'loglevel';
import { CODES, maskCodesInLogs } from '../config/config.ts';

// Before WebdriverIO is loaded, as its logger reads the variable then. So each part of the library that loads
// it imports this before.
maskCodesInLogs();

// Loggers of a WebdriverIO that the other program has loaded before us.
const patterns = [...CODES.matchAll(/\/(.*?)\/(\w*)(?:, |$)/g)].map(
  ([, source = '', flags]) => new RegExp(source, flags),
);
for (const logger of Object.values(log.getLoggers()) as { maskingPatterns?: RegExp[] }[])
  logger.maskingPatterns = [...(logger.maskingPatterns ?? []), ...patterns];
