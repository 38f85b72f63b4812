import type { Desk } from "./desk";
import { make, setText } from "./elements";
import type { ControlPicture, Hello, ShownLight } from "./protocol.gen";
import { lightSaid } from "./sentences";
import { fill, type Words } from "./words";

export type LinkState = "connecting" | "open" | "lost" | "revoked";

const MARKS = { ok: "✓", busy: "…", attention: "!", down: "✕" } as const;
const NEWS_MS = 6000;

/**
 * Whose key this is, how things stand, and what was said last. Always the same height: nothing below it ever moves for
 * a message.
 */
export class StatusBar {
  readonly element = make("header", "status");
  readonly #name = make("span", "name");
  readonly #lights = make("ul", "lights");
  readonly #chips: readonly HTMLElement[];
  readonly #said = make("p", "said");
  readonly #aside: HTMLElement;
  readonly #words: Words;
  #link: LinkState = "connecting";
  #picture: ControlPicture | null = null;
  #news: { readonly text: string; readonly isRefusal: boolean; readonly until: number } | null = null;
  #timer = 0;

  constructor(words: Words, aside: HTMLElement) {
    this.#words = words;
    this.#aside = aside;
    this.#chips = [words.lightDatabase, words.lightQueue, words.lightOverlay].map((name) => make("li", "light", name));
    this.#lights.append(...this.#chips);
    this.#lights.ariaLabel = words.lights;
    this.#said.role = "status";
    this.#name.dir = "auto";
    this.element.append(make("div", "line", this.#name, this.#aside), this.#lights, this.#said);
  }

  greet(hello: Hello): void {
    setText(this.#name, hello.name);
    this.#name.title = hello.name;
  }

  setLink(link: LinkState): void {
    this.#link = link;
  }

  /** What a press came to. A refusal stays twice as long: it has to be read. */
  tell(text: string, isRefusal: boolean): void {
    const lasts = isRefusal ? 2 * NEWS_MS : NEWS_MS;
    this.#news = { text, isRefusal, until: performance.now() + lasts };
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#forget(), lasts);
  }

  show(picture: ControlPicture | null, desk: Desk | null): void {
    this.#picture = picture;
    if (picture !== null && desk !== null) {
      const { lights } = picture;
      const named = [this.#words.lightDatabase, this.#words.lightQueue, this.#words.lightOverlay];
      [lights.database, lights.queue, lights.overlay].forEach((light, index) => {
        const chip = this.#chips[index];
        if (chip !== undefined) {
          setText(chip, `${MARKS[light.state]} ${named[index] ?? ""}`);
          chip.dataset["state"] = light.state;
          chip.title = lightSaid(light.reason, desk.language);
        }
      });
    }
    const [text, tone] = this.#sentence(desk);
    setText(this.#said, text);
    this.element.dataset["tone"] = tone;
  }

  #sentence(desk: Desk | null): readonly [string, string] {
    const words = this.#words;
    const waiting = desk?.orders.count ?? 0;
    if (this.#link === "revoked") {
      return [`${words.revoked}. ${words.revokedMore}`, "danger"];
    }
    if (this.#link === "lost") {
      return [waiting > 0 ? fill(words.lostWaiting, { count: waiting }) : words.lost, "danger"];
    }
    if (this.#news !== null) {
      return [this.#news.text, this.#news.isRefusal ? "refused" : "done"];
    }
    if (waiting > 0) {
      return [words.sending, "busy"];
    }
    if (this.#link === "connecting" || this.#picture === null) {
      return [words.connecting, "busy"];
    }
    const worst = worstOf(this.#picture);
    if (worst !== null && desk !== null) {
      const said = lightSaid(worst.reason, desk.language);
      return [`${said.charAt(0).toUpperCase()}${said.slice(1)}.`, "attention"];
    }
    return [this.#picture.stale ? words.stale : words.connected, this.#picture.stale ? "attention" : "calm"];
  }

  #forget(): void {
    this.#news = null;
    this.onForgotten();
  }

  /** What was said last is over: the bar wants to be shown again. */
  onForgotten: () => void = () => undefined;
}

function worstOf(picture: ControlPicture): ShownLight | null {
  const { database, queue, overlay } = picture.lights;
  const order = ["down", "attention", "busy"] as const;
  for (const state of order) {
    const found = [database, queue, overlay].find((light) => light.state === state);
    if (found !== undefined) {
      return found;
    }
  }
  return null;
}
