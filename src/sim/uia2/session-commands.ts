import { randomUUID } from 'node:crypto';
import { missingField } from './ask.ts';
import type { Ask } from './ask.ts';
import { ElementCache } from './elements.ts';
import { toUia2Error, Uia2Error } from './errors.ts';

type Capabilities = Record<string, unknown>;

const STANDARD = new Set(
  'browsername browserversion platformname acceptinsecurecerts pageloadstrategy proxy setwindowrect timeouts unhandledpromptbehavior'.split(
    ' ',
  ),
);

export function status({ handset }: Ask): unknown {
  const installed = handset.packages.get('io.appium.uiautomator2.server');
  const build = { version: installed?.versionName ?? null, versionCode: installed?.versionCode ?? 0 };
  return { ready: true, message: 'UiAutomator2 Server is ready to accept commands', build };
}

export function sessions({ state: { session } }: Ask): unknown {
  return session ? [{ id: session.id, sessionId: session.id, capabilities: session.capabilities }] : [];
}

/** Begins a session in place of an earlier one. Capabilities named like settings are settings. */
export function createSession(ask: Ask): unknown {
  const { state, settings } = ask;
  try {
    const asked = ask.optional('capabilities', 'object');
    if (!asked) throw new Uia2Error('invalid argument', "'capabilities' are mandatory for session creation");
    const parsed = parseCapabilities(asked);
    settings.resetForNewSession();
    const capabilities = Object.fromEntries(
      Object.entries(parsed).filter(([name, value]) => !settings.updateFromCapability(name, value)),
    );
    state.session = { id: randomUUID(), capabilities, elements: new ElementCache() };
    return { sessionId: state.session.id, capabilities: asked };
  } catch (fault) {
    const cause = toUia2Error(fault);
    throw new Uia2Error('session not created', `${cause.javaName}: ${cause.message}`);
  }
}

export function deleteSession({ state }: Ask): null {
  state.session = undefined;
  return null;
}

/** Nothing records scroll events here, so there are no last ones. */
export const sessionDetails = (): unknown => ({ lastScrollData: null });

export const getSettings = ({ settings }: Ask): unknown => settings.all();

export function updateSettings(ask: Ask): null {
  const wanted = ask.optional('settings', 'object');
  if (!wanted) throw new Uia2Error('invalid argument', missingField('settings', 'SettingsModel'));
  for (const [name, value] of Object.entries(wanted)) ask.settings.update(name, value);
  // The layout has no nodes for what is scrolled out of sight.
  if (wanted['allowInvisibleElements'] === true)
    ask.handset.ignorant('uiautomator2', 'allowInvisibleElements');
  return null;
}

/** `alwaysMatch` with the first of `firstMatch` that does not contradict it: W3CCapsUtils. */
function parseCapabilities(asked: Capabilities): Capabilities {
  const always = withoutPrefix((asked['alwaysMatch'] ?? {}) as Capabilities);
  const given = (asked['firstMatch'] ?? []) as Capabilities[];
  for (const first of (given.length > 0 ? given : [{}]).map(withoutPrefix)) {
    if (!Object.keys(first).some((name) => Object.hasOwn(always, name))) return { ...always, ...first };
  }
  throw new Uia2Error(
    'invalid argument',
    `Could not find matching capabilities from ${JSON.stringify(asked)}`,
  );
}

function withoutPrefix(capabilities: Capabilities): Capabilities {
  const entries = Object.entries(capabilities).map(([name, value]): [string, unknown] => [
    name.replace(/^appium:/, ''),
    value,
  ]);
  const bad = Object.keys(capabilities).flatMap((name) =>
    name.startsWith('appium:') ? [name.slice('appium:'.length)] : [],
  );
  const standard = bad.filter((name) => STANDARD.has(name.toLowerCase()));
  if (standard.length === 0) return Object.fromEntries(entries);
  const message = `The capabilities [${standard.join(', ')}] are standard capabilities and should not have the 'appium:' prefix`;
  throw new Uia2Error('invalid argument', message);
}
