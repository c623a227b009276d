/** Where an adb server listens. */
export interface AdbPlace {
  host: string;
  port: number;
}

/** A number is a port of this computer. */
export type AdbAddress = number | AdbPlace;

export function placeOf(address: AdbAddress): AdbPlace {
  return typeof address === 'number' ? { host: '127.0.0.1', port: address } : address;
}

/** Whether it is a server of this computer, which may be started here. */
export function isHere(address: AdbAddress): boolean {
  return /^(127\.0\.0\.1|localhost|::1)$/.test(placeOf(address).host);
}

/** As it stands in a sentence: 'on port 5037', 'at 10.0.0.5:5037'. */
export function inWords(address: AdbAddress): string {
  const { host, port } = placeOf(address);
  return isHere(address) ? `on port ${port}` : `at ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Arguments by which the adb command finds the server, whatever the environment says. */
export function argumentsFor(address: AdbAddress): string[] {
  const { host, port } = placeOf(address);
  return isHere(address) ? ['-P', String(port)] : ['-H', host, '-P', String(port)];
}
