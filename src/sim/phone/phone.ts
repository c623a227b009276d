import { askBeforeInstall } from '../apps/adb-install.ts';
import { notified } from '../apps/notified.ts';
import { clockText, launcher } from '../apps/launcher.ts';
import { quickPanel } from '../apps/panel.ts';
import { openSettings } from '../apps/settings.ts';
import { draw, toPng } from '../screen/draw.ts';
import { dumpsys } from './dumpsys.ts';
import type { Handset, Intent } from '../handset.ts';
import { keyboardTop, layOut } from '../screen/layout.ts';
import { isBeside } from '../screen/widgets-dialog.ts';
import { CHROME } from '../chrome/phone-chrome.ts';
import { startIntent } from './intents.ts';
import { PhoneSystem } from './system.ts';
import { Tasks, windowOf, type Opened } from './tasks.ts';
import { nodeAt, scrollBy, upwards } from './touch.ts';
import { releases } from '../releases.ts';
import type { FullSpec } from '../spec.ts';
import { isRightToLeft } from '../strings/strings.ts';
import { userText } from '../users.ts';
import type { Node, Display, Style, Window } from '../screen/view.ts';

/** The screen of a Xiaomi Pad, held upright. */
const TABLET: Display = { width: 1800, height: 2880, density: 400, statusBar: 66, navigationBar: 60 };

/** What is left of an account list whose dump ran out of time. */
const CUT = "\n*** SERVICE 'account' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n";

const KEY = { unknown: 0, home: 3, back: 4, power: 26, enter: 66, del: 67, sleep: 223, wakeup: 224 } as const;

/**
 * A simulated phone as adbd, the shell and the UiAutomator2 server see it: eyes and fingers on a PhoneSystem.
 */
export class SimPhone extends PhoneSystem implements Handset {
  #cut = { spec: this.spec, times: 0 };
  /** The phone as it was when a person refused all installs. */
  #denied: FullSpec | undefined;

  get screen(): Display {
    const { display, orientation, release, tablet } = this.spec;
    const usual = tablet ? TABLET : releases[release].screen;
    const upright = display ? scaled(usual, display) : usual;
    // The lock screen of a phone does not turn (AOSP: config_enableLockScreenRotation).
    if (orientation === 'portrait' || (this.keyguard && !tablet)) return upright;
    return { ...upright, width: upright.height, height: upright.width };
  }

  // What it shows

  windows(): Window[] {
    return this.tasks.visible().map((opened) => this.#window(opened));
  }

  layOut(window?: Window): Node {
    const shown = window ?? this.#front();
    return layOut(shown, this.screen, this.#style());
  }

  async screenshot(): Promise<Buffer> {
    if (this.tasks.top()?.page.package === CHROME) await this.chrome.look();
    const windows = this.awake ? this.windows() : [];
    const status = { clock: clockText(this), battery: this.spec.battery, wifi: true, signal: 4 };
    const secure =
      this.keyboardUp() && this.props.get('ro.miui.has_security_keyboard') === '1' && this.#passwordFocused();
    return toPng(
      draw({
        screen: this.screen,
        windows,
        status,
        style: this.#style(),
        toast: this.toast()?.text,
        keyboardKind: secure ? 'secure' : 'text',
      }),
      this.spec.screenshots === 'half' ? 0.5 : 1,
    );
  }

  dumpsys(service: string, args: readonly string[]): string | undefined {
    const { spec, miui, account, history, awake } = this;
    if (service === 'account' && this.faults.has('account-list-cut') && this.#isCut())
      return `User ${userText(this.users[0]!)}:\n${CUT}`;
    return dumpsys(service, args, {
      spec,
      miui,
      account,
      history,
      awake,
      locked: this.keyguard !== undefined,
      tasks: this.tasks.tasks,
      top: this.tasks.top(),
      keyboard: this.keyboardUp(),
    });
  }

  /** Twice, of the phone as it is now. */
  #isCut(): boolean {
    if (this.#cut.spec !== this.spec) this.#cut = { spec: this.spec, times: 0 };
    return this.#cut.times++ < 2;
  }

  idle(timeoutMs: number): Promise<void> {
    return this.pace.still(timeoutMs);
  }

  /** Resolves when the phone waits for a person: no animation, no question to a server. */
  quiet(): Promise<void> {
    return this.pace.quiet();
  }

  /** What the captcha picture on the screen says, for the one who plays the person in front of it. */
  get captcha(): string | undefined {
    const letters = (node: Node): string | undefined =>
      node.view.look?.letters ?? node.children.map(letters).find(Boolean);
    return letters(this.layOut());
  }

  #front(): Window {
    const top = this.tasks.top();
    if (!top) throw new Error('The simulated phone has no window. That is a fault of the simulator.');
    return this.#window(top);
  }

  #window(opened: Opened): Window {
    return this.quirky.shown(windowOf(opened), opened.page, this.now());
  }

  #style(): Style {
    return {
      fontScale: this.spec.fontScale,
      era: releases[this.spec.release].look,
      rtl: isRightToLeft(this.spec.language),
      keyboard: this.keyboardUp(),
    };
  }

