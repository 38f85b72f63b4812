const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 20;
/** How far each tooth of a tear reaches, and how wide it is: uneven, as paper is, and the same on every page. */
const TEETH = [13, 4, 16, 7, 11, 3, 15, 8, 14, 5, 12, 2, 17, 6, 10] as const;
const STEPS = [17, 11, 14, 20, 12, 16, 9, 18, 13] as const;

/** The edge where the last receipt was torn off: as wide as the paper, whatever that is. */
export function drawTear(name: string): SVGSVGElement {
  let way = `M0 ${HEIGHT}V8`;
  let x = 0;
  for (let tooth = 0; x < WIDTH; tooth += 1) {
    x = Math.min(WIDTH, x + (STEPS[tooth % STEPS.length] ?? WIDTH));
    way += `L${x} ${TEETH[tooth % TEETH.length] ?? 0}`;
  }
  const tear = drawing(name, WIDTH, HEIGHT);
  tear.setAttribute("preserveAspectRatio", "xMidYMax slice");
  tear.append(line(`${way}V${HEIGHT}z`));
  return tear;
}

/** Bars that say nothing: a receipt that is worth a lot has them. */
export function drawBars(name: string): SVGSVGElement {
  const bars = drawing(name, 400, 40);
  bars.setAttribute("preserveAspectRatio", "none");
  let x = 0;
  for (let bar = 0; x < 392; bar += 1) {
    const wide = ((bar * 7) % 5) + 2;
    bars.append(line(`M${x} 0h${wide}v40h-${wide}z`));
    x += wide + ((bar * 3) % 4) + 2;
  }
  return bars;
}

function drawing(name: string, width: number, height: number): SVGSVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", name);
  made.setAttribute("viewBox", `0 0 ${width} ${height}`);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function line(way: string): SVGPathElement {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("d", way);
  return made;
}
