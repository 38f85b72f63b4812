/** The four colours there are. */
export interface Colours {
  readonly plate: string;
  readonly text: string;
  readonly accent: string;
  readonly edge: string;
}

/** Colour, then left, top, width and height in cells. */
type Block = readonly [keyof Colours, number, number, number, number];

export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
}

const BODY: readonly Block[] = [
  ["plate", 1, 0, 24, 16],
  ["plate", 0, 1, 26, 14],
  ["edge", 2, 1, 22, 14],
  ["edge", 1, 2, 24, 12],
  ["text", 3, 3, 20, 9],
  ["accent", 3, 4, 20, 1],
  ["edge", 3, 6, 20, 1],
  ["plate", 5, 7, 16, 4],
  ["accent", 11, 8, 4, 2],
  ["plate", 7, 13, 12, 2],
  ["edge", 9, 14, 1, 1],
  ["edge", 16, 14, 1, 1],
  ["text", 2, 2, 1, 1],
  ["text", 23, 2, 1, 1],
];
const REELS = [
  [7, 7],
  [15, 7],
] as const;
/** Around a reel of four cells by four: eight teeth, of which one is missing. */
const ROUND = [
  [1, 0],
  [2, 0],
  [3, 1],
  [3, 2],
  [2, 3],
  [1, 3],
  [0, 2],
  [0, 1],
] as const;

/** A cassette, its reels turned by so many eighths. */
export function cassette(turn: number): Sprite {
  const teeth = REELS.flatMap(([left, top]) =>
    ROUND.filter((_, index) => index !== turn % ROUND.length).map(([x, y]): Block => ["text", left + x, top + y, 1, 1]),
  );
  return { width: 26, height: 16, blocks: [...BODY, ...teeth] };
}

/** A tape deck's level meter: columns of `height` segments, lit from the foot for so many eighths of it. */
export function meter(eighths: readonly number[], height: number): Sprite {
  const width = eighths.length * 3 + 1;
  const tall = height * 2 + 1;
  const segments = eighths.flatMap((level, column) => {
    const lit = Math.round((height * level) / 8);
    return Array.from({ length: lit }, (_, segment): Block => {
      const colour = segment >= height * 0.75 ? "edge" : "accent";
      return [colour, 1 + column * 3, tall - 2 - segment * 2, 2, 1];
    });
  });
  return { width, height: tall, blocks: [["plate", 0, 0, width, tall], ...segments] };
}

/** Draws at one cell a pixel of the canvas, and shows each as a square of `cell` whole pixels. */
export function drawSprite(canvas: HTMLCanvasElement, sprite: Sprite, colours: Colours, cell: number): void {
  canvas.width = sprite.width;
  canvas.height = sprite.height;
  canvas.style.setProperty("width", `${sprite.width * cell}px`);
  canvas.style.setProperty("height", `${sprite.height * cell}px`);
  const pen = canvas.getContext("2d");
  if (pen !== null) {
    for (const [colour, left, top, width, height] of sprite.blocks) {
      pen.fillStyle = colours[colour];
      pen.fillRect(left, top, width, height);
    }
  }
}
