/** What the reasons mean at the bench, and what to do. */
const REASONS: Record<string, string> = {
  'no-password': 'the phone asks for the password; it was left as it was → give the password, or recover the account first',
  'wrong-password': 'the phone says the password is wrong; it was tried once → check it before another try, wrong tries lead to a captcha',
  'find-device-locked': 'the password was changed recently, so Find device cannot be turned off yet → try again',
  network: "the phone cannot reach Xiaomi's servers → connect it to Wi-Fi and run this again",
  server: "Xiaomi's servers answer with an error → try again later",
  'access-denied': "Xiaomi's servers refuse this phone or network → try another network",
  'sign-out-failed': 'the phone says that signing out failed → look at the last screenshot',
  captcha: 'the phone shows a captcha → answer it on the phone and finish there, or run this again later',
  'second-factor': 'the phone asks for a code sent to the owner → enter it on the phone and finish there',
  'unknown-page': 'the phone shows a page this tool does not know → look at the last screenshot and finish by hand',
  'no-answer': 'the phone does not go on → look at it before anything else: the sign-out may still go through',
  keyboard: "the phone's keyboard changes what is typed; nothing was submitted → turn off the secure keyboard in Settings",
  'account-row-not-found': 'Settings has no row for the Mi Account → use --via intent',
};

/** A reason as a sentence with what to do; `retryFrom` is the day another try makes sense. */
export function reasonInWords(reason: string, retryFrom?: string): string {
  return `${REASONS[reason] ?? reason.replaceAll('-', ' ')}${retryFrom ? ` from ${retryFrom}` : ''}`;
}
