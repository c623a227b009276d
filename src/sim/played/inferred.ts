import type { Recording, RecordedPage, RecordedWay } from './recording.ts';
import type { RecordedNode } from './tree.ts';

const [SETTINGS, ACCOUNT, PANEL] = ['com.android.settings', 'com.xiaomi.account', 'com.android.systemui'];

/**
 * Ways between the pages of a recording that names none, as those of before: the first page of an app is where
 * it opens, and a row leads to the page with its words as the title.
 */
export function inferredWays({ groups, labels }: Recording): RecordedWay[] {
  const first = (app: string): string | undefined =>
    groups.find((group) => group.package === app)?.screens[0]?.file;
  const started = (app: string, ...intents: string[]): RecordedWay[] => {
    const to = first(app);
    return to === undefined ? [] : [{ did: 'start', intents, to }];
  };
  const panel = first(PANEL);
  const account = first(ACCOUNT);
  const settings = groups.find((group) => group.package === SETTINGS);
  const security = groups.filter(
    (group) => group.package === ACCOUNT && group.screens[0]?.file !== account,
  )[0];
  const rows = ['xiaomi_account', 'login_account_summary_temp', 'unlogin_account_title'].flatMap(
    (name) => labels.get(`${SETTINGS}:${name}`) ?? [],
  );
  return [
    ...started(SETTINGS, '-a android.settings.SETTINGS'),
    ...started(
      ACCOUNT,
      '-a android.settings.XIAOMI_ACCOUNT_SYNC_SETTINGS',
      `-n ${ACCOUNT}/.ui.AccountSettingsActivity`,
    ),
    ...(panel === undefined ? [] : [{ did: 'panel' as const, to: panel }]),
    ...(settings
      ? [
          {
            did: 'tap' as const,
            at: placesOf(groups, PANEL, titlesOf(settings)),
            to: settings.screens[0]!.file,
          },
        ]
      : []),
    ...(account === undefined
      ? []
      : [{ did: 'tap' as const, at: placesOf(groups, SETTINGS, rows), to: account }]),
    ...(security
      ? [
          {
            did: 'start' as const,
            intents: [`-n ${ACCOUNT}/.ui.AccountSecurityActivity`],
            to: security.screens[0]!.file,
          },
          {
            did: 'tap' as const,
            at: placesOf(groups, ACCOUNT, titlesOf(security)),
            to: security.screens[0]!.file,
          },
        ]
      : []),
  ];
}

/** Words at the top of a page. */
function titlesOf(page: RecordedPage): string[] {
  const root = page.screens[0]?.tree.root;
  return root
    ? nodesOf(root)
        .flatMap(({ attributes }) => attributes.get('text') || [])
        .slice(0, 2)
    : [];
}

function placesOf(
  groups: readonly RecordedPage[],
  app: string,
  words: readonly string[],
): NonNullable<RecordedWay['at']> {
  const screens = groups.filter((group) => group.package === app).flatMap((group) => group.screens);
  return screens.flatMap(({ file, tree }) =>
    nodesOf(tree.root)
      .filter(({ attributes }) =>
        ['text', 'content-desc'].some((name) => words.includes(attributes.get(name) ?? '')),
      )
      .map(({ bounds }) => ({ screen: file, bounds: [...bounds] as [number, number, number, number] })),
  );
}

const nodesOf = (node: RecordedNode): RecordedNode[] => [node, ...node.children.flatMap(nodesOf)];
