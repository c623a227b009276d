import { fail, lines, unknown, type Command, type Context } from './command.ts';
import { writeFile } from './filesystem.ts';
import { shownText } from '../screen/layout.ts';
import type { Node } from '../screen/view.ts';

/** Who holds the phone's one connection for UI automation, and what `uiautomator` sees through it. */

const OWN = 'io.appium.uiautomator2.server';
/** The tool that holds it where the fault says so. */
const OTHER = 'com.github.uiautomator';
const DUMP = '/sdcard/window_dump.xml';

function holder({ phone, processes }: Context): string | undefined {
  if (phone.faults.has('second-uiautomation-owner')) return OTHER;
  return processes.get(OWN) ? OWN : undefined;
}

/** Its processes, as `ps` lists them. */
export function automationProcesses({ phone }: Context): { pid: number; user: string; name: string }[] {
  return phone.faults.has('second-uiautomation-owner') ? [{ pid: 3344, user: 'u0_a311', name: OTHER }] : [];
}

/**
 * `dumpsys accessibility` (AccessibilityManagerService.dump, UiAutomationManager.UiAutomationService.dump).
 */
export function accessibility(context: Context): string {
  const held =
    holder(context) === undefined
      ? ''
      : ', Ui Automation[eventTypes=TYPES_ALL_MASK, notificationTimeout=0]\n';
  return lines([
    'ACCESSIBILITY MANAGER (dumpsys accessibility)',
    '',
    'currentUserId=0',
    `User state[attributes:{id=0, touchExplorationEnabled=false${held}}`,
    '           services:{}]',
  ]);
}

/**
 * `dumpsys activity processes` (ActivityManagerService.dumpProcessesLocked, ActiveInstrumentation.toString).
 */
export function runningProcesses(context: Context): string {
  const holds = holder(context);
  const active =
    holds === undefined
      ? []
      : [
          '',
          '  Active instrumentation:',
          `    Instrumentation #0: ActiveInstrumentation{8c1f0de {${holds}.test/androidx.test.runner.AndroidJUnitRunner} 1 procs}`,
        ];
  return lines([
    'ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)',
    '  All known processes:',
    ...active,
  ]);
}

/** `uiautomator dump [FILE]`: the window in front (AOSP DumpCommand, AccessibilityNodeInfoDumper). */
export const uiautomator: Command = ([verb, file = DUMP], context) => {
  if (verb !== 'dump' || file.startsWith('-'))
    return unknown(context, `uiautomator ${verb} ${file}`, fail('Usage: uiautomator <subcommand> [options]'));
  if (holder(context) !== undefined)
    return fail(
      'java.lang.IllegalStateException: UiAutomationService android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5c2dcb3 already registered!',
    );
  const tree = `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation="0">${element(context.phone.layOut(), 0)}</hierarchy>`;
  writeFile(context.phone, file, Buffer.from(tree));
  return `UI hierchary dumped to: ${file}\n`;
};

function element({ view, bounds: { x, y, width, height }, window, children }: Node, index: number): string {
  const corner = (across: number, down: number) => `[${Math.round(across)},${Math.round(down)}]`;
  const flag = (value: boolean | undefined) => String(value === true);
  const attributes: Record<string, string> = {
    index: String(index),
    text: shownText(view),
    'resource-id': view.id ?? '',
    class: view.cls,
    package: window.package,
    'content-desc': view.desc ?? '',
    checkable: flag(view.checkable),
    checked: flag(view.checked),
    clickable: flag(view.clickable),
    enabled: String(view.enabled !== false),
    focusable: flag(view.focusable),
    focused: flag(view.focused),
    scrollable: flag((view.scroll?.max ?? 0) > 0),
    'long-clickable': flag(view.longClickable),
    password: flag(view.password),
    selected: flag(view.selected),
    bounds: corner(x, y) + corner(x + width, y + height),
  };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `<node ${written.join(' ')}>${children.map(element).join('')}</node>`;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
