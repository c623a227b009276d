/** One plain address of e-mail, in which nothing can be a second one or a line of its own. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 &&
  /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.[\p{L}\p{N}-]{2,}$/u.test(
    text,
  );

/** An address, or a name with it in angle brackets. */
export function isSender(text: string): boolean {
  const [, address] = /^[^<>@,;:"\\\p{Cc}\p{Cf}]{0,80}<([^<>]+)>$/u.exec(text) ?? [];
  return isMailAddress(address ?? text);
}
