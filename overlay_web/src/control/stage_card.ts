import { about, type Desk, type Part } from "./desk";
import { Button, make, setText } from "./elements";
import type { ControlPicture, OnStage } from "./protocol.gen";
import { fill } from "./words";

const TICK_MS = 500;

/** What plays now, in a place that keeps its size whatever plays. In a panic: the way out of it. */
export class StageCard implements Part {
  readonly element = make("section", "card stage");
  readonly #title = make("h2", "caption");
  readonly #left = make("span", "left");
  readonly #amount = make("span", "amount");
  readonly #donor = make("p", "donor");
  readonly #message = make("p", "message");
  readonly #bar = make("div", "bar");
  readonly #skip: Button;
  readonly #release: Button;
  readonly #anyway: Button;
  readonly #desk: Desk;
  #playing: OnStage | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    const { words } = desk;
    this.#donor.dir = "auto";
    this.#message.dir = "auto";
    this.#skip = new Button("primary wide", () => this.#press());
    this.#skip.show("skip", words.skip, words.skipCurrent);
    this.#release = new Button("wide", () => desk.press("release", { type: "queue.release" }, words.doneRelease));
    this.#release.show("play", words.release, words.releaseHint);
    this.#release.element.hidden = true;
    this.#anyway = new Button("wide", () => desk.press("anyway", { type: "queue.play_anyway" }, words.doneAnyway));
    this.#anyway.show("play", words.anyway, words.anywayHint);
    this.#anyway.element.hidden = true;
    const track = make("div", "track", this.#bar);
    track.setAttribute("aria-hidden", "true");
    this.element.append(
      make("div", "line", this.#title, this.#left),
      make("div", "line", this.#donor, this.#amount),
      this.#message,
      track,
    );
    if (desk.may("steer")) {
      this.element.append(this.#skip.element, this.#anyway.element);
    }
    if (desk.may("panic")) {
      this.element.append(this.#release.element);
    }
    window.setInterval(() => this.#tick(), TICK_MS);
  }

  show(picture: ControlPicture): void {
    const { words, orders } = this.#desk;
    const { playing, panic } = picture;
    this.#playing = playing;
    const donation = playing?.donation ?? null;
    const offAir = picture.lights.overlay.reason === "source_inactive";
    const [empty, more] = panic
      ? [words.stagePanic, words.stagePanicMore]
      : picture.paused
        ? [words.stagePaused, words.stagePausedMore]
        : offAir
          ? [words.stageOffAir, words.stageOffAirMore]
          : [words.stageEmpty, words.stageEmptyMore];
    this.element.classList.toggle("panic", panic);
    this.element.classList.toggle("bare", playing === null);
    setText(this.#title, words.onStage);
    setText(this.#donor, playing === null ? empty : (donation?.shown_donor ?? donation?.donor ?? words.testAlert));
    setText(this.#amount, donation?.amount_text ?? "");
    setText(this.#message, playing === null ? more : (donation?.shown_message ?? donation?.message ?? ""));
    const skipped = playing !== null && orders.isPending(`skip ${playing.run_id}`);
    this.#skip.set({ pending: skipped, disabled: playing === null });
    const waitsForAir = offAir && playing === null && !panic && !picture.paused;
    this.#anyway.element.hidden = !waitsForAir;
    this.#anyway.set({ pending: orders.isPending("anyway") });
    this.#skip.element.hidden = waitsForAir || (panic && this.#desk.may("panic"));
    this.#release.element.hidden = !panic;
    this.#release.set({ pending: orders.isPending("release") });
    this.#tick();
  }

  #press(): void {
    const { words, press } = this.#desk;
    const playing = this.#playing;
    if (playing !== null) {
      const action = { type: "queue.skip", run_id: playing.run_id } as const;
      press(`skip ${playing.run_id}`, action, about(words.doneSkip, playing.donation, words));
    }
  }

  #tick(): void {
    const { words, now } = this.#desk;
    const playing = this.#playing;
    if (playing === null) {
      setText(this.#left, "");
      this.#bar.style.transform = "scaleX(0)";
      return;
    }
    if (playing.started_at === null) {
      setText(this.#left, words.stagePreparing);
      this.#bar.style.transform = "scaleX(0)";
      return;
    }
    const shown = playing.offset_ms + Math.max(0, now() - Date.parse(playing.started_at));
    const left = Math.ceil((playing.expected_ms - shown) / 1000);
    setText(this.#left, left > 0 ? fill(words.stageLeft, { seconds: left }) : words.stageFinishing);
    this.#bar.style.transform = `scaleX(${Math.min(1, shown / Math.max(1, playing.expected_ms)).toFixed(4)})`;
  }
}
