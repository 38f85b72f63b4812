import type { Desk, Part } from "./desk";
import { Button, make } from "./elements";
import type { Channel, ControlPicture } from "./protocol.gen";
import { fill } from "./words";

/** Pause, undo, and what is muted. */
export class Switches implements Part {
  readonly element = make("section", "switches");
  readonly #pause: Button;
  readonly #undo: Button;
  readonly #mutes: readonly (readonly [Channel, string, Button])[];
  readonly #desk: Desk;
  #picture: ControlPicture | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    const { words } = desk;
    this.#pause = new Button("", () => this.#pauseOrGoOn());
    this.#undo = new Button("", () => desk.press("undo", { type: "queue.undo" }, words.doneUndo));
    this.#undo.show("undo", words.undo, words.undoHint);
    const named: [Channel, string][] = [
      ["alert", words.muteAlert],
      ["speech", words.muteSpeech],
      ["media", words.muteMedia],
    ];
    this.#mutes = named.map(([channel, name]) => [channel, name, new Button("mute", () => this.#mute(channel, name))]);
    if (desk.may("steer")) {
      this.element.append(make("div", "pair", this.#pause.element, this.#undo.element));
    }
    if (desk.may("panic")) {
      const group = make("div", "mutes", ...this.#mutes.map(([, , button]) => button.element));
      group.role = "group";
      group.ariaLabel = words.mute;
      this.element.append(group);
    }
    this.element.hidden = !(desk.may("steer") || desk.may("panic"));
  }

  show(picture: ControlPicture): void {
    const { words, orders } = this.#desk;
    this.#picture = picture;
    const goesOn = picture.paused && !picture.panic;
    this.#pause.show(
      goesOn ? "play" : "pause",
      goesOn ? words.resume : words.pause,
      goesOn ? words.resumeHint : words.pauseHint,
    );
    this.#pause.element.classList.toggle("on", goesOn);
    this.#pause.set({ pending: orders.isPending("pause"), disabled: picture.panic });
    this.#undo.set({ pending: orders.isPending("undo") });
    for (const [channel, name, button] of this.#mutes) {
      const muted = picture.muted.includes(channel);
      button.show(muted ? "muted" : "heard", name, fill(muted ? words.unmuteOne : words.muteOne, { channel: name }));
      button.set({ pending: orders.isPending(`mute ${channel}`), pressed: muted });
    }
  }

  #pauseOrGoOn(): void {
    const { words, press } = this.#desk;
    if (this.#picture?.paused === true) {
      press("pause", { type: "queue.resume" }, words.doneResume);
    } else {
      press("pause", { type: "queue.pause" }, words.donePause);
    }
  }

  #mute(channel: Channel, name: string): void {
    const { words, press } = this.#desk;
    const channels = [channel];
    if (this.#picture?.muted.includes(channel) === true) {
      press(`mute ${channel}`, { type: "queue.unmute", channels }, fill(words.doneUnmute, { channel: name }));
    } else {
      press(`mute ${channel}`, { type: "queue.mute", channels }, fill(words.doneMute, { channel: name }));
    }
  }
}
