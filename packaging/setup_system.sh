#!/bin/sh
# What only the tests need: a browser, a voice, a Redis, a second PostgreSQL, Qt's system libraries. Quick when all is there.
set -eu
missing=""
need() { # need <package> <test that it is there>
  if ! eval "$2" >/dev/null 2>&1; then missing="$missing $1"; fi
}
library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
need chromium 'command -v chromium || command -v chromium-browser || command -v google-chrome'
need espeak-ng 'command -v espeak-ng'
need redis-server 'command -v redis-server'
need postgresql-15 'ls /usr/lib/postgresql/*/bin/initdb || command -v initdb'
if [ "$(uname -s)" = Linux ]; then
  need faketime 'ls /usr/lib/*/faketime/libfaketimeMT.so.1'
  need libegl1 'library libEGL.so.1'
  need libgl1 'library libGL.so.1'
  need libxkbcommon0 'library libxkbcommon.so.0'
  need libdbus-1-3 'library libdbus-1.so.3'
  need libfontconfig1 'library libfontconfig.so.1'
  need libglib2.0-0 'library libgthread-2.0.so.0'
fi
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  echo "Installing for the tests:$missing"
  # A server package starts its service at once; the tests start their own, so none is wanted.
  policy=/usr/sbin/policy-rc.d
  made=""
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod +x "$policy" && made=1; }
  trap '[ -z "$made" ] || $sudo rm -f "$policy"' EXIT
  $sudo apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "The tests need:$missing (names as in Debian). Install them, then call make test again." >&2
  exit 1
fi
