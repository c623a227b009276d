import type { Secret } from '../../secret.ts';

export interface PostedSms {
  id: string;
  from: string;
  to: string;
  text: string;
  /** ISO 8601 */
  sentAt: string;
}

/**
 * Hands SMS to an SMS gateway's webhook: JSON by POST, with the secret as a bearer's. Rejects when it is not
 * taken within 10 s.
 */
export function gatewayCarrier({ url, secret }: { url: string; secret: Secret }) {
  return async (sms: PostedSms): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret.reveal()}` },
      body: JSON.stringify(sms),
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the SMS gateway answered ${response.status}`);
  };
}
