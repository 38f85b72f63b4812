import type { Tier } from "../../protocol.gen";
import type { Colours } from "./sprites";

/** Cells around the plate that the frame and its shadow need. */
const MARGIN = 4;
const SHADE = 0.55;

/**
 * The plate's frame, in squares of `cell` whole pixels whatever the plate's size: a dark line, a line of the edge's
 * colour, corners that are stairs, and on the plate the stripes of a tape's label.
 */
export function drawFrame(
  canvas: HTMLCanvasElement,
  box: HTMLElement,
  tier: Tier,
  colours: Colours,
  cell: number,
): void {
  const pen = canvas.getContext("2d");
  const [width, height] = [box.offsetWidth, box.offsetHeight];
  const around = MARGIN * cell;
  const density = window.devicePixelRatio;
  canvas.width = Math.round((width + 2 * around) * density);
  canvas.height = Math.round((height + 2 * around) * density);
  place(canvas, { left: -around, top: -around, width: width + 2 * around, height: height + 2 * around });
  if (pen === null) {
    return;
  }
  pen.scale(density, density);
  pen.translate(around, around);
  pen.globalAlpha = SHADE;
  pen.fillStyle = colours.plate;
  pen.fillRect(cell, height, width, 4 * cell);
  pen.fillRect(width, 2 * cell, 4 * cell, height);
  pen.globalAlpha = 1;
  stairs(pen, width, height, 2, cell);
  pen.fillStyle = colours.edge;
  stairs(pen, width, height, 1, cell);
  pen.fillStyle = colours.plate;
  pen.fillRect(0, 0, width, height);
  label(pen, width, height, tier, colours, cell);
}

/** A rectangle grown by `rings` cells, whose corners are stairs of as many. */
function stairs(pen: CanvasRenderingContext2D, width: number, height: number, rings: number, cell: number): void {
  for (let ring = 0; ring <= rings; ring += 1) {
    const [across, down] = [ring * cell, (rings - ring) * cell];
    pen.fillRect(-across, -down, width + 2 * across, height + 2 * down);
  }
}

function label(
  pen: CanvasRenderingContext2D,
  width: number,
  height: number,
  tier: Tier,
  colours: Colours,
  cell: number,
): void {
  if (tier !== "grand") {
    pen.fillStyle = colours.text;
    pen.fillRect(cell, cell, 2 * cell, cell);
    pen.fillRect(cell, cell, cell, 2 * cell);
  }
  if (tier === "compact") {
    return;
  }
  pen.fillStyle = colours.accent;
  pen.fillRect(0, height - 3 * cell, width, cell);
  pen.fillStyle = colours.edge;
  pen.fillRect(0, height - cell, width, cell);
  dither(pen, width, height - 5 * cell, cell);
  if (tier === "grand") {
    pen.fillStyle = colours.accent;
    for (const [left, top] of [
      [2, 2],
      [2, -11],
    ] as const) {
      const y = top < 0 ? height + top * cell : top * cell;
      corner(pen, left * cell, y, top < 0, cell);
      pen.save();
      pen.translate(width, 0);
      pen.scale(-1, 1);
      corner(pen, left * cell, y, top < 0, cell);
      pen.restore();
    }
  }
}

/** Three rows that thin out upwards: how a console with four colours drew the ones in between. */
function dither(pen: CanvasRenderingContext2D, width: number, foot: number, cell: number): void {
  for (const [row, every] of [2, 4, 8].entries()) {
    for (let column = row % 2; column * cell < width; column += every) {
      pen.fillRect(column * cell, foot - row * cell, cell, cell);
    }
  }
}

function corner(pen: CanvasRenderingContext2D, left: number, top: number, foot: boolean, cell: number): void {
  pen.fillRect(left, top, cell, 3 * cell);
  pen.fillRect(left, foot ? top + 2 * cell : top, 3 * cell, cell);
}

function place(element: HTMLElement, at: Readonly<Record<"left" | "top" | "width" | "height", number>>): void {
  for (const [name, value] of Object.entries(at)) {
    element.style.setProperty(name, `${value}px`);
  }
}
