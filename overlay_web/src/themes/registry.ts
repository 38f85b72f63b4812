import { batik } from "./batik";
import { kaset } from "./kaset";
import { lampion } from "./lampion";
import { struk } from "./struk";
import type { Theme } from "./theme";

const THEMES: readonly Theme[] = [lampion, batik, struk, kaset];

/** A theme that this page does not know, as one from a newer server, is shown as the default one. */
export function themeNamed(name: string): Theme {
  return THEMES.find((theme) => theme.name === name) ?? lampion;
}

/** Starts to load a theme's fonts, unless they are there. */
export function loadFonts(theme: Theme): Promise<unknown> | null {
  const missing = theme.fonts.filter((font) => !document.fonts.check(font));
  return missing.length === 0 ? null : Promise.allSettled(missing.map((font) => document.fonts.load(font)));
}
