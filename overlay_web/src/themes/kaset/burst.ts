import type { Tier } from "../../protocol.gen";
import type { Colours } from "./sprites";
import { STEPS, Steps } from "./steps";

interface Star {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly colour: keyof Colours;
  readonly big: boolean;
}

interface Flight {
  readonly stars: number;
  /** A second one follows the first. */
  readonly waves: number;
  readonly stepMs: number;
}

const FLIGHTS: Readonly<Record<Tier, Flight>> = {
  compact: { stars: 12, waves: 1, stepMs: 90 },
  full: { stars: 28, waves: 1, stepMs: 110 },
  grand: { stars: 52, waves: 2, stepMs: 120 },
};
const COLOURS = ["accent", "edge", "text", "accent"] as const;
/** Room around the plate in design pixels, as in the style. */
const MARGIN = 200;
const STILL_STEP = 4;
const GOLDEN = 0.618034;

/** Stars that jump from behind the plate in eight steps, on the frame's grid. Nothing is left of them after that. */
export class Burst {
  readonly #canvas: HTMLCanvasElement;
  readonly #flight: Flight;
  readonly #still: boolean;
  readonly #steps = new Steps();

  constructor(canvas: HTMLCanvasElement, tier: Tier, still: boolean) {
    this.#canvas = canvas;
    this.#flight = FLIGHTS[tier];
    this.#still = still;
  }

  begin(colours: Colours, cell: number, unit: number): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pen = this.#canvas.getContext("2d");
    if (pen === null || width === 0) {
      return;
    }
    this.#canvas.width = width;
    this.#canvas.height = height;
    const { stars, waves, stepMs } = this.#flight;
    const flying = Array.from({ length: waves }, (_, wave) => scatter(stars, wave, width, height, unit));
    if (this.#still) {
      draw(pen, flying[0] ?? [], STILL_STEP, colours, cell);
      return;
    }
    const gap = STEPS / 2;
    this.#steps.run(STEPS + gap * (waves - 1) + 1, stepMs, (step) => {
      pen.clearRect(0, 0, width, height);
      for (const [wave, some] of flying.entries()) {
        const own = step - wave * gap;
        if (own >= 0 && own < STEPS) {
          draw(pen, some, own, colours, cell);
        }
      }
    });
  }

  end(): void {
    this.#steps.stop();
  }
}

/** Evenly uneven, and the same every time: a console of its age had no other chance. */
function scatter(count: number, wave: number, width: number, height: number, unit: number): Star[] {
  const room = 2 * MARGIN * unit;
  return Array.from({ length: count }, (_, index) => {
    const chance = ((index + 1) * (wave + 1) * GOLDEN) % 1;
    const around = ((index + chance * 0.8) / count) * 2 * Math.PI;
    const far = (0.35 + ((chance * 7) % 1) * 0.65) * MARGIN * unit;
    return {
      x: width / 2 + (Math.cos(around) * (width - room)) / 2,
      y: height / 2 + (Math.sin(around) * (height - room)) / 2,
      dx: Math.cos(around) * far,
      dy: Math.sin(around) * far,
      colour: COLOURS[index % COLOURS.length] ?? "accent",
      big: chance < 0.4,
    };
  });
}

function draw(
  pen: CanvasRenderingContext2D,
  stars: readonly Star[],
  step: number,
  colours: Colours,
  cell: number,
): void {
  const way = (step + 1) / STEPS;
  const out = 1 - (1 - way) ** 2;
  for (const [index, star] of stars.entries()) {
    // Fewer with every step: a console that had no half-transparent colour let them go one by one.
    if (way > 0.5 && (index * 7) % STEPS < (way - 0.5) * 2 * STEPS) {
      continue;
    }
    const x = snap(star.x + star.dx * out, cell);
    const y = snap(star.y + star.dy * out + 40 * way * way, cell);
    pen.fillStyle = colours[star.colour];
    if (star.big && way < 0.8) {
      pen.fillRect(x - cell, y, 3 * cell, cell);
      pen.fillRect(x, y - cell, cell, 3 * cell);
    } else {
      pen.fillRect(x, y, cell, cell);
    }
  }
}

function snap(value: number, cell: number): number {
  return Math.round(value / cell) * cell;
}
