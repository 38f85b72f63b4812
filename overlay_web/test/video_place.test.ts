import { describe, expect, it } from "vitest";
import { unitFor } from "../src/fit";
import { videoPlace } from "../src/video_place";

describe("videoPlace", () => {
  it("is 800 wide where there is room, 16:9 over a bar of 56", () => {
    const canvas = { left: 0, top: 0, width: 1920, height: 1080 };
    const place = videoPlace(canvas, { left: 520, top: 48, width: 880, height: 300 }, 1);
    expect([place.width, place.height]).toEqual([800, 506]);
  });

  it("never touches the alert, nor leaves the canvas", () => {
    for (const [width, height] of [
      [800, 600],
      [1280, 720],
      [1920, 1080],
      [2560, 1440],
      [1080, 1920],
    ] as const) {
      const unit = unitFor(width, height);
      const canvas = { left: 0, top: 0, width, height };
      for (const top of [48 * unit, height / 2 - 100 * unit, height - 248 * unit]) {
        const alert = { left: 48 * unit, top, width: 600 * unit, height: 200 * unit };
        const place = videoPlace(canvas, alert, unit);
        const apart =
          place.top >= alert.top + alert.height ||
          place.top + place.height <= alert.top ||
          place.left >= alert.left + alert.width ||
          place.left + place.width <= alert.left;
        expect(apart).toBe(true);
        expect(Math.min(place.left, place.top)).toBeGreaterThanOrEqual(0);
        expect(place.left + place.width).toBeLessThanOrEqual(width);
        expect(place.top + place.height).toBeLessThanOrEqual(height);
      }
    }
  });
});
