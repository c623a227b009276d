import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { Clock } from '../../clock.ts';
import { AccountService } from '../service/account-service.ts';
import { SimPerson } from '../person.ts';
import { SimPhone } from './phone.ts';
import { releaseNames, type PhoneSpec } from '../spec.ts';

const ACCOUNT = { id: '6230001535', password: 'Right-pass1', nickname: 'Ivan' };
const PAGE = 'com.xiaomi.account/.ui.AccountSettingsActivity';
const account = 'com.xiaomi.account:id/';
const BACK = 4;
const HOME = 3;

const at = (spec: PhoneSpec): SimPerson => new SimPerson(new SimPhone({ pace: 'instant', ...spec }));
const front = ({ phone }: SimPerson): string =>
  phone.windows().at(-1)?.activity ?? phone.windows().at(-1)?.package ?? '';
const middle = ({ phone }: SimPerson): number => phone.screen.width / 2;

async function pullsPanelDown(person: SimPerson): Promise<void> {
  await person.phone.swipe(
    [
      { x: middle(person), y: 5 },
      { x: middle(person), y: 1200 },
    ],
    200,
  );
  await person.phone.quiet();
}

/** A clock that stands still until it is asked to go on. */
function handClock(): Clock & { pass(ms: number): Promise<void> } {
  let now = 1_700_000_000_000;
  let sleepers: { until: number; wake: () => void }[] = [];
  const rung = async (): Promise<void> => {
    await turn();
    const due = sleepers.filter(({ until }) => until <= now);
    sleepers = sleepers.filter(({ until }) => until > now);
    for (const { wake } of due) wake();
    await turn();
    if (due.length) await rung();
  };
  return {
    now: () => now,
    elapsed: () => now,
    sleep: (ms, _why, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ until: now + ms, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    async pass(ms) {
      for (let left = ms; left > 0; left -= 50) {
        now += Math.min(50, left);
        await rung();
      }
    },
  };
}

describe('Settings', () => {
  for (const release of releaseNames) {
    it(`of a global ${release} has the account near the bottom, its name at the right`, async () => {
      const person = at({ release, account: ACCOUNT });
      const title = person.phone.text('com.android.settings', 'xiaomi_account');
      await person.taps('Settings');
      assert.equal(person.sees(title), false);
      assert.ok(person.scrollsTo(ACCOUNT.nickname) && person.sees(title));
      await person.taps(title);
      assert.equal(front(person), 'com.xiaomi.account.ui.AccountSettingsActivity');
    });
    it(`of a China ${release} has the nickname at the top`, async () => {
      const person = at({ release, region: 'china', account: ACCOUNT });
      await person.taps('Settings');
      assert.ok(
        person.sees('Ivan') &&
          person.sees(person.phone.text('com.android.settings', 'login_account_summary_temp')),
      );
      await person.taps('Ivan');
      assert.equal(front(person), 'com.xiaomi.account.ui.AccountSettingsActivity');
    });
  }

  it('has the row where a spec says', async () => {
    const other = at({ release: 'hyperos2', region: 'china', entryRow: 'bottom', account: ACCOUNT });
    await other.taps('Settings');
    assert.ok(!other.sees('Ivan') && other.scrollsTo('Ivan'));
  });

  it('has no row for the account with no-account-row', async () => {
    for (const region of ['global', 'china'] as const) {
      const person = at({ region, faults: ['no-account-row'], account: ACCOUNT });
      await person.taps('Settings');
      assert.equal(person.scrollsTo('Xiaomi Account') || person.sees('Ivan'), false);
    }
  });

  it('leads to the sign-in page when no account is signed in', async () => {
    const person = at({ region: 'china' });
    await person.taps('Settings');
    await person.taps(person.phone.text('com.android.settings', 'unlogin_account_title'));
    assert.equal(front(person), 'com.xiaomi.account.ui.LoginActivity');
  });

  it('opens from the gear in the quick panel', async () => {
    const person = at({ account: ACCOUNT });
    await pullsPanelDown(person);
    assert.match(person.phone.dumpsys('window', []) ?? '', /mCurrentFocus=Window\{\w+ u0 NotificationShade}/);
    await person.taps('com.android.systemui:id/notification_shade_shortcut');
    assert.equal(front(person), 'com.android.settings.MainSettings');
  });

  it('of another brand knows no Mi Account', async () => {
    const person = at({ brand: 'Samsung', account: ACCOUNT });
    await person.taps('Settings');
    assert.equal(person.scrollsTo('Xiaomi Account'), false);
    assert.equal(person.phone.packages.has('com.xiaomi.account'), false);
    assert.equal(person.phone.props.has('ro.miui.ui.version.name'), false);
    assert.doesNotMatch(person.phone.dumpsys('account', []) ?? '', /com\.xiaomi/);
  });
});

describe('windows', () => {
  it('go back one by one, and Home leaves them where they are', async () => {
    const person = at({ account: ACCOUNT });
    await person.taps('Settings');
    person.scrollsTo('Xiaomi Account');
    await person.taps('Xiaomi Account');
    await person.presses(HOME);
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
    await person.taps('Settings');
    assert.equal(front(person), 'com.xiaomi.account.ui.AccountSettingsActivity');
    await person.presses(BACK);
    await person.presses(BACK);
    await person.presses(BACK);
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
  });

  it('keep what was scrolled when they come back', async () => {
    const person = at({ account: ACCOUNT });
    await person.taps('Settings');
    person.scrollsTo('Xiaomi Account');
    await person.taps('Xiaomi Account');
    await person.presses(BACK);
    assert.ok(person.sees('Xiaomi Account'));
  });

  it('of a force-stopped app are gone, and its sign-out with them', async () => {
    const person = at({ account: { ...ACCOUNT, miPayCards: 1 } });
    await person.opens(PAGE);
    await person.taps(`${account}logout_btn`);
    person.phone.forceStop('com.xiaomi.account');
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
    assert.ok(person.phone.account);
  });

  it('take no text and no scrolling once they are closed', async () => {
    const person = at({ account: ACCOUNT });
    await person.opens(PAGE);
    await person.taps(`${account}logout_btn`);
    const field = person.find(`${account}input_pwd_view`);
    assert.ok(field && person.phone.setText(field, 'a'));
    await person.taps(`${account}cancel`);
    assert.equal(person.phone.setText(field, 'b'), false);
  });

  it('are new after a reset, and nothing of the old state goes on', async () => {
    const person = at({ account: ACCOUNT });
    await person.opens(PAGE);
    const before = person.phone.windows().at(-1)?.serial ?? 0;
    person.phone.reset({ pace: 'instant', release: '10', region: 'china', language: 'zh-CN' });
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
    assert.ok((person.phone.windows().at(-1)?.serial ?? 0) > before);
    assert.equal(person.phone.account, undefined);
    assert.equal(person.phone.props.get('ro.miui.ui.version.name'), 'V10');
    assert.deepEqual(
      person.phone.events.map(({ kind }) => kind),
      ['window-opened'],
    );
  });
});

describe('dialogs that were not asked for', () => {
  for (const dialog of ['system-update', 'usb-mode', 'low-battery', 'phone-number-recycled'] as const) {
    it(`(${dialog}) lie once over the page they are reported to`, async () => {
      const person = at({ account: ACCOUNT, surprises: [{ dialog, before: 'account' }] });
      await person.opens(PAGE);
      assert.equal(person.sees(`${account}logout_btn`), false);
      await person.presses(BACK);
      assert.ok(person.sees(`${account}logout_btn`));
      await person.presses(BACK);
      await person.opens(PAGE);
      assert.ok(person.sees(`${account}logout_btn`));
    });
  }
});

describe('am start', () => {
  it('opens the account page by its action and by its component', async () => {
    for (const intent of [
      { action: 'android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS', package: 'com.xiaomi.account' },
      { component: PAGE },
    ]) {
      const person = at({ account: ACCOUNT });
      assert.equal(person.phone.startActivity(intent), undefined);
      await person.phone.quiet();
      assert.match(
        person.phone.dumpsys('activity', ['activities']) ?? '',
        /topResumedActivity=ActivityRecord\{\w+ u0 com\.xiaomi\.account\/\.ui\.AccountSettingsActivity t\d+}/,
      );
    }
  });

  it('goes to the sign-in page when no account is signed in', async () => {
    const person = at({});
    await person.opens(PAGE);
    assert.equal(front(person), 'com.xiaomi.account.ui.LoginActivity');
  });

  it('says what Android says about what it cannot start', () => {
    const { phone } = at({});
    assert.match(
      phone.startActivity({ component: 'com.xiaomi.account/.ui.QuickLoginActivity' }) ?? '',
      /Permission Denial.*not exported/,
    );
    assert.match(
      phone.startActivity({ component: 'com.xiaomi.account/.Nothing' }) ?? '',
      /Activity class \{com\.xiaomi\.account\/com\.xiaomi\.account\.Nothing} does not exist/,
    );
    assert.match(
      phone.startActivity({ action: 'no.such.ACTION' }) ?? '',
      /unable to resolve Intent \{ act=no\.such\.ACTION/,
    );
  });
});

describe('signing in', () => {
  it('takes an account the service knows, and the phone is signed in', async () => {
    const service = new AccountService();
    const phone = new SimPhone({ pace: 'instant' }, { service });
    service.put(
      { ...ACCOUNT, syncedData: [], unsyncedItems: 0, findDevice: true, miPayCards: 0 },
      phone.now(),
    );
    const person = new SimPerson(phone);
    await person.opens(PAGE);
    person.writes(`${account}et_account_name`, ACCOUNT.id);
    person.writes(`${account}input_pwd_view`, ACCOUNT.password);
    await person.taps(`${account}btn_login`);
    assert.equal(phone.account?.id, ACCOUNT.id);
    assert.match(phone.dumpsys('account', []) ?? '', /Account \{name=6230\*\*\*535, type=com\.xiaomi}/);
  });
});

describe('dumpsys account', () => {
  const listed = (spec: PhoneSpec): string => new SimPhone(spec).dumpsys('account', []) ?? '';
  it('shows the whole name where the spec says so', () => {
    const whole = { account: ACCOUNT, shows: { masked: false } };
    assert.match(listed(whole), /Account \{name=6230001535, type=com\.xiaomi}/);
  });
  it('counts other accounts and lists an unactivated one on a China phone no account is signed in to', () => {
    const text = listed({ region: 'china', otherAccounts: [{ name: 'a@example.com', type: 'com.google' }] });
    assert.match(text, /Accounts: 2/);
    assert.match(text, /type=com\.xiaomi\.unactivated}/);
    assert.doesNotMatch(text, /Account \{.*type=com\.xiaomi}/);
  });
  it('ends after its head twice with account-list-cut', () => {
    const phone = new SimPhone({ account: ACCOUNT, faults: ['account-list-cut'] });
    const said = [1, 2, 3].map(() => phone.dumpsys('account', []) ?? '');
    assert.deepEqual(
      said.map((text) => /Accounts: 1/.test(text)),
      [false, false, true],
    );
    assert.match(said[0] ?? '', /^User UserInfo\{0:Owner:c13\}:\n\n\*\*\* SERVICE/);
  });
  it('keeps dual apps apart as user 999', () => {
    assert.equal(listed({ dualApps: true, account: ACCOUNT }).match(/User UserInfo\{(\d+):/g)?.length, 2);
  });
});

describe('the phone’s own time', () => {
  const slow = (spec: PhoneSpec = {}): { person: SimPerson; clock: ReturnType<typeof handClock> } => {
    const clock = handClock();
    return {
      person: new SimPerson(new SimPhone({ pace: 'real', account: ACCOUNT, ...spec }, { clock })),
      clock,
    };
  };
  const tap = async (person: SimPerson, id: string): Promise<void> => {
    const { bounds } = person.find(id) ?? assert.fail(`${id} is not on the screen`);
    await person.phone.tap(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2);
  };

  it('shows the old window until the animation is over, loses touches meanwhile, and adds up what it waited', async () => {
    const { person, clock } = slow();
    person.phone.startActivity({ component: PAGE });
    await clock.pass(250);
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
    await person.phone.tap(10, 500);
    assert.equal(person.phone.events.at(-1)?.kind, 'touch-lost');
    await clock.pass(100);
    assert.equal(front(person), 'com.xiaomi.account.ui.AccountSettingsActivity');
    assert.equal(person.phone.waited, 300);
  });

  it('shows nothing for the first second of the query, then a spinner, then the question', async () => {
    const { person, clock } = slow({ account: { ...ACCOUNT, syncedData: ['contacts'] } });
    person.phone.startActivity({ component: PAGE });
    await clock.pass(300);
    await tap(person, `${account}logout_btn`);
    await clock.pass(950);
    assert.ok(person.sees(`${account}logout_btn`));
    await clock.pass(400);
    assert.ok(person.sees('android:id/progress'));
    await clock.pass(600);
    assert.ok(person.sees('com.miui.cloudservice:id/retain_button'));
  });

  it('lets back cancel the check of a password, whose answer is dropped', async () => {
    const { person, clock } = slow();
    person.phone.startActivity({ component: PAGE });
    await clock.pass(300);
    await tap(person, `${account}logout_btn`);
    await clock.pass(1100);
    person.writes(`${account}input_pwd_view`, ACCOUNT.password);
    await tap(person, `${account}passport_confirm`);
    await clock.pass(400);
    assert.equal(
      person.readsAlert('message'),
      person.phone.text('com.xiaomi.account', 'passport_checking_account'),
    );
    await person.phone.key(BACK);
    await clock.pass(3000);
    assert.ok(person.sees(`${account}input_pwd_view`) && person.phone.account);
  });

  it('keeps the account when its app is stopped while it signs out', async () => {
    const { person, clock } = slow({ account: { ...ACCOUNT, findDevice: false } });
    person.phone.startActivity({ component: PAGE });
    await clock.pass(300);
    await tap(person, `${account}logout_btn`);
    await clock.pass(1050);
    assert.equal(person.readsAlert('message'), person.phone.text('com.xiaomi.account', 'removing_account'));
    person.phone.forceStop('com.xiaomi.account');
    await clock.pass(5000);
    assert.ok(person.phone.account);
  });

  it('is idle when no window moves, even while a server is asked', async () => {
    const { person, clock } = slow();
    await person.phone.idle(10_000);
    person.phone.startActivity({ component: PAGE });
    let idle = false;
    const reached = person.phone.idle(10_000).then(() => (idle = true));
    await clock.pass(200);
    assert.equal(idle, false);
    await clock.pass(150);
    await reached;
    await tap(person, `${account}logout_btn`);
    await person.phone.idle(10_000);
  });

  it('stops waiting for idleness when the time is up', async () => {
    const { person, clock } = slow();
    person.phone.startActivity({ component: PAGE });
    const reached = person.phone.idle(100);
    await clock.pass(150);
    await reached;
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
  });

  it('answers the same for the same seed', async () => {
    const waits = async (seed: number): Promise<number> => {
      const { person, clock } = slow({ seed, account: { ...ACCOUNT, findDevice: false } });
      person.phone.startActivity({ component: PAGE });
      await clock.pass(300);
      await tap(person, `${account}logout_btn`);
      await clock.pass(6000);
      assert.equal(person.phone.account, undefined);
      return person.phone.waited;
    };
    assert.equal(await waits(7), await waits(7));
    assert.notEqual(await waits(7), await waits(8));
  });
});

describe('a screen that is off', () => {
  it('feels nothing until it is woken', async () => {
    const person = at({ screen: 'off' });
    assert.match(person.phone.dumpsys('power', []) ?? '', /mWakefulness=Asleep/);
    await person.taps('Settings');
    assert.equal(front(person), 'com.miui.home.launcher.Launcher');
    await person.presses(224);
    await person.taps('Settings');
    assert.equal(front(person), 'com.android.settings.MainSettings');
  });
});

describe('what else a spec says of the phone', () => {
  it('is asked to adb: charge, charger, and who is in front', () => {
    const battery = (spec: PhoneSpec): string => at(spec).phone.dumpsys('battery', []) ?? '';
    assert.match(
      battery({ battery: 7, charging: false }),
      /USB powered: false[\s\S]+status: 3[\s\S]+level: 7/,
    );
    assert.match(battery({ battery: 50 }), /USB powered: true[\s\S]+status: 2[\s\S]+level: 50/);
    assert.match(battery({ battery: 100 }), /status: 5/);
    const { phone } = at({ user: 10, account: ACCOUNT });
    assert.equal(phone.user, 10);
    assert.match(
      phone.dumpsys('account', []) ?? '',
      /User UserInfo\{0:[^]+type=com\.xiaomi}[^]+User UserInfo\{10:[^}]+}:\n {2}Accounts: 0/,
    );
  });

  it('is its IMEI, or one made from its serial number', () => {
    assert.equal(at({ imei: '490154203237518' }).phone.imei, '490154203237518');
    assert.notEqual(at({ seed: 1 }).phone.imei, at({ seed: 2 }).phone.imei);
    assert.equal(at({ seed: 2 }).phone.imei, at({ seed: 2 }).phone.imei);
  });

  it('has a second one, for its second SIM, and both are properties of old releases', () => {
    const { imei, imei2 } = at({ imei: '490154203237518' }).phone;
    assert.notEqual(imei, imei2);
    assert.match(imei2, /^\d{15}$/);
    assert.equal(at({ imei2: '490154203237526' }).phone.imei2, '490154203237526');
    const old = at({ release: '10' }).phone;
    assert.deepEqual(
      ['ro.ril.miui.imei0', 'ro.ril.miui.imei1', 'ro.ril.oem.imei1', 'ro.ril.oem.imei2'].map((name) =>
        old.props.get(name),
      ),
      [old.imei, old.imei2, old.imei, old.imei2],
    );
  });
});
