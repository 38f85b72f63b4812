import { defineConfig } from "vite";
import { buildVersion } from "./build_version.ts";

export default defineConfig({
  base: "/",
  plugins: [buildVersion()],
  build: {
    target: "chrome103",
    cssTarget: "chrome103",
    assetsDir: "assets",
    // The page's CSP knows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
