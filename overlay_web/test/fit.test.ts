import { describe, expect, it } from "vitest";
import { pageAt, pageLimit, pageMs, splitPages, unitFor } from "../src/fit";

describe("unitFor", () => {
  it("is one pixel at 1920x1080, in either orientation", () => {
    expect(unitFor(1920, 1080)).toBe(1);
    expect(unitFor(1080, 1920)).toBe(1);
    expect(unitFor(2560, 1440)).toBeCloseTo(4 / 3);
  });

  it("keeps the smallest text at 20 px on small canvases, and the box inside them", () => {
    for (const [width, height] of [
      [800, 600],
      [1280, 720],
    ] as const) {
      expect(unitFor(width, height) * 26).toBeGreaterThanOrEqual(20);
      expect(unitFor(width, height) * (880 + 96)).toBeLessThanOrEqual(width);
    }
    expect(unitFor(300, 600) * (880 + 96)).toBeLessThanOrEqual(300);
  });
});

describe("pages of a message", () => {
  it("are as many as there is time to read", () => {
    expect([50, 6000, 7500, 20_000].map(pageLimit)).toEqual([1, 1, 2, 4]);
  });

  it("stay five seconds, or longer when time is left", () => {
    expect(pageMs(2, 20_000)).toBe(10_000);
    expect(pageMs(4, 17_500)).toBe(5000);
  });

  it("turn with the time, and the last one stays", () => {
    expect([0, 9999, 10_000, 60_000].map((ms) => pageAt(ms, 2, 20_000))).toEqual([0, 0, 1, 1]);
    expect(pageAt(3000, 0, 20_000)).toBe(0);
  });

  const atMost = (count: number) => (page: string) => page.length <= count;

  it("are cut at words, losing none", () => {
    expect(splitPages("satu dua tiga empat lima", atMost(10), 5)).toEqual(["satu dua", "tiga empat", "lima"]);
  });

  it("cut a word that has no room, never inside a character", () => {
    expect(splitPages("abcdefgh", atMost(3), 9)).toEqual(["abc", "def", "gh"]);
    expect(splitPages("👩‍🚀👩‍🚀", atMost(5), 9)).toEqual(["👩‍🚀", "👩‍🚀"]);
  });

  it("end with an ellipsis where the time is over", () => {
    expect(splitPages("satu dua tiga empat", atMost(9), 2)).toEqual(["satu dua", "tiga…"]);
  });

  it("end even when nothing fits", () => {
    expect(splitPages("abc", () => false, 9)).toEqual(["a", "b", "c"]);
  });
});
