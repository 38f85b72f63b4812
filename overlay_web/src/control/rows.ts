import { make, setText } from "./elements";
import type { Donation } from "./protocol.gen";

/** One donation in a list. It keeps its elements as long as it is listed, so a focus stays where it is. */
export interface Row {
  readonly element: HTMLElement;
  /** `place` counts from 1; `listed` false: it is gone, and still here only because a pointer is over the list. */
  show(donation: Donation, place: number, total: number, listed: boolean): void;
}

/** A list whose rows are kept by their donation's id. What moves and what only changes are two calls. */
export class Rows {
  readonly element = make("section", "list");
  readonly #heading = make("h2", "caption");
  readonly #list = make("ol", "rows");
  readonly #empty = make("p", "empty");
  readonly #more = make("p", "more");
  readonly #rows = new Map<string, Row>();
  readonly #makeRow: () => Row;
  readonly #title: string;

  constructor(title: string, empty: string, makeRow: () => Row) {
    this.#title = title;
    this.#makeRow = makeRow;
    this.#heading.tabIndex = -1;
    setText(this.#empty, empty);
    this.element.append(this.#heading, this.#list, this.#empty, this.#more);
  }

  /** Nothing moves: counts and marks only. */
  refresh(donations: readonly Donation[], total: number): void {
    setText(this.#heading, total > 0 ? `${this.#title} (${total})` : this.#title);
    const places = new Map(donations.map((donation, index) => [donation.donation_message_id, index] as const));
    for (const [id, row] of this.#rows) {
      const index = places.get(id);
      const donation = index === undefined ? undefined : donations[index];
      row.element.classList.toggle("gone", donation === undefined);
      if (donation !== undefined && index !== undefined) {
        row.show(donation, index + 1, total, true);
      }
    }
  }

  /** Rows come, go and change places. */
  arrange(donations: readonly Donation[], total: number, more: string): void {
    const focused = document.activeElement;
    const inside = focused instanceof HTMLElement && this.#list.contains(focused) ? focused : null;
    const lost = inside === null ? -1 : [...this.#list.children].findIndex((row) => row.contains(inside));
    const kept = new Set(donations.map((donation) => donation.donation_message_id));
    for (const [id, row] of [...this.#rows]) {
      if (!kept.has(id)) {
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    donations.forEach((donation, index) => {
      const row = this.#rows.get(donation.donation_message_id) ?? this.#makeRow();
      this.#rows.set(donation.donation_message_id, row);
      if (this.#list.children[index] !== row.element) {
        this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      }
    });
    this.refresh(donations, total);
    this.#empty.hidden = total > 0 || this.#empty.textContent === "";
    setText(this.#more, more);
    this.#more.hidden = more === "";
    if (inside !== null && document.activeElement !== inside) {
      this.#focusAgain(inside, lost);
    }
  }

  /** A row that moved lost the focus; of one that is gone, its neighbour takes it, so that a keyboard goes on here. */
  #focusAgain(inside: HTMLElement, index: number): void {
    if (this.#list.contains(inside)) {
      inside.focus({ preventScroll: true });
      return;
    }
    const row = this.#list.children[Math.min(index, this.#list.children.length - 1)];
    const next = row?.querySelector<HTMLElement>("button, select") ?? this.#heading;
    next.focus({ preventScroll: true });
  }
}
