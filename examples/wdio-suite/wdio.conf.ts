import MiUnbindService from 'mi-unbind/wdio';

const account = { id: '6230004901', password: 'shop-Password1', syncedData: ['contacts' as const] };

export const config: WebdriverIO.Config = {
  runner: 'local',
  specs: ['./test/*.spec.ts'],
  // The service makes one of it for each phone.
  capabilities: [{ platformName: 'Android' }],
  // With a phone on the desk: { phones: 'attached' }.
  services: [[MiUnbindService, { sims: [{ release: '14', pace: 'instant', account }] }]],
  logLevel: 'warn',
  framework: 'mocha',
  mochaOpts: { timeout: 180_000 },
  reporters: ['spec'],
};
