#!/bin/sh
# Make the virtual environment from the lock. Called by make when the lock or pyproject.toml changed.
set -eu
python=$1
venv=$2
"$python" - <<'PY' || { echo "streamer-app needs Python 3.11 or newer; call: make PYTHON=/path/to/python3.11" >&2; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
  echo "Python cannot make a virtual environment here. On Debian or Ubuntu: apt install python3-venv" >&2
  exit 1
}
echo "Installing Python packages (locked, with hashes)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
