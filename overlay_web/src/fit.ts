import { characters } from "./text";

const SMALLEST_TEXT = 26;
const LEGIBLE_PX = 20;
const BOX_WIDTH = 880;
const SAFE_MARGIN = 48;
const PAGE_MS = 5000;
const WORST_LAST_PAGE_MS = 2500;

/**
 * Pixels for one unit of the design, which is drawn at 1920x1080. Follows the shorter side, so that a vertical canvas
 * reads as well as a wide one; the smallest text stays legible on OBS's 800x600 default; the box always fits the width.
 */
export function unitFor(width: number, height: number): number {
  const natural = Math.min(width, height) / 1080;
  const widest = width / (BOX_WIDTH + 2 * SAFE_MARGIN);
  return Math.min(Math.max(natural, LEGIBLE_PX / SMALLEST_TEXT), widest);
}

/** How many pages of a message there is time to read. The last one may be shorter than the others. */
export function pageLimit(onStageMs: number): number {
  return Math.max(1, Math.floor((onStageMs + PAGE_MS - WORST_LAST_PAGE_MS) / PAGE_MS));
}

/** How long a page stays: 5 s, or longer when there is time left to share out. */
export function pageMs(pages: number, onStageMs: number): number {
  return Math.max(PAGE_MS, onStageMs / pages);
}

/** The page to show after `shownMs`. */
export function pageAt(shownMs: number, pages: number, onStageMs: number): number {
  return Math.max(0, Math.min(pages - 1, Math.floor(shownMs / pageMs(pages, onStageMs))));
}

/** Cuts a text at words into pages that fit; where the pages run out, the last one says so with an ellipsis. */
export function splitPages(text: string, fits: (page: string) => boolean, limit: number): string[] {
  const all = characters(text);
  const pages: string[] = [];
  let start = 0;
  while (start < all.length && pages.length < limit) {
    const rest = all.slice(start).join("");
    if (fits(rest)) {
      pages.push(rest);
      break;
    }
    const tail = pages.length === limit - 1 ? "…" : "";
    const room = mostThatFit(all.length - start, (count) => fits(slice(all, start, count) + tail));
    const count = backToWord(all, start, room);
    pages.push(slice(all, start, count) + tail);
    start += count;
    while (all[start] === " ") {
      start += 1;
    }
  }
  return pages;
}

function mostThatFit(total: number, fits: (count: number) => boolean): number {
  let low = 1;
  let high = total;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

function backToWord(all: readonly string[], start: number, count: number): number {
  if (all[start + count] === " " || start + count >= all.length) {
    return count;
  }
  const space = all.lastIndexOf(" ", start + count - 1);
  return space >= start + count / 2 ? space - start : count;
}

function slice(all: readonly string[], start: number, count: number): string {
  return all
    .slice(start, start + count)
    .join("")
    .trim();
}
