import type { Gateway } from './webhook-gateway.ts';
import { generic } from './webhook-generic.ts';
import { kannel } from './webhook-kannel.ts';
import { smsGate } from './webhook-sms-gate.ts';
import { telnyx } from './webhook-telnyx.ts';
import { twilio } from './webhook-twilio.ts';

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
