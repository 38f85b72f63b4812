import "./struk.css";
import "./widgets.css";
import { ornament, type Plate } from "../../plate";
import type { Tier } from "../../protocol.gen";
import type { Ornaments, SceneOptions, Theme } from "../theme";
import { drawBars, drawTear } from "./paper";
import { makeScraps } from "./scraps";

const SCRAPS: Readonly<Record<Tier, number>> = { compact: 0, full: 12, grand: 34 };

/** A receipt printed upward out of its slot: the donor, the message as an item, the total in bold. */
export const struk: Theme = {
  name: "struk",
  anchor: "right",
  fonts: ['500 32px "JetBrains Mono"', '800 72px "JetBrains Mono"'],
  message: {
    compact: { largest: 28, smallest: 26 },
    full: { largest: 32, smallest: 26 },
    grand: { largest: 36, smallest: 26 },
  },
  decorate,
};

/** Nothing here moves but by the style's own animations, which end by themselves. */
function decorate(plate: Plate, options: SceneOptions): Ornaments {
  plate.box.prepend(drawTear("tear"));
  if (plate.box.querySelector(":scope > .amount") === null) {
    plate.box.classList.add("no-total");
  } else {
    const total = ornament("total");
    total.textContent = "TOTAL";
    plate.box.append(total);
  }
  if (options.tier === "grand") {
    plate.box.append(drawBars("bars"));
  }
  const press = document.createElement("div");
  press.className = "press";
  plate.box.replaceWith(press);
  press.append(plate.box, ornament("slot"));
  if (options.entering && !options.reducedMotion) {
    press.prepend(...makeScraps(SCRAPS[options.tier]));
  }
  return { begin: () => undefined, end: () => undefined };
}
