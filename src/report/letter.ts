import { html } from '../formats/html.ts';
import type { Secret } from '../secret.ts';
import { moment, page } from './page.ts';

/** What a letter hands over. */
export interface LetterContents {
  account: string;
  /** Where the code was sent with which the password was changed. */
  contact: string;
  password: Secret;
  /** ISO time at which it was set. */
  keptAt: string;
}

/**
 * One sheet for the owner of an account whose password the lab has changed. It holds the password: it is made
 * once, for print.
 */
export function renderLetter({ account, contact, password, keptAt }: LetterContents): string {
  const body = html`<body><article>
<h1>Your new password</h1>
<p>The password of your Mi Account was changed, because your phone could not be signed out with the old one.</p>
<dl>
<div><dt>Account</dt><dd>${account}</dd></div>
<div><dt>Confirmed through</dt><dd>${contact}</dd></div>
<div><dt>Changed on</dt><dd>${moment(keptAt)}</dd></div>
</dl>
<p class="password"><code translate="no">${password.reveal()}</code></p>
<ol>
<li>Sign in on account.xiaomi.com with this password.</li>
<li>Open Account security and choose a password of your own. Only you know it then.</li>
<li>Destroy this letter.</li></ol>
<p>We keep no copy of this password, and we never ask you for it.</p></article></body>`;
  return page('Your new password', OWN_STYLE, body);
}

const OWN_STYLE = `
body{background:#fff}article{max-width:640px;margin:0 auto;padding:48px 24px;overflow-wrap:anywhere}
dl{display:grid;gap:10px;margin:24px 0}.password{margin:28px 0;padding:20px;border:2px solid var(--ink);text-align:center}
.password code{font:600 24px/1.3 ui-monospace,"SF Mono",Menlo,Consolas,monospace;white-space:pre-wrap}li{margin:6px 0}
@page{margin:18mm}@media print{article{padding:0}}`;
