import type { Gateway } from './webhook-gateway.ts';
import { json } from './webhook-json.ts';
import { kannel } from './webhook-kannel.ts';
import { smsGate } from './webhook-sms-gate.ts';
import { twilio } from './webhook-twilio.ts';

/** As SMS_WEBHOOK_PRESET names them. */
export const presets = { kannel, twilio, 'sms-gate': smsGate, json } as const satisfies Record<string, Gateway>;

export type Preset = keyof typeof presets;
