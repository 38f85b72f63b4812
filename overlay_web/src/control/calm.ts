/** Longest time a change waits for a pointer that does not leave. */
export const LONGEST_HOLD_MS = 3000;

/**
 * Nothing moves under the pointer: while it is over the lists, or anything is pressed, a change of their order waits.
 * Only the newest change is kept.
 */
export class Calm {
  #over = false;
  #pressed = false;
  #waiting: (() => void) | null = null;
  #timer = 0;

  constructor(area: HTMLElement) {
    area.addEventListener("pointerenter", (event) => {
      this.#over = event.pointerType !== "touch";
    });
    area.addEventListener("pointerleave", () => {
      this.#over = false;
      this.#release();
    });
    document.addEventListener("pointerdown", () => {
      this.#pressed = true;
    });
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, () => {
        this.#pressed = false;
        // The click comes after the pointer is up, and must still find what it was meant for.
        window.setTimeout(() => this.#release(), 0);
      });
    }
  }

  get holds(): boolean {
    return this.#over || this.#pressed;
  }

  /** Does it now, or when the pointer has left; after `LONGEST_HOLD_MS` in any case. */
  change(apply: () => void): void {
    if (!this.holds) {
      this.#clear();
      apply();
      return;
    }
    this.#waiting = apply;
    if (this.#timer === 0) {
      this.#timer = window.setTimeout(() => this.#apply(), LONGEST_HOLD_MS);
    }
  }

  #release(): void {
    if (!this.holds) {
      this.#apply();
    }
  }

  #apply(): void {
    const apply = this.#waiting;
    this.#clear();
    apply?.();
  }

  #clear(): void {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting = null;
  }
}
