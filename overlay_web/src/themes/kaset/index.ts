import "./kaset.css";
import "./widgets.css";
import type { Plate } from "../../plate";
import type { Ornaments, SceneOptions, Theme } from "../theme";
import { Scene } from "./scene";

/** A tape in an old console: a frame of pixels, four colours, everything moves in eight steps, the amount counts up. */
export const kaset: Theme = {
  name: "kaset",
  anchor: "top",
  fonts: ['550 72px "Pixelify Letters"', '400 72px "Silkscreen Figures"', '500 32px "Plus Jakarta Sans Variable"'],
  message: {
    compact: { largest: 30, smallest: 26 },
    full: { largest: 36, smallest: 26 },
    grand: { largest: 36, smallest: 26 },
  },
  decorate: (plate: Plate, options: SceneOptions): Ornaments => new Scene(plate, options),
};
