import type { Opened, Task } from './tasks.ts';
import { releases } from '../releases.ts';
import { masked, nameOf } from '../shown-names.ts';
import type { AccountSpec, FullSpec } from '../spec.ts';
import { userText, usersOf } from '../users.ts';

/** What `dumpsys` tells of, taken from the phone at the moment of asking. */
export interface PhoneState {
  spec: FullSpec;
  miui: boolean;
  account: AccountSpec | undefined;
  /** Account additions and removals, oldest first. */
  history: readonly { at: number; action: string }[];
  tasks: readonly Task[];
  top: Opened | undefined;
  keyboard: boolean;
  awake: boolean;
  /** Behind the lock screen. */
  locked: boolean;
}

/** The text of `dumpsys SERVICE ARGS`, or undefined where it does not depend on the phone's state. */
export function dumpsys(service: string, args: readonly string[], state: PhoneState): string | undefined {
  switch (service) {
    case 'account':
      return accounts(state);
    case 'activity':
      return ['activities', 'a', 'top', 'recents', undefined].includes(args[0])
        ? activities(state, args[0])
        : undefined;
    case 'window':
      return windows(state);
    case 'device_policy':
      return devicePolicy(state);
    case 'power':
      return power(state);
    case 'battery':
      return battery(state);
    case 'input_method':
      return `Current Input Method Manager state:\n  mShowRequested=${state.keyboard} mShowExplicitlyRequested=false mShowForced=false mInputShown=${state.keyboard}\n  mCurMethodId=com.android.inputmethod.latin/.LatinIME\n`;
    case 'trust':
      return trust(state);
    default:
      return undefined;
  }
}

const MIUI_SERVICES = ['com.xiaomi', 'com.xiaomi.unactivated'];

/**
 * AccountManagerService.dump of AOSP: one block a user; Account.toString gives `Account {name=…, type=…}`.
 */
function accounts(state: PhoneState): string {
  const { spec, account, miui, history } = state;
  const listed = [...spec.otherAccounts];
  if (miui && account) listed.push({ name: nameOf(account, spec.shows.list), type: 'com.xiaomi' });
  else if (miui && spec.region === 'china')
    listed.push({ name: 'unactivated', type: 'com.xiaomi.unactivated' });
  const mask = (name: string): string => (spec.shows.masked ? masked(name) : name);
  const inDualApps = account && miui ? [{ name: nameOf(account, spec.shows.list), type: 'com.xiaomi' }] : [];
  return usersOf(spec)
    .map((user) => {
      const entries = user.id === 0 ? listed : user.id === 999 ? inDualApps : [];
      return [
        `User ${userText(user)}:`,
        `  Accounts: ${entries.length}`,
        ...entries.map(({ name, type }) => `    Account {name=${mask(name)}, type=${type}}`),
        '',
        '  AccountId, Action_Type, timestamp, UID, TableName, Key',
        '  Accounts History',
        ...history.map(({ at, action }, i) => `  1,${action},${stamp(at)},1000,accounts,${i}`),
        '',
        '  Active Sessions: 0',
        '',
        `  RegisteredServicesCache: ${miui ? MIUI_SERVICES.length : 1} services`,
        ...(miui
          ? MIUI_SERVICES.map(
              (type) =>
                `    ServiceInfo: AuthenticatorDescription {type=${type}}, ComponentInfo{com.xiaomi.account/com.xiaomi.account.accountservice.AccountService}, uid 6101`,
            )
          : [
              '    ServiceInfo: AuthenticatorDescription {type=com.google}, ComponentInfo{com.google.android.gms/com.google.android.gms.auth.account.authenticator.GoogleAccountAuthenticatorService}, uid 10021',
            ]),
        '',
        '  Account visibility:',
        '',
      ].join('\n');
    })
    .join('\n');
}

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
const hash = (serial: number): string =>
  ((serial * 2654435761) >>> 4).toString(16).padStart(7, '0').slice(0, 7);

/** `com.xiaomi.account/.ui.LoginActivity`, as ComponentName.flattenToShortString writes it. */
function shortComponent({ page }: Opened): string {
  const { package: name, activity = '' } = page;
  return `${name}/${activity.startsWith(`${name}.`) ? activity.slice(name.length) : activity}`;
}

/** Pages that are activities: a dialog of an activity is a window, not a record of its own. */
function activitiesOf(task: Task): Opened[] {
  return task.pages.filter(
    ({ page }, i, all) =>
      page.activity !== undefined && all.findIndex((one) => one.page.activity === page.activity) === i,
  );
}

function resumed(state: PhoneState): { opened: Opened; task: Task } | undefined {
  const task = state.locked ? undefined : state.tasks.at(-1);
  const opened = task && activitiesOf(task).at(-1);
  return opened && { opened, task };
}

const record = (opened: Opened, task: Task): string =>
  `ActivityRecord{${hash(opened.serial)} u0 ${shortComponent(opened)} t${task.id}}`;

