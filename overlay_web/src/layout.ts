import { pageLimit, splitPages, unitFor } from "./fit";
import type { Plate } from "./plate";
import type { MessageSizes } from "./themes/theme";

const MAX_LINES = 4;
const LINES_BY_VIDEO = 2;
const SIZE_STEP = 2;
const SAFE_MARGIN = 48;
const SMALLEST_AMOUNT = 0.3;
const SMALLEST_DONOR = 0.78;
const BOX_WIDTH = 880;
/** Of a canvas's height, what a video of sensible size needs beside an alert. */
const VIDEO_SHARE = 0.55;

/** What the message and its alert have room for. */
export interface Room {
  readonly onStageMs: number;
  /** How many times larger than the theme has it. */
  readonly scale: number;
  /** A video comes, or is there: the alert leaves it its place. */
  readonly video: boolean;
}

/** Gives every text its size for the canvas as it is now, and returns the message's pages. */
export function layOut(plate: Plate, sizes: MessageSizes, room: Room): string[] {
  const natural = unitFor(window.innerWidth, window.innerHeight);
  const unit = Math.min(natural * room.scale, window.innerWidth / (BOX_WIDTH + 2 * SAFE_MARGIN));
  plate.alert.style.setProperty("--canvas-u", `${natural}px`);
  setUnit(plate, unit);
  fitLine(plate.amount, SMALLEST_AMOUNT);
  fitLine(plate.donor, SMALLEST_DONOR);
  plate.message.style.width = "";
  const pages = fitMessage(plate, sizes, room);
  if (pages.length === 1) {
    hugLines(plate.message);
  }
  showPage(plate, pages, 0);
  const wide = window.innerWidth >= 2 * BOX_WIDTH * unit;
  const share = room.video && !wide ? 1 - VIDEO_SHARE : 1;
  const height = window.innerHeight * share - 2 * SAFE_MARGIN * unit;
  const tall = plate.box.offsetHeight;
  if (tall > height && height > 0) {
    setUnit(plate, (unit * height) / tall);
  }
  return pages;
}

export function showPage(plate: Plate, pages: readonly string[], page: number): void {
  plate.message.textContent = pages[page] ?? "";
  if (pages.length < 2) {
    plate.pages.hidden = true;
    return;
  }
  plate.pages.hidden = false;
  plate.pages.textContent = `${page + 1}/${pages.length}`;
}

/** Shrinks a single line towards the width it has; what still does not fit is the style's to cut off. */
function fitLine(text: HTMLElement, smallest: number): void {
  text.style.removeProperty("--fit");
  const room = text.clientWidth;
  const needed = text.scrollWidth;
  if (needed > room && room > 0) {
    text.style.setProperty("--fit", String(Math.max(smallest, (room / needed) * 0.99)));
  }
}

/** The largest size at which the message has few enough lines; or, in pages, the largest that needs no more of them. */
function fitMessage(plate: Plate, sizes: MessageSizes, room: Room): string[] {
  const { message, messageText, pages } = plate;
  const lines = room.video ? LINES_BY_VIDEO : MAX_LINES;
  if (messageText === "") {
    return [];
  }
  pages.hidden = true;
  const paged = (size: number): string[] => {
    message.style.setProperty("--message-size", String(size));
    return splitPages(messageText, (page) => fits(message, page, lines), pageLimit(room.onStageMs));
  };
  const steps: number[] = [];
  for (let size = sizes.largest; size >= sizes.smallest; size -= SIZE_STEP) {
    steps.push(size);
    message.style.setProperty("--message-size", String(size));
    if (fits(message, messageText, lines)) {
      return [messageText];
    }
  }
  const fewest = paged(sizes.smallest);
  for (const size of steps) {
    const larger = paged(size);
    if (larger.join("").length >= fewest.join("").length && larger.length <= fewest.length) {
      return larger;
    }
  }
  return fewest;
}

/** A wrapped paragraph is as wide as it may be; the plate should be as wide as its lines. */
function hugLines(message: HTMLElement): void {
  const lines = document.createRange();
  lines.selectNodeContents(message);
  const widest = lines.getBoundingClientRect().width;
  message.style.width = `${Math.ceil(widest) + 1}px`;
}

function fits(message: HTMLElement, text: string, lines: number): boolean {
  message.textContent = text;
  const line = Number.parseFloat(getComputedStyle(message).lineHeight);
  return message.offsetHeight <= line * (lines + 0.5) && message.scrollWidth <= message.clientWidth + 1;
}

function setUnit(plate: Plate, unit: number): void {
  plate.alert.style.setProperty("--u", `${unit}px`);
}
