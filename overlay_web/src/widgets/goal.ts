import type { GoalState } from "../protocol.gen";
import { MAX_SUM, MAX_TITLE, type Manner, make, panelWithTitle, setText, type View, written } from "./view";

const MOVE_MS = 400;
const RADIUS = 54;
const AROUND = 2 * Math.PI * RADIUS;

/** A goal as a bar or a ring. Its text says how far it is, even beyond the whole; the drawing is full then. */
export class GoalView implements View<GoalState> {
  readonly panel: HTMLElement;
  readonly #title: HTMLElement;
  readonly #raised = written("span", "raised", "", MAX_SUM);
  readonly #target = written("span", "target", "", MAX_SUM);
  readonly #percent = written("span", "percent", "", MAX_SUM);
  readonly #left = written("p", "left", "", MAX_SUM);
  readonly #bar = make("div", "bar");
  readonly #fill = make("div", "fill");
  readonly #arc: SVGElement;
  readonly #dial: SVGElement;
  #shown: number | null = null;

  constructor() {
    const { panel, title } = panelWithTitle("goal");
    this.panel = panel;
    this.#title = title;
    [this.#dial, this.#arc] = drawDial();
    this.#bar.append(this.#fill);
    const ring = make("div", "ring");
    ring.append(this.#dial, this.#percent);
    const figures = make("p", "figures");
    figures.append(this.#raised, this.#target);
    panel.append(ring, this.#bar, figures, this.#left);
  }

  show(state: GoalState, manner: Manner): void {
    setText(this.#title, state.title, MAX_TITLE);
    setText(this.#raised, state.raised_text, MAX_SUM);
    setText(this.#target, state.target_text, MAX_SUM);
    setText(this.#percent, state.percent_text, MAX_SUM);
    setText(this.#left, state.left_text ?? "", MAX_SUM);
    this.panel.dataset["shape"] = state.shape;
    this.panel.classList.toggle("reached", state.fraction >= 1);
    this.panel.classList.toggle("over", state.fraction > 1);
    const share = Math.min(1, Math.max(0, Number.isFinite(state.fraction) ? state.fraction : 0));
    this.#move(this.#shown ?? share, share, manner.reducedMotion || !manner.visible || this.#shown === null);
    this.#shown = share;
  }

  end(): void {
    for (const move of [...this.#fill.getAnimations(), ...this.#arc.getAnimations()]) {
      move.cancel();
    }
  }

  #move(from: number, to: number, atOnce: boolean): void {
    this.#fill.style.transform = `scaleX(${to.toFixed(4)})`;
    this.#arc.style.strokeDashoffset = String((1 - to) * AROUND);
    if (!atOnce && from !== to) {
      const timing = { duration: MOVE_MS, easing: "cubic-bezier(.2,.9,.25,1)" };
      this.#fill.animate(
        [{ transform: `scaleX(${from.toFixed(4)})` }, { transform: `scaleX(${to.toFixed(4)})` }],
        timing,
      );
      const arcs = [from, to].map((share) => ({ strokeDashoffset: String((1 - share) * AROUND) }));
      this.#arc.animate(arcs, timing);
    }
  }
}

function drawDial(): [SVGElement, SVGElement] {
  const dial = shape("svg", { viewBox: "0 0 128 128", "aria-hidden": "true", class: "dial" });
  const circle = { cx: 64, cy: 64, r: RADIUS, "stroke-width": 14, fill: "none" };
  const arc = shape("circle", {
    ...circle,
    class: "arc",
    "stroke-dasharray": AROUND,
    transform: "rotate(-90 64 64)",
  });
  dial.append(shape("circle", { ...circle, class: "track" }), arc);
  return [dial, arc];
}

function shape(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}
