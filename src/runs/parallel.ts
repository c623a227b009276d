/** Phones worked on at once where no number is given. */
export const PARALLEL = 8;
