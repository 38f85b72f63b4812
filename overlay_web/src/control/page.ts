import { Calm } from "./calm";
import { about, type Desk } from "./desk";
import { DonationRow, type Kind } from "./donation_row";
import { Button, make, setText } from "./elements";
import type { ControlPicture, Donation } from "./protocol.gen";
import { Rows } from "./rows";
import { StageCard } from "./stage_card";
import { Switches } from "./switches";
import { fill } from "./words";

/** Everything below the status bar, for a key whose rights are known. */
export class Page {
  readonly main = make("main");
  readonly foot = make("footer", "foot");
  /** Spoken and never seen: what changed without being pressed here. */
  readonly voice = make("p", "unseen");
  readonly #stage: StageCard;
  readonly #switches: Switches;
  readonly #lists: readonly (readonly [Kind, Rows])[];
  readonly #loading: HTMLElement;
  readonly #missed = make("p", "more");
  readonly #panic: Button;
  readonly #calm: Calm;
  readonly #desk: Desk;
  #before: ControlPicture | null = null;
  #newest: ControlPicture | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    const { words } = desk;
    this.#stage = new StageCard(desk);
    this.#switches = new Switches(desk);
    const list = (kind: Kind, title: string, empty: string): readonly [Kind, Rows] => [
      kind,
      new Rows(title, empty, () => new DonationRow(kind, desk)),
    ];
    this.#lists = [
      list("held", words.held, words.heldEmpty),
      list("waiting", words.waiting, words.waitingEmpty),
      list("failed", words.failed, ""),
    ];
    const lists = make("div", "lists", ...this.#lists.map(([, rows]) => rows.element), this.#missed);
    this.#calm = new Calm(lists);
    this.#loading = make("p", "more", words.loading);
    this.main.append(this.#loading, this.#stage.element, this.#switches.element, lists);
    this.main.classList.add("loading");
    if (!desk.may("steer") && !desk.may("panic")) {
      this.main.prepend(make("p", "more", words.viewOnly));
    }
    this.#panic = new Button("panic wide", () => desk.press("panic", { type: "queue.panic" }, words.donePanic));
    this.foot.append(this.#panic.element);
    this.foot.hidden = !desk.may("panic");
    this.voice.ariaLive = "polite";
  }

  /** A new picture: what only changes is shown at once, what moves when nothing is under a pointer. */
  show(picture: ControlPicture): void {
    this.#newest = picture;
    this.main.classList.remove("loading");
    this.#loading.remove();
    this.refresh();
    this.#calm.change(() => this.#arrange());
    this.#speak(picture);
    this.#before = picture;
  }

  /** What is on its way has changed, or the picture. */
  refresh(): void {
    const picture = this.#newest;
    if (picture === null) {
      return;
    }
    const { words, orders } = this.#desk;
    this.#stage.show(picture);
    this.#switches.show(picture);
    this.#panic.show("alarm", picture.panic ? words.panicOn : words.panic, words.panicHint);
    this.#panic.set({ pending: orders.isPending("panic"), disabled: picture.panic });
    this.#panic.element.classList.toggle("on", picture.panic);
    for (const [kind, rows] of this.#lists) {
      rows.refresh(...listed(picture, kind));
    }
  }

  #arrange(): void {
    const picture = this.#newest;
    if (picture === null) {
      return;
    }
    const { words } = this.#desk;
    for (const [kind, rows] of this.#lists) {
      const [donations, total] = listed(picture, kind);
      const more = total > donations.length ? fill(words.more, { count: total - donations.length }) : "";
      rows.arrange(donations, total, more);
      rows.element.hidden = total === 0 && kind !== "waiting";
    }
    setText(this.#missed, picture.missed_count > 0 ? fill(words.missed, { count: picture.missed_count }) : "");
    this.#missed.hidden = picture.missed_count === 0;
  }

  #speak(picture: ControlPicture): void {
    const before = this.#before;
    if (before === null) {
      return;
    }
    const { words } = this.#desk;
    const said: string[] = [];
    if (picture.panic !== before.panic) {
      said.push(picture.panic ? words.saidPanic : words.saidReleased);
    } else if (picture.paused !== before.paused) {
      said.push(picture.paused ? words.saidPaused : words.saidResumed);
    }
    if (picture.playing !== null && picture.playing.run_id !== before.playing?.run_id) {
      said.push(about(words.saidOnStage, picture.playing.donation, words));
    }
    const known = new Set(before.held.map((donation) => donation.donation_message_id));
    const fresh = picture.held.filter((donation) => !known.has(donation.donation_message_id)).slice(0, 3);
    said.push(...fresh.map((donation) => about(words.saidHeld, donation, words)));
    if (said.length > 0) {
      setText(this.voice, said.join(". "));
    }
  }
}

function listed(picture: ControlPicture, kind: Kind): [readonly Donation[], number] {
  switch (kind) {
    case "held":
      return [picture.held, picture.held_count];
    case "waiting":
      return [picture.waiting, picture.waiting_count];
    case "failed":
      return [picture.failed, picture.failed_count];
  }
}
