import { makeApk } from '../apk/apk.ts';
import type { AppPage } from '../apps/page.ts';
import type { Intent } from '../handset.ts';
import { SimPhone } from '../phone/phone.ts';
import type { PhoneOptions } from '../phone/system.ts';
import { refill } from '../phone/refill.ts';
import { identified } from '../identity.ts';
import type { Display, Node, Window } from '../screen/view.ts';
import { NOT_RECORDED, PLAYED_PROPERTY } from '../../survey.ts';
import type { PhoneSpec } from '../spec.ts';
import type { AndroidUser } from '../users.ts';
import { accountIn, propertiesOf, specOf, usersIn } from './facts.ts';
import { inferredWays } from './inferred.ts';
import { notRecorded, PlayedPage, recordedNodes } from './page.ts';
import { drawn } from './picture.ts';
import type { RecordedScreen, RecordedWay, Recording } from './recording.ts';
import type { RecordedNode } from './tree.ts';

/** Apps of which a recording shows all that there is; the home screen stays the simulation's own. */
const PLAYED = [
  'com.android.settings',
  'com.xiaomi.account',
  'com.miui.cloudservice',
  'com.xiaomi.finddevice',
];

/**
 * A simulated phone that shows what was recorded of another one: same trees, words, properties and pictures.
 * A touch leads where the recording leads, else to a page that says that it was not recorded.
 */
export class PlayedPhone extends SimPhone {
  readonly #recording: Recording;
  readonly #ways: readonly RecordedWay[];
  /** Where the intent leads that is being started. */
  #wanted: string | undefined;

  constructor(recording: Recording, options: PhoneOptions = {}, own: Pick<PhoneSpec, 'seed' | 'pace'> = {}) {
    super(identified({ ...specOf(recording), ...own }), options);
    this.#recording = recording;
    this.#ways = recording.ways.length > 0 ? recording.ways : inferredWays(recording);
    this.#play();
  }

