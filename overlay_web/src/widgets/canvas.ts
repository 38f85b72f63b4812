import "./places.css";
import "./widgets.css";
import { unitFor } from "../fit";
import type { WidgetUpdate } from "../protocol.gen";
import { MediaNowView, TimerView } from "./clocks";
import { GoalView } from "./goal";
import { LatestView, NextUpView, TopDonorsView } from "./lists";
import { QrView } from "./qr";
import { TickerView } from "./ticker";
import type { View } from "./view";

type State = NonNullable<WidgetUpdate["state"]>;

const THEMES: ReadonlySet<string> = new Set(["lampion", "batik", "struk", "kaset"]);

export interface CanvasSettings {
  readonly language: string;
  readonly reducedMotion: boolean;
  readonly theme: string;
}

interface Placed {
  readonly section: HTMLElement;
  readonly kind: string;
  readonly view: View<State>;
  update: WidgetUpdate;
  /** By the page's clock: what counts down has gone on since. */
  receivedAt: number;
}

/** The widgets of a page, each in its place. */
export class Canvas {
  readonly #root: HTMLElement;
  readonly #revisions = new Map<string, number>();
  readonly #placed = new Map<string, Placed>();
  /** What OBS said of its source; nothing is no. */
  readonly #inObs = new Map<string, boolean>();
  #settings: CanvasSettings = { language: "id", reducedMotion: false, theme: "lampion" };

  constructor(root: HTMLElement) {
    this.#root = root;
    window.addEventListener("resize", () => this.#showAll());
    document.addEventListener("visibilitychange", () => this.#showAll());
    for (const [event, flag] of [
      ["obsSourceVisibleChanged", "visible"],
      ["obsSourceActiveChanged", "active"],
    ] as const) {
      window.addEventListener(event, (told) => {
        const said: unknown = told instanceof CustomEvent ? Reflect.get(told.detail ?? {}, flag) : null;
        this.#inObs.set(flag, said !== false);
        this.#showAll();
      });
    }
  }

  /** What is not newer than what is shown is ignored. */
  apply(update: WidgetUpdate): void {
    if (update.revision <= (this.#revisions.get(update.widget) ?? Number.NEGATIVE_INFINITY)) {
      return;
    }
    this.#revisions.set(update.widget, update.revision);
    const before = this.#placed.get(update.widget);
    if (update.state === null) {
      this.#remove(update.widget);
      return;
    }
    if (before !== undefined && before.kind === update.state.type) {
      before.update = update;
      before.receivedAt = performance.now();
      this.#show(before);
      return;
    }
    this.#remove(update.widget);
    const view = viewOf(update.state);
    if (view !== null) {
      this.#add(update, update.state.type, view);
    }
  }

  /** What the page shows already, for a server that it finds again. */
  revisions(): Record<string, number> {
    return Object.fromEntries(this.#revisions);
  }

  restyle(settings: CanvasSettings): void {
    this.#settings = settings;
    this.#showAll();
  }

  #add(update: WidgetUpdate, kind: string, view: View<State>): void {
    const section = document.createElement("section");
    section.className = "widget";
    section.dataset["widget"] = update.widget;
    section.dataset["kind"] = kind;
    section.append(view.panel);
    this.#root.append(section);
    const placed = { section, kind, view, update, receivedAt: performance.now() };
    this.#placed.set(update.widget, placed);
    this.#show(placed);
  }

  #remove(widget: string): void {
    const placed = this.#placed.get(widget);
    if (placed !== undefined) {
      placed.view.end();
      placed.section.remove();
      this.#placed.delete(widget);
    }
  }

  #showAll(): void {
    for (const placed of this.#placed.values()) {
      this.#show(placed);
    }
  }

  #show({ section, view, update, receivedAt }: Placed): void {
    const { place, state } = update;
    const unit = unitFor(window.innerWidth, window.innerHeight);
    section.dataset["widgetTheme"] = THEMES.has(update.theme) ? update.theme : "lampion";
    section.dataset["anchor"] = place.anchor ?? "top_left";
    section.style.setProperty("--u", `${unit * (place.scale ?? 1)}px`);
    section.style.setProperty("--u0", `${unit}px`);
    section.style.setProperty("--x", String(place.x ?? 0));
    section.style.setProperty("--y", String(place.y ?? 0));
    if (state !== null) {
      const visible = document.visibilityState === "visible" && ![...this.#inObs.values()].includes(false);
      view.show(aged(state, performance.now() - receivedAt), { reducedMotion: this.#settings.reducedMotion, visible });
    }
  }
}

/** The state as it is now: what counted down when it came has gone on. */
function aged(state: State, ms: number): State {
  const runs = state.type === "media_now" || (state.type === "timer" && state.running);
  return runs ? { ...state, left_ms: Math.max(0, state.left_ms - Math.round(ms)) } : state;
}

/** A kind that this page does not know, as one from a newer server, is not shown. */
function viewOf(state: State): View<State> | null {
  switch (state.type) {
    case "goal":
      return new GoalView();
    case "top_donors":
      return new TopDonorsView();
    case "latest":
      return new LatestView();
    case "ticker":
      return new TickerView();
    case "next_up":
      return new NextUpView();
    case "media_now":
      return new MediaNowView();
    case "timer":
      return new TimerView();
    case "qr":
      return new QrView();
    default:
      return null;
  }
}
