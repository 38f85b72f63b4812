import type { Plate } from "../plate";
import type { Anchor, Tier } from "../protocol.gen";

/**
 * What a theme adds to the common plate. A folder holds one: its style under `[data-theme="<name>"]`, its fonts, and
 * this object; the registry names it, and the stage never needs to know it.
 */
export interface Theme {
  readonly name: string;
  /** Where its alerts stand unless a variation says otherwise; at the top where a theme says nothing. */
  readonly anchor?: Anchor;
  /** As `document.fonts.load` takes them: ready before the first alert, so that it does not change face on stage. */
  readonly fonts: readonly string[];
  /** Design pixels at 1920x1080. */
  readonly message: Readonly<Record<Tier, MessageSizes>>;
  /** Adds ornaments. Whatever still moves must end when the returned scene is told to. */
  decorate(plate: Plate, options: SceneOptions): Ornaments;
}

export interface MessageSizes {
  readonly largest: number;
  readonly smallest: number;
}

export interface SceneOptions {
  readonly tier: Tier;
  readonly reducedMotion: boolean;
  /** False when the alert appears in the middle of its time: it is simply there. */
  readonly entering: boolean;
}

export interface Ornaments {
  /** Everything has its place and size, and the first frame is painted. */
  begin(): void;
  end(): void;
}
