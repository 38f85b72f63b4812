import "./batik.css";
import "./widgets.css";
import { ornament, type Plate } from "../../plate";
import type { Ornaments, SceneOptions, Theme } from "../theme";
import { drawKawung } from "./kawung";

/** A lower third: name left, amount right, teal lines of kawung that sweep in once over ink. */
export const batik: Theme = {
  name: "batik",
  anchor: "bottom",
  fonts: ['500 32px "Chakra Petch"', '700 72px "Chakra Petch"'],
  message: {
    compact: { largest: 30, smallest: 26 },
    full: { largest: 36, smallest: 26 },
    grand: { largest: 36, smallest: 26 },
  },
  decorate,
};

/** Nothing here moves but by the style's own animations, which end by themselves. */
function decorate(plate: Plate, options: SceneOptions): Ornaments {
  const cloth = ornament("cloth");
  cloth.append(drawKawung("kawung", 24, 12));
  const ornaments = [cloth];
  if (options.tier !== "compact") {
    ornaments.push(band("band above"));
  }
  if (options.tier === "grand") {
    ornaments.push(band("band below"), ornament("corner left"), ornament("corner right"));
  }
  plate.box.prepend(...ornaments);
  if (options.entering && !options.reducedMotion) {
    for (const strip of plate.box.querySelectorAll(".band")) {
      strip.append(ornament("glint"));
    }
  }
  return { begin: () => undefined, end: () => undefined };
}

function band(name: string): HTMLElement {
  const made = ornament(name);
  made.append(drawKawung("kawung", 32, 1));
  return made;
}
