import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from '../port.ts';

const execute = promisify(execFile);

/**
 * For live tests: an adb server of its own, as on another computer, so that phones of other tests are none of
 * its business.
 */
export class LiveAdb {
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<LiveAdb> {
    const server = new LiveAdb(await freePort());
    await server.run('start-server');
    return server;
  }

  /** What programs need to know to use it. */
  get env(): { ANDROID_ADB_SERVER_PORT: string } {
    return { ANDROID_ADB_SERVER_PORT: String(this.port) };
  }

  async run(...args: string[]): Promise<string> {
    const { stdout } = await execute('adb', ['-P', String(this.port), ...args]);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.run('kill-server');
  }
}
