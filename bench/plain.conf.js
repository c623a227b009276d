import { startAppium } from '../src/host/appium.ts';
import { plainCapabilities } from './plain.ts';

/**
 * The configuration a user writes from WebdriverIO's documentation: a capability and a worker for each phone,
 * one Appium for all. In JavaScript, because for TypeScript WebdriverIO loads a compiler into every worker.
 */

const { phones, adbPort, appium: options } = JSON.parse(process.env.PLAIN_BENCH ?? '{}');
let appium;

export const config = {
  runner: 'local',
  specs: ['./plain.spec.js'],
  maxInstances: phones.length,
  // Several phones on one Appium need a port each.
  capabilities: phones.map(({ serial, systemPort }) => ({
    ...plainCapabilities(serial, adbPort),
    'appium:systemPort': systemPort,
  })),
  hostname: '127.0.0.1',
  port: options.port,
  logLevel: 'error',
  framework: 'mocha',
  mochaOpts: { timeout: 300_000 },
  reporters: ['spec'],

  // As @wdio/appium-service does.
  async onPrepare() {
    appium = await startAppium({ ...options, adbPort });
  },

  async onComplete() {
    await appium?.stop();
  },
};
