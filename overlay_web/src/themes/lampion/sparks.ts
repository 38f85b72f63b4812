import type { Tier } from "../../protocol.gen";

interface Burst {
  readonly count: number;
  readonly ms: number;
}

interface Spark {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly size: number;
  readonly bornMs: number;
  readonly lifeMs: number;
  readonly colour: string;
}

const BURSTS: Readonly<Record<Tier, Burst>> = {
  compact: { count: 22, ms: 1200 },
  full: { count: 64, ms: 1900 },
  grand: { count: 170, ms: 3000 },
};
const COLOURS = ["#ffb454", "#ffd48a", "#ff8a3c", "#fff1d6"];
const FALL = 190;
/** Room around the plate, as in the style. */
const MARGIN = 200;
const STILL_MS = 420;

/** Sparks that fly once from behind the plate. The loop ends with the last spark, or when it is told to. */
export class Sparks {
  #request = 0;
  readonly #canvas: HTMLCanvasElement;
  readonly #burst: Burst;
  readonly #still: boolean;

  constructor(canvas: HTMLCanvasElement, tier: Tier, still: boolean) {
    this.#canvas = canvas;
    this.#burst = BURSTS[tier];
    this.#still = still;
  }

  begin(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pen = this.#canvas.getContext("2d");
    if (pen === null || width === 0) {
      return;
    }
    const density = window.devicePixelRatio;
    this.#canvas.width = width * density;
    this.#canvas.height = height * density;
    pen.scale(density, density);
    pen.globalCompositeOperation = "lighter";
    const unit = Number.parseFloat(getComputedStyle(this.#canvas).getPropertyValue("--u")) || 1;
    const accent = getComputedStyle(this.#canvas).getPropertyValue("--look-accent").trim();
    const colours = accent === "" ? COLOURS : [accent];
    const { count, ms: spread } = this.#burst;
    const sparks = Array.from({ length: count }, () => scatter(width, height, unit, spread, colours));
    if (this.#still) {
      draw(pen, sparks, STILL_MS, unit);
      return;
    }
    const start = performance.now();
    const frame = (): void => {
      const ms = performance.now() - start;
      pen.clearRect(0, 0, width, height);
      if (ms < this.#burst.ms) {
        draw(pen, sparks, ms, unit);
        this.#request = requestAnimationFrame(frame);
      }
    };
    frame();
  }

  end(): void {
    cancelAnimationFrame(this.#request);
  }
}

/** From behind the plate's rim, outward: most of a spark's way is seen. */
function scatter(width: number, height: number, unit: number, ms: number, colours: readonly string[]): Spark {
  const around = Math.random() * 2 * Math.PI;
  const plateWidth = width - 2 * MARGIN * unit;
  const plateHeight = height - 2 * MARGIN * unit;
  const speed = (160 + Math.random() * 420) * unit;
  const bornMs = Math.random() * ms * 0.35;
  return {
    x: width / 2 + Math.cos(around) * plateWidth * 0.46,
    y: height / 2 + Math.sin(around) * plateHeight * 0.42,
    dx: Math.cos(around) * speed,
    dy: (Math.sin(around) - 0.55) * speed * 0.8,
    size: (1.3 + Math.random() ** 2 * 3.2) * unit,
    bornMs,
    lifeMs: (ms - bornMs) * (0.55 + Math.random() * 0.45),
    colour: colours[Math.floor(Math.random() * colours.length)] ?? "#ffb454",
  };
}

function draw(pen: CanvasRenderingContext2D, sparks: readonly Spark[], ms: number, unit: number): void {
  for (const spark of sparks) {
    const age = (ms - spark.bornMs) / 1000;
    const left = 1 - (ms - spark.bornMs) / spark.lifeMs;
    if (age < 0 || left <= 0) {
      continue;
    }
    // Air slows a spark within half a second; then it only sinks.
    const flight = (1 - Math.exp(-age * 2.4)) / 2.4;
    const x = spark.x + spark.dx * flight;
    const y = spark.y + spark.dy * flight + (FALL * unit * age * age) / 2;
    pen.fillStyle = spark.colour;
    for (const [spread, alpha] of [
      [3.2, 0.16],
      [1, 0.95],
    ] as const) {
      pen.globalAlpha = alpha * Math.min(1, left * 1.8);
      pen.beginPath();
      pen.arc(x, y, spark.size * spread * (0.4 + 0.6 * left), 0, 2 * Math.PI);
      pen.fill();
    }
  }
}
