import type { WidgetUpdate } from "../protocol.gen";

export interface CanvasSettings {
  readonly language: string;
  readonly reducedMotion: boolean;
  readonly theme: string;
}

/** The widgets of a page. */
export class Canvas {
  readonly #revisions: Record<string, number> = {};
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  apply(update: WidgetUpdate): void {
    this.#revisions[update.widget] = update.revision;
  }

  revisions(): Record<string, number> {
    return { ...this.#revisions };
  }

  restyle(settings: CanvasSettings): void {
    this.#root.lang = settings.language;
  }
}
