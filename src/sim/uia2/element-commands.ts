import { Resvg } from '@resvg/resvg-js';
import type { Ask } from './ask.ts';
import { answeredAttribute, attributeNames, sourceAttribute } from './attributes.ts';
import { Uia2Error, uiObjectNotFound } from './errors.ts';
import { findAll, findOne, toBy } from './find.ts';
import type { By, Match } from './find.ts';
import { boundsOf, ELEMENT_KEY } from './gestures.ts';
import { findByPredicate } from './match.ts';
import { centre, key, tap } from './touch.ts';
import type { Rect } from '../screen/view.ts';

type Handler<T = unknown> = (ask: Ask) => Promise<T>;

export const findElement: Handler = async (ask) => {
  const { by, contextId, context } = await search(ask);
  const found = await findOne(ask, by, context);
  if (!found) throw new Uia2Error('no such element');
  return reference(ask, found, ask.session.elements.add(found, { by, single: true, contextId }));
};

export const findElements: Handler = async (ask) => {
  const { by, contextId, context } = await search(ask);
  const found = await findAll(ask, by, context).catch((fault: unknown) => {
    if (fault instanceof Uia2Error && fault.code === 'no such element') return [];
    throw fault;
  });
  return found.map((match) =>
    reference(ask, match, ask.session.elements.add(match, { by, single: false, contextId })),
  );
};

export const activeElement: Handler = async (ask) => {
  const found = await focused(ask);
  return reference(ask, found, ask.session.elements.add(found, { single: true }));
};

/** The first child of an element. */
export const firstVisible: Handler = async (ask) => {
  const first = (await element(ask)).ax.children[0];
  if (!first) throw uiObjectNotFound('Could not get children for container object');
  return reference(ask, { ax: first }, ask.session.elements.add({ ax: first }, { single: true }));
};

export const click: Handler = async (ask) => {
  await tap(ask, centre(boundsOf(await element(ask))));
  await ask.idle();
  return null;
};

/** Says nothing when the element takes no text. */
export const clear: Handler = async (ask) => {
  setText(ask, await element(ask), '');
  return null;
};

/**
 * Sets the whole text at once (ACTION_SET_TEXT). Without `replace` the new text is put after what the field
 * shows. Two traps of the server are kept: the dots of a password count as its text, and a field with a hint
 * loses what it held.
 */
export const sendKeys: Handler = async (ask) => {
  const found = ask.params['id'] === undefined ? await focused(ask) : await element(ask);
  const asked = ask.required('text', 'string', 'SendKeysModel');
  const enter = asked.endsWith('\\n');
  const text = enter ? asked.slice(0, -2) : asked;
  const before = ask.optional('replace', 'boolean') ? '' : await emptied(ask, found);
  if (!setText(ask, found, before + text)) {
    throw new Uia2Error(
      'invalid element state',
      `Cannot set the element to '${asked}'. Did you interact with the correct element?`,
    );
  }
  if (enter) await key(ask, 66);
  return null;
};

export const text: Handler<string> = async (ask) => (await element(ask)).ax.text ?? '';
export const contentDescription: Handler = async (ask) => (await element(ask)).ax.node?.view.desc ?? null;
export const rect: Handler<Rect> = async (ask) => {
  const { x, y, width, height } = boundsOf(await element(ask));
  return { x, y, width, height };
};
export const size: Handler = async (ask) => {
  const { width, height } = await rect(ask);
  return { width, height };
};
export const location: Handler = async (ask) => {
  const { x, y } = await rect(ask);
  return { x, y };
};

export const attribute: Handler = async (ask) => attributeOf(ask, await element(ask), ask.params['name']!);

export const screenshot: Handler<string> = async (ask) => {
  const { x, y, width, height } = boundsOf(await element(ask));
  const { screen } = ask.handset;
  const image = `data:image/png;base64,${(await ask.handset.screenshot()).toString('base64')}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">
    <image href="${image}" width="${screen.width}" height="${screen.height}"/></svg>`;
  return Buffer.from(new Resvg(svg).render().asPng()).toString('base64');
};

const element = (ask: Ask): Promise<Match> => ask.session.elements.get(ask.params['id']!, ask);

async function search(
  ask: Ask,
): Promise<{ by: By; contextId: string | undefined; context: Match | undefined }> {
  const selector = ask.required('selector', 'string', 'FindElementModel');
  const by = toBy(ask.required('strategy', 'string', 'FindElementModel'), selector);
  const contextId = ask.optional('context', 'string')?.trim() || undefined;
  if (contextId === undefined) await ask.idle();
  return {
    by,
    contextId,
    context: contextId === undefined ? undefined : await ask.session.elements.get(contextId, ask),
  };
}

async function focused(ask: Ask): Promise<Match> {
  await ask.idle();
  const [ax] = findByPredicate((await ask.look()).roots(), ({ node }) => node?.view.focused === true);
  if (!ax) throw new Uia2Error('no such element');
  return { ax };
}

function setText(ask: Ask, { ax }: Match, content: string): boolean {
  ask.moved();
  return ax.node !== undefined && (ax.node.view.enabled ?? true) && ask.handset.setText(ax.node, content);
}

/** Clears a field; returns what it showed, unless it still shows something: that is the hint. */
async function emptied(ask: Ask, found: Match): Promise<string> {
  const shown = found.ax.text ?? '';
  if (shown === '') return '';
  setText(ask, found, '');
  const now = found.ax.node && (await ask.look()).find(found.ax.node);
  return (now ?? found.ax).text ? '' : shown;
}

function attributeOf(ask: Ask, { ax }: Match, asked: string): string | null {
  const name = answeredAttribute(asked);
  if (name === undefined) {
    const known = `Only the following attributes are supported: ${attributeNames()}`;
    throw new Uia2Error('unknown command', `'${asked}' attribute is unknown for the element. ${known}`);
  }
  // Of a toast only the text can be read: its node is not one of a window.
  if (!ax.node && name !== 'text') throw new Uia2Error('stale element reference');
  const value = sourceAttribute(ax, name, { sdk: ask.sdk });
  if (value !== undefined) return value;
  if (name === 'extras') return '';
  if (name === 'is-collection' || name === 'is-collection-item') return 'false';
  return name === 'contentSize' ? contentSize(boundsOf({ ax }), ax.node?.view.scroll?.max) : null;
}

function contentSize({ x, y, width, height }: Rect, scrollableOffset = 0): string {
  return JSON.stringify({ width, height, top: y, left: x, scrollableOffset, touchPadding: 0 });
}

/**
 * How an element is asked to the client; setting `shouldUseCompactResponses` off adds some of its attributes.
 */
function reference(ask: Ask, match: Match, id: string): Record<string, unknown> {
  const compact = { ELEMENT: id, [ELEMENT_KEY]: id };
  if (ask.settings.get('shouldUseCompactResponses')) return compact;
  const more: Record<string, unknown> = {};
  for (const field of ask.settings.get('elementResponseAttributes').split(',')) {
    const name = field.startsWith('attribute/') ? field.slice('attribute/'.length) : field;
    if (field === 'name') more[field] = match.ax.node?.view.desc ?? null;
    else if (field === 'rect') more[field] = boundsOf(match);
    else if (['text', 'enabled', 'displayed', 'selected'].includes(field) || name !== field) {
      if (answeredAttribute(name) !== undefined) more[field] = attributeOf(ask, match, name);
    }
  }
  return { ...compact, ...more };
}
