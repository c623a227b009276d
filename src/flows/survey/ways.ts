import type { PageSource, SourceNode } from '../../../pageobjects/look.ts';
import { locate, type Locator } from '../../../pageobjects/locator.ts';
import type { LabelBook } from '../../../pageobjects/label.ts';
import { MiAccountPage } from '../../../pageobjects/mi-account.page.ts';
import { QuickPanel, SettingsPage } from '../../../pageobjects/settings.page.ts';
import type { SurveyWay } from '../../survey.ts';

/** What was done last, before the next screen is recorded. */
type Step =
  { did: 'start'; intents: readonly string[] } | { did: 'panel' } | { did: 'tap'; node: SourceNode };

/** The steps of a survey, each with the screen that came of it. */
export class Ways {
  #last: Step | undefined;
  readonly #taken: { step: Step; to: PageSource }[] = [];

  started(...intents: readonly string[]): void {
    this.#last = { did: 'start', intents };
  }

  pulledPanel(): void {
    this.#last = { did: 'panel' };
  }

  tapped(node: SourceNode | undefined): void {
    if (node) this.#last = { did: 'tap', node };
  }

  /** The screen is recorded: what was done before led to it. */
  came(to: PageSource): void {
    if (this.#last) this.#taken.push({ step: this.#last, to });
    this.#last = undefined;
  }

  /** As a survey keeps them. `fileOf`: the file of a screen. */
  kept(screens: readonly PageSource[], fileOf: (screen: PageSource) => string, known: Known): SurveyWay[] {
    const taken = this.#taken.map(({ step, to }): SurveyWay => {
      const end = fileOf(to);
      if (step.did !== 'tap')
        return { did: step.did, ...(step.did === 'start' ? { intents: [...step.intents] } : {}), to: end };
      return { did: 'tap', at: placesOf(step.node, screens, fileOf), to: end };
    });
    return [...taken, ...knownWays(screens, fileOf, known)];
  }
}

interface Known {
  book: LabelBook;
  account: string | undefined;
}

/** Where the same thing stands, on every screen that has it. */
function placesOf(
  node: SourceNode,
  screens: readonly PageSource[],
  fileOf: (screen: PageSource) => string,
): NonNullable<SurveyWay['at']> {
  const isSame = (one: SourceNode) =>
    one.package === node.package &&
    one.cls === node.cls &&
    one.id === node.id &&
    one.text === node.text &&
    one.desc === node.desc;
  return screens.flatMap((screen) =>
    screen.nodes
      .filter(isSame)
      .map(({ bounds }) => ({ screen: fileOf(screen), bounds: [...bounds] as const })),
  );
}

/** What page objects know of where things lead: a survey goes there by intents, and a person by them. */
const LEADS: readonly [
  from: string,
  locator: Locator | undefined,
  to: (look: PageSource, book: LabelBook) => boolean,
][] = [
  [
    'com.android.settings',
    SettingsPage.locators['accountRow'],
    (look, book) =>
      look.package === 'com.xiaomi.account' &&
      locate(MiAccountPage.landmark.ways ?? [], look, book) !== undefined,
  ],
  ['com.android.systemui', QuickPanel.locators['tile'], (look) => look.package === 'com.android.settings'],
  ['com.android.systemui', QuickPanel.locators['gear'], (look) => look.package === 'com.android.settings'],
];

function knownWays(
  screens: readonly PageSource[],
  fileOf: (screen: PageSource) => string,
  { book, account }: Known,
): SurveyWay[] {
  return LEADS.flatMap(([from, locator = [], isTo]): SurveyWay[] => {
    const to = screens.find((look) => isTo(look, book));
    const at = screens
      .filter((look) => look.package === from)
      .flatMap((screen) => {
        const node = locate(locator, screen, book, account)?.node;
        return node
          ? [{ screen: fileOf(screen), bounds: [...node.bounds] as [number, number, number, number] }]
          : [];
      });
    return to && at.length > 0 ? [{ did: 'tap', at, known: true, to: fileOf(to) }] : [];
  });
}
