import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Handshake } from './auth.ts';
import { Connection, type OpenService } from './connection.ts';
import { adbServices } from './services.ts';
import type { Handset } from '../handset.ts';
import type { StartUia2 } from '../shell/instrument.ts';

export interface AdbDaemonOptions {
  handset: Handset;
  /** TCP port on 127.0.0.1. Missing or 0: any free one. */
  port?: number;
  /** False: the phone shows as `unauthorized` until authorize(). */
  authorized: boolean;
  /** Makes the on-phone UiAutomator2 server; called each time its instrumentation starts. */
  startUia2?: StartUia2;
  /** Hears of every service a host asks for, as it is asked. */
  opened?: (service: string) => void;
}

export interface AdbDaemon {
  readonly port: number;
  /** Drops all connections and frees the port. */
  close(): Promise<void>;
  /** The cable is pulled: every connection breaks and new ones are refused. */
  unplug(): void;
  /** The cable is back, on the same port. Rejects when the port was taken meanwhile. */
  plug(): Promise<void>;
  /** A person allows USB debugging on the phone, for now and later. */
  authorize(): void;
}

/** adbd of one simulated phone, as `adb connect 127.0.0.1:PORT` reaches it. */
export async function startAdbDaemon(options: AdbDaemonOptions): Promise<AdbDaemon> {
  const services = adbServices(options.handset, options.startUia2);
  const open: OpenService = (service) => {
    options.opened?.(service);
    return services(service);
  };
  const connections = new Set<Connection>();
  let authorized = options.authorized;

  const server = createServer((socket) => {
    const connection = new Connection(socket, new Handshake(options.handset.props, authorized), open);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const unplug = () => {
    server.close();
    for (const connection of connections) connection.drop();
  };

  const port = await listen(options.port ?? 0);
  return {
    port,
    unplug,
    async plug() {
      if (!server.listening) await listen(port);
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined;
      unplug();
      await closed;
    },
    authorize() {
      authorized = true;
      for (const connection of connections) connection.authorize();
    },
  };
}
