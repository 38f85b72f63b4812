const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085\u2028\u2029]/gu;
// Control characters, and what turns or hides the text around it: bidi controls, zero-width spaces, byte order marks.
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const SPACES = /[\p{Zs}]+/gu;
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;
const ONLY_BLANK = /^[\s\p{Cf}\p{M}\u115f\u1160\u3164\uffa0\u2800]*$/u;

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a donor wrote, as one paragraph that cannot break out of its place: never markup, only tamer text. */
export function cleanText(raw: unknown, maxCharacters: number): string {
  if (typeof raw !== "string") {
    return "";
  }
  // Far more than can be shown, cut before the costly steps: the rest of a hostile text is not worth a frame.
  const text = raw
    .slice(0, maxCharacters * 16)
    .replace(LINE_BREAKS_AND_TABS, " ")
    .replace(UNSEEN, "")
    .replace(LONE_SURROGATES, "\ufffd")
    .replace(PILED_MARKS, "$1")
    .replace(SPACES, " ")
    .trim();
  return ONLY_BLANK.test(text) ? "" : cut(text, maxCharacters);
}

/** What a person sees as single characters: an emoji family is one. */
export function characters(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), (part) => part.segment);
}

function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) {
    return text;
  }
  const all = characters(text);
  return all.length <= maxCharacters ? text : `${all.slice(0, maxCharacters - 1).join("")}…`;
}
