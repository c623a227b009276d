import { maskCodesInLogs } from '../config/config.ts';

// Before WebdriverIO is loaded, as its logger reads the variable then. So this is the first import of each part of
// the library that loads it.
maskCodesInLogs();
