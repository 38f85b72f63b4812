#!/bin/sh
# Install the web part's packages from its lock.
set -eu
command -v npm >/dev/null || { echo "The overlay page needs Node 20 or newer with npm: https://nodejs.org" >&2; exit 1; }
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || {
  echo "The overlay page needs Node 20 or newer; this is $(node --version)" >&2
  exit 1
}
echo "Installing web packages (locked)"
cd overlay_web && npm ci --silent --no-fund --no-audit
