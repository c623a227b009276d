import type { Gateway } from './gateway.ts';
import { generic } from './generic.ts';
import { kannel } from './kannel.ts';
import { smsGate } from './sms-gate.ts';
import { telnyx } from './telnyx.ts';
import { twilio } from './twilio.ts';

/** As SMS_WEBHOOK_PRESET names them. `json` is the name that `generic` had. */
export const presets = {
  generic,
  kannel,
  twilio,
  telnyx,
  'sms-gate': smsGate,
  json: generic,
} as const satisfies Record<string, Gateway>;

export type Preset = keyof typeof presets;
