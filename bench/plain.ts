import { remote, type Browser } from 'webdriverio';

interface Target {
  appium: { port: number };
  adbPort: number;
  serial: string;
  password: string;
}

/**
 * What we are measured against: the script a user writes from WebdriverIO's and Appium's documentation, with
 * the UiAutomator2 driver's default capabilities, text selectors and waits. It knows the English words of one
 * release and the one order of pages it was written for, and it believes the screen.
 */
export async function signOutPlainly({ appium, adbPort, serial, password }: Target): Promise<void> {
  const driver = await remote({
    hostname: '127.0.0.1',
    port: appium.port,
    logLevel: 'error',
    capabilities: plainCapabilities(serial, adbPort),
  });
  try {
    await tapThrough(driver, password);
  } finally {
    await driver.deleteSession();
  }
}

export function plainCapabilities(serial: string, adbPort: number) {
  return {
    platformName: 'Android',
    'appium:automationName': 'UiAutomator2',
    'appium:udid': serial,
    'appium:adbPort': adbPort,
    'appium:appPackage': 'com.android.settings',
    'appium:appActivity': '.MainSettings',
    // Without it the driver clears the data of the app, here of Settings, before each session.
    'appium:noReset': true,
    // Without it a Settings that still runs is left on the page where it is.
    'appium:forceAppLaunch': true,
  };
}

export async function tapThrough(driver: Browser, password: string): Promise<void> {
  const text = (words: string) => driver.$(`android=new UiSelector().text("${words}")`);
  const row = driver.$(
    'android=new UiScrollable(new UiSelector().scrollable(true)).scrollIntoView(new UiSelector().text("Xiaomi Account"))',
  );
  await row.waitForDisplayed();
  await row.click();

  const signOut = text('Sign out');
  await signOut.waitForDisplayed();
  await signOut.click();

  const keep = text('Keep');
  await keep.waitForDisplayed({ timeout: 30_000 });
  await keep.click();

  const field = driver.$('android=new UiSelector().className("android.widget.EditText")');
  await field.waitForDisplayed({ timeout: 30_000 });
  await field.setValue(password);
  await text('OK').click();

  // The account page closes when the phone is done, and Settings is back.
  await text('Xiaomi Account').waitForDisplayed({ timeout: 60_000 });
}
