#!/bin/sh
# Have a Chromium for the browser tests: one that is there, else Debian's, else the one Playwright brings (macOS).
set -eu
if "$BIN/python" -c 'import sys; sys.path.insert(0, "."); from tests.support.browser import find_browser; sys.exit(find_browser() is None)'; then
    exit 0
fi
if command -v apt-get >/dev/null; then
    . deploy/apt.sh
    apt_install chromium
else
    "$BIN/python" -m playwright install chromium
fi
