/** A phone as the adb server lists it. Only one in the state `device` can be talked to. */
export interface AttachedPhone {
  /**
   * May hold blanks, as of a phone that mDNS found twice: `adb-1a2b3c4d-AbCdEf (2)._adb-tls-connect._tcp`.
   */
  serial: string;
  state: string;
  model?: string;
  /**
   * The server's number of this attachment: another one whenever a phone is plugged in, also where no program
   * saw it gone.
   */
  transport: string;
  /** Where its cable is, as `usb:1-2`; not known of a phone on the network, nor on Windows. */
  usb?: string;
}

/** What stands behind the state, each at most once: AOSP `adb/transport.cpp`, append_transport. */
const DETAIL = /\s+(usb|product|model|device|transport_id|[a-z_]+):(\S+)$/;
/** States of one word that adb has names for (connection_state_name). One that comes later is a word too. */
const STATE =
  /[ \t]+(device|unauthorized|authorizing|offline|connecting|recovery|sideload|bootloader|rescue|detached|host|unknown|no permissions.*)$/;

/** Reads the answer to `host:devices-l`. From its end, as a serial may hold blanks and the state may too. */
export function parseList(text: string): AttachedPhone[] {
  return text.split('\n').flatMap((line) => {
    const { serial, state, details } = cut(line.trimEnd());
    if (serial === '' || state === '') return [];
    const { model, transport_id: transport, usb } = details;
    const place = usb === undefined ? {} : { usb: `usb:${usb}` };
    // adb 28 and before give no number.
    return [
      {
        serial,
        state,
        ...(model ? { model } : {}),
        transport: transport ?? `${serial} ${usb ?? ''}`.trim(),
        ...place,
      },
    ];
  });
}

function cut(line: string): { serial: string; state: string; details: Record<string, string> } {
  const details: Record<string, string> = {};
  let rest = line;
  for (let detail = DETAIL.exec(rest); detail; detail = DETAIL.exec(rest)) {
    details[detail[1] ?? ''] = detail[2] ?? '';
    rest = rest.slice(0, detail.index);
  }
  const state = STATE.exec(rest) ?? /\t+([^\t]+)$/.exec(rest) ?? /\s+(\S+)$/.exec(rest);
  if (!state) return { serial: '', state: '', details };
  // What adb says of missing rights is explained anew, for this computer.
  const name = (state[1] ?? '').replace(/^no permissions.*/, 'no permissions');
  return { serial: rest.slice(0, state.index).trim(), state: name, details };
}
