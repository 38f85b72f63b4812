const FIRST_MS = 250;
const LONGEST_MS = 5000;

/** Milliseconds before the next attempt: doubling, half of it random so that pages do not come back in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * random());
}
