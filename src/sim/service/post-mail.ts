import type { Mail } from './post-text.ts';

/**
 * Hands mails to an SMTP server, as Xiaomi's own does: from its sender's address, HTML only,
 * quoted-printable. `url`: `smtp://HOST:PORT`.
 */
export function smtpCarrier(url: string) {
  const { hostname, port, protocol } = new URL(url);
  return async ({ id, to, subject, html }: Mail & { id: string; to: string }): Promise<void> => {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 25,
      secure: protocol === 'smtps:',
      // Between mail servers a certificate that no authority vouches for is better than none.
      tls: { rejectUnauthorized: false },
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 10_000,
    });
    await transport.sendMail({
      from: { name: 'Xiaomi Corporation', address: 'noreply@notice.xiaomi.com' },
      to,
      subject,
      html,
      messageId: `<${id}@notice.xiaomi.com>`,
      textEncoding: 'quoted-printable',
    });
  };
}
