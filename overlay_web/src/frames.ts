const HIDDEN_GRACE_MS = 250;

/**
 * Counts frames while an alert is on stage, and tells when its text has been painted: at the second animation frame. A
 * hidden page gets no frames and must not hold up the queue; a visible one without frames is frozen, and says nothing.
 */
export class Frames {
  #count = 0;
  #request = 0;
  #timer = 0;
  #onPainted: (() => void) | null = null;

  get count(): number {
    return this.#count;
  }

  start(isVisible: () => boolean, onPainted: () => void): void {
    this.stop();
    this.#count = 0;
    this.#onPainted = onPainted;
    const frame = (): void => {
      this.#count += 1;
      this.#request = requestAnimationFrame(frame);
      if (this.#count === 2) {
        this.#painted();
      }
    };
    this.#request = requestAnimationFrame(frame);
    const hidden = (): void => {
      if (isVisible()) {
        this.#timer = window.setTimeout(hidden, HIDDEN_GRACE_MS);
      } else {
        this.#painted();
      }
    };
    this.#timer = window.setTimeout(hidden, HIDDEN_GRACE_MS);
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    window.clearTimeout(this.#timer);
    this.#onPainted = null;
  }

  #painted(): void {
    window.clearTimeout(this.#timer);
    const told = this.#onPainted;
    this.#onPainted = null;
    told?.();
  }
}
