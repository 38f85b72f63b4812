import { fileIn } from "./page_kind";

/** The streamer's own style sheet, behind the page's own ones so that it has the last word. */
export class CustomStyle {
  #link: HTMLLinkElement | null = null;
  #name: string | null = null;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes the place of what was there; null takes it away. The old one stays until the new one has loaded. */
  apply(name: string | null): void {
    if (name === this.#name) {
      return;
    }
    this.#name = name;
    const before = this.#link;
    const url = fileIn(this.#folder, name);
    this.#link = null;
    if (url === null) {
      before?.remove();
      return;
    }
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.dataset["custom"] = "";
    link.onload = () => before?.remove();
    link.onerror = () => before?.remove();
    link.href = url;
    this.#link = link;
    document.head.append(link);
  }
}
