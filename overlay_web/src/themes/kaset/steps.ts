/** Motion as an old console had it: eight positions, and nothing between them. */
export const STEPS = 8;

/** Counts from 0 to `count - 1`, one number every `ms`, the first at once. Time decides: a late timer skips numbers. */
export class Steps {
  #timer = 0;

  run(count: number, ms: number, take: (step: number) => void): void {
    this.stop();
    const start = performance.now();
    let last = -1;
    const next = (): void => {
      const step = Math.min(count - 1, Math.floor((performance.now() - start) / ms));
      if (step !== last) {
        last = step;
        take(step);
      }
      if (step < count - 1) {
        this.#timer = window.setTimeout(next, start + (step + 1) * ms - performance.now());
      }
    };
    next();
  }

  stop(): void {
    window.clearTimeout(this.#timer);
  }
}
