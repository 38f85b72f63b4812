import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The fonts' licence asks to travel with them. `fonts` are the names of their packages. */
export function fontLicences(...fonts: readonly string[]): Plugin {
  return {
    name: "font-licences",
    generateBundle(): void {
      for (const font of fonts) {
        const source = readFileSync(`node_modules/${font}/LICENSE`, "utf-8");
        this.emitFile({ type: "asset", fileName: `assets/${font.split("/").at(-1)}-licence.txt`, source });
      }
    },
  };
}
