import { ornament } from "../../plate";

/** Steps that never fall into a row with each other. */
const STEP = 0.618;
const OTHER_STEP = 0.7549;

/** Bits of paper that fly off the tear once: each knows its way, the style moves it. The same on every page. */
export function makeScraps(count: number): HTMLElement[] {
  return Array.from({ length: count }, (_, at) => {
    const scrap = ornament("scrap");
    const along = (at * STEP) % 1;
    const far = (at * OTHER_STEP + 0.31) % 1;
    const way: Readonly<Record<string, string>> = {
      "--along": `${along * 100}%`,
      "--aside": String(Math.round((along - 0.5) * 520 + (far - 0.5) * 220)),
      "--up": String(Math.round(30 + far * 210)),
      "--turn": `${Math.round((along < 0.5 ? -1 : 1) * (180 + far * 400))}deg`,
      "--late": `${Math.round(((at * 7) % 10) * 18)}ms`,
      "--size": String(10 + ((at * 5) % 4) * 4),
    };
    for (const [name, value] of Object.entries(way)) {
      scrap.style.setProperty(name, value);
    }
    return scrap;
  });
}
