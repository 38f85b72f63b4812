import { describe, expect, it } from "vitest";
import { characters, cleanText } from "../src/text";

describe("cleanText", () => {
  it("leaves ordinary text of any script as it is", () => {
    for (const text of ["Budi", "semangat kak! 💪🏽", "مرحبا بالعالم", "สวัสดีครับ", "नमस्ते", "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣"]) {
      expect(cleanText(text, 300)).toBe(text);
    }
  });

  it("makes one paragraph of lines, tabs and runs of spaces", () => {
    expect(cleanText("  a\r\n\tb\u2028c\u00a0\u3000d  ", 300)).toBe("a b c d");
  });

  it("drops control characters and what turns the text around it", () => {
    expect(cleanText("a\u0000b\u001b[31mc\u0085d\u009fe", 300)).toBe("ab[31mc de");
    expect(cleanText("\u202eRp1.000.000\u202c \u2066x\u2069\u200f\ufeff", 300)).toBe("Rp1.000.000 x");
  });

  it("keeps at most four marks on a letter", () => {
    expect(cleanText(`Z${"\u0335\u0301".repeat(40)}a`, 300)).toBe("Z\u0335\u0301\u0335\u0301a");
  });

  it("counts what people see: an emoji family is one character", () => {
    const family = "👨‍👩‍👧‍👦";
    expect(characters(cleanText(family.repeat(100), 100))).toHaveLength(100);
    expect(cleanText(family.repeat(101), 100)).toBe(`${family.repeat(99)}…`);
  });

  it("survives what is not text", () => {
    for (const raw of [null, undefined, 5, {}, "", "   ", "\u200b\u2060", "\u3164", "\u0301"]) {
      expect(cleanText(raw, 300)).toBe("");
    }
    expect(cleanText("a\ud800b", 300)).toBe("a\ufffdb");
  });

  it("cuts a huge text", () => {
    expect(characters(cleanText("ab ".repeat(100_000), 1000))).toHaveLength(1000);
  });

  it("leaves markup as the text it is", () => {
    const text = "<img src=x onerror=alert(1)>";
    expect(cleanText(text, 300)).toBe(text);
  });
});
