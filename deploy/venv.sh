#!/bin/sh
# Make the virtual environment $VENV with $PYTHON. Debian ships Python without venv; then install that first.
set -eu
say() { printf '%s\n' "$*" >&2; }

if [ -z "${PYTHON:-}" ] || ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Crossover needs Python 3.11 or newer; found: $("${PYTHON:-python3}" --version 2>&1 || echo none)."
    say "Install it (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.12) and try again."
    exit 1
fi
if ! "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
    . deploy/apt.sh
    version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    apt_install "python$version-venv"
fi
"$PYTHON" -m venv "$VENV"
