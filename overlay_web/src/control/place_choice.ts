import { make, setText } from "./elements";
import type { Words } from "./words";

const MOST_CHOICES = 50;

/** A row's place in the queue, and a choice of another one. Its options are made when it is opened. */
export class PlaceChoice {
  readonly element: HTMLElement;
  readonly #select: HTMLSelectElement | null;
  readonly #words: Words;
  #place = 0;
  #total = 0;

  constructor(words: Words, canMove: boolean, move: (place: number) => void) {
    this.#words = words;
    this.#select = canMove ? make("select") : null;
    this.element = make("span", "place", ...(this.#select === null ? [] : [this.#select]));
    const select = this.#select;
    if (select !== null) {
      for (const opens of ["pointerdown", "focus"]) {
        select.addEventListener(opens, () => this.#offer(select));
      }
      select.addEventListener("change", () => {
        const chosen = Number(select.value);
        select.value = String(this.#place);
        move(chosen);
      });
    }
  }

  show(place: number, total: number, name: string, pending: boolean): void {
    this.#total = total;
    if (this.#select === null) {
      setText(this.element, String(place));
      return;
    }
    this.#select.ariaLabel = name;
    this.#select.disabled = pending && document.activeElement !== this.#select;
    this.element.classList.toggle("pending", pending);
    if (place !== this.#place) {
      this.#place = place;
      this.#select.replaceChildren(option(place, String(place)));
      this.#select.value = String(place);
    }
  }

  #offer(select: HTMLSelectElement): void {
    const last = Math.min(this.#total, MOST_CHOICES);
    const options = Array.from({ length: last }, (_, index) => option(index + 1, String(index + 1)));
    if (this.#total > last) {
      options.push(option(this.#total, this.#words.moveEnd));
    }
    select.replaceChildren(...options);
    select.value = String(this.#place);
  }
}

function option(value: number, text: string): HTMLOptionElement {
  const made = make("option", "", text);
  made.value = String(value);
  return made;
}
