import { type Action, about, type Desk } from "./desk";
import { Button, type IconName, make, setText } from "./elements";
import { PlaceChoice } from "./place_choice";
import type { Donation } from "./protocol.gen";
import type { Row } from "./rows";
import { findingsSaid } from "./sentences";
import { fill, type Words } from "./words";

interface Deed {
  readonly name: string;
  readonly icon: IconName;
  /** What stands on the button; empty: the icon alone, with a name for whoever cannot see it. */
  readonly label: string;
  readonly hint: string;
  readonly done: string;
  readonly className?: string;
  readonly action: (donation: Donation, place: number) => Action;
  readonly isIdle?: (place: number) => boolean;
}

export type Kind = "waiting" | "held" | "failed";

/** One donation: who, what they wrote, what the rules found, and what can be done about it. */
export class DonationRow implements Row {
  readonly element: HTMLElement;
  readonly #donor = make("span", "donor");
  readonly #amount = make("span", "amount");
  readonly #message = make("button", "message");
  readonly #shown = make("p", "shown");
  readonly #marks = make("p", "marks");
  readonly #buttons: readonly (readonly [Deed, Button])[];
  readonly #choice: PlaceChoice | null;
  readonly #desk: Desk;
  #donation: Donation | null = null;
  #place = 0;

  constructor(kind: Kind, desk: Desk) {
    this.#desk = desk;
    this.element = make("li", `card row ${kind}`);
    const steers = desk.may("steer");
    this.#choice = kind === "waiting" ? new PlaceChoice(desk.words, steers, (place) => this.#moveTo(place)) : null;
    this.#buttons = (steers ? deedsOf(kind, desk.words) : []).map((deed) => [
      deed,
      new Button(`${deed.className ?? ""} ${deed.label === "" ? "square" : ""}`, () => this.#do(deed)),
    ]);
    this.#donor.dir = "auto";
    this.#message.dir = "auto";
    this.#message.type = "button";
    this.#message.title = desk.words.readMore;
    this.#message.addEventListener("click", () => this.#open(this.#message.ariaExpanded !== "true"));
    this.#shown.dir = "auto";
    const head = make(
      "div",
      "line",
      ...(this.#choice === null ? [] : [this.#choice.element]),
      this.#donor,
      this.#amount,
    );
    this.element.append(head, this.#message, this.#shown, this.#marks);
    if (this.#buttons.length > 0) {
      this.element.append(make("div", "deeds", ...this.#buttons.map(([, button]) => button.element)));
    }
    this.#open(false);
  }

  show(donation: Donation, place: number, total: number, listed: boolean): void {
    const { words, orders, language } = this.#desk;
    this.#donation = donation;
    this.#place = place;
    setText(this.#donor, donation.donor);
    setText(this.#amount, donation.amount_text ?? "");
    setText(this.#message, donation.message === "" ? words.noMessage : donation.message);
    this.#message.classList.toggle("none", donation.message === "");
    const message = donation.shown_message === "" ? words.noMessage : donation.shown_message;
    const shown = [donation.shown_donor, message].filter((text) => text !== null).join(": ");
    setText(this.#shown, shown === "" ? "" : fill(words.shownAs, { text: shown }));
    this.#shown.hidden = shown === "";
    const marks = [
      donation.anonymous ? words.anonymous : "",
      donation.replay ? words.replay : "",
      donation.has_media ? words.hasMedia : "",
      ...findingsSaid(donation, language),
    ];
    setText(this.#marks, [...new Set(marks)].filter((mark) => mark !== "").join(" · "));
    this.#marks.hidden = this.#marks.textContent === "";
    this.#choice?.show(place, total, about(words.movePlace, donation, words), this.#isPending("move"));
    for (const [deed, button] of this.#buttons) {
      button.show(deed.icon, deed.label, about(deed.hint, donation, words));
      button.set({ pending: this.#isPending(deed.name), disabled: !listed || deed.isIdle?.(place) === true });
    }
    this.element.classList.toggle("pending", orders.isPending(keyOf(donation)));
  }

  #isPending(name: string): boolean {
    return this.#donation !== null && this.#desk.orders.isPending(`${keyOf(this.#donation)} ${name}`);
  }

  #do(deed: Deed): void {
    const donation = this.#donation;
    if (donation !== null && !this.element.classList.contains("gone")) {
      const done = about(deed.done, donation, this.#desk.words);
      this.#desk.press(`${keyOf(donation)} ${deed.name}`, deed.action(donation, this.#place), done);
    }
  }

  #moveTo(position: number): void {
    const donation = this.#donation;
    if (donation !== null && position !== this.#place) {
      const done = about(this.#desk.words.doneMove, donation, this.#desk.words);
      this.#desk.press(`${keyOf(donation)} move`, moved(donation, position), done);
    }
  }

  #open(open: boolean): void {
    this.#message.ariaExpanded = String(open);
    this.element.classList.toggle("open", open);
  }
}

function keyOf(donation: Donation): string {
  return donation.donation_message_id;
}

function moved(donation: Donation, position: number): Action {
  return { type: "queue.move", donation_message_id: donation.donation_message_id, position };
}

function deedsOf(kind: Kind, words: Words): readonly Deed[] {
  switch (kind) {
    case "held":
      return [
        {
          name: "approve",
          icon: "yes",
          label: words.approve,
          hint: words.approveOne,
          done: words.doneApprove,
          className: "agree",
          action: ({ donation_message_id }) => ({ type: "queue.approve", donation_message_id }),
        },
        {
          name: "reject",
          icon: "no",
          label: words.reject,
          hint: words.rejectOne,
          done: words.doneReject,
          action: ({ donation_message_id }) => ({ type: "queue.reject", donation_message_id }),
        },
      ];
    case "failed":
      return [
        {
          name: "retry",
          icon: "retry",
          label: words.retry,
          hint: words.retryOne,
          done: words.doneRetry,
          action: ({ donation_message_id }) => ({ type: "queue.retry", donation_message_id }),
        },
      ];
    case "waiting":
      return [
        {
          name: "skip",
          icon: "skip",
          label: words.skip,
          hint: words.skipOne,
          done: words.doneSkip,
          action: ({ donation_message_id }) => ({ type: "queue.skip", donation_message_id }),
        },
        {
          name: "hold",
          icon: "hold",
          label: words.hold,
          hint: words.holdOne,
          done: words.doneHold,
          action: ({ donation_message_id }) => ({ type: "queue.hold", donation_message_id }),
        },
        {
          name: "move",
          icon: "up",
          label: "",
          hint: words.moveUp,
          done: words.doneMove,
          action: (donation, place) => moved(donation, place - 1),
          isIdle: (place) => place === 1,
        },
        {
          name: "move",
          icon: "top",
          label: "",
          hint: words.moveTop,
          done: words.doneMove,
          action: (donation) => moved(donation, 1),
          isIdle: (place) => place === 1,
        },
      ];
  }
}
