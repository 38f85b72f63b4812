import type { DonationRow, TickerState } from "../protocol.gen";
import { MAX_NAME, MAX_SUM, MAX_WORDS, type Manner, make, type View, written } from "./view";

/** A line that runs through. The compositor moves it; nobody is asked for a frame. */
export class TickerView implements View<TickerState> {
  readonly panel = make("div", "panel ticker");
  readonly #line = make("div", "line");
  #running: Animation | null = null;
  #shown = "";

  constructor() {
    this.panel.append(this.#line);
  }

  show(state: TickerState, manner: Manner): void {
    const shown = JSON.stringify([state, manner.reducedMotion, window.innerWidth]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#lay(state, manner);
    }
    if (manner.visible) {
      this.#running?.play();
    } else {
      this.#running?.pause();
    }
  }

  end(): void {
    this.#running?.cancel();
    this.#running = null;
  }

  /** The same strip as often as it takes to have no gap, moved by one strip's width. */
  #lay(state: TickerState, manner: Manner): void {
    const before = this.#running?.currentTime ?? null;
    this.end();
    const { items } = state;
    if (items.length === 0) {
      this.#line.replaceChildren(written("span", "empty", state.empty_text, MAX_WORDS));
      return;
    }
    const first = strip(items);
    this.#line.replaceChildren(first);
    const width = first.getBoundingClientRect().width;
    if (manner.reducedMotion || width === 0) {
      return;
    }
    const copies = Math.max(1, Math.ceil(this.panel.clientWidth / width));
    for (let made = 0; made < copies; made += 1) {
      const copy = strip(items);
      copy.setAttribute("aria-hidden", "true");
      this.#line.append(copy);
    }
    const unit = Number.parseFloat(getComputedStyle(this.panel).getPropertyValue("--u")) || 1;
    this.#running = this.#line.animate([{ transform: "none" }, { transform: `translateX(${-width}px)` }], {
      duration: (width / (Math.max(1, state.speed) * unit)) * 1000,
      iterations: Number.POSITIVE_INFINITY,
    });
    // A new donation must not throw the line back to its beginning.
    if (before !== null) {
      this.#running.currentTime = before;
    }
  }
}

function strip(items: readonly DonationRow[]): HTMLElement {
  const made = make("div", "strip");
  for (const item of items) {
    const part = make("span", "item");
    part.append(
      written("bdi", "name", item.name, MAX_NAME),
      written("span", "sum", item.amount_text, MAX_SUM),
      written("span", "words", item.message ?? "", MAX_WORDS),
    );
    made.append(part);
  }
  return made;
}
