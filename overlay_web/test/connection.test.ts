import { describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff";
import { socketUrl } from "../src/connection";

describe("backoffMs", () => {
  it("doubles from 250 ms to 5 s and stays there", () => {
    const longest = [0, 1, 2, 3, 4, 5, 1000].map((attempt) => backoffMs(attempt, () => 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  it("waits at least half of that, so that pages neither storm nor march in step", () => {
    expect(backoffMs(0, () => 0)).toBe(125);
    expect(backoffMs(9, () => 0)).toBe(2500);
  });
});

describe("socketUrl", () => {
  it("stands under the page's own key", () => {
    const page = { protocol: "http:", host: "127.0.0.1:7777", pathname: "/overlay/key" } as Location;
    expect(socketUrl(page)).toBe("ws://127.0.0.1:7777/overlay/key/socket");
    expect(socketUrl({ ...page, protocol: "https:", pathname: "/overlay/key/" })).toBe(
      "wss://127.0.0.1:7777/overlay/key/socket",
    );
  });
});
