import type { Orders } from "./orders";
import type { Command, ControlPicture, Donation, Right } from "./protocol.gen";
import { fill, type Language, type Words } from "./words";

export type Action = Command["action"];

/** What every part of the page needs: its words, what the key may do, and a way to press things. */
export interface Desk {
  readonly language: Language;
  readonly words: Words;
  readonly orders: Orders;
  /** Milliseconds by the server's clock. */
  readonly now: () => number;
  readonly may: (right: Right) => boolean;
  /** `done` is what is said once it is done. */
  readonly press: (key: string, action: Action, done: string) => void;
}

/** A part of the page that follows the picture. */
export interface Part {
  readonly element: HTMLElement;
  /** Shows what has changed without moving anything. */
  show(picture: ControlPicture): void;
}

/** A sentence about one donation; a long name does not drown it. */
export function about(sentence: string, donation: Donation | null, words: Words): string {
  const donor = donation === null ? words.testAlert : donation.donor;
  return fill(sentence, { donor: donor.length > 40 ? `${donor.slice(0, 39)}…` : donor });
}
