import { Steps } from "./steps";

const STEP_MS = 45;
const COUNT_STEPS = 13;
const DIGITS = /\d/g;
const MOST_DIGITS = 15;

/**
 * An amount that counts up like a score. Each digit has a cell of one width, for the font has no figures of one, so
 * nothing beside it moves; the cells stay, so that nothing moves at the end either. Done in 585 ms.
 */
export class Count {
  readonly #amount: HTMLElement;
  readonly #text: string;
  readonly #cells: HTMLElement[] = [];
  readonly #steps = new Steps();

  constructor(amount: HTMLElement) {
    this.#amount = amount;
    this.#text = amount.textContent ?? "";
    if ((this.#text.match(DIGITS) ?? []).length > MOST_DIGITS) {
      return;
    }
    amount.replaceChildren(...this.#text.split(/(\d)/).map((part) => this.#part(part)));
  }

  begin(): void {
    const digits = (this.#text.match(DIGITS) ?? []).join("");
    if (this.#cells.length === 0 || !this.#amount.contains(this.#cells[0] ?? null)) {
      return;
    }
    const whole = Number(digits);
    this.#steps.run(COUNT_STEPS, STEP_MS, (step) => {
      const way = (step + 1) / COUNT_STEPS;
      const reached = way === 1 ? digits : String(Math.floor(whole * way ** 2)).padStart(digits.length, "0");
      this.#write(reached);
    });
  }

  /** Whatever was counted, the amount is the amount. */
  end(): void {
    this.#steps.stop();
    this.#write((this.#text.match(DIGITS) ?? []).join(""));
  }

  #part(text: string): Node {
    if (!/^\d$/.test(text)) {
      return document.createTextNode(text);
    }
    const cell = document.createElement("span");
    cell.className = "digit";
    cell.textContent = text;
    this.#cells.push(cell);
    return cell;
  }

  #write(digits: string): void {
    for (const [index, cell] of this.#cells.entries()) {
      cell.textContent = digits[index] ?? "";
    }
  }
}
