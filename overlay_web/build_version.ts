import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";

const PLACEHOLDER = "%ASSET_VERSION%";

/**
 * Names a build by its content: the hash stands in each page's `asset-version` meta tag and in `version.txt`, which the
 * server reads for `hello.asset_version`. The same sources always give the same name, on every machine.
 */
export function buildVersion(): Plugin {
  return {
    name: "build-version",
    enforce: "post",
    generateBundle(_options: Rolldown.NormalizedOutputOptions, bundle: Rolldown.OutputBundle): void {
      const hash = createHash("sha256");
      for (const name of Object.keys(bundle).sort()) {
        const file = bundle[name];
        if (file !== undefined) {
          hash.update(name).update(file.type === "chunk" ? file.code : file.source);
        }
      }
      const version = hash.digest("hex").slice(0, 16);
      for (const name of ["index.html", "control.html"]) {
        const shell = bundle[name];
        if (shell?.type !== "asset" || !shell.source.toString().includes(PLACEHOLDER)) {
          throw new Error(`${name} has no ${PLACEHOLDER} to replace`);
        }
        shell.source = shell.source.toString().replace(PLACEHOLDER, version);
      }
      this.emitFile({ type: "asset", fileName: "version.txt", source: `${version}\n` });
    },
  };
}
