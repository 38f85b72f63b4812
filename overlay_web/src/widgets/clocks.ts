import type { MediaNowState, TimerState } from "../protocol.gen";
import { MAX_NAME, MAX_TITLE, make, panelWithTitle, setText, type View, written } from "./view";

const SECOND = 1000;

/** Counts down from a moment of this page's own clock; wakes once a second, just after the second turns. */
class Countdown {
  #endsAt = 0;
  #standsAt: number | null = 0;
  #timer = 0;
  readonly #tick: (leftMs: number) => void;

  constructor(tick: (leftMs: number) => void) {
    this.#tick = tick;
  }

  set(leftMs: number, running: boolean): void {
    window.clearTimeout(this.#timer);
    this.#endsAt = performance.now() + leftMs;
    this.#standsAt = running ? null : leftMs;
    this.#turn();
  }

  stop(): void {
    window.clearTimeout(this.#timer);
  }

  #turn(): void {
    const left = Math.max(0, this.#standsAt ?? this.#endsAt - performance.now());
    this.#tick(left);
    if (this.#standsAt === null && left > 0) {
      // Just behind the turn of the second, so that none is shown twice or left out.
      this.#timer = window.setTimeout(() => this.#turn(), (left % SECOND || SECOND) + 5);
    }
  }
}

/** A donathon's clock. Every digit has a cell of its own: nothing moves but what changes. */
export class TimerView implements View<TimerState> {
  readonly panel: HTMLElement;
  readonly #title: HTMLElement;
  readonly #digits = make("p", "digits");
  readonly #over = written("p", "over", "", MAX_NAME);
  readonly #rate = written("p", "rate", "", MAX_NAME);
  readonly #countdown = new Countdown((left) => this.#tick(left));
  #overText = "";

  constructor() {
    const { panel, title } = panelWithTitle("timer");
    this.panel = panel;
    this.#title = title;
    panel.append(this.#digits, this.#over, this.#rate);
  }

  show(state: TimerState): void {
    setText(this.#title, state.title, MAX_TITLE);
    setText(this.#rate, state.rate_text ?? "", MAX_NAME);
    this.#overText = state.over_text;
    this.panel.classList.toggle("stands", !state.running);
    this.#countdown.set(state.left_ms, state.running);
  }

  end(): void {
    this.#countdown.stop();
  }

  #tick(left: number): void {
    const isOver = left <= 0;
    setText(this.#over, isOver ? this.#overText : "", MAX_NAME);
    this.#digits.hidden = isOver && this.#overText !== "";
    const text = clockText(Math.ceil(left / SECOND));
    const cells = this.#digits.children;
    if (cells.length !== text.length) {
      this.#digits.replaceChildren(...Array.from(text, (sign) => cell(sign)));
      return;
    }
    for (const [at, sign] of Array.from(text).entries()) {
      const shown = cells[at];
      if (shown !== undefined && shown.textContent !== sign) {
        shown.textContent = sign;
      }
    }
  }
}

/** The video that plays now; nothing at all while none does. */
export class MediaNowView implements View<MediaNowState> {
  readonly panel = make("div", "panel media-now");
  readonly #donor = written("p", "donor-line", "", MAX_NAME);
  readonly #title = written("p", "title", "", MAX_NAME);
  readonly #left = make("span", "time");
  readonly #fill = make("div", "fill");
  readonly #countdown = new Countdown((left) => this.#tick(left));
  #total = 0;

  constructor() {
    const bar = make("div", "bar");
    bar.append(this.#fill);
    const line = make("div", "line");
    line.append(this.#title, this.#left);
    this.panel.append(this.#donor, line, bar);
  }

  show(state: MediaNowState): void {
    const plays = state.title !== "" || state.donor_text !== "";
    this.panel.hidden = !plays;
    setText(this.#donor, state.donor_text, MAX_NAME);
    setText(this.#title, state.title, MAX_NAME);
    this.#total = state.total_ms;
    this.#countdown.set(state.left_ms, plays);
  }

  end(): void {
    this.#countdown.stop();
  }

  #tick(left: number): void {
    const seconds = Math.ceil(left / SECOND);
    this.#left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const share = this.#total > 0 ? 1 - left / this.#total : 0;
    this.#fill.style.transform = `scaleX(${Math.min(1, Math.max(0, share)).toFixed(4)})`;
  }
}

/** Hours as many as there are: "123:04:05". */
export function clockText(seconds: number): string {
  const pair = (value: number): string => String(value).padStart(2, "0");
  return `${pair(Math.floor(seconds / 3600))}:${pair(Math.floor(seconds / 60) % 60)}:${pair(seconds % 60)}`;
}

function cell(sign: string): HTMLElement {
  const made = make("span", sign === ":" ? "colon" : "digit");
  made.textContent = sign;
  return made;
}
