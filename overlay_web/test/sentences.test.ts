import { describe, expect, it } from "vitest";
import type { Donation, Reason, Refused } from "../src/control/protocol.gen";
import { findingsSaid, lightSaid, refusal } from "../src/control/sentences";
import { fill, languageOf, WORDS } from "../src/control/words";

function refused(reason: Reason | null, facts: Record<string, string> = {}): Refused {
  return { type: "refused", command_id: "", revision: 1, title: "cannot_skip", remedy: "", reason, facts };
}

const DONATION: Donation = {
  donation_message_id: "",
  donor: "Budi",
  anonymous: false,
  message: "",
  shown_message: null,
  shown_donor: null,
  state: "held",
  paid_at: "",
  reason: null,
  ruling: "hold",
  findings: [],
  replay: false,
  has_media: false,
  amount_text: null,
};

describe("refusal", () => {
  it("names who was faster and what they did", () => {
    const facts = { actor: "Sari", did: "skipped", state: "skipped" };
    expect(refusal(refused("somebody_was_faster", facts), "id")).toBe("Sudah dilewati oleh Sari.");
    expect(refusal(refused("somebody_was_faster", facts), "en")).toBe("Already skipped by Sari.");
    expect(refusal(refused("somebody_was_faster", { ...facts, actor: "window" }), "id")).toBe(
      "Sudah dilewati oleh streamer.",
    );
  });

  it("says where the donation stands now", () => {
    expect(refusal(refused("cannot_hold", { state: "played" }), "id")).toBe(
      "Hanya yang menunggu yang bisa ditahan. Donasi ini sudah tampil.",
    );
  });

  it("is a sentence even for what only a newer studio knows, and never a code", () => {
    for (const message of [
      refused(null),
      refused("something_new" as Reason),
      refused("cannot_skip", { state: "new" }),
    ]) {
      for (const language of ["id", "en"] as const) {
        const said = refusal(message, language);
        expect(said).toMatch(/^[A-Z].*\.$/);
        expect(said).not.toMatch(/_|undefined|\{/);
      }
    }
  });

  it("does not read a name as a place to fill in", () => {
    const facts = { actor: "{did} {state}", did: "held" };
    expect(refusal(refused("somebody_was_faster", facts), "en")).toBe("Already held by {did} {state}.");
  });
});

describe("findingsSaid", () => {
  it("puts the rule that holds it first, each once, and cuts a long word", () => {
    const findings = [
      { rule: "link", detail: "contoh.com" },
      { rule: "link", detail: "contoh.com" },
    ] as const;
    expect(findingsSaid({ ...DONATION, reason: "first_timer", findings }, "id")).toEqual([
      "donasi pertamanya",
      "tautan: contoh.com",
    ]);
    const long = { ...DONATION, findings: [{ rule: "blocked_word", detail: "x".repeat(90) }] as const };
    expect(findingsSaid(long, "en")[0]).toBe(`blocked word: ${"x".repeat(40)}…`);
  });
});

describe("words", () => {
  it("has the same places to fill in for both languages", () => {
    const places = (sentence: string): string[] => [...sentence.matchAll(/\{\w+\}/g)].map((each) => each[0]).sort();
    for (const name of Object.keys(WORDS.id) as (keyof typeof WORDS.id)[]) {
      expect(places(WORDS.en[name]), name).toEqual(places(WORDS.id[name]));
      expect(WORDS.en[name]).not.toBe("");
    }
  });

  it("says every skip, hold and rejection with the money", () => {
    for (const sentence of [WORDS.id.skipCurrent, WORDS.id.skipOne, WORDS.id.holdOne, WORDS.id.rejectOne]) {
      expect(sentence.toLowerCase()).toContain("uangnya tetap masuk");
    }
    for (const sentence of [WORDS.en.skipCurrent, WORDS.en.skipOne, WORDS.en.holdOne, WORDS.en.rejectOne]) {
      expect(sentence.toLowerCase()).toContain("the money stays");
    }
  });

  it("fills in and leaves the rest", () => {
    expect(fill("{donor} dilewati {nobody}.", { donor: "$& {count}" })).toBe("$& {count} dilewati .");
    expect(lightSaid("no_page", "en")).toContain("donations wait");
  });

  it("speaks what the address asks for, else what the browser speaks", () => {
    expect(languageOf("?lang=en", "id-ID")).toBe("en");
    expect(languageOf("?lang=id", "en-US")).toBe("id");
    expect(languageOf("", "id")).toBe("id");
    expect(languageOf("", "ms-MY")).toBe("id");
    expect(languageOf("", "it-IT")).toBe("en");
    expect(languageOf("?lang=xx", "id")).toBe("en");
  });
});
