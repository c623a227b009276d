import type { OpenService } from './connection.ts';
import { serveExec, serveShell } from './shell.ts';
import type { AdbStream } from './stream.ts';
import { serveSync } from './sync.ts';
import type { Handset } from '../handset.ts';
import type { StartUia2 } from '../shell/instrument.ts';
import { Shell } from '../shell/shell.ts';

/** What a host can ask of adbd by name (AOSP adb/SERVICES.TXT). */
export function adbServices(handset: Handset, startUia2?: StartUia2): OpenService {
  const shell = new Shell(handset, startUia2);
  const socket = (key: string) => handset.services.get(key);
  const say = (text: string) => (stream: AdbStream) => void stream.end(text);

  const services: [
    prefix: string,
    open: (rest: string, service: string) => ((stream: AdbStream) => void) | undefined,
  ][] = [
    ['shell:', (line) => (stream) => serveExec(shell, line, stream)],
    ['shell,', (rest) => (stream) => serveShell(shell, rest, stream)],
    ['exec:', (line) => (stream) => serveExec(shell, line, stream)],
    ['sync:', () => (stream) => void serveSync(handset, stream)],
    ['tcp:', (address) => socket(`tcp:${address.replace(/^(127\.0\.0\.1|localhost):/, '')}`)],
    ['localabstract:', (name) => socket(`localabstract:${name}`)],
    ['reverse:list-forward', () => say('OKAY0000')],
    [
      'reverse:',
      (_rest, service) => (
        handset.ignorant('adb', service),
        say(refusal('reverse forwarding is not available'))
      ),
    ],
    ['root:', () => say('adbd cannot run as root in production builds\n')],
    ['unroot:', () => say('adbd not running as root\n')],
    ['remount:', () => say('Not running as root. Try "adb root" first.\n')],
  ];

  return (service) => {
    // A phone that hangs takes the connection and then says nothing.
    if (handset.faults.has('hang')) return () => {};
    const found = services.find(([prefix]) => service.startsWith(prefix));
    // reboot:, framebuffer:, jdwp:, track-jdwp, backup … : adbd closes the stream of a service it does not
    // have.
    if (!found) return void handset.ignorant('adb', service);
    return found[1](service.slice(found[0].length), service);
  };
}

/** FAIL with its message, as the smart socket services phrase it. */
function refusal(message: string): string {
  return `FAIL${message.length.toString(16).padStart(4, '0')}${message}`;
}
