import type { Alert, Anchor, Entrance, Look } from "./protocol.gen";

const COLOUR = /^#[0-9a-f]{6}$/i;
const ANCHORS: ReadonlySet<string> = new Set<Anchor>([
  "top_left",
  "top",
  "top_right",
  "left",
  "centre",
  "right",
  "bottom_left",
  "bottom",
  "bottom_right",
]);
const ENTRANCES: ReadonlySet<string> = new Set<Entrance>(["fade", "none", "pop", "slide", "theme"]);
const FAMILIES: Readonly<Record<string, string>> = {
  jakarta: "Plus Jakarta Sans Variable",
  bricolage: "Bricolage Grotesque Variable",
  chakra: "Chakra Petch",
  pixelify: "Pixelify Sans Variable",
  fredoka: "Fredoka Variable",
  mono: "JetBrains Mono",
};
const FALLBACK = 'system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif';
const FURTHEST = 4000;

/** Sets on the alert what a variation changes of its theme; what it leaves open is not set at all. */
export function applyLook(alert: HTMLElement, content: Alert, home: Anchor): void {
  const look: Look = content.look ?? {};
  const { style, dataset } = alert;
  for (const part of ["accent", "text", "plate"] as const) {
    const colour = look[part];
    if (typeof colour === "string" && COLOUR.test(colour)) {
      style.setProperty(`--look-${part}`, colour);
    }
  }
  const family = familyOf(look);
  if (family !== null) {
    style.setProperty("--look-font", `"${family}", ${FALLBACK}`);
  }
  dataset["anchor"] = ANCHORS.has(look.anchor ?? "") ? (look.anchor ?? home) : home;
  dataset["entrance"] = ENTRANCES.has(look.entrance ?? "") ? look.entrance : "theme";
  style.setProperty("--look-x", String(within(look.x, -FURTHEST, FURTHEST, 0)));
  style.setProperty("--look-y", String(within(look.y, -FURTHEST, FURTHEST, 0)));
}

/** How many times larger than the theme has it. */
export function scaleOf(content: Alert): number {
  return within(content.look?.scale, 0.25, 4, 1);
}

/** The faces to wait for, as `document.fonts.load` takes them. */
export function lookFonts(content: Alert): string[] {
  const family = content.look === undefined ? null : familyOf(content.look);
  return family === null ? [] : [`500 32px "${family}"`, `700 72px "${family}"`];
}

function familyOf(look: Look): string | null {
  return Object.keys(FAMILIES).includes(look.font ?? "") ? (FAMILIES[look.font ?? ""] ?? null) : null;
}

function within(value: unknown, least: number, most: number, usual: number): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : usual;
}
