import { defineConfig } from "vite";
import { buildVersion } from "./build_version.ts";
import { fontLicences } from "./font_licences.ts";

const FONTS = [
  "@fontsource-variable/bricolage-grotesque",
  "@fontsource-variable/fredoka",
  "@fontsource-variable/pixelify-sans",
  "@fontsource-variable/plus-jakarta-sans",
  "@fontsource/chakra-petch",
  "@fontsource/jetbrains-mono",
  "@fontsource/silkscreen",
];

export default defineConfig({
  base: "/",
  plugins: [fontLicences(...FONTS), buildVersion()],
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
