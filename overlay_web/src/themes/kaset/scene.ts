import type { Plate } from "../../plate";
import type { Ornaments, SceneOptions } from "../theme";
import { Burst } from "./burst";
import { Count } from "./count";
import { drawFrame } from "./frame";
import { type Colours, cassette, drawSprite, meter } from "./sprites";
import { STEPS, Steps } from "./steps";

const CELL = 6;
const TURNS = 3;
const TURN_MS = 110;
/** Slow enough that nothing large flashes three times a second. */
const BEAT_MS = 360;
/** Eighths of the meter's height, one beat after another. */
const METER_BEATS = [
  [4, 6, 3],
  [6, 3, 5],
  [3, 5, 8],
  [5, 8, 4],
  [8, 4, 6],
  [4, 7, 3],
  [7, 3, 6],
  [5, 6, 4],
] as const;
const METER_REST = [3, 5, 2] as const;

/** All that the theme draws around one alert. It is drawn anew whenever the plate has another size. */
export class Scene implements Ornaments {
  readonly #plate: Plate;
  readonly #options: SceneOptions;
  readonly #frame = pixelCanvas("frame");
  readonly #sky = pixelCanvas("sky");
  readonly #tape = pixelCanvas("tape");
  readonly #meters = [pixelCanvas("meter left"), pixelCanvas("meter right")] as const;
  readonly #burst: Burst;
  readonly #count: Count;
  readonly #reels = new Steps();
  readonly #beats = new Steps();
  readonly #resized = new ResizeObserver(() => this.#draw());
  #turn = 0;
  #levels: readonly number[] = METER_REST;

  constructor(plate: Plate, options: SceneOptions) {
    this.#plate = plate;
    this.#options = options;
    this.#burst = new Burst(this.#sky, options.tier, options.reducedMotion);
    this.#count = new Count(plate.amount);
    plate.alert.prepend(this.#sky);
    plate.box.prepend(this.#frame);
    if (options.tier !== "compact") {
      plate.box.append(this.#tape);
    }
    if (options.tier === "grand") {
      plate.box.append(...this.#meters);
    }
    this.#resized.observe(plate.box);
  }

  begin(): void {
    const entrance = this.#plate.alert.dataset["entrance"] ?? "theme";
    if (!this.#options.entering || entrance !== "theme") {
      return;
    }
    this.#burst.begin(this.#colours, this.#cell, this.#unit);
    if (this.#options.reducedMotion) {
      return;
    }
    this.#count.begin();
    this.#reels.run(TURNS * STEPS + 1, TURN_MS, (step) => {
      this.#turn = step;
      this.#drawTape();
    });
    this.#beats.run(METER_BEATS.length + 1, BEAT_MS, (step) => {
      this.#levels = METER_BEATS[step] ?? METER_REST;
      this.#drawMeters();
    });
  }

  end(): void {
    this.#resized.disconnect();
    this.#burst.end();
    this.#count.end();
    this.#reels.stop();
    this.#beats.stop();
  }

  #draw(): void {
    drawFrame(this.#frame, this.#plate.box, this.#options.tier, this.#colours, this.#cell);
    this.#drawTape();
    this.#drawMeters();
  }

  #drawTape(): void {
    const small = this.#options.tier === "grand" ? 0 : 1;
    drawSprite(this.#tape, cassette(this.#turn), this.#colours, Math.max(2, this.#cell - small));
  }

  #drawMeters(): void {
    const cell = Math.max(2, Math.round(this.#cell * 0.6));
    const height = Math.floor(this.#plate.box.offsetHeight / cell / 2);
    for (const side of this.#meters) {
      drawSprite(side, meter(this.#levels, height), this.#colours, cell);
    }
  }

  get #unit(): number {
    return Number.parseFloat(this.#plate.alert.style.getPropertyValue("--u")) || 1;
  }

  /** A pixel of the picture is a whole number of the screen's, or its squares would not be squares. */
  get #cell(): number {
    return Math.max(2, Math.round(CELL * this.#unit));
  }

  get #colours(): Colours {
    const style = getComputedStyle(this.#plate.alert);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    return {
      plate: colour("--kaset-plate"),
      text: colour("--kaset-text"),
      accent: colour("--kaset-accent"),
      edge: colour("--kaset-edge"),
    };
  }
}

function pixelCanvas(name: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.className = name;
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
