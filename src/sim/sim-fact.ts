/**
 * Where this phone's behaviour comes from. `proven`: read from a ROM's package, its decompiled code or what a
 * real phone printed. `assumed`: no source was found, so a real phone may differ; a flow must not depend on it.
 * `tolerated`: no phone is known to do it; a flow has to stand it all the same, and a spec switches it on.
 */
export interface SimFact {
  fact: string;
  standing: 'proven' | 'assumed' | 'tolerated';
  source: string;
}
