import type { QrState } from "../protocol.gen";
import { MAX_NAME, MAX_TITLE, make, panelWithTitle, setText, type View, written } from "./view";

const SVG = "http://www.w3.org/2000/svg";
/** Light modules around the code, as its standard asks for. */
const QUIET = 4;
const ROW = /^[01]{1,177}$/;

/** The donation link as a code: black on white whatever the theme, since that is what cameras read. */
export class QrView implements View<QrState> {
  readonly panel: HTMLElement;
  readonly #title: HTMLElement;
  readonly #code = document.createElementNS(SVG, "svg");
  readonly #path = document.createElementNS(SVG, "path");
  readonly #caption = written("p", "caption", "", MAX_NAME);

  constructor() {
    const { panel, title } = panelWithTitle("qr");
    this.panel = panel;
    this.#title = title;
    const white = make("div", "white");
    this.#code.setAttribute("class", "code");
    this.#code.setAttribute("shape-rendering", "crispEdges");
    this.#code.append(this.#path);
    white.append(this.#code);
    panel.append(white, this.#caption);
  }

  show(state: QrState): void {
    setText(this.#title, state.title, MAX_TITLE);
    setText(this.#caption, state.caption, MAX_NAME);
    const rows = state.modules.filter((row) => ROW.test(row));
    const size = rows.length + 2 * QUIET;
    this.#code.setAttribute("viewBox", `0 0 ${size} ${size}`);
    this.#path.setAttribute("d", rows.map((row, at) => darkRuns(row, at + QUIET)).join(""));
  }

  end(): void {
    // Nothing moves.
  }
}

/** The dark modules of a row as rectangles, neighbours in one piece. */
function darkRuns(row: string, y: number): string {
  return Array.from(row.matchAll(/1+/g), (run) => {
    const width = run[0].length;
    return `M${(run.index ?? 0) + QUIET} ${y}h${width}v1h-${width}z`;
  }).join("");
}
