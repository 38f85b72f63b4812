import { defineConfig } from "vite";
import { buildVersion } from "./build_version.ts";
import { fontLicences } from "./font_licences.ts";

export default defineConfig({
  base: "/",
  plugins: [fontLicences("bricolage-grotesque", "plus-jakarta-sans"), buildVersion()],
  build: {
    target: "chrome103",
    cssTarget: "chrome103",
    assetsDir: "assets",
    rolldownOptions: { input: ["index.html", "control.html"] },
    // The page's CSP knows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