function activities(state: PhoneState, view: string | undefined): string {
  const { sdk } = releases[state.spec.release];
  const front = resumed(state);
  if (view === 'top') {
    if (!front) return '';
    const { opened, task } = front;
    return `TASK ${task.affinity} id=${task.id} userId=0\n  ACTIVITY ${shortComponent(opened)} ${hash(opened.serial)} pid=4711\n    Local Activity ${hash(opened.serial)} State:\n      mResumed=${state.awake} mStopped=false mFinished=false\n`;
  }
  const lines = [
    'ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)',
    'Display #0 (activities from top to bottom):',
  ];
  for (const task of state.tasks.toReversed()) {
    const head =
      sdk >= 30
        ? `  * Task{${hash(task.id)} #${task.id} type=standard A=1000:${task.affinity} U=0 visible=${task === front?.task}`
        : `    * TaskRecord{${hash(task.id)} #${task.id} A=${task.affinity} U=0 StackId=${task.id}`;
    lines.push(`${head} sz=${activitiesOf(task).length}}`);
    activitiesOf(task)
      .toReversed()
      .forEach((opened, i, all) =>
        lines.push(`      * Hist #${all.length - 1 - i}: ${record(opened, task)}`),
      );
  }
  if (front) {
    const shown = record(front.opened, front.task);
    lines.push(
      '',
      ...(sdk >= 30
        ? [`  topResumedActivity=${shown}`, '', `  ResumedActivity: ${shown}`]
        : [`    mResumedActivity: ${shown}`, '', `  ResumedActivity: ${shown}`]),
    );
    lines.push(
      `  mFocusedStack=ActivityStack{${hash(front.task.id)} stackId=${front.task.id} type=standard mode=fullscreen visible=true translucent=false, 1 tasks}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function windows(state: PhoneState): string {
  const { sdk } = releases[state.spec.release];
  const { top, awake, locked } = state;
  const title = !top
    ? undefined
    : top.page.kind === 'panel' || locked
      ? sdk >= 30
        ? 'NotificationShade'
        : 'StatusBar'
      : top.page.activity
        ? `${top.page.package}/${top.page.activity}`
        : top.page.package;
  const focus = title === undefined ? 'null' : `Window{${hash(top?.serial ?? 0)} u0 ${title}}`;
  const front = resumed(state);
  const app = !front
    ? 'null'
    : sdk >= 30
      ? record(front.opened, front.task)
      : `AppWindowToken{${hash(front.task.id)} token=Token{${hash(front.opened.serial + 1)} ${record(front.opened, front.task)}}}`;
  return [
    'WINDOW MANAGER POLICY STATE (dumpsys window policy)',
    `    mScreenOnEarly=${awake} mScreenOnFully=${awake} mKeyguardDrawComplete=true`,
    `    mShowingDream=false mDreamingLockscreen=${locked} mDreamingSleepToken=null`,
    '    KeyguardServiceDelegate',
    `      showing=${locked}`,
    `      showingAndNotOccluded=${locked}`,
    `      inputRestricted=${locked}`,
    `      secure=${locked}`,
    '      KeyguardStateMonitor',
    `        mIsShowing=${locked}`,
    `        mInputRestricted=${locked}`,
    '',
    'WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)',
    // HyperOS 3 prints a display that is not the screen first.
    ...(sdk >= 36 ? ['  mCurrentFocus=null', ...keyguardOf(locked)] : []),
    '  Display: mDisplayId=0',
    `  mCurrentFocus=${focus}`,
    ...(sdk >= 36 ? keyguardOf(locked) : []),
    `  mFocusedApp=${app}`,
    '',
  ].join('\n');
}

/** As HyperOS 3 prints it for each display. */
const keyguardOf = (locked: boolean): string[] => [
  `    mShowingDream=false mDreamingLockscreen=${locked}`,
  `    isKeyguardShowing=${locked}`,
];

function devicePolicy({ spec }: PhoneState): string {
  const owner = [
    '  Device Owner: ',
    '    admin=ComponentInfo{com.example.mdm/com.example.mdm.AdminReceiver}',
    '    name=MDM',
    '    package=com.example.mdm',
    '    User ID: 0',
    '',
  ];
  return [
    'Current Device Policy Manager state:',
    ...(spec.managed ? owner : []),
    '  Enabled Device Admins (User 0, provisioningState: 0):',
    '',
  ].join('\n');
}

function power({ awake }: PhoneState): string {
  return `POWER MANAGER (dumpsys power)\n\nPower Manager State:\n  mWakefulness=${awake ? 'Awake' : 'Asleep'}\n  mWakefulnessChanging=false\n  mIsPowered=true\n  mStayOn=false\n  mHoldingDisplaySuspendBlocker=${awake}\n\nDisplay Power: state=${awake ? 'ON' : 'OFF'}\n`;
}

/** TrustManagerService.dump of AOSP. */
function trust({ spec, locked }: PhoneState): string {
  const { id, name } = usersOf(spec).find((one) => one.id === spec.user)!;
  const user = `"${name}" (id=${id}`;
  return `Trust manager state:\n User ${user}, flags=0x13) (current): trusted=0, trustManaged=0, deviceLocked=${locked ? 1 : 0}, strongAuthRequired=0x0\n`;
}

/** BatteryService.dump of AOSP; status: 2 charging, 3 discharging, 5 full. */
function battery({ spec }: PhoneState): string {
  const status = !spec.charging ? 3 : spec.battery === 100 ? 5 : 2;
  return `Current Battery Service state:\n  AC powered: false\n  USB powered: ${spec.charging}\n  Wireless powered: false\n  Max charging current: 500000\n  status: ${status}\n  health: 2\n  present: true\n  level: ${spec.battery}\n  scale: 100\n  voltage: 4182\n  temperature: 285\n  technology: Li-poly\n`;
}
