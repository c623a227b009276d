/** Xiaomi accounts by Android user, from `dumpsys account`. The name is the numeric Mi id, masked on newer releases (`6230***535`). */
export function xiaomiAccounts(dump: string, user = 0): string[] {
  const accounts: string[] = [];
  let current: number | undefined;
  for (const line of dump.split('\n')) {
    const header = /User UserInfo\{(\d+):/.exec(line);
    if (header) current = Number(header[1]);
    // `com.xiaomi.unactivated` is a phone number waiting for its owner, not a sign-in.
    const account = /^\s*Account \{name=(.*), type=com\.xiaomi\}\s*$/.exec(line);
    if (account && current === user) accounts.push(account[1] ?? '');
  }
  return [...new Set(accounts)];
}
