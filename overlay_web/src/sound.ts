const START_GRACE_MS = 4000;
const STUCK_MS = 3000;

/**
 * The one voice of the page. It may be refused (a browser without a click), missing or stuck, and must never keep an
 * alert on stage: then it is simply over, and was not audible.
 */
export class Sound {
  /** The stage has something to decide: the sound is over. */
  onOver: () => void = () => undefined;
  readonly #audio = new Audio();
  #over = true;
  #audible = false;
  #clock = 0;
  #movedAt = 0;
  #turn = 0;
  #ownVolume = 1;
  #masterVolume = 1;
  #muted = false;

  constructor() {
    this.#audio.addEventListener("ended", () => {
      if (this.#audio.ended) {
        this.#listen();
        this.#end();
      }
    });
    this.#audio.addEventListener("error", () => {
      if (this.#audio.error !== null) {
        this.#end();
      }
    });
  }

  play(url: string, volume: number): void {
    this.stop();
    this.#turn += 1;
    const turn = this.#turn;
    this.#over = false;
    this.#movedAt = performance.now();
    this.#ownVolume = volume;
    this.#applyVolume();
    this.#audio.muted = this.#muted;
    this.#audio.src = url;
    this.#audio.play().catch(() => {
      if (turn === this.#turn) {
        this.#end();
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
    this.#over = true;
    this.#audible = false;
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
      if (now - this.#movedAt > (this.#clock === 0 ? START_GRACE_MS : STUCK_MS)) {
        this.#audio.pause();
        this.#end();
      }
    }
    return this.#over;
  }

  get audible(): boolean {
    return this.#audible;
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
