/** A string of the ROM by its name; its wording is the phone's business. */
export interface Label {
  package: string;
  name: string;
}

export const label = (owner: string, ...names: string[]): Label[] =>
  names.map((name) => ({ package: owner, name }));

/** The phone's own labels in its current language. */
export interface LabelBook {
  /**
   * Whether `text` is what the phone draws for this label: letter for letter with `exactly`, else also in
   * capitals or broken into lines. False when the release has no such string.
   */
  matches(label: Label, text: string, exactly?: boolean): boolean;
  /** The values the phone put in for `%d` and `%s`; empty when the text is not this label. */
  values(label: Label, text: string): string[];
  /** The label as drawn; undefined when the release has no such string. */
  text(label: Label): string | undefined;
  /** Reads the labels anew where the phone's language is another one by now, and tells whether it is. */
  refresh?(signal?: AbortSignal): Promise<boolean>;
}
