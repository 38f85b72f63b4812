import type { DonationRow, DonorRow, LatestState, NextUpState, TopDonorsState } from "../protocol.gen";
import {
  MAX_NAME,
  MAX_SUM,
  MAX_TITLE,
  MAX_WORDS,
  type Manner,
  make,
  panelWithTitle,
  setText,
  type View,
  written,
} from "./view";

const ENTER_MS = 180;

/** A title and rows. A first row that was not there before comes in; nothing else moves. */
class ListView {
  readonly panel: HTMLElement;
  readonly #title: HTMLElement;
  readonly #rows = make("ol", "rows");
  readonly #empty = written("p", "empty", "", MAX_WORDS);
  #shown: readonly string[] | null = null;

  constructor(name: string) {
    const { panel, title } = panelWithTitle(name);
    this.panel = panel;
    this.#title = title;
    panel.append(this.#rows, this.#empty);
  }

  end(): void {
    for (const move of this.#rows.getAnimations({ subtree: true })) {
      move.cancel();
    }
  }

  protected fill(title: string, rows: readonly HTMLElement[], emptyText: string, manner: Manner): void {
    setText(this.#title, title, MAX_TITLE);
    setText(this.#empty, rows.length > 0 ? "" : emptyText, MAX_WORDS);
    const before = this.#shown;
    const texts = rows.map((row) => row.textContent ?? "");
    if (before !== null && before.length === texts.length && before.every((text, at) => text === texts[at])) {
      return;
    }
    this.#shown = texts;
    this.#rows.replaceChildren(...rows);
    this.#rows.hidden = rows.length === 0;
    const first = rows[0];
    if (before !== null && first !== undefined && !before.includes(texts[0] ?? "") && !manner.reducedMotion) {
      first.animate([{ opacity: 0, transform: "translateY(-8px)" }, {}], { duration: ENTER_MS, easing: "ease-out" });
    }
  }
}

/** Who gave most; equal sums stand under equal ranks. */
export class TopDonorsView extends ListView implements View<TopDonorsState> {
  constructor() {
    super("top-donors");
  }

  show(state: TopDonorsState, manner: Manner): void {
    this.fill(state.title, state.rows.map(donorRow), state.empty_text, manner);
  }
}

/** The latest donations, newest first. */
export class LatestView extends ListView implements View<LatestState> {
  constructor() {
    super("latest");
  }

  show(state: LatestState, manner: Manner): void {
    this.fill(state.title, state.rows.map(donationRow), state.empty_text, manner);
  }
}

/** What waits for the stage, how much more, and whether the queue is paused. */
export class NextUpView extends ListView implements View<NextUpState> {
  readonly #more = written("p", "more", "", MAX_NAME);
  readonly #paused = written("p", "paused", "", MAX_NAME);

  constructor() {
    super("next-up");
    this.panel.append(this.#more, this.#paused);
  }

  show(state: NextUpState, manner: Manner): void {
    this.fill(state.title, state.rows.map(donationRow), "", manner);
    setText(this.#more, state.more_text, MAX_NAME);
    setText(this.#paused, state.paused_text ?? "", MAX_NAME);
  }
}

function donorRow(row: DonorRow): HTMLElement {
  const made = make("li", "row");
  const rank = make("span", "rank");
  rank.textContent = String(row.rank);
  made.append(rank, written("bdi", "name", row.name, MAX_NAME), written("span", "sum", row.amount_text, MAX_SUM));
  return made;
}

function donationRow(row: DonationRow): HTMLElement {
  const made = make("li", "row");
  const words = written("p", "words", row.message ?? "", MAX_WORDS);
  made.append(written("bdi", "name", row.name, MAX_NAME), written("span", "sum", row.amount_text, MAX_SUM), words);
  return made;
}
