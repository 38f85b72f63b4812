const SVG = "http://www.w3.org/2000/svg";

/** Shapes of lucide-static (ISC), on a grid of 24. */
const SHAPES = {
  skip: ["M21 4v16", "M6.029 4.285A2 2 0 0 0 3 6v12a2 2 0 0 0 3.029 1.715l9.997-5.998a2 2 0 0 0 .003-3.432z"],
  hold: [
    "M18 11V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2",
    "M14 10V4a2 2 0 0 0-2-2a2 2 0 0 0-2 2v2",
    "M10 10.5V6a2 2 0 0 0-2-2a2 2 0 0 0-2 2v8",
    "M18 8a2 2 0 1 1 4 0v6a8 8 0 0 1-8 8h-2c-2.8 0-4.5-.86-5.99-2.34l-3.6-3.6a2 2 0 0 1 2.83-2.82L7 15",
  ],
  undo: ["M9 14 4 9l5-5", "M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"],
  up: ["m18 15-6-6-6 6"],
  top: ["M5 3h14", "m18 13-6-6-6 6", "M12 7v14"],
  yes: ["M20 6 9 17l-5-5"],
  no: ["M18 6 6 18", "m6 6 12 12"],
  pause: ["M14 4h4v16h-4z", "M6 4h4v16H6z"],
  play: ["M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z"],
  retry: ["M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8", "M3 3v5h5"],
  muted: [
    "M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298z",
    "m22 9-6 6",
    "m16 9 6 6",
  ],
  heard: [
    "M11 4.702a.705.705 0 0 0-1.203-.498L6.413 7.587A1.4 1.4 0 0 1 5.416 8H3a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2.416a1.4 1.4 0 0 1 .997.413l3.383 3.384A.705.705 0 0 0 11 19.298z",
    "M16 9a5 5 0 0 1 0 6",
    "M19.364 18.364a9 9 0 0 0 0-12.728",
  ],
  alarm: ["m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3", "M12 9v4", "M12 17h.01"],
  money: [
    "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0",
    "M15 12a3 3 0 1 1-6 0a3 3 0 0 1 6 0z",
  ],
} as const;

export type IconName = keyof typeof SHAPES;

export function icon(name: IconName): SVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    drawn.append(path);
  }
  return drawn;
}

/** An element with a class and what is in it. Texts become text nodes, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...inside);
  return made;
}

/** Writes only what differs, so that a selection or a screen reader is not disturbed for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A button with an icon and a word. `isPending`: its command is on its way. */
export class Button {
  readonly element = document.createElement("button");
  readonly #label = make("span", "label");
  readonly #press: () => void;
  #icon: IconName | null = null;
  #drawn: SVGElement | null = null;

  constructor(className: string, press: () => void) {
    this.#press = press;
    this.element.type = "button";
    this.element.className = `button ${className}`;
    this.element.append(this.#label);
    this.element.addEventListener("click", () => {
      if (this.element.getAttribute("aria-disabled") !== "true") {
        this.#press();
      }
    });
  }

  /** `name` is what a screen reader says and a tooltip shows; the label alone where there is none. */
  show(iconName: IconName, label: string, name = label): void {
    setText(this.#label, label);
    if (this.element.title !== name) {
      this.element.title = name;
      this.element.setAttribute("aria-label", name);
    }
    if (this.#icon !== iconName) {
      this.#icon = iconName;
      this.#drawn?.remove();
      this.#drawn = icon(iconName);
      this.element.prepend(this.#drawn);
    }
  }

  /** A disabled one keeps the focus: `disabled` would throw a keyboard's user back to the top. */
  set(state: { pending?: boolean; disabled?: boolean; pressed?: boolean }): void {
    const { pending = false, disabled = false, pressed } = state;
    this.element.classList.toggle("pending", pending);
    this.element.setAttribute("aria-busy", String(pending));
    this.element.setAttribute("aria-disabled", String(pending || disabled));
    if (pressed !== undefined) {
      this.element.setAttribute("aria-pressed", String(pressed));
    }
  }
}
