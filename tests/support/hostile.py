"""Text from outside that must be shown as text and do nothing."""

from __future__ import annotations

HOSTILE = "![x](http://evil.test/p.png) <img src=x> [a](//evil.test) $x$ `a`"
HOSTILE_NAMES = [
    "![x](http://evil.test/p.png)",
    "<img src=http://evil.test/p.png onerror=alert(1)>",
    "[a](//evil.test) :material/home: :red[b] $x$ `a`",
    '=HYPERLINK("http://evil.test")',
    "# https://evil.test | --- |",
]
