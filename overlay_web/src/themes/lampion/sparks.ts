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
  compact: { count: 16, ms: 1100 },
  full: { count: 44, ms: 1700 },
  grand: { count: 110, ms: 2800 },
};
const COLOURS = ["#ffb454", "#ffd48a", "#ff8a3c", "#fff1d6"];
const FALL = 210;
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
    const sparks = Array.from({ length: this.#burst.count }, () => scatter(width, height, unit, this.#burst.ms));
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

function scatter(width: number, height: number, unit: number, ms: number): Spark {
  const side = Math.random() * 2 - 1;
  const angle = -Math.PI / 2 + side * 1.35;
  const speed = (180 + Math.random() * 380) * unit;
  const bornMs = Math.random() * ms * 0.3;
  return {
    x: width / 2 + side * width * 0.32,
    y: height * (0.42 + Math.random() * 0.16),
    dx: Math.cos(angle) * speed,
    dy: Math.sin(angle) * speed * 0.72,
    size: (1.4 + Math.random() * 2.8) * unit,
    bornMs,
    lifeMs: (ms - bornMs) * (0.55 + Math.random() * 0.45),
    colour: COLOURS[Math.floor(Math.random() * COLOURS.length)] ?? "#ffb454",
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
