/**
 * What the matrix is made of: every flow on every release in every language. Pure, so that launcher, workers
 * and page have the same cells.
 */

export interface Cell<Flow extends FlowName | PlayedFlow = FlowName | PlayedFlow> {
  release: string;
  region: 'global' | 'china';
  language: string;
  /** Of the screens of a sign-out. Missing: as the release has it. */
  order?: string;
  flow: Flow;
}

/** What people do with these phones; together they meet every page of MIUI. */
export const flowNames = ['keep', 'delete', 'wrong-password', 'second-factor', 'change-password'] as const;
export type FlowName = (typeof flowNames)[number];
/** What is done on a phone that plays a survey back. */
const playedFlows = ['look', 'to-sign-out', 'settings-to-sign-out', 'to-change-password'] as const;
export type PlayedFlow = (typeof playedFlows)[number];
export const flowInWords: Record<FlowName | PlayedFlow, string> = {
  keep: 'Signed out, data kept',
  delete: 'Signed out through Settings, data removed',
  'wrong-password': 'A wrong password is refused',
  'second-factor': 'A second factor is for a person',
  'change-password': 'Password changed, then signed out with it',
  look: 'What page objects look for is on the recorded pages',
  'to-sign-out': 'A sign-out goes to the last recorded page, and taps Sign out',
  'settings-to-sign-out': 'A sign-out through Settings does the same',
  'to-change-password': 'A password change goes to the last recorded page',
};

/** What phones there are. */
export interface Range {
  releases: readonly string[];
  languages: readonly string[];
  orders: readonly string[];
}

/** The spec of a phone without its release. */
export type Variant = Pick<Cell, 'region' | 'language' | 'order'>;

/**
 * Every language on the ROM that is sold with it, the made-up language on both, and in that one every
 * order of screens.
 */
export function variants({ languages, orders }: Pick<Range, 'languages' | 'orders'>): Variant[] {
  const spoken = languages.filter((language) => language !== 'pseudo');
  return [
    ...spoken
      .filter((language) => language !== 'zh-CN')
      .map((language) => ({ region: 'global' as const, language })),
    { region: 'global', language: 'pseudo' },
    ...spoken
      .filter((language) => language === 'zh-CN')
      .map((language) => ({ region: 'china' as const, language })),
    { region: 'china', language: 'pseudo' },
    ...orders.map((order) => ({ region: 'global' as const, language: 'pseudo', order })),
  ];
}

/** All cells, release by release. */
export function wholeMatrix(range: Range): Cell<FlowName>[] {
  return range.releases.flatMap((release) =>
    variants(range).flatMap((variant) => flowNames.map((flow) => ({ release, ...variant, flow }))),
  );
}

/** Every flow on every release, while the variants go round; each of them comes at least once. */
export function sampleOf(range: Range): Cell<FlowName>[] {
  const { releases } = range;
  const round = variants(range);
  const flows = flowNames.length;
  return Array.from({ length: Math.max(releases.length * flows, round.length) }, (_, step) => ({
    release: pick(releases, Math.floor(step / flows)),
    // One further after each round, so that a variant does not always meet the same flow.
    ...pick(round, step + Math.floor(step / round.length)),
    flow: pick(flowNames, step),
  })).sort((one, other) => releases.indexOf(one.release) - releases.indexOf(other.release));
}

/** A survey that is played back. */
export interface PlayedSurvey {
  /** Of its file: releases may have several. */
  name: string;
  signedIn: boolean;
  region: string;
  language: string;
}

/** The cells of one survey. Without an account there is none to sign out. */
export function playedCells({ name, signedIn, region, language }: PlayedSurvey): Cell<PlayedFlow>[] {
  const flows = playedFlows.filter((flow) => signedIn || flow === 'look');
  return flows.map((flow) => ({
    ...{ release: name, language, flow },
    region: region === 'china' ? 'china' : 'global',
  }));
}

/** The part of one worker. Cells of a release stay together: each other release is another session. */
export function share<C extends Cell>(cells: readonly C[], worker: number, workers: number): C[] {
  const end = (index: number) => Math.round((cells.length * index) / workers);
  return cells.slice(end(worker), end(worker + 1));
}

/** Title of its test, and name of its folder. */
export function nameOf({ release, region, language, order, flow }: Cell): string {
  return [release, region, language, ...(order ? [order] : []), flow].join(' ');
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
