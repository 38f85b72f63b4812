const SVG = "http://www.w3.org/2000/svg";
const TILE = 40;
const MIDDLE = TILE / 2;
const NEAR = 3;
const FAR = MIDDLE - 1.5;
const BEND = 17;

/**
 * Kawung, the palm fruit's four halves, as lines: `columns` by `rows` tiles of 40 units. It fills its box and is cut off
 * evenly where it is too long, so a tile keeps its size however wide the plate is.
 */
export function drawKawung(name: string, columns: number, rows: number): SVGSVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", name);
  drawn.setAttribute("viewBox", `0 0 ${columns * TILE} ${rows * TILE}`);
  drawn.setAttribute("preserveAspectRatio", "xMidYMid slice");
  drawn.setAttribute("aria-hidden", "true");
  const tiles = Array.from({ length: columns * rows }, (_, at) => [at % columns, Math.floor(at / columns)] as const);
  drawn.append(
    line("petals", tiles.map(([column, row]) => petals(column * TILE + MIDDLE, row * TILE + MIDDLE)).join("")),
    line("seeds", tiles.map(([column, row]) => seeds(column * TILE + MIDDLE, row * TILE + MIDDLE)).join("")),
  );
  return drawn;
}

/** Four ovals that point at the middle. */
function petals(x: number, y: number): string {
  return corners(
    (right, down) =>
      `M${x + right * NEAR} ${y + down * NEAR}` +
      `A${BEND} ${BEND} 0 0 1 ${x + right * FAR} ${y + down * FAR}` +
      `A${BEND} ${BEND} 0 0 1 ${x + right * NEAR} ${y + down * NEAR}`,
  );
}

/** A stroke in each oval, and a small diamond where four tiles meet the edge. */
function seeds(x: number, y: number): string {
  const strokes = corners((right, down) => `M${x + right * 8.5} ${y + down * 8.5}l${right * 4} ${down * 4}`);
  return `${strokes}M${x - MIDDLE} ${y - 3}l3 3-3 3-3-3zM${x} ${y - MIDDLE - 3}l3 3-3 3-3-3z`;
}

function corners(draw: (right: number, down: number) => string): string {
  return draw(1, 1) + draw(-1, 1) + draw(1, -1) + draw(-1, -1);
}

function line(name: string, way: string): SVGPathElement {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", name);
  made.setAttribute("d", way);
  return made;
}
