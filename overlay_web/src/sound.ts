const START_GRACE_MS = 4000;
const STUCK_MS = 3000;

/**
 * One voice of the page. It may be refused (a browser without a click), missing or stuck, and must never keep an
 * alert on stage: then it is simply over, and was not audible.
 */
export class Sound {
  /** The stage has something to decide: the sound is over. */
  onOver: () => void = () => undefined;
  readonly #audio = new Audio();
  readonly #graceMs: number;
  #over = true;
  #audible = false;
  #failed = false;
  #refused = false;
  #prepared: string | null = null;
  #askedAt = 0;
  #clock = 0;
  #movedAt = 0;
  #turn = 0;
  #ownVolume = 1;
  #masterVolume = 1;
  #muted = false;

  /** `graceMs`: how long a file may take from being asked for to its first sound. */
  constructor(graceMs: number = START_GRACE_MS) {
    this.#graceMs = graceMs;
    this.#audio.addEventListener("ended", () => {
      if (this.#audio.ended) {
        this.#listen();
        this.#end();
      }
    });
    this.#audio.addEventListener("error", () => {
      if (this.#audio.error !== null) {
        this.#fail();
      }
    });
  }

  /** Asks for a file that is played later. */
  prepare(url: string): void {
    this.stop();
    this.#prepared = url;
    this.#askedAt = performance.now();
    this.#audio.preload = "auto";
    this.#audio.src = url;
  }

  play(url: string, volume: number): void {
    if (url !== this.#prepared) {
      this.prepare(url);
    }
    this.#prepared = null;
    this.#turn += 1;
    const turn = this.#turn;
    this.#over = false;
    // What was asked for long before has at least a moment left to begin.
    this.#movedAt = Math.max(this.#askedAt, performance.now() - Math.max(0, this.#graceMs - STUCK_MS));
    this.#ownVolume = volume;
    this.#applyVolume();
    this.#audio.muted = this.#muted;
    this.#audio.play().catch((error: unknown) => {
      if (turn === this.#turn) {
        this.#refused = error instanceof DOMException && error.name === "NotAllowedError";
        this.#fail();
      }
    });
  }

  /** Silent at once. No ramp: a hidden page's timers come once a second, and panic cannot wait for them. */
  stop(): void {
    this.#turn += 1;
    this.#audio.muted = true;
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    this.#audio.load();
    this.#prepared = null;
    this.#over = true;
    this.#audible = false;
    this.#failed = false;
    this.#refused = false;
    this.#clock = 0;
  }

  setMasterVolume(volume: number): void {
    this.#masterVolume = volume;
    this.#applyVolume();
  }

  /** Goes on playing without being heard, so that everything takes the time it takes. At once, in either direction. */
  setMuted(muted: boolean): void {
    if (muted !== this.#muted) {
      // What was heard until now was heard, and what was not was not.
      this.#listen();
      this.#muted = muted;
      this.#audio.muted = muted || this.#over;
    }
  }

  /** Whether the sound has ended. Asking also notices one that never starts or no longer moves. */
  isOver(): boolean {
    if (!this.#over) {
      const now = performance.now();
      this.#listen();
      if (now - this.#movedAt > (this.#clock === 0 ? this.#graceMs : STUCK_MS)) {
        this.#audio.pause();
        this.#fail();
      }
    }
    return this.#over;
  }

  get audible(): boolean {
    return this.#audible;
  }

  /** It did not come to its end, for want of the file; not because a browser refuses to play. */
  get failed(): boolean {
    return this.#failed && !this.#refused;
  }

  get clockMs(): number {
    this.#listen();
    return Math.round(this.#clock * 1000);
  }

  #listen(): void {
    const clock = this.#audio.currentTime;
    if (!this.#over && clock > this.#clock) {
      this.#clock = clock;
      this.#movedAt = performance.now();
      this.#audible ||= this.#audio.volume > 0 && !this.#audio.muted;
    }
  }

  #fail(): void {
    if (!this.#over) {
      this.#failed = true;
      this.#end();
    }
  }

  #end(): void {
    if (!this.#over) {
      this.#over = true;
      this.#turn += 1;
      this.onOver();
    }
  }

  #applyVolume(): void {
    this.#audio.volume = Math.min(1, Math.max(0, this.#ownVolume * this.#masterVolume || 0));
  }
}