  /**
   * Whether the on-screen keyboard is up: a field of the front window was tapped and back has not put it
   * away.
   */
  keyboardUp(): boolean {
    const top = this.tasks.top();
    return top !== undefined && top.page.focus !== undefined && top.serial === this.keyboardFor;
  }

  #passwordFocused(): boolean {
    const holds = (node: Node): boolean =>
      (node.view.focused === true && node.view.password === true) || node.children.some(holds);
    return holds(this.layOut());
  }

  // What fingers do

  async tap(x: number, y: number): Promise<void> {
    const { screen } = this;
    if (!this.#receives(x, y)) return;
    if (this.notification.at(this.now()) && y < screen.statusBar + 90 * (screen.density / 160))
      return this.#openNotification();
    if (y >= screen.height - screen.navigationBar)
      return this.key(x > screen.width * 0.66 ? KEY.back : x > screen.width * 0.33 ? KEY.home : 187);
    if (this.keyboardUp() && y >= keyboardTop(screen)) return this.record('keyboard-touched');
    const top = this.tasks.top();
    const root = this.layOut();
    const under = nodeAt(root, x, y);
    if (!under || isBeside(under.view)) return this.#outside(top);
    const target = upwards(under, ({ view }) => view.clickable === true || view.onTap !== undefined);
    this.record('tap', {
      x: Math.round(x),
      y: Math.round(y),
      ...(target?.view.id ? { id: target.view.id } : {}),
    });
    if (!target || target.view.enabled === false) return;
    const before = top?.page.focus;
    target.view.onTap?.();
    if (top?.page.focus && (top.page.focus !== before || target.view.onText)) this.keyboardFor = top.serial;
  }

  async longPress(x: number, y: number, ms: number): Promise<void> {
    await this.clock.sleep(this.spec.pace === 'instant' ? 0 : ms, 'finger down');
    await this.tap(x, y);
  }

  async swipe(points: readonly { x: number; y: number }[], ms: number): Promise<void> {
    const [first] = points;
    const last = points.at(-1);
    await this.clock.sleep(this.spec.pace === 'instant' ? 0 : ms, 'finger moving');
    if (!first || !last || !this.#receives(first.x, first.y)) return;
    this.record('swipe', {
      x: Math.round(first.x),
      y: Math.round(first.y),
      toX: Math.round(last.x),
      toY: Math.round(last.y),
    });
    const top = this.tasks.top();
    const down = last.y - first.y;
    if (this.keyguard) return void (down < -this.screen.height / 10 && this.keyguard.askPin());
    if (top?.page.kind === 'panel' && down < -this.screen.height / 10) return this.close(top.page);
    if (
      first.y <= this.screen.statusBar * 1.5 &&
      down > this.screen.height / 10 &&
      top?.page.kind !== 'panel'
    )
      return this.open(quickPanel(this));
    const list = upwards(nodeAt(this.layOut(), first.x, first.y), ({ view }) => view.scroll !== undefined);
    if (list) scrollBy(list, -down);
  }

  scroll(node: Node, dy: number): boolean {
    return this.#shows(node) && scrollBy(node, dy);
  }

  /** A screen that is off feels nothing; neither does a window on its way. */
  #receives(x: number, y: number): boolean {
    if (this.awake && !this.pace.moving) return true;
    this.record('touch-lost', {
      x: Math.round(x),
      y: Math.round(y),
      why: this.awake ? 'window moving' : 'screen off',
    });
    return false;
  }

  #openNotification(): void {
    this.notification.clear();
    this.record('notification-opened');
    this.openTask('com.miui.weather2', () => notified());
  }

  /** A touch beside a dialog dismisses it as back does. */
  #outside(top: Opened | undefined): void {
    this.record('touch-outside');
    if (top?.page.kind === 'dialog') this.#back(top);
  }

  // What keys do

  async key(code: number): Promise<void> {
    this.record('key', { code });
    const top = this.tasks.top();
    switch (code) {
      case KEY.power:
      case KEY.sleep:
      case KEY.wakeup:
        this.awake = code === KEY.wakeup || (code === KEY.power && !this.awake);
        return;
      case KEY.home:
        return this.openTask('home', () => launcher(this));
      case KEY.back:
        if (this.keyboardUp()) this.keyboardFor = undefined;
        else if (top) this.#back(top);
        return;
      case KEY.del:
        if (top?.page.focus) top.page.focus.content = top.page.focus.content.slice(0, -1);
        return;
      case KEY.enter:
        return top?.page.enter?.();
      case KEY.unknown:
        return;
      default:
        this.ignorant('key', String(code));
    }
  }

  #back({ page }: Opened): void {
    if (this.pace.moving) return;
    const astray = this.quirky.strays();
    if (astray === 'settings') openSettings(this);
    else if (astray) this.openTask('home', () => launcher(this));
    else if (page.back) page.back();
    else this.close(page);
  }

  setText(node: Node, content: string): boolean {
    if (!node.view.onText || node.view.enabled === false || !this.#shows(node)) return false;
    node.view.onText(node.view.password ? this.quirky.typed(content) : content);
    return true;
  }

  type(content: string): void {
    const field = this.tasks.top()?.page.focus;
    if (!field) return this.record('typed-nowhere');
    // MIUI's security keyboard swallows some of what is typed from outside.
    const spoiled = this.faults.has('secure-keyboard') && this.#passwordFocused();
    field.content += spoiled ? [...content].filter((_, i) => i % 3 !== 2).join('') : content;
  }

  /** Whether the node's window is still on the screen. */
  #shows(node: Node): boolean {
    return this.tasks.visible().some(({ serial }) => serial === node.window.serial);
  }

  // What the shell starts

  startActivity(intent: Intent): string | undefined {
    this.record('start-activity', { intent: intent.component ?? intent.action ?? '' });
    return startIntent(this, this.packages, intent);
  }

  /**
   * Off and on again: windows are closed, and what was under way has stopped. Account, settings and apps
   * stay.
   */
  reboot(): void {
    this.record('rebooted');
    this.pace.stop();
    this.pace = this.pace.anew();
    void this.chrome.stop();
    this.keyboardFor = undefined;
    this.awake = true;
    this.tasks = new Tasks(this.tasks.lastSerial);
    this.tasks.toFront('home', () => launcher(this));
  }

  async allowsInstall(packageName: string): Promise<boolean> {
    const { installDialog } = this.spec;
    // What is there already is replaced without a question.
    if (!installDialog || !this.miui || this.packages.has(packageName)) return true;
    if (installDialog === 'denied' || this.#denied === this.spec) return false;
    const { install, remember } = await askBeforeInstall(this, packageName);
    if (remember) this.#denied = this.spec;
    return install;
  }
}

/** Bars keep their height in dp. */
function scaled(usual: Display, { width, height, density }: NonNullable<FullSpec['display']>): Display {
  const bar = (px: number): number => Math.round((px * density) / usual.density);
  return {
    ...{ width, height, density },
    statusBar: bar(usual.statusBar),
    navigationBar: bar(usual.navigationBar),
  };
}
