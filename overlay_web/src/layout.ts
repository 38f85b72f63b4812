import { pageLimit, splitPages, unitFor } from "./fit";
import type { Plate } from "./plate";
import type { MessageSizes } from "./themes/theme";

const MAX_LINES = 4;
const SIZE_STEP = 2;
const SAFE_MARGIN = 48;

/** Gives every text its size for the canvas as it is now, and returns the message's pages. */
export function layOut(plate: Plate, sizes: MessageSizes, onStageMs: number): string[] {
  const unit = unitFor(window.innerWidth, window.innerHeight);
  setUnit(plate, unit);
  fitAmount(plate);
  const pages = fitMessage(plate, sizes, onStageMs);
  const room = window.innerHeight - 2 * SAFE_MARGIN * unit;
  const tall = plate.box.offsetHeight;
  if (tall > room && room > 0) {
    setUnit(plate, (unit * room) / tall);
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

function fitAmount(plate: Plate): void {
  plate.amount.style.removeProperty("--amount-fit");
  const line = plate.amount.parentElement;
  const width = plate.amount.offsetWidth;
  if (line !== null && width > line.clientWidth && line.clientWidth > 0) {
    plate.amount.style.setProperty("--amount-fit", String((line.clientWidth / width) * 0.99));
  }
}

function fitMessage(plate: Plate, sizes: MessageSizes, onStageMs: number): string[] {
  const { message, messageText, pages } = plate;
  if (messageText === "") {
    return [];
  }
  pages.hidden = true;
  for (let size = sizes.largest; size >= sizes.smallest; size -= SIZE_STEP) {
    message.style.setProperty("--message-size", String(size));
    if (fits(message, messageText)) {
      return [messageText];
    }
  }
  message.style.setProperty("--message-size", String(sizes.smallest));
  return splitPages(messageText, (page) => fits(message, page), pageLimit(onStageMs));
}

function fits(message: HTMLElement, text: string): boolean {
  message.textContent = text;
  const line = Number.parseFloat(getComputedStyle(message).lineHeight);
  return message.offsetHeight <= line * (MAX_LINES + 0.5) && message.scrollWidth <= message.clientWidth + 1;
}

function setUnit(plate: Plate, unit: number): void {
  plate.alert.style.setProperty("--u", `${unit}px`);
}
