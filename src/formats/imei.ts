/** Whether a text is an IMEI: 15 digits, the last one Luhn's check digit (3GPP TS 23.003, annex B). */
export const isImei = (text: string): boolean => /^\d{15}$/.test(text) && isSound(text);

/** Whether the last digit is the check digit of the others. */
export function isSound(digits: string): boolean {
  const sum = [...digits].reduceRight((total, digit, at) => {
    const value = Number(digit) * ((digits.length - at) % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
