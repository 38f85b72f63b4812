import "./lampion.css";
import "./widgets.css";
import { ornament, type Plate } from "../../plate";
import type { Ornaments, SceneOptions, Theme } from "../theme";
import { drawLantern, drawTassel } from "./lantern";
import { Sparks } from "./sparks";

/** A lantern lit for the donor: a dark plum plate hung from the top, amber light behind the amount, a few sparks. */
export const lampion: Theme = {
  name: "lampion",
  anchor: "top",
  fonts: ['800 72px "Bricolage Grotesque Variable"', '500 32px "Plus Jakarta Sans Variable"'],
  message: {
    compact: { largest: 30, smallest: 26 },
    full: { largest: 36, smallest: 26 },
    grand: { largest: 36, smallest: 26 },
  },
  decorate,
};

function decorate(plate: Plate, options: SceneOptions): Ornaments {
  const canvas = document.createElement("canvas");
  canvas.className = "sparks";
  canvas.setAttribute("aria-hidden", "true");
  const cords = ornament("cords");
  const glow = ornament("glow");
  plate.alert.prepend(canvas, cords);
  plate.box.prepend(glow);
  if (options.tier !== "compact") {
    plate.alert.append(drawTassel());
  }
  if (options.tier === "grand") {
    plate.alert.append(drawLantern("lantern left"), drawLantern("lantern right"));
  }
  const sparks = new Sparks(canvas, options.tier, options.reducedMotion);
  return {
    begin: () => {
      if (options.entering && (plate.alert.dataset["entrance"] ?? "theme") === "theme") {
        sparks.begin();
      }
    },
    end: () => sparks.end(),
  };
}