  override reset(spec: PhoneSpec): void {
    super.reset(spec);
    if (#recording in this) this.#play();
  }

  #play(): void {
    const { phone, labels } = this.#recording;
    refill(this.props, propertiesOf(this.#recording, new Map(this.props)));
    this.props.set(PLAYED_PROPERTY, 'yes');
    for (const [name, app] of [...this.packages]) {
      const version = phone.apps[name];
      if (version === '') this.packages.delete(name);
      else if (version !== undefined) this.packages.set(name, { ...app, versionName: version });
      const own = [...labels].filter(([key]) => key.startsWith(`${name}:`));
      if (own.length > 0 && app.system) this.#packs(app.path, name, own);
    }
  }

  /** The app's package with the recorded words: phones before Android 12 are asked for it. */
  #packs(path: string, packageName: string, own: readonly (readonly [string, string])[]): void {
    const file = this.files.get(path);
    if (!file) return;
    const strings = {
      default: Object.fromEntries(own.map(([key, text]) => [key.slice(packageName.length + 1), text])),
    };
    this.files.set(path, {
      ...{ mode: file.mode, mtime: file.mtime },
      get data() {
        return makeApk({ packageName, versionCode: 1, versionName: '1', strings });
      },
    });
  }

  override get screen(): Display {
    const screen = super.screen;
    if (!(#recording in this)) return screen;
    const { height, width } = this.#recording.groups[0]!.screens[0]!.tree;
    const bar = screen.height - height;
    return width === screen.width && bar >= 0 && bar < screen.height / 4
      ? { ...screen, navigationBar: bar }
      : screen;
  }

  override get users(): readonly AndroidUser[] {
    return usersIn(this.#recording) ?? super.users;
  }

  override string(packageName: string, name: string): string | undefined {
    const key = `${packageName}:${name}`;
    const { labels, missing } = this.#recording;
    return labels.get(key) ?? (missing.has(key) ? undefined : super.string(packageName, name));
  }

  override dumpsys(service: string, args: readonly string[]): string | undefined {
    const { answers } = this.#recording;
    const said =
      service === 'account'
        ? answers.get('accounts')
        : service === 'battery'
          ? answers.get('battery')
          : undefined;
    return said ?? super.dumpsys(service, args);
  }

  /** What stands for the account's name on the screens. */
  get #account(): string {
    return accountIn(this.dumpsys('account', []) ?? '');
  }

  override layOut(window?: Window): Node {
    const shown = window ?? this.windows().at(-1);
    return (shown && recordedNodes(shown)) ?? super.layOut(window);
  }

  override screenshot(): Promise<Buffer> {
    const page = this.tasks.top()?.page;
    if (!(page instanceof PlayedPage) || !this.awake) return super.screenshot();
    return page.screen.picture ? Promise.resolve(page.screen.picture) : drawn(this.layOut(), this.screen);
  }

  override startActivity(intent: Intent): string | undefined {
    this.#wanted = this.#ways.find(
      (way) => way.did === 'start' && way.intents?.some((one) => starts(one, intent)),
    )?.to;
    try {
      return super.startActivity(intent);
    } finally {
      this.#wanted = undefined;
    }
  }

  override openTask(affinity: string, first: () => AppPage): void {
    this.#forget();
    if (!PLAYED.includes(affinity)) return super.openTask(affinity, first);
    const page = this.#startOf(affinity);
    super.openTask(affinity, () => page);
  }

  override openInTask(affinity: string, page: AppPage): void {
    this.#forget();
    super.openInTask(affinity, PLAYED.includes(affinity) ? this.#startOf(affinity) : page);
  }

  override open(page: AppPage, over?: AppPage): void {
    if (page.kind !== 'panel') return super.open(page, over);
    const panel = this.#ways.find(({ did }) => did === 'panel')?.to;
    super.open(this.#pageWith(panel) ?? this.#unknown('the quick panel'), over);
  }

  /** Where an app begins: what the intent names, else the first page of it that was recorded. */
  #startOf(app: string): AppPage {
    const first = this.#recording.groups.find((group) => group.package === app)?.screens[0]?.file;
    const known = this.#recording.ways.length === 0 || this.#wanted !== undefined ? this.#wanted : first;
    return this.#pageWith(known ?? first) ?? this.#unknown(`the start of ${app}`);
  }

  /** The recorded page with that screen, scrolled to it. */
  #pageWith(file: string | undefined): PlayedPage | undefined {
    for (const group of this.#recording.groups) {
      const place = group.screens.findIndex((screen) => screen.file === file);
      if (place >= 0)
        return new PlayedPage(group, place, this.#account, (screen, node) => this.#touched(screen, node));
    }
    return undefined;
  }

  #touched(screen: RecordedScreen, node: RecordedNode): void {
    const way = this.#ways.find(
      ({ did, at }) =>
        did === 'tap' && at?.some((one) => one.screen === screen.file && holds(node, one.bounds)),
    );
    const page = this.#pageWith(way?.to);
    const from = this.tasks.top()?.page;
    const what = node.attributes.get('text') || node.attributes.get('resource-id') || node.cls;
    const next = page ?? this.#unknown(`what '${what}' leads to`, screen.file);
    if (from?.kind !== 'panel') return super.open(next);
    // Under an open panel nothing is seen.
    this.close(from);
    this.#forget();
    super.openTask(next.package, () => next);
  }

  /** A page that is not recorded is none of its app: it is not there any more when the app comes to the front again. */
  #forget(): void {
    this.tasks.remove((page) => page.package === NOT_RECORDED);
  }

  #unknown(what: string, screen = ''): AppPage {
    this.record('not-recorded', { what, ...(screen ? { screen } : {}) });
    return notRecorded(what, (page) => this.close(page));
  }
}

/** The node, or one in it that takes no touch of its own, is what was tapped. */
function holds(node: RecordedNode, bounds: readonly number[]): boolean {
  if (node.bounds.every((px, place) => px === bounds[place])) return true;
  return node.children.some((child) => child.attributes.get('clickable') !== 'true' && holds(child, bounds));
}

/** Whether an intent is the one that was recorded as `am start` was given it. */
function starts(recorded: string, { action, component }: Intent): boolean {
  const words = recorded.split(' ');
  const after = (flag: string) => words[words.indexOf(flag) + 1];
  const short = (name: string) => name.replace(/^([^/]+)\/\1\./, '$1/.');
  if (component !== undefined) return words.includes('-n') && short(after('-n') ?? '') === short(component);
  return words.includes('-a') && after('-a') === action;
}
