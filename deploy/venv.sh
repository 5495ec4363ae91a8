#!/bin/sh
# Make the virtual environment $VENV with $PYTHON, or with the first Python on the path that fits, or with uv.
# Debian ships Python without venv; then install that first. For a Python after 3.14 the pinned packages have no wheels.
set -eu

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; }

found=""
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if fits "$python"; then
        found=$python
        break
    fi
done
if [ -n "$found" ] && "$found" -c 'import ensurepip' 2>/dev/null; then
    exec "$found" -m venv "$VENV"
fi
if command -v uv >/dev/null; then
    # uv brings a Python where there is none; --seed puts pip into the environment, which the Makefile installs with.
    exec uv venv --quiet --seed --clear --python "${found:->=3.11,<3.15}" "$VENV"
fi
if [ -z "$found" ]; then
    printf '%s\n' "Crossover needs Python 3.11 to 3.14 and found none (tried: ${PYTHON:-python3, python3.11 to 3.14})." \
        "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.12) or uv; try again." >&2
    exit 1
fi
. deploy/apt.sh
version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
apt_install "python$version-venv"
exec "$found" -m venv "$VENV"
