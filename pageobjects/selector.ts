import { isCommon } from './locator.ts';
import { only, within, type PageSource, type SourceNode } from './look.ts';

/*
 * How the phone finds a thing of a look again. Between a look and a touch another window may have come to the
 * front, with a button of the same id at the same place. A UiSelector is searched in the window in front, anew
 * for each touch, so it names all that is known: the app, the id, the words. Where it names too much it finds
 * nothing, and the walk looks again; where it names too little another window is agreed to.
 */

/** A thing by its id, its words, and where needed by its box or its place among what is the same. */
export function selectorOf(node: SourceNode, look: PageSource, proof?: SourceNode): string {
  const answer = proof && answerUnder(proof, node, look);
  if (answer) return answer;
  // An id of every row says nothing without words. What has an id of its own may count down.
  const isRow = isCommon(node.id);
  const words = node.id === '' || isRow || !hasNumber(node) ? wordsOf(node) : undefined;
  const id = isRow && !words ? '' : node.id;
  if (id === '' && !words) return selectorByClass(node, look);
  const same = look.nodes.filter(
    (other) =>
      other.package === node.package &&
      (id === '' || other.id === id) &&
      (!words || other[words.as] === words.say),
  );
  const criteria = of(node) + (id === '' ? '' : `.resourceId(${quoted(id)})`) + saying(words);
  if (same.length === 1) return by(criteria);
  const box = within(node).find(
    (up) => isAlone(up, look) && only(same.filter((twin) => within(twin).includes(up))),
  );
  return box
    ? by(`${of(box)}.resourceId(${quoted(box.id)}).childSelector(${create(criteria)})`)
    : by(`${criteria}.instance(${same.indexOf(node)})`);
}

/**
 * The same by class, for what may have no words either: the only one of its class with its words, or by its
 * place among its class.
 */
export function selectorByClass(node: SourceNode, { nodes }: PageSource): string {
  const same = nodes.filter((other) => other.cls === node.cls && other.package === node.package);
  const words = wordsOf(node);
  const isOnly = words && only(same.filter((other) => other[words.as] === words.say));
  const which = isOnly ? saying(words) : `.instance(${same.indexOf(node)})`;
  return by(`${of(node)}.className(${quoted(node.cls)})${which}`);
}

/** A thing that the last look did not show: Android's own ids are in every app. */
export const selectorById = (id: string, { package: owner }: PageSource): string =>
  by(
    `${id.startsWith('android:') && owner ? `.packageName(${quoted(owner)})` : ''}.resourceId(${quoted(id)})`,
  );

/** Ids of answers, which are the same in each dialog of Android, or of the passport SDK. */
const ANSWER = /^(android:id\/button\d|.+:id\/(positive|negative|neutral))$/;
const isAnswer = ({ id, cls }: SourceNode): boolean =>
  ANSWER.test(id) || (id === '' && cls.endsWith('.Button'));

/**
 * An answer of a dialog together with the words that the dialog is known by. Each dialog of an app has the same
 * buttons, and a UiSelector cannot say what stands above a thing. But it counts: of what says either, the words
 * come first and the answer after them, so where the words are missing there are too few.
 */
function answerUnder(proof: SourceNode, node: SourceNode, { nodes }: PageSource): string | undefined {
  if (!isAnswer(node) || node.text === '' || proof.text === '' || proof.package !== node.package)
    return undefined;
  const pattern = `${patternOf(proof.text)}|${patternOf(node.text)}`;
  const either = new RegExp(`^(?:${pattern})$`, 's');
  const says = nodes.filter((other) => other.package === node.package && either.test(other.text));
  if (says.indexOf(proof) >= says.indexOf(node)) return undefined;
  return by(`${of(node)}.textMatches(${quoted(pattern)}).instance(${says.indexOf(node)})`);
}

const by = (criteria: string): string => `android=${create(criteria)}`;
const create = (criteria: string): string => `new UiSelector()${criteria}`;
const of = ({ package: owner }: SourceNode): string => (owner ? `.packageName(${quoted(owner)})` : '');

const isAlone = ({ id }: SourceNode, { nodes }: PageSource): boolean =>
  id !== '' && nodes.filter((other) => other.id === id).length === 1;

interface Words {
  as: 'text' | 'desc';
  say: string;
}

/** Undefined where it says nothing. */
function wordsOf({ text, desc }: SourceNode): Words | undefined {
  if (text !== '') return { as: 'text', say: text };
  return desc === '' ? undefined : { as: 'desc', say: desc };
}

const saying = (words: Words | undefined): string =>
  words ? `.${words.as === 'text' ? 'text' : 'description'}(${quoted(words.say)})` : '';

const hasNumber = ({ text, desc }: SourceNode): boolean => /\p{Nd}/u.test(text || desc);

/** A pattern of Java and of JavaScript alike, which fits the words, and any number in place of one. */
const patternOf = (words: string): string =>
  words.replace(/[\\^$.*+?()[\]{}|"/\s]/g, '.').replace(/\p{Nd}+/gu, (number) => `.{1,${number.length}}`);

/**
 * A text inside a UiSelector: Appium's parser on the phone knows one escape, and takes line breaks as they
 * are (its UiExpressionParser).
 */
const quoted = (words: string) => `"${words.replaceAll('"', String.raw`\"`)}"`;
