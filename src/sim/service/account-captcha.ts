const alphabet = 'abdefhkmnprtwxy';

/** Four letters that cannot be mistaken for each other, another set for each number. */
export function captchaLetters(number: number): string {
  let seed = number * 2654435761;
  let letters = '';
  for (let i = 0; i < 4; i++) {
    letters += alphabet[(seed >>> 0) % alphabet.length];
    seed = Math.imul(seed ^ (seed >>> 13), 1540483477);
  }
  return letters;
}
