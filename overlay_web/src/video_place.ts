import { unitFor } from "./fit";

const WIDTH = 800;
const BAR = 56;
const MARGIN = 48;
const GAP = 16;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The largest 16:9 player with its bar that fits beside, above or below the alert, in the middle of its place. */
export function videoPlace(canvas: Box, alert: Box, unit: number): Box {
  const margin = MARGIN * unit;
  const gap = GAP * unit;
  const [left, top] = [margin, margin];
  const right = canvas.width - margin;
  const bottom = canvas.height - margin;
  const below = alert.top + alert.height + gap;
  const beside = alert.left + alert.width + gap;
  const places = [
    { left, top: below, width: right - left, height: bottom - below },
    { left, top, width: right - left, height: alert.top - gap - top },
    { left, top, width: alert.left - gap - left, height: bottom - top },
    { left: beside, top, width: right - beside, height: bottom - top },
  ];
  const sized = places.map((place) => ({ place, width: widthIn(place, unit) }));
  const best = sized.reduce((one, other) => (other.width > one.width ? other : one));
  const { place, width } = best;
  const height = (width * 9) / 16 + BAR * unit;
  return {
    left: place.left + (place.width - width) / 2,
    top: place.top + (place.height - height) / 2,
    width,
    height,
  };
}

/** Puts a video where the alert, laid out but perhaps still on its way in, leaves it room. */
export function placeVideo(panel: HTMLElement, alert: HTMLElement, root: HTMLElement): void {
  const unit = unitFor(window.innerWidth, window.innerHeight);
  const canvas = { left: 0, top: 0, width: window.innerWidth, height: window.innerHeight };
  const place = videoPlace(canvas, restingBox(alert, root), unit);
  panel.style.setProperty("--u", `${unit}px`);
  for (const side of ["left", "top", "width", "height"] as const) {
    panel.style.setProperty(side, `${Math.round(place[side])}px`);
  }
}

function widthIn(place: Box, unit: number): number {
  return Math.max(0, Math.min(WIDTH * unit, place.width, ((place.height - BAR * unit) * 16) / 9));
}

/** Offsets know nothing of the transforms that an entrance is made of. */
function restingBox(alert: HTMLElement, root: HTMLElement): Box {
  let left = 0;
  let top = 0;
  let element: Element | null = alert;
  while (element instanceof HTMLElement && element !== root) {
    left += element.offsetLeft;
    top += element.offsetTop;
    element = element.offsetParent;
  }
  return { left, top, width: alert.offsetWidth, height: alert.offsetHeight };
}
