import { describe, expect, it } from "vitest";
import { fileIn, pageKind } from "../src/page_kind";

const at = (pathname: string) => pageKind({ protocol: "http:", host: "127.0.0.1:7777", pathname });

describe("pageKind", () => {
  it("is told by the address", () => {
    expect(at("/overlay/key")).toMatchObject({ widgets: ["alerts"], alerts: true, others: false });
    expect(at("/overlay/key/canvas/")).toMatchObject({ widgets: ["*"], alerts: true, others: true });
    expect(at("/overlay/key/widget/my-goal")).toMatchObject({ widgets: ["my-goal"], alerts: false, others: true });
    expect(at("/preview/key/widget/goal%20a").widgets).toEqual(["goal a"]);
  });

  it("finds socket and files under the key, wherever the page itself stands", () => {
    for (const page of ["/overlay/key", "/overlay/key/", "/overlay/key/canvas", "/overlay/key/widget/goal"]) {
      expect(at(page)).toMatchObject({ folder: "/overlay/key/", socketUrl: "ws://127.0.0.1:7777/overlay/key/socket" });
    }
    expect(at("/preview/other/canvas").folder).toBe("/preview/other/");
  });
});

describe("fileIn", () => {
  it("never leads out of the folder", () => {
    expect(fileIn("/overlay/key/", "speech/a1.wav")).toBe("/overlay/key/speech/a1.wav");
    for (const name of [
      "../x",
      "speech/../x",
      "//evil.example/x",
      "https://x/y",
      "javascript:1",
      "a/b/c",
      "",
      null,
      5,
    ]) {
      expect(fileIn("/overlay/key/", name)).toBeNull();
    }
  });
});
