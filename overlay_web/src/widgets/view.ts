import { cleanText } from "../text";

export const MAX_TITLE = 60;
export const MAX_NAME = 100;
export const MAX_SUM = 40;
export const MAX_WORDS = 300;

/** How a widget may behave now. */
export interface Manner {
  readonly reducedMotion: boolean;
  readonly visible: boolean;
}

/** One kind of widget: it shows a state as often as it is told to, and ends whatever moves. */
export interface View<State> {
  readonly panel: HTMLElement;
  show(state: State, manner: Manner): void;
  end(): void;
}

export function make(tag: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** An element with a text of somebody's: never markup, and its direction is its own. */
export function written(tag: string, name: string, text: string, most: number): HTMLElement {
  const made = make(tag, name);
  made.dir = "auto";
  setText(made, text, most);
  return made;
}

/** Touches the element only where the text differs: what stays is not painted again. Empty takes no room. */
export function setText(element: HTMLElement, raw: string, most: number): void {
  const text = cleanText(raw, most);
  if (element.textContent !== text) {
    element.textContent = text;
  }
  element.hidden = text === "";
}

export function panelWithTitle(name: string): { panel: HTMLElement; title: HTMLElement } {
  const panel = make("div", `panel ${name}`);
  const title = written("p", "title", "", MAX_TITLE);
  panel.append(title);
  return { panel, title };
}
