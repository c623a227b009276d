import { duplexPair, pipeline, Transform, type Duplex } from 'node:stream';
import type { Handset } from '../handset.ts';
import { fail, options, unknown, type Context, type CommandResult } from './command.ts';
import { target } from './packages.ts';

/** Where Appium's server listens on the phone. */
const UIA2_SERVICE = 'tcp:6790';
const UIA2_SERVER = 'io.appium.uiautomator2.server';
/**
 * A server that already started under a battery saver gets this many requests before it is killed: enough for
 * a session to begin.
 */
const REQUESTS_UNDER_BATTERY_SAVER = 12;

const CRASHED = 'INSTRUMENTATION_RESULT: shortMsg=Process crashed.\nINSTRUMENTATION_CODE: 0\n';
const TAKEN =
  'INSTRUMENTATION_RESULT: shortMsg=java.lang.IllegalStateException\n' +
  'INSTRUMENTATION_RESULT: longMsg=java.lang.IllegalStateException: UiAutomationService ' +
  'android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5c2dcb3 already registered!\nINSTRUMENTATION_CODE: 0\n';

const finished = (ms: number) => `.\n\nTime: ${(ms / 1000).toFixed(3)}\n\nOK (1 test)\n\n`;

/**
 * Makes the on-phone server, which calls `finished` when it ends of itself, and gives what takes its
 * connections.
 */
export type StartUia2 = (handset: Handset, finished: () => void) => (stream: Duplex) => void;

/** `am instrument`: runs the UiAutomator2 server for as long as the command's stream lives. */
export class Instrumentations {
  readonly #startUia2: StartUia2 | undefined;

  constructor(startUia2?: StartUia2) {
    this.#startUia2 = startUia2;
  }

  async run(argv: readonly string[], context: Context): Promise<CommandResult> {
    const { found, rest, strange } = options(withoutExtras(argv), {
      flags: ['-w', '-r', '--no-window-animation', '--no-isolated-storage', '--no-hidden-api-checks'],
      valued: ['--user'],
    });
    const [component = ''] = rest;
    const asked = `am instrument ${argv.join(' ')}`;
    if (strange.length > 0) return unknown(context, asked, fail(`Error: Unknown option: ${strange[0]}`, 255));
    const { phone, processes } = context;
    const [name = '', runner] = component.split('/');
    const tests = phone.packages.get(name);
    const into = tests && target(tests);
    if (!tests || !into || tests.instrumentation !== runner || !phone.packages.has(into))
      return notFound(component);
    if (into !== UIA2_SERVER || !this.#startUia2) return unknown(context, asked, notFound(component));

    // Android ends what runs in the target's process before it starts the new instrumentation there.
    processes.stop(into);
    if (phone.faults.has('second-uiautomation-owner')) return { stdout: TAKEN };
    const process = processes.start(into);
    await phone.takes('instrument').catch(() => undefined);
    context.print('\nio.appium.uiautomator2.server.test.AppiumUiAutomator2Server:');
    const began = phone.clock.now();
    const how = await serve(context, this.#startUia2, [into, name]);
    // A successor in the same process stays.
    if (processes.get(into) === process) processes.stop(into);
    if (how === 'left' || !found.has('-w')) return '';
    return how === 'killed' ? `\n${CRASHED}` : finished(phone.clock.now() - began);
  }
}

/**
 * Resolves when the host hangs up, a process kills the server, or it ends of itself. Nothing of it is left
 * then.
 */
function serve(
  context: Context,
  start: StartUia2,
  names: readonly string[],
): Promise<'left' | 'killed' | 'finished'> {
  const { phone, processes, signal } = context;
  const connections = new Map<Duplex, Duplex>();
  let requests = phone.faults.has('instrumentation-killed') ? 0 : REQUESTS_UNDER_BATTERY_SAVER;

  return new Promise((resolve) => {
    const end = (how: 'left' | 'killed' | 'finished') => {
      unwatch();
      signal.removeEventListener('abort', leave);
      if (phone.services.get(UIA2_SERVICE) === connect) phone.services.delete(UIA2_SERVICE);
      // A server that ends of itself has answered; what it said still arrives.
      for (const [host, server] of connections) {
        if (how === 'finished') server.end();
        else host.destroy();
      }
      resolve(how);
    };
    const leave = () => end('left');
    const accept = start(phone, () => end('finished'));
    /** Each request passes a gate, so that a killed server does not act on the one that finds it dead. */
    const connect = (host: Duplex) => {
      const [server, gatekeeper] = duplexPair();
      const gate = new Transform({
        transform(chunk, _encoding, pass) {
          const isKilled =
            phone.faults.has('instrumentation-killed') && ++requests > REQUESTS_UNDER_BATTERY_SAVER;
          if (isKilled) end('killed');
          else pass(null, chunk);
        },
      });
      connections.set(host, server);
      pipeline(host, gate, gatekeeper, host, () => {
        connections.delete(host);
        server.destroy();
      });
      accept(server);
    };
    const unwatch = processes.onStop((stopped) => {
      if (names.includes(stopped)) end('killed');
    });
    phone.services.set(UIA2_SERVICE, connect);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}

/** `-e KEY VALUE` pairs are the tests' own business. */
function withoutExtras(argv: readonly string[]): string[] {
  return argv.filter((word, at) => word !== '-e' && argv[at - 1] !== '-e' && argv[at - 2] !== '-e');
}

function notFound(component: string): CommandResult {
  const [name = '', runner = ''] = component.split('/');
  return {
    stdout:
      `INSTRUMENTATION_STATUS: id=ActivityManagerService\n` +
      `INSTRUMENTATION_STATUS: Error=Unable to find instrumentation info for: ComponentInfo{${name}/${runner}}\n` +
      'INSTRUMENTATION_STATUS_CODE: -1\n',
    stderr: `android.util.AndroidException: INSTRUMENTATION_FAILED: ${component}\n\tat com.android.commands.am.Instrument.run(Instrument.java:519)\n`,
    exitCode: 1,
  };
}
